"""The running crawl of one municipality, as Scrapy's parts share it: its plan, its reader, what is under way."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from datetime import UTC, datetime
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.events import emit
from crawler.manners.gate import HostGate
from crawler.manners.guard import Guard
from crawler.reading.entries import Entry, Kind
from crawler.reading.frontier import Frontier
from crawler.reading.plan import Answer, Plan
from crawler.reading.reader import SiteReader
from crawler.reading.replay import Replay
from crawler.reading.site import Place
from crawler.reading.sitemaps import MAX_BYTES as MAX_SITEMAP
from crawler.settings import user_agent
from study import StorageError, WarcWriter, media_type, read_events

from .bounds import partially
from .delays import Delays
from .failures import HeldElsewhereError, failure_of

if TYPE_CHECKING:
    from crawler.browser.session import BrowserSession

_log = logging.getLogger(__name__)


class Crawl:
    """One municipality's crawl: joins Scrapy to the reader, the frontier and the evidence."""

    def __init__(self, plan: Plan, writer: WarcWriter) -> None:
        self.plan, self.code, self.writer = plan, plan.municipality.code, writer
        self.delays = Delays()
        self.gate = HostGate(plan.folder.state / "hosts", self.code)
        self.reader = SiteReader(plan, self._note, self.gate.holder_of)
        self.in_flight: Counter[str] = Counter()
        self.under_way: dict[str, float] = {}
        self.stored_robots: dict[str, tuple[int, bytes]] = {}
        self.replayed = 0
        self.issuers: dict[str, str] = {}
        """Hosts whose certificate is not accepted as sent, and where a browser finds what is missing, if anywhere."""
        self.storage_error: StorageError | None = None
        self.is_live = False
        """Whether the evidence has been replayed, so that answers from here on are new."""
        self._crawler: Crawler | None = None
        self._browser: BrowserSession | None = None

    def attach(self, crawler: Crawler) -> None:
        """Know Scrapy's side of the crawl."""
        self._crawler = crawler
        self.delays.attach(crawler)

    @property
    def frontier(self) -> Frontier:
        """What is still to be fetched."""
        return self.reader.frontier

    def go_on(self) -> None:
        """Begin at the front pages, or go on from the evidence."""
        self.reader.begin()
        replay = Replay(self.reader, datetime.now(UTC))
        limit = int(self.plan.folder.config.crawl.max_response_mb * 1_000_000)
        replay.run(read_events(self.plan.folder.warc_files(self.code), body_limit=limit))
        self.replayed, self.stored_robots = replay.answers, replay.robots
        self.is_live = True
        if self.replayed:
            _log.info("%s: goes on after %d stored answers", self.code, self.replayed)
        emit("started", self.code, pages=self.reader.tally.pages, detail=self.plan.municipality.website)

    def request_for(self, entry: Entry) -> Request:
        """The request that fetches an entry of the frontier; it is under way from now on."""
        note = {"kind": entry.kind.value, "depth": entry.depth, "attempt": entry.attempts}
        meta: dict[str, Any] = {"entry": entry, "note": note if entry.via is None else {**note, "via": entry.via}}
        if entry.kind is Kind.RENDER:
            meta |= {"render": True, "refers_to": entry.refers_to, "patient": entry.is_filled}
        if entry.kind is Kind.SITEMAP:
            meta |= partially(MAX_SITEMAP)
        self.under_way[entry.url] = time.monotonic()
        self.in_flight[entry.host] += 1
        return Request(entry.url, callback=self.take, errback=self.fail, dont_filter=True, meta=meta)

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

    def take(self, response: Response) -> None:
        """A live answer."""
        entry = self._landed(response.meta)
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

    def fail(self, failure: Failure) -> None:
        """A live request that gave no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        entry = self._landed(request.meta)
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

    def give_up(self, error: StorageError) -> None:
        """The disk refuses: stop now, keep what is whole, tell whoever started us."""
        if self.storage_error is None and self._crawler is not None:
            self.storage_error = error
            emit("storage", self.code, detail=error.message, hint=error.hint)
            asyncio.get_running_loop().create_task(self._crawler.engine.close_spider_async(reason="storage"))

    def certificate(self, host: str, problem: str, issuer: str) -> None:
        """A host's certificate is not accepted as it is sent; it is read all the same, and that is told."""
        if host not in self.issuers:
            self.issuers[host] = issuer
            self.writer.write_json("certificate", {"problem": problem, "issuer": issuer}, url=f"https://{host}/")
            self.reader.note_certificate(host, problem)

    def _landed(self, meta: dict[str, Any]) -> Entry:
        entry: Entry = meta["entry"]
        self.under_way.pop(entry.url, None)
        self.in_flight[entry.host] -= 1
        return entry

    def _note(self, kind: str, data: Any, url: str) -> None:
        if self.is_live:
            self.writer.write_json(kind, data, url=url)


def running_crawl(crawler: Crawler) -> Crawl:
    """The crawl that a running Scrapy is about; there is one spider only, and it holds it."""
    return cast("Crawl", vars(crawler.spider)["crawl"])
