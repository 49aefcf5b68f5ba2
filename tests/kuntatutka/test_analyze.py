"""`kuntatutka analyze`: what it takes over from before is told, in words and in figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from study import CrawlStatus, StudyConfig, StudyFolder, StudyMunicipality, StudySection, WarcWriter, create_study

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def store(study: StudyFolder, code: str, *paths: str) -> None:
    with WarcWriter(study.evidence, code) as writer:
        for path in paths:
            html = f"<html lang='fi'><title>Sivu</title><main><h1>Sivu {path}</h1><p>Kunta palvelee.</p></main></html>"
            headers = [(b"Content-Type", b"text/html; charset=utf-8")]
            writer.write_exchange(f"https://k{code}.example{path}", [], 200, headers, html.encode(), at=AT)
        writer.write_crawl_end(CrawlStatus.COMPLETE, None, {}, started_at=AT, ended_at=AT)


def test_what_was_taken_over_is_told(kuntatutka: Callable[..., Any], tmp_path: Any) -> None:
    towns = tuple(StudyMunicipality(code, f"Kunta {code}", f"https://k{code}.example/") for code in ("901", "902"))
    study = create_study(tmp_path / "s", StudyConfig(study=StudySection(title="T", year=2026)), towns)
    for code in ("901", "902"):
        store(study, code, "/", "/a")
    first = kuntatutka("analyze", "s", "--json")
    assert "Taken over" not in first.err
    made = json.loads(first.out)
    assert made["effort"] == {"municipalities": 2, "taken_over": 0, "pages": 4, "read": 4, "judged": 4}
    assert made["rows"]["pages"] == 4
    assert made["incomplete"] == []
    store(study, "902", "/b")
    second = kuntatutka("analyze", "s", "--json")
    assert "1 of 2 municipalities as they were; of 5 pages 3 were read and 1 judged now" in second.err
    effort = {"municipalities": 2, "taken_over": 1, "pages": 5, "read": 3, "judged": 1}
    assert json.loads(second.out)["effort"] == effort
