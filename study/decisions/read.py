"""decisions.csv as people leave it: cut at commas or semicolons, with two heads, half a line, or a conflict of git.

A line that cannot be understood is told with its remedy and passed over; the file itself is never changed here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from study.errors import UnreadableDecisionsError
from study.records import State
from study.vocabulary import CHANNELS

from .faults import Problem, unreadable
from .model import COLUMNS, VALUE_FIELDS, Action, CellValue, Decision, Role

_DELIMITERS = (",", ";", "\t")
_GIT_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_MOST_JOINED = 40
"""Lines that one cell with line breaks may take; more is a quotation mark that was forgotten."""
_LISTED = ("channels", "products")
_ID = re.compile(r"^[0-9a-f]{12}$")


@dataclass(frozen=True, slots=True)
class Head:
    """How the lines below a head are cut, and which column stands where."""

    delimiter: str
    places: Mapping[str, int]
    width: int


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """What a file holds: the decisions in order of their lines, and what was passed over."""

    decisions: tuple[Decision, ...] = ()
    problems: tuple[Problem, ...] = ()
    head: Head | None = None
    """The last head of the file, by which a further line has to be written; None for an empty file."""


def parse_decisions(path: Path, raw: bytes) -> DecisionFile:
    """The decisions in the bytes of a file; raises UserError where the whole cannot be read as decisions."""
    text = _decoded(path, raw)
    head: Head | None = None
    found: dict[str, tuple[int, Decision]] = {}
    problems: list[Problem] = []
    for number, line in _logical_lines(text):
        if not line.strip(" \t,;"):
            continue
        if line.startswith(_GIT_MARKS):
            problems.append(Problem(number, "merge-mark"))
            continue
        if (new_head := _head_in(line)) is not None:
            head = new_head
            continue
        if head is None:
            raise _no_head(path, line)
        result = _decision(line, head)
        if isinstance(result, tuple):
            problems.append(Problem(number, *result))
            continue
        known = found.get(result.id)
        if known is not None and known[1] != result:
            problems.append(Problem(number, "same-id", {"id": result.id, "first": str(known[0])}))
        found[result.id] = (number, result)
    return DecisionFile(tuple(decision for _, decision in found.values()), tuple(problems), head)


def last_head(path: Path, raw: bytes) -> Head | None:
    """The head by which a further line has to be written; None for an empty file. Raises UserError as reading does."""
    lines = [line for line in _decoded(path, raw).split("\n") if line.strip(" \t,;\r\ufeff")]
    if not lines:
        return None
    heads = (_head_in(line.removesuffix("\r").removeprefix("\ufeff")) for line in reversed(lines))
    found = next((head for head in heads if head is not None), None)
    if found is None:
        raise _no_head(path, lines[0])
    return found


def _decoded(path: Path, raw: bytes) -> str:
    if b"\x00" in raw[:4096]:
        raise unreadable(path, "no-text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise unreadable(path, "no-utf8", line=str(line), byte=f"{raw[error.start]:#04x}") from error


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; a cell with line breaks keeps its lines together, where its quotation is closed."""
    lines = [line.removesuffix("\r").removeprefix("\ufeff") for line in text.split("\n")]
    at = 0
    while at < len(lines):
        taken = 1
        if lines[at].count('"') % 2:
            for end in range(at + 2, min(at + _MOST_JOINED, len(lines)) + 1):
                if "\n".join(lines[at:end]).count('"') % 2 == 0:
                    taken = end - at
                    break
        joined = "\n".join(lines[at : at + taken])
        if taken > 1 and not _is_one_row(joined):
            taken, joined = 1, lines[at]
        yield at + 1, joined
        at += taken


def _is_one_row(text: str) -> bool:
    rows = _cells(text, _DELIMITERS[0]), _cells(text, _DELIMITERS[1]), _cells(text, _DELIMITERS[2])
    return any(row is not None and len(row) >= len(COLUMNS) - 1 for row in rows)


def _cells(line: str, delimiter: str) -> list[str] | None:
    """The cells of one row; None where it is no whole row."""
    try:
        rows = list(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return [cell.strip() for cell in rows[0]] if len(rows) == 1 else None


def _head_in(line: str) -> Head | None:
    if COLUMNS[0] not in line.casefold():
        return None
    for delimiter in _DELIMITERS:
        names = [name.casefold() for name in _cells(line, delimiter) or ()]
        if set(COLUMNS) <= set(names):
            return Head(delimiter, {name: names.index(name) for name in COLUMNS}, len(names))
    return None


def _no_head(path: Path, line: str) -> UnreadableDecisionsError:
    names = {name.strip().casefold() for delimiter in _DELIMITERS for name in line.split(delimiter)}
    missing = [name for name in COLUMNS if name not in names]
    if 0 < len(missing) < len(COLUMNS):
        return unreadable(path, "column", column=missing[0])
    return unreadable(path, "head")


_Fault = tuple[str, Mapping[str, str]]
"""The name of a fault and what it speaks of."""


def _decision(line: str, head: Head) -> Decision | _Fault:
    """The decision on a line, or what is wrong with it."""
    cells = _cells(line, head.delimiter)
    if cells is None:
        return "open-quote", {}
    if len(cells) < head.width or any(cells[head.width :]):
        return "cells", {"cells": str(len(cells)), "width": str(head.width)}
    values = {name: cells[place] for name, place in head.places.items()}
    return _fault(values) or _from_values(values)


def _fault(values: Mapping[str, str]) -> _Fault | None:
    if not _ID.match(values["id"]):
        return "id", {"value": repr(values["id"])}
    if _time(values["decided_at"]) is None:
        return "time", {"value": repr(values["decided_at"])}
    for name, known in (("action", Action), ("role", Role)):
        if values[name] not in {item.value for item in known}:
            told = ", ".join(item.value for item in known)
            return "one-of", {"column": name, "value": repr(values[name]), "known": told}
    states = {"", *(state.value for state in State)}
    for name in ("new_state", "old_state"):
        if values[name] not in states:
            return "state", {"column": name, "value": repr(values[name])}
    for name in ("new_channels", "old_channels"):
        strange = [channel for channel in values[name].split() if channel.partition(":")[0] not in CHANNELS]
        if strange:
            return "channel", {"column": name, "value": repr(strange[0])}
    return None if values["municipality_code"] or values["host"] else ("nobody", {})


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _from_values(values: Mapping[str, str]) -> Decision:
    at = _time(values["decided_at"])
    assert at is not None
    plain = ("id", "reviewer", "municipality_code", "service_id", "host", "reason", "note")
    seen = ("seen_finding", "seen_page", "replaces")
    return Decision(
        decided_at=at,
        action=Action(values["action"]),
        role=Role(values["role"]),
        old=_value(values, "old"),
        new=_value(values, "new"),
        **{name: values[name] for name in (*plain, *seen)},
    )


def _value(values: Mapping[str, str], age: str) -> CellValue:
    texts = {field: values[f"{age}_{field}"] for field in VALUE_FIELDS}
    listed = {field: tuple(sorted(set(texts.pop(field).split()))) for field in _LISTED}
    return CellValue(**texts, channels=listed["channels"], products=listed["products"])
