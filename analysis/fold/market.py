"""How the products of a study share its services: concentration and variety, one row per service. Pure counting.

Only services that somebody offers digitally have a row; what could not be recognised stands beside every figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from study import ServiceFinding, ServiceProducts, VendorHit

LEADING_SHARE = 2 / 3
"""From this share on one product leads."""
FEWEST = 2
"""Municipalities with a recognised product that it takes to speak of variety."""
UNRESOLVED_LIMIT = 0.5
"""Above this share of unresolved municipalities nothing is said of variety."""


def effective_number(counts: Iterable[int]) -> float | None:
    """Effective number of kinds, 1 / sum of squared shares (inverse Simpson); None where there is nothing."""
    values = [count for count in counts if count > 0]
    total = sum(values)
    return round(total * total / sum(v * v for v in values), 3) if values else None


def service_products(
    findings: Sequence[ServiceFinding], hits: Sequence[VendorHit], counted: Collection[str]
) -> list[ServiceProducts]:
    """One row per service that at least one municipality offers digitally; only `counted` products are counted."""
    used: dict[tuple[str, str], set[str]] = {}
    for hit in hits:
        if hit.service_id and hit.product_id in counted:
            used.setdefault((hit.municipality_code, hit.service_id), set()).add(hit.product_id)
    places: dict[str, set[str]] = {}
    for finding in findings:
        if finding.digital:
            places.setdefault(finding.service_id, set()).add(finding.municipality_code)
    return [_row(service, codes, used) for service, codes in sorted(places.items())]


def _row(service: str, codes: set[str], used: dict[tuple[str, str], set[str]]) -> ServiceProducts:
    recognised = [used[code, service] for code in sorted(codes) if (code, service) in used]
    counts = Counter(product for products in recognised for product in products)
    leading = min(counts, key=lambda product: (-counts[product], product), default=None)
    share = round(counts[leading] / len(recognised), 4) if leading else None
    unresolved = len(codes) - len(recognised)
    return ServiceProducts(
        service_id=service,
        digital=len(codes),
        recognised=len(recognised),
        unresolved=unresolved,
        products=len(counts),
        effective_products=effective_number(counts.values()),
        leading_product=leading,
        leading_share=share,
        variety=_variety(len(recognised), unresolved, len(counts), share or 0.0),
    )


def _variety(recognised: int, unresolved: int, products: int, share: float) -> str:
    if recognised < FEWEST or unresolved > UNRESOLVED_LIMIT * (recognised + unresolved):
        return "uncertain"
    if products == 1:
        return "one-product"
    return "one-leads" if share >= LEADING_SHARE else "varied"
