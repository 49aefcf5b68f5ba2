"""Writes the reports of a study into its reports/ folder: HTML and PDF per language, a workbook, report.json."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from study import StudyFolder, UserError, storage_errors

from .build import build, report_json
from .data import load_study
from .html import html, templates
from .model import ReportModel
from .scorecard import SIZE, write_scorecards
from .site import write_site
from .theme import PLAIN, load_theme
from .volumes import APART, MAIN, volumes
from .words import available_languages

FORMATS = ("html", "pdf", "xlsx", "pptx", "json")
Step = Callable[[str], None]


def check_formats(formats: Sequence[str]) -> None:
    """Raises UserError for a format that no report has."""
    unknown = [f for f in formats if f not in FORMATS]
    if unknown:
        raise UserError(f"report format {unknown[0]!r} is not known.", f"Known formats are {', '.join(FORMATS)}.")


def render(
    folder: StudyFolder,
    *,
    languages: Sequence[str],
    formats: Sequence[str] = ("html", "pdf"),
    municipality: str | None = None,
    peers: str = SIZE,
    on_step: Step | None = None,
    version: str = "",
    chromium: str | None = None,
    one_file: bool = False,
    theme: Path | None = None,
) -> tuple[Path, ...]:
    """Write the study's report, or one municipality's own page, and return the files in order.

    `chromium` is the path of the browser that prints; without one Playwright looks for its own.
    The HTML report is a front page and a folder of the same name, or one file with `one_file`; `theme` is a theme file.
    Files are report.<language>.<format>, beside the PDF its volumes report-municipalities and report-evidence,
    report.xlsx in the first language with heads in all, and report.json, in every language there is where that format
    is asked for; with `municipality` (code, name or "all") its scorecard beside `peers`, see `write_scorecards`.
    Raises UserError for unknown languages, formats or municipalities, for a study without findings, and where a PDF
    is asked for and no Chromium can be started (the HTML files are written by then).
    """
    check_formats(formats)
    step = on_step or (lambda _: None)
    look = load_theme(theme, templates()) if theme else PLAIN
    data = load_study(folder, version)
    if municipality:
        return write_scorecards(
            folder,
            data,
            _write,
            municipality=municipality,
            languages=languages,
            formats=formats,
            peers=peers,
            theme=look,
            chromium=chromium,
            step=step,
        )
    models = [look.titled(build(data, language)) for language in dict.fromkeys(languages)]
    others = [build(data, x) for x in available_languages() if x not in languages] if "json" in formats else []
    # Beside other formats the file holds the report as a whole; each municipality's pages only where it is asked for.
    told = models if "json" in formats else [_as_a_whole(model) for model in models]
    written = [_write(folder.reports / "report.json", report_json([*told, *others]).encode())]
    if "html" in formats:
        fronts = {model.language: f"report.{model.language}.html" for model in models}
        for model in models:
            path = folder.reports / fronts[model.language]
            step(path.name)
            if one_file:
                written.append(_write(path, html(model, theme=look).encode()))
            else:
                elsewhere = {k: v for k, v in fronts.items() if k != model.language}
                written.append(write_site(model, path, _write, look, elsewhere))
    if "pdf" in formats:
        from .pdf import pdfs  # Playwright is loaded only where a PDF is asked for.

        parts = [(name, part) for model in models for name, part in volumes(model).items()]
        printed = pdfs((part for _, part in parts), chromium, look)
        for name, part in parts:
            path = folder.reports / f"{'report' if name == MAIN else f'report-{name}'}.{part.language}.pdf"
            step(path.name)
            written.append(_write(path, next(printed)))
    if "xlsx" in formats:
        from .workbook import workbook

        path = folder.reports / "report.xlsx"
        step(path.name)
        written.append(_write(path, workbook(models, data)))
    if "pptx" in formats:
        from .slides import slides

        for model in models:
            path = folder.reports / f"report.{model.language}.pptx"
            step(path.name)
            written.append(_write(path, slides(data, model.language, look)))
    return tuple(written)


def _as_a_whole(model: ReportModel) -> ReportModel:
    return replace(model, sections=tuple(section for section in model.sections if section.id not in APART))


def _write(path: Path, content: bytes) -> Path:
    """Replace a file in one step."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    return path
