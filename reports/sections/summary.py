"""Key figures of the whole study, the strongest and weakest themes and services, and how sure all of it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from reports.context import Context, runs
from reports.measures import DIGITAL, FOUND
from reports.model import BarChart, Block, Bullets, Note, Run, Section, Series, Tile, Tiles
from reports.product_use import ranking
from reports.shares import Share, share
from reports.table import Column, table
from study import CrawlStatus

ORDER = 10
NAMED = 3
"""How many services an example sentence names, unless more are equal."""
LEAST_SERVICES = 3
"""Judged services below which a theme is called neither most nor least digital."""


def section(context: Context) -> Section | None:
    """The summary."""
    words, data = context.words, context.data
    if not data.has_evidence:
        note = Note("gap", words("summary.empty.title"), words("summary.empty.text", n=len(data.codes)))
        return Section("summary", words("summary.title"), (note, *_coverage(context)), page=True)
    blocks: list[Block] = [_lead(context), _tiles(context), _headlines(context), *_coverage(context), _themes(context)]
    return Section("summary", words("summary.title"), tuple(blocks), page=True)


def _lead(context: Context) -> Block:
    data = context.data
    return context.paragraph("summary.lead", "lead", municipalities=len(data.codes), services=len(data.services()))


def _tiles(context: Context) -> Tiles:
    words, data = context.words, context.data
    every = data.findings()
    found, digital = share(FOUND, every), share(DIGITAL, every)
    complete = sum(1 for m in data.municipalities if m.status is CrawlStatus.COMPLETE)
    products = {h.product_id for h in data.hits}
    pages = sum(m.pages_fetched for m in data.municipalities)
    statements = sum(1 for c in data.codes if any(s.found for s in data.statements.get(c, ())))
    return Tiles(
        (
            _share_tile(context, digital, "digital"),
            _share_tile(context, found, "found"),
            Tile(words.number(len(products)), words("summary.tile.products", n=len(products)), href="#products"),
            Tile(
                words("share.count", count=statements, base=len(data.codes)),
                words("summary.tile.statements"),
                href="#accessibility",
            ),
            Tile(
                words("share.count", count=complete, base=len(data.codes)),
                words("summary.tile.complete"),
                words("summary.tile.pages", n=pages),
                href="#coverage",
            ),
            Tile(
                words.number(found.gaps),
                words("summary.tile.gaps", n=found.gaps),
                words("share.outside", n=found.outside) if found.outside else "",
                href="#coverage",
            ),
        )
    )


def _share_tile(context: Context, value: Share, name: str) -> Tile:
    words = context.words
    text = words.percent(value.value) if value.value is not None else words("share.none")
    part = value.base / (value.base + value.gaps) if value.base + value.gaps else 0.0
    filled = (value.value or 0.0) * part
    return Tile(text, words(f"summary.tile.{name}"), context.count_words(value), filled, 1 - part, "#comparison")


def _headlines(context: Context) -> Bullets:
    """The few sentences that a reader takes along, each only when the gaps allow it; equals are named together."""
    return Bullets((*_theme_headlines(context), *_service_headlines(context), *_product_headline(context)))


def _theme_headlines(context: Context) -> list[tuple[Run, ...]]:
    words, data = context.words, context.data
    ranked: dict[float, list[str]] = defaultdict(list)
    for theme in data.themes:
        services = data.services(theme.id)
        judged = sum(1 for s in services if share(DIGITAL, data.findings([s])).base)
        whole = share(DIGITAL, data.findings(services))
        if whole.is_ranked and whole.value is not None and judged >= LEAST_SERVICES:
            ranked[whole.value].append(context.name(theme.name))
    if len(ranked) < 2:
        return []
    ends = (("first_theme", max(ranked)), ("last_theme", min(ranked)))
    return [
        runs(
            words(
                f"summary.headline.{key}",
                n=len(ranked[value]),
                names=words.listing(_some(context, ranked[value])),
                share=words.percent(value),
                least=LEAST_SERVICES,
            )
        )
        for key, value in ends
    ]


def _service_headlines(context: Context) -> list[tuple[Run, ...]]:
    words, data = context.words, context.data
    groups: dict[float, list[str]] = defaultdict(list)
    for service in data.services():
        found = share(DIGITAL, data.findings([service]))
        if found.is_ranked and found.value is not None:
            groups[found.value].append(f"{context.name(service.name)} ({context.count_words(found)})")
    if len(groups) < 2 or sum(map(len, groups.values())) <= 2 * NAMED:
        return []
    ends = (("most", sorted(groups, reverse=True)), ("least", sorted(groups)))
    # Only half of the values at either end: what stands in the middle is neither.
    half = len(groups) // 2
    return [
        runs(
            words(
                f"summary.headline.{key}",
                services=words.listing(named(context, [groups[v] for v in order[:half]])),
            )
        )
        for key, order in ends
    ]


def _product_headline(context: Context) -> list[tuple[Run, ...]]:
    words, data = context.words, context.data
    groups: dict[int, list[str]] = defaultdict(list)
    for product, places in ranking(context):
        count = words("share.count", count=len(places), base=len(data.codes))
        groups[len(places)].append(f"{context.product(product)} ({count})")
    if not groups:
        return []
    names = named(context, [groups[n] for n in sorted(groups, reverse=True)])
    return [runs(words("summary.headline.products", products=words.listing(names)))]


def named(context: Context, groups: Sequence[Sequence[str]]) -> list[str]:
    """The names at the head of an order of equals: whole groups as long as they fit, and how many equals are left."""
    chosen: list[str] = []
    for group in groups:
        if chosen and len(chosen) + len(group) > NAMED:
            break
        chosen += _some(context, group)
    return chosen


def _some(context: Context, names: Sequence[str]) -> list[str]:
    if len(names) <= NAMED + 1:
        return list(names)
    return [*names[:NAMED], context.words("summary.headline.others", n=len(names) - NAMED)]


def _coverage(context: Context) -> tuple[Block, ...]:
    """A warning when municipalities were not read completely."""
    words, data = context.words, context.data
    unfinished = [m.code for m in data.municipalities if m.status is not CrawlStatus.COMPLETE]
    if not unfinished:
        return ()
    names = words.listing(context.municipality(c) for c in unfinished)
    text = words("summary.incomplete.text", n=len(unfinished), all=len(data.codes), names=names)
    return (Note("gap", words("summary.incomplete.title"), text),)


def _themes(context: Context) -> BarChart:
    """Digital share of each theme, with the share of gaps hatched."""
    words, data = context.words, context.data
    shares = [share(DIGITAL, data.findings(data.services(t.id))) for t in data.themes]
    names = tuple(context.name(t.name) for t in data.themes)
    in_figures = table(
        "themes-digital-table",
        words("summary.chart.title"),
        list(zip(data.themes, shares, strict=True)),
        (
            Column(words("label.theme"), cell=lambda item: context.theme_cell(item[0])),
            Column(
                words("label.services"), "number", cell=lambda item: context.number_cell(len(data.services(item[0].id)))
            ),
            Column(words("measures.digital.name"), "share", cell=lambda item: context.share_cell(item[1], gaps=False)),
            Column(words("label.gaps"), "number", cell=lambda item: context.number_cell(item[1].gaps)),
            Column(words("label.outside"), "number", cell=lambda item: context.number_cell(item[1].outside)),
        ),
        (words("measures.digital.definition"),),
    )
    wholes = [s.base + s.gaps for s in shares]
    values = tuple(s.count / w if w else 0.0 for s, w in zip(shares, wholes, strict=True))
    gaps = tuple(s.gaps / w if w else 0.0 if s.outside else 1.0 for s, w in zip(shares, wholes, strict=True))
    outside = tuple(float(not w and s.outside > 0) for s, w in zip(shares, wholes, strict=True))
    texts = tuple(words.percent(s.value) if s.value is not None else context.no_share(s) for s in shares)
    described = "; ".join(f"{n}: {t}" for n, t in zip(names, texts, strict=True))
    return BarChart(
        "themes-digital",
        words("summary.chart.title"),
        described,
        names,
        (Series(words("measures.digital.name"), values, gaps, texts, "digital", outside),),
        1.0,
        in_figures,
        words("frame.as_table"),
        words("label.gaps"),
    )
