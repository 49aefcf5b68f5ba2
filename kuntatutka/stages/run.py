"""`kuntatutka run`: all stages in order, those whose inputs are unchanged left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kuntatutka.exits import ExitStatus
from kuntatutka.freshness import Stage, inputs_digest
from kuntatutka.notices import tell_courtesy
from kuntatutka.progress import Talk
from study import StudyFolder, UserError

from .analyze import analyze_now
from .audit import AuditWishes, audit_now, tell_unfinished
from .common import closing, ready, told_how_to_go_on
from .crawl import crawl_now
from .export import export_now
from .report import report_now


def run_study(
    folder: Path,
    talk: Talk,
    *,
    only: Sequence[str] = (),
    max_pages: int | None = None,
    formats: tuple[str, ...] = ("html", "pdf"),
    languages: tuple[str, ...] = (),
    audit: bool = True,
) -> ExitStatus:
    """`kuntatutka run`: all stages under one lock, those whose inputs are unchanged left out.

    A PDF that cannot be made is complained of last, when all else is done.
    """
    study = ready(folder, talk, languages=languages)
    _check_formats(formats)
    tell_courtesy(study, talk, only)
    late: UserError | None = None
    with study.lock(), told_how_to_go_on(study, talk):
        crawl_now(study, talk, only=only, max_pages=max_pages, fresh=False)
        gaps = analyze_now(study, talk, reuse=True)
        unfinished = _audit(study, talk, only) if audit else False
        if audit:
            gaps = analyze_now(study, talk, reuse=True)
        try:
            report_now(study, talk, formats=formats, languages=languages, reuse=True)
        except UserError as error:
            late = error
        export_now(study, talk, reuse=True)
    status = closing(talk, gaps)
    if late is not None:
        raise late
    return ExitStatus.INCOMPLETE if unfinished else status


def _audit(study: StudyFolder, talk: Talk, only: Sequence[str]) -> bool:
    """Audit what the last run did not; tells whether some municipality's audit did not come to its end."""
    stage = Stage(study, "audit", inputs_digest((study.config_file, study.municipalities_file), tuple(only)))
    if stage.unchanged_outputs():
        talk.note("Audit: nothing has changed since the last time")
        return False
    unfinished = tell_unfinished(study, talk, audit_now(study, talk, AuditWishes(only=tuple(only))))
    if not unfinished:
        # Its output is evidence, and new evidence from a crawl asks for a new sample.
        stage.keep(study.warc_files())
    return unfinished


def _check_formats(formats: tuple[str, ...]) -> None:
    from reports import check_formats

    check_formats(formats)
