"""Scrapy settings of the crawler, a reason beside each number. What a study may choose comes from study.toml."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from study import CrawlSection
from taxonomy import DEFAULTS

BOT_NAME = "kuntatutka"
SPIDER_MODULES = ["crawler.spiders"]
ROBOTS_TOKEN = "kuntatutka"
PURPOSE = "study of municipal services"  # what a server's keeper reads in the log

# How often a failing address is tried in all, and how long the first pause is; each next one is four times as long.
ATTEMPTS = 3
RETRY_SECONDS = 5.0
# A server that asks for more than this (Retry-After, Crawl-delay) is waited for only so long.
LONGEST_WAIT_SECONDS = 300.0


def software_version() -> str:
    """Version of the installed program; "0" where it runs from a bare source tree."""
    try:
        return version("kuntatutka")
    except PackageNotFoundError:
        return "0"


def user_agent(contact: str) -> str:
    """Who we are, for every server that is asked."""
    about = f"{PURPOSE}; +{contact}" if contact else PURPOSE
    return f"kuntatutka/{software_version()} ({about})"


_SAME_FOR_ALL: dict[str, Any] = {
    "BOT_NAME": BOT_NAME,
    "SPIDER_MODULES": SPIDER_MODULES,
    # One request at a time to a host; several hosts may be asked side by side.
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY_JITTER": 0,  # "at least" is a promise; jitter would go below it
    "AUTOTHROTTLE_MAX_DELAY": 30.0,
    "DOWNLOAD_WARNSIZE": 0,
    # A page cut short still holds links and words; the flag "dataloss" is kept with it.
    "DOWNLOAD_FAIL_ON_DATALOSS": False,
    "TWISTED_DNS_RESOLVER": "crawler.wire.guarding.GuardedResolver",
    "DOWNLOADER_CLIENTCONTEXTFACTORY": "crawler.wire.certificates.TellingContextFactory",
    "DNS_TIMEOUT": 20,
    "DOWNLOAD_HANDLERS": {
        "http": "crawler.wire.handler.Handler",
        "https": "crawler.wire.handler.Handler",
        "file": None,
        "ftp": None,
        "data": None,
        "s3": None,
    },
    "SCHEDULER": "crawler.wire.scheduler.FrontierScheduler",
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "crawler.wire.guarding.GuardMiddleware": 50,
        "crawler.wire.robots.RobotsMiddleware": 100,
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        "crawler.wire.bounds.DecodingMiddleware": 590,
        "crawler.wire.bounds.BoundedCookiesMiddleware": 700,
        "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
        "crawler.wire.politeness.PolitenessMiddleware": 800,
        "crawler.wire.archive.ArchiveMiddleware": 950,
    },
    # Redirects, retries, depth and duplicates are the frontier's business, so Scrapy's own are left out.
    "SPIDER_MIDDLEWARES_BASE": {"scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25},
    "HTTPERROR_ALLOW_ALL": True,
    "EXTENSIONS_BASE": {
        "scrapy.extensions.corestats.CoreStats": 0,
        "scrapy.extensions.memusage.MemoryUsage": 0,
        "scrapy.extensions.closespider.CloseSpider": 0,
        "crawler.wire.politeness.PoliteThrottle": 0,
        "crawler.wire.accounting.Accounting": 0,
        "crawler.wire.bounds.PartialReading": 0,
    },
    "MEMUSAGE_LIMIT_MB": 1500,  # a leak ends one municipality, not the machine
    "TELNETCONSOLE_ENABLED": False,
    "LOG_LEVEL": "INFO",
    "LOG_VERSIONS": [],
    "LOG_FILE_APPEND": True,
    "LOGSTATS_INTERVAL": 60.0,
    "STATS_DUMP": False,
    "REACTOR_THREADPOOL_MAXSIZE": 8,
}


def build_settings(crawl: CrawlSection, languages: tuple[str, ...], log_file: str | None) -> dict[str, Any]:
    """Settings of one municipality's crawl."""
    return {
        **_SAME_FOR_ALL,
        "USER_AGENT": user_agent(crawl.contact),
        "ALLOW_PRIVATE_HOSTS": list(crawl.allow_private_hosts),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,application/xml;q=0.8,*/*;q=0.5",
            "Accept-Language": ",".join((*languages, f"{DEFAULTS.common_language};q=0.5")),
        },
        "DOWNLOAD_DELAY": crawl.delay_seconds,
        # A slow server is asked less often; on test servers with delay 0 there is nothing to throttle.
        "AUTOTHROTTLE_ENABLED": crawl.delay_seconds > 0,
        "AUTOTHROTTLE_START_DELAY": crawl.delay_seconds,
        "DOWNLOAD_TIMEOUT": crawl.response_timeout_seconds,
        "DOWNLOAD_MAXSIZE": int(crawl.max_response_mb * 1_000_000),
        "CLOSESPIDER_TIMEOUT": crawl.time_limit_minutes * 60,
        "LOG_FILE": log_file,
    }
