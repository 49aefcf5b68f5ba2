"""Whole pages of many kinds of site in three languages, each with everything that should be said of it.

tests/pages holds them by theme, those that are not right yet in folders named open; both count in the figures, and the
figures have floors.
"""

from __future__ import annotations

import functools
import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from analysis.learning.evaluate import Judged
from taxonomy import load_taxonomy

ROOT = Path(__file__).parents[2]


def _bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_pages", ROOT / "bench" / "pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BENCH = _bench()
RIGHT = BENCH.cases(BENCH.RIGHT)
ALL = BENCH.cases(BENCH.RIGHT, BENCH.OPEN)


@functools.cache
def examined(case: Path) -> Judged:
    judged: Judged = BENCH.examined(case)
    return judged


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_page_is_read_as_a_person_reads_it(case: Path) -> None:
    assert BENCH.differences(examined(case)) == []


def test_figures_over_all_cases_stay_above_their_floors() -> None:
    figures = BENCH.figures_by_group({case: examined(case) for case in ALL})
    assert BENCH.below(figures, BENCH.read_floors()["floors"]) == []


def test_a_fallen_figure_is_told() -> None:
    assert BENCH.below({"services.f1": 0.5}, {"services.f1": 0.9, "theme.accuracy": 0.1}) == [
        "services.f1: 0.500 is below 0.900",
        "theme.accuracy: 0.000 is below 0.100",
    ]


def test_a_wrong_label_is_told() -> None:
    judged = examined(RIGHT[0])
    other = type(judged)(
        **{name: getattr(judged, name) for name in ("name", "url", "group", "findings", "expected")},
        language="xx",
        found={**judged.found, "vendors": frozenset({"nobody"})},
    )
    assert [line.partition(":")[0] for line in BENCH.differences(other)] == ["vendors", "language"]


def test_cases_cover_the_kinds_of_pages_and_their_languages_are_studied() -> None:
    taxonomy = load_taxonomy("fi")
    expected = [tomllib.loads((case / "expected.toml").read_text(encoding="utf-8")) for case in ALL]
    assert {page["language"] for page in expected} <= set(taxonomy.country.study_languages)
    assert {page["page_type"] for page in expected} >= set(taxonomy.page_types) - {"eservice"}
    assert len({case.name for case in ALL}) == len(ALL) >= 120


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_labels_use_the_words_of_the_taxonomy(case: Path) -> None:
    taxonomy = load_taxonomy("fi")
    page = tomllib.loads((case / "expected.toml").read_text(encoding="utf-8"))
    assert set(page["services"]) <= set(taxonomy.services)
    assert set(page["vendors"]) <= set(taxonomy.products)
    assert page.get("theme") in {None, *taxonomy.themes}
    assert page.get("primary_service") in {None, *page["services"]}
    assert {item["service"] for item in page.get("channel", [])} <= set(page["services"])
    assert {item["type"] for item in page.get("channel", [])} <= set(taxonomy.channels)
    assert page["trap"]
