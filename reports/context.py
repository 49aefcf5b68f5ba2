"""What every section needs at hand: the study's data, the words of one language, and the names of things in it.

Turns ids into names and states into signs; it decides nothing and counts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from study import CHANNELS, MunicipalityStatus, ServiceFinding, State
from taxonomy import Text, Theme

from . import anchors
from .clean import plain
from .data import StudyData
from .measures import Measure
from .model import Cell, Run, Tile
from .model import Text as Paragraph
from .shares import Share, Shortfall, is_outside, share_of
from .words import Words

LEVELS = ("digital", "other", "information", "none", "blocked", "unread", "outside")
"""How a grid cell is drawn, from most to least; the last three are gaps."""
NAMED = 3
"""Links in a cell that says how many more there are."""
_LEADING_HYPHEN = re.compile(r"(?<!\S)-(?=\w)")
"""A hyphen that stands for the first part of a compound; a line may not end after it."""


@cache
def _unbroken(name: str) -> str:
    return _LEADING_HYPHEN.sub("\u2011", name)


@dataclass(frozen=True)
class Context:
    """Data and words of one report in one language. `only` is the municipality of a scorecard, or None."""

    data: StudyData
    words: Words
    only: str | None = None

    @property
    def language(self) -> str:
        """Language of the report."""
        return self.words.language

    def name(self, text: Text) -> str:
        """A taxonomy text in the report's language."""
        return _unbroken(text.get(self.language))

    def size_class(self, class_id: str) -> str:
        """Inhabitants of a size class in words; its id where the taxonomy does not know it."""
        known = self.data.taxonomy.size_classes
        index = next((i for i, c in enumerate(known) if c.id == class_id), None)
        if index is None:
            return class_id
        low = known[index].at_least
        if index + 1 == len(known):
            return self.words("size.least", n=low)
        after = known[index + 1].at_least
        return self.words("size.between", low=low, high=after - 1) if low else self.words("size.under", n=after)

    def municipality(self, code: str) -> str:
        """Name of a municipality in the report's language."""
        row = self.data.status[code]
        known = self.data.taxonomy.municipalities.get(code)
        own = getattr(row, f"name_{self.language}", "") or (known.name.get(self.language) if known else "")
        return plain(own or row.name_fi or row.name_sv or code, 60)

    def region(self, row: MunicipalityStatus) -> str:
        """Name of its region."""
        return self.region_name(row.region)

    def region_name(self, region: str) -> str:
        """A region as the report's language calls it."""
        known = f"region.{region}"
        return self.words(known) if region and self.words.has(known) else plain(region, 60)

    def language_name(self, code: str) -> str:
        """What a language is called; its code where the taxonomy does not know it."""
        known = self.data.taxonomy.languages
        return self.name(known[code].name) if code in known else code

    def service(self, service_id: str) -> str:
        """Name of a service."""
        service = self.data.taxonomy.services.get(service_id)
        return self.name(service.name) if service else service_id

    def theme(self, theme_id: str) -> str:
        """Name of a theme."""
        theme = self.data.taxonomy.themes.get(theme_id)
        return self.name(theme.name) if theme else theme_id

    def channel(self, channel_id: str) -> str:
        """Name of a channel."""
        channel = self.data.taxonomy.channels.get(channel_id)
        return self.name(channel.name) if channel else channel_id

    def subtype(self, channel_id: str, subtype: str) -> str:
        """Name of a channel's subtype, empty where there is none."""
        channel = self.data.taxonomy.channels.get(channel_id)
        return self.name(channel.subtypes[subtype]) if channel and subtype in channel.subtypes else ""

    def product(self, product_id: str) -> str:
        """Name of a product."""
        product = self.data.product(product_id)
        return product.name if product else product_id

    def authentication(self, method: str | None) -> str:
        """How users identify themselves: the country's own name of its service, else the report's word."""
        for service in self.data.taxonomy.country.identification:
            if method and service.method == method:
                return self.name(service.name)
        key = f"authentication.{method}"
        return self.words(key) if method and "." not in method and self.words.has(key) else self.words("sign.nothing")

    def level(self, finding: ServiceFinding | None) -> str:
        """Which of LEVELS a cell has."""
        if finding is None:
            return "unread"
        if is_outside(finding):
            return "outside"
        if finding.state is State.BLOCKED:
            return "blocked"
        if finding.state is State.NOT_EXAMINED:
            return "unread"
        if finding.state is State.NOT_FOUND:
            return "none"
        if finding.digital:
            return "digital"
        return "other" if finding.channels else "information"

    def offered(self, finding: ServiceFinding | None) -> tuple[str, ...]:
        """Channels of a cell in display order."""
        return tuple(c for c in CHANNELS if finding and c in finding.channels)

    def state_words(self, finding: ServiceFinding | None) -> str:
        """What a cell says, in words: its level, and the reason where it is not found."""
        level = self.level(finding)
        if level in ("digital", "other"):
            return self.words.sentence_listing(self.channel(c) for c in self.offered(finding))
        text = self.words(f"level.{level}")
        if finding and finding.state_reason and level in ("blocked", "unread"):
            return f"{text}: {self.words(f'reason.{finding.state_reason.value}')}"
        return text

    def maturity_words(self, finding: ServiceFinding) -> str:
        """What a cell's maturity rests on: the kinds of the digital channel, its log-in, or the other channels."""
        if finding.state is not State.FOUND:
            return ""
        rests_on = finding.maturity_basis
        match rests_on.basis:
            case "log-in":
                return self.words("maturity.log-in", method=self.authentication(rests_on.names[0]))
            case "automated" | "authenticated" | "digital":
                names = rests_on.names or (rests_on.basis,)
                kinds = [kind for name in names if (kind := self.subtype("digital", name))]
                return self.words.sentence_listing(kinds) or self.channel("digital")
            case "printable-form":
                return self.channel(rests_on.basis)
            case "contact":
                return self.words.sentence_listing(self.channel(c) for c in CHANNELS if c in rests_on.names)
        return self.words("level.information")

    @cached_property
    def nothing(self) -> Cell:
        """The cell of which there is nothing to say."""
        return Cell(self.words("sign.nothing"))

    def number_cell(self, value: float | None) -> Cell:
        """A number, or the sign for nothing."""
        return self.nothing if value is None else Cell(self.words.number(value), value=value)

    def count_cell(self, share: Share) -> Cell:
        """A count with its base, and where the base carries it the bar and the per cent."""
        words = self.words
        gaps = self.not_known(share)
        if share.value is None:
            return Cell(words("share.count", count=share.count, base=share.base), value=share.count, gaps=gaps)
        judged = share.base / share.possible
        note = words("share.rest", base=share.base, share=words.percent(share.value))  # the count stands before it
        return Cell(
            words.number(share.count),
            value=share.count,
            share=share.value * judged,
            gap=1 - judged,
            note=note,
            gaps=gaps,
        )

    def part_cell(self, count: int, base: int) -> Cell:
        """Per cent of what was looked at, with its bar and the counts; the sign for nothing where nothing was."""
        return self.share_cell(Share(count, base, 0)) if base else self.nothing

    def links_cell(self, links: Sequence[Run]) -> Cell:
        """Links below each other, or the sign for nothing."""
        return Cell("", links=tuple(links)) if links else self.nothing

    def few_cell(self, links: Sequence[Run]) -> Cell:
        """The first links and how many more there are, where another place has them all."""
        if len(links) > NAMED + 1:
            links = [*links[:NAMED], Run(self.words("products.more", n=len(links) - NAMED))]
        return self.links_cell(links)

    def municipality_cell(self, code: str) -> Cell:
        """A municipality's name that leads to its page."""
        return Cell(self.municipality(code), href=anchors.link(anchors.municipality(code)))

    def theme_cell(self, theme: Theme) -> Cell:
        """A theme's name that leads to its part of the grid."""
        return Cell(self.name(theme.name), href=anchors.link(anchors.theme(theme.id)))

    def municipalities_cell(self, codes: Collection[str]) -> Cell:
        """The names of municipalities in the report's order, or the sign for nothing."""
        return (
            Cell(self.words.listing(self.municipality(c) for c in self.data.codes if c in codes))
            if codes
            else self.nothing
        )

    def cell_href(self, code: str, service: str) -> str:
        """Where a grid cell is proved; else its row on the municipality's page, or that page, which says why."""
        if (code, service) in self.data.evidence:
            return anchors.link(anchors.evidence(code, service))
        return anchors.link(anchors.row(code, service) if code in self.data.judged else anchors.municipality(code))

    def product_href(self, product_id: str) -> str:
        """Where a product's page is; a scorecard has none."""
        return "" if self.only else anchors.link(anchors.product(product_id))

    def share_cell(self, share: Share, *, gaps: bool = True) -> Cell:
        """A share as a cell: per cent, count of base, and the gaps where no column of their own has them."""
        value = share.value
        if value is None:
            return self._untold_cell(share, gaps=gaps)
        judged = share.base / share.possible
        return Cell(
            self.words.percent(value),
            value=round(value, 6),
            share=value * judged,
            gap=1 - judged,
            state="" if share.is_ranked else "unranked",
            note=self.words("share.count", count=share.count, base=share.base),
            gaps=self.not_known(share) if gaps else "",
        )

    def _untold_cell(self, share: Share, *, gaps: bool) -> Cell:
        """What stands in place of a share: the count and why there is no more, or the reason alone."""
        told = self.not_known(share) if gaps else ""
        if not share.base:
            state = "outside" if share.shortfall is Shortfall.OUTSIDE else "gap"
            return Cell(self.no_share(share), state=state, gaps=told)
        text = self.words("share.count", count=share.count, base=share.base)
        return Cell(text, state="few", note=self.no_share(share), gaps=told)

    def no_share(self, share: Share) -> str:
        """Why there is no share: nobody's task here, too few, too many gaps, or nothing known."""
        if share.shortfall is Shortfall.OUTSIDE:
            return self.words("share.elsewhere")
        if not share.base:
            return self.words("share.none")
        if share.shortfall is Shortfall.FEW:
            return self.words("share.few")
        return self.words("share.many_unknown" if share.unknown > share.unread else "share.many_gaps")

    def share_words(self, share: Share) -> str:
        """A share in one word: per cent, else the count, else why there is neither."""
        if share.value is not None:
            return self.words.percent(share.value)
        return self.words("share.count", count=share.count, base=share.base) if share.base else self.no_share(share)

    def basis_words(self, share: Share) -> str:
        """What a share rests on: count and base, and what the gaps leave open."""
        if not share.gaps:
            return self.words("share.basis", count=share.count, base=share.base)
        between = self.words.percents(*share.bounds)
        kind = "both" if share.unknown and share.unread else "unknown" if share.unknown else "gaps"
        return self.words(f"share.basis_{kind}", count=share.count, base=share.base, between=between)

    def figure_words(self, share: Share) -> str:
        """A share with what it rests on, for brackets; what it rests on alone where it is not told."""
        basis = self.basis_words(share)
        return (
            basis
            if share.value is None
            else self.words("share.figure", share=self.words.percent(share.value), basis=basis)
        )

    def amount_words(self, share: Share) -> str:
        """ "20 of 25 (80%)", without the per cent where the base does not carry one."""
        if share.value is None:
            return self.words("share.count", count=share.count, base=share.base)
        return self.words("share.amount", count=share.count, base=share.base, share=self.words.percent(share.value))

    def count_words(self, share: Share) -> str:
        """ "5 of 6", with the gaps where there are any."""
        text = self.words("share.count", count=share.count, base=share.base)
        return ", ".join(filter(None, (text, self.not_known(share))))

    def not_known(self, share: Share) -> str:
        """How much could not be read, and of how much that was found the answer is unknown; empty without either."""
        parts = (("gaps", share.unread), ("unknown", share.unknown))
        return ", ".join(self.words(f"share.{name}", n=n) for name, n in parts if n)

    def gap_words(self, share: Share) -> str:
        """How many gaps, unknown and outside cells a share has."""
        parts = [told] if (told := self.not_known(share)) else []
        if share.outside:
            parts.append(self.words("share.outside", n=share.outside))
        return ", ".join(parts)

    def share(
        self,
        measure: Measure,
        *,
        theme: str | None = None,
        service: str | None = None,
        codes: Sequence[str] | None = None,
    ) -> Share:
        """A measure over one service, a theme's or all, in these municipalities or all; see `shares.share_of`."""
        # Every language and many tables ask for the same: it is counted once.
        key = (measure.id, theme, service, None if codes is None else tuple(codes))
        if key not in self.data.made:
            self.data.made[key] = share_of(self.data, measure, theme=theme, service=service, codes=codes)
        found: Share = self.data.made[key]
        return found

    def pages_words(self, codes: Sequence[str]) -> str:
        """What was read of these municipalities: web pages, documents and pages of e-services, each by its number."""
        read = self.data.pages_read(codes)
        kinds = [self.words(f"counted.{kind}", n=n) for kind, n in read.items() if n or kind == "pages"]
        return self.words.listing(kinds)

    def share_tile(self, share: Share, label: str, href: str = "") -> Tile:
        """A share as a key figure; where the base does not carry it, the count with the reason and no bar."""
        if share.value is None:
            if not share.base:
                return Tile(self.no_share(share), label, self.count_words(share), href=href)
            note = ", ".join(filter(None, (self.no_share(share), self.gap_words(share))))
            return Tile(self.words("share.count", count=share.count, base=share.base), label, note, href=href)
        judged = share.base / share.possible
        text = self.words.percent(share.value)
        return Tile(text, label, self.count_words(share), share.value * judged, 1 - judged, href)

    def untold_notes(self) -> tuple[str, ...]:
        """Footnotes of a table of shares: why a cell has only a count, and which services are in no share."""
        apart = [self.name(s.name) for s in self.data.services() if s.id in self.data.apart]
        few = self.words("footnote.few")
        return (few, self.words("footnote.apart", services=self.words.listing(apart))) if apart else (few,)

    def date(self, day: date | None) -> str:
        """A day, or the sign for nothing."""
        return self.words.day(day) if day else self.words("sign.nothing")

    def paragraph(self, key: str, role: str = "", **values: object) -> Paragraph:
        """A paragraph from the locale; *stars* mark what is strong."""
        return Paragraph(runs(self.words(key, **values)), role)

    @property
    def shown(self) -> Sequence[str]:
        """Codes of the municipalities that get a page."""
        return (self.only,) if self.only else self.data.codes


def runs(text: str) -> tuple[Run, ...]:
    """A locale text as runs: what stands between *stars* is strong."""
    parts = text.split("*")
    return tuple(Run(part, strong=index % 2 == 1) for index, part in enumerate(parts) if part)
