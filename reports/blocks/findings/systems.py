"""Findings about what the services run on: which product, whose, and how much of that is not known."""

from __future__ import annotations

from collections.abc import Callable

from reports.context import Context
from reports.measures import Measure
from reports.product_use import unresolved, uses
from reports.shares import share

from .finding import Finding, Source, of_share

PRODUCTS = "vendor_hits"
LEADING = 3
"""Products whose joint part is told."""
MUCH = 1 / 3
"""Their joint part from which one may speak of concentration."""
CAUTION = 0.2
"""Part of unrecognised products from which it is a finding of its own."""


def product(context: Context) -> Finding | None:
    """The product that most municipalities use."""
    for id, use in uses(context).items():
        if use.is_ranked:
            source = Source(PRODUCTS, "product-use", (("product_id", id),))
            return of_share(context, "product", use, 76, f"#product-{id}", (source,), product=context.product(id))
    return None


def concentration(context: Context) -> Finding | None:
    """How much of the digital services stand on the few most used products."""
    data = context.data
    counts: dict[str, int] = {}
    digital = [f for f in data.findings() if f.digital]
    for finding in digital:
        for id in data.products_of(finding.municipality_code, finding.service_id):
            counts[id] = counts.get(id, 0) + 1
    top = sorted(counts, key=lambda id: (-counts[id], id))[:LEADING]
    if len(counts) <= LEADING:
        return None
    led = Measure(
        "leading-products",
        lambda f: not set(top).isdisjoint(data.products_of(f.municipality_code, f.service_id)),
        is_known=lambda f: bool(data.products_of(f.municipality_code, f.service_id)),
    )
    part = share(led, digital)
    if (part.value or 0.0) < MUCH:
        return None
    names = context.words.listing(map(context.product, top))
    return of_share(context, "concentration", part, 75, "#systems", (Source(PRODUCTS, led.id),), products=names)


def owner(context: Context) -> Finding | None:
    """Who owns the products behind most digital services."""
    data = context.data
    kinds = {h.product_id: h.owner_type for h in data.hits}
    digital = [f for f in data.findings() if f.digital]
    counts: dict[str, int] = {}
    for finding in digital:
        for kind in {kinds[p] for p in data.products_of(finding.municipality_code, finding.service_id)}:
            counts[kind] = counts.get(kind, 0) + 1
    if not counts:
        return None
    # The kinds are the taxonomy's, so that each has a sentence.
    first = min(counts, key=lambda kind: (-counts[kind], kind))
    owned = Measure(
        "owner",
        lambda f: first in {kinds[p] for p in data.products_of(f.municipality_code, f.service_id)},
        is_known=lambda f: bool(data.products_of(f.municipality_code, f.service_id)),
    )
    source = Source(PRODUCTS, owned.id, (("owner_type", first),))
    return of_share(context, "owner", share(owned, digital), 77, "#product-owners", (source,), kind=first)


def unrecognised(context: Context) -> Finding | None:
    """How much of the digital services run on something unknown, where that is much."""
    part = unresolved(context)
    if part.value is None or part.value < CAUTION:
        return None
    return of_share(context, "unrecognised", part, 56, "#products", (Source(PRODUCTS, "unresolved"),))


SYSTEMS: tuple[Callable[[Context], Finding | None], ...] = (product, concentration, owner, unrecognised)
