"""Where things stand in a report: the addresses that sections give and lead to, each spelled here only."""

from __future__ import annotations

ROW, EVIDENCE = "c-", "e-"
"""What a service's row on a municipality's page begins with, and its part of the evidence appendix."""


def link(anchor: str) -> str:
    """The address as a link within the report."""
    return f"#{anchor}"


def municipality(code: str, part: str = "") -> str:
    """A municipality's page, or a part of it."""
    return f"m-{code}-{part}" if part else f"m-{code}"


def row(code: str, service: str) -> str:
    """A service's row on a municipality's page."""
    return f"{ROW}{code}-{service}"


def evidence(code: str, service: str) -> str:
    """The evidence of a grid cell."""
    return f"{EVIDENCE}{code}-{service}"


def proof(code: str, service: str, number: int) -> str:
    """One piece of that evidence."""
    return f"p-{code}-{service}-{number}"


def product(product_id: str) -> str:
    """A product's row."""
    return f"product-{product_id}"


def theme(theme_id: str) -> str:
    """A theme's part of the grid."""
    return f"theme-{theme_id}"
