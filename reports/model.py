"""What a report says, before it has a look: sections of typed blocks in one language.

Every format (HTML, PDF and whatever comes) is written from this model alone. Texts are already in the report's
language and cleaned; addresses are already checked. Nothing here computes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .proofs import Proofs

MODEL_VERSION = 1
HEATS = 5
"""Steps of a heat map: as many as can be told apart in grey."""
UNTOLD, ABSENT = 0, -1
"""In place of a step: what has no share, and what is not compared."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text: plain, strong or a link. `lang` is set where it differs from the report's language."""

    text: str
    href: str = ""
    strong: bool = False
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `role` is "lead" for an opening paragraph, "small" for a remark, else empty."""

    runs: tuple[Run, ...]
    role: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short paragraphs."""

    items: tuple[tuple[Run, ...], ...]
    numbered: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """Something to look at: what it is, with a link, and a picture of it (a data address) where there is one."""

    runs: tuple[Run, ...]
    picture: str = ""
    picture_alt: str = ""


@dataclass(frozen=True, slots=True)
class Examples:
    """Good examples side by side."""

    items: tuple[Example, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and what it means."""

    term: str
    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Definitions:
    """A list of terms with their meaning, under a title of its own where it has one."""

    items: tuple[Definition, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark that must not be overlooked. `kind`: "info", "gap" or "limit"."""

    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One key figure with what it counts; `share` (0-1) draws a small bar, `gap` a hatched end of it."""

    value: str
    label: str
    note: str = ""
    share: float | None = None
    gap: float = 0.0
    href: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    """Key figures side by side."""

    items: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell. `value` is the number behind `text`; `state` marks a gap or a level.

    `share` draws a bar with `gap` (0-1) hatched at its end; `gaps` says the same in words. `picture` is a data address.
    `detail` is what the program itself noted, in its own English.
    """

    text: str
    href: str = ""
    value: float | None = None
    share: float | None = None
    gap: float = 0.0
    state: str = ""
    note: str = ""
    gaps: str = ""
    icons: tuple[str, ...] = ()
    lang: str = ""
    links: tuple[Run, ...] = ()
    picture: str = ""
    picture_alt: str = ""
    detail: str = ""
    heat: int = 0
    """A step of the heat map's scale, 1 to HEATS; 0 draws none."""


@dataclass(frozen=True, slots=True)
class Column:
    """A table column. `kind`: "text", "number", "share" or "icons"; `wide` asks for room."""

    label: str
    kind: str = "text"
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A table row; the first cell is its header. `anchor` is its address, `group` marks a heading row."""

    cells: tuple[Cell, ...]
    anchor: str = ""
    group: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption and footnotes. `dense` asks for small print."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[str, ...] = ()
    dense: bool = False
    number: str = ""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A cell of the grid: its level or gap, the channels to draw, the same in words, and where its proof stands."""

    level: str
    icons: tuple[str, ...]
    label: str
    href: str = ""
    mark: str = ""
    """confirmed, corrected or uncertain where the cell has a sign for it; else empty."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A municipality's row of the grid."""

    label: str
    cells: tuple[MatrixCell, ...]
    href: str = ""
    note: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The grid of one theme: municipalities down, services across."""

    id: str
    caption: str
    corner: str
    columns: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]
    number: str = ""


@dataclass(frozen=True, slots=True)
class LegendItem:
    """A sign of the grid and what it means."""

    level: str
    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class Legend:
    """What colours, hatches and icons mean. `compact` asks for one line."""

    title: str
    items: tuple[LegendItem, ...]
    compact: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One panel or colour of a chart: a value per category, each out of `totals`, with `gaps` drawn hatched."""

    label: str
    values: tuple[float, ...]
    gaps: tuple[float, ...]
    texts: tuple[str, ...]
    key: str = ""
    outside: tuple[float, ...] = ()
    """How much of each whole is somebody else's task: no bar is drawn there."""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars, one panel per series side by side, with a text alternative and the same numbers as a table."""

    id: str
    title: str
    description: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    maximum: float
    table: Table
    table_label: str
    gap_label: str = ""
    number: str = ""

    @property
    def has_gaps(self) -> bool:
        """Whether there is anything that is hatched."""
        return any(any(series.gaps) for series in self.series)


@dataclass(frozen=True, slots=True)
class StackChart:
    """A bar per category, cut into `parts` (a colour's key and a label each); the part "gap" is hatched."""

    id: str
    title: str
    description: str
    categories: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    values: tuple[tuple[float, ...], ...]
    totals: tuple[str, ...]
    table: Table
    table_label: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class RangeChart:
    """A scale per category: the quartiles of many (`spreads`), each of them as a dot, or one of them among the others.

    Where too few carry quartiles the spread is None and `nothing` is said.
    """

    id: str
    title: str
    description: str
    categories: tuple[str, ...]
    spreads: tuple[tuple[float, float, float] | None, ...]
    maximum: float
    ticks: tuple[tuple[float, str], ...]
    table: Table
    table_label: str
    legend: str
    nothing: str
    dots: tuple[tuple[float, ...], ...] = ()
    own: tuple[float | None, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class TrendChart:
    """A scale per category with a mark for each year, oldest first, and what the gaps leave open as a line behind it.

    A value that is not told is None; where none of a category is, `nothing` is said.
    """

    id: str
    title: str
    description: str
    categories: tuple[str, ...]
    years: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    bounds: tuple[tuple[tuple[float, float], ...], ...]
    ticks: tuple[tuple[float, str], ...]
    table: Table
    table_label: str
    nothing: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class FlowChart:
    """What went from where to where: ends on the left and on the right, and how many went between two of them.

    `links` are numbers of a left and a right end with a count; what went between ends of one name stayed.
    """

    id: str
    title: str
    description: str
    left_title: str
    right_title: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    links: tuple[tuple[int, int, int], ...]
    table: Table
    table_label: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class MapTile:
    """A region on the map: where it stands, its step of the heat map's scale, and what is told of it."""

    name: str
    column: int
    row: int
    heat: int = ABSENT
    said: str = ""


@dataclass(frozen=True, slots=True)
class TileMap:
    """A country as tiles, one a region, about where each lies. `key` tells what the steps mean."""

    id: str
    title: str
    description: str
    tiles: tuple[MapTile, ...]
    key: tuple[tuple[int, str], ...]
    table: Table
    table_label: str
    legend: str
    number: str = ""


Chart = BarChart | StackChart | RangeChart | TrendChart | FlowChart | TileMap
Block = Text | Bullets | Examples | Definitions | Note | Tiles | Table | Matrix | Legend | Chart | Proofs

FIGURES = (BarChart, StackChart, RangeChart, TrendChart, FlowChart, TileMap)
"""Blocks that are numbered as figures."""
TABLES = (Table, Matrix)
"""Blocks that are numbered as tables."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report with its heading. `page` asks for a new page, `role` is a hint for the look."""

    id: str
    title: str
    blocks: Sequence[Block] = ()
    children: Sequence[Section] = ()
    page: bool = False
    role: str = ""


@dataclass(frozen=True, slots=True)
class TitlePage:
    """What stands on the cover."""

    title: str
    subtitle: str
    lines: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True, slots=True)
class ReportModel:
    """A whole report in one language."""

    language: str
    cover: TitlePage
    sections: tuple[Section, ...]
    frame: dict[str, str]
    """Words of the frame: skip link, contents, page, numbers of a chart, and the like."""
    is_scorecard: bool = False
