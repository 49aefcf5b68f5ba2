"""review/decisions.csv: added to at its end, merged without loss, and read as people leave it."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from study import (
    Action,
    CellValue,
    Decision,
    DecisionLog,
    Role,
    UserError,
    append_decisions,
    create_study,
    decisions_file,
    load_decisions,
    merge_decisions,
    new_decision,
    read_decisions,
)
from study.config import StudyConfig, StudySection
from study.municipalities import StudyMunicipality

START = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
FOUND = CellValue(state="found", channels=("digital:e-form", "phone"), best_url="https://x.example/a", log_in="none")
SILENT = CellValue(state="not-found")
CELL = ("091", "boat-berth", "")


def decided(
    who: str = "Aino", minutes: int = 0, action: Action = Action.CORRECT, service: str = "boat-berth", **more: object
) -> Decision:
    base = Decision("", START, "", action, "091", service, old=SILENT, new=FOUND, reason="page-says-otherwise")
    made = new_decision(who, action, at=START + timedelta(minutes=minutes), like=base)
    return replace(made, **more)  # type: ignore[arg-type]


def test_what_is_written_is_read_back_and_opens_in_a_spreadsheet(tmp_path: Path) -> None:
    decision = decided(note='Says "call us"; really, älä soita\nsecond line', seen_finding="ab", seen_page="cd")
    append_decisions(tmp_path, [decision])
    assert read_decisions(tmp_path).decisions == (
        replace(decision, note='Says "call us"; really, älä soita second line'),
    )
    text = decisions_file(tmp_path).read_bytes()
    assert text.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert dict(zip(rows[0], rows[1], strict=True))["new_channels"] == "digital:e-form phone"
    assert "merge=union" in (tmp_path / ".gitattributes").read_text()


def test_the_later_one_wins_and_what_was_taken_back_gives_way() -> None:
    first, second = decided(), decided(minutes=1, new=SILENT)
    second = replace(second, replaces=first.id)
    undo = replace(decided(minutes=2, action=Action.UNDO), replaces=second.id)
    again = replace(decided(minutes=3, action=Action.UNDO), replaces=undo.id)
    assert DecisionLog((second, first)).in_force[CELL] == second
    assert DecisionLog((first, second, undo)).in_force[CELL] == first
    assert DecisionLog((first, second, undo, again)).in_force[CELL] == second
    assert DecisionLog((first, replace(undo, replaces=first.id))).in_force == {}


def test_a_second_reader_s_answer_is_never_in_force() -> None:
    first, second = decided(), decided("Bo", 1, role=Role.SECOND, new=SILENT)
    log = DecisionLog((first, second))
    assert log.in_force[CELL] == first
    assert log.second[CELL] == second
    assert log.conflicts == ()
    assert log.reviewers == ("Aino", "Bo")


def test_files_of_two_people_merge_without_loss_and_conflicts_are_listed(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    common = decided("Aino", 0, service="library-card")
    mine, hers = decided("Aino", 5), decided("Bo", 9, new=SILENT)
    append_decisions(ours, [common, mine])
    append_decisions(theirs, [common, hers])
    result = merge_decisions(ours, decisions_file(theirs))
    assert (result.added, result.known) == ((hers,), 1)
    assert [(c.earlier.reviewer, c.later.reviewer) for c in result.conflicts] == [("Aino", "Bo")]
    assert set(read_decisions(ours).decisions) == {common, mine, hers}
    assert merge_decisions(ours, decisions_file(theirs)).added == ()
    settled = decided("Carl", 20, role=Role.SETTLED, replaces=hers.id)
    assert DecisionLog((*read_decisions(ours).decisions, settled)).conflicts == ()


@pytest.mark.parametrize(
    "later",
    [
        {"new": FOUND},
        {"new": FOUND, "action": Action.CONFIRM},
    ],
)
def test_two_people_who_say_the_same_are_no_conflict(later: dict[str, object]) -> None:
    assert DecisionLog((decided(), replace(decided("Bo", 3), **later))).conflicts == ()  # type: ignore[arg-type]


def test_who_saw_the_earlier_answer_corrects_it_and_does_not_contradict_it() -> None:
    first = decided()
    assert DecisionLog((first, decided("Bo", 3, new=SILENT, replaces=first.id))).conflicts == ()


def lines(folder: Path) -> list[str]:
    return decisions_file(folder).read_text(encoding="utf-8-sig").splitlines()


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_file_saved_by_a_spreadsheet_is_read_and_added_to_in_its_own_way(tmp_path: Path, delimiter: str) -> None:
    append_decisions(tmp_path, [decided(note="a, b; c")])
    rows = list(csv.reader(lines(tmp_path)))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([[*rows[0][::-1], "own"], [*rows[1][::-1], "x"]])
    decisions_file(tmp_path).write_bytes(out.getvalue().encode("utf-8-sig"))
    append_decisions(tmp_path, [decided("Bo", 3)])
    file = read_decisions(tmp_path)
    assert [d.reviewer for d in file.decisions] == ["Aino", "Bo"]
    assert file.problems == ()
    assert len(decisions_file(tmp_path).read_text(encoding="utf-8").splitlines()) == 3


def test_two_heads_are_two_files_in_one(tmp_path: Path) -> None:
    other = tmp_path / "other"
    append_decisions(tmp_path, [decided()])
    append_decisions(other, [decided("Bo", 4)])
    decisions_file(tmp_path).write_bytes(
        decisions_file(tmp_path).read_bytes() + decisions_file(other).read_bytes().replace(b",", b";")
    )
    file = read_decisions(tmp_path)
    assert [d.reviewer for d in file.decisions] == ["Aino", "Bo"]
    assert file.problems == ()


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_half_a_last_line_is_told_and_the_next_decision_stands_below_it(tmp_path: Path, cut: int) -> None:
    append_decisions(tmp_path, [decided(), decided("Bo", 3)])
    path = decisions_file(tmp_path)
    path.write_bytes(path.read_bytes()[: -1 - cut])
    assert [d.reviewer for d in read_decisions(tmp_path).decisions] == ["Aino"]
    append_decisions(tmp_path, [decided("Carl", 5)])
    file = read_decisions(tmp_path)
    assert [d.reviewer for d in file.decisions] == ["Aino", "Carl"]
    assert [problem.line for problem in file.problems] == [3]
    assert "cut off" in file.problems[0].what


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("decided_at", "yesterday", "decided_at 'yesterday' is no time"),
        ("action", "agree", "action 'agree' is not one of confirm"),
        ("role", "boss", "role 'boss' is not one of"),
        ("new_state", "maybe", "new_state 'maybe' is no state"),
        ("new_channels", "fax", "'fax' is no channel"),
        ("id", "", "id '' is not twelve"),
        ("municipality_code", "", "names neither a municipality nor a host"),
    ],
)
def test_a_line_edited_by_hand_is_told_and_the_others_count(tmp_path: Path, column: str, value: str, told: str) -> None:
    append_decisions(tmp_path, [decided(), decided("Bo", 3)])
    rows = list(csv.reader(lines(tmp_path)))
    rows[1][rows[0].index(column)] = value
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    decisions_file(tmp_path).write_text(out.getvalue(), encoding="utf-8")
    file = read_decisions(tmp_path)
    assert [d.reviewer for d in file.decisions] == ["Bo"]
    assert told in str(file.problems[0])
    assert str(file.problems[0]).startswith("line 2: ")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"who,what\nme,that\n", "the head is missing"),
        (b"decided_at,reviewer\n2026,me\n", "column role is missing"),
        ("decided_at,reviewer\n".encode("utf-16"), "not a CSV text"),
        ("decided_at;m\xe4\n".encode("latin-1"), "line 1: is not UTF-8"),
    ],
)
def test_a_file_that_is_none_of_decisions_is_refused_and_left_alone(tmp_path: Path, raw: bytes, told: str) -> None:
    decisions_file(tmp_path).write_bytes(raw)
    with pytest.raises(UserError, match=told):
        read_decisions(tmp_path)
    with pytest.raises(UserError, match=told):
        append_decisions(tmp_path, [decided()])
    assert decisions_file(tmp_path).read_bytes() == raw


def test_marks_of_an_open_merge_are_told_and_both_sides_count(tmp_path: Path) -> None:
    append_decisions(tmp_path, [decided(), decided("Bo", 3)])
    head, mine, hers = lines(tmp_path)
    merged = "\n".join([head, "<<<<<<< HEAD", mine, "=======", hers, ">>>>>>> theirs", mine, ""])
    decisions_file(tmp_path).write_text(merged, encoding="utf-8")
    file = read_decisions(tmp_path)
    assert [d.reviewer for d in file.decisions] == ["Aino", "Bo"]
    assert [p.line for p in file.problems] == [2, 4, 6]


def test_an_id_that_says_two_things_is_told_and_no_such_file_is_merged(tmp_path: Path) -> None:
    decision = decided()
    append_decisions(tmp_path, [decision, replace(decision, new=SILENT)])
    file = read_decisions(tmp_path)
    assert [d.new for d in file.decisions] == [SILENT]
    assert "says something else" in file.problems[0].what
    append_decisions(tmp_path / "other", [decision])
    with pytest.raises(UserError, match="another one than that of the same id"):
        merge_decisions(tmp_path, decisions_file(tmp_path / "other"))
    with pytest.raises(UserError, match="there is no such file"):
        merge_decisions(tmp_path, tmp_path / "none.csv")


def test_ids_that_the_study_does_not_know_count_for_nothing_and_stay(tmp_path: Path) -> None:
    config = StudyConfig(study=StudySection(title="", year=2026))
    place = StudyMunicipality(code="091", name_fi="Helsinki", website="https://x.example/")
    study = create_study(tmp_path / "study", config, (place,))
    known = decided(municipality_code="91")
    append_decisions(
        study.review,
        [
            known,
            decided(municipality_code="999"),
            decided(service="no-such-service"),
            decided(minutes=1, new=replace(FOUND, products=("no-such-product",))),
        ],
    )
    found = load_decisions(study)
    assert list(found.log.in_force) == [CELL]
    assert [s.what for s in found.strangers] == [
        "municipality 999",
        "service no-such-service",
        "product no-such-product",
    ]
    assert all("is kept and counts for nothing" in notice for notice in found.notices(study))
    assert len(read_decisions(study.review).decisions) == 4


WRITER = """
import sys
from pathlib import Path
from study import Action, append_decisions, new_decision, Decision
from datetime import datetime, UTC
while True:
    d = Decision("", datetime.now(UTC), "", Action.CONFIRM, "091", "boat-berth", note="x" * 3000)
    append_decisions(Path(sys.argv[1]), [new_decision(sys.argv[2], Action.CONFIRM, like=d)])
    print("kept", flush=True)
"""


def test_two_programs_that_write_at_once_and_are_killed_lose_nothing_that_was_kept(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
        )
        for name in ("a", "b")
    ]
    deadline = time.monotonic() + 60
    path = decisions_file(tmp_path)
    while time.monotonic() < deadline and not (path.is_file() and path.stat().st_size > 200_000):
        time.sleep(0.02)
    kept = 0
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
        out, _ = writer.communicate()
        kept += out.count(b"kept\n")
    file = read_decisions(tmp_path)
    assert kept
    assert kept <= len(file.decisions) <= kept + 2
    assert len(file.problems) <= 1
