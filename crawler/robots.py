"""Downloader middleware that obeys robots.txt as RFC 9309 has it: 4xx means open, 5xx and silence mean closed for now.

It also takes the sitemap lines and Crawl-delay. What was fetched in an earlier session of the same crawl is used again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from study import FailureReason, normalise_url, origin_of

from .blocks import SILENCES, SILENT
from .bounds import partially
from .context import running_spider
from .failures import RobotsForbidError, RobotsUnreachableError, failure_of
from .settings import LONGEST_WAIT_SECONDS, ROBOTS_TOKEN

_MAX_HOPS = 5
_MAX_SITEMAPS = 20
MAX_ROBOTS = 512_000
"""Bytes of a robots.txt that are read; RFC 9309 asks for at least 500 KiB."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host's robots.txt says to us. `closed` names why the host may not be asked at all."""

    parser: Protego | None = None
    closed: FailureReason | None = None
    detail: str = ""

    def allows(self, url: str) -> bool:
        """Whether the address may be fetched."""
        return self.parser is None or bool(self.parser.can_fetch(url, ROBOTS_TOKEN))

    @property
    def delay(self) -> float:
        """Seconds that the host wants between requests; 0 where it does not say."""
        value = self.parser.crawl_delay(ROBOTS_TOKEN) if self.parser is not None else None
        seconds = float(value or 0)
        return seconds if 0 < seconds < 1e9 else 0.0

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Sitemap addresses."""
        return tuple(self.parser.sitemaps)[:_MAX_SITEMAPS] if self.parser is not None else ()


def rules_of(status: int, body: bytes) -> Rules:
    """The rules that an answer to /robots.txt means."""
    if status in SILENT:
        return Rules(closed=SILENT[status], detail=f"robots.txt answers with status {status}: nobody behind it answers")
    if status >= 500 or status == 429:
        return Rules(closed=FailureReason.ROBOTS_UNREACHABLE, detail=f"robots.txt answers with status {status}")
    if status >= 400 or b"<html" in body[:1000].lower():
        return Rules()
    text = body[:MAX_ROBOTS].decode("utf-8-sig", errors="ignore").replace("\x00", "")
    rules = Rules(parser=Protego.parse(text))
    if rules.delay > LONGEST_WAIT_SECONDS:
        detail = f"robots.txt asks for {rules.delay:.0f} seconds between two requests, more than a study can wait"
        return Rules(closed=FailureReason.ROBOTS, detail=detail)
    return rules


class RobotsMiddleware:
    """Fetches each host's robots.txt once and holds back what it forbids."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise RobotsForbidError or RobotsUnreachableError for what may not be fetched."""
        if request.meta.get("is_robots"):
            return
        rules = await self._rules_for(request)
        if rules.closed is not None:
            raise RobotsUnreachableError(rules.closed, rules.detail)
        if not rules.allows(request.url):
            raise RobotsForbidError(f"robots.txt of {urlsplit(request.url).netloc} asks not to fetch this address")

    async def _rules_for(self, request: Request) -> Rules:
        origin = origin_of(request.url)
        if origin not in self._rules:
            self._rules[origin] = asyncio.get_running_loop().create_future()
            rules = await self._read(origin, request)
            self._rules[origin].set_result(rules)
            if rules.closed in SILENCES:
                del self._rules[origin]  # the host did not answer at all: the next attempt asks again
            return rules
        return await self._rules[origin]

    async def _read(self, origin: str, request: Request) -> Rules:
        spider = running_spider(self._crawler)
        stored = spider.stored_robots.get(f"{origin}/robots.txt")
        if stored is not None:
            rules = rules_of(*stored)
        else:
            rules = await self._fetch(f"{origin}/robots.txt")
        if rules.delay:
            spider.politeness.want_delay(request.url, rules.delay)
        if rules.closed is None:
            spider.reader.read_robots(origin, rules.sitemaps)
        return rules

    async def _fetch(self, url: str) -> Rules:
        for hop in range(_MAX_HOPS):
            meta = {"is_robots": True, "note": {"kind": "robots"}, **partially(MAX_ROBOTS)}
            request = Request(url, callback=NO_CALLBACK, meta=meta)
            try:
                response: Response = await self._crawler.engine.download_async(request)
            except Exception as error:  # noqa: BLE001 - any failure closes the host, and is a row of the evidence
                reason, detail = failure_of(error)
                if reason not in SILENCES or (
                    hop and reason is FailureReason.PRIVATE_ADDRESS
                ):  # it answers, but with nothing that can be read
                    reason = FailureReason.ROBOTS_UNREACHABLE
                return Rules(closed=reason, detail=f"robots.txt: {detail}")
            location = response.headers.get(b"Location")
            if not 300 <= response.status < 400 or location is None:
                return rules_of(response.status, response.body)
            target = normalise_url(location.decode("latin-1"), url)
            if target is None:
                return Rules()
            url = target
        return Rules()
