"""The table from evidence to state, row by row, and what a found cell says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from analysis.fold.grid import (
    RULES,
    Cell,
    CellKey,
    Coverage,
    ServicePage,
    authentication_of_cell,
    best_page,
    decide,
    fold_cell,
    maturity,
    rules_table,
)
from study import CrawlStatus, FailureReason, State, StateReason


@dataclass(frozen=True)
class Piece:
    channel: str
    subtype: str = ""
    confidence: float = 0.9
    target_url: str | None = None


COMPLETE = Coverage(CrawlStatus.COMPLETE, None, 120)
STRONG = ServicePage("https://x.example/a", "service", "fi", 0.9, True, 2, (Piece("digital"),))
WEAK = ServicePage("https://x.example/w", "service", "fi", 0.5, False, 3, ())
NEWS = ServicePage("https://x.example/n", "news", "fi", 0.95, True, 3, (Piece("digital"),))
KEY = CellKey("091", "sports-leisure", "boat-berth", ("fi", "sv"))


def coverage(
    status: CrawlStatus,
    reason: FailureReason | None,
    pages: int = 40,
    languages: bool = True,
    gap: StateReason | None = None,
) -> Coverage:
    return Coverage(status, reason, pages, languages, gap)


ROWS = {
    "other-responsible": (
        Cell("wellbeing-county", COMPLETE, (STRONG,)),
        State.NOT_EXAMINED, StateReason.OTHER_RESPONSIBLE,
    ),
    "strong-page": (Cell("municipality", COMPLETE, (STRONG,)), State.FOUND, None),
    "two-weak-pages": (
        Cell("municipality", COMPLETE, (WEAK, replace(WEAK, url="https://x.example/v"))), State.FOUND, None,
    ),
    "site-blocked": (
        Cell("municipality", coverage(CrawlStatus.BLOCKED, FailureReason.BLOCK_PAGE, 0)),
        State.BLOCKED, StateReason.BLOCK_PAGE,
    ),
    "site-forbids-robots": (
        Cell("municipality", coverage(CrawlStatus.BLOCKED, FailureReason.ROBOTS, 0)), State.BLOCKED, StateReason.ROBOTS,
    ),
    "site-not-reached": (
        Cell("municipality", coverage(CrawlStatus.FAILED, FailureReason.DNS, 0)),
        State.NOT_EXAMINED, StateReason.CRAWL_FAILED,
    ),
    "not-crawled": (
        Cell("municipality", coverage(CrawlStatus.FAILED, FailureReason.NOT_STARTED, 0)),
        State.NOT_EXAMINED, StateReason.NOT_CRAWLED,
    ),
    "language-not-covered": (
        Cell("municipality", coverage(CrawlStatus.COMPLETE, None, 40, languages=False)),
        State.NOT_EXAMINED, StateReason.LANGUAGE,
    ),
    "candidates-unreadable": (
        Cell("municipality", COMPLETE, (), StateReason.LOGIN_WALL), State.BLOCKED, StateReason.LOGIN_WALL,
    ),
    "candidates-left": (
        Cell("municipality", coverage(CrawlStatus.PARTIAL, FailureReason.BUDGET), (), StateReason.BUDGET),
        State.NOT_EXAMINED, StateReason.BUDGET,
    ),
    "site-mostly-closed": (
        Cell("municipality", coverage(CrawlStatus.PARTIAL, FailureReason.ROBOTS, gap=StateReason.ROBOTS)),
        State.BLOCKED, StateReason.ROBOTS,
    ),
    "search-incomplete": (
        Cell("municipality", coverage(CrawlStatus.PARTIAL, FailureReason.TIMEOUT, gap=StateReason.ERRORS)),
        State.NOT_EXAMINED, StateReason.ERRORS,
    ),
    "weak-only": (Cell("municipality", COMPLETE, (WEAK,)), State.NOT_FOUND, StateReason.WEAK_EVIDENCE),
    "searched": (Cell("municipality", COMPLETE), State.NOT_FOUND, StateReason.SEARCHED),
}  # fmt: skip


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_each_row_of_the_table_decides_its_case(rule_id: str) -> None:
    cell, state, reason = ROWS[rule_id]
    rule, given = decide(cell)
    assert (rule.id, rule.state, given) == (rule_id, state, reason)


def test_every_row_has_a_case_here() -> None:
    assert set(ROWS) == {rule.id for rule in RULES}


@pytest.mark.parametrize(
    "given",
    [
        coverage(CrawlStatus.PARTIAL, FailureReason.TIME_LIMIT, gap=StateReason.TIME_LIMIT),
        coverage(CrawlStatus.FAILED, FailureReason.CRASHED, 0),
        coverage(CrawlStatus.BLOCKED, FailureReason.BLOCK_PAGE, 0),
        coverage(CrawlStatus.PARTIAL, FailureReason.FOREIGN_EVIDENCE, gap=StateReason.FOREIGN_EVIDENCE),
    ],
)
def test_an_incomplete_search_never_says_no(given: Coverage) -> None:
    for pages in ((), (WEAK,), (NEWS,)):
        assert decide(Cell("municipality", given, pages))[0].state is not State.NOT_FOUND


def test_what_was_found_stays_found_though_the_crawl_ended_early() -> None:
    assert (
        decide(Cell("municipality", coverage(CrawlStatus.PARTIAL, FailureReason.BUDGET), (STRONG,)))[0].state
        is State.FOUND
    )


def test_news_alone_prove_nothing() -> None:
    assert decide(Cell("municipality", COMPLETE, (NEWS,)))[0].id == "weak-only"


def test_a_page_about_something_else_proves_a_service_that_it_lets_one_use() -> None:
    beside = replace(WEAK, score=0.5, channels=(Piece("phone", "direct", 0.5),))
    assert decide(Cell("municipality", COMPLETE, (beside,)))[0].id == "strong-page"
    for weaker in (
        replace(beside, score=0.45),
        replace(beside, page_type="news"),
        replace(beside, channels=(Piece("phone", "direct", 0.4),)),
        replace(beside, channels=()),
    ):
        assert decide(Cell("municipality", COMPLETE, (weaker,)))[0].id == "weak-only"


def test_a_report_without_a_way_to_use_the_service_is_no_piece() -> None:
    told = replace(NEWS, channels=())
    assert decide(Cell("municipality", COMPLETE, (told, WEAK)))[0].id == "weak-only"
    assert decide(Cell("municipality", COMPLETE, (told,)))[0].id == "searched"


def test_a_document_proves_a_service_only_where_it_is_sure_of_it() -> None:
    document = replace(STRONG, page_type="document", score=0.97)
    assert decide(Cell("municipality", COMPLETE, (document,)))[0].id == "strong-page"
    assert decide(Cell("municipality", COMPLETE, (replace(document, score=0.8),)))[0].id == "weak-only"
    assert decide(Cell("municipality", COMPLETE, (replace(document, page_type="news"),)))[0].id == "weak-only"


def test_two_news_prove_no_more_than_one() -> None:
    later = replace(NEWS, url="https://x.example/n2")
    assert decide(Cell("municipality", COMPLETE, (NEWS, later)))[0].id == "weak-only"
    assert decide(Cell("municipality", COMPLETE, (NEWS, WEAK)))[0].id == "two-weak-pages"


def test_the_print_view_of_a_page_is_no_second_page() -> None:
    page, view = replace(WEAK, title="Boats"), replace(WEAK, title="Boats", url="https://x.example/w?print=1")
    assert decide(Cell("municipality", COMPLETE, (page, view)))[0].id == "weak-only"


def test_a_gap_has_no_channels_and_no_maturity() -> None:
    row = fold_cell(KEY, ROWS["search-incomplete"][0], frozenset())
    assert (row.digital, row.phone, row.maturity, row.confidence, row.channels) == (None, None, None, None, ())


def test_not_found_is_no_on_every_channel() -> None:
    row = fold_cell(KEY, ROWS["searched"][0], frozenset())
    assert (row.digital, row.phone, row.maturity) == (False, False, 0)
    assert row.confidence is not None
    assert row.confidence > 0.9


def test_channels_of_weak_pages_stay_out_where_a_strong_page_stands() -> None:
    stray = replace(WEAK, score=0.45, channels=(Piece("phone"),))
    row = fold_cell(KEY, Cell("municipality", COMPLETE, (STRONG, stray)), frozenset())
    assert row.channels == ("digital",)


def test_doubtful_channels_stay_out() -> None:
    page = replace(STRONG, channels=(Piece("digital"), Piece("email", confidence=0.3)))
    assert fold_cell(KEY, Cell("municipality", COMPLETE, (page,)), frozenset()).channels == ("digital",)


def test_a_channel_missing_in_one_language_is_named() -> None:
    swedish = ServicePage("https://x.example/sv", "service", "sv", 0.9, True, 2, (Piece("phone"),))
    row = fold_cell(KEY, Cell("municipality", COMPLETE, (STRONG, swedish)), frozenset())
    assert row.language_gaps == ("fi:phone", "sv:digital")
    assert row.languages == ("fi", "sv")


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("https://asiointi.vendor.example/", "portal-root"),
        ("https://asiointi.vendor.example/fi", "portal-root"),
        ("https://asiointi.vendor.example/?form=12", "deep-link"),
        ("https://asiointi.vendor.example/lomake/12", "deep-link"),
        ("https://x.example/lomake", "own-page"),
        (None, None),
    ],
)
def test_path_quality_tells_a_portals_front_page_from_the_service(target: str | None, kind: str | None) -> None:
    page = replace(STRONG, channels=(Piece("digital", target_url=target),))
    row = fold_cell(KEY, Cell("municipality", COMPLETE, (page,)), frozenset({"x.example"}))
    assert row.path_quality == kind


@pytest.mark.parametrize(
    ("channels", "subtypes", "authentication", "step"),
    [
        ((), set(), None, 1),
        (("phone",), set(), None, 2),
        (("email", "printable-form"), set(), None, 3),
        (("digital",), {"e-form"}, "none", 4),
        (("digital",), set(), "unknown", 4),
        (("digital",), {"authenticated"}, "unknown", 5),
        (("digital", "phone"), set(), "suomi.fi", 5),
        (("digital",), {"automated"}, "suomi.fi", 6),
    ],
)
def test_maturity_is_the_highest_step_reached(
    channels: tuple[str, ...], subtypes: set[str], authentication: str | None, step: int
) -> None:
    level, why = maturity(channels, frozenset(subtypes), authentication)
    assert level == step
    assert why


def test_best_page_prefers_the_first_language_then_the_score() -> None:
    swedish = replace(STRONG, url="https://x.example/sv", language="sv", score=0.99)
    better = replace(STRONG, url="https://x.example/b", score=0.95)
    assert best_page([swedish, STRONG, better], ("fi", "sv")) == better


def test_two_equal_pages_are_chosen_by_address_so_that_every_run_agrees() -> None:
    twin = replace(STRONG, url="https://x.example/0")
    assert best_page([STRONG, twin], ("fi",)) == best_page([twin, STRONG], ("fi",)) == twin


def test_the_method_page_prints_this_very_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "method-grid.md"
    assert rules_table() in page.read_text(encoding="utf-8")


def test_what_a_list_says_of_logging_in_is_not_said_of_a_service_with_a_page_of_its_own() -> None:
    booked = (Piece("digital", "booking"),)
    own = replace(STRONG, channels=booked, authentication="none")
    listed = replace(STRONG, url="https://x.example/list", page_type="hub", channels=booked, authentication="account")
    assert authentication_of_cell((own, listed), ("digital",)) == "none"
    assert authentication_of_cell((listed,), ("digital",)) == "account"
