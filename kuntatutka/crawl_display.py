"""Crawl events as progress: one count of pages over all municipalities, and a line when one has ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from study import counted

from .progress import Steps

if TYPE_CHECKING:
    from crawler import CrawlEvent


@dataclass
class CrawlDisplay:
    """Adds up what the crawls of single municipalities report; `budgets` holds the most pages of each."""

    steps: Steps
    names: dict[str, str]
    budgets: dict[str, int]
    is_cut_off: bool = False
    """Whether it has been told that no site can be reached, so that no site's own failure is."""
    expected: dict[str, int] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    ended: int = 0

    def show(self, event: CrawlEvent) -> None:
        """Take in one event."""
        if event.kind == "warning":
            self.steps.say(event.detail)
            return
        name = self.names.get(event.code, event.code)
        fetched = self.pages[event.code] = max(event.pages, self.pages.get(event.code, 0))
        if event.kind in ("ended", "skipped"):
            self.ended += 1
            self.expected[event.code] = fetched
            if fetched or not self.is_cut_off:
                self.steps.say(f"{name}: {_ending(event)}")
        elif event.kind == "progress":
            # What waits in the queue bounds the rest from above only roughly: new links come, and many stay unread.
            self.expected[event.code] = max(fetched, min(self.budgets[event.code], fetched + event.queued))
        total = sum((self.budgets | self.expected).values())
        self.steps.update(sum(self.pages.values()), max(total, 1), f"{name}, {self.ended}/{len(self.budgets)} ended")


def _ending(event: CrawlEvent) -> str:
    if event.kind == "skipped":
        return f"{event.detail}, {counted(event.pages, 'page')}"
    status = event.status.value if event.status else "ended"
    why = ": ".join(part for part in (event.reason.value if event.reason else "", event.detail) if part)
    return f"{status}, {counted(event.pages, 'page')}{f' ({why})' if why else ''}"
