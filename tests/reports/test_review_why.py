"""What `kuntatutka why` tells of people and of a language model."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from kuntatutka.why import chain_of, in_words
from reports.review import open_desk
from study import (
    Action,
    Decision,
    ReaderAnswer,
    StudyFolder,
    append_decisions,
    host_of,
    load_decisions,
    write_table,
)
from tests.review_desk import Browser, first


def test_why_tells_notes_what_was_taken_back_and_what_a_language_model_said(six: StudyFolder, tmp_path: Path) -> None:
    shutil.copytree(six.root, tmp_path / "study")
    study = StudyFolder(tmp_path / "study")
    desk = open_desk(study, "Aino")
    cell = first(desk)
    browser, path = Browser(desk), f"cell/{cell.code}/{cell.service}"
    browser.send(path, action="confirm", replaces="")
    browser.send("undo")
    said = {"state": "not-found", "reason": "outdated", "note": "Closed in May."}
    browser.send(path, action="correct", replaces="", **said)
    browser.send(f"{path}/note", note="Ask again in spring.")
    [host] = {host_of(row.target_url) for row in desk.evidence(*cell.key) if row.target_url}
    like = Decision("b" * 12, desk.book.time_after(("", "", "")), "Bo", Action.CORRECT, host=host)
    append_decisions(study.review, [replace(like, note="Named by its imprint.")])
    answer = ReaderAnswer(
        municipality_code=cell.code, service_id=cell.service, model="m", prompt_version="v", url="http://x.example/",
        state="not-found", quote="No longer.", channels=(), why="It is past.", void="", machine_state="found",
        machine_verification="uncertain", is_current=True, agrees=False,
    )  # fmt: skip
    write_table(study.findings / "reader_answers.parquet", ReaderAnswer, [answer])
    text = in_words(chain_of(study, cell.code, cell.service, load_decisions(study)))
    told = [line for line in text.splitlines() if "UTC Aino" in line or "UTC Bo" in line]
    assert [line.partition("UTC ")[2] for line in told] == [
        "Aino (first): confirm, taken back",
        "Aino (first): undo",
        "Aino (first): correct because outdated",
        "Aino: note",
        f"Bo (first): correct, of {host} everywhere",
    ]
    for note in ("Closed in May.", "Ask again in spring.", "Named by its imprint.", "No longer."):
        assert f"“{note}”" in text
    assert "language model m: not-found, against the machine" in text
    assert "It is past." in text
