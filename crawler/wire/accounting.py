"""Scrapy extension that tells how the crawl goes while it runs, and writes how it ended when it closes."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.events import emit
from crawler.reading.entries import Entry
from crawler.reading.tally import Leftover, judge
from crawler.reading.worth import SURE_HUB

from .context import Crawl, running_crawl

_PROGRESS_SECONDS = 1.0
_HEARTBEAT_SECONDS = 60.0
_SLOW_SECONDS = 5.0
_MOST_TRAPS, _MOST_UNREAD = 200, 500
_log = logging.getLogger(__name__)


class Accounting:
    """Scrapy extension: progress lines while the crawl runs, the crawl-end record when it closes."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._started, self._last = time.monotonic(), time.monotonic()
        self._started_at = datetime.now(UTC)
        crawler.signals.connect(self._progress, signal=signals.response_received)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        self._heart: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Accounting:
        """Made by Scrapy."""
        return cls(crawler)

    def _progress(self) -> None:
        now = time.monotonic()
        if now - self._last < _PROGRESS_SECONDS:
            return
        self._last = now
        crawl = running_crawl(self._crawler)
        fetched = sum(crawl.frontier.read.values())
        emit(
            "progress",
            crawl.code,
            pages=fetched,
            queued=crawl.frontier.queued(),
            budget=crawl.frontier.budget.pages,
            rate=round((fetched - crawl.replayed) / max(0.001, now - self._started), 2),
        )

    def _opened(self, spider: Spider) -> None:
        self._heart = asyncio.get_running_loop().call_later(_HEARTBEAT_SECONDS, self._beat)

    def _beat(self) -> None:
        """Say in the log what the crawl waits for."""
        crawl, now = running_crawl(self._crawler), time.monotonic()
        under_way = [f"{url} for {now - began:.0f} s" for url, began in list(crawl.under_way.items())[:3]]
        held = [f"{host} for {seconds:.0f} s more" for host, seconds in crawl.frontier.held_hosts(now)[:3]]
        slots = self._crawler.engine.downloader.slots if self._crawler.engine else {}
        slow = [f"{name} every {slot.delay:.0f} s" for name, slot in slots.items() if slot.delay > _SLOW_SECONDS][:3]
        parts = [f"under way: {', '.join(under_way)}"] if under_way else []
        parts += [f"hosts that asked for a pause or gave no answer: {', '.join(held)}"] if held else []
        parts += [f"hosts asked slowly: {', '.join(slow)}"] if slow else []
        _log.info(
            "%s: %d pages, %d waiting; %s",
            crawl.code,
            crawl.reader.tally.pages,
            crawl.frontier.queued(),
            "; ".join(parts) or "waits for its turn",
        )
        self._heart = asyncio.get_running_loop().call_later(_HEARTBEAT_SECONDS, self._beat)

    def _closed(self, spider: Spider, reason: str) -> None:
        if self._heart is not None:
            self._heart.cancel()
        write_end(running_crawl(self._crawler), reason, self._started_at)


def write_end(crawl: Crawl, closed_by: str, started_at: datetime) -> None:
    """Write how the crawl ended, close the evidence and tell.

    An end that was not reached is not written: the next crawl goes on from there.
    """
    if crawl.storage_error is not None or not crawl.is_live:
        return
    frontier, tally, writer = crawl.frontier, crawl.reader.tally, crawl.writer
    left = frontier.promising_left()
    leftover = Leftover(len(left), frontier.unread_pages())
    verdict = judge(tally, leftover, closed_by)
    for rule, count in sorted(frontier.refused.items())[:_MOST_TRAPS]:
        writer.write_json("trap", {"rule": rule, "addresses": count})
    for entry in left[:_MOST_UNREAD]:
        _note_unread(crawl, entry, "")
    for entry, why in crawl.reader.given_up[:_MOST_UNREAD]:
        _note_unread(crawl, entry, why.value)
    counters = {**tally.counters(), "promising_left": leftover.promising, "unread": leftover.unread}
    counters |= {"budget": crawl.plan.budget.pages, "whole_gap": int(verdict.is_whole)}
    writer.write_crawl_end(
        verdict.status,
        verdict.reason,
        counters,
        started_at=started_at,
        ended_at=datetime.now(UTC),
        detail=verdict.detail,
    )
    writer.close()
    reason = verdict.reason.value if verdict.reason else None
    emit("ended", crawl.code, status=verdict.status.value, reason=reason, detail=verdict.detail, pages=tally.pages)


def _note_unread(crawl: Crawl, entry: Entry, reason: str) -> None:
    """Keep what an address promised that was left: the analysis has to know of which services it would have told."""
    wanted = crawl.frontier.worth.wanted(entry)
    if wanted or entry.hub >= SURE_HUB:
        note = {"services": wanted, "hub": entry.hub >= SURE_HUB, "reason": reason}
        crawl.writer.write_json("unread", note, url=entry.url)
