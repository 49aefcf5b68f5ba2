"""What the report says, before it has a look."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports import StudyData, build, load_study, report_json
from reports.model import BarChart, Cell, Matrix, MatrixCell, ReportModel, Section, Table
from study import CrawlStatus, State, StateReason, StudyFolder


@pytest.fixture(scope="module")
def data(six: StudyFolder) -> StudyData:
    """The six, read."""
    return load_study(six)


@pytest.fixture(scope="module")
def model(data: StudyData) -> ReportModel:
    """Their report in English."""
    return build(data, "en")


def walk(sections: tuple[Section, ...]) -> Iterator[Section]:
    """All sections, depth first."""
    for section in sections:
        yield section
        yield from walk(section.children)


def blocks(model: ReportModel, kind: type) -> dict[str, Any]:
    """Blocks of a kind by id."""
    return {b.id: b for s in walk(model.sections) for b in s.blocks if isinstance(b, kind)}


def row(table: Table, first: str) -> dict[str, Cell]:
    """A row by its header, its cells by column."""
    found = next(r for r in table.rows if r.cells[0].text == first)
    return {c.label: cell for c, cell in zip(table.columns, found.cells, strict=True)}


def test_report_has_every_part_in_order(model: ReportModel) -> None:
    """From the summary to the proof."""
    assert [s.id for s in model.sections] == [
        "summary", "comparison", "grid", "products", "findability", "accessibility", "municipalities", "coverage",
        "method", "sources", "evidence",
    ]  # fmt: skip


def test_grid_has_a_cell_for_every_municipality_and_service(model: ReportModel, data: StudyData) -> None:
    """One matrix per theme, no cell left out, gaps drawn as gaps."""
    matrices = blocks(model, Matrix)
    assert len(matrices) == 7
    cells: list[MatrixCell] = [c for m in matrices.values() for r in m.rows for c in r.cells]
    assert len(cells) == 6 * 55
    assert {c.level for c in cells} == {"digital", "other", "information", "none", "blocked", "unread", "outside"}
    gaps = sum(c.level in ("blocked", "unread", "outside") for c in cells)
    assert gaps == sum(f.state in (State.BLOCKED, State.NOT_EXAMINED) for f in data.grid.values())


def test_a_study_without_a_title_names_itself_in_each_language(data: StudyData) -> None:
    untitled = replace(data, title="")
    assert [build(untitled, language).cover.title for language in ("fi", "sv", "en")] == [
        "6 kunnan digitaaliset palvelut 2026",
        "Digitala tjänster i 6 kommuner 2026",
        "Digital services of 6 municipalities 2026",
    ]
    assert build(data, "sv").cover.title == "Kuntien digitaaliset palvelut 2026"


def test_municipalities_stand_largest_first(model: ReportModel) -> None:
    """An order that is no ranking."""
    names = [r.label for r in blocks(model, Matrix)["grid-administration"].rows]
    assert names[:3] == ["Helsinki", "Espoo", "Tampere"]


def test_shares_are_those_of_the_findings(model: ReportModel, data: StudyData) -> None:
    """The table says what a hand count says."""
    cells = [data.grid[code, "feedback"] for code in data.codes]
    judged = [c for c in cells if c.state in (State.FOUND, State.NOT_FOUND)]
    digital = sum(bool(c.digital) for c in judged)
    found = row(blocks(model, Table)["services-ranked-table"], "Feedback")["Digital share"]
    assert found.note == f"{digital} of {len(judged)}"
    assert found.value == pytest.approx(digital / len(judged))


def test_chart_and_its_table_say_the_same(model: ReportModel) -> None:
    """Same rows, same texts."""
    chart = blocks(model, BarChart)["channels-administration"]
    assert [r.cells[0].text for r in chart.table.rows] == list(chart.categories)
    for index, line in enumerate(chart.table.rows):
        assert [c.text for c in line.cells[1:6]] == [s.texts[index] for s in chart.series]


def test_blocked_municipality_has_no_share_but_its_gaps(model: ReportModel) -> None:
    """Vantaa is blocked in these findings: nothing is nought per cent."""
    cells = row(blocks(model, Table)["municipalities-digital"], "Vantaa")
    assert cells["All themes"].text == "not known"
    assert "47 gaps" in cells["All themes"].gaps


def test_too_many_gaps_are_not_ranked(inventor: Callable[..., Any]) -> None:
    """The service stands last, without a place."""
    made = inventor(5)
    made.rows["service_findings"] = [
        replace(f, state=State.BLOCKED, state_reason=StateReason.ROBOTS, digital=None, channels=())
        if f.service_id == "feedback" and f.municipality_code != "091"
        else f
        for f in made.rows["service_findings"]
    ]
    data = StudyData("T", 2026, ("en",), "", 400, made.taxonomy, made.rows)
    table = blocks(build(data, "en"), Table)["services-ranked-table"]
    assert row(table, "Feedback")["Place"].text == "not ranked"
    places = [r.cells[2].value for r in table.rows]
    assert places == sorted(places, key=lambda p: (p is None, p or 0))


def test_products_name_the_unrecognised_part_beside_the_order(model: ReportModel) -> None:
    """A ranking without its blind spot would mislead."""
    table = blocks(model, Table)["products-table"]
    assert any("the product was not recognised" in note for note in table.footnotes)
    counts = [r.cells[3].value or 0 for r in table.rows]
    assert counts == sorted(counts, reverse=True)


def test_municipality_page_says_what_others_have(model: ReportModel, data: StudyData) -> None:
    """Only services that at least half of the others offer and this one was not found to."""
    table = blocks(model, Table)["m-091-lacking"]
    assert table.rows
    for line in table.rows:
        assert (line.cells[2].value or 0) >= 0.5
        service = line.cells[0].href.removeprefix("#c-091-")
        assert not data.grid["091", service].digital


def test_scorecard_is_about_one_municipality(data: StudyData) -> None:
    """Its own page, method, sources and evidence; peers only as numbers."""
    model = build(data, "en", "049")
    assert model.cover.title == "Espoo"
    assert [s.id for s in model.sections] == ["municipalities", "method", "sources", "evidence"]
    pages = [c.id for s in model.sections if s.id == "municipalities" for c in s.children]
    assert pages == ["m-049"]


def test_incomplete_municipalities_are_named_in_the_summary(model: ReportModel, data: StudyData) -> None:
    """Nobody has to look for the gaps."""
    unread = [m for m in data.municipalities if m.status is not CrawlStatus.COMPLETE]
    notes = [b for b in model.sections[0].blocks if type(b).__name__ == "Note"]
    assert unread
    assert "Vantaa" in notes[0].text


def test_names_follow_the_language(data: StudyData) -> None:
    """Helsingfors in Swedish, and Swedish service names."""
    model = build(data, "sv")
    matrix = blocks(model, Matrix)["grid-administration"]
    assert matrix.rows[0].label == "Helsingfors"
    assert "Respons" in [c.label for c in matrix.columns]


def test_json_is_versioned_and_the_same_each_time(model: ReportModel, data: StudyData) -> None:
    """Other formats are written from this alone."""
    text = report_json([model])
    assert text == report_json([build(data, "en")])
    content = json.loads(text)
    assert content["format"] == "kuntatutka-report"
    assert content["reports"]["en"]["cover"]["title"] == data.title


def test_titles_from_the_web_are_cleaned(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """Hub titles lose control characters and length."""
    made = inventor(1)
    made.rows["pages"] = [replace(p, title="Hub\u202e" + "x" * 500) for p in made.rows["pages"]]
    data = StudyData("T", 2026, ("en",), "", 400, made.taxonomy, made.rows)
    cell = blocks(build(data, "en"), Table)["hubs-table"].rows[0].cells[1]
    assert len(cell.text) == 80
    assert "\u202e" not in cell.text
