"""Scrapy extension that tells how the crawl goes while it runs, and writes how it ended when it closes."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.events import emit

from .context import running_spider

_PROGRESS_SECONDS = 1.0
_HEARTBEAT_SECONDS = 60.0
_SLOW_SECONDS = 5.0
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
        spider = running_spider(self._crawler)
        fetched = sum(spider.frontier.read.values())
        emit(
            "progress",
            spider.code,
            pages=fetched,
            queued=spider.frontier.queued(),
            budget=spider.frontier.budget.pages,
            rate=round((fetched - spider.replayed) / max(0.001, now - self._started), 2),
        )

    def _opened(self, spider: Spider) -> None:
        self._heart = asyncio.get_running_loop().call_later(_HEARTBEAT_SECONDS, self._beat)

    def _beat(self) -> None:
        """Say in the log what the crawl waits for."""
        spider, now = running_spider(self._crawler), time.monotonic()
        under_way = [f"{url} for {now - began:.0f} s" for url, began in list(spider.under_way.items())[:3]]
        held = [f"{host} for {seconds:.0f} s more" for host, seconds in spider.frontier.held_hosts(now)[:3]]
        slots = self._crawler.engine.downloader.slots if self._crawler.engine else {}
        slow = [f"{name} every {slot.delay:.0f} s" for name, slot in slots.items() if slot.delay > _SLOW_SECONDS][:3]
        parts = [f"under way: {', '.join(under_way)}"] if under_way else []
        parts += [f"hosts that asked for a pause or gave no answer: {', '.join(held)}"] if held else []
        parts += [f"hosts asked slowly: {', '.join(slow)}"] if slow else []
        _log.info(
            "%s: %d pages, %d waiting; %s",
            spider.code,
            spider.reader.tally.pages,
            spider.frontier.queued(),
            "; ".join(parts) or "waits for its turn",
        )
        self._heart = asyncio.get_running_loop().call_later(_HEARTBEAT_SECONDS, self._beat)

    def _closed(self, spider: Spider, reason: str) -> None:
        if self._heart is not None:
            self._heart.cancel()
        running_spider(self._crawler).finish(reason, self._started_at)
