"""`kuntatutka report`: the comparative report, and one municipality's scorecard."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kuntatutka import __version__
from kuntatutka.exits import ExitStatus
from kuntatutka.freshness import Stage
from kuntatutka.notices import tell_reports_are_older
from kuntatutka.progress import Talk
from study import StudyFolder, open_study

from .common import check_languages, closing, gaps_of, tables_digest, tell_state
from .earlier import digest_of, earlier_studies


@dataclass(frozen=True, slots=True)
class ReportLook:
    """How a report is to look: a theme file, and whether the HTML is one file."""

    theme: Path | None = None
    one_file: bool = False


PLAIN_LOOK = ReportLook()


def report_study(
    folder: Path,
    talk: Talk,
    *,
    formats: tuple[str, ...],
    languages: tuple[str, ...],
    municipality: str,
    peers: str,
    look: ReportLook = PLAIN_LOOK,
    earlier: Sequence[Path] = (),
) -> ExitStatus:
    """`kuntatutka report`."""
    study = open_study(folder)
    check_languages(languages or tuple(study.config.study.languages))
    tell_state(study, talk)
    with study.lock():
        report_now(
            study,
            talk,
            formats=formats,
            languages=languages,
            municipality=municipality,
            peers=peers,
            look=look,
            earlier=earlier,
        )
        gaps = gaps_of(study.read("municipalities"))
    return closing(talk, gaps)


def report_now(
    study: StudyFolder,
    talk: Talk,
    *,
    formats: tuple[str, ...],
    languages: tuple[str, ...],
    municipality: str = "",
    peers: str = "size",
    reuse: bool = False,
    look: ReportLook = PLAIN_LOOK,
    earlier: Sequence[Path] = (),
) -> None:
    """Write the report and print its files; the caller holds the study's lock. With `reuse` an unchanged one stays.

    `earlier` are folders of studies to compare with; without any, those that study.toml names.
    """
    from crawler import find_chromium
    from reports import render

    chosen = languages or tuple(study.config.study.languages)
    name = f"report-{_code(study, municipality)}" if municipality else "report"
    since = earlier_studies(study, earlier)
    stage = Stage(study, name, tables_digest(study, formats, chosen, digest_of(since)))
    files = stage.unchanged_outputs() if reuse else ()
    if files:
        talk.note("Report: nothing has changed since the last time")
    else:
        with talk.steps("Report", "file") as steps:
            files = render(
                study,
                languages=chosen,
                formats=formats,
                municipality=municipality or None,
                peers=peers,
                on_step=lambda what: steps.update(steps.done + 1, now=what),
                version=__version__,
                chromium=find_chromium(),
                theme=look.theme,
                one_file=look.one_file,
                earlier=since,
            )
        stage.keep(files)
        if not municipality:
            tell_reports_are_older(study, talk, files)
    for path in sorted(files):
        sys.stdout.write(f"{path}\n")


def _code(study: StudyFolder, municipality: str) -> str:
    """Code of the municipality whose scorecard is asked for, or the word for every one's."""
    return municipality if municipality == "all" else study.municipality(municipality).code
