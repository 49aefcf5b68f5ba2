"""Whole pages of many kinds of site in three languages, each with everything that should be said of it.

tests/pages holds them by theme, those that are not right yet in folders named open; both count in the figures, and the
figures have floors. A page is a case's main content in a layout; `bench/pages.py --layouts` judges every case under
every layout, here each is judged under a few more than its own.
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

import pytest

from analysis.learning.evaluate import Judged
from bench import pages
from bench.layouts import layouts, whole_page
from taxonomy import load_taxonomy

RIGHT = pages.cases(pages.RIGHT)
ALL = pages.cases(pages.RIGHT, pages.OPEN)
LAYOUTS = layouts()
# As many layouts a case as keep this quick; the step is prime to the number of layouts, so that all take their turn.
TURNS, STEP = 2, 5


@functools.cache
def examined(case: Path) -> Judged:
    return pages.examined(case)


by_theme = pytest.mark.parametrize("theme", sorted({pages.theme_of(case) for case in ALL}))


@by_theme
def test_pages_are_read_as_a_person_reads_them(theme: str) -> None:
    own = [case for case in RIGHT if pages.theme_of(case) == theme]
    assert own
    assert {case.name: told for case in own if (told := pages.differences(examined(case)))} == {}


@by_theme
def test_what_is_said_of_a_page_does_not_hang_on_its_layout(theme: str) -> None:
    listed, found = pages.known_to_hang(), {}
    for number, case in enumerate(ALL):
        if pages.theme_of(case) != theme:
            continue
        turns = [LAYOUTS[(number + STEP * turn) % len(LAYOUTS)] for turn in range(TURNS)]
        for layout in set(turns) - set(listed.get(case.name, ())):
            if told := pages.changes(examined(case), pages.examined(case, layout)):
                found[case.name, layout] = told
    assert found == {}


def test_only_cases_and_layouts_that_exist_are_listed_as_hanging() -> None:
    listed = pages.known_to_hang()
    assert set(listed) <= {case.name for case in ALL}
    assert {name for names in listed.values() for name in names} <= set(LAYOUTS)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_shows_the_main_content_and_is_somebodys_own(layout: str) -> None:
    assert {page["layout"] for page in map(expected_of, ALL)} >= {layout}
    case = {"municipality": "Haapala", "url": "https://www.haapala.example/vesi", "language": "fi"}
    html = whole_page(
        "<h1>Vesi &amp; viemäri</h1>\n<p>Alku.</p>\n<h2>Maksut</h2>\n<ul>\n<li>eräpäivä</li>\n</ul>\n", case, layout
    )
    for text in ("Vesi &amp; viemäri", "Alku.", "Maksut", "eräpäivä"):
        assert text in html
    assert html.index("Alku.") < html.index("Maksut") < html.index("eräpäivä")


def test_main_content_begins_with_its_heading_and_has_no_furniture() -> None:
    with pytest.raises(ValueError, match="begins with its h1"):
        whole_page("<p>Alku.</p>", expected_of(ALL[0]), "plain")
    for case in ALL:
        content = (case / "page.html").read_text(encoding="utf-8")
        assert content.startswith("<h1>")
        assert not [tag for tag in ("<body", "<main", "<nav", "<footer", "<header") if tag in content], case.name


def test_figures_over_all_cases_stay_above_their_floors() -> None:
    figures = pages.figures_by_group({case: examined(case) for case in ALL})
    assert pages.below(figures, pages.read_floors()["floors"]) == []


def test_a_fallen_figure_is_told() -> None:
    assert pages.below({"services.f1": 0.5}, {"services.f1": 0.9, "theme.accuracy": 0.1}) == [
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
    assert [line.partition(":")[0] for line in pages.differences(other)] == ["vendors", "language"]
    (change,) = pages.changes(judged, other)
    assert change.endswith("became ['nobody']")


@functools.cache
def expected_of(case: Path) -> dict[str, Any]:
    return tomllib.loads((case / "expected.toml").read_text(encoding="utf-8"))


def test_cases_cover_the_kinds_of_pages_and_their_languages_are_studied() -> None:
    taxonomy = load_taxonomy("fi")
    expected = [expected_of(case) for case in ALL]
    assert {page["language"] for page in expected} <= set(taxonomy.country.study_languages)
    assert {page["page_type"] for page in expected} >= set(taxonomy.page_types) - {"eservice"}
    assert len({case.name for case in ALL}) == len(ALL) >= 120


def test_labels_use_the_words_of_the_taxonomy() -> None:
    taxonomy = load_taxonomy("fi")
    wrong = []
    for case in ALL:
        page = expected_of(case)
        holds = (
            set(page["services"]) <= set(taxonomy.services),
            set(page["vendors"]) <= set(taxonomy.products),
            page.get("theme") in {None, *taxonomy.themes},
            pages.theme_of(case) == page.get("theme", "without-theme"),
            page.get("primary_service") in {None, *page["services"]},
            {item["service"] for item in page.get("channel", [])} <= set(page["services"]),
            {item["type"] for item in page.get("channel", [])} <= set(taxonomy.channels),
            bool(page["trap"]),
        )
        if not all(holds):
            wrong.append((case.name, holds))
    assert wrong == []
