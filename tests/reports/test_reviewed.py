"""What the report says of people's looks: how much, how right the machine was, and what that means for the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reports.blocks.reviewed import review_figures, reviewed
from reports.context import Context
from reports.data import StudyData, load_study
from reports.model import Section, Text
from reports.words import Words
from study import DecidedCell, ServiceFinding, StudyFolder, Verification

AT = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def data(six: StudyFolder) -> StudyData:
    return load_study(six)


def decided(finding: ServiceFinding, number: int, *, wrong: bool = False, again: bool = False) -> DecidedCell:
    """A cell that people looked at; where the machine was wrong it had seen nothing."""
    channels = () if wrong else finding.channels
    action = "correct" if wrong else "confirm"
    state = "not-found" if wrong else finding.state.value
    return DecidedCell(
        finding.municipality_code, finding.service_id, f"{number:012x}", action, AT, "", state, channels, "", (), "",
        "automatic", again, False,
    )  # fmt: skip


def with_looks(data: StudyData, count: int, wrong: int = 0, reviewers: tuple[str, ...] = ()) -> StudyData:
    findings = [f for f in data.grid.values() if f.digital][:count]
    rows = [decided(f, n, wrong=n < wrong, again=n == 0) for n, f in enumerate(findings)]
    tables = {**data.tables, "decided_cells": rows}
    return replace(data, tables=tables, control_sample=len(data.grid), reviewers=reviewers)


def text_of(section: Section) -> str:
    return " ".join("".join(run.text for run in b.runs) for b in section.blocks if isinstance(b, Text))


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Nobody has looked"), ("fi", "ei ole vielä katsonut kukaan"), ("sv", "Ingen har ännu")],
)
def test_where_nobody_has_looked_it_says_so(data: StudyData, language: str, words: str) -> None:
    none = replace(data, tables={**data.tables, "decided_cells": []})
    assert words in text_of(reviewed(Context(none, Words(language))))


def test_the_control_sample_tells_how_right_the_machine_was_and_corrects_the_rest(data: StudyData) -> None:
    looked = with_looks(data, 40, wrong=10, reviewers=("Aino", "Bo"))
    figures = review_figures(looked)
    assert (figures.control_done, figures.control_right, figures.asked_again) == (40, 30, 1)
    assert figures.by_action == {"confirm": 30, "correct": 10}
    assert figures.rest_error == 0.25
    text = text_of(reviewed(Context(looked, Words("en"))))
    assert "30 of 40 (75%, 95% interval 60% to 86%)" in text
    assert "Looked at by Aino and Bo." in text
    assert "taken into account" in text


def test_too_few_looks_say_nothing_of_the_machine(data: StudyData) -> None:
    text = text_of(reviewed(Context(with_looks(data, 5), Words("en"))))
    assert "can be said from 20 on" in text
    assert "interval" not in text


def test_the_grid_shows_who_stands_behind_a_cell(data: StudyData) -> None:
    from reports.sections.themes import legend, matrix_cell

    key, finding = next((k, f) for k, f in sorted(data.grid.items()) if f.digital)
    service = data.taxonomy.services[key[1]]
    for verification, mark in (
        (Verification.CORRECTED, "corrected"),
        (Verification.UNCERTAIN, "uncertain"),
        (Verification.AUTOMATIC, ""),
    ):
        findings = [
            replace(f, verification=verification) if f is finding else f for f in data.tables["service_findings"]
        ]
        context = Context(replace(data, tables={**data.tables, "service_findings": findings}), Words("en"))
        cell = matrix_cell(context, key[0], service)
        assert cell.mark == mark
        if mark:
            said = Words("en")(f"verification.{mark}")
            assert cell.label.endswith(said)
            assert said in [item.text for item in legend(context).items]
