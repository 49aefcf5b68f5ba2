"""What slides are made of: wide layouts in a theme's colours, texts, native charts and tables that can be restyled.

The only module that draws with python-pptx. What is drawn says no word of its own.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from markupsafe import escape
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from .context import Context
from .meanings import Meanings
from .theme import Theme

WIDTH, HEIGHT = Emu(12_192_000), Emu(6_858_000)
MARGIN, TOP, BOTTOM = Emu(609_600), Emu(1_500_000), Emu(6_400_000)
ACCENTS = ("0b5563", "5b4a8a", "8a5a1f", "9b3b52", "3d6b35", "4c5b61")
_LINE = 420_000
"""Height of a table's line."""
_TITLE_ONLY = 5
_COLOURS = (MSO_THEME_COLOR.ACCENT_1, MSO_THEME_COLOR.ACCENT_2, MSO_THEME_COLOR.ACCENT_3)
_CLOCK = (1980, 1, 1, 0, 0, 0)

Series = tuple[str, Sequence[float | None]]
"""Name of a series of bars, and its values."""


class Deck:
    """A presentation while it is written."""

    def __init__(self, context: Context, theme: Theme) -> None:
        self.context, self.words = context, context.words
        self.meanings = Meanings(context.language, context.data.taxonomy)
        self.theme = theme
        self.show = Presentation()
        self._widen()
        self._colour()

    def _widen(self) -> None:
        """Wide slides; their layouts keep the old width unless they are widened as well."""
        part = WIDTH / self.show.slide_width
        self.show.slide_width, self.show.slide_height = WIDTH, HEIGHT
        for layout in (self.show.slide_master, *self.show.slide_layouts):
            for shape in layout.placeholders:
                # What has no place of its own has the master's, which is widened already.
                if shape._element.spPr.find(qn("a:xfrm")) is not None:
                    shape.left, shape.width = Emu(int(shape.left * part)), Emu(int(shape.width * part))

    def _colour(self) -> None:
        """The theme's colours are the deck's: charts and tables name them, so that a change of theme restyles all."""
        chosen = [self.theme.colours.get(name, "").lstrip("#") for name in ("brand", "accent")]
        accents = [c for c in chosen if c] + [a for a in ACCENTS if a not in chosen]
        part = self.show.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        text = part.blob.decode("utf-8")
        for number, colour in enumerate(accents[: len(ACCENTS)], start=1):
            start = rf'(<a:accent{number}><a:srgbClr [a-z]+=")'
            text = re.sub(rf"{start}[0-9A-Fa-f]{{6}}", rf"\g<1>{colour.upper()}", text)
        if name := escape(self.theme.font_name):
            text = re.sub(r'(<a:latin typeface=")[^"]*', rf"\g<1>{name}", text)
        part._blob = text.encode("utf-8")

    @property
    def percent_format(self) -> str:
        """How a chart writes shares: as the language writes a per cent."""
        return f'0"{self.words.percent(0)[1:-1]}"%'

    def slide(self, title: str) -> Any:
        """A new slide with its title."""
        slide = self.show.slides.add_slide(self.show.slide_layouts[_TITLE_ONLY])
        slide.shapes.title.text = title
        paragraph = slide.shapes.title.text_frame.paragraphs[0]
        paragraph.font.size, paragraph.font.bold = Pt(30), True
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.color.theme_color = MSO_THEME_COLOR.ACCENT_1
        return slide

    def notes(self, slide: Any, lines: Sequence[str]) -> None:
        """What the speaker reads below a slide, a line each."""
        slide.notes_slide.notes_text_frame.text = "\n".join(line for line in lines if line)

    def text(self, slide: Any, paragraphs: Sequence[str], size: int = 18) -> None:
        """Paragraphs; what stands between stars is strong."""
        box = slide.shapes.add_textbox(MARGIN, TOP, WIDTH - 2 * MARGIN, BOTTOM - TOP)
        frame = box.text_frame
        frame.word_wrap = True
        for index, text in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(12)
            for number, part in enumerate(text.split("*")):
                run = paragraph.add_run()
                run.text, run.font.bold, run.font.size = part, number % 2 == 1, Pt(size)

    def bars(self, slide: Any, names: Sequence[str], series: Sequence[Series], shown: str, described: str) -> None:
        """A native chart of shares, bars and series from above in their order; several series have a legend."""
        data: Any = CategoryChartData(number_format=shown)  # type: ignore[no-untyped-call]
        # Bars are drawn from below.
        data.categories = list(reversed(names))
        for name, values in reversed(series):
            data.add_series(name, list(reversed(values)))
        place = (MARGIN, TOP, WIDTH - 2 * MARGIN, BOTTOM - TOP)
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *place, data)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", described)
        chart = frame.chart
        chart.has_legend, chart.has_title = len(series) > 1, False
        if chart.has_legend:
            chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        chart.font.size = Pt(14)
        chart.value_axis.maximum_scale, chart.value_axis.minimum_scale = 1.0, 0.0
        chart.value_axis.has_major_gridlines = False
        chart.value_axis.visible = False
        plot = chart.plots[0]
        plot.gap_width, plot.has_data_labels = 45, True
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = shown, False
        plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
        # The last is drawn in the first colour, as a single one is.
        for colour, drawn in zip(_COLOURS, plot.series, strict=False):
            drawn.format.fill.solid()
            drawn.format.fill.fore_color.theme_color = colour

    def table(self, slide: Any, rows: Sequence[Sequence[str]], parts: Sequence[float], described: str) -> None:
        """A native table whose first row is its head; `parts` are the columns' shares of the width."""
        place = (MARGIN, TOP, WIDTH - 2 * MARGIN, Emu(_LINE * len(rows)))
        frame = slide.shapes.add_table(len(rows), len(parts), *place)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", described)
        table = frame.table
        for column, part in zip(table.columns, parts, strict=True):
            column.width = Emu(int((WIDTH - 2 * MARGIN) * part))
        for line, texts in enumerate(rows):
            for column, text in enumerate(texts):
                cell = table.cell(line, column)
                cell.text = text
                cell.text_frame.paragraphs[0].font.size = Pt(14)
                if line == 0:
                    cell.text_frame.paragraphs[0].font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1

    def bytes(self) -> bytes:
        """The presentation, its clocks taken out."""
        stream = io.BytesIO()
        self.show.save(stream)
        return _steady(stream.getvalue())


def _steady(content: bytes, *, is_inside: bool = False) -> bytes:
    """A package whose bytes depend on what is in it only, the workbooks inside charts included."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith(".xlsx"):
                part = _steady(part, is_inside=True)
            elif name == "docProps/core.xml" and is_inside:
                part = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", part)
            new.writestr(zipfile.ZipInfo(name, _CLOCK), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
