"""Writes and reads the tables of a study as Parquet: explicit schema, sorted rows, unique keys, same rows - same bytes.

A table file is replaced in one step, so a reader sees the old one or the new one and never half of one.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from taxonomy import Taxonomy

from .columns import columns_of, key_of, table_schema
from .errors import NewerStudyError, StorageError, storage_errors
from .seen import visible
from .table_list import ID_COLUMNS

Row = TypeVar("Row")

SCHEMA_VERSION = 1
_OF_EACH = ("record", "schema_version")
"""What a table says of itself, whatever it was made from."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PANDAS = "pandas"
_MUNICIPALITY = ("code", "municipality_code")
"""Key columns with a municipality's code: where one is the first, parts in order of codes are in order."""


class _WithoutPandas(MetaPathFinder):
    """Says that there is no pandas."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        """Refuses pandas, and knows no other module."""
        if fullname == _PANDAS:
            raise ImportError(fullname)


def _spare_pandas() -> None:
    """Arrow looks for pandas at the first list it is given, in case that is a data frame: a third of a second and 40 MB
    in every process. It is told once that there is none; whoever asks for a data frame still gets one."""
    if _PANDAS not in sys.modules:
        answer = _WithoutPandas()
        sys.meta_path.insert(0, answer)
        try:
            pa.array([None])
        finally:
            sys.meta_path.remove(answer)


_spare_pandas()


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def sort_key(row: Any, names: tuple[str, ...]) -> tuple[tuple[bool, str], ...]:
    """Key values of a row in an order that puts empty values first and never compares unlike types."""
    return tuple(_order(getattr(row, name)) for name in names)


def _order(value: Any) -> tuple[bool, str]:
    return value is not None, str(value) if value is not None else ""


def to_arrow(record: type, rows: Iterable[Any], metadata: Mapping[str, str] | None = None) -> pa.Table:
    """Rows of one record class as an Arrow table, sorted by key, invisible characters left out.

    Raises ValueError when a key occurs twice.
    """
    names = key_of(record)
    ordered = sorted(rows, key=lambda row: sort_key(row, names))
    seen: set[tuple[Any, ...]] = set()
    for row in ordered:
        key = tuple(getattr(row, name) for name in names)
        if key in seen:
            raise ValueError(f"{record.__name__}: key {key} occurs twice")
        seen.add(key)
    fields = [c.name for c in columns_of(record)]
    arrays = {name: [_plain(getattr(row, name)) for row in ordered] for name in fields}
    return pa.table(arrays, schema=table_schema(record).with_metadata(_about(record, metadata)))


def _about(record: type, metadata: Mapping[str, str] | None) -> dict[str, str]:
    return {"record": record.__name__, "schema_version": str(SCHEMA_VERSION), **(metadata or {})}


def join_tables(record: type, parts: Sequence[pa.Table]) -> pa.Table:
    """The parts of municipalities, given in order of their codes, as one table in the order of its key."""
    tables = [part.replace_schema_metadata(None) for part in parts]
    table = pa.concat_tables(tables).combine_chunks() if tables else table_schema(record).empty_table()
    names = key_of(record)
    if names[0] in _MUNICIPALITY:
        return table
    keys = [[_order(value) for value in table.column(name).to_pylist()] for name in names]
    order = sorted(range(table.num_rows), key=list(zip(*keys, strict=True)).__getitem__)
    return table if order == list(range(table.num_rows)) else table.take(pa.array(order, pa.int64()))


def write_table(path: Path, record: type, rows: Iterable[Any], metadata: Mapping[str, str] | None = None) -> None:
    """Write rows to `path` as Parquet, replacing it whole."""
    write_arrow(path, record, to_arrow(record, rows), metadata)


def write_arrow(path: Path, record: type, table: pa.Table, metadata: Mapping[str, str] | None = None) -> None:
    """Write a table of a record class to `path` as Parquet, replacing it whole."""
    table = table.replace_schema_metadata(_about(record, metadata))
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            pq.write_table(table, temporary, compression="zstd", compression_level=3, version="2.6")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def table_metadata(path: Path) -> dict[str, str]:
    """What a table file was made from, as it was written with it; for tables that are made later beside it."""
    with storage_errors(path):
        found = pq.read_schema(path).metadata or {}
    ours = {key.decode(): value.decode() for key, value in found.items()}
    return {key: value for key, value in ours.items() if key not in _OF_EACH and not key.startswith("ARROW:")}


def read_arrow(
    path: Path, record: type, taxonomy: Taxonomy | None = None, columns: Sequence[str] | None = None
) -> pa.Table:
    """A table file as Arrow, its columns checked against the record; ids that a taxonomy renamed are those of today.

    With `columns` only those are read.
    """
    with storage_errors(path):
        try:
            with pq.ParquetFile(path) as file:  # not as a dataset of many files, for which Arrow loads pandas
                there = file.schema_arrow.names
                table = file.read([name for name in columns if name in there] if columns is not None else None)
        except pa.ArrowInvalid as error:
            raise StorageError(
                f"{path}: is not a readable Parquet file ({error}).",
                "Run `kuntatutka analyze` on the study; it rebuilds every table from the evidence.",
            ) from error
    missing = [c.name for c in columns_of(record) if c.name not in there]
    if missing:
        raise StorageError(
            f"{path}: column {missing[0]} is missing; the table was written by another version.",
            "Run `kuntatutka analyze` on the study; it rebuilds every table from the evidence.",
        )
    return _with_present_ids(table, taxonomy) if taxonomy is not None and taxonomy.renames else table


def read_columns(path: Path, record: type, taxonomy: Taxonomy) -> pa.Table:
    """A table file that any version wrote, as Arrow: columns that it lacks are empty, renamed ids those of today.

    Raises StorageError for a file that is no table, and UserError for one of a newer version.
    """
    with storage_errors(path):
        try:
            table = pq.read_table(path)
        except pa.ArrowInvalid as error:
            raise StorageError(
                f"{path}: is not a readable Parquet file ({error}).",
                "Fetch the study anew from where it was kept, or run `kuntatutka analyze` on a copy of it.",
            ) from error
    version = (table.schema.metadata or {}).get(b"schema_version", b"1").decode()
    if not version.isdigit() or int(version) > SCHEMA_VERSION:
        raise NewerStudyError(
            f"{path}: the table is of format {version}, this program knows formats up to {SCHEMA_VERSION}.",
            "Install a newer Kuntatutka; the folder was left as it is.",
        )
    for name in (field.name for field in table_schema(record) if field.name not in table.column_names):
        table = table.append_column(name, pa.nulls(table.num_rows, table_schema(record).field(name).type))
    table = table.select(table_schema(record).names)
    return _with_present_ids(table, taxonomy) if taxonomy.renames else table


def _with_present_ids(table: pa.Table, taxonomy: Taxonomy) -> pa.Table:
    for number, field in enumerate(table.schema):
        renamed = {k: v for kind in ID_COLUMNS.get(field.name, ()) for k, v in taxonomy.renames.get(kind, {}).items()}
        if renamed:
            values = [_renamed(value, renamed) for value in table.column(number).to_pylist()]
            table = table.set_column(number, field, pa.array(values, field.type))
    return table


def _renamed(value: Any, renamed: Mapping[str, str]) -> Any:
    return sorted({renamed.get(v, v) for v in value}) if isinstance(value, list) else renamed.get(value, value)


def read_table(path: Path, record: type[Row], taxonomy: Taxonomy | None = None) -> list[Row]:
    """A table file as records, in key order; ids that a taxonomy renamed are those of today."""
    return rows_of(record, read_arrow(path, record, taxonomy))


def rows_of(record: type[Row], table: pa.Table) -> list[Row]:
    """The rows of an Arrow table, or of a part of one, as records."""
    fields = {f.name for f in dataclasses.fields(record)}  # type: ignore[arg-type]
    kind: type = record
    names = [c.name for c in columns_of(kind) if c.name in fields]
    enums = _enum_fields(kind)
    columns = [_values(table.column(name), enums.get(name)) for name in names]
    return [record(**dict(zip(names, values, strict=True))) for values in zip(*columns, strict=True)]


def _values(column: pa.ChunkedArray, enum: type[StrEnum] | None) -> list[Any]:
    """A column as the records have it: equal texts are one object, lists are tuples, enumeration members are back."""
    if enum is not None:
        members = {member.value: member for member in enum}
        return [None if value is None else members.get(value) or enum(value) for value in column.to_pylist()]
    if pa.types.is_list(column.type):
        seen: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        lists = (None if value is None else tuple(value) for value in column.to_pylist())
        return [None if value is None else seen.setdefault(value, value) for value in lists]
    if pa.types.is_string(column.type):
        # Not by Arrow's own dictionaries, for which it loads pandas: 40 MB in every command that reads a table.
        texts: dict[str, str] = {}
        return [None if value is None else texts.setdefault(value, value) for value in column.to_pylist()]
    if pa.types.is_timestamp(column.type):
        if column.type.unit != "us":
            column = column.cast(pa.timestamp("us", tz="UTC"))
        # Looked at as the numbers that they are: casting loads all that Arrow can reckon.
        since = [value for chunk in column.chunks for value in chunk.view(pa.int64()).to_pylist()]
        return [None if value is None else _EPOCH + timedelta(microseconds=value) for value in since]
    return list(column.to_pylist())


@cache
def _enum_fields(record: type) -> dict[str, type[StrEnum]]:
    found: dict[str, type[StrEnum]] = {}
    for name, hint in typing.get_type_hints(record).items():
        parts = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
        for part in parts:
            if isinstance(part, type) and issubclass(part, StrEnum):
                found[name] = part
    return found
