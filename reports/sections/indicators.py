"""Indicators side by side: tables by subject, the measured value with its unit and outcome, then the definitions.

A table never has more columns than a printed page has room for. A scorecard has them below each other.
"""

from __future__ import annotations

from collections.abc import Callable

from reports.blocks.indicators import Results, grouped, heading, result_cell, results_of, word
from reports.context import Context
from reports.model import Cell, Definition, Definitions, Section, Table
from reports.table import Column, table

ORDER = 55
MOST_COLUMNS = 6
"""Indicators that fit beside each other on a page."""


def section(context: Context) -> Section | None:
    """The indicators, or None where nothing was read or none has been run."""
    words, data = context.words, context.data
    results = results_of(context)
    if not results or not data.has_evidence:
        return None
    names = sorted({indicator for indicator, _ in results})
    parts = list(grouped(names))
    children = tuple(_group(context, results, group, part) for group, part in parts)
    ordered = [name for _, part in parts for name in part]
    meanings = Definitions(
        tuple(Definition(word(context, n, "title"), word(context, n, "definition")) for n in ordered)
    )
    lead = context.paragraph("indicators.lead", "lead")
    last = Section("indicator-meanings", words("indicators.meaning"), (meanings,))
    return Section("indicators", words("indicators.title"), (lead,), (*children, last), page=True)


def _group(context: Context, results: Results, group: str, names: list[str]) -> Section:
    parts = [names[start : start + MOST_COLUMNS] for start in range(0, len(names), MOST_COLUMNS)]
    title = context.words(f"indicators.group.{group}")
    captions = [
        context.words("indicators.part", group=title, n=n, of=len(parts)) if len(parts) > 1 else title
        for n in range(1, len(parts) + 1)
    ]
    tables = tuple(
        _side_by_side(context, results, captions[n], f"indicators-{group}{f'-{n}' if n else ''}-table", part)
        for n, part in enumerate(parts)
    )
    return Section(f"indicators-{group}", title, tables)


def _side_by_side(context: Context, results: Results, title: str, identity: str, names: list[str]) -> Table:
    words = context.words

    def measured(name: str) -> Callable[[str], Cell]:
        return lambda code: result_cell(context, results.get((name, code)))

    return table(
        identity,
        words("indicators.table", group=title),
        context.data.codes,
        (
            Column(words("label.municipality"), cell=context.municipality_cell),
            *(Column(heading(context, results, name), "number", cell=measured(name)) for name in names),
        ),
        dense=True,
    )
