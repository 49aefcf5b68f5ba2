"""Brings the parts of all municipalities together, a table at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pyarrow as pa

from study import (
    TABLES,
    Kept,
    MunicipalityStatus,
    ServiceFinding,
    State,
    StateReason,
    StorageError,
    StudyFolder,
    VendorHit,
    join_tables,
    rows_of,
    to_arrow,
    write_arrow,
)
from taxonomy import Taxonomy

from .market import service_products
from .work import table_of

_OF_ALL = "service_products"
"""The one table that no municipality has a part of."""
Cells = tuple[tuple[State, StateReason | None, int], ...]


class Collector:
    """The tables of a study from its municipalities' parts, which are given in order of their codes."""

    def __init__(self, parts: Sequence[Kept], taxonomy: Taxonomy) -> None:
        self._parts, self._taxonomy = parts, taxonomy

    def statuses(self) -> list[MunicipalityStatus]:
        """How each municipality's crawl ended."""
        return rows_of(MunicipalityStatus, self._table("municipalities"))

    def write(self, folder: StudyFolder, metadata: Mapping[str, str]) -> dict[str, int]:
        """Write every table; the number of rows of each."""
        counts = {}
        for name in TABLES:
            table = self._market() if name == _OF_ALL else self._table(name)
            write_arrow(folder.findings / f"{name}.parquet", TABLES[name].record, table, metadata)
            counts[name] = table.num_rows
        return counts

    def cells(self) -> Cells:
        """How many cells have each state and reason, most frequent first."""
        found: Counter[tuple[State, StateReason | None]] = Counter()
        for row in self._table("service_findings").select(["state", "state_reason"]).to_pylist():
            reason = row["state_reason"]
            found[State(row["state"]), StateReason(reason) if reason is not None else None] += 1
        counts = sorted(found.items(), key=lambda item: (-item[1], str(item[0])))
        return tuple((*key, count) for key, count in counts)

    def _market(self) -> pa.Table:
        counted = {product.id for product in self._taxonomy.products.values() if product.is_counted}
        findings = rows_of(ServiceFinding, self._table("service_findings"))
        hits = rows_of(VendorHit, self._table("vendor_hits"))
        return to_arrow(TABLES[_OF_ALL].record, service_products(findings, hits, counted))

    def _table(self, name: str) -> pa.Table:
        return join_tables(TABLES[name].record, [_part(kept, name) for kept in self._parts if name in kept.names])


def _part(kept: Kept, name: str) -> pa.Table:
    part = table_of(kept, name)
    if part is None:
        raise StorageError(
            f"{kept.path}: was changed while the analysis ran.", "Run `kuntatutka analyze` again; it is made anew."
        )
    return part
