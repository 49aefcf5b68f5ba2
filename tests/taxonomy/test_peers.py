"""Peer groups: fixed for good or by rule, as they are on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from taxonomy import by_rule, is_rule, load_taxonomy, peers_on, read_taxonomy, rule_of

FI = load_taxonomy("fi")
NOW = dt.date(2026, 12, 31)


def test_the_thirty_of_2021_are_fixed() -> None:
    assert len(peers_on(FI, "top30-2021", NOW)) == 30
    assert set(peers_on(FI, "top30-2021", NOW)) == set(by_rule(FI, rule_of("largest=30,year=2020"), NOW))


def test_a_fixed_group_follows_mergers_since_its_day(root: Path) -> None:
    lists = root / "countries/saari/lists.toml"
    lists.write_text('[old]\nas_of = 2015-01-01\ncodes = ["S01", "S03"]\n', encoding="utf-8")
    changes = "day,kind,code,became,name_fi,source\n2020-01-01,united,S03,S02,Kallio,https://saari.example/\n"
    (root / "countries/saari/changes.csv").write_text(changes, encoding="utf-8")
    taxonomy = read_taxonomy(root, "saari")
    assert peers_on(taxonomy, "old", NOW) == ("S01", "S02")
    assert peers_on(taxonomy, "old", dt.date(2016, 12, 31)) == ("S01",)
    assert peers_on(taxonomy, "all", dt.date(2016, 12, 31)) == ("S01",)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("largest=1", ("S01",)),
        ("size=small", ("S02",)),
        ("size=large", ("S01",)),
        ("language=sv", ("S01",)),
        ("language=sv,size=small", ()),
        ("largest=1,year=2010", ("S02",)),
        ("region=nowhere", ()),
    ],
)
def test_a_rule_gives_those_that_meet_all_conditions(root: Path, text: str, codes: tuple[str, ...]) -> None:
    counted = "code,year,population\nS01,2010,800\nS02,2010,7000\n"
    (root / "countries/saari/populations.csv").write_text(counted, encoding="utf-8")
    assert by_rule(read_taxonomy(root, "saari"), rule_of(text), NOW) == codes


def test_regions_go_by_name_or_code() -> None:
    lapland = by_rule(FI, rule_of("region=Lappi"), NOW)
    assert len(lapland) == 21
    assert by_rule(FI, rule_of("region=19"), NOW) == lapland


def test_the_largest_of_a_year_are_followed_to_the_day() -> None:
    """Pertunmaa was counted in 2020 and is part of Mäntyharju now."""
    of_2020 = by_rule(FI, rule_of("year=2020"), NOW)
    assert len(of_2020) == 308
    assert "588" not in of_2020


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("largest=30", True), ("size=>=100000,region=Uusimaa", True), ("091,Espoo", False), ("", False), ("=3", False)],
)
def test_rules_are_told_from_names(text: str, is_one: bool) -> None:
    assert is_rule(text) is is_one


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("biggest=3", "'biggest' is no condition; conditions: largest, year, size"),
        ("largest=3,largest=4", "'largest' is given twice"),
        ("largest=many", "largest=many is not a whole number"),
        ("largest=0", "largest=0 is not a whole number from 1"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rule_of(text)


def test_groups_by_rule_are_lists_too(root: Path, edit: Callable[[str, str, str], None]) -> None:
    edit("countries/saari/lists.toml", "[north]", '[swedish]\nrule = { language = "sv" }\n[north]')
    assert read_taxonomy(root, "saari").peer_lists["swedish"] == ("S01",)
