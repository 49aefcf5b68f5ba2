"""Digital services by the owner type of the products behind them."""

from __future__ import annotations

from dataclasses import dataclass, field

from reports.clean import plain
from reports.context import Context
from reports.model import Cell, Table
from reports.product_use import unresolved
from reports.table import Column, table


def owner_words(context: Context, owner_type: str) -> str:
    """The owner type in words."""
    key = f"owner.{owner_type}"
    return context.words(key) if context.words.has(key) else plain(owner_type)


@dataclass(frozen=True, slots=True)
class _Owned:
    """An owner type with its products and the digital cells they stand behind."""

    kind: str
    products: set[str] = field(default_factory=set)
    cells: set[tuple[str, str]] = field(default_factory=set)


def owners(context: Context) -> Table:
    """Digital service cells by owner type of the product behind them, the unrecognised ones beside."""
    words = context.words
    nameless = unresolved(context)
    unrecognised = Cell(words.number(nameless.count), value=nameless.count, note=context.amount_words(nameless))
    items = [*_owned(context), None]
    return table(
        "product-owners-table",
        words("products.owners.table"),
        items,
        (
            Column(
                words("label.owner"),
                cell=lambda item: (
                    Cell(owner_words(context, item.kind)) if item else Cell(words("products.unrecognised"), state="gap")
                ),
            ),
            Column(
                words("label.products"),
                "number",
                cell=lambda item: context.number_cell(len(item.products) if item else None),
            ),
            Column(
                words("label.digital_cells"),
                "number",
                cell=lambda item: context.number_cell(len(item.cells)) if item else unrecognised,
            ),
        ),
        (words("measures.owner.definition"),),
    )


def _owned(context: Context) -> list[_Owned]:
    """Owner types, those behind most cells first."""
    data = context.data
    owner = {h.product_id: h.owner_type for h in data.hits}
    found: dict[str, _Owned] = {}
    for finding in data.findings():
        for product in data.products_of(finding.municipality_code, finding.service_id):
            kind = owner[product]
            owned = found.setdefault(kind, _Owned(kind))
            owned.products.add(product)
            owned.cells.add((finding.municipality_code, finding.service_id))
    return sorted(found.values(), key=lambda owned: (-len(owned.cells), owned.kind))
