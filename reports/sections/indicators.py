"""Indicators side by side: one column per check, the measured value and its outcome, with the definitions below."""

from __future__ import annotations

from analysis import indicator_words
from reports.context import Context
from reports.model import Cell, Column, Definition, Definitions, Row, Section, Table
from study import IndicatorResult, Outcome

ORDER = 55
SHARE_UNIT = "1"
"""Unit of a share of 1, as in UCUM."""


def section(context: Context) -> Section | None:
    """The indicators, or None where nothing was read or none has been run."""
    words, data = context.words, context.data
    results = {(r.indicator, r.municipality_code): r for r in data.tables["indicators"]}
    if not results or not data.has_evidence:
        return None
    names = sorted({indicator for indicator, _ in results})
    columns = (Column(words("label.municipality")), *(Column(_title(context, name), "number") for name in names))
    rows = tuple(
        Row(
            (
                Cell(context.municipality(code), href=f"#m-{code}"),
                *(_cell(context, results.get((name, code))) for name in names),
            )
        )
        for code in data.codes
    )
    table = Table("indicators-table", words("indicators.table"), columns, rows, dense=True)
    meanings = Definitions(tuple(Definition(_title(context, n), _word(context, n, "definition")) for n in names))
    blocks = (context.paragraph("indicators.lead", "lead"), table, meanings)
    return Section("indicators", words("indicators.title"), blocks, page=True)


def _cell(context: Context, result: IndicatorResult | None) -> Cell:
    words = context.words
    if result is None:
        return Cell(words("outcome.unknown"), state="gap")
    outcome = words(f"outcome.{result.outcome.value}")
    if result.value is None:
        return Cell(outcome, state="gap" if result.outcome in (Outcome.UNKNOWN, Outcome.ERROR) else "")
    share = result.unit == SHARE_UNIT
    text = words.percent(result.value) if share else words.number(result.value)
    return Cell(text, value=result.value, note=outcome, state="fail" if result.outcome is Outcome.FAIL else "")


def _title(context: Context, indicator: str) -> str:
    return _word(context, indicator, "title")


def _word(context: Context, indicator: str, key: str) -> str:
    """A word of an indicator in the report's language; its id where the program has dropped it since."""
    try:
        return indicator_words(indicator)[key][context.language]
    except (FileNotFoundError, KeyError):
        return indicator
