"""The slides: native charts and tables, notes with sources, the theme's colours, nothing that falls off a slide."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE

from reports import load_study, render
from reports.blocks.findings import key_findings
from reports.context import Context
from reports.measures import DIGITAL
from reports.slides import slides
from reports.theme import Theme, load_theme
from reports.words import Words
from study import StudyFolder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, inventor: Callable[..., Any]) -> StudyFolder:
    """A study of twelve municipalities."""
    study: StudyFolder = inventor(12).write(tmp_path_factory.mktemp("slides") / "study")
    return study


def deck(folder: StudyFolder, language: str, theme: Theme | None = None) -> Any:
    """The slides, read again."""
    data = load_study(folder)
    return Presentation(io.BytesIO(slides(data, language, theme) if theme else slides(data, language)))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_key_finding_with_its_sources_in_the_notes(folder: StudyFolder, language: str) -> None:
    """The sentence on a slide, its number and base below it."""
    show = deck(folder, language)
    shown = [(" ".join(s.text_frame.text for s in slide.shapes if s.has_text_frame), slide) for slide in show.slides]
    for item in key_findings(Context(load_study(folder), Words(language))):
        slide = next(slide for text, slide in shown if item.sentence.replace("*", "") in text)
        assert f"{item.title}: {item.text}" in slide.notes_slide.notes_text_frame.text
    assert all(slide.notes_slide.notes_text_frame.text for slide in show.slides)


def test_charts_and_tables_are_native_and_say_the_reports_numbers(folder: StudyFolder) -> None:
    """A reader can restyle them: their colours are the theme's, their numbers stand in a workbook."""
    show = deck(folder, "en")
    frames = [shape for slide in show.slides for shape in slide.shapes]
    charts = [shape.chart for shape in frames if shape.has_chart]
    assert len(charts) == 2
    assert any(shape.has_table for shape in frames)
    context = Context(load_study(folder), Words("en"))
    values = dict(zip(charts[0].plots[0].categories, charts[0].plots[0].series[0].values, strict=True))
    told = {context.name(t.name): context.share(DIGITAL, theme=t.id).value for t in context.data.themes}
    assert values == pytest.approx({name: value for name, value in told.items() if value is not None})
    assert all(chart.plots[0].series[0].format.fill.fore_color.theme_color is not None for chart in charts)
    for shape in frames:
        if shape.has_chart or shape.has_table:
            assert shape._element.nvGraphicFramePr.cNvPr.get("descr")


def test_everything_lies_on_its_slide(folder: StudyFolder) -> None:
    """Titles and boxes, with the places that layouts give them."""
    show = deck(folder, "fi")
    for slide in show.slides:
        for shape in slide.shapes:
            assert shape.width > 0
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= show.slide_width
            assert shape.top + shape.height <= show.slide_height


def test_the_themes_colours_are_the_decks(folder: StudyFolder) -> None:
    """The first colour of the deck is the brand's."""
    show = deck(folder, "en", Theme(name="House", colours={"brand": "#123456"}))
    theme = show.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob.decode("utf-8")
    assert '<a:accent1><a:srgbClr val="123456"/>' in theme


def test_same_study_same_bytes(folder: StudyFolder) -> None:
    """No clock inside, nor in the workbooks of its charts."""
    written = render(folder, languages=("fi", "en"), formats=("pptx",))
    assert [path.name for path in written[1:]] == ["report.fi.pptx", "report.en.pptx"]
    with zipfile.ZipFile(written[1]) as package:
        assert {item.date_time[0] for item in package.infolist()} == {1980}
        assert any(name.endswith(".xlsx") for name in package.namelist())
    first = written[1].read_bytes()
    assert render(folder, languages=("fi",), formats=("pptx",))[1].read_bytes() == first


@pytest.mark.parametrize(("count", "failed"), [(1, False), (2, True)])
def test_one_municipality_and_none_read(tmp_path: Path, inventor: Callable[..., Any], count: int, failed: bool) -> None:
    """There is less to show, and what there is stands."""
    show = deck(inventor(count, all_failed=failed).write(tmp_path / "study"), "sv")
    assert len(show.slides) >= 2


def test_a_themes_logo_and_letters_are_the_decks(folder: StudyFolder, tmp_path: Path) -> None:
    """The logo stands on the cover with its text; a logo drawn in lines, which slides do not take, is left out."""
    picture = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    (tmp_path / "logo.png").write_bytes(picture)
    (tmp_path / "theme.toml").write_text(
        'logo = { file = "logo.png", alt = "Own & Co" }\n[fonts]\nname = "Own <Sans>"\n', "utf-8"
    )
    show = deck(folder, "en", load_theme(tmp_path / "theme.toml", frozenset()))
    logos = [shape for shape in show.slides[0].shapes if hasattr(shape, "image")]
    assert [logo.image.blob for logo in logos] == [picture]
    assert logos[0]._element.nvPicPr.cNvPr.get("descr") == "Own & Co"
    part = show.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    assert part.blob.decode().count('<a:latin typeface="Own &lt;Sans&gt;"') == 2
    drawn = deck(folder, "en", Theme(logo="data:image/svg+xml;base64,AA=="))
    assert not [shape for shape in drawn.slides[0].shapes if hasattr(shape, "image")]
