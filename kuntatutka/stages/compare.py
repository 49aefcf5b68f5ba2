"""`kuntatutka compare`: what changed from study to study, and of which kind."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from analysis.compare import Snapshot, Step, Told, aligned, compare, known_changes, read_snapshot
from kuntatutka.compare_summary import as_json, print_summary
from kuntatutka.exits import ExitStatus
from kuntatutka.progress import Talk
from kuntatutka.tables import to_json
from study import StudyFolder, UserError, counted, open_study

from .earlier import check_row
from .reanalyze import is_of_today, kept_tables, reanalyze


@dataclass(frozen=True, slots=True)
class CompareWishes:
    """How to compare: with the old evidence read again, for a program, and where the tables are to lie."""

    reanalyze: bool = False
    as_json: bool = False
    output: Path | None = None
    workers: int | None = None


def compare_studies(folders: Sequence[Path], talk: Talk, wishes: CompareWishes) -> ExitStatus:
    """`kuntatutka compare`."""
    studies = _studies(folders, talk)
    check_row(studies)
    told = _told(studies, talk, wishes)
    _check_places(studies, [study.findings for study in told])
    steps = compare(told, known_changes(studies[-1].taxonomy))
    for step in steps:
        _tell_places(step, talk)
        _tell_services(step, talk)
        _tell_method(step, studies[step.number - 1], talk)
    place = wishes.output or studies[-1].comparison
    files = _write(place, steps, studies[-1]) if len(studies) > 1 or wishes.output else ()
    if wishes.as_json:
        sys.stdout.write(to_json(as_json(steps)))
    else:
        print_summary(steps, studies[-1].taxonomy)
        for path in files:
            sys.stdout.write(f"{path}\n")
    return ExitStatus.DONE


def _studies(folders: Sequence[Path], talk: Talk) -> list[StudyFolder]:
    """The studies, each once."""
    found: dict[Path, StudyFolder] = {}
    for folder in folders:
        place = folder.resolve()
        if place in found:
            talk.warn(f"{folder}: is named twice; a study has nothing to tell of itself. Name another year's study.")
        else:
            found[place] = open_study(folder)
    return list(found.values())


def _told(studies: Sequence[StudyFolder], talk: Talk, wishes: CompareWishes) -> list[Told]:
    """What the studies say, and what today's program says of their evidence where it was asked or is kept."""
    findings = [read_snapshot(study) for study in studies]
    alike = all(not item.method.differs(findings[0].method) for item in findings)
    told = []
    for study, own in zip(studies, findings, strict=True):
        place = None
        if not is_of_today(study) and not (alike and len(studies) > 1):
            place = reanalyze(study, talk, workers=wishes.workers) if wishes.reanalyze else kept_tables(study)
        told.append(Told(own, read_snapshot(study, place) if place else None))
    if len(told) > 1:
        return told
    # One study, named twice: what today's program says of it, against what it said itself.
    return [told[0], Told(told[0].today or told[0].findings)]


def _check_places(studies: Sequence[StudyFolder], findings: Sequence[Snapshot]) -> None:
    grouping = known_changes(studies[-1].taxonomy)
    for n, (old, new) in enumerate(pairwise(findings), start=1):
        if not aligned(old, new, grouping).pairs:
            raise UserError(
                f"{studies[n - 1].root} and {studies[min(n, len(studies) - 1)].root} have no municipality in common.",
                "Name studies of the same municipalities; municipalities.csv lists them.",
            )


def _tell_places(step: Step, talk: Talk) -> None:
    names = dict(zip(step.old.places["code"], step.old.places["name"], strict=True))
    for code in step.alignment.lost:
        talk.warn(
            f"{code} {names[code]} is in {step.old.name} and not in {step.new.name}, and nothing is known of a merger "
            "or of another code; it is told as not compared. Add it to municipalities.csv of the newer study; if it "
            "merged, tell the taxonomy when and into which."
        )


def _tell_services(step: Step, talk: Talk) -> None:
    for side, other, services in zip((step.old, step.new), (step.new, step.old), step.services_apart, strict=True):
        if services:
            talk.warn(
                f"{counted(len(services), 'service')} of {side.name} that {other.name} does not have: "
                f"{', '.join(services)}; nothing of that is compared. Where one is a service of the other study under "
                "another id, name the old id in `former_ids` of its file in the taxonomy."
            )


def _tell_method(step: Step, old: StudyFolder, talk: Talk) -> None:
    if step.differing:
        talk.warn(
            f"{step.old.name} and {step.new.name} were not made alike ({', '.join(step.differing)} differ or are not "
            "known), so that method or site is not separated and nothing of it is told as development. Add "
            f"--reanalyze: it analyses the evidence of {old.root} again with today's program."
        )


def _write(place: Path, steps: Sequence[Step], newest: StudyFolder) -> tuple[Path, ...]:
    from reports import write_comparison

    rows: dict[str, list[Any]] = {
        "changes": [row for step in steps for row in step.changes],
        "product_moves": [row for step in steps for row in step.product_moves],
    }
    about = as_json(steps, rows=False)
    if place != newest.comparison:
        return write_comparison(place, rows, about, newest.taxonomy)
    with newest.lock():
        return write_comparison(place, rows, about, newest.taxonomy)
