"""The ladder of maturity: how far the services of each theme have come, from not found to automated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from reports.context import Context
from reports.model import Cell, StackChart
from reports.shares import is_outside
from reports.table import Column, table
from taxonomy import Theme

RUNGS = tuple(range(7))
"""Levels of maturity; each has a colour `m<level>` of the style sheet, darker with every rung."""


@dataclass(frozen=True, slots=True)
class _Climbed:
    """A theme with its grid cells by rung, and those of which none is known."""

    theme: Theme
    rungs: tuple[int, ...]
    gaps: int


def ladder(context: Context) -> StackChart:
    """Cells of each theme by maturity; others' tasks are left out, and so are services that are told apart."""
    words = context.words
    climbed = [c for c in (_climbed(context, theme) for theme in context.data.themes) if sum(c.rungs) + c.gaps]
    labels = tuple(words(f"ladder.rung_{n}") for n in RUNGS)
    parts = (*zip((f"m{n}" for n in RUNGS), labels, strict=True), ("gap", words("charts.state_gap")))

    def on(rung: int) -> Callable[[_Climbed], Cell]:
        return lambda item: context.number_cell(item.rungs[rung])

    in_figures = table(
        "maturity-ladder-table",
        words("ladder.title"),
        climbed,
        (
            Column(words("label.theme"), cell=lambda item: context.theme_cell(item.theme)),
            *(Column(f"{n} {label}", "number", cell=on(n)) for n, label in zip(RUNGS, labels, strict=True)),
            Column(words("label.gaps"), "number", cell=lambda item: context.number_cell(item.gaps)),
        ),
        (words("measures.maturity.definition"),),
    )
    return StackChart(
        "maturity-ladder",
        words("ladder.title"),
        "; ".join(_told(context, item, labels) for item in climbed),
        tuple(context.name(item.theme.name) for item in climbed),
        parts,
        tuple((*map(float, item.rungs), float(item.gaps)) for item in climbed),
        tuple(words.number(sum(item.rungs) + item.gaps) for item in climbed),
        in_figures,
        words("frame.as_table"),
    )


def _climbed(context: Context, theme: Theme) -> _Climbed:
    own = [f for f in context.data.compared(theme=theme.id) if not is_outside(f)]
    count = Counter(f.maturity for f in own)
    return _Climbed(theme, tuple(count[n] for n in RUNGS), count[None])


def _told(context: Context, item: _Climbed, labels: tuple[str, ...]) -> str:
    """A theme in words, for those who do not see the drawing."""
    words = context.words
    rungs = ", ".join(f"{label} {words.number(n)}" for label, n in zip(labels, item.rungs, strict=True) if n)
    return f"{context.name(item.theme.name)}: {rungs}"
