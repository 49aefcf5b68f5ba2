"""Tables whose columns are declared once: a heading and its cells are one line, so that they cannot shift."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from . import model
from .model import Cell, Row, Table

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A heading, how it is set (see `model.Column`), and the cell that an item has below it."""

    label: str
    kind: str = "text"
    wide: bool = False
    cell: Callable[[T], Cell] = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Group:
    """Stands among the items before those that it names."""

    title: str


def table(
    id: str,
    caption: str,
    items: Iterable[T | Group],
    columns: Sequence[Column[T]],
    footnotes: Sequence[str] = (),
    *,
    dense: bool = False,
    anchor: Callable[[T], str] = lambda item: "",
) -> Table:
    """A row an item; `anchor` gives a row its address."""
    headings = tuple(model.Column(column.label, column.kind, column.wide) for column in columns)
    rows = tuple(
        Row((Cell(item.title),), group=True)
        if isinstance(item, Group)
        else Row(tuple(column.cell(item) for column in columns), anchor(item))
        for item in items
    )
    return Table(id, caption, headings, rows, tuple(footnotes), dense)
