"""The slides on development: what the sites changed in sentences, themes year by year, biggest changes, moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .blocks.development.lines import themes_chart
from .blocks.development.moved import moves_table
from .blocks.development.panel import Panel, panel
from .blocks.development.real import biggest_table
from .blocks.development.told import sentences
from .model import Row, Table
from .slide_parts import Deck

if TYPE_CHECKING:
    from .earlier import Development

ON_A_SLIDE = 4
"""Most sentences of a slide."""
ROWS = 9
"""Most rows of a slide's table."""


def year_slides(deck: Deck, since: Development) -> None:
    """All of them; what there is nothing to tell of has no slide."""
    lines = panel(deck.context.data)
    _sentences(deck, since, lines)
    if lines is not None:
        _themes(deck, since, lines)
    _table(deck, biggest_table(deck.context, since), (0, 1, 2), (0.22, 0.36, 0.42))
    _table(deck, moves_table(deck.context, since), (0, 1, 2, 3), (0.34, 0.26, 0.26, 0.14))


def _sentences(deck: Deck, since: Development, lines: Panel | None) -> None:
    """What the sites changed, and in the notes on which cells that rests."""
    words = deck.words
    told = sentences(deck.context, since, lines) or [_undeveloped(deck, since)]
    slide = deck.slide(words("development.title"))
    deck.text(slide, told[:ON_A_SLIDE], 20)
    deck.notes(slide, [*_sources(deck), words("development.basket"), *told[ON_A_SLIDE:]])


def _undeveloped(deck: Deck, since: Development) -> str:
    """Why there is no development to tell."""
    return deck.words("development.nothing" if since.is_separated else "development.mixed.title")


def _sources(deck: Deck) -> list[str]:
    return [deck.words("slides.sources"), deck.words("slides.counted", table=deck.meanings.table("changes"))]


def _themes(deck: Deck, since: Development, lines: Panel) -> None:
    """A bar for each year; a theme that a year does not tell has none, and the notes say all."""
    chart, words = themes_chart(deck.context, since, lines), deck.words
    told = [at for at, values in enumerate(chart.values) if None not in values]
    if not told:
        return
    slide = deck.slide(words("development.themes"))
    series = [(year, [chart.values[at][n] for at in told]) for n, year in enumerate(chart.years)]
    names = [chart.categories[at] for at in told]
    described = words("slides.chart", text=chart.description)
    deck.bars(slide, names, series, deck.percent_format, described)
    deck.notes(slide, [*_sources(deck), *chart.table.footnotes, *chart.description.split("; ")])


def _table(deck: Deck, block: Table | None, columns: tuple[int, ...], parts: tuple[float, ...]) -> None:
    """The first rows of a table of the report; the notes have the pages that prove them, and how many rows more."""
    if block is None:
        return
    words, shown = deck.words, block.rows[:ROWS]
    heads = [block.columns[at].label for at in columns]
    slide = deck.slide(block.caption)
    deck.table(slide, [heads, *([row.cells[at].text for at in columns] for row in shown)], parts, block.caption)
    more = len(block.rows) - len(shown)
    lines = [*_sources(deck), *block.footnotes, *filter(None, map(_proofs, shown))]
    deck.notes(slide, [*lines, words("slides.more", n=more)] if more else lines)


def _proofs(row: Row) -> str:
    """The pages that prove a row, with what the row is about."""
    pages = [link.href for cell in row.cells for link in cell.links if link.href]
    return f"{row.cells[0].text}, {row.cells[1].text}: {' → '.join(pages)}" if pages else ""
