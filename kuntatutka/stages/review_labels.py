"""`kuntatutka review --labels`: decided pages as labelled pages for `evaluate`."""

from __future__ import annotations

import sys
from pathlib import Path

from kuntatutka.exits import ExitStatus
from kuntatutka.options import usual_country
from kuntatutka.progress import Talk
from study import UserError, counted, open_study

from .review import check_findings, tell_faults


def labels_from(folder: Path, path: Path, talk: Talk) -> ExitStatus:
    """Write the decided pages of a study and print the file; status 3 where some are not in the evidence."""
    from reports.review import open_desk
    from reports.review.labels import write_labels

    study = open_study(folder)
    check_findings(study)
    if path.suffix.casefold() not in (".jsonl", ".ndjson"):
        raise UserError(f"{path}: labelled pages are a .jsonl file.", f"Name it {path.with_suffix('.jsonl').name}.")
    kept = (study.review.resolve(), study.evidence.resolve())
    if any(parent in kept for parent in path.resolve().parents):
        raise UserError(f"{path}: lies in a folder of the study that nothing may overwrite.", "Name a file elsewhere.")
    desk = open_desk(study, "")
    tell_faults(study, desk.book.faults, talk)
    if not any(service for _, service, _ in desk.book.in_force):
        raise UserError(f"{folder}: nobody has decided a cell yet.", f"Run `kuntatutka review {folder}` first.")
    result = write_labels(desk, path)
    country = study.config.study.country
    measure = f"kuntatutka evaluate {path}" + (f" --country {country}" if country != usual_country("") else "")
    for url in result.missing:
        talk.warn(f"{url}: is not in the evidence as an HTML page; it is left out.")
    talk.note(
        f"{counted(result.pages, 'page')} about {counted(result.cells, 'decided cell')}; left out: "
        f"{result.without_page} without a page, {result.changed} changed since, {result.disputed} not settled. "
        f"Measure: {measure}"
    )
    sys.stdout.write(f"{path}\n")
    return ExitStatus.INCOMPLETE if result.missing else ExitStatus.DONE
