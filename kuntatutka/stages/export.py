"""`kuntatutka export`: the tables as a data package, and on request the evidence as web archives."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from kuntatutka.exits import ExitStatus
from kuntatutka.freshness import Stage
from kuntatutka.progress import Talk
from study import StudyFolder, open_study

from .common import closing, gaps_of, tables_digest, tell_state
from .web_archive import export_web_archives

_WEB_ARCHIVES = "wacz"


def export_study(
    folder: Path, talk: Talk, *, for_spreadsheets: bool = False, with_evidence: bool = False, only: Sequence[str] = ()
) -> ExitStatus:
    """`kuntatutka export`."""
    study = open_study(folder)
    tell_state(study, talk)
    archived = ExitStatus.DONE
    with study.lock():
        export_now(study, talk, for_spreadsheets=for_spreadsheets)
        if with_evidence:
            archived = export_web_archives(study, talk, only)
        gaps = gaps_of(study.read("municipalities"))
    return closing(talk, gaps) if archived is ExitStatus.DONE else archived


def export_now(study: StudyFolder, talk: Talk, *, reuse: bool = False, for_spreadsheets: bool = False) -> None:
    """Write the data package and print its folder; the caller holds the study's lock. With `reuse` it may stay."""
    from reports import export_package

    stage = Stage(study, "export", tables_digest(study))
    if reuse and stage.unchanged_outputs():
        talk.note("Export: nothing has changed since the last time")
    else:
        export_package(study, for_spreadsheets=for_spreadsheets)
        made = (path for path in study.export.rglob("*") if path.is_file())
        stage.keep(sorted(path for path in made if path.relative_to(study.export).parts[0] != _WEB_ARCHIVES))
    sys.stdout.write(f"{study.export}\n")
