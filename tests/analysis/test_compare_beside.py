"""Comparing what is of a whole municipality: statements, indicators, and municipalities that changed themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.compare import Group, Told, compare, known_changes, read_snapshot
from study import (
    Action,
    CellValue,
    ChangeKind,
    ChangeReason,
    ChangeSubject,
    Outcome,
    Verification,
    append_decisions,
    new_decision,
)
from taxonomy import load_taxonomy
from tests.comparing import (
    Rows,
    cell,
    decided,
    invented,
    lost_statement,
    nothing,
    partly,
    put,
    told,
    without,
    write,
)


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


def test_a_statement_that_is_gone_is_told_once(step: Any) -> None:
    changes = step(nothing, lost_statement).changes
    assert [(c.subject, c.item, c.old, c.new) for c in changes] == [(ChangeSubject.STATEMENT, "found", "yes", "no")]
    assert changes[0].kind is ChangeKind.SITE


def test_a_statement_not_found_on_a_site_read_in_part_is_coverage(step: Any) -> None:
    def hide(rows: Rows) -> None:
        partly(rows)
        lost_statement(rows)

    assert told(step(nothing, hide)) == {("statement", "found", "coverage", "read-partly")}


def test_a_statement_that_a_person_named_is_a_decision(tmp_path: Path) -> None:
    old, new = invented(), invented()
    code = lost_statement(old.rows)
    first, second = write(old, tmp_path / "old", 2025), write(new, tmp_path / "new")
    named = new_decision("Aino", Action.CORRECT)
    append_decisions(
        second.review, [replace(named, municipality_code=code, new=CellValue(statement="https://x.example/"))]
    )
    (made,) = compare([Told(read_snapshot(first)), Told(read_snapshot(second))])
    assert told(made) == {("statement", "found", "decision", "decided-now")}


def test_a_municipality_that_was_divided_is_no_development_in_its_parts(step: Any) -> None:
    def twice(rows: Rows) -> None:
        for name, table in rows.items():
            key = "code" if name == "municipalities" else "municipality_code"
            known = [row for row in table if getattr(row, key, "") != "901"]
            first = rows["municipalities"][0].code if name != "municipalities" else known[0].code
            copies = [replace(row, **{key: "901"}) for row in known if getattr(row, key, "") == first]
            rows[name] = [*known, *copies]
        found = cell(rows, offers="phone")
        put(rows, found, **without("phone", found))

    def divided(old: Any, new: Any, since: int, until: int) -> list[Group]:
        rest = [Group((code,), (code,)) for code in old[1:]]
        return [Group((old[0],), (old[0], "901"), ChangeReason.SPLIT), *rest]

    made = step(nothing, twice, grouping=divided)
    places = [c for c in made.changes if c.subject is ChangeSubject.MUNICIPALITY]
    assert {c.reason for c in places} == {ChangeReason.SPLIT}
    assert ChangeKind.SITE not in {c.kind for c in made.changes if c.municipality_code in (places[0].item, "901")}


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
