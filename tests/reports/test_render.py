"""The files that `report` leaves in a study folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports import render
from study import StudyFolder


def test_html_in_every_language_is_the_same_each_time(six: StudyFolder) -> None:
    """Same study, same bytes."""
    written = render(six, languages=("fi", "sv", "en"), formats=("html",))
    assert [p.name for p in written] == ["report.json", "report.fi.html", "report.sv.html", "report.en.html"]
    first = [p.read_bytes() for p in written]
    assert [p.read_bytes() for p in render(six, languages=("fi", "sv", "en"), formats=("html",))] == first


@pytest.mark.browser
@pytest.mark.slow
def test_pdf_is_written(six: StudyFolder) -> None:
    """Chromium prints the report."""
    written: tuple[Path, ...] = render(six, languages=("en",), formats=("pdf",))
    assert written[-1].read_bytes().startswith(b"%PDF")
