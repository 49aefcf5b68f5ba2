"""The running crawl as Scrapy's components reach it: through the crawler object, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from scrapy.crawler import Crawler

if TYPE_CHECKING:
    from crawler.spiders.municipality import MunicipalitySpider


def running_spider(crawler: Crawler) -> MunicipalitySpider:
    """The spider of a running crawl; there is only this kind."""
    return cast("MunicipalitySpider", crawler.spider)
