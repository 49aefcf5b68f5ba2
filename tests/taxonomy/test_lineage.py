"""Municipalities and responsibilities between two days: mergers, splits and reforms of an invented island."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from taxonomy import (
    Kin,
    Taxonomy,
    changes_of,
    exists,
    handover,
    kin,
    load_taxonomy,
    predecessors,
    read_taxonomy,
    successors,
)

FI = load_taxonomy("fi")
THEN, NOW = dt.date(2012, 12, 31), dt.date(2026, 12, 31)
CHANGES = """day,kind,code,became,name_fi,region,source
2015-01-01,joined,S03,S01,Kallio,,https://saari.example/1
2017-01-01,united,S04,S02,Hiekka,,https://saari.example/2
2017-01-01,united,S05,S02,Sora,,https://saari.example/2
2019-01-01,divided,S06,S01 S02,Luoto,,https://saari.example/3
2020-01-01,region,S01,,,Pohjoinen,https://saari.example/4
"""


@pytest.fixture
def island(root: Path) -> Taxonomy:
    """S03 joined S01, S04 and S05 became S02, S06 was divided among both."""
    (root / "countries/saari/changes.csv").write_text(CHANGES, encoding="utf-8")
    return read_taxonomy(root, "saari")


def test_where_nothing_happened_a_code_is_itself(island: Taxonomy) -> None:
    assert successors(island, "S01", THEN, NOW) == ("S01",)
    assert predecessors(FI, "091", THEN, NOW) == ("091",)
    assert changes_of(FI, "091", THEN, NOW) == ()


@pytest.mark.parametrize(
    ("code", "then", "now", "after"),
    [
        ("S03", 2014, 2015, ("S01",)),
        ("S03", 2013, 2014, ("S03",)),
        ("S03", 2015, 2026, ("S03",)),
        ("S04", 2012, 2026, ("S02",)),
        ("S06", 2018, 2019, ("S01", "S02")),
        ("X99", 2012, 2026, ("X99",)),
    ],
)
def test_who_holds_the_area_later(island: Taxonomy, code: str, then: int, now: int, after: tuple[str, ...]) -> None:
    assert successors(island, code, dt.date(then, 12, 31), dt.date(now, 12, 31)) == after


def test_who_held_the_area_before(island: Taxonomy) -> None:
    assert predecessors(island, "S01", THEN, NOW) == ("S01", "S03", "S06")
    assert predecessors(island, "S02", THEN, dt.date(2018, 12, 31)) == ("S04", "S05")


def test_a_new_municipality_did_not_exist_before(island: Taxonomy) -> None:
    days = [dt.date(2016, 12, 31), dt.date(2017, 1, 1)]
    assert [exists(island, "S02", day) for day in days] == [False, True]
    assert [exists(island, "S04", day) for day in days] == [True, False]
    assert [exists(island, "S01", day) for day in days] == [True, True]
    assert not exists(island, "X99", NOW)


def test_days_in_the_wrong_order_are_a_mistake(island: Taxonomy) -> None:
    with pytest.raises(ValueError, match="lies before"):
        successors(island, "S01", NOW, THEN)


def test_two_studies_meet_at_the_union(island: Taxonomy) -> None:
    days = dt.date(2016, 12, 31), dt.date(2017, 12, 31)
    (pair,) = kin(island, ["S04", "S05"], ["S02"], *days)
    assert (pair.old, pair.new, pair.is_whole, pair.is_same) == (("S04", "S05"), ("S02",), True, False)
    assert [change.code for change in pair.changes] == ["S04", "S05"]


def test_what_a_study_lacks_of_the_area_is_named(island: Taxonomy) -> None:
    (pair,) = kin(island, ["S04"], ["S02"], dt.date(2016, 12, 31), dt.date(2017, 12, 31))
    assert (pair.old, pair.missing_old, pair.is_whole) == (("S04",), ("S05",), False)
    alone = kin(island, ["S01"], ["X1"], dt.date(2020, 12, 31), NOW)
    assert alone == (Kin(("S01",), (), missing_new=("S01",)), Kin((), ("X1",), missing_old=("X1",)))


def test_what_was_divided_ties_its_heirs_together(island: Taxonomy) -> None:
    (pair,) = kin(island, ["S01", "S02", "S06"], ["S01", "S02"], dt.date(2018, 12, 31), NOW)
    assert pair.old == ("S01", "S02", "S06")
    assert pair.new == ("S01", "S02")
    assert [change.kind for change in pair.changes] == ["divided", "region"]


def test_every_code_of_finland_is_in_one_pair() -> None:
    ended = {change.code for change in FI.changes if change.is_end}
    pairs = kin(FI, [*FI.municipalities, *ended], FI.municipalities, THEN, NOW)
    assert len(pairs) == 308
    assert all(pair.is_whole for pair in pairs)
    assert sorted(code for pair in pairs for code in pair.old) == sorted({*FI.municipalities, *ended})
    oulu = next(pair for pair in pairs if pair.new == ("564",))
    assert oulu.old == ("084", "255", "564", "567", "972")


def test_a_service_that_changed_hands_is_told_with_its_reform() -> None:
    then, now = dt.date(2021, 12, 31), dt.date(2026, 12, 31)
    moved = handover(FI, "dental-care", ("049", then), ("049", now))
    assert moved is not None
    assert (moved.before, moved.after) == ("municipality", "wellbeing-county")
    assert moved.reform == FI.reforms["wellbeing-counties"]
    assert handover(FI, "dental-care", ("091", then), ("091", now)) is None
    assert handover(FI, "library-services", ("049", then), ("049", now)) is None
    work = handover(FI, "employment-services", ("049", then), ("049", now))
    assert work is not None
    assert work.reform == FI.reforms["employment-services"]


def test_a_change_of_hands_without_a_reform_is_told_all_the_same(island: Taxonomy) -> None:
    moved = handover(island, "boat-berth", ("S01", dt.date(2020, 12, 31)), ("S01", dt.date(2021, 12, 31)))
    assert moved is not None
    assert (moved.before, moved.after, moved.reform) == ("state", "municipality", None)


def test_the_mergers_of_finland_are_those_that_the_numbers_tell() -> None:
    """336 municipalities at the end of 2012, 320, 317, 313, 311, 310, 309 and 308 since."""
    codes = {*FI.municipalities, *(change.code for change in FI.changes)}
    counts = [sum(exists(FI, code, dt.date(year, 12, 31)) for code in codes) for year in range(2012, 2027)]
    assert counts == [336, 320, 320, 317, 313, 311, 311, 311, 310, 309, 309, 309, 309, 308, 308]
    assert all(change.source.startswith("http") for change in FI.changes)
