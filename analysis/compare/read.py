"""Reads a study's tables as a snapshot: those in findings/, or those that today's program made of its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from study import TABLES, StudyFolder, UserError, load_decisions, read_columns, storage_errors

from .method import Method
from .snapshot import Snapshot, snapshot

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
    ),
    "channel_evidence": ("municipality_code", "service_id", "channel", "url", "confidence"),
    "vendor_hits": ("municipality_code", "service_id", "product_id", "url"),
    "decided_cells": (
        "municipality_code",
        "service_id",
        "machine_state",
        "machine_channels",
        "machine_products",
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
    "pages": ("municipality_code", "url", "status"),
}
"""The columns that a comparison looks at."""
_LATER = ("decided_cells", "accessibility_pages", "indicators")
"""Tables that a study may lack: made later, or by a step that was not run."""


def read_snapshot(folder: StudyFolder, place: Path | None = None) -> Snapshot:
    """The study's findings, or the tables in `place`; raises UserError for a study without findings."""
    where = place or folder.findings
    taxonomy = folder.taxonomy
    tables = {name: _frame(folder, where, name) for name in _NEEDED}
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
