"""Crawl events as progress: one count of pages over all municipalities, and a line when one has ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .progress import Steps

if TYPE_CHECKING:
    from crawler.run import CrawlEvent


@dataclass
class CrawlDisplay:
    """Adds up what the crawls of single municipalities report; `ceilings` holds the most pages each may still need."""

    steps: Steps
    names: dict[str, str]
    ceilings: dict[str, int]
    pages: dict[str, int] = field(default_factory=dict)
    ended: int = 0

    def show(self, event: CrawlEvent) -> None:
        """Take in one event."""
        name = self.names.get(event.code, event.code)
        self.pages[event.code] = max(event.pages, self.pages.get(event.code, 0))
        if event.kind in ("ended", "skipped"):
            self.ended += 1
            self.ceilings[event.code] = self.pages[event.code]
            self.steps.say(f"{name}: {_ending(event)}")
        elif event.kind == "progress":
            self.ceilings[event.code] = min(self.ceilings[event.code], max(1, event.pages + event.queued))
        total = max(sum(self.ceilings.values()), 1)
        self.steps.update(sum(self.pages.values()), total, f"{name}, {self.ended}/{len(self.ceilings)} ended")


def _ending(event: CrawlEvent) -> str:
    if event.kind == "skipped":
        return f"{event.detail}, {event.pages} pages"
    status = event.status.value if event.status else "ended"
    why = ": ".join(part for part in (event.reason.value if event.reason else "", event.detail) if part)
    return f"{status}, {event.pages} pages{f' ({why})' if why else ''}"
