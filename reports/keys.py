"""Which columns of which tables lead to rows of another: the keys of the dataset, told by the columns' names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from study import columns_of


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns of a table whose values, where there are any, are those of a row of another table."""

    fields: tuple[str, ...]
    table: str
    to: tuple[str, ...]


_SINGLE = {
    "municipality_code": ("municipalities", "code"),
    "theme_id": ("themes", "theme_id"),
    "service_id": ("services", "service_id"),
    "product_id": ("products", "product_id"),
    "leading_product": ("products", "product_id"),
    "channel": ("channels", "channel"),
}
_ADDRESSES = ("url", "best_url")
_OF_AUDIT = {"accessibility_violations": "accessibility_pages"}
_FREE = ("pages", "accessibility_pages")
"""Tables whose own address it is; the audit opens pages that the crawl did not fetch."""
_OF_YEARS = ("changes", "product_moves")
"""Tables that name municipalities and services of earlier studies too, which need not be there any more."""


def foreign_keys(name: str, record: type, tables: Mapping[str, type]) -> tuple[ForeignKey, ...]:
    """The foreign keys of a table to the others."""
    # A column of that name whose values are of another list leads nowhere.
    if name in _OF_YEARS:
        return ()
    columns = [c.name for c in columns_of(record) if c.codes in ("", c.name) or c.name not in _SINGLE]
    found = [
        ForeignKey((column,), table, (to,))
        for column, (table, to) in _SINGLE.items()
        if column in columns and table in tables and table != name
    ]
    if name not in _FREE and "municipality_code" in columns:
        target = _OF_AUDIT.get(name, "pages")
        # A key of two columns of which one is empty leads nowhere for checkers: of an address that may be empty it
        # is the address alone.
        found += [
            ForeignKey((column.name,), target, ("url",))
            if column.nullable
            else ForeignKey(("municipality_code", column.name), target, ("municipality_code", "url"))
            for column in columns_of(record)
            if column.name in _ADDRESSES
        ]
    return tuple(found)
