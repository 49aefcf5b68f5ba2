"""Joins Scrapy's engine to the frontier: the engine asks for a request, the frontier says which address is next."""

from __future__ import annotations

import asyncio
import time

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from .context import running_crawl


class FrontierScheduler(BaseScheduler):
    """One request in flight per host; with delay 0 a second one waits its turn, so parsing and fetching overlap."""

    def __init__(self, crawler: Crawler) -> None:
        self._per_host = 1 if crawler.settings.getfloat("DOWNLOAD_DELAY") > 0 else 2
        self._crawler = crawler
        self._extra: list[Request] = []
        self._alarm: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """Made by Scrapy."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """The crawl begins."""
        self._crawl = running_crawl(self._crawler)

    def has_pending_requests(self) -> bool:
        """Whether anything is left to fetch within the budgets."""
        return bool(self._extra) or self._crawl.frontier.has_pending()

    def enqueue_request(self, request: Request) -> bool:
        """Take a request that a middleware made."""
        self._extra.append(request)
        return True

    def next_request(self) -> Request | None:
        """The best request whose host is free."""
        if self._extra:
            return self._extra.pop()
        entry = self._crawl.frontier.next(time.monotonic(), self._is_ready)
        if entry is None:
            self._set_alarm()
            return None
        return self._crawl.request_for(entry)

    def _set_alarm(self) -> None:
        """Wake the engine when the next waiting address is due; by itself it looks every five seconds only."""
        now = time.monotonic()
        due = self._crawl.frontier.wakes_at(now)
        if due is not None and self._alarm is None:
            self._alarm = asyncio.get_running_loop().call_later(max(0.05, due - now), self._wake)

    def _wake(self) -> None:
        self._alarm = None
        slot = getattr(self._crawler.engine, "_slot", None)  # Scrapy has no public way to say "look again"
        if slot is not None and slot.closing is None:
            slot.nextcall.schedule()

    def _is_ready(self, host: str) -> bool:
        return self._crawl.in_flight[host] < self._per_host
