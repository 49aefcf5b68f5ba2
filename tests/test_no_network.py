"""A study without any network: every municipality ends with its reason, and there is a report that says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from study import open_study


@pytest.mark.slow(40)
def test_thirty_municipalities_without_network_end_explained(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    assert kuntatutka("new", "x", "--municipalities", "top30", "--year", "2026").status == 0
    settings = tmp_path / "x" / "study.toml"
    text = settings.read_text(encoding="utf-8")
    # All at once: the crawler tries each site again after a pause, and thirty pauses in turn would take minutes.
    settings.write_text(
        re.sub(r"parallel_municipalities = \d+", "parallel_municipalities = 30", text), encoding="utf-8"
    )
    done = kuntatutka("run", "x", "--format", "html", "--lang", "en", timeout=1800)
    assert done.status == 3, done.err
    assert "Traceback" not in done.err
    folder = open_study(tmp_path / "x")
    rows = folder.read("municipalities")
    assert len(rows) == 30
    assert all(row.status.value == "failed" and row.status_reason and row.status_detail for row in rows)
    assert done.err.count("No site can be reached: the proxy http://127.0.0.1:9 does not answer") == 1
    assert " and 29 more: failed" in done.err
    assert len([line for line in done.err.splitlines() if "failed" in line]) <= 3, "one sentence, not one a site"
    assert {row.state.value for row in folder.read("service_findings")} == {"not-examined"}
    report = (folder.reports / "report.en.html").read_text(encoding="utf-8")
    assert all(row.name_fi in report for row in rows)
