"""Writes the reports of a study into its reports/ folder: HTML and PDF per language, a workbook, report.json."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from study import StudyFolder, UserError, storage_errors

from .build import build, report_json
from .data import load_study
from .html import html
from .volumes import MAIN, volumes
from .words import available_languages

FORMATS = ("html", "pdf", "xlsx", "json")
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
    on_step: Step | None = None,
    version: str = "",
    chromium: str | None = None,
) -> tuple[Path, ...]:
    """Write the study's report, or one municipality's own page, and return the files in order.

    `chromium` is the path of the browser that prints; without one Playwright looks for its own.
    Files are report.<language>.<format>, beside the PDF its volumes report-municipalities and report-evidence,
    report.xlsx in the first language with heads in all, and report.json, in every language there is where that format
    is asked for; with `municipality` (code or name) municipality-<code>.… .
    Raises UserError for unknown languages, formats or municipalities, for a study without findings, and where a PDF
    is asked for and no Chromium can be started (the HTML files are written by then).
    """
    check_formats(formats)
    code = folder.municipality(municipality).code if municipality else None
    step = on_step or (lambda _: None)
    data = load_study(folder, version)
    stem = f"municipality-{code}" if code else "report"
    models = [build(data, language, code) for language in dict.fromkeys(languages)]
    others = [build(data, x, code) for x in available_languages() if x not in languages] if "json" in formats else []
    written = [_write(folder.reports / f"{stem}.json", report_json([*models, *others]).encode())]
    if "html" in formats:
        for model in models:
            path = folder.reports / f"{stem}.{model.language}.html"
            step(path.name)
            written.append(_write(path, html(model).encode()))
    if "pdf" in formats:
        from .pdf import pdfs  # Playwright is loaded only where a PDF is asked for.

        parts = [(name, part) for model in models for name, part in volumes(model).items()]
        printed = pdfs((part for _, part in parts), chromium)
        for name, part in parts:
            path = folder.reports / f"{stem if name == MAIN else f'{stem}-{name}'}.{part.language}.pdf"
            step(path.name)
            written.append(_write(path, next(printed)))
    if "xlsx" in formats and not code:
        from .workbook import workbook

        path = folder.reports / "report.xlsx"
        step(path.name)
        written.append(_write(path, workbook(models, data)))
    return tuple(written)


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
