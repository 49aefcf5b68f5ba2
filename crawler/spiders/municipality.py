"""The one spider: reads the sites of any municipality, promising links first.

It joins Scrapy to the reader (what an answer means), the frontier (what is next) and the evidence (what is kept).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.events import emit
from crawler.manners.gate import HostGate
from crawler.manners.guard import Guard
from crawler.reading.frontier import Entry, Frontier, Kind
from crawler.reading.reader import Answer, Plan, SiteReader
from crawler.reading.replay import Replay
from crawler.reading.site import Place
from crawler.reading.sitemaps import MAX_BYTES as MAX_SITEMAP
from crawler.reading.tally import Leftover, judge
from crawler.settings import user_agent
from crawler.wire.bounds import partially
from crawler.wire.delays import Delays
from crawler.wire.failures import HeldElsewhereError, failure_of
from study import StorageError, WarcWriter, media_type, read_events

if TYPE_CHECKING:
    from crawler.browser.session import BrowserSession

_log = logging.getLogger(__name__)


class MunicipalitySpider(Spider):
    """Crawls one municipality into its evidence."""

    name = "municipality"

    def __init__(self, plan: Plan, writer: WarcWriter) -> None:
        super().__init__()
        self.plan, self.code, self.writer = plan, plan.municipality.code, writer
        self.politeness = Delays()
        self.gate = HostGate(plan.folder.state / "hosts", self.code)
        self.reader = SiteReader(plan, self._note, self.gate.holder_of)
        self.in_flight: Counter[str] = Counter()
        self.under_way: dict[str, float] = {}
        self.stored_robots: dict[str, tuple[int, bytes]] = {}
        self.replayed = 0
        self._live = False
        self._browser: BrowserSession | None = None
        self._storage_error: StorageError | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> MunicipalitySpider:
        """Made by Scrapy."""
        spider: MunicipalitySpider = super().from_crawler(crawler, *args, **kwargs)
        spider.politeness.attach(crawler)
        return spider

    @property
    def frontier(self) -> Frontier:
        """What is still to be fetched."""
        return self.reader.frontier

    async def start(self) -> AsyncIterator[Request]:
        """Go on from the evidence, or begin at the front pages; the requests are made by the scheduler."""
        self.reader.begin()
        replay = Replay(self.reader, datetime.now(UTC))
        limit = int(self.plan.folder.config.crawl.max_response_mb * 1_000_000)
        replay.run(read_events(self.plan.folder.warc_files(self.code), body_limit=limit))
        self.replayed, self.stored_robots = replay.answers, replay.robots
        self._live = True
        if self.replayed:
            _log.info("%s: goes on after %d stored answers", self.code, self.replayed)
        emit("started", self.code, pages=self.reader.tally.pages, detail=self.plan.municipality.website)
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    def request_for(self, entry: Entry) -> Request:
        """The request that fetches an entry of the frontier."""
        note = {"kind": entry.kind.value, "depth": entry.depth, "attempt": entry.attempts}
        meta: dict[str, Any] = {"entry": entry, "note": note if entry.via is None else {**note, "via": entry.via}}
        if entry.kind is Kind.RENDER:
            meta |= {"render": True, "refers_to": entry.refers_to}
        if entry.kind is Kind.SITEMAP:
            meta |= partially(MAX_SITEMAP)
        self.under_way[entry.url] = time.monotonic()
        return Request(entry.url, callback=self.on_response, errback=self.on_failure, dont_filter=True, meta=meta)

    def is_shared(self, host: str) -> bool:
        """Whether other crawls of the study may visit this host too."""
        return self.reader.site.place(host) is not Place.OWN or host in self.plan.shared_hosts

    def browser(self) -> BrowserSession:
        """The browser, made when the first page needs it."""
        if self._browser is None:
            from crawler.browser.session import BrowserSession

            crawl = self.plan.folder.config.crawl
            languages = self.plan.municipality.languages or tuple(self.plan.taxonomy.country.study_languages)
            self._browser = BrowserSession(Guard(crawl.allow_private_hosts), user_agent(crawl.contact), languages)
        return self._browser

    async def close_browser(self) -> None:
        """End the browser if there is one."""
        if self._browser is not None:
            await self._browser.close()
            self._browser = None

    def on_response(self, response: Response) -> None:
        """A live answer."""
        entry: Entry = response.meta["entry"]
        self.under_way.pop(entry.url, None)
        self.in_flight[entry.host] -= 1
        headers = {
            name.decode("latin-1").lower(): b",".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        headers.setdefault("date", formatdate(usegmt=True))  # for Retry-After with a date
        content_type = media_type(headers.get("content-type", ""))
        record_id = response.meta.get("record_id", "")
        _log.info("%d %s %s", response.status, entry.kind.value, response.url)
        shown_at = response.meta.get("rendered", {}).get("final_url") or response.url
        answer = Answer(shown_at, response.status, headers, response.body, content_type, record_id)
        try:
            self.reader.take(entry, answer, time.monotonic())
        finally:
            self.frontier.release(entry)

    def on_failure(self, failure: Failure) -> None:
        """A live request that gave no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        entry: Entry = request.meta["entry"]
        self.under_way.pop(entry.url, None)
        self.in_flight[entry.host] -= 1
        error = failure.value or RuntimeError("unknown failure")
        if isinstance(error, HeldElsewhereError):
            self.reader.held_elsewhere(entry, error.code)
            return
        reason, detail = failure_of(error)
        if request.meta.get("proxy"):
            detail += f" (through the proxy {request.meta['proxy']})"
        if isinstance(error, IgnoreRequest):
            # Refused before anything went over the wire, so the archive next to the wire has not seen it.
            self.writer.write_failure(entry.url, reason, detail, datetime.now(UTC), request.meta["note"])
        _log.info("%s %s %s: %s", reason.value, entry.kind.value, entry.url, detail)
        self.reader.fail(entry, reason, detail, time.monotonic())

    async def give_up(self, error: StorageError) -> None:
        """The disk refuses: stop now, keep what is whole, tell whoever started us."""
        if self._storage_error is None:
            self._storage_error = error
            emit("storage", self.code, detail=error.message, hint=error.hint)
            asyncio.get_running_loop().create_task(self.crawler.engine.close_spider_async(reason="storage"))

    def finish(self, closed_by: str, started_at: datetime) -> None:
        """Write how the crawl ended and close the evidence."""
        if self._storage_error is not None or not self._live:
            return  # an end that was not reached is not written: the next crawl goes on from here
        left = self.frontier.promising_left()
        tally = self.reader.tally
        leftover = Leftover(len(left), self.frontier.unread_pages())
        verdict = judge(tally, leftover, closed_by)
        for rule, count in sorted(self.frontier.refused.items())[:200]:
            self.writer.write_json("trap", {"rule": rule, "addresses": count})
        for entry in left[:50]:
            self.writer.write_json("unread", {"services": sorted(entry.services)}, url=entry.url)
        counters = {**tally.counters(), "promising_left": leftover.promising, "unread": leftover.unread}
        counters["budget"] = self.plan.budget.pages
        ended_at = datetime.now(UTC)
        self.writer.write_crawl_end(
            verdict.status, verdict.reason, counters, started_at=started_at, ended_at=ended_at, detail=verdict.detail
        )
        self.writer.close()
        reason = verdict.reason.value if verdict.reason else None
        emit("ended", self.code, status=verdict.status.value, reason=reason, detail=verdict.detail, pages=tally.pages)

    def _note(self, kind: str, data: Any, url: str) -> None:
        if self._live:
            self.writer.write_json(kind, data, url=url)
