"""A spreadsheet of cells for review: its columns, the words that may stand in them, and what a row says as a value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from reports.words import Words, available_languages
from study import CHANNELS, LOG_INS, Action, CellValue, State

from .decide import OFFERED
from .desk import Desk
from .pages import DECISION_REASONS, Names

LOCKED = ("key", "code", "municipality", "service", "why", "confidence", "machine", "proof", "page", "notes")
CHOSEN = ("action", "state", *CHANNELS, "best_url", "products", "log_in", "reason", "note")
HIDDEN = ("seen", "replaces", "exported", "locked")
COLUMNS = (*LOCKED, *CHOSEN, *HIDDEN)
"""Columns of the sheet by their ids, which stand in its first, hidden row."""
NEEDED = tuple(column for column in COLUMNS if column not in ("notes", "locked"))
"""Columns that a sheet must have to be taken in; the others came later."""
GUARDED = ("code", "municipality", "service", "why", "confidence", "machine", "proof", "notes")
"""Locked columns whose words are known again."""
WHOSE = ("code", "municipality", "service")
"""Locked columns that say which cell a row is about."""
VALUES = ("state", *CHANNELS, "best_url", "products", "log_in")
"""Columns that make the value of a cell."""
SHEET, LISTS = "cells", "lists"
NOT_OFFERED = "-"
_ACTIONS = (Action.CONFIRM, Action.CORRECT, Action.CANNOT_JUDGE)


@dataclass(frozen=True)
class Labels:
    """The words of one language for the values that may be chosen."""

    desk: Desk
    language: str

    @cached_property
    def of(self) -> Mapping[str, Mapping[str, str]]:
        """By column, the words of every value."""
        words, names = Words(self.language), Names(self.desk, self.language)
        found: dict[str, dict[str, str]] = {
            "action": {action.value: words(f"review.sheet.action.{action.value}") for action in _ACTIONS},
            "state": {state.value: words(f"review.state.{state.value}") for state in State},
            "log_in": {name: names.log_in(name) for name in (*LOG_INS, "none", "unknown")},
            "reason": {name: words(f"review.because.{name}") for name in DECISION_REASONS},
        }
        for channel in CHANNELS:
            known = self.desk.taxonomy.channels.get(channel)
            kinds = {kind: text.get(self.language) for kind, text in known.subtypes.items()} if known else {}
            found[channel] = {NOT_OFFERED: NOT_OFFERED, OFFERED: words("review.offered"), **kinds}
        counted = sorted(
            (p for p in self.desk.taxonomy.products.values() if p.is_counted), key=lambda p: p.name.casefold()
        )
        found["products"] = {product.id: product.name for product in counted}
        return found

    def heading(self, column: str) -> str:
        """What stands above a column."""
        if column in CHANNELS:
            return Names(self.desk, self.language).channel(column)
        return Words(self.language)(f"review.sheet.column.{column.replace('_', '-')}")

    def row(self, value: CellValue) -> dict[str, str]:
        """The columns of a value."""
        filled = {"state": self.of["state"].get(value.state, value.state), "best_url": value.best_url}
        for channel in CHANNELS:
            kinds = [named.partition(":")[2] or OFFERED for named in value.channels if named.split(":")[0] == channel]
            filled[channel] = "; ".join(self.of[channel].get(kind, kind) for kind in kinds) or NOT_OFFERED
        filled["products"] = "; ".join(Names(self.desk, self.language).product(product) for product in value.products)
        filled["log_in"] = self.of["log_in"].get(value.log_in, value.log_in)
        return filled


@dataclass(frozen=True)
class Meanings:
    """Values by the words of any language, for whoever reads a sheet back."""

    desk: Desk

    @cached_property
    def of(self) -> Mapping[str, Mapping[str, str]]:
        """By column, the value of every word; ids stand for themselves."""
        found: dict[str, dict[str, str]] = {}
        for language in available_languages():
            for column, labels in Labels(self.desk, language).of.items():
                for value, word in labels.items():
                    found.setdefault(column, {})[word.casefold()] = value
                    found[column][value.casefold()] = value
        return found


def marks_of(row: Mapping[str, str]) -> str:
    """What the locked columns of a row are known by, whatever a spreadsheet does to zeros, signs and spaces."""
    return " ".join(_mark(row[name]) for name in GUARDED)


def _mark(text: str) -> str:
    said = "".join(sign for sign in text.casefold() if sign.isalnum()).strip("0")
    return hashlib.sha256(said.encode()).hexdigest()[:6]


def edited(row: Mapping[str, str]) -> tuple[str, ...]:
    """The locked columns that were changed since the row was written, by their ids."""
    now, then = marks_of(row).split(), row["locked"].split()
    return tuple(name for name, a, b in zip(GUARDED, now, then, strict=False) if a != b)


def digest_of(row: Mapping[str, str]) -> str:
    """A digest of the columns that make a value, by which a changed row is known."""
    return hashlib.sha256("\n".join(row[name] for name in VALUES).encode()).hexdigest()[:16]
