"""Which municipalities and services use which products, and of how many digital cells the product is not known.

Counts sightings and shared installations; what a section says of them is its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from study import ServiceFinding, SharedInstallation
from taxonomy import Service

from .context import Context
from .data import StudyData, once_a_study
from .measures import Measure
from .shares import Share, municipality_share, share


def users(context: Context) -> dict[str, dict[str, set[str]]]:
    """Product id to municipality code to the services it was seen in there."""
    return _users(context.data)


@once_a_study
def product_shares(data: StudyData) -> dict[str, Share]:
    """Product id to the share of municipalities in which it was seen."""
    return {product: municipality_share(data, places.__contains__) for product, places in _users(data).items()}


@once_a_study
def _users(data: StudyData) -> dict[str, dict[str, set[str]]]:
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for hit in data.hits:
        services = found[hit.product_id][hit.municipality_code]
        if hit.service_id:
            services.add(hit.service_id)
    return {product: dict(places) for product, places in found.items()}


def sharing(context: Context) -> dict[str, set[str]]:
    """Product id to municipalities that were read and share an installation of it, without a link that was seen."""
    return _sharing(context.data)


@once_a_study
def _sharing(data: StudyData) -> dict[str, set[str]]:
    seen = _users(data)
    found: dict[str, set[str]] = defaultdict(set)
    rows: Sequence[SharedInstallation] = data.rows("shared_installations")
    for row in rows:
        code, product = row.municipality_code, row.product_id
        is_read = code in data.status and data.status[code].pages_fetched > 0
        if row.is_member and is_read and product in seen and code not in seen[product]:
            found[product].add(code)
    return dict(found)


def ranking(context: Context) -> list[tuple[str, dict[str, set[str]]]]:
    """Products by municipalities, those that share an installation included, then by services, then by name."""
    return sorted(
        _places(context.data).items(),
        key=lambda item: (
            -len(item[1]),
            -len(set().union(*item[1].values())),
            context.product(item[0]).casefold(),
            item[0],
        ),
    )


@once_a_study
def _places(data: StudyData) -> dict[str, dict[str, set[str]]]:
    """Product id to the municipalities that use it, seen or shared, and the services it was seen in there."""
    shared = _sharing(data)
    return {
        product: {**{code: set() for code in shared.get(product, ())}, **seen} for product, seen in _users(data).items()
    }


def unresolved(context: Context, theme: str | None = None) -> Share:
    """Digital cells without a recognised product, of all digital cells or of those of a theme."""
    return _unresolved(context.data)[theme]


@once_a_study
def _unresolved(data: StudyData) -> dict[str | None, Share]:
    nameless = Measure(
        "unresolved",
        lambda f: not data.products_of(f.municipality_code, f.service_id),
        lambda f: bool(f.digital),
    )
    return {
        theme: share(nameless, [f for f in data.findings(data.services(theme)) if f.digital])
        for theme in (None, *(t.id for t in data.themes))
    }


@dataclass(frozen=True, slots=True)
class Served:
    """A service that runs on a product: its share of those whose product is known, and the municipalities."""

    service: Service
    share: Share
    codes: list[str]


@once_a_study
def services_on(data: StudyData) -> dict[str, list[Served]]:
    """Product id to the services that are digital on it, in the taxonomy's order."""
    found: dict[str, list[Served]] = defaultdict(list)
    for service in data.services():
        by_product: dict[str, list[str]] = defaultdict(list)
        for finding in data.compared(service=service.id):
            if finding.digital:
                for product in data.products_of(finding.municipality_code, service.id):
                    by_product[product].append(finding.municipality_code)
        for product, codes in by_product.items():
            found[product].append(Served(service, _serving(data, product, service.id), codes))
    return dict(found)


def _serving(data: StudyData, product: str, service: str) -> Share:
    """The municipalities whose digital service runs on the product, of those whose product was recognised."""

    def known(finding: ServiceFinding) -> tuple[str, ...]:
        return data.products_of(finding.municipality_code, finding.service_id)

    runs_on = Measure(
        "product-of-service", lambda f: product in known(f), lambda f: bool(f.digital), lambda f: bool(known(f))
    )
    return share(runs_on, data.compared(service=service))


def uses(context: Context) -> dict[str, Share]:
    """Product id to the municipalities that use it, of those where it would have been seen; most used first."""
    return {product: use(context, product) for product, _ in ranking(context)}


def use(context: Context, product: str) -> Share:
    """The municipalities that use a product, of those where it would have been seen."""
    return _uses(context.data)[product]


@once_a_study
def _uses(data: StudyData) -> dict[str, Share]:
    return {product: municipality_share(data, places.__contains__) for product, places in _places(data).items()}
