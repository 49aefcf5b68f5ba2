"""One municipality beside the others: its themes, what the others have that it lacks, and the products it shares."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from reports import anchors
from reports.context import Context
from reports.data import StudyData, once_a_study
from reports.measures import DIGITAL, typical
from reports.model import Block, Cell, Note, Run, Table
from reports.product_use import product_shares
from reports.shares import Order, Share, share, share_of
from reports.table import Column, table
from study import ServiceFinding, State
from taxonomy import Service, Theme

MOST_PRODUCTS = 3
"""Products of the others named for a service that is lacking."""


@dataclass(frozen=True, slots=True)
class _Compared:
    """A theme of a municipality beside the same theme elsewhere."""

    theme: Theme
    mine: Share
    order: Order


@once_a_study
def digital_by_theme(data: StudyData) -> dict[str, dict[str, Share]]:
    """Digital share of each municipality in each theme."""
    return {t.id: {c: share_of(data, DIGITAL, theme=t.id, codes=[c]) for c in data.codes} for t in data.themes}


@once_a_study
def digital_by_service(data: StudyData) -> dict[str, Share]:
    """Digital share of each service over all municipalities."""
    return {service.id: share_of(data, DIGITAL, service=service.id) for service in data.services()}


@once_a_study
def _orders(data: StudyData) -> dict[str, Order]:
    return {theme: Order(tuple(shares.values())) for theme, shares in digital_by_theme(data).items()}


def _compared(context: Context, code: str) -> list[_Compared]:
    shares, orders = digital_by_theme(context.data), _orders(context.data)
    return [_Compared(theme, shares[theme.id][code], orders[theme.id]) for theme in context.data.themes]


def themes_beside_others(context: Context, code: str) -> Table:
    """Digital share by theme beside the median of the others, with the places that the gaps allow."""
    words = context.words
    return table(
        anchors.municipality(code, "themes"),
        words("municipality.themes.table"),
        _compared(context, code),
        (
            Column(words("label.theme"), cell=lambda item: Cell(context.name(item.theme.name))),
            Column(
                words("measures.digital.name"), "share", cell=lambda item: context.share_cell(item.mine, gaps=False)
            ),
            Column(words("municipality.others_median"), "share", cell=lambda item: _others_median(context, item)),
            Column(words("municipality.place_title"), cell=lambda item: Cell(_place(context, item))),
            Column(words("label.gaps"), "number", cell=lambda item: context.number_cell(item.mine.gaps)),
        ),
        (words("measures.digital.definition"), words("measures.place.definition"), *context.untold_notes()),
        dense=True,
    )


def _others_median(context: Context, item: _Compared) -> Cell:
    middle = typical(item.order.others(item.mine))
    return context.nothing if middle is None else Cell(context.words.percent(middle), value=middle, share=middle)


def _place(context: Context, item: _Compared) -> str:
    """The places that a municipality may have in a theme, from the best to the worst that its gaps allow."""
    words = context.words
    places = item.order.place(item.mine)
    if places is None:
        return words("share.unranked")
    span = words.number(places[0]) if places[0] == places[1] else f"{places[0]}–{places[1]}"
    return words("municipality.place", span=span, all=len(item.order))


@dataclass(frozen=True, slots=True)
class _Lacking:
    """A service that was not found to be digital here, with the share of the others that offer it so."""

    service: Service
    finding: ServiceFinding
    peers: Share


def _without(every: Share, one: Share) -> Share:
    """The share of the others."""
    return Share(
        every.count - one.count,
        every.base - one.base,
        every.gaps - one.gaps,
        every.outside - one.outside,
        every.unknown - one.unknown,
    )


def _lacked(context: Context, code: str) -> list[_Lacking]:
    """Services that at least half of the judged others offer digitally and this one was not found to."""
    data = context.data
    found = []
    for service in data.services():
        finding = data.grid.get((code, service.id))
        if finding is None or finding.state not in (State.FOUND, State.NOT_FOUND) or finding.digital:
            continue
        peers = _without(digital_by_service(data)[service.id], share(DIGITAL, [finding]))
        if peers.is_ranked and (peers.value or 0.0) >= 0.5:
            found.append(_Lacking(service, finding, peers))
    return sorted(found, key=lambda item: -(item.peers.value or 0.0))


def lacking(context: Context, code: str) -> tuple[Block, ...]:
    """What at least half of the others offer digitally and this one was not found to, and with which products."""
    words = context.words
    found = _lacked(context, code)
    if not found:
        return (Note("info", words("municipality.lacking.title"), words("municipality.lacking.none")),)

    def name(item: _Lacking) -> Cell:
        return Cell(context.name(item.service.name), href=anchors.link(anchors.row(code, item.service.id)))

    return (
        table(
            anchors.municipality(code, "lacking"),
            words("municipality.lacking.title"),
            found,
            (
                Column(words("label.service"), wide=True, cell=name),
                Column(words("municipality.lacking.here"), cell=lambda item: Cell(context.state_words(item.finding))),
                Column(words("municipality.lacking.others"), "share", cell=lambda item: context.share_cell(item.peers)),
                Column(
                    words("municipality.lacking.products"),
                    wide=True,
                    cell=lambda item: _of_others(context, code, item.service),
                ),
            ),
            (words("measures.lacking.definition"),),
            dense=True,
        ),
    )


@once_a_study
def _users_by_service(data: StudyData) -> dict[str, Counter[str]]:
    """Service id to product id to how many municipalities use it for the service."""
    return {s.id: Counter(p for code in data.codes for p in data.products_of(code, s.id)) for s in data.services()}


def _of_others(context: Context, code: str, service: Service) -> Cell:
    """The products that most of the others offer the service with."""
    data = context.data
    own = data.products_of(code, service.id)
    others = ((p, n - (p in own)) for p, n in _users_by_service(data).get(service.id, {}).items())
    top = sorted((item for item in others if item[1]), key=lambda item: (-item[1], item[0]))[:MOST_PRODUCTS]
    return context.links_cell(
        [Run(f"{context.product(p)} ({context.words.number(n)})", context.product_href(p)) for p, n in top]
    )


@dataclass(slots=True)
class _Product:
    """A product of the municipality: its vendor and its services here."""

    id: str
    vendor: str = ""
    services: set[str] = field(default_factory=set)


def _by_services(context: Context, code: str) -> list[_Product]:
    """The municipality's products, those of most services first."""
    found: dict[str, _Product] = {}
    for hit in context.data.hits_of.get(code, ()):
        product = found.setdefault(hit.product_id, _Product(hit.product_id))
        product.vendor = hit.vendor
        product.services.update([hit.service_id] if hit.service_id else [])
    return sorted(found.values(), key=lambda p: (-len(p.services), context.product(p.id).casefold(), p.id))


def own_products(context: Context, code: str) -> tuple[Block, ...]:
    """The products that were seen, each with the number of the others that use it."""
    words = context.words
    own = _by_services(context, code)
    if not own:
        return (Note("info", words("municipality.products.title"), words("municipality.products.none")),)

    def others(product: _Product) -> Cell:
        seen = _without(product_shares(context.data)[product.id], Share(1, 1, 0))
        text = words("share.count", count=seen.count, base=seen.base)
        return Cell(text, value=seen.count, gaps=context.not_known(seen))

    return (
        table(
            anchors.municipality(code, "products"),
            words("municipality.products.title"),
            own,
            (
                Column(
                    words("label.product"),
                    wide=True,
                    cell=lambda p: Cell(context.product(p.id), href=context.product_href(p.id)),
                ),
                Column(words("label.vendor"), wide=True, cell=lambda p: Cell(p.vendor or words("sign.nothing"))),
                Column(words("label.services"), "number", cell=lambda p: context.number_cell(len(p.services))),
                Column(words("municipality.products.others"), "number", cell=others),
            ),
            dense=True,
        ),
    )
