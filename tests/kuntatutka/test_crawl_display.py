"""Crawl events as progress: pages of all municipalities together, the rest estimated, a line per ended one."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler import CrawlEvent
from kuntatutka.crawl_display import CrawlDisplay
from kuntatutka.progress import Steps
from study import CrawlStatus, FailureReason


@dataclass
class Seen(Steps):
    """Steps that remember."""

    lines: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.lines.append(text)


def display() -> tuple[CrawlDisplay, Seen]:
    steps = Seen("Crawl", "pages", None)
    return CrawlDisplay(steps, {"X1": "Pieni", "X2": "Suuri"}, {"X1": 100, "X2": 400}), steps


def test_before_anything_is_known_the_budgets_are_expected() -> None:
    shown, steps = display()
    shown.show(CrawlEvent("started", "X1"))
    assert (steps.done, steps.total) == (0, 500)


def test_what_waits_in_the_queue_bounds_the_rest() -> None:
    shown, steps = display()
    shown.show(CrawlEvent("progress", "X1", pages=10, queued=20))
    assert (steps.done, steps.total) == (10, 430)
    shown.show(CrawlEvent("progress", "X1", pages=30, queued=900))
    assert (steps.done, steps.total) == (30, 500)


def test_an_ended_crawl_expects_no_more_and_says_why_it_ended() -> None:
    shown, steps = display()
    shown.show(CrawlEvent("progress", "X2", pages=50, queued=400))
    ended = CrawlEvent(
        "ended", "X2", pages=48, status=CrawlStatus.PARTIAL, reason=FailureReason.BUDGET, detail="7 left"
    )
    shown.show(ended)
    assert (steps.done, steps.total) == (50, 150)
    assert steps.lines == ["Suuri: partial, 48 pages (budget: 7 left)"]


def test_more_pages_than_expected_never_show_a_negative_rest() -> None:
    shown, steps = display()
    shown.show(CrawlEvent("progress", "X1", pages=130, queued=0))
    assert steps.total is not None
    assert steps.done <= steps.total


def test_a_crawl_that_had_ended_before_is_named() -> None:
    shown, steps = display()
    shown.show(CrawlEvent("skipped", "X1", pages=90, status=CrawlStatus.COMPLETE, detail="was crawled before"))
    assert steps.lines == ["Pieni: was crawled before, 90 pages"]
