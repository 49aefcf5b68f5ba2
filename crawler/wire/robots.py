"""Downloader middleware that obeys robots.txt as RFC 9309 has it: 4xx means open, 5xx and silence mean closed for now.

It also takes the sitemap lines and Crawl-delay. What was fetched in an earlier session of the same crawl is used again.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.manners.robots_reading import RobotsAnswer, read_robots
from crawler.manners.robots_rules import MAX_ROBOTS, Rules, rules_of
from crawler.manners.statuses import SILENCES
from study import origin_of

from .bounds import partially
from .context import running_crawl
from .failures import RobotsForbidError, RobotsUnreachableError, failure_of


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
        crawl = running_crawl(self._crawler)
        stored = crawl.stored_robots.get(f"{origin}/robots.txt")
        if stored is not None:
            rules = rules_of(*stored)
        else:
            rules = await read_robots(f"{origin}/robots.txt", self._ask, failure_of)
        if rules.delay:
            crawl.delays.want_delay(request.url, rules.delay)
        if rules.closed is None:
            crawl.reader.read_robots(origin, rules.sitemaps)
        return rules

    async def _ask(self, url: str) -> RobotsAnswer:
        meta = {"is_robots": True, "note": {"kind": "robots"}, **partially(MAX_ROBOTS)}
        request = Request(url, callback=NO_CALLBACK, meta=meta)
        response: Response = await self._crawler.engine.download_async(request)
        location = response.headers.get(b"Location")
        return RobotsAnswer(response.status, response.body, location.decode("latin-1") if location else None)
