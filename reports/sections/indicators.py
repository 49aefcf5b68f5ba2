"""Indicators side by side: tables by subject, the measured value with its unit and outcome, then the definitions.

A table never has more columns than a printed page has room for. A scorecard has them below each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis import has_limit, indicator_words
from reports.context import Context
from reports.model import Block, Cell, Column, Definition, Definitions, Row, Section, Table
from study import IndicatorResult, Outcome

ORDER = 55
GROUPS = {
    "services": ("digital-share", "language-versions", "service-points"),
    "paths": ("hub-page", "click-depth", "path-breaks", "login-systems"),
    "pages": (
        "readability",
        "empty-link-texts",
        "unique-titles",
        "marked-language",
        "page-weight",
        "third-parties",
    ),
    "accessibility": ("statement", "barriers", "reflow", "tagged-forms"),
}
"""Indicators by subject; what is in none of them stands last."""
MOST_COLUMNS = 6
"""Indicators that fit beside each other on a page."""
SHARE_UNIT, PERCENT_UNIT, WEIGHT_UNIT = "1", "%", "MB"
"""Units as in UCUM, which are written in the cell; others stand in the column's heading."""

Results = dict[tuple[str, str], IndicatorResult]


def section(context: Context) -> Section | None:
    """The indicators, or None where nothing was read or none has been run."""
    words, data = context.words, context.data
    results = _results(context)
    if not results or not data.has_evidence:
        return None
    names = sorted({indicator for indicator, _ in results})
    children = tuple(_group(context, results, group, part) for group, part in _grouped(names))
    meanings = Definitions(tuple(Definition(_title(context, n), _word(context, n, "definition")) for n in names))
    lead = context.paragraph("indicators.lead", "lead")
    last = Section("indicator-meanings", words("indicators.meaning"), (meanings,))
    return Section("indicators", words("indicators.title"), (lead,), (*children, last), page=True)


def below(context: Context, code: str) -> Section | None:
    """One municipality's indicators, each on a row with what it measures; None where none has been run."""
    results = {key: result for key, result in _results(context).items() if key[1] == code}
    if not results:
        return None
    blocks: list[Block] = [context.paragraph("indicators.one_lead")]
    names = sorted({name for name, _ in results})
    blocks += [_rows(context, results, group, part, code) for group, part in _grouped(names)]
    return Section(f"m-{code}-indicators", context.words("indicators.one_title"), tuple(blocks))


def _results(context: Context) -> Results:
    return {(r.indicator, r.municipality_code): r for r in context.data.tables["indicators"]}


def _grouped(names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    for group, members in GROUPS.items():
        if part := [name for name in members if name in names]:
            yield group, part
    known = {name for members in GROUPS.values() for name in members}
    if rest := [name for name in names if name not in known]:
        yield "other", rest


def _group(context: Context, results: Results, group: str, names: list[str]) -> Section:
    parts = [names[start : start + MOST_COLUMNS] for start in range(0, len(names), MOST_COLUMNS)]
    title = context.words(f"indicators.group.{group}")
    tables = tuple(
        _side_by_side(context, results, title, f"indicators-{group}{f'-{n}' if n else ''}-table", part)
        for n, part in enumerate(parts)
    )
    return Section(f"indicators-{group}", title, tables)


def _side_by_side(context: Context, results: Results, title: str, identity: str, names: list[str]) -> Table:
    words, data = context.words, context.data
    columns = (
        Column(words("label.municipality")),
        *(Column(_heading(context, results, name), "number") for name in names),
    )
    rows = tuple(
        Row(
            (
                Cell(context.municipality(code), href=f"#m-{code}"),
                *(_cell(context, results.get((name, code))) for name in names),
            )
        )
        for code in data.codes
    )
    return Table(identity, words("indicators.table", group=title), columns, rows, dense=True)


def _rows(context: Context, results: Results, group: str, names: list[str], code: str) -> Table:
    words = context.words
    rows = []
    for name in names:
        result = results.get((name, code))
        cell = _cell(context, result)
        has_value = result is not None and result.value is not None
        rows.append(
            Row(
                (
                    Cell(_heading(context, results, name)),
                    Cell(cell.text, value=cell.value) if has_value else Cell(words("sign.nothing")),
                    Cell(cell.note or cell.text, state=cell.state),
                    Cell(_word(context, name, "definition")),
                )
            )
        )
    columns = (
        Column(words("indicators.indicator"), wide=True),
        Column(words("indicators.value"), "number"),
        Column(words("indicators.outcome")),
        Column(words("indicators.meaning"), wide=True),
    )
    title = words(f"indicators.group.{group}")
    return Table(f"m-{code}-indicators-{group}", title, columns, tuple(rows), dense=True)


def _cell(context: Context, result: IndicatorResult | None) -> Cell:
    words = context.words
    if result is None:
        return Cell(words("outcome.unknown"), state="gap")
    is_measure = result.outcome is Outcome.PASS and not has_limit(result.indicator)
    outcome = words("outcome.measured" if is_measure else f"outcome.{result.outcome.value}")
    if result.value is None:
        states = {Outcome.UNKNOWN: "gap", Outcome.ERROR: "gap", Outcome.FAIL: "fail"}
        return Cell(outcome, state=states.get(result.outcome, ""))
    text = measured(context, result.value, result.unit)
    return Cell(text, value=result.value, note=outcome, state="fail" if result.outcome is Outcome.FAIL else "")


def measured(context: Context, value: float, unit: str) -> str:
    """A value as people write it: shares and per cents with their sign, bytes in a unit that leaves a figure."""
    words = context.words
    if unit == SHARE_UNIT:
        return words.percent(value)
    if unit == PERCENT_UNIT:
        return words.percent(value / 100, 0 if round(value, 1).is_integer() else 1)
    if unit != WEIGHT_UNIT:
        return words.number(value)
    if value >= 1:
        return words("unit.megabytes", value=words.number(value, 1))
    kilobytes = value * 1000
    return words("unit.kilobytes", value=words.number(kilobytes, 0 if kilobytes >= 10 else 1))


def _heading(context: Context, results: Results, indicator: str) -> str:
    """Title with the unit, where the cells do not write it and it has a name."""
    title = _title(context, indicator)
    units = {r.unit for (name, _), r in results.items() if name == indicator and r.unit}
    if len(units) != 1:
        return title
    key = f"unit.{units.pop()}"
    return f"{title} ({context.words(key)})" if context.words.has(key) else title


def _title(context: Context, indicator: str) -> str:
    return _word(context, indicator, "title")


def _word(context: Context, indicator: str, key: str) -> str:
    """A word of an indicator in the report's language; its id where the program has dropped it since."""
    try:
        return indicator_words(indicator)[key][context.language]
    except (FileNotFoundError, KeyError):
        return indicator
