"""The one spider, for any municipality: Scrapy's handle on a crawl, which does the work (`crawler.wire.context`)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler

from crawler.reading.plan import Plan
from crawler.wire.context import Crawl
from study import WarcWriter


class MunicipalitySpider(Spider):
    """Crawls one municipality into its evidence."""

    name = "municipality"

    def __init__(self, plan: Plan, writer: WarcWriter) -> None:
        super().__init__()
        self.crawl = Crawl(plan, writer)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> MunicipalitySpider:
        """Made by Scrapy."""
        spider: MunicipalitySpider = super().from_crawler(crawler, *args, **kwargs)
        spider.crawl.attach(crawler)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Go on from the evidence, or begin at the front pages; the requests are made by the scheduler."""
        self.crawl.go_on()
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request
