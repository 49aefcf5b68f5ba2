"""Comparing two studies: every change has one kind, and only what the sites did is development."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from analysis.compare import Told, compare, read_snapshot
from bench.invented import Inventor
from bench.invented_later import a_year_later
from bench.invented_rest import make
from study import (
    Change,
    ChangeKind,
    ChangeReason,
    ChangeSubject,
    Move,
    State,
    StateReason,
    VendorHit,
    Verification,
)
from taxonomy import load_taxonomy
from tests.comparing import (
    EARLIER,
    GAP,
    Rows,
    cell,
    decided,
    fields_of,
    invented,
    nothing,
    partly,
    put,
    told,
    without,
    write,
)


def test_a_study_beside_its_copy_has_no_change(step: Any) -> None:
    same = step(nothing, nothing)
    assert same.changes == []
    assert same.product_moves == []
    assert same.is_separated


def test_a_dropped_channel_is_the_sites_change_with_the_page_that_proved_it(step: Any) -> None:
    def drop(rows: Rows) -> None:
        found = cell(rows, offers="phone")
        put(rows, found, **without("phone", found))

    (change,) = step(nothing, drop).changes
    assert (change.subject, change.item, change.kind) == (ChangeSubject.CHANNEL, "phone", ChangeKind.SITE)
    assert (change.old, change.new) == ("yes", "no")
    assert change.old_url


def test_a_service_that_is_gone_takes_its_channels_along(step: Any) -> None:
    def gone(rows: Rows) -> None:
        put(rows, cell(rows, offers="email"), **GAP | {"state": State.NOT_FOUND, "state_reason": StateReason.SEARCHED})

    changes = step(nothing, gone).changes
    assert {c.kind for c in changes} == {ChangeKind.SITE}
    assert ("state", "", "found", "not-found") in {(c.subject.value, c.item, c.old, c.new) for c in changes}
    assert "email" in {c.item for c in changes}


@pytest.mark.parametrize("side", ["then", "now"])
def test_a_gap_is_coverage_and_tells_of_no_channel(step: Any, side: str) -> None:
    def close(rows: Rows) -> None:
        put(rows, cell(rows, offers="digital"), **GAP | {"state": State.BLOCKED, "state_reason": StateReason.ROBOTS})

    made = step(close, nothing) if side == "then" else step(nothing, close)
    assert told(made) == {("state", "", "coverage", f"gap-{side}")}


def test_another_responsible_body_is_no_development(step: Any) -> None:
    def moved(rows: Rows) -> None:
        other = {"state": State.NOT_EXAMINED, "state_reason": StateReason.OTHER_RESPONSIBLE}
        put(rows, cell(rows, offers="digital"), **GAP | other)

    assert told(step(nothing, moved)) == {("state", "", "organisation", "responsible")}


def test_a_new_system_is_a_switch(step: Any) -> None:
    def switch(rows: Rows) -> None:
        table = rows["vendor_hits"]
        hit = next(h for h in table if h.service_id)
        other = next(h.product_id for h in table if h.product_id != hit.product_id)
        table[table.index(hit)] = replace(hit, product_id=other)

    made = step(nothing, switch)
    assert [(c.subject, c.kind) for c in made.changes] == [(ChangeSubject.PRODUCT, ChangeKind.SITE)] * 2
    (move,) = made.product_moves
    assert (move.move, move.kind) == (Move.SWITCHED, ChangeKind.SITE)
    assert any(f.service == move.service_id and (f.old,) == move.old_products for f in made.flows)


@pytest.mark.parametrize("side", ["then", "now"])
def test_what_a_person_corrected_is_a_decision(step: Any, side: str) -> None:
    def correct(rows: Rows) -> None:
        found = next(f for f in rows["service_findings"] if "phone" in f.channels and "digital" not in f.channels)
        rows["decided_cells"].append(decided(found))
        put(rows, found, **without("phone", found), verification=Verification.CORRECTED)

    made = step(correct, nothing) if side == "then" else step(nothing, correct)
    assert told(made) == {("channel", "phone", "decision", f"decided-{side}")}


def test_what_a_person_only_confirmed_is_still_the_sites_change(step: Any) -> None:
    def change(rows: Rows) -> None:
        found = next(f for f in rows["service_findings"] if "phone" in f.channels and "digital" not in f.channels)
        lacking = replace(found, **without("phone", found), verification=Verification.CONFIRMED)
        rows["decided_cells"].append(decided(lacking))
        rows["service_findings"][rows["service_findings"].index(found)] = lacking

    assert told(step(nothing, change)) == {("channel", "phone", "site", "same-method")}


def test_a_channel_whose_page_was_not_read_is_coverage(step: Any) -> None:
    def drop(rows: Rows, read: bool) -> None:
        partly(rows)
        found = next(f for f in rows["service_findings"] if "phone" in f.channels and "digital" not in f.channels)
        put(rows, found, **without("phone", found))
        if not read:
            rows["pages"] = [page for page in rows["pages"] if page.url != found.best_url]

    assert told(step(partly, lambda rows: drop(rows, read=False))) == {("channel", "phone", "coverage", "page-unread")}


def test_a_channel_whose_page_was_read_again_is_the_sites_change(step: Any) -> None:
    def drop(rows: Rows) -> None:
        partly(rows)
        found = next(f for f in rows["service_findings"] if "phone" in f.channels and "digital" not in f.channels)
        put(rows, found, **without("phone", found))

    assert told(step(partly, drop)) == {("channel", "phone", "site", "same-method")}


def test_services_that_one_study_has_are_named_and_not_compared(step: Any) -> None:
    def take_out(rows: Rows) -> None:
        rows["service_findings"] = [row for row in rows["service_findings"] if row.service_id != "boat-berth"]

    made = step(nothing, take_out)
    assert made.services_apart == (("boat-berth",), ())
    assert "boat-berth" not in {change.service_id for change in made.changes}
    assert step(take_out, nothing).services_apart == ((), ("boat-berth",))


def test_studies_that_were_not_made_alike_tell_of_no_development(step: Any, tmp_path: Path) -> None:
    old, new = invented(6), invented(6)
    a_year_later(new)
    folders = write(old, tmp_path / "a", 2025, EARLIER), write(new, tmp_path / "b")
    (made,) = compare([Told(read_snapshot(folder)) for folder in folders])
    assert made.differing == ("rules",)
    assert not made.is_separated
    assert {c.reason for c in made.changes if c.kind is ChangeKind.METHOD} == {ChangeReason.NOT_SEPARATED}
    assert ChangeKind.SITE not in {c.kind for c in made.changes}
    assert ChangeKind.COVERAGE in {c.kind for c in made.changes}


def test_the_methods_share_is_measured_where_the_old_evidence_was_analysed_again(tmp_path: Path) -> None:
    old, again, new = invented(), invented(), invented()
    then_rows: Rows = old.rows
    now_rows: Rows = new.rows
    overlooked = next(f for f in then_rows["service_findings"] if "email" in f.channels)
    put(then_rows, overlooked, **without("email", overlooked))
    dropped = next(f for f in now_rows["service_findings"] if "phone" in f.channels and "email" not in f.channels)
    put(now_rows, dropped, **without("phone", dropped))
    then = write(old, tmp_path / "old", 2025, EARLIER)
    today = write(again, tmp_path / "again", 2025)
    now = write(new, tmp_path / "new")
    (made,) = compare([Told(read_snapshot(then), read_snapshot(then, today.findings)), Told(read_snapshot(now))])
    assert told(made) == {("channel", "email", "method", "reanalysed"), ("channel", "phone", "site", "same-method")}


def test_a_study_beside_itself_with_another_program_has_only_method_changes(tmp_path: Path) -> None:
    old, again = invented(), invented()
    a_year_later(again)  # another program may say whatever it likes of the same evidence
    then = write(old, tmp_path / "old", 2025, EARLIER)
    today = write(again, tmp_path / "again", 2025)
    study = Told(read_snapshot(then), read_snapshot(then, today.findings))
    (made,) = compare([study, Told(read_snapshot(today))])
    assert made.changes
    assert {(c.kind, c.reason) for c in made.changes} == {(ChangeKind.METHOD, ChangeReason.REANALYSED)}


def test_no_change_has_two_kinds(tmp_path: Path) -> None:
    old, new = Inventor(6, full=True), Inventor(6, full=True)
    a_year_later(new)
    folders = write(old, tmp_path / "a", 2025), write(new, tmp_path / "b")
    (made,) = compare([Told(read_snapshot(folder)) for folder in folders])
    keys = [(c.municipality_code, c.service_id, c.subject, c.item) for c in made.changes]
    assert len(keys) == len(set(keys)) > 20


def test_three_studies_are_two_steps(tmp_path: Path) -> None:
    rows = []
    for year in (2024, 2025, 2026):
        inventor = invented()
        if year > 2024:
            a_year_later(inventor)
        rows.append(Told(read_snapshot(write(inventor, tmp_path / str(year), year))))
    first, second = compare(rows)
    assert first.changes
    assert {(c.step, c.old_year, c.new_year) for c in first.changes} == {(1, 2024, 2025)}
    assert second.changes == []


def test_a_table_of_an_older_version_is_read_with_what_it_lacks(tmp_path: Path) -> None:
    study = write(invented(), tmp_path / "old", 2025)
    path = study.findings / "accessibility_statements.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["is_main"]), path)
    (study.findings / "decided_cells.parquet").unlink()
    snapshot = read_snapshot(study)
    assert len(snapshot.statements)
    assert snapshot.by_hand.empty


def test_changes_are_records_with_what_is_unknown_left_empty(step: Any) -> None:
    def hide(rows: Rows) -> None:
        put(rows, cell(rows), **GAP | {"state": State.BLOCKED, "state_reason": StateReason.ERRORS})

    (change,) = step(nothing, hide).changes
    assert isinstance(change, Change)
    assert change.new_url is None
    assert change.difference is None


def test_products_that_stand_behind_no_service_are_left_out(step: Any) -> None:
    def add(rows: Rows) -> None:
        tool = next(p for p in load_taxonomy("fi").products.values() if not p.is_counted)
        hit = rows["vendor_hits"][0]
        rows["vendor_hits"].append(make(VendorHit, **{**fields_of(hit), "product_id": tool.id}))

    assert step(nothing, add).changes == []
