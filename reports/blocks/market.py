"""Who carries the services: the products of each service, the makers behind them, and who owns what they run on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reports.blocks.owners import owner_words
from reports.clean import plain
from reports.context import Context
from reports.data import StudyData, once_a_study
from reports.measures import Measure
from reports.model import BarChart, Cell, Run, Series, StackChart
from reports.shares import Share, share
from reports.table import Column, table
from study import ServiceFinding
from taxonomy import Service, Theme

SERVICES, MAKERS = 14, 10
"""Most services and makers drawn; the tables of the products have them all."""
COLOURS = ("digital", "second", "third", "fourth")
"""Colours of the parts of a bar, the last for the rest."""


@dataclass(frozen=True, slots=True)
class _Parted:
    """A service with its digital cells by product, most used first, and those of unknown products."""

    service: Service
    products: list[tuple[str, int]]
    known: int
    unknown: int


def service_products(context: Context) -> StackChart | None:
    """The products of the services of which most is known; None where none carries a share."""
    words = context.words
    found = [item for item in (_parted(context.data, s) for s in context.data.services()) if item is not None]
    shown = sorted(found, key=lambda item: (-item.known, context.name(item.service.name)))[:SERVICES]
    if not shown:
        return None
    labels = [words(f"market.part_{name}") for name in ("first", "second", "others")]
    parts = (*zip(COLOURS[:3], labels, strict=True), ("gap", words("products.page.unknown")))

    def named(place: int) -> Callable[[_Parted], Cell]:
        return lambda item: _product(context, item, place)

    in_figures = table(
        "service-products-chart-table",
        words("market.services"),
        shown,
        (
            Column(words("label.service"), wide=True, cell=lambda item: Cell(context.name(item.service.name))),
            Column(labels[0], wide=True, cell=named(0)),
            Column(labels[1], wide=True, cell=named(1)),
            Column(labels[2], "number", cell=lambda item: context.number_cell(_values(item)[2])),
            Column(words("label.unrecognised"), "number", cell=lambda item: context.number_cell(item.unknown)),
        ),
        (words("market.note"),),
    )
    return StackChart(
        "service-products-chart",
        words("market.services"),
        "; ".join(f"{context.name(i.service.name)}: {_leader(context, i)}" for i in shown),
        tuple(context.name(item.service.name) for item in shown),
        parts,
        tuple((*map(float, _values(item)), float(item.unknown)) for item in shown),
        tuple(_leader(context, item) for item in shown),
        in_figures,
        words("frame.as_table"),
    )


def _parted(data: StudyData, service: Service) -> _Parted | None:
    """None where the share of a product could not be told."""
    cells = [f for f in data.findings([service]) if f.digital]
    # A municipality that uses two counts with the one that is commoner, so that the parts make up the whole.
    used = Counter(p for f in cells for p in data.products_of(f.municipality_code, service.id))
    first = [
        min(products, key=lambda p: (-used[p], p))
        for f in cells
        if (products := data.products_of(f.municipality_code, service.id))
    ]
    if not Share(0, len(first), len(cells) - len(first)).is_told:
        return None
    order = sorted(Counter(first).items(), key=lambda item: (-item[1], item[0]))
    return _Parted(service, order, len(first), len(cells) - len(first))


def _values(item: _Parted) -> tuple[int, int, int]:
    counts = [n for _, n in item.products]
    return counts[0], counts[1] if len(counts) > 1 else 0, sum(counts[2:])


def _leader(context: Context, item: _Parted) -> str:
    product, count = item.products[0]
    amount = context.words("share.count", count=count, base=item.known)
    return context.words("market.leader", product=context.product(product), amount=amount)


def _product(context: Context, item: _Parted, place: int) -> Cell:
    if place >= len(item.products):
        return context.nothing
    product, count = item.products[place]
    return context.links_cell(
        [Run(f"{context.product(product)} ({context.words.number(count)})", context.product_href(product))]
    )


@dataclass(frozen=True, slots=True)
class _Maker:
    """A maker with its products and the digital cells behind which they stand."""

    name: str
    products: int
    municipalities: int
    share: Share


def makers(context: Context) -> BarChart | None:
    """The makers behind most digital services; None where no maker is known or the base is too small."""
    words = context.words
    shown = _makers(context.data)[:MAKERS]
    if not shown or not shown[0].share.is_told:
        return None
    names = tuple(plain(item.name, 60) for item in shown)
    texts = tuple(context.words.percent(item.share.value or 0.0) for item in shown)
    in_figures = table(
        "makers-chart-table",
        words("market.makers"),
        shown,
        (
            Column(words("label.vendor"), cell=lambda item: Cell(plain(item.name, 60))),
            Column(words("label.products"), "number", cell=lambda item: context.number_cell(item.products)),
            Column(words("label.municipalities"), "number", cell=lambda item: context.number_cell(item.municipalities)),
            Column(words("measures.maker.name"), "share", cell=lambda item: context.share_cell(item.share)),
        ),
        (words("measures.maker.definition"),),
    )
    series = Series(
        words("measures.maker.name"),
        tuple(item.share.value or 0.0 for item in shown),
        tuple(0.0 for _ in shown),
        texts,
        "product",
    )
    described = "; ".join(f"{n}: {t}" for n, t in zip(names, texts, strict=True))
    highest = max(item.share.value or 0.0 for item in shown)
    return BarChart(
        "makers-chart",
        words("market.makers"),
        described,
        names,
        (series,),
        highest,
        in_figures,
        words("frame.as_table"),
    )


@once_a_study
def _makers(data: StudyData) -> list[_Maker]:
    """Makers, those behind most digital services first."""
    vendor = {h.product_id: h.vendor for h in data.hits if h.vendor}
    places: dict[str, set[str]] = defaultdict(set)
    own: dict[str, set[str]] = defaultdict(set)
    cells: Counter[str] = Counter()
    for hit in data.hits:
        if name := vendor.get(hit.product_id):
            places[name].add(hit.municipality_code)
            own[name].add(hit.product_id)
    digital = [f for f in data.findings() if f.digital]
    for f in digital:
        cells.update({vendor[p] for p in data.products_of(f.municipality_code, f.service_id) if p in vendor})
    known = share(_of_known(data), digital)
    found = [_Maker(name, len(own[name]), len(places[name]), replace(known, count=cells[name])) for name in cells]
    return sorted(found, key=lambda item: (-item.share.count, item.name))


def _of_known(data: StudyData) -> Measure:
    """Of digital cells those whose product is known."""

    def is_known(finding: ServiceFinding) -> bool:
        return bool(data.products_of(finding.municipality_code, finding.service_id))

    return Measure("maker", is_known, is_known=is_known)


def owners_by_theme(context: Context) -> StackChart | None:
    """Who owns what the digital services of each theme run on; None where no owner is known."""
    words, data = context.words, context.data
    kind_of = {h.product_id: h.owner_type for h in data.hits}
    counted = [(theme, _owned(data, theme, kind_of)) for theme in data.themes]
    total: Counter[str] = sum((kinds for _, kinds in counted), Counter())
    kinds = [kind for kind, _ in sorted(total.items(), key=lambda item: (-item[1], item[0])) if kind][: len(COLOURS)]
    if not kinds:
        return None
    shown = [(theme, found) for theme, found in counted if found.total()]
    labels = [owner_words(context, kind) for kind in kinds]

    def of(kind: str) -> Callable[[tuple[Theme, Counter[str]]], Cell]:
        return lambda item: context.number_cell(item[1][kind])

    in_figures = table(
        "owners-chart-table",
        words("market.owners"),
        shown,
        (
            Column(words("label.theme"), cell=lambda item: context.theme_cell(item[0])),
            *(Column(label, "number", cell=of(kind)) for kind, label in zip(kinds, labels, strict=True)),
            Column(words("label.unrecognised"), "number", cell=of("")),
        ),
        (words("measures.owner.definition"),),
    )
    return StackChart(
        "owners-chart",
        words("market.owners"),
        "; ".join(_owners_told(context, theme, found, kinds) for theme, found in shown),
        tuple(context.name(theme.name) for theme, _ in shown),
        (*zip(COLOURS, labels, strict=False), ("gap", words("products.page.unknown"))),
        tuple((*(float(found[kind]) for kind in kinds), float(found[""])) for _, found in shown),
        tuple(words.number(found.total()) for _, found in shown),
        in_figures,
        words("frame.as_table"),
    )


def _owned(data: StudyData, theme: Theme, kind_of: dict[str, str]) -> Counter[str]:
    """Digital cells by owner; those of an unknown product under the empty name."""
    found: Counter[str] = Counter()
    for finding in data.findings(data.services(theme.id)):
        if finding.digital:
            found.update({kind_of[p] for p in data.products_of(finding.municipality_code, finding.service_id)} or {""})
    return found


def _owners_told(context: Context, theme: Theme, found: Counter[str], kinds: Sequence[str]) -> str:
    told = ", ".join(f"{owner_words(context, kind)} {context.words.number(found[kind])}" for kind in kinds)
    return f"{context.name(theme.name)}: {told}"
