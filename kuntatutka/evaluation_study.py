"""`evaluate --study`: how well a whole study's cells agree with a truth table, and the pages behind its mistakes."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis import CellTables, compare_cells
from study import StudyFolder, UserError, open_study

from .exits import ExitStatus
from .progress import Talk
from .stages.common import tell_state
from .tables import console, figure, interval, safe, table, to_json
from .truth import read_truth

_MEASURES = ("states", "channels", "products")
_NUMBERS = ("cells", "precision", "recall", "F1", "F1 macro", "cells right", "right", "wrong", "missed", "score")
# Without -v: mistakes and gaps shown, and pages told of each mistake.
_MISTAKES, _GAPS, _PAGES = 15, 10, 2


def evaluate_study(folder: Path, files: Sequence[Path], talk: Talk, *, as_json: bool, folds: int = 0) -> ExitStatus:
    """Print how a study's cells agree with a truth table; with -v every mistake, gap and page behind it.

    Raises UserError for no study, one that has not been analysed, or a table that cannot be counted.
    """
    if len(files) != 1 or folds:
        raise UserError(
            "--study compares one truth table with the findings as they are"
            + (", without --folds." if folds else f"; {len(files)} files were given."),
            f"Try `kuntatutka evaluate --study {folder} TRUTH.csv`.",
        )
    study = open_study(folder)
    tables = _tables(study)
    truth = read_truth(files[0], study)
    tell_state(study, talk)
    content = compare_cells(truth, tables, study.taxonomy).as_json()
    if as_json:
        sys.stdout.write(to_json(content, indent=1))
    else:
        _print(content, everything=talk.verbose > 0)
    return ExitStatus.DONE


def _tables(study: StudyFolder) -> CellTables:
    return CellTables(*map(study.read, ("service_findings", "page_services", "channel_evidence", "vendor_hits")))


def _print(content: Mapping[str, Any], *, everything: bool) -> None:
    out = console()
    out.print(
        f"{content['cells']} cells of {content['municipalities']} municipalities in the truth: {content['compared']} "
        f"compared, {len(content['gaps'])} gaps that are neither right nor wrong; {content['cells_without_truth']} "
        "cells of the study are not in the truth.\n"
    )
    _print_measures(content)
    absent = content["absent"]
    out.print(
        f"Absent: of {absent['cells']} cells that are not there {absent['said_not_found']} are said to be not-found "
        f"({figure(absent['share'])}, {interval(absent['interval'])}).\n"
    )
    for name in _MEASURES:
        for part in ("by_state", "by_theme", "by_class"):
            # A class of the states is a service: fifty lines that people want with -v only.
            if content[name] and (everything or (name, part) != ("states", "by_class")):
                _print_parts(f"{name}, {part.replace('_', ' ')}", content[name][part])
    _print_gaps(content, everything=everything)
    _print_mistakes(content, everything=everything)


def _print_measures(content: Mapping[str, Any]) -> None:
    columns = ("measure", "cells", "precision", "95 %", "recall", "95 % ", "F1", "F1 macro", "cells right")
    made = table("", *columns, numbers=_NUMBERS)
    for name in _MEASURES:
        own = content[name]
        if own is None:
            made.add_row(name, "not measured")
            continue
        made.add_row(
            name, str(own["cells"]), *_shares(own["micro"]), figure(own["macro"]["f1"]), figure(own["accuracy"])
        )
    console().print(made)


def _print_parts(title: str, parts: Mapping[str, Mapping[str, Any]]) -> None:
    columns = ("", "precision", "95 %", "recall", "95 % ", "F1", "right", "wrong", "missed")
    made = table(title, *columns, numbers=_NUMBERS)
    for label, own in parts.items():
        made.add_row(label, *_shares(own), *(str(own[key]) for key in ("right", "wrong", "missed")))
    if made.row_count:
        console().print(made)


def _shares(own: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        figure(own["precision"]),
        interval(own["precision_interval"]),
        figure(own["recall"]),
        interval(own["recall_interval"]),
        figure(own["f1"]),
    )


def _print_gaps(content: Mapping[str, Any], *, everything: bool) -> None:
    gaps = content["gaps"]
    if not gaps:
        return
    reasons = ", ".join(f"{count} {reason}" for reason, count in content["gaps_by_reason"].items())
    shown = gaps if everything else gaps[:_GAPS]
    made = table("Gaps, counted nowhere", "municipality", "service", "truth", "study", "reason")
    for gap in shown:
        made.add_row(*(gap[key] for key in ("municipality_code", "service_id", "truth", "state", "reason")))
    console().print(made)
    more = f" {len(gaps) - len(shown)} of them are left out: -v shows all." if len(shown) < len(gaps) else ""
    console().print(f"By reason: {reasons}.{more}\n")


def _print_mistakes(content: Mapping[str, Any], *, everything: bool) -> None:
    mistakes = content["mistakes"]
    if not mistakes:
        console().print("Nothing is wrong.")
        return
    shown = mistakes if everything else mistakes[:_MISTAKES]
    columns = ("measure", "cell", "overlooked", "said wrongly", "pages that speak for it, score")
    made = table("What it gets wrong", *columns)
    for item in shown:
        cell = f"{item['municipality_code']} {item['service_id']}\n{item['rule']}"
        pages = item["pages"] if everything else item["pages"][:_PAGES]
        told = "\n".join(_page(page) for page in pages) or "no page"
        more = len(item["pages"]) - len(pages)
        answers = ("\n".join(item[side]) for side in ("overlooked", "said_wrongly"))
        made.add_row(item["measure"], cell, *answers, safe(told + (f"\nand {more} more" if more else "")))
    console().print(made)
    if len(shown) < len(mistakes):
        console().print(f"{len(mistakes) - len(shown)} more: -v shows all, --json gives them to programs.")
    for kind, counts in content["mistakes_by_pages"].items():
        told = ", ".join(f"{name} for {count}" for name, count in counts.items())
        console().print(f"Pages that speak for what is {kind}: {told}.")
    _print_pages(content["pages"], everything=everything)


def _page(page: Mapping[str, Any]) -> str:
    best = " (best page)" if page["is_best"] else ""
    return f"{page['url']} {figure(page['score'])}{best}" + (f"\n  {page['says']}" if page["says"] else "")


def _print_pages(pages: Sequence[Mapping[str, Any]], *, everything: bool) -> None:
    """The pages whose errors reach several cells; with -v those of one as well."""
    shown = [page for page in pages if everything or page["mistakes"] > 1][: None if everything else _MISTAKES]
    made = table("Pages whose errors reach most cells", "municipality", "page", "wrong", numbers=_NUMBERS)
    for page in shown:
        made.add_row(page["municipality_code"], safe(page["url"]), str(page["mistakes"]))
    if made.row_count:
        console().print(made)
