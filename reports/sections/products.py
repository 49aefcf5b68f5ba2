"""Which products the services run on, who makes and owns them, and how much of that could not be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from reports.blocks.market import makers, owners_by_theme, service_products
from reports.blocks.owners import owner_words, owners
from reports.blocks.unclaimed import unclaimed_hosts
from reports.clean import plain
from reports.context import Context
from reports.measures import DIGITAL
from reports.model import BarChart, Block, Cell, Note, Run, Section, Series, Table
from reports.product_use import ranking, sharing, unresolved, uses
from reports.shares import RANK_LIMIT
from reports.table import Column, Group, table
from study import VendorHit
from taxonomy import Service

ORDER = 40
CHARTED = 12
"""Products drawn in the chart; the table has them all."""


def section(context: Context) -> Section | None:
    """The product part, or None where nothing was read."""
    words, data = context.words, context.data
    if not data.has_evidence:
        return None
    blocks: list[Block] = [context.paragraph("products.lead", "lead"), _unresolved(context)]
    children: list[Section] = []
    if data.hits:
        blocks += [_chart(context), _table(context)]
        owned = [block for block in (owners_by_theme(context), makers(context)) if block]
        parted = [block for block in (service_products(context),) if block]
        children += [
            Section("product-owners", words("products.owners.title"), (owners(context), *owned)),
            Section("product-services", words("products.services.title"), (*parted, _by_service(context))),
        ]
    else:
        blocks.append(Note("gap", words("products.none.title"), words("products.none.text")))
    if data.unknown:
        children.append(
            Section(
                "product-unknown",
                words("products.unknown.title"),
                (context.paragraph("products.unknown.lead"), unclaimed_hosts(context)),
            )
        )
    return Section("products", words("products.title"), tuple(blocks), tuple(children), page=True)


def _unresolved(context: Context) -> Note:
    return Note(
        "gap" if (unresolved(context).value or 0.0) > RANK_LIMIT else "info",
        context.words("products.unresolved.title"),
        _unresolved_words(context),
    )


def _unresolved_words(context: Context) -> str:
    return context.words("products.unresolved.text", amount=context.amount_words(unresolved(context)))


def _chart(context: Context) -> BarChart:
    words, data = context.words, context.data
    top = ranking(context)[:CHARTED]
    names = tuple(context.product(p) for p, _ in top)
    counts = tuple(float(len(places)) for _, places in top)
    used = uses(context)
    texts = tuple(words("share.count", count=used[p].count, base=used[p].base) for p, _ in top)
    gaps = tuple(float(used[p].gaps) for p, _ in top)
    described = "; ".join(f"{n}: {t}" for n, t in zip(names, texts, strict=True))
    series = Series(words("label.municipalities"), counts, gaps, texts, "product")
    in_figures = table(
        "products-chart-table",
        words("products.chart.title"),
        top,
        (
            Column(words("label.product"), cell=lambda item: Cell(context.product(item[0]))),
            Column(words("label.municipalities"), "number", cell=lambda item: context.number_cell(float(len(item[1])))),
        ),
    )
    return BarChart(
        "products-chart",
        words("products.chart.title"),
        described,
        names,
        (series,),
        float(len(data.codes)),
        in_figures,
        words("frame.as_table"),
        words("label.gaps"),
    )


@dataclass(frozen=True, slots=True)
class _Used:
    """A product, its first sighting, and the municipalities with the services it was seen in there."""

    id: str
    first: VendorHit
    places: Mapping[str, set[str]]


def _used(context: Context) -> list[_Used]:
    firsts: dict[str, VendorHit] = {}
    for hit in context.data.hits:
        firsts.setdefault(hit.product_id, hit)
    return [_Used(product, firsts[product], places) for product, places in ranking(context)]


def _table(context: Context) -> Table:
    words = context.words
    shared, used = sharing(context), uses(context)

    def municipalities(item: _Used) -> Cell:
        cell = context.count_cell(used[item.id])
        parts = [cell.gaps, words("products.shared", n=len(shared[item.id])) if item.id in shared else ""]
        return replace(cell, gaps=", ".join(filter(None, parts)))

    return table(
        "products-table",
        words("products.table"),
        _used(context),
        (
            Column(
                words("label.product"), cell=lambda item: Cell(context.product(item.id), context.product_href(item.id))
            ),
            Column(
                words("label.vendor"), cell=lambda item: Cell(plain(item.first.vendor, 60) or words("sign.nothing"))
            ),
            Column(words("label.owner"), cell=lambda item: Cell(owner_words(context, item.first.owner_type))),
            Column(words("label.municipalities"), "share", cell=municipalities),
            Column(words("label.services"), "number", cell=lambda item: _services(context, item)),
        ),
        (
            words("measures.product.definition"),
            _unresolved_words(context),
            *((words("products.shared_note", title=words("systems.shared.title")),) if shared else ()),
        ),
        dense=True,
    )


def _services(context: Context, item: _Used) -> Cell:
    """How many services it was seen in; which, its own page tells."""
    services = set().union(*item.places.values())
    return context.number_cell(len(services)) if services else Cell(context.words("products.no_service"))


def _by_service(context: Context) -> Table:
    words, data = context.words, context.data
    items: list[Service | Group] = []
    for theme in data.themes:
        digital = [s for s in data.services(theme.id) if context.share(DIGITAL, service=s.id).count]
        items += [Group(context.name(theme.name)), *digital] if digital else []
    return table(
        "product-services-table",
        words("products.services.table"),
        items,
        (
            Column(words("label.service"), wide=True, cell=lambda service: Cell(context.name(service.name))),
            Column(
                words("measures.digital.name"),
                "share",
                cell=lambda service: context.share_cell(context.share(DIGITAL, service=service.id)),
            ),
            Column(words("label.products_by_use"), wide=True, cell=lambda service: _by_use(context, service)),
            Column(words("label.unrecognised"), "number", cell=lambda service: _nameless(context, service)),
        ),
        (words("measures.product.definition"),),
        dense=True,
    )


def _by_use(context: Context, service: Service) -> Cell:
    """The products of a service with their numbers of municipalities, most used first."""
    data = context.data
    counts = Counter(p for f in data.findings([service]) for p in data.products_of(f.municipality_code, service.id))
    order = sorted(counts.items(), key=lambda item: (-item[1], context.product(item[0]).casefold(), item[0]))
    return context.links_cell(
        [Run(f"{context.product(p)} ({context.words.number(n)})", context.product_href(p)) for p, n in order]
    )


def _nameless(context: Context, service: Service) -> Cell:
    """Municipalities that offer the service digitally through a product that was not recognised."""
    data = context.data
    found = [f for f in data.findings([service]) if f.digital]
    return context.number_cell(sum(1 for f in found if not data.products_of(f.municipality_code, service.id)))
