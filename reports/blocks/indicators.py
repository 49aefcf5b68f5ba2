"""Indicators with their words, values and outcomes, and one municipality's of them below each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis import declared_indicators, indicator_words
from reports import anchors
from reports.context import Context
from reports.model import Block, Cell, Section, Table
from reports.table import Column, table
from reports.words import unbroken
from study import IndicatorResult, Outcome

GROUPS = {
    "services": ("digital-share", "language-versions", "service-points"),
    "paths": ("hub-page", "click-depth", "path-breaks", "login-systems"),
    "customers": (
        "feedback-asked",
        "feedback-used",
        "satisfaction-told",
        "digital-support",
        "service-point-names",
        "remote-service",
        "self-service",
        "visit-needless",
    ),
    "eservices": (
        "eservices-offered",
        "eservices-own-address",
        "eservices-own-brand",
        "eservice-systems",
        "eservices-beyond-form",
    ),
    "pages": (
        "readability",
        "empty-link-texts",
        "unique-titles",
        "marked-language",
        "page-weight",
        "third-parties",
    ),
    "accessibility": (
        "statement",
        "barriers",
        "reflow",
        "tagged-forms",
        "fake-headings",
        "tables-without-heads",
        "ungrouped-choices",
        "empty-picture-words",
        "forms-without-button",
        "focus-unmarked",
    ),
}
"""Indicators by subject; what is in none of them stands last."""
SHARE_UNIT, PERCENT_UNIT, WEIGHT_UNIT = "1", "%", "MB"
"""Units as in UCUM, which are written in the cell; others stand in the column's heading."""

Results = dict[tuple[str, str], IndicatorResult]


def results_of(context: Context) -> Results:
    """What was measured, by indicator and municipality."""
    return {(r.indicator, r.municipality_code): r for r in context.data.tables["indicators"]}


def below(context: Context, code: str) -> Section | None:
    """One municipality's indicators, each on a row with what it measures; None where none has been run."""
    results = {key: result for key, result in results_of(context).items() if key[1] == code}
    if not results:
        return None
    blocks: list[Block] = [context.paragraph("indicators.one_lead")]
    names = sorted({name for name, _ in results})
    blocks += [_rows(context, results, group, part, code) for group, part in grouped(names)]
    title = context.words("indicators.one_title")
    return Section(anchors.municipality(code, "indicators"), title, tuple(blocks))


def grouped(names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The indicators by subject, those of no subject last."""
    for group, members in GROUPS.items():
        if part := [name for name in members if name in names]:
            yield group, part
    known = {name for members in GROUPS.values() for name in members}
    if rest := [name for name in names if name not in known]:
        yield "other", rest


def _rows(context: Context, results: Results, group: str, names: list[str], code: str) -> Table:
    words = context.words
    cells = {name: result_cell(context, results.get((name, code))) for name in names}

    def value(name: str) -> Cell:
        cell = cells[name]
        return context.nothing if cell.value is None else Cell(cell.text, value=cell.value)

    return table(
        anchors.municipality(code, f"indicators-{group}"),
        words(f"indicators.group.{group}"),
        names,
        (
            Column(words("indicators.indicator"), wide=True, cell=lambda name: Cell(heading(context, results, name))),
            Column(words("indicators.value"), "number", cell=value),
            Column(
                words("indicators.outcome"),
                cell=lambda name: Cell(cells[name].note or cells[name].text, state=cells[name].state),
            ),
            Column(words("indicators.meaning"), wide=True, cell=lambda name: Cell(word(context, name, "definition"))),
        ),
        dense=True,
    )


def result_cell(context: Context, result: IndicatorResult | None) -> Cell:
    """The value with its outcome; the outcome alone where there is no value."""
    words = context.words
    if result is None:
        return Cell(words("outcome.unknown"), state="gap")
    declared = declared_indicators().get(result.indicator)
    # Studies of before tell a mere measure as passed.
    is_measure = result.outcome is Outcome.PASS and declared is not None and not declared.has_limit
    outcome = words(f"outcome.{Outcome.MEASURED.value if is_measure else result.outcome.value}")
    if result.base is not None and result.value is not None:
        outcome = words("indicators.of", outcome=outcome, base=result.base)
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


def heading(context: Context, results: Results, indicator: str) -> str:
    """Title with the unit, where the cells do not write it and it has a name."""
    title = word(context, indicator, "title")
    units = {r.unit for (name, _), r in results.items() if name == indicator and r.unit}
    if len(units) != 1:
        return title
    key = f"unit.{units.pop()}"
    return f"{title} ({context.words(key)})" if context.words.has(key) else title


def word(context: Context, indicator: str, key: str) -> str:
    """A word of an indicator in the report's language; its id where the program has dropped it since."""
    try:
        return unbroken(indicator_words(indicator)[key][context.language])
    except (FileNotFoundError, KeyError):
        return indicator
