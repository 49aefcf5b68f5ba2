"""`kuntatutka review --export` and `--import`: the cells as a spreadsheet, and the decisions that come back in one."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from kuntatutka.exits import ExitStatus
from kuntatutka.progress import Talk
from study import UserError, counted, decisions_file, open_study

from .common import check_languages
from .review import check_findings, reviewer_named, tell_faults


@dataclass(frozen=True, slots=True)
class SheetWishes:
    """What the command line asked for."""

    language: str = ""
    reviewer: str = ""
    second: float = 0.0
    """The share of what others decided that is read again, unseen; 0 is a first reading."""


def export_cells(folder: Path, path: Path, talk: Talk, wishes: SheetWishes) -> ExitStatus:
    """Write every cell in the order of the queue, or those of a second reader; prints the file."""
    from reports.review import open_desk
    from reports.review.sheet_out import write_sheet

    study = open_study(folder)
    check_findings(study)
    if path.suffix.casefold() != ".xlsx":
        raise UserError(f"{path}: the spreadsheet is an .xlsx file.", f"Name it {path.with_suffix('.xlsx').name}.")
    chosen = wishes.language or study.config.study.languages[0]
    check_languages((chosen,))
    desk = open_desk(study, reviewer_named(wishes.reviewer) if wishes.second else "", share=wishes.second)
    tell_faults(study, desk.book.faults, talk)
    count = write_sheet(desk, path, chosen)
    back = f"kuntatutka review {folder} --import {path}" + (f" --second {wishes.second:g}" if wishes.second else "")
    talk.note(f"{counted(count, 'cell')}. Change what is wrong, then: {back}")
    sys.stdout.write(f"{path}\n")
    return ExitStatus.DONE


def import_cells(folder: Path, path: Path, talk: Talk, wishes: SheetWishes) -> ExitStatus:
    """Make decisions of what was changed; names every refused row. Status 1 where a row was refused."""
    from reports.review import open_desk
    from reports.review.sheet_in import read_sheet

    study = open_study(folder)
    check_findings(study)
    # Of a second reader every cell counts that the lot might have drawn: others have decided more since.
    desk = open_desk(study, reviewer_named(wishes.reviewer), share=1.0 if wishes.second else 0.0)
    tell_faults(study, desk.book.faults, talk)
    if wishes.language:
        check_languages((wishes.language,))
    result = read_sheet(desk, path, wishes.language)
    for refused in result.refused:
        talk.warn(f"{path}: {refused}")
    noted = f" and {counted(result.notes, 'note')}" if result.notes else ""
    decided = counted(len(result.decisions) - result.notes, "decision")
    talk.note(
        f"{decided}{noted} taken in, {counted(result.untouched, 'row')} as they were, "
        f"{result.known} known already, {len(result.refused)} refused. To the tables: kuntatutka analyze {folder}"
    )
    sys.stdout.write(f"{decisions_file(study.review)}\n")
    return ExitStatus.FAILED if result.refused else ExitStatus.DONE
