"""Tables as CSV: one form for programs, one for spreadsheets that speak a language with decimal commas.

In both, text that a spreadsheet would run as a formula is made plain.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

LIST_SEPARATOR = ";"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Beginnings that spreadsheets take for a formula, their full-width twins included."""
_MARK = b"\xef\xbb\xbf"


def csv_bytes(rows: pa.Table) -> bytes:
    """What data packages promise: UTF-8 without a mark, commas, decimal points, `true` and `false`, times with Z."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(rows.column_names)
    for row in rows.to_pylist():
        writer.writerow([_cell(value) for value in row.values()])
    return stream.getvalue().encode()


def spreadsheet_bytes(rows: pa.Table) -> bytes:
    """UTF-8 with a mark, semicolons, decimal commas, 1 and 0, times in UTC: a click opens it, and numbers are numbers.

    Texts stand in quotation marks and numbers do not, so that a spreadsheet that is asked to keeps `091` as text.
    """
    stream = io.StringIO()
    for row in ([str(name) for name in rows.column_names], *(list(row.values()) for row in rows.to_pylist())):
        stream.write(";".join(_spreadsheet_cell(value) for value in row) + "\r\n")
    return _MARK + stream.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, list):
        return plain_text(LIST_SEPARATOR.join(map(str, value)))
    if isinstance(value, str):
        return plain_text(value)
    return str(value)


def _spreadsheet_cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return _decimal(value).replace(".", ",")
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    text = _cell(value)
    return '"' + text.replace('"', '""') + '"' if isinstance(value, (str, list)) and text else text


def _decimal(value: float) -> str:
    """A number without an exponent, which spreadsheets of some languages read as text."""
    text = repr(value)
    return f"{value:.12f}".rstrip("0").rstrip(".") if "e" in text else text


def plain_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before one that starts like it."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text
