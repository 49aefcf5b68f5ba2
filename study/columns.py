"""One declaration per column: a record's dataclass field is the only place that says what a column means.

From it come the Arrow schema, the CSV header, the data package descriptor and the codebook. Nothing here knows
which tables exist; `records.py` declares them and `tables.py` writes them.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import pyarrow as pa


def column(
    text: str,
    *,
    key: bool = False,
    unit: str = "",
    codes: str = "",
    names_people: bool = False,
    default: Any = dataclasses.MISSING,
) -> Any:
    """A dataclass field that is a table column: `text` explains it, `key` columns identify a row, `unit` as in UCUM.

    `codes` names the list of `vocabulary.CODE_LISTS` that its values (or those in its lists) are taken from.
    `names_people`: a person's name there is masked wherever results leave the study, whatever stands beside it.
    """
    meta = {"text": text, "key": key, "unit": unit, "codes": codes, "names_people": names_people}
    return dataclasses.field(default=default, metadata=meta)


@dataclass(frozen=True, slots=True)
class Column:
    """What a record says of one of its columns."""

    name: str
    text: str
    type: pa.DataType
    nullable: bool
    is_key: bool
    unit: str
    values: tuple[str, ...]
    """The allowed values where the column is an enumeration, else empty."""
    codes: str
    """Name of the list that its values are taken from, an enumeration's or one of CODE_LISTS; empty without one."""
    names_people: bool = False
    """Whether the name of a person may stand in it, such as that of an official whose telephone is declared."""


_ARROW: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us", tz="UTC"),
    date: pa.date32(),
}


def _arrow_type(hint: Any) -> tuple[pa.DataType, bool, type[StrEnum] | None]:
    """Arrow type, nullability and enumeration of a type annotation."""
    if isinstance(hint, types.UnionType):
        inner = [part for part in typing.get_args(hint) if part is not type(None)]
        arrow, _, values = _arrow_type(inner[0])
        return arrow, True, values
    if typing.get_origin(hint) is tuple:
        arrow, _, values = _arrow_type(typing.get_args(hint)[0])
        return pa.list_(arrow), False, values
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return pa.string(), False, hint
    return _ARROW[hint], False, None


def list_name(enumeration: type[StrEnum]) -> str:
    """What the list of an enumeration's values is called."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", enumeration.__name__).lower()


@cache
def columns_of(record: type) -> tuple[Column, ...]:
    """The columns of a record class, in their order."""
    hints = typing.get_type_hints(record)
    found = []
    for field in dataclasses.fields(record):
        arrow, nullable, enumeration = _arrow_type(hints[field.name])
        meta = field.metadata
        values = tuple(member.value for member in enumeration) if enumeration else ()
        codes = list_name(enumeration) if enumeration else meta["codes"]
        found.append(
            Column(
                field.name,
                meta["text"],
                arrow,
                nullable,
                meta["key"],
                meta["unit"],
                values,
                codes,
                meta["names_people"],
            )
        )
    return tuple(found)


def table_schema(record: type) -> pa.Schema:
    """The Arrow schema of a record class, each field with its text."""
    return pa.schema(
        [
            pa.field(c.name, c.type, nullable=c.nullable, metadata={"text": c.text, "key": str(c.is_key).lower()})
            for c in columns_of(record)
        ]
    )


def key_of(record: type) -> tuple[str, ...]:
    """Names of the columns that identify a row."""
    return tuple(c.name for c in columns_of(record) if c.is_key)
