"""How far a language model agrees with the machine and with people, in figures for programs and in words."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kuntatutka.tables import console, figure, interval, table
from reports.agreeing import Measured, measured, model_pairs
from study import ReaderAnswer, StudyFolder, counted, load_decisions

_FEW_CELLS = 30
"""Cells that people have decided too; below this an agreement says little."""


def agreement_with_people(study: StudyFolder) -> dict[str, Any]:
    """How often model and machine, and model and people, say the same of the cells that both judged."""
    answers: list[ReaderAnswer] = study.read("reader_answers")
    counting = [row for row in answers if row.agrees is not None]
    decided = load_decisions(study).log.in_force
    rows = measured(model_pairs(answers, decided, study.taxonomy))
    return {
        "model": study.config.reader.model,
        "answers": len(answers),
        "as_the_machine": sum(row.agrees is True for row in counting),
        "otherwise": sum(row.agrees is False for row in counting),
        "cannot_tell": sum(row.is_current and not row.void and not row.state for row in answers),
        "void": dict(sorted(Counter(row.void for row in answers if row.void).items())),
        "outdated": sum(not row.is_current for row in answers),
        "people": {row.id or row.kind: row.agreement for row in rows if _is_told(row)},
    }


def _is_told(row: Measured) -> bool:
    return row.kind == "channel" or (row.kind == "state" and not row.id)


def print_agreement(study: StudyFolder, *, as_json: bool) -> None:
    """Print what the answers came to, for people or as JSON."""
    content = agreement_with_people(study)
    if as_json:
        people = {name: asdict(own) for name, own in content["people"].items()}
        sys.stdout.write(json.dumps({**content, "people": people}, ensure_ascii=False, indent=1) + "\n")
        return
    out = console()
    void = ", ".join(f"{count} {why}" for why, count in content["void"].items()) or "none"
    out.print(
        f"{content['model']}: {counted(content['answers'], 'answer')}; {content['as_the_machine']} as the machine "
        f"(no longer uncertain), {content['otherwise']} otherwise, {content['cannot_tell']} cannot tell, "
        f"{content['outdated']} of pages that have changed; void: {void}"
    )
    _print_people(content["people"])


def _print_people(people: Mapping[str, Any]) -> None:
    cells = people["state"].cells
    if cells < _FEW_CELLS:
        console().print(
            f"People have decided {cells} of the cells that it answered: too few to rely on it. "
            f"Decide {_FEW_CELLS} at least with `kuntatutka review`."
        )
    if not cells:
        return
    columns = ("agreement with people", "cells", "share", "95 %", "alpha", "95 % ")
    made = table("", *columns, numbers=("cells", "share", "alpha"))
    for name, own in people.items():
        alpha = "undefined: one class" if own.is_one_class else figure(own.alpha)
        bounds = (interval(own.share_interval), interval(own.alpha_interval))
        made.add_row(name, str(own.cells), figure(own.share), bounds[0], alpha, bounds[1])
    console().print(made)
