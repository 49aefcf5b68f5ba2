"""A second reader: which cells, what is hidden, how far two people agree, and how their differences are settled."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reports.agreeing import Measured, Pair, Said, measured
from reports.blocks.agreed import agreed
from reports.context import Context
from reports.data import load_study
from reports.model import Table, Text
from reports.review.desk import Desk, open_desk
from reports.review.queue import Filters, rows
from reports.words import Words
from study import (
    TABLES,
    Action,
    DecidedCell,
    ReaderAnswer,
    Role,
    State,
    StateReason,
    StudyFolder,
    UserError,
    decisions_file,
    load_decisions,
    read_decisions,
    read_twice,
    write_table,
)
from tests.review_desk import Browser, replaces

NAMES = ("Aino Virta", "Bo Ek")


@pytest.fixture
def study(six: StudyFolder, tmp_path: Path) -> StudyFolder:
    shutil.copytree(six.root, tmp_path / "study")
    return StudyFolder(tmp_path / "study")


def first_reader(study: StudyFolder, count: int = 10, who: str = NAMES[0]) -> Desk:
    """A desk whose reviewer has confirmed the first cells, found and not found."""
    desk = open_desk(study, who)
    browser = Browser(desk)
    for row in rows(desk, Filters())[:count]:
        browser.send(f"cell/{row.cell.code}/{row.cell.service}", action="confirm", replaces="")
    return desk


def second_reader(study: StudyFolder, share: float = 1.0, who: str = NAMES[1]) -> Desk:
    return open_desk(study, who, share=share)


def test_a_share_of_what_others_decided_is_drawn_and_nothing_is_given_away(study: StudyFolder) -> None:
    first_reader(study)
    desk = second_reader(study, 0.5)
    decided = {(d.municipality_code, d.service_id) for d in read_decisions(study.review).decisions}
    drawn = [cell.key for cell in desk.queue]
    assert len(drawn) == 5
    assert decided.issuperset(drawn)
    browser = Browser(desk)
    pages = [browser.page(), *(browser.page("cell/" + "/".join(key)) for key in drawn)]
    for page in pages:
        assert NAMES[0] not in page
        assert "confirmed by" not in page
        assert "kuntatutka why" not in page
        assert "second reader" in page
    elsewhere = next(cell.key for cell in desk.cells.values() if cell.key not in drawn)
    assert browser.ask("/token/en/cell/" + "/".join(elsewhere))[0] == 404
    for path in ("hosts", "agreement"):
        status, _, page = browser.ask(f"/token/en/{path}")
        assert (status, "drawn for the second reading" in page) == (409, True)


def test_a_second_reading_changes_nothing_and_is_read_on_where_it_stopped(study: StudyFolder) -> None:
    first_reader(study)
    before = load_decisions(study).log.in_force
    desk = second_reader(study)
    browser = Browser(desk)
    leads = browser.send("cell/" + "/".join(desk.queue[0].key), action="cannot-judge", replaces="")
    assert "/".join(desk.queue[1].key) in leads
    assert "read again of 10 cells" in browser.page()
    log = load_decisions(study).log
    assert log.in_force == before
    assert [d.role for d in log.second.values()] == [Role.SECOND]
    again = second_reader(study)
    assert [row.cell.key for row in rows(again, Filters())] == [cell.key for cell in desk.queue[1:]]
    page = Browser(again).page("cell/" + "/".join(desk.queue[0].key))
    assert "Bo Ek: cannot be judged" in page, "one's own answer can be seen and changed"
    assert Browser(again).send("undo")
    assert load_decisions(study).log.second == {}


def test_tables_made_with_the_first_answers_give_nothing_away_either(study: StudyFolder) -> None:
    first_reader(study, 4)
    log = load_decisions(study).log.in_force
    known = {(f.municipality_code, f.service_id): f for f in study.read("service_findings")}
    rows_ = []
    for (code, service, _), said in log.items():
        finding = known[code, service]
        known[code, service] = replace(
            finding, state=State.NOT_EXAMINED, state_reason=StateReason.UNDECIDABLE, confidence=None
        )
        rows_.append(
            DecidedCell(
                code, service, said.id, "cannot-judge", said.decided_at, "", finding.state.value, said.new.channels,
                said.new.best_url, said.new.products, said.new.log_in, "automatic", False, False,
            )
        )  # fmt: skip
    write_table(study.findings / "service_findings.parquet", TABLES["service_findings"].record, known.values())
    write_table(study.findings / "decided_cells.parquet", DecidedCell, rows_)
    desk = second_reader(study)
    for cell in desk.queue:
        assert (cell.state, cell.confidence) == (log[(*cell.key, "")].new.state, None)
        page = Browser(desk).page("cell/" + "/".join(cell.key))
        assert Words("en")("reason.undecidable") not in page
        assert Words("en")(f"review.state.{cell.state}") in page


def test_nobody_reads_again_what_they_have_decided_and_a_third_reader_gets_others(study: StudyFolder) -> None:
    first_reader(study)
    with pytest.raises(UserError, match="nobody but Aino Virta has decided a cell"):
        second_reader(study, who=NAMES[0])
    desk = second_reader(study, 0.3)
    for cell in desk.queue:
        Browser(desk).send("cell/" + "/".join(cell.key), action="confirm", replaces="")
    assert {c.key for c in second_reader(study, who="Caj").queue}.isdisjoint(c.key for c in desk.queue)
    assert len(read_twice(load_decisions(study).log)) == 3


def test_a_difference_is_asked_first_shows_both_answers_and_is_settled_by_a_decision(study: StudyFolder) -> None:
    first_reader(study)
    blind = second_reader(study)
    cell = next(cell for cell in blind.queue if cell.state == "found" and cell.channels)
    where = "cell/" + "/".join(cell.key)
    Browser(blind).send(where, action="correct", state="not-found", replaces="", note="only news")
    desk = open_desk(study, NAMES[0])
    assert [(row.cell.key, row.reasons[0]) for row in rows(desk, Filters(why="disputed"))] == [(cell.key, "disputed")]
    [notice] = [notice for notice in desk.book.notices if "second reader" in notice]
    assert "1 cell;" in notice
    browser = Browser(desk)
    page = browser.page(where)
    assert all(f"{name} is right" in page for name in NAMES)
    assert "only news" in page
    assert "to be settled" in browser.page("agreement")
    [second] = load_decisions(study).log.second.values()
    status, _, told = browser.ask(f"/token/en/{where}", {"action": "settle", "take": "x", "replaces": replaces(page)})
    assert (status, "decided in the meantime" in told) == (409, True)
    browser.send(where, action="settle", take=second.id, replaces=replaces(page))
    settled = load_decisions(study).log.in_force[(*cell.key, "")]
    assert (settled.role, settled.new.state, settled.action) == (Role.SETTLED, "not-found", Action.CORRECT)
    assert rows(desk, Filters(why="disputed")) == []
    assert "settled by Aino Virta" in browser.page("agreement")
    [both] = read_twice(load_decisions(study).log)
    assert (both.is_alike, both.is_open, both.first.action) == (False, False, Action.CONFIRM)


def test_what_was_read_of_another_page_is_not_compared(study: StudyFolder) -> None:
    desk = first_reader(study, 1)
    log = load_decisions(study).log
    [said] = log.in_force.values()
    other = replace(said, id="f" * 12, reviewer="Bo", role=Role.SECOND, seen_page="another")
    assert read_twice(replace(log, decisions=(said, other))) == ()
    assert len(read_twice(replace(log, decisions=(said, replace(other, seen_page=said.seen_page))))) == 1
    assert desk.book.twice == {}


def pair(one: str, two: str, theme: str = "a") -> Pair:
    """Answers written as "found digital phone"."""
    said = [Said(text.split()[0], frozenset(text.split()[1:])) for text in (one, two)]
    return Pair(theme, *said)


def row_of(found: list[Measured], kind: str, id: str = "") -> Measured:
    return next(row for row in found if (row.kind, row.id) == (kind, id))


def test_agreement_is_told_for_all_each_state_channel_and_theme() -> None:
    pairs = [
        *[pair("found digital", "found digital")] * 8,
        pair("found digital", "found phone"),
        pair("not-found", "found digital", "b"),
    ]
    found = measured(pairs)
    assert (row_of(found, "answer").agreement.cells, row_of(found, "answer").agreement.alike) == (10, 8)
    assert row_of(found, "state").agreement.share == 0.9
    assert row_of(found, "state", "not-found").agreement.share == 0.9
    digital = row_of(found, "channel", "digital").agreement
    assert (digital.cells, digital.alike) == (9, 8), "channels are compared where both found the service"
    assert (row_of(found, "theme", "a").agreement.cells, row_of(found, "theme", "b").agreement.alpha) == (9, None)
    one = measured([pair("found", "found")] * 5)
    assert row_of(one, "state").agreement.is_one_class
    assert row_of(one, "state").agreement.share_interval is not None


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "read *6 cells*"), ("fi", "luki *6 ruutua*"), ("sv", "läste *6 rutor*")],
)
def test_the_method_chapter_says_how_far_readers_agree(study: StudyFolder, language: str, words: str) -> None:
    assert agreed(Context(load_study(study), Words(language))) == ()
    first_reader(study, 6)
    desk = second_reader(study)
    for number, cell in enumerate(desk.queue):
        answer = {"action": "cannot-judge"} if number == 0 else {"action": "confirm"}
        Browser(desk).send("cell/" + "/".join(cell.key), **answer, replaces="")
    [section] = agreed(Context(load_study(study), Words(language)))
    said = " ".join("".join(run.text for run in b.runs) for b in section.blocks if isinstance(b, Text))
    assert words.replace("*", "") in said
    [table] = [block for block in section.blocks if isinstance(block, Table)]
    assert table.rows[0].cells[1].text == "6"
    assert Words(language)("agreement.meaning") in table.footnotes


def test_the_method_chapter_says_how_far_a_language_model_agrees_with_people(study: StudyFolder) -> None:
    desk = first_reader(study, 60)
    decided = [desk.cells[d.municipality_code, d.service_id] for d in read_decisions(study.review).decisions]
    answers = [
        ReaderAnswer(c.code, c.service, "m", "1", "https://x.example/", c.state, "q", c.channels, "", "", c.state,
                     "uncertain", True, True)
        for c in decided if c.state in ("found", "not-found")
    ]  # fmt: skip
    write_table(study.findings / "reader_answers.parquet", ReaderAnswer, answers[:5])
    [few] = agreed(Context(load_study(study), Words("en")))
    assert "too few" in str(few.blocks)
    write_table(study.findings / "reader_answers.parquet", ReaderAnswer, answers)
    [section] = agreed(Context(load_study(study), Words("en")))
    said = " ".join("".join(run.text for run in b.runs) for b in section.blocks if isinstance(b, Text))
    assert re.search(rf"In {len(answers)} of {len(answers)} \(100\s*%", said), said
    assert "too few" not in said


def test_a_second_reader_can_use_a_spreadsheet(
    kuntatutka: Callable[..., Any], study: StudyFolder, tmp_path: Path
) -> None:
    first_reader(study)
    path = tmp_path / "second.xlsx"
    done = kuntatutka("review", str(study.root), "--second", "0.4", "--reviewer", NAMES[1], "--export", str(path))
    assert done.status == 0, done.err
    assert "--second 0.4" in done.err
    book = load_workbook(path)
    sheet = book["cells"]
    ids = [cell.value for cell in sheet[1]]
    assert sheet.max_row == 2 + 4
    assert not any(NAMES[0] in str(cell.value) for row in sheet for cell in row)
    assert {sheet.cell(n, ids.index("action") + 1).value for n in range(3, 7)} <= {None, ""}
    sheet.cell(3, ids.index("action") + 1).value = "confirm"
    book.save(path)
    done = kuntatutka("review", str(study.root), "--second", "0.4", "--reviewer", NAMES[1], "--import", str(path))
    assert done.status == 0, done.err
    log = load_decisions(study).log
    assert [d.reviewer for d in log.second.values()] == [NAMES[1]]
    assert len(log.in_force) == 10


def test_a_study_that_nobody_decided_has_nothing_to_read_again(
    kuntatutka: Callable[..., Any], study: StudyFolder
) -> None:
    done = kuntatutka("review", str(study.root), "--second", "0.2", "--no-browser")
    assert done.status == 2
    assert "none can be read again" in done.err
    assert not decisions_file(study.review).exists()
