"""`kuntatutka export`: the tables as a data package."""

from __future__ import annotations

import sys
from pathlib import Path

from kuntatutka.exits import ExitStatus
from kuntatutka.freshness import Stage
from kuntatutka.progress import Talk
from study import StudyFolder, open_study

from .common import closing, gaps_of, tables_digest, tell_state


def export_study(folder: Path, talk: Talk, *, for_spreadsheets: bool = False) -> ExitStatus:
    """`kuntatutka export`."""
    study = open_study(folder)
    tell_state(study, talk)
    with study.lock():
        export_now(study, talk, for_spreadsheets=for_spreadsheets)
        gaps = gaps_of(study.read("municipalities"))
    return closing(talk, gaps)


def export_now(study: StudyFolder, talk: Talk, *, reuse: bool = False, for_spreadsheets: bool = False) -> None:
    """Write the data package and print its folder; the caller holds the study's lock. With `reuse` it may stay."""
    from reports import export_package

    stage = Stage(study, "export", tables_digest(study))
    if reuse and stage.unchanged_outputs():
        talk.note("Export: nothing has changed since the last time")
    else:
        export_package(study, for_spreadsheets=for_spreadsheets)
        stage.keep(sorted(path for path in study.export.rglob("*") if path.is_file()))
    sys.stdout.write(f"{study.export}\n")
