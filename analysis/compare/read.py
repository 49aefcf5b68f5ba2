"""Reads a study's tables as a snapshot: those in findings/, or those that today's program made of its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from study import TABLES, StudyFolder, UserError, load_decisions, read_columns, storage_errors
from taxonomy import Taxonomy

from .method import Method
from .snapshot import Snapshot, listed, snapshot

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "municipalities": ("code", "name_fi", "status"),
    "service_findings": (
        "municipality_code",
        "service_id",
        "state",
        "state_reason",
        "best_url",
        "channels",
        "digital",
        "maturity",
        "authentication",
        "verification",
    ),
    "cell_pages": ("municipality_code", "service_id", "url"),
    "channel_evidence": ("municipality_code", "service_id", "channel", "subtype", "url", "confidence"),
    "vendor_hits": ("municipality_code", "service_id", "product_id", "url"),
    "decided_cells": (
        "municipality_code",
        "service_id",
        "machine_state",
        "machine_channels",
        "machine_products",
        "machine_log_in",
    ),
    "accessibility_statements": (
        "municipality_code",
        "url",
        "found",
        "assessed_on",
        "compliance",
        "feedback_channel",
        "enforcement_body",
        "problems",
        "is_main",
    ),
    "accessibility_pages": ("municipality_code", "engine_version"),
    "indicators": ("indicator", "municipality_code", "outcome", "value", "evidence"),
    "pages": ("municipality_code", "url", "status", "page_type"),
}
"""The columns that a comparison looks at."""
_LATER = ("cell_pages", "decided_cells", "accessibility_pages", "indicators")
"""Tables that a study may lack: made later, or by a step that was not run."""


def read_snapshot(folder: StudyFolder, place: Path | None = None) -> Snapshot:
    """The study's findings, or the tables in `place`; raises UserError for a study without findings."""
    where = place or folder.findings
    taxonomy = folder.taxonomy
    tables = {name: _frame(folder, where, name) for name in _NEEDED}
    tables = {name: _with_names_of_today(table, taxonomy) for name, table in tables.items()}
    decided = load_decisions(folder).log.in_force
    return snapshot(
        tables,
        name=folder.root.name or folder.root.resolve().name,
        year=folder.config.study.year,
        country=folder.config.study.country,
        metadata=metadata_in(where),
        place=where,
        uncounted={product.id for product in taxonomy.products.values() if not product.is_counted},
        decided_statements={code for code, service, host in decided if not service and not host},
    )


def _with_names_of_today(table: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """The table with every product under the id by which it goes today: one that was only renamed is the same."""
    names = {name: _today(name, taxonomy) for name in taxonomy.products}
    if "product_id" in table:
        table = table.assign(product_id=table["product_id"].map(lambda name: names.get(name, name)).astype(object))
    if "machine_products" in table:
        known = [
            [_today(taxonomy.present("product", name), taxonomy) for name in listed(found)]
            for found in table["machine_products"]
        ]
        table = table.assign(machine_products=pd.Series(known, index=table.index, dtype=object))
    return table


def _today(product: str, taxonomy: Taxonomy) -> str:
    """The id under which a product goes on, through all its renames."""
    passed: set[str] = set()
    while product not in passed and (known := taxonomy.products.get(product)) and known.renamed_to:
        passed.add(product)
        product = known.renamed_to
    return product


def method_in(place: Path) -> Method:
    """What the tables in a folder were made by."""
    return Method.of(metadata_in(place))


def metadata_in(place: Path) -> dict[str, str]:
    """What the grid in a folder says of how it was made; nothing where there is none."""
    path = place / "service_findings.parquet"
    if not path.is_file():
        return {}
    with storage_errors(path):
        try:
            kept = pq.read_schema(path).metadata or {}
        except pa.ArrowInvalid:
            return {}  # reading the table says what is wrong with it
    return {name.decode(): value.decode() for name, value in kept.items() if not name.startswith(b"ARROW")}


def _frame(folder: StudyFolder, where: Path, name: str) -> pd.DataFrame:
    path, record, columns = where / f"{name}.parquet", TABLES[name].record, list(_NEEDED[name])
    if not path.is_file():
        if name in _LATER:
            return pd.DataFrame({column: pd.Series(dtype=object) for column in columns})
        raise UserError(
            f"{folder.root}: has no findings to compare ({path.name} is missing).",
            f"Run `kuntatutka analyze {folder.root}` first.",
        )
    table = read_columns(path, record, folder.taxonomy).select(columns)
    frame: pd.DataFrame = table.to_pandas(types_mapper=_NULLABLE.get)
    return frame


# A plain NumPy column would turn a missing truth value into False.
_NULLABLE: dict[Any, Any] = {pa.bool_(): pd.BooleanDtype()}
