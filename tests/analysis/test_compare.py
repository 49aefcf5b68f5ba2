"""Comparing two studies: every change has one kind, and only what the sites did is development."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from analysis.compare import Group, Step, Told, compare, known_changes, read_snapshot
from analysis.made_by import made_by
from bench.invented import Inventor
from bench.invented_later import a_year_later
from bench.invented_rest import START, make
from study import (
    CHANNELS,
    Change,
    ChangeKind,
    ChangeReason,
    ChangeSubject,
    CrawlStatus,
    DecidedCell,
    FailureReason,
    Move,
    Outcome,
    State,
    StateReason,
    StudyFolder,
    VendorHit,
    Verification,
)
from taxonomy import load_taxonomy

TODAY = {**made_by(), "taxonomy_digest": load_taxonomy("fi").digest, "evidence_digest": "1"}
EARLIER = {**TODAY, "rules_digest": "older", "evidence_digest": "1"}
Rows = dict[str, list[Any]]


def invented(municipalities: int = 2) -> Inventor:
    """Complete municipalities only, with every table."""
    return Inventor(municipalities, full=True, of=100)


def write(inventor: Inventor, folder: Path, year: int = 2026, made: dict[str, str] = TODAY) -> StudyFolder:
    return inventor.write(folder, year=year, metadata=made)


@pytest.fixture
def step(tmp_path: Path) -> Callable[..., Step]:
    """The step from an invented study to the same a year later, after something was done to the rows of either."""

    def made(then: Callable[[Rows], None], now: Callable[[Rows], None], **more: Any) -> Step:
        old, new = invented(more.get("n", 2)), invented(more.get("n", 2))
        then(old.rows)
        now(new.rows)
        first = write(old, tmp_path / "old", 2025, more.get("made", TODAY))
        second = write(new, tmp_path / "new", 2026)
        grouping = {"grouping": more["grouping"]} if "grouping" in more else {}
        (only,) = compare([Told(read_snapshot(first)), Told(read_snapshot(second))], **grouping)
        return only

    return made


def nothing(rows: Rows) -> None:
    """Leave the rows as they are."""


def cell(rows: Rows, state: State = State.FOUND, offers: str = "") -> Any:
    """The first cell of this state, of those that offer a channel where one is named."""
    return next(f for f in rows["service_findings"] if f.state is state and (not offers or offers in f.channels))


def put(rows: Rows, was: Any, **changes: Any) -> None:
    table = rows["service_findings"]
    table[table.index(was)] = replace(was, **changes)


def told(step: Step) -> set[tuple[str, str, str, str]]:
    return {(c.subject.value, c.item, c.kind.value, c.reason.value) for c in step.changes}


def without(channel: str, found: Any) -> dict[str, Any]:
    return {"channels": tuple(c for c in found.channels if c != channel), channel.replace("-", "_"): False}


GAP: dict[str, Any] = {
    "channels": (),
    "best_url": None,
    **{name.replace("-", "_"): None for name in CHANNELS},
}


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


def decided(found: Any, **machine: Any) -> Any:
    known = {
        "machine_state": found.state.value,
        "machine_channels": found.channels,
        "machine_products": (),
        "decided_at": START,
        **machine,
    }
    return make(DecidedCell, municipality_code=found.municipality_code, service_id=found.service_id, **known)


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


def partly(rows: Rows) -> None:
    rows["municipalities"] = [
        replace(m, status=CrawlStatus.PARTIAL, status_reason=FailureReason.BUDGET) for m in rows["municipalities"]
    ]


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


def test_statements_and_indicators_are_told_part_by_part(step: Any) -> None:
    def change(rows: Rows) -> None:
        first = next(s for s in rows["accessibility_statements"] if s.found)
        table = rows["accessibility_statements"]
        table[table.index(first)] = replace(first, compliance="full" if first.compliance != "full" else "partial")
        table = rows["indicators"]
        one = next(i for i in table if i.indicator == "readability" and i.value is not None)
        table[table.index(one)] = replace(one, value=one.value + 2.5)

    changes = step(nothing, change).changes
    assert {(c.subject.value, c.item, c.kind.value) for c in changes} == {
        ("statement", "compliance", "site"),
        ("indicator", "readability", "site"),
    }
    assert next(c.difference for c in changes if c.item == "readability") == 2.5


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.ERROR])
def test_an_indicator_that_could_not_be_told_is_coverage(step: Any, outcome: Outcome) -> None:
    def hide(rows: Rows) -> None:
        one = next(i for i in rows["indicators"] if i.indicator == "readability" and i.value is not None)
        rows["indicators"][rows["indicators"].index(one)] = replace(one, outcome=outcome, value=None)

    assert told(step(nothing, hide)) == {("indicator", "readability", "coverage", "gap-now")}


def test_an_indicator_of_the_grid_moves_with_what_moved_its_cells(step: Any) -> None:
    def change(rows: Rows) -> None:
        found = next(f for f in rows["service_findings"] if "phone" in f.channels and "digital" not in f.channels)
        rows["decided_cells"].append(decided(found))
        put(rows, found, **without("phone", found), verification=Verification.CORRECTED)
        for number, row in enumerate(rows["indicators"]):
            if row.municipality_code == found.municipality_code and row.value is not None:
                rows["indicators"][number] = replace(row, value=row.value + 1)

    kinds = {c.item: c.kind for c in step(nothing, change).changes if c.subject is ChangeSubject.INDICATOR}
    assert kinds.get("digital-share", ChangeKind.DECISION) is ChangeKind.DECISION
    assert kinds.get("unique-titles", ChangeKind.SITE) is ChangeKind.SITE
    assert len(kinds) > 5


def test_barriers_seen_by_another_axe_are_the_methods_change(step: Any) -> None:
    def newer(rows: Rows) -> None:
        rows["accessibility_pages"] = [replace(p, engine_version="4.14.1") for p in rows["accessibility_pages"]]
        for number, row in enumerate(rows["indicators"]):
            if row.indicator in ("barriers", "reflow") and row.value is not None:
                rows["indicators"][number] = replace(row, value=row.value + 1)

    kinds = {c.item: (c.kind, c.reason) for c in step(nothing, newer).changes}
    assert kinds["barriers"] == (ChangeKind.METHOD, ChangeReason.OTHER_AXE)
    assert kinds["reflow"][0] is ChangeKind.SITE


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


def test_merged_municipalities_are_compared_as_their_union(step: Any) -> None:
    def keep_first(rows: Rows) -> None:
        gone = rows["municipalities"][-1].code
        for name, table in rows.items():
            key = "code" if name == "municipalities" else "municipality_code"
            rows[name] = [row for row in table if getattr(row, key, "") != gone]

    def together(old: Any, new: Any, since: int, until: int) -> list[Group]:
        return [Group(tuple(old), tuple(new), ChangeReason.MERGED)]

    made = step(nothing, keep_first, grouping=together)
    assert {c.kind for c in made.changes} == {ChangeKind.ORGANISATION}
    places = [c for c in made.changes if c.subject is ChangeSubject.MUNICIPALITY]
    assert len(places) == 2
    assert len({c.item for c in places}) == 2
    # What the one that went had and the other lacked is not there any more; what the other had is.
    assert {(c.old, c.new) for c in made.changes if c.subject is ChangeSubject.CHANNEL} == {("yes", "no")}


def test_a_known_merger_puts_old_codes_and_new_ones_together() -> None:
    grouping = known_changes(load_taxonomy("fi"))
    groups = {group.new: group for group in grouping(["091", "507", "588"], ["049", "091", "507"], 2024, 2026)}
    assert groups[("507",)] == Group(("507", "588"), ("507",), ChangeReason.MERGED)
    assert groups[("091",)] == Group(("091",), ("091",))
    assert groups[("049",)].old == ()
    (half,) = grouping(["588"], ["507"], 2024, 2026)
    assert not half.is_whole
    assert len(grouping(["507", "588"], ["507", "588"], 2025, 2026)) == len(grouping(["507"], ["507"], 2025, 2026)) + 1


def test_a_municipality_of_one_study_only_is_told_once(step: Any) -> None:
    def keep_first(rows: Rows) -> None:
        rows["municipalities"] = rows["municipalities"][:1]
        code = rows["municipalities"][0].code
        rows["service_findings"] = [f for f in rows["service_findings"] if f.municipality_code == code]

    made = step(nothing, keep_first)
    (change,) = [c for c in made.changes if c.subject is ChangeSubject.MUNICIPALITY]
    assert (change.kind, change.reason) == (ChangeKind.COVERAGE, ChangeReason.NOT_COMPARED)
    assert {c.subject for c in made.changes} == {ChangeSubject.MUNICIPALITY}


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
        rows["vendor_hits"].append(make(VendorHit, **{**_fields(hit), "product_id": tool.id}))

    assert step(nothing, add).changes == []


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}
