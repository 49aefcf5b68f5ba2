"""Delays that hosts asked for, and the slots of the downloader that keep them."""

from __future__ import annotations

from scrapy.crawler import Crawler

from study import host_of


class Delays:
    """Delays that hosts asked for; shared by the middlewares and the throttle."""

    def __init__(self) -> None:
        self._wanted: dict[str, float] = {}
        self._crawler: Crawler | None = None

    def attach(self, crawler: Crawler) -> None:
        """Know the running crawler, whose slots are slowed."""
        self._crawler = crawler

    def want_delay(self, url: str, seconds: float) -> None:
        """From now on leave at least so many seconds between requests to the host of this address."""
        host = host_of(url)
        self._wanted[host] = max(self._wanted.get(host, 0.0), seconds)
        if self._crawler is None:
            return
        downloader = self._crawler.engine.downloader
        delay = max(self._wanted[host], downloader.per_slot_settings.get(host, {}).get("delay", 0), downloader._delay)
        downloader.per_slot_settings[host] = {"concurrency": 1, "delay": delay}
        slot = downloader.slots.get(host)
        if slot is not None:
            slot.delay = max(slot.delay, delay)

    def wanted(self, host: str) -> float:
        """Seconds the host asked for; 0 where it did not."""
        return self._wanted.get(host, 0.0)
