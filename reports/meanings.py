"""What tables, columns and values of a study are called and mean, in one language, for codebook, dataset and workbook.

All of it lies in meanings/<code>.toml. English texts of columns are those of their declarations. A report language
without such a file speaks the dataset's common language here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from study import (
    CODE_LISTS,
    TABLES,
    ChangeKind,
    ChangeReason,
    ChangeSubject,
    Column,
    CrawlStatus,
    FailureReason,
    Move,
    Outcome,
    State,
    StateReason,
    Verification,
    columns_of,
    list_name,
)
from taxonomy import DEFAULTS, Taxonomy

from .words import Words

_COMPARED = (ChangeKind, ChangeReason, ChangeSubject, Move)
_ENUMERATIONS = (CrawlStatus, FailureReason, State, StateReason, Verification, Outcome, *_COMPARED)
_IN_LOCALE = {
    "crawl-status": "status",
    "failure-reason": "failure",
    "state-reason": "reason",
    "verification": "verification",
    "owner-type": "owner",
    "compliance": "compliance",
    "impact": "impact",
    "statement-problem": "problem",
    "log-in": "authentication",
}
"""Lists whose words the report's locale has already, and where."""
CATEGORIES = "product-category"


@cache
def _load(language: str) -> Mapping[str, Any]:
    folder = resources.files(__package__).joinpath("meanings")
    file = folder.joinpath(f"{language}.toml")
    if not file.is_file():
        file = folder.joinpath(f"{DEFAULTS.common_language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


class Meanings:
    """The words of the dataset in one language."""

    def __init__(self, language: str, taxonomy: Taxonomy) -> None:
        self.language = language
        self.taxonomy = taxonomy
        self._tree = _load(language)
        self._words = Words(language)

    def table(self, name: str) -> str:
        """What a table is called."""
        return _first(self._tree["table"].get(name, name.replace("_", " ")))

    def table_text(self, name: str, record: type) -> str:
        """What a row of a table is."""
        return _second(self._tree["table"].get(name, "")) or " ".join((record.__doc__ or "").split())

    def column(self, table: str, column: str) -> str:
        """The short heading of a column."""
        return _first(self._column(table, column))

    def column_text(self, table: str, column: Column) -> str:
        """What a column means."""
        return _second(self._column(table, column.name)) or column.text

    def _column(self, table: str, column: str) -> Any:
        columns = self._tree["column"]
        return columns.get(f"{table}.{column}") or columns.get(column, column.replace("_", " "))

    def lacking(self, records: Mapping[str, type]) -> list[str]:
        """Tables, columns and lists of these records that the language's file does not name."""
        columns: Mapping[str, Any] = self._tree["column"]
        needed = [(name, c.name) for name, record in records.items() for c in columns_of(record)]
        missing = [name for name in records if name not in self._tree["table"]]
        missing += [f"{name}.{c}" for name, c in needed if c not in columns and f"{name}.{c}" not in columns]
        return missing + [name for name in lists_of(records.values()) if name not in self._tree["list"]]

    def frame(self, key: str, **values: str) -> str:
        """A text of the codebook's frame with its {placeholders} filled."""
        node: Any = self._tree["codebook"]
        for part in key.split("."):
            node = node[part]
        return str(node).format(**values)

    def workbook(self, key: str, **values: str) -> str:
        """A text of the workbook's frame with its {placeholders} filled."""
        return str(self._tree["workbook"][key]).format(**values)

    @property
    def how_to_read(self) -> tuple[str, ...]:
        """What a reader of the workbook should know before counting."""
        return tuple(self._tree["workbook"]["how"])

    def list_title(self, name: str) -> str:
        """What a list of values is called."""
        return str(self._tree["list"].get(name, name.replace("-", " ")))

    def value(self, list_id: str, value: str) -> str:
        """What a value of a list means; the value itself where nothing is known of it."""
        own: Mapping[str, str] = self._tree["values"].get(list_id, {})
        return own.get(value) or self._of_taxonomy(list_id, value) or self._of_locale(list_id, value) or value

    def _of_taxonomy(self, list_id: str, value: str) -> str:
        if list_id == "channel" and value in self.taxonomy.channels:
            return self.taxonomy.channels[value].name.get(self.language)
        if list_id == "subtype":
            kinds = (c.subtypes[value] for c in self.taxonomy.channels.values() if value in c.subtypes)
            return next((kind.get(self.language) for kind in kinds), "")
        if list_id == "page-type" and value in self.taxonomy.page_types:
            return self.taxonomy.page_types[value].name.get(self.language)
        if list_id == "log-in":
            named = (s.name for s in self.taxonomy.country.identification if s.method == value)
            return next((name.get(self.language) for name in named), "")
        return ""

    def _of_locale(self, list_id: str, value: str) -> str:
        key = f"{_IN_LOCALE.get(list_id, '')}.{value}"
        return self._words(key) if list_id in _IN_LOCALE and self._words.has(key) else ""


def values_of(list_id: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The values of a list in their order; empty for an unknown list."""
    if list_id == CATEGORIES:
        return tuple(sorted({product.category for product in taxonomy.products.values()}))
    found = next((e for e in _ENUMERATIONS if list_name(e) == list_id), None)
    return tuple(member.value for member in found) if found else CODE_LISTS.get(list_id, ())


def lists_of(records: Iterable[type]) -> tuple[str, ...]:
    """The lists that columns of these records use, sorted."""
    return tuple(sorted({c.codes for record in records for c in columns_of(record) if c.codes}))


def all_tables() -> Mapping[str, type]:
    """The tables of a study by name."""
    return {name: table.record for name, table in TABLES.items()}


def _first(entry: Any) -> str:
    return str(entry) if isinstance(entry, str) else str(entry[0])


def _second(entry: Any) -> str:
    return "" if isinstance(entry, str) else str(entry[1])
