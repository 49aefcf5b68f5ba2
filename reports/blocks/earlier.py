"""What of this study stands beside an earlier one: municipalities of its list, with and without what changed hands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.blocks.standing import LEAST_SERVICES
from reports.context import Context
from reports.measures import DIGITAL, Measure
from reports.product_use import ranking
from reports.shares import LEAST_BASE, Share, municipality_share, share
from study import ServiceFinding
from taxonomy import Theme


@dataclass(frozen=True, slots=True)
class Basket:
    """Municipalities and services of this study that are looked at together; `is_list` tells whether by the list."""

    codes: tuple[str, ...]
    services: frozenset[str]
    is_list: bool

    def cells(self, context: Context, theme: str | None = None) -> list[ServiceFinding]:
        """The grid cells of the basket, those that are told apart left out."""
        found = context.data.compared(theme=theme, codes=self.codes)
        return [finding for finding in found if finding.service_id in self.services]


def baskets(context: Context) -> tuple[Basket, Basket]:
    """All services, and those whose responsible body is the same as then; of the list's municipalities where it can."""
    data = context.data
    listed = data.taxonomy.peer_lists.get(data.taxonomy.country.earlier_list or "", ())
    among = tuple(code for code in data.codes if code in listed)
    is_list = len(among) >= LEAST_BASE
    codes = among if is_list else data.codes
    every = frozenset(service.id for service in data.services())
    same = frozenset(service.id for service in data.services() if service.comparable_with_2021)
    return Basket(codes, every, is_list), Basket(codes, same, is_list)


def digital(context: Context, basket: Basket) -> Share:
    """The digital share of a basket."""
    return share(DIGITAL, basket.cells(context))


def themes(context: Context, basket: Basket) -> list[tuple[Theme, Share]]:
    """Its themes by digital share, the largest first; empty where too few of them can stand in an order."""
    found = []
    for theme in context.data.themes:
        cells = basket.cells(context, theme.id)
        whole = share(DIGITAL, cells)
        if whole.is_ranked and len({cell.service_id for cell in cells}) >= LEAST_SERVICES:
            found.append((theme, whole))
    least = max(LEAST_SERVICES, (len(context.data.themes) + 1) // 2)
    return sorted(found, key=lambda item: -(item[1].value or 0.0)) if len(found) >= least else []


def product(context: Context, basket: Basket, product_id: str) -> Share | None:
    """The municipalities in which a product was seen, for a service of the basket or for none known; None unseen."""
    places = dict(ranking(context)).get(product_id)
    if places is None:
        return None

    def has(code: str) -> bool:
        return code in places and (not places[code] or bool(places[code] & basket.services))

    return municipality_share(context.data, has, basket.codes)


def owners(context: Context, basket: Basket) -> list[tuple[str, Share]]:
    """Owner types by their part of the digital cells with a recognised product, the largest first."""
    kinds = {hit.product_id: hit.owner_type for hit in context.data.hits}
    cells = basket.cells(context)
    found = [(kind, share(_owned_by(context, kind, kinds), cells)) for kind in sorted(set(kinds.values()))]
    return sorted(found, key=lambda item: -item[1].count)


def _owned_by(context: Context, kind: str, kinds: dict[str, str]) -> Measure:
    def of(finding: ServiceFinding) -> Iterator[str]:
        products = context.data.products_of(finding.municipality_code, finding.service_id)
        return (kinds[name] for name in products)

    return Measure(
        f"owner-{kind}",
        lambda finding: kind in of(finding),
        lambda finding: bool(finding.digital),
        lambda finding: any(True for _ in of(finding)),
    )
