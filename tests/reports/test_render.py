"""The files that `report` leaves in a study folder."""

from __future__ import annotations

from typing import Any

import pytest

from reports import render
from study import StudyFolder, UserError


def test_files_are_named_by_language_and_the_same_each_time(six: StudyFolder) -> None:
    """Same study, same bytes; each step is told."""
    steps: list[str] = []
    written = render(six, languages=("fi", "sv", "fi"), formats=("html",), on_step=steps.append)
    assert [p.name for p in written] == ["report.json", "report.fi.html", "report.sv.html"]
    assert steps == ["report.fi.html", "report.sv.html"]
    first = [p.read_bytes() for p in written]
    assert [p.read_bytes() for p in render(six, languages=("fi", "sv"), formats=("html",))] == first
    assert not list(six.reports.glob(".*.tmp"))


def test_scorecard_has_its_own_files(six: StudyFolder) -> None:
    """By code or by name."""
    written = render(six, languages=("en",), formats=("html",), municipality="Espoo")
    assert [p.name for p in written] == ["municipality-049.json", "municipality-049.en.html"]
    text = written[1].read_text("utf-8")
    assert "<h1>Espoo</h1>" in text
    assert 'id="m-091"' not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"languages": ("xx",)}, "report language 'xx' is not known"),
        ({"languages": ("fi",), "formats": ("doc",)}, "report format 'doc' is not known"),
        ({"languages": ("fi",), "municipality": "Atlantis"}, "Atlantis is not a municipality of this study"),
    ],
)
def test_wrong_wishes_are_one_clear_sentence(six: StudyFolder, arguments: dict[str, Any], message: str) -> None:
    """What is wrong and what there is."""
    with pytest.raises(UserError, match=message):
        render(six, **arguments)
