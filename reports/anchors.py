"""Where things stand in a report: the addresses that sections give and lead to, each spelled here only."""

from __future__ import annotations

ROW, EVIDENCE, PROOF, EVIDENCE_OF, MUNICIPALITY = "c-", "e-", "p-", "evidence-", "m-"
"""What the anchors of a municipality begin with: a service's row on its page, that service's part of its evidence, one
piece of it, all its evidence, and its page."""


def link(anchor: str) -> str:
    """The address as a link within the report."""
    return f"#{anchor}"


def municipality(code: str, part: str = "") -> str:
    """A municipality's page, or a part of it."""
    return f"{MUNICIPALITY}{code}-{part}" if part else f"{MUNICIPALITY}{code}"


def row(code: str, service: str) -> str:
    """A service's row on a municipality's page."""
    return f"{ROW}{code}-{service}"


def evidence(code: str, service: str) -> str:
    """The evidence of a grid cell."""
    return f"{EVIDENCE}{code}-{service}"


def proofs(code: str) -> str:
    """A municipality's part of the evidence appendix."""
    return f"{EVIDENCE_OF}{code}"


def grid_row(theme_id: str, code: str) -> str:
    """A municipality's row of a theme's grid."""
    return f"g-{theme_id}-{code}"


def proof(code: str, service: str, number: int) -> str:
    """One piece of that evidence."""
    return f"{PROOF}{code}-{service}-{number}"


def product(product_id: str) -> str:
    """A product's page."""
    return f"product-{product_id}"


def theme(theme_id: str) -> str:
    """A theme's part of the grid."""
    return f"theme-{theme_id}"
