"""How often a host is asked: one slot per host and port, Crawl-delay, the gate of hosts that other crawls visit too."""

from __future__ import annotations

import asyncio
import time

from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

from crawler.reading.site import Place
from study import address_key, host_of

from .context import running_crawl
from .failures import HeldElsewhereError

_GATE_SECONDS = 0.25  # how often a locked gate is tried


class PoliteThrottle(AutoThrottle):
    """AutoThrottle that never goes below what robots.txt asked for."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        crawl = running_crawl(self.crawler)
        slot.delay = max(slot.delay, crawl.delays.wanted(host_of(response.url)))


class PolitenessMiddleware:
    """Puts each request into its host's slot, and waits at the gate of shared hosts."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PolitenessMiddleware:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait until the host may be asked; raises HeldElsewhereError for a landing page that is already kept."""
        crawl = running_crawl(self._crawler)
        host = host_of(request.url)
        request.meta["download_slot"] = host
        if not crawl.is_shared(host):
            return
        while (known := crawl.gate.enter(host)) is None:
            await asyncio.sleep(_GATE_SECONDS)
        holder = known["landings"].get(address_key(request.url)) if self._is_landing(request) else None
        if holder is not None and holder != crawl.code:
            crawl.gate.abandon(host)
            raise HeldElsewhereError(holder)
        request.meta["gate"] = host
        wait = known["last_visit"] + max(self._delay, crawl.delays.wanted(host)) - time.time()
        if wait > 0:
            await asyncio.sleep(wait)

    def process_response(self, request: Request, response: Response) -> Response:
        """Leave the gate; the landing page is in our evidence by now."""
        landing = address_key(request.url) if self._is_landing(request) else None
        self._leave(request, landing if response.status < 400 else None)
        return response

    def _is_landing(self, request: Request) -> bool:
        """Whether one copy of the answer is enough for all; own pages, also of a joint site, are each one's own."""
        place = running_crawl(self._crawler).reader.site.place_of(request.url)
        return not request.meta.get("is_robots") and place is not Place.OWN

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Leave the gate after a failure."""
        self._leave(request, None)

    def _leave(self, request: Request, landing: str | None) -> None:
        host = request.meta.pop("gate", None)
        if host is not None:
            running_crawl(self._crawler).gate.leave(host, time.time(), landing)
