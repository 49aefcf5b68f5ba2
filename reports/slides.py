"""Writes a study as slides: key findings, native charts and tables that a reader can restyle, notes with the sources.

The same study gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pptx.util import Emu

from .blocks.audiences import audiences
from .blocks.findings import Finding, key_findings
from .context import Context
from .data import StudyData
from .measures import BY_CHANNEL, DIGITAL
from .metadata import citation_text
from .product_use import ranking
from .shares import Share
from .slide_parts import MARGIN, Deck
from .theme import PLAIN, Theme
from .words import Words

LOGO = Emu(640_080)
"""Height of the logo: two thirds of an inch."""
ON_A_SLIDE = 4
"""Most findings of a slide."""
PRODUCTS = 10
_TITLE = 0


def slides(data: StudyData, language: str, theme: Theme = PLAIN) -> bytes:
    """The slides of a study in one language, in the theme's colours, with its logo and letters."""
    deck = _StudyDeck(Context(data, Words(language)), theme)
    deck.fill()
    return deck.bytes()


class _StudyDeck(Deck):
    """The slides of one study while they are written."""

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
        self.notes(slide, [words("cover.note"), citation_text(data, self.context.language)])

    def _logo(self, slide: Any) -> None:
        """The theme's logo in the corner of the cover, with what it says for those who do not see it."""
        if picture := self.theme.picture():
            shape = slide.shapes.add_picture(io.BytesIO(picture), MARGIN, MARGIN, height=LOGO)
            shape._element.nvPicPr.cNvPr.set("descr", self.theme.logo_text or self.theme.name)

    def _findings(self) -> None:
        found = key_findings(self.context)
        groups = [found[i : i + ON_A_SLIDE] for i in range(0, len(found), ON_A_SLIDE)]
        for number, group in enumerate(groups, start=1):
            title = self.words("slides.findings")
            if len(groups) > 1:
                title = self.words("slides.part", title=title, n=number, of=len(groups))
            slide = self.slide(title)
            self.text(slide, [item.sentence for item in group], 20)
            self.notes(slide, [self.words("slides.sources"), *map(self._source, group)])

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
            slide = self.slide(self.words("slides.meaning"))
            self.text(slide, [f"*{item.term}*: {item.text}" for item in items])
            self.notes(slide, [self.words("slides.sources"), *map(self._source, key_findings(self.context))])

    def _themes(self) -> None:
        rows = [(self.context.name(t.name), self.context.share(DIGITAL, theme=t.id)) for t in self.context.data.themes]
        self._bars(self.words("slides.themes"), rows, self.words("measures.digital.definition"))

    def _channels(self) -> None:
        rows = [(self.context.channel(c), self.context.share(m)) for c, m in BY_CHANNEL.items()]
        self._bars(self.words("slides.channels"), rows, self.words("measures.channel.definition"))

    def _bars(self, title: str, rows: Sequence[tuple[str, Share]], definition: str) -> None:
        """Shares as bars; what is not told has no bar, and the notes say every count."""
        told = [(name, share.value) for name, share in rows if share.value is not None]
        if not told:
            return
        slide = self.slide(title)
        described = "; ".join(f"{name} {self.context.share_words(share)}" for name, share in rows)
        series = (self.words("slides.share"), [value for _, value in told])
        self.bars(
            slide,
            [name for name, _ in told],
            [series],
            self.percent_format,
            self.words("slides.chart", text=described),
        )
        lines = [
            f"{name}: {self.context.share_words(share)}, {self.context.count_words(share)}" for name, share in rows
        ]
        self.notes(slide, [definition, *lines])

    def _products(self) -> None:
        """The products by municipalities."""
        context, data = self.context, self.context.data
        top = ranking(context)[:PRODUCTS]
        if not top:
            return
        slide = self.slide(self.words("slides.products"))
        makers = {hit.product_id: hit.vendor for hit in data.hits}
        heads = [self.words(f"slides.{key}") for key in ("product", "vendor", "municipalities")]
        rows = [[context.product(p), makers.get(p, ""), self.words.number(len(places))] for p, places in top]
        self.table(slide, [heads, *rows], (0.45, 0.4, 0.15), self.words("slides.products"))
        counted = self.words("slides.counted", table=self.meanings.table("vendor_hits"))
        self.notes(slide, [self.words("slides.sources"), counted, self.words("measures.product.definition")])

    def _development(self) -> None:
        """What the sites changed since earlier studies."""
        if self.context.data.development is not None:
            from .slide_years import year_slides  # pandas is loaded only where studies are compared

            year_slides(self, self.context.data.development)

    def _reading(self) -> None:
        words = self.words
        slide = self.slide(words("slides.read"))
        self.text(slide, [words("method.shares"), words("limits.automatic"), words("limits.absence")], 16)
        cited = citation_text(self.context.data, self.context.language)
        self.notes(slide, [f"{words('slides.cite')}: {cited}"])
