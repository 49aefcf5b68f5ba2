"""Themes and services over the years: a chart and tables, each share with what its gaps leave open."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports.context import Context
from reports.earlier import Development
from reports.model import Cell, Table, TrendChart
from reports.table import Column, table

from .named import years_of
from .panel import Line, Panel

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def themes_chart(context: Context, since: Development, panel: Panel) -> TrendChart:
    """The themes' digital shares year by year."""
    words, years = context.words, years_of(since)
    lines = [line for line in panel.themes if any(share.possible for share in line.shares)]
    name = (words("label.theme"), context.theme)
    names = [context.theme(line.id) for line in lines]
    described = "; ".join(
        f"{name}: " + ", ".join(f"{year} {context.share_words(s)}" for year, s in zip(years, line.shares, strict=True))
        for name, line in zip(names, lines, strict=True)
    )
    return TrendChart(
        "development-themes",
        words("development.themes"),
        described,
        tuple(names),
        years,
        tuple(tuple(share.value for share in line.shares) for line in lines),
        tuple(tuple(share.bounds for share in line.shares) for line in lines),
        tuple((at, words.percent(at)) for at in TICKS),
        _table(context, "development-themes-table", words("development.themes"), years, lines, name),
        words("frame.as_table"),
        words("charts.too_few"),
    )


def services_table(context: Context, since: Development, panel: Panel) -> Table:
    """Every service that moved or can be told, those that moved most first."""
    words = context.words
    told = [line for line in panel.services if line.gained or line.lost or any(s.is_ranked for s in line.shares)]
    told.sort(key=lambda line: (-(line.gained + line.lost), -line.moved))
    caption = words("development.services")
    name = (words("label.service"), context.service)
    return _table(context, "development-services", caption, years_of(since), told, name)


def _table(
    context: Context,
    id: str,
    caption: str,
    years: Sequence[str],
    lines: Sequence[Line],
    name: tuple[str, Callable[[str], str]],
) -> Table:
    words = context.words

    def share(index: int) -> Callable[[Line], Cell]:
        return lambda line: context.share_cell(line.shares[index])

    return table(
        id,
        caption,
        lines,
        (
            Column(name[0], wide=True, cell=lambda line: Cell(name[1](line.id))),
            *(Column(year, "share", cell=share(index)) for index, year in enumerate(years)),
            Column(words("development.gained"), "number", cell=lambda line: context.number_cell(line.gained)),
            Column(words("development.lost"), "number", cell=lambda line: context.number_cell(line.lost)),
        ),
        (words("development.basket"), words("measures.digital.definition"), words("footnote.few")),
        dense=True,
    )
