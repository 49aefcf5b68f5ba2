"""Key figures of the whole study, the strongest and weakest themes and services, and how sure all of it is."""

from __future__ import annotations

from reports.context import Context, runs
from reports.measures import DIGITAL, FOUND, Share, share
from reports.model import BarChart, Block, Bullets, Cell, Column, Note, Row, Run, Section, Series, Table, Tile, Tiles
from study import CrawlStatus

ORDER = 10
NAMED = 3
"""How many services an example sentence names."""


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
    """The few sentences that a reader takes along, each only when the gaps allow it."""
    words, data = context.words, context.data
    items: list[tuple[Run, ...]] = []
    themes = [(t, share(DIGITAL, data.findings(data.services(t.id)))) for t in data.themes]
    ranked = sorted((s.value or 0.0, context.name(t.name)) for t, s in themes if s.is_ranked)
    if len(ranked) > 1:
        (low, last), (high, first) = ranked[0], ranked[-1]
        items.append(
            runs(
                words(
                    "summary.headline.themes",
                    first=first,
                    high=words.percent(high),
                    last=last,
                    low=words.percent(low),
                )
            )
        )
    services = [(s, share(DIGITAL, data.findings([s]))) for s in data.services()]
    order = sorted(
        ((-(v.value or 0.0), i, s, v) for i, (s, v) in enumerate(services) if v.is_ranked), key=lambda x: x[:2]
    )
    if len(order) > 2 * NAMED:
        items.append(
            runs(
                words(
                    "summary.headline.most",
                    services=words.listing(
                        f"{context.name(s.name)} ({context.count_words(v)})" for _, _, s, v in order[:NAMED]
                    ),
                )
            )
        )
        least = sorted(order, key=lambda x: (-x[0], x[1]))[:NAMED]
        items.append(
            runs(
                words(
                    "summary.headline.least",
                    services=words.listing(
                        f"{context.name(s.name)} ({context.count_words(v)})" for _, _, s, v in least
                    ),
                )
            )
        )
    users: dict[str, set[str]] = {}
    for hit in data.hits:
        users.setdefault(hit.product_id, set()).add(hit.municipality_code)
    if users:
        top = sorted(users.items(), key=lambda item: (-len(item[1]), item[0]))[:NAMED]
        items.append(
            runs(
                words(
                    "summary.headline.products",
                    products=words.listing(
                        f"{context.product(p)} ({words('share.count', count=len(c), base=len(data.codes))})"
                        for p, c in top
                    ),
                )
            )
        )
    return Bullets(tuple(items))


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
    table = Table(
        "themes-digital-table",
        words("summary.chart.title"),
        (
            Column(words("label.theme")),
            Column(words("label.services"), "number"),
            Column(words("measures.digital.name"), "share"),
            Column(words("label.gaps"), "number"),
            Column(words("label.outside"), "number"),
        ),
        tuple(
            Row(
                (
                    Cell(n, href=f"#theme-{t.id}"),
                    Cell(words.number(len(data.services(t.id))), value=len(data.services(t.id))),
                    context.share_cell(s, gaps=False),
                    Cell(words.number(s.gaps), value=s.gaps),
                    Cell(words.number(s.outside), value=s.outside),
                )
            )
            for t, n, s in zip(data.themes, names, shares, strict=True)
        ),
        (words("measures.digital.definition"),),
    )
    wholes = [s.base + s.gaps for s in shares]
    values = tuple(s.count / w if w else 0.0 for s, w in zip(shares, wholes, strict=True))
    gaps = tuple(s.gaps / w if w else 1.0 for s, w in zip(shares, wholes, strict=True))
    texts = tuple(words.percent(s.value) if s.value is not None else words("share.none") for s in shares)
    described = "; ".join(f"{n}: {t}" for n, t in zip(names, texts, strict=True))
    return BarChart(
        "themes-digital",
        words("summary.chart.title"),
        described,
        names,
        (Series(words("measures.digital.name"), values, gaps, texts, "digital"),),
        1.0,
        table,
        words("frame.as_table"),
        words("label.gaps"),
    )
