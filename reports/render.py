"""Writes the reports of a study into its reports/ folder: HTML and PDF per language, a workbook, report.json."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from study import StudyFolder, UserError, storage_errors

from .build import build, joined_json, model_json
from .data import StudyData, load_study
from .html import html, template_text, templates
from .model import ReportModel
from .own_templates import check_templates
from .scorecard import SIZE, write_scorecards
from .site import write_site
from .theme import PLAIN, Theme, load_theme
from .volumes import APART, MAIN, volumes
from .words import available_languages
from .years import EarlierStudy

if TYPE_CHECKING:
    from .earlier import Development

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
    earlier: Sequence[EarlierStudy] = (),
) -> tuple[Path, ...]:
    """Write the study's report, or one municipality's own page, and return the files in order.

    `earlier` are the studies of other years that a chapter compares it with, oldest first.
    `chromium` is the path of the browser that prints; without one Playwright looks for its own.
    The HTML report is a front page and a folder of the same name, or one file with `one_file`; `theme` is a theme file.
    Files are report.<language>.<format>, beside the PDF its volumes report-municipalities, report-products and
    report-evidence, report.xlsx in the first language with heads in all, and report.json, in every language there is
    where that format is asked for; with `municipality` (code, name or "all") its scorecard beside `peers`, see
    `write_scorecards`.
    Raises UserError for unknown languages, formats or municipalities, for a study without findings, and where a PDF
    is asked for and no Chromium can be started (every other file is written by then).
    """
    check_formats(formats)
    step = on_step or (lambda _: None)
    look = load_theme(theme, templates()) if theme else PLAIN
    check_templates(look.templates, template_text)
    data = load_study(folder, version, _since(folder, earlier))
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
    making = _Making(folder, data, look, step, tuple(dict.fromkeys(languages)), tuple(formats))
    written = making.by_language(one_file=one_file)
    if "xlsx" in formats:
        written += making.workbook()
    if "pptx" in formats:
        written += making.slides()
    if "pdf" in formats:  # the last, since it may want a browser that is not there
        written += making.prints(chromium)
    return tuple(written)


def _since(folder: StudyFolder, earlier: Sequence[EarlierStudy]) -> Development | None:
    """What changed since earlier studies; None without any."""
    if not earlier:
        return None
    from .earlier import development  # pandas is loaded only where studies are compared.

    return development(folder, earlier)


@dataclass
class _Making:
    """A report being written: each format as a step that returns its files."""

    folder: StudyFolder
    data: StudyData
    look: Theme
    step: Step
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    kept: list[ReportModel] = field(default_factory=list)
    """The report in each language, where more than one format needs it."""

    def by_language(self, *, one_file: bool) -> list[Path]:
        """The pages and report.json: a language is made, written and gone before the next, so that a country fits."""
        made = {language: self._language(language, one_file=one_file) for language in self.languages}
        parts = {language: part for language, (part, _) in made.items()}
        others = [x for x in available_languages() if x not in parts] if "json" in self.formats else []
        parts |= {x: model_json(build(self.data, x)) for x in others}
        pages = [page for _, page in made.values() if page]
        return [_write_parts(self.folder.reports / "report.json", joined_json(parts)), *pages]

    def _language(self, language: str, *, one_file: bool) -> tuple[bytes, Path | None]:
        """Its part of report.json, and its front page where there is one."""
        model = self.look.titled(build(self.data, language))
        if "pdf" in self.formats or "xlsx" in self.formats:
            self.kept.append(model)
        page = self._page(model, one_file=one_file) if "html" in self.formats else None
        # Beside other formats the file holds the report as a whole, without each municipality's own pages.
        return model_json(model if "json" in self.formats else _as_a_whole(model)), page

    def _page(self, model: ReportModel, *, one_file: bool) -> Path:
        path = self._path(f"report.{model.language}.html")
        if one_file:
            return _write(path, html(model, theme=self.look).encode())
        others = {x: f"report.{x}.html" for x in self.languages if x != model.language}
        return write_site(model, path, _write, self.look, others)

    def workbook(self) -> list[Path]:
        """The workbook, in the first language with heads in all."""
        from .workbook import workbook

        return [_write(self._path("report.xlsx"), workbook(self.kept, self.data))]

    def slides(self) -> list[Path]:
        """A deck in each language."""
        from .slides import slides

        return [
            _write(self._path(f"report.{language}.pptx"), slides(self.data, language, self.look))
            for language in self.languages
        ]

    def prints(self, chromium: str | None) -> list[Path]:
        """The volumes on paper in each language."""
        from .pdf import pdfs  # Playwright is loaded only where a PDF is asked for.

        parts = [(name, part) for model in self.kept for name, part in volumes(model).items()]
        printed = pdfs((part for _, part in parts), chromium, self.look)
        names = ("report" if name == MAIN else f"report-{name}" for name, _ in parts)
        return [
            _write(self._path(f"{name}.{part.language}.pdf"), next(printed))
            for name, (_, part) in zip(names, parts, strict=True)
        ]

    def _path(self, name: str) -> Path:
        """Where a file goes; told before it is made."""
        self.step(name)
        return self.folder.reports / name


def _as_a_whole(model: ReportModel) -> ReportModel:
    return replace(model, sections=tuple(section for section in model.sections if section.id not in APART))


def _write(path: Path, content: bytes) -> Path:
    """Replace a file in one step."""
    return _write_parts(path, (content,))


def _write_parts(path: Path, content: Iterable[bytes]) -> Path:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                file.writelines(content)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    return path
