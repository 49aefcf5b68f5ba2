"""Indicators side by side and on a scorecard: tables that fit, values that say something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from reports import StudyData, available_languages, build, load_study
from reports.model import ReportModel, Section, Table
from study import IndicatorResult, Outcome, StudyFolder

from .conftest import make

VALUES = {
    "barriers": (0.0, "%"), "click-depth": (2.0, "clicks"), "digital-share": (0.9362, "1"),
    "empty-link-texts": (0.0, "%"), "hub-page": (44.0, "services"), "language-versions": (1.0, "1"),
    "login-systems": (3.0, "log-ins"), "marked-language": (100.0, "%"), "page-weight": (0.0045, "MB"),
    "path-breaks": (5.0, "services"), "readability": (61.4, "LIX"), "reflow": (20.0, "%"),
    "service-points": (None, ""), "statement": (1.0, "problems"), "tagged-forms": (0.0, "%"),
    "third-parties": (2.0, "requests"), "unique-titles": (98.2906, "%"),
}  # fmt: skip


@pytest.fixture(scope="module")
def data(six: StudyFolder) -> StudyData:
    """Six municipalities with every indicator, and one the program has dropped since."""
    plain = load_study(six)
    rows = [
        make(IndicatorResult, indicator=name, municipality_code=code, outcome=Outcome.FAIL, value=value, unit=unit)
        for name, (value, unit) in {**VALUES, "dropped-since": (1.0, "")}.items()
        for code in plain.codes
    ]
    return replace(plain, tables={**plain.tables, "indicators": rows})


def tables(model: ReportModel, start: str) -> dict[str, Table]:
    """Tables by id."""

    def walk(sections: Sequence[Section]) -> Iterator[Section]:
        for section in sections:
            yield section
            yield from walk(section.children)

    every = [b for s in walk(model.sections) for b in s.blocks if isinstance(b, Table)]
    return {b.id: b for b in every if b.id.startswith(start)}


@pytest.mark.parametrize("language", available_languages())
def test_tables_are_narrow_and_leave_no_indicator_out(data: StudyData, language: str) -> None:
    found = tables(build(data, language), "indicators-")
    assert len(found) > 3
    assert max(len(t.columns) for t in found.values()) <= 7
    assert sum(len(t.columns) - 1 for t in found.values()) == len(VALUES) + 1


def test_values_carry_units_that_say_something(data: StudyData) -> None:
    found = tables(build(data, "fi"), "indicators-")
    cells = {
        c.label: cell.text for t in found.values() for c, cell in zip(t.columns[1:], t.rows[0].cells[1:], strict=True)
    }
    assert cells["Sivun koko"] == "4,5\u00a0kt"
    assert cells["Sivuilla on oma otsikko"] == "98,3\u00a0%"
    assert cells["Digitaalisten palvelujen osuus"] == "94\u00a0%"
    assert cells["Palvelutekstien luettavuus (LIX)"] == "61,4"
    assert cells["Klikkauksia etusivulta palveluun"] == "2"


def test_a_mere_measure_is_not_called_fine(data: StudyData) -> None:
    passed = [replace(row, outcome=Outcome.PASS) for row in data.tables["indicators"]]
    model = build(replace(data, tables={**data.tables, "indicators": passed}), "en")
    notes = {
        column.label: cell.note
        for table in tables(model, "indicators-").values()
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell.value is not None
    }
    assert notes["Share of digital services"] == "measured, no limit"
    assert "measured, no limit" not in {note for label, note in notes.items() if label != "Share of digital services"}


def test_scorecard_tells_what_the_full_report_knows(data: StudyData) -> None:
    code = data.codes[0]
    model = build(data, "en", code)
    assert model.sections[0].title == "Results of the municipality"
    page = model.sections[0].children[0]
    assert [s.id for s in page.children] == [
        f"m-{code}-{x}" for x in ("paths", "languages", "statement", "audit", "indicators")
    ]
    weights = [r for t in tables(model, f"m-{code}-indicators").values() for r in t.rows]
    assert len(weights) == len(VALUES) + 1
    assert [len(t.rows) for t in tables(model, "audit-table").values()] == [1]
