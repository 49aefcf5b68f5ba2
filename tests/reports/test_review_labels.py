"""Decided cells as labelled pages: only what a person decided of the page that was looked at, and nothing personal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.review.desk import Desk, open_desk
from reports.review.labels import write_labels
from reports.review.queue import Filters, rows
from study import (
    TABLES,
    StoredDocument,
    StudyFolder,
    WarcWriter,
    append_decisions,
    load_decisions,
    read_events,
    write_table,
)
from tests.review_desk import Browser

PERSONAL = "Maija Meikäläinen, puh. 040 123 4567, maija.meikalainen@kunta.example, 010190-123A"


@pytest.fixture
def study(six: StudyFolder, tmp_path: Path) -> StudyFolder:
    """The six municipalities with a page in the evidence for each of the first cells with one."""
    shutil.copytree(six.root, tmp_path / "study")
    study = StudyFolder(tmp_path / "study")
    urls = {cell.best_url for cell in cells(study)}
    writer = WarcWriter(study.evidence, "X01")
    html = f"<html lang='fi'><title>Palvelu</title><main><h1>Palvelu</h1><p>{PERSONAL}</p></main></html>"
    at = datetime(2026, 11, 1, tzinfo=UTC)
    for url in sorted(urls):
        writer.write_exchange(url, [], 200, [(b"Content-Type", b"text/html; charset=utf-8")], html.encode(), at=at)
    writer.close()
    stored = {e.url: e for e in read_events(study.warc_files("X01")) if isinstance(e, StoredDocument)}
    pages = [
        replace(page, warc_file=stored[page.url].warc_file, warc_offset=stored[page.url].warc_offset)
        if page.url in stored
        else page
        for page in study.read("pages")
    ]
    write_table(study.findings / "pages.parquet", TABLES["pages"].record, pages)
    return study


def cells(study: StudyFolder) -> list[Any]:
    return [f for f in study.read("service_findings") if f.best_url and f.digital][:3]


def decide(study: StudyFolder, number: int, **form: Any) -> tuple[str, str]:
    cell = cells(study)[number]
    desk = open_desk(study, "Aino Virta")
    Browser(desk).send(f"cell/{cell.municipality_code}/{cell.service_id}", replaces="", **form)
    return cell.municipality_code, cell.service_id


def labelled(study: StudyFolder, tmp_path: Path) -> list[dict[str, Any]]:
    path = tmp_path / "own.jsonl"
    write_labels(open_desk(study, ""), path)
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_confirmed_cell_labels_its_page_and_says_nothing_else_of_it(study: StudyFolder, tmp_path: Path) -> None:
    cell = cells(study)[0]
    decide(study, 0, action="confirm")
    [row] = labelled(study, tmp_path)
    assert (row["url"], row["labels"]["services"], row["labels"]["about"]) == (
        cell.best_url, [cell.service_id], [cell.service_id],
    )  # fmt: skip
    assert {item["type"] for item in row["labels"]["channels"]} == set(cell.channels)
    assert not {"theme", "page_type", "primary_service"} & row["labels"].keys()


def test_a_correction_labels_what_the_machine_said_wrongly(study: StudyFolder, tmp_path: Path) -> None:
    _, service = decide(study, 1, action="correct", state="not-found", note="Soita Maija Virralle")
    _, other = decide(
        study, 2, action="correct", state="found", best_url=cells(study)[2].best_url, **{"channel-email": "offered"}
    )
    rows = {row["labels"]["about"][0]: row for row in labelled(study, tmp_path)}
    assert rows[service]["labels"]["services"] == []
    assert rows[other]["labels"]["channels"] == [{"service": other, "type": "email"}]


def test_what_the_machine_saw_on_other_pages_is_left_open(study: StudyFolder, tmp_path: Path) -> None:
    code, service = decide(study, 0, action="confirm")
    evidence = [
        replace(row, url=f"{row.url}/muu") if (row.municipality_code, row.service_id) == (code, service) else row
        for row in study.read("channel_evidence")
    ]
    write_table(study.findings / "channel_evidence.parquet", TABLES["channel_evidence"].record, evidence)
    [row] = labelled(study, tmp_path)
    assert row["labels"]["channels"] == []
    assert {item["type"] for item in row["labels"]["elsewhere"]["channels"]} == set(cells(study)[0].channels)


def test_neither_personal_data_nor_who_decided_leave_the_study(study: StudyFolder, tmp_path: Path) -> None:
    decide(study, 0, action="confirm", note="Soita Maija Virralle")
    [row] = labelled(study, tmp_path)
    text = json.dumps(row, ensure_ascii=False)
    for part in ("Aino", "Virralle", "Maija", "maija.meikalainen", "010190-123A"):
        assert part not in text
    assert "***@kunta.example" in row["html"]


def test_the_command_and_what_it_refuses(kuntatutka: Callable[..., Any], study: StudyFolder, tmp_path: Path) -> None:
    root, path = str(study.root), tmp_path / "own.jsonl"
    done = kuntatutka("review", root, "--labels", str(path))
    assert (done.status, "nobody has decided a cell yet" in done.err) == (2, True)
    for number in range(3):
        decide(study, number, action="confirm")
    done = kuntatutka("review", root, "--labels", str(path))
    assert (done.status, done.out.strip()) == (0, str(path)), done.err
    assert "3 pages about 3 decided cells" in done.err
    for wrong in (tmp_path / "own.csv", study.review / "readings.jsonl"):
        assert kuntatutka("review", root, "--labels", str(wrong)).status == 2
        assert not wrong.exists()
    # Round trip: what was written can be measured.
    done = kuntatutka("evaluate", str(path), "--json")
    assert done.status == 0, done.err
    measured = json.loads(done.out)
    assert (measured["pages"], measured["page_type"]["accuracy"]) == (3, None)
    assert measured["services"]["micro"]["right"] + measured["services"]["micro"]["missed"] == 3
    assert kuntatutka("evaluate", str(path)).status == 0


def test_what_changed_or_is_missing_is_told_and_left_out(
    kuntatutka: Callable[..., Any], study: StudyFolder, tmp_path: Path
) -> None:
    for number in range(3):
        decide(study, number, action="confirm")
    log = load_decisions(study).log.in_force.values()
    changed = next(iter(log))
    later = changed.decided_at + timedelta(minutes=1)
    other = replace(changed, id="a" * 12, decided_at=later, seen_page="other", replaces=changed.id)
    append_decisions(study.review, [other])
    for file in study.warc_files("X01"):
        file.unlink()
    with (study.review / "decisions.csv").open("a", encoding="utf-8") as out:
        out.write("2026-11-30T10:00:00+00:00,Aino")
    done = kuntatutka("review", str(study.root), "--labels", str(tmp_path / "own.jsonl"))
    assert done.status == 3
    assert done.err.count("is not in the evidence as an HTML page") == 2
    assert "1 changed since" in done.err
    assert "it was cut off or edited" in done.err


def test_a_desk_without_decisions_writes_an_empty_file(study: StudyFolder, tmp_path: Path) -> None:
    desk: Desk = open_desk(study, "")
    assert rows(desk, Filters())
    assert write_labels(desk, tmp_path / "own.jsonl").pages == 0
