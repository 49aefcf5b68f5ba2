"""A file of JSON lines as the register's interface gives them: an item a line, or a page of items, or all of it in one.

A line that cannot be understood is told by its number; what stands before and behind it is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from study.errors import UserError, storage_errors

from .shapes import BrokenItemError, Item, page_of, read_item


@dataclass(frozen=True, slots=True)
class DeclaredItem:
    """An item as it stood in a file, and as it is understood."""

    data: Any
    item: Item


@dataclass(slots=True)
class FileItems:
    """What a file held, and the numbers of lines that could not be used, with the reason."""

    items: list[DeclaredItem] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    is_cut: bool = False
    """Whether its last line ends in the middle."""


def items_of_file(path: Path) -> FileItems:
    """The items of a file; raises UserError where there is none in it."""
    if not path.is_file():
        raise UserError(f"{path}: there is no such file.", "Give a file of JSON lines as the register gives them.")
    with storage_errors(path):
        raw = path.read_bytes()
    found = FileItems()
    for number, line, is_last in _lines(raw):
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            found.is_cut = found.is_cut or is_last
            found.faults.append((number, "it is no JSON" if not is_last else "it ends in the middle"))
            continue
        _take(path, found, number, answer)
    if not found.items:
        raise UserError(
            f"{path}: no service or channel of the register can be read from it"
            + (f" (line {found.faults[0][0]}: {found.faults[0][1]})." if found.faults else "."),
            "Give JSON lines as version 11 or 12 of the interface gives them; docs/register.md shows one.",
        )
    return found


def _take(path: Path, found: FileItems, number: int, answer: Any) -> None:
    try:
        items, _ = page_of(answer)
        for data in items:
            found.items.append(DeclaredItem(data, read_item(data)))
    except BrokenItemError as error:
        found.faults.append((number, str(error)))


def _lines(raw: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Numbered lines that are not blank, and whether each is the last; a file that is one document is one line."""
    text = raw.removeprefix(b"\xef\xbb\xbf")
    if _is_one_document(text):
        yield 1, text, True
        return
    lines = [(number, line) for number, line in enumerate(text.split(b"\n"), start=1) if line.strip()]
    for place, (number, line) in enumerate(lines, start=1):
        yield number, line, place == len(lines) and not text.endswith(b"\n")


def _is_one_document(text: bytes) -> bool:
    """Whether a file is one JSON document over several lines, as a saved answer is."""
    first = text.lstrip()[:2].strip()
    if first not in (b"{", b"["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
