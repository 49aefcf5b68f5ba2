"""Figures of earlier studies and answers of surveys beside what is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from analysis import declared_indicators
from reports import StudyData, build, load_study
from reports.model import Cell, Note, ReportModel, Table, Text
from study import StudyFolder
from taxonomy import Surveys, available_countries, load_taxonomy


@pytest.fixture(scope="module")
def data(six: StudyFolder) -> StudyData:
    """The six, read."""
    return load_study(six)


@pytest.fixture(scope="module")
def model(data: StudyData) -> ReportModel:
    """Their report in English."""
    return build(data, "en")


def row(table: Table, first: str) -> dict[str, Cell]:
    """A row by its header, its cells by column."""
    found = next(r for r in table.rows if r.cells[0].text == first)
    return {c.label: cell for c, cell in zip(table.columns, found.cells, strict=True)}


def test_earlier_figures_stand_beside_ours_as_another_basket(model: ReportModel, data: StudyData) -> None:
    """Published figures as published; what this study did not see is told so."""
    part = next(s for s in model.sections if s.id == "then-and-now")
    assert any(isinstance(b, Note) and b.title == "Not the same basket" for b in part.blocks)
    table = next(b for b in part.blocks if isinstance(b, Table))
    assert len(table.rows) == len(data.taxonomy.country.earlier)
    cells = row(table, "Municipalities that use Wilma")
    assert cells["Published"].text == "22 of 30"
    assert "24" in cells["Published"].note
    assert row(table, "Share of digital services")["Published"].text == "over 70%"
    assert row(table, "Owner of most solutions")["Published"].text == "private company"
    assert "which today has 30" in table.footnotes[0]


def test_services_that_changed_hands_are_left_out_of_the_second_basket(inventor: Callable[..., Any]) -> None:
    """The second column counts the same municipalities without them, and says how many services it lacks."""
    made = inventor(12)
    changed = {s.id for s in made.taxonomy.services.values() if not s.comparable_with_2021}
    made.rows["service_findings"] = [
        replace(cell, digital=False, channels=()) if cell.service_id in changed else cell
        for cell in made.rows["service_findings"]
    ]
    data = StudyData("T", 2026, ("en",), "", 400, made.taxonomy, made.rows)
    table = next(
        b for s in build(data, "en").sections if s.id == "then-and-now" for b in s.blocks if isinstance(b, Table)
    )
    cells = row(table, "Share of digital services")
    first, second = (int(cells[label].text.split("%")[0]) for label in table_labels(table)[3:5])
    assert second > first
    assert f"{len(changed)} services" in table.footnotes[1]


def table_labels(table: Table) -> list[str]:
    return [column.label for column in table.columns]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_what_was_said_stands_beside_what_is_seen(inventor: Callable[..., Any], language: str) -> None:
    """Every pair with what may be compared and why; every answer with its source; what is not known is a gap."""
    made = inventor(14)
    data = StudyData("T", 2026, (language,), "", 400, made.taxonomy, made.rows)
    part = next(s for s in build(data, language).sections if s.id == "said-and-seen")
    beside, sizes = (b for b in part.blocks if isinstance(b, Table))
    surveys = data.taxonomy.surveys
    assert len(beside.rows) == len(surveys.pairs)
    assert all(r.cells[-1].text and r.cells[-2].text for r in beside.rows)
    assert len(sizes.columns) == 2 + len(surveys.pairs)
    answers = next(b for c in part.children for b in c.blocks if isinstance(b, Table))
    assert len(answers.rows) == len(surveys.answers)
    for answer, line in zip(surveys.answers, answers.rows, strict=True):
        assert line.cells[-1].href == answer.url
        assert (line.cells[4].state == "gap") is not answer.is_known


def test_an_answer_that_is_not_known_is_told_as_such(model: ReportModel) -> None:
    part = next(s for s in model.sections if s.id == "said-and-seen")
    answers = next(b for c in part.children for b in c.blocks if isinstance(b, Table))
    support = next(
        r for r in answers.rows if r.cells[2].text.startswith("Does your organisation arrange digital support")
    )
    assert support.cells[4].text.startswith("not known (")
    assert support.cells[2].note == "question 9"
    small = next(r for r in answers.rows if r.cells[3].text == "under 2,000")
    assert small.cells[4].text == "8%"


def test_nothing_is_said_of_unseen_subjects_where_every_subject_has_its_pair(data: StudyData) -> None:
    surveys = data.taxonomy.surveys
    paired = {pair.subject for pair in surveys.pairs}
    subjects = {name: text for name, text in surveys.subjects.items() if name in paired}
    answers = [answer for answer in surveys.answers if answer.subject in paired]
    seen = surveys.model_copy(update={"subjects": subjects, "answers": answers})
    for known, words in ((surveys, 2), (seen, 1)):
        study = replace(data, taxonomy=data.taxonomy.model_copy(update={"surveys": known}))
        part = next(s for s in build(study, "en").sections if s.id == "said-and-seen")
        assert sum(isinstance(block, Text) for block in part.blocks) == words


def test_a_country_without_surveys_has_no_such_part(data: StudyData) -> None:
    quiet = replace(data, taxonomy=data.taxonomy.model_copy(update={"surveys": Surveys()}))
    assert "said-and-seen" not in {s.id for s in build(quiet, "en").sections}


@pytest.mark.parametrize("country", available_countries())
def test_what_stands_beside_a_survey_is_measured(country: str) -> None:
    """Every indicator that a pair names is one that the program has."""
    named = {pair.indicator for pair in load_taxonomy(country).surveys.pairs} - {None}
    assert named <= set(declared_indicators())
