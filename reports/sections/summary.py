"""Key figures of the whole study, the strongest and weakest themes and services, and how sure all of it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from reports.blocks.accessibility import with_statement
from reports.context import Context, runs
from reports.measures import DIGITAL, FOUND
from reports.model import BarChart, Block, Bullets, Note, Run, Section, Series, Tile, Tiles
from reports.product_use import uses
from reports.shares import Share
from reports.table import Column, table
from study import CrawlStatus
from taxonomy import Theme

ORDER = 10
NAMED = 3
"""How many services an example sentence names, unless more are equal."""
LEAST_SERVICES = 3
"""Judged services below which a theme is called neither most nor least digital; and never fewer than half."""
LEAST_THEMES = 3
"""Themes that must be comparable before one is called the most digital; and never fewer than half of them."""


def section(context: Context) -> Section | None:
    """The summary."""
    words, data = context.words, context.data
    if not data.has_evidence:
        note = Note("gap", words("summary.empty.title"), words("summary.empty.text", n=len(data.codes)))
        return Section("summary", words("summary.title"), (note, *_coverage(context)), page=True)
    blocks: list[Block] = [_lead(context), _tiles(context), _headlines(context), *_coverage(context), _themes(context)]
    return Section("summary", words("summary.title"), tuple(blocks), page=True)


def _lead(context: Context) -> Block:
    words, data = context.words, context.data
    return context.paragraph(
        "summary.lead",
        "lead",
        municipalities=words("counted.compared_municipalities", n=len(data.codes)),
        services=words("counted.compared_services", n=len(data.services())),
    )


def _tiles(context: Context) -> Tiles:
    words, data = context.words, context.data
    found, digital = context.share(FOUND), context.share(DIGITAL)
    complete = sum(1 for m in data.municipalities if m.status is CrawlStatus.COMPLETE)
    products = {h.product_id for h in data.hits}
    statements = with_statement(context)
    return Tiles(
        (
            context.share_tile(digital, words("summary.tile.digital"), "#comparison"),
            context.share_tile(found, words("summary.tile.found"), "#comparison"),
            Tile(words.number(len(products)), words("summary.tile.products", n=len(products)), href="#products"),
            Tile(
                words("share.count", count=statements.count, base=statements.base),
                words("summary.tile.statements"),
                context.gap_words(statements),
                href="#accessibility",
            ),
            Tile(
                words("share.count", count=complete, base=len(data.codes)),
                words("summary.tile.complete"),
                words("summary.tile.pages", pages=context.pages_words(data.codes)),
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


def _headlines(context: Context) -> Bullets:
    """The few sentences that a reader takes along, each only when the gaps allow it; equals are named together."""
    return Bullets((*_theme_headlines(context), *_service_headlines(context), *_product_headline(context)))


def _theme_headlines(context: Context) -> list[tuple[Run, ...]]:
    """The most and the least digital theme, where half of the themes can be compared; and why others cannot."""
    words, data = context.words, context.data
    ranked: dict[float, list[str]] = defaultdict(list)
    left_out = []
    for theme in data.themes:
        whole, name = context.share(DIGITAL, theme=theme.id), context.name(theme.name)
        reason = why_not(context, theme, whole)
        if whole.value is not None and not reason:
            ranked[whole.value].append(name)
        else:
            left_out.append(words("summary.headline.because", names=name, reason=reason))
    compared = sum(map(len, ranked.values()))
    if len(ranked) < 2 or compared < LEAST_THEMES or 2 * compared < len(data.themes):
        return []
    ends = (("first_theme", max(ranked)), ("last_theme", min(ranked)))
    told = [
        words(
            f"summary.headline.{key}",
            n=len(ranked[value]),
            names=words.listing(_some(context, ranked[value])),
            share=words.percent(value),
        )
        for key, value in ends
    ]
    if left_out:
        told[-1] += " " + words("summary.headline.left_out", names=words.listing(left_out))
    return [runs(text) for text in told]


def why_not(context: Context, theme: Theme, whole: Share) -> str:
    """Why a theme is in no order: its base, its gaps, or too few of its services; empty where it is in one."""
    words, services = context.words, context.data.services(theme.id)
    if whole.shortfall is not None:
        return words(f"share.reasons.{whole.shortfall.value}")
    if not whole.is_ranked:
        return words("share.reasons.many", gaps=words("share.gaps", n=whole.gaps))
    told = sum(1 for s in services if s.id not in context.data.apart and context.share(DIGITAL, service=s.id).base)
    if told < LEAST_SERVICES or 2 * told < len(services):
        return words("share.reasons.services", n=told, all=len(services))
    return ""


def _service_headlines(context: Context) -> list[tuple[Run, ...]]:
    words, data = context.words, context.data
    groups: dict[float, list[str]] = defaultdict(list)
    for service in data.services():
        found = context.share(DIGITAL, service=service.id)
        if found.is_ranked and found.value is not None:
            groups[found.value].append(f"{context.name(service.name)} ({context.count_words(found)})")
    compared = sum(map(len, groups.values()))
    if len(groups) < 2 or compared <= 2 * NAMED or 2 * compared < len(data.services()):
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
    words = context.words
    groups: dict[int, list[str]] = defaultdict(list)
    for product, use in uses(context).items():
        if use.is_told:
            groups[use.count].append(f"{context.product(product)} ({context.count_words(use)})")
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
    shares = [context.share(DIGITAL, theme=t.id) for t in data.themes]
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
    values = tuple(s.count / s.possible if s.is_told else 0.0 for s in shares)
    gaps = tuple(s.gaps / s.possible if s.is_told else 0.0 for s in shares)
    outside = tuple(float(not s.is_told) for s in shares)
    texts = tuple(map(context.share_words, shares))
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
