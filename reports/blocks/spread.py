"""How municipalities spread within each theme, where one of them stands, and what became of each theme's services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles

from reports.blocks.peers import digital_by_theme, themes_beside_others
from reports.context import Context
from reports.data import StudyData, once_a_study
from reports.model import Cell, RangeChart, StackChart, Table
from reports.shares import Share, is_enough, is_outside
from reports.table import Column, table
from study import ServiceFinding, State
from taxonomy import Theme

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class _Spread:
    """The shares of a theme that may be compared, and their quartiles where they are enough."""

    theme: Theme
    values: tuple[float, ...]
    quartiles: tuple[float, float, float] | None


@once_a_study
def _spreads(data: StudyData) -> tuple[_Spread, ...]:
    return tuple(_spread(theme, tuple(digital_by_theme(data)[theme.id].values())) for theme in data.themes)


def _spread(theme: Theme, shares: tuple[Share, ...]) -> _Spread:
    values = tuple(sorted(s.value for s in shares if s.is_ranked and s.value is not None))
    if len(values) < 2 or not is_enough(len(values), sum(1 for s in shares if s.possible)):
        return _Spread(theme, values, None)
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return _Spread(theme, values, (low, middle, high))


def spread_chart(context: Context) -> RangeChart | None:
    """Each municipality as a dot on each theme's line, with the middle half; None where no theme carries one."""
    spreads = _spreads(context.data)
    if not any(s.quartiles for s in spreads):
        return None
    dots = tuple(s.values if s.quartiles else () for s in spreads)
    return _range(context, "themes-spread", context.words("charts.spread"), _table(context, spreads), dots=dots)


def own_spread(context: Context, code: str) -> RangeChart | Table:
    """One municipality's shares on the quartiles of all; the table alone where no theme carries quartiles."""
    spreads = _spreads(context.data)
    in_figures = themes_beside_others(context, code)
    if not any(s.quartiles for s in spreads):
        return in_figures
    own = tuple(digital_by_theme(context.data)[s.theme.id][code].value for s in spreads)
    title = context.words("charts.own_spread", name=context.municipality(code))
    return _range(context, f"{in_figures.id}-chart", title, in_figures, own=own)


def _range(
    context: Context,
    anchor: str,
    title: str,
    in_figures: Table,
    *,
    dots: tuple[tuple[float, ...], ...] = (),
    own: tuple[float | None, ...] = (),
) -> RangeChart:
    words, spreads = context.words, _spreads(context.data)
    said = []
    for index, spread in enumerate(spreads):
        if spread.quartiles is None:
            continue
        middle = words.percent(spread.quartiles[1])
        mine = own[index] if own else None
        part = f"{words.percent(mine)}, " if mine is not None else ""
        said.append(f"{context.name(spread.theme.name)}: {part}{words('charts.median', share=middle)}")
    return RangeChart(
        anchor,
        title,
        "; ".join(said),
        tuple(context.name(s.theme.name) for s in spreads),
        tuple(s.quartiles for s in spreads),
        1.0,
        tuple((at, words.percent(at)) for at in TICKS),
        in_figures,
        words("frame.as_table"),
        words("charts.own_legend" if own else "charts.spread_legend"),
        words("charts.too_few"),
        dots,
        own,
    )


def _table(context: Context, spreads: Sequence[_Spread]) -> Table:
    words = context.words

    def quartile(index: int) -> Callable[[_Spread], Cell]:
        return lambda s: _percent(context, s.quartiles[index] if s.quartiles else None)

    def end(index: int) -> Callable[[_Spread], Cell]:
        return lambda s: _percent(context, s.values[index] if s.quartiles else None)

    return table(
        "themes-spread-table",
        words("charts.spread"),
        spreads,
        (
            Column(words("label.theme"), cell=lambda s: context.theme_cell(s.theme)),
            Column(words("charts.least"), "number", cell=end(0)),
            Column(words("charts.lower"), "number", cell=quartile(0)),
            Column(words("charts.middle"), "number", cell=quartile(1)),
            Column(words("charts.upper"), "number", cell=quartile(2)),
            Column(words("charts.most"), "number", cell=end(-1)),
            Column(words("label.municipalities"), "number", cell=lambda s: context.number_cell(len(s.values))),
        ),
        (words("measures.digital.definition"), words("footnote.unranked")),
    )


def _percent(context: Context, value: float | None) -> Cell:
    return context.nothing if value is None else Cell(context.words.percent(value), value=round(value, 6))


STATES = ("digital", "third", "fourth", "gap")
"""Colours of what became of a service: digital, found otherwise, not found, not known."""


def states_chart(context: Context) -> StackChart:
    """Cells of each theme by what was found; others' tasks are left out."""
    words, data = context.words, context.data
    counts = [(t, _counted(data.findings(data.services(t.id)))) for t in data.themes]
    counts = [(theme, found) for theme, found in counts if sum(found)]
    labels = tuple(words(f"charts.state_{name}") for name in ("digital", "other", "none", "gap"))

    def number(index: int) -> Callable[[tuple[Theme, tuple[int, ...]]], Cell]:
        return lambda item: context.number_cell(item[1][index])

    in_figures = table(
        "themes-states-table",
        words("charts.states"),
        counts,
        (
            Column(words("label.theme"), cell=lambda item: context.theme_cell(item[0])),
            *(Column(label, "number", cell=number(index)) for index, label in enumerate(labels)),
        ),
    )
    described = "; ".join(
        f"{context.name(theme.name)}: "
        + ", ".join(f"{label} {words.number(n)}" for label, n in zip(labels, found, strict=True))
        for theme, found in counts
    )
    return StackChart(
        "themes-states",
        words("charts.states"),
        described,
        tuple(context.name(theme.name) for theme, _ in counts),
        tuple(zip(STATES, labels, strict=True)),
        tuple(tuple(map(float, found)) for _, found in counts),
        tuple(words.number(sum(found)) for _, found in counts),
        in_figures,
        words("frame.as_table"),
    )


def _counted(findings: Sequence[ServiceFinding]) -> tuple[int, int, int, int]:
    own = [f for f in findings if not is_outside(f)]
    digital = sum(1 for f in own if f.state is State.FOUND and f.digital)
    found = sum(1 for f in own if f.state is State.FOUND)
    missing = sum(1 for f in own if f.state is State.NOT_FOUND)
    return digital, found - digital, missing, len(own) - found - missing
