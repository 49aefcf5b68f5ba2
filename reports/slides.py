"""Writes a study as slides: key findings, native charts and tables that a reader can restyle, notes with the sources.

The only module that speaks to python-pptx. The same study gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from markupsafe import escape
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from .blocks.audiences import audiences
from .blocks.findings import Finding, key_findings
from .context import Context
from .data import StudyData
from .meanings import Meanings
from .measures import BY_CHANNEL, DIGITAL
from .metadata import citation_text
from .product_use import ranking
from .shares import Share
from .theme import PLAIN, Theme
from .words import Words

if TYPE_CHECKING:
    from .earlier import Development

WIDTH, HEIGHT = Emu(12_192_000), Emu(6_858_000)
MARGIN, TOP, BOTTOM = Emu(609_600), Emu(1_500_000), Emu(6_400_000)
LOGO = Emu(640_080)
"""Height of the logo: two thirds of an inch."""
ON_A_SLIDE = 4
"""Most findings of a slide."""
PRODUCTS = 10
ACCENTS = ("0b5563", "5b4a8a", "8a5a1f", "9b3b52", "3d6b35", "4c5b61")
_TITLE, _TITLE_ONLY = 0, 5
_CLOCK = (1980, 1, 1, 0, 0, 0)


def slides(data: StudyData, language: str, theme: Theme = PLAIN) -> bytes:
    """The slides of a study in one language, in the theme's colours, with its logo and letters."""
    deck = _Deck(Context(data, Words(language)), theme)
    deck.fill()
    return deck.bytes()


class _Deck:
    """One presentation while it is written."""

    def __init__(self, context: Context, theme: Theme) -> None:
        self.context, self.words = context, context.words
        self.theme = theme
        self.meanings = Meanings(context.language, context.data.taxonomy)
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

    def fill(self) -> None:
        """All slides."""
        self._cover()
        if self.context.data.has_evidence:
            self._findings()
            self._meaning()
            self._themes()
            self._channels()
            self._products()
            self._development()
        self._reading()
        made = self.context.data.crawl_days
        day = made[1] if made else None
        properties = self.show.core_properties
        properties.title = self.context.data.title_in(self.words)
        properties.author = "; ".join(self.context.data.authorship.authors) or self.theme.name
        properties.language = self.context.language
        moment = datetime(day.year, day.month, day.day) if day else datetime(self.context.data.year, 12, 31)  # noqa: DTZ001
        properties.created = properties.modified = moment

    def _cover(self) -> None:
        data, words = self.context.data, self.words
        slide = self.show.slides.add_slide(self.show.slide_layouts[_TITLE])
        slide.shapes.title.text = self.theme.titles.get(self.context.language) or data.title_in(words)
        days = words.days(*data.crawl_days) if data.crawl_days else words("cover.unread")
        slide.placeholders[1].text = f"{words('cover.subtitle')}\n{days}"
        self._logo(slide)
        self._notes(slide, [words("cover.note"), citation_text(data, self.context.language)])

    def _logo(self, slide: Any) -> None:
        """The theme's logo in the corner of the cover, with what it says for those who do not see it."""
        if picture := self.theme.picture():
            shape = slide.shapes.add_picture(io.BytesIO(picture), MARGIN, MARGIN, height=LOGO)
            shape._element.nvPicPr.cNvPr.set("descr", self.theme.logo_text or self.theme.name)

    def _slide(self, title: str) -> Any:
        slide = self.show.slides.add_slide(self.show.slide_layouts[_TITLE_ONLY])
        slide.shapes.title.text = title
        paragraph = slide.shapes.title.text_frame.paragraphs[0]
        paragraph.font.size, paragraph.font.bold = Pt(30), True
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.color.theme_color = MSO_THEME_COLOR.ACCENT_1
        return slide

    def _notes(self, slide: Any, lines: Sequence[str]) -> None:
        slide.notes_slide.notes_text_frame.text = "\n".join(line for line in lines if line)

    def _text(self, slide: Any, paragraphs: Sequence[str], size: int = 18) -> None:
        box = slide.shapes.add_textbox(MARGIN, TOP, WIDTH - 2 * MARGIN, BOTTOM - TOP)
        frame = box.text_frame
        frame.word_wrap = True
        for index, text in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(12)
            for number, part in enumerate(text.split("*")):
                run = paragraph.add_run()
                run.text, run.font.bold, run.font.size = part, number % 2 == 1, Pt(size)

    def _findings(self) -> None:
        found = key_findings(self.context)
        groups = [found[i : i + ON_A_SLIDE] for i in range(0, len(found), ON_A_SLIDE)]
        for number, group in enumerate(groups, start=1):
            title = self.words("slides.findings")
            if len(groups) > 1:
                title = self.words("slides.part", title=title, n=number, of=len(groups))
            slide = self._slide(title)
            self._text(slide, [item.sentence for item in group], 20)
            self._notes(slide, [self.words("slides.sources"), *map(self._source, group)])

    def _source(self, item: Finding) -> str:
        """What a finding rests on: its number, base, interval, and the tables it was counted from."""
        words = self.words
        parts = [f"{item.title}: {item.text}"]
        if item.share is not None:
            parts.append(self.context.count_words(item.share))
        if item.interval is not None:
            low, high = (words.percent(value) for value in item.interval)
            parts.append(words("slides.interval", low=low, high=high))
        tables = dict.fromkeys(source.table for source in item.sources)
        parts += [words("slides.counted", table=self.meanings.table(table)) for table in tables]
        return "; ".join(parts)

    def _meaning(self) -> None:
        items = audiences(self.context).items
        if items:
            slide = self._slide(self.words("slides.meaning"))
            self._text(slide, [f"*{item.term}*: {item.text}" for item in items])
            self._notes(slide, [self.words("slides.sources"), *map(self._source, key_findings(self.context))])

    def _themes(self) -> None:
        rows = [(self.context.name(t.name), self.context.share(DIGITAL, theme=t.id)) for t in self.context.data.themes]
        self._bars(self.words("slides.themes"), rows, self.words("measures.digital.definition"))

    def _channels(self) -> None:
        rows = [(self.context.channel(c), self.context.share(m)) for c, m in BY_CHANNEL.items()]
        self._bars(self.words("slides.channels"), rows, self.words("measures.channel.definition"))

    def _bars(self, title: str, rows: Sequence[tuple[str, Share]], definition: str) -> None:
        """A native bar chart of shares; what is not told has no bar, and the notes say every count."""
        told = [(name, share) for name, share in rows if share.value is not None]
        if not told:
            return
        slide = self._slide(title)
        shown = f'0"{self.words.percent(0)[1:-1]}"%'  # as the language writes a per cent
        chart_data: Any = CategoryChartData(number_format=shown)  # type: ignore[no-untyped-call]
        # Bars are drawn from below.
        chart_data.categories = [name for name, _ in reversed(told)]
        chart_data.add_series(self.words("slides.share"), [share.value for _, share in reversed(told)])
        size = (MARGIN, TOP, WIDTH - 2 * MARGIN, BOTTOM - TOP)
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *size, chart_data)
        described = "; ".join(f"{name} {self.context.share_words(share)}" for name, share in rows)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", self.words("slides.chart", text=described))
        chart = frame.chart
        chart.has_legend, chart.has_title = False, False
        chart.font.size = Pt(14)
        chart.value_axis.maximum_scale, chart.value_axis.minimum_scale = 1.0, 0.0
        chart.value_axis.has_major_gridlines = False
        chart.value_axis.visible = False
        plot = chart.plots[0]
        plot.gap_width, plot.has_data_labels = 45, True
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = shown, False
        plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
        fill = plot.series[0].format.fill
        fill.solid()
        fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
        lines = [
            f"{name}: {self.context.share_words(share)}, {self.context.count_words(share)}" for name, share in rows
        ]
        self._notes(slide, [definition, *lines])

    def _products(self) -> None:
        """A native table of the products by municipalities."""
        context, data = self.context, self.context.data
        top = ranking(context)[:PRODUCTS]
        if not top:
            return
        slide = self._slide(self.words("slides.products"))
        place = (MARGIN, TOP, WIDTH - 2 * MARGIN, Emu(420_000 * (len(top) + 1)))
        frame = slide.shapes.add_table(len(top) + 1, 3, *place)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", self.words("slides.products"))
        table = frame.table
        for column, part in zip(table.columns, (0.45, 0.4, 0.15), strict=True):
            column.width = Emu(int((WIDTH - 2 * MARGIN) * part))
        makers = {hit.product_id: hit.vendor for hit in data.hits}
        heads = [self.words(f"slides.{key}") for key in ("product", "vendor", "municipalities")]
        rows = [[context.product(p), makers.get(p, ""), self.words.number(len(places))] for p, places in top]
        for line, texts in enumerate([heads, *rows]):
            for column, text in enumerate(texts):
                cell = table.cell(line, column)
                cell.text = text
                cell.text_frame.paragraphs[0].font.size = Pt(14)
                if line == 0:
                    cell.text_frame.paragraphs[0].font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
        counted = self.words("slides.counted", table=self.meanings.table("vendor_hits"))
        self._notes(slide, [self.words("slides.sources"), counted, self.words("measures.product.definition")])

    def _development(self) -> None:
        """What the sites changed since earlier studies, and in the notes on which cells that rests."""
        since = self.context.data.development
        if since is None:
            return
        # pandas is loaded only where studies are compared.
        from .blocks.development.panel import panel
        from .blocks.development.told import sentences

        words = self.words
        told = sentences(self.context, since, panel(self.context.data)) or [self._undeveloped(since)]
        slide = self._slide(words("development.title"))
        self._text(slide, told[:ON_A_SLIDE], 20)
        counted = words("slides.counted", table=self.meanings.table("changes"))
        self._notes(slide, [words("slides.sources"), counted, words("development.basket"), *told[ON_A_SLIDE:]])

    def _undeveloped(self, since: Development) -> str:
        """Why there is no development to tell."""
        return self.words("development.nothing" if since.is_separated else "development.mixed.title")

    def _reading(self) -> None:
        words = self.words
        slide = self._slide(words("slides.read"))
        self._text(slide, [words("method.shares"), words("limits.automatic"), words("limits.absence")], 16)
        cited = citation_text(self.context.data, self.context.language)
        self._notes(slide, [f"{words('slides.cite')}: {cited}"])

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
