"""The one spider: reads the sites of any municipality, promising links first.

What a fetched answer means is decided in `take`, for live answers and for stored ones alike: a crawl that was stopped
goes on by reading its own evidence again.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure
from w3lib.encoding import html_to_unicode

from crawler.accounting import Tally, emit, judge
from crawler.blocks import REFUSING, RETRIED, is_challenge
from crawler.failures import failure_of
from crawler.frontier import PROMISING, Budget, Entry, Frontier, Kind
from crawler.gate import HostGate
from crawler.links import FoundLink, LinkPage, read_links
from crawler.politeness import HeldElsewhereError, Politeness
from crawler.scoring import EserviceCues, LinkScorer
from crawler.settings import LONGEST_WAIT_SECONDS, RETRY_SECONDS
from crawler.site import OwnSite, Place
from crawler.sitemaps import read_sitemap
from study import (
    FailureReason,
    StoredDocument,
    StudyFolder,
    StudyMunicipality,
    WarcWriter,
    address_key,
    host_of,
    is_asset_url,
    is_file_url,
    normalise_url,
    read_events,
    readable_path,
)
from taxonomy import Taxonomy

_ZONE_WORTH = {"nav": 0.2, "main": 0.1, "footer": 0.0}
_HTML_TYPES = ("text/html", "application/xhtml+xml", "")


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one municipality's crawl is given."""

    folder: StudyFolder
    municipality: StudyMunicipality
    taxonomy: Taxonomy
    budget: Budget
    shared_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, live or stored; header names are lower-case, the body is decoded."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    content_type: str
    record_id: str


class MunicipalitySpider(Spider):
    """Crawls one municipality into its evidence."""

    name = "municipality"

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan, self.code = plan, plan.municipality.code
        self.frontier, self.tally = Frontier(plan.budget), Tally()
        self.site = OwnSite(plan.municipality)
        self.politeness = Politeness()
        self.gate = HostGate(plan.folder.state / "hosts", self.code)
        self.in_flight: Counter[str] = Counter()
        self.stored_robots: dict[str, tuple[int, bytes]] = {}
        self.replayed = 0
        self._scorer = LinkScorer(plan.taxonomy, plan.municipality.languages)
        self._eservices = EserviceCues(plan.taxonomy)
        self._seen_links: set[tuple[str, str]] = set()
        self._live = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> MunicipalitySpider:
        """Made by Scrapy."""
        spider: MunicipalitySpider = super().from_crawler(crawler, *args, **kwargs)
        spider.politeness.attach(crawler)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Go on from the evidence, or begin at the front pages; requests are made by the scheduler."""
        self.begin()
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    def begin(self) -> None:
        """Open the evidence, replay what it holds, and queue the front pages."""
        self.writer = WarcWriter(self.plan.folder.evidence, self.code)
        for url in self.site.start_urls(self.plan.municipality):
            target = normalise_url(url)
            if target is not None:
                self.frontier.offer(Entry(target, Kind.FRONT, depth=0))
        self._replay()
        self._live = True
        emit("started", self.code, resumed=self.replayed, url=self.plan.municipality.website)

    def request_for(self, entry: Entry) -> Request:
        """The request that fetches an entry of the frontier."""
        note = {"kind": entry.kind.value, "depth": entry.depth, "via": entry.via, "attempt": entry.attempts}
        return Request(
            entry.url,
            callback=self.on_response,
            errback=self.on_failure,
            dont_filter=True,
            meta={"entry": entry, "note": {k: v for k, v in note.items() if v is not None}},
        )

    def is_shared(self, host: str) -> bool:
        """Whether other crawls of the study may visit this host too."""
        return self.site.place(host) is not Place.OWN or host in self.plan.shared_hosts

    def on_response(self, response: Response) -> None:
        """A live answer."""
        entry: Entry = response.meta["entry"]
        self.in_flight[entry.host] -= 1
        headers = {
            name.decode("latin-1").lower(): b",".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        content_type = headers.get("content-type", "").split(";")[0].strip().lower()
        record_id = response.meta.get("record_id", "")
        self.take(entry, Answer(response.url, response.status, headers, response.body, content_type, record_id))

    def on_failure(self, failure: Failure) -> None:
        """A live request that gave no answer."""
        entry: Entry = failure.request.meta["entry"]  # type: ignore[attr-defined]
        self.in_flight[entry.host] -= 1
        error = failure.value or RuntimeError("unknown failure")
        if isinstance(error, HeldElsewhereError):
            self.frontier.settle(entry, counted=False)
            self.writer.write_json("held-elsewhere", {"code": error.code, "via": entry.via}, url=entry.url)
            return
        reason, detail = failure_of(error)
        if reason in (FailureReason.ROBOTS, FailureReason.PRIVATE_ADDRESS, FailureReason.ROBOTS_UNREACHABLE):
            note = {"kind": entry.kind.value, "via": entry.via, "attempt": entry.attempts}
            self.writer.write_failure(entry.url, reason, detail, datetime.now(UTC), note)
        self.fail(entry, reason, detail)

    def on_sitemaps(self, origin: str, listed: Iterable[str]) -> None:
        """A host's robots.txt was read: queue the sitemaps it names, or the usual one."""
        if self.site.place(host_of(origin)) is not Place.OWN:
            return
        for url in [normalise_url(item, origin) for item in listed] or [f"{origin}/sitemap.xml"]:
            if url is not None and self.site.place(host_of(url)) is not Place.FOREIGN:
                self.frontier.offer(Entry(url, Kind.SITEMAP, depth=0, via=f"{origin}/robots.txt"))

    def fail(self, entry: Entry, reason: FailureReason, detail: str) -> None:
        """An address gave no answer: try again later, or count it."""
        own = self.site.place(entry.host) is Place.OWN and entry.kind is not Kind.SITEMAP
        if reason is FailureReason.ROBOTS:
            self.frontier.settle(entry, counted=False)
            if own:
                self.tally.robots_forbidden += 1
                uncovered = any(
                    score >= PROMISING and not self.frontier.covered[service]
                    for service, score in entry.services.items()
                )
                self.tally.promising_forbidden += uncovered
            return
        transient = reason in (FailureReason.TIMEOUT, FailureReason.CONNECTION_LOST, FailureReason.REFUSED)
        transient = transient or reason in (FailureReason.DNS, FailureReason.TLS, FailureReason.OTHER)
        if transient and self.frontier.retry(entry, self._later(entry)):
            return
        self.frontier.settle(entry)
        if own:
            self.tally.failures[reason] += 1
            self.tally.last_trouble = f"{entry.url}: {detail}"

    def take(self, entry: Entry, answer: Answer) -> None:
        """What an answer means: further addresses, another attempt, a page read."""
        status, own = answer.status, self.site.place(host_of(answer.url)) is not Place.FOREIGN
        location = answer.headers.get("location")
        if 300 <= status < 400 and location:
            self._redirect(entry, normalise_url(location, answer.url))
            return
        if status in RETRIED and self.frontier.retry(entry, self._later(entry, answer.headers.get("retry-after"))):
            return
        self.frontier.settle(entry)
        if entry.kind is Kind.SITEMAP:
            if status == 200:
                self._read_sitemap(entry, answer)
            return
        if status >= 400:
            if own:
                self._refused(answer)
            return
        if entry.kind is Kind.DOCUMENT or answer.content_type not in _HTML_TYPES:
            self.tally.documents += 1
            return
        self._read_page(entry, answer, own)

    def finish(self, closed_by: str, started_at: datetime) -> None:
        """Write how the crawl ended and close the evidence."""
        left = self.frontier.promising_left()
        verdict = judge(self.tally, len(left), closed_by)
        for rule, count in sorted(self.frontier.refused.items())[:200]:
            self.writer.write_json("trap", {"rule": rule, "addresses": count})
        for entry in left[:50]:
            self.writer.write_json("unread", {"services": sorted(entry.services)}, url=entry.url)
        self.writer.write_crawl_end(
            verdict.status,
            verdict.reason,
            {**self.tally.counters(), "promising_left": len(left), "budget": self.plan.budget.pages},
            started_at=started_at,
            ended_at=datetime.now(UTC),
            detail=verdict.detail,
        )
        self.writer.close()
        emit(
            "ended",
            self.code,
            status=verdict.status.value,
            reason=verdict.reason.value if verdict.reason else None,
            detail=verdict.detail,
            pages=self.tally.pages,
        )

    def _later(self, entry: Entry, retry_after: str | None = None) -> float:
        """When a failed address may be tried again; a Retry-After shuts the whole host until then."""
        if not self._live:
            return 0.0
        now = time.monotonic()
        wait = RETRY_SECONDS * 4.0 ** (entry.attempts - 1)
        if self.plan.folder.config.crawl.delay_seconds == 0:
            wait = 0.2 * entry.attempts
        if retry_after and retry_after.strip().isdigit():
            wait = min(float(retry_after), LONGEST_WAIT_SECONDS)
            self.frontier.hold_host(entry.host, now + wait)
        return now + wait

    def _redirect(self, entry: Entry, target: str | None) -> None:
        self.frontier.settle(entry, counted=False)
        own = self.site.place(entry.host) is not Place.FOREIGN
        if own:
            self.tally.redirects += 1
            self.tally.last_trouble = f"{entry.url} redirects to {target}"
        if target is None or target == entry.url:
            return
        kind, host = entry.kind, host_of(target)
        if kind is Kind.FRONT and self.site.may_adopt(host):
            self.site.adopt(host)
        if own and self.site.place(host) is Place.FOREIGN:
            if not self._eservices.is_eservice(target, "", entry.services):
                return
            kind = Kind.ESERVICE
        moved = Entry(target, kind, entry.depth, entry.url, entry.services, entry.hub, entry.base + 0.3, entry.hops + 1)
        self.frontier.offer(moved, redirected=True)

    def _refused(self, answer: Answer) -> None:
        self.tally.last_trouble = f"{answer.url} answers with status {answer.status}"
        if answer.status in REFUSING:
            self.tally.refused += 1
        elif answer.status >= 500:
            self.tally.server_errors += 1
        else:
            self.tally.client_errors += 1

    def _read_sitemap(self, entry: Entry, answer: Answer) -> None:
        sitemap = read_sitemap(answer.body, answer.url)
        for url in sitemap.sitemaps:
            if self.site.place(host_of(url)) is not Place.FOREIGN and entry.depth < 3:
                self.frontier.offer(Entry(url, Kind.SITEMAP, entry.depth + 1, entry.url))
        for url in sitemap.pages:
            if self.site.place(host_of(url)) is Place.OWN and not is_asset_url(url) and not is_file_url(url):
                promise = self._scorer.score("", readable_path(url))
                self.frontier.offer(Entry(url, Kind.PAGE, 2, entry.url, promise.services, promise.hub, -0.1))

    def _read_page(self, entry: Entry, answer: Answer, own: bool) -> None:
        html = html_to_unicode(answer.headers.get("content-type"), answer.body)[1]
        page = read_links(html, answer.url)
        if is_challenge(answer.status, answer.headers, html, len(page.links)):
            if own:
                self.tally.challenges += 1
                self.tally.last_trouble = f"{answer.url} shows a challenge instead of the page"
            return
        if entry.kind is Kind.ESERVICE or not own:
            self.tally.eservices += 1
            return
        self.tally.pages += 1
        self.tally.signatures[page.signature] += 1
        self._follow(entry, page)

    def _follow(self, entry: Entry, page: LinkPage) -> None:
        about = self._scorer.score(f"{page.title} {page.heading}", readable_path(entry.url), page.language)
        promising = sum(self._offer_link(entry, page, link, bool(about.services)) for link in page.links)
        if page.refresh_to is not None:
            self._offer_page(entry, FoundLink(page.refresh_to, "", "", "nav", 0), page.language, 0.5)
        for _, url in page.alternates:
            self._offer_page(entry, FoundLink(url, "", "", "nav", 0), page.language, 0.0)
        self.frontier.learn(entry, about.services, promising)

    def _offer_link(self, entry: Entry, page: LinkPage, link: FoundLink, on_service_page: bool) -> bool:
        """Offer one link of a page; true where its words promise a service."""
        if (link.url, link.text) in self._seen_links:
            return False
        self._seen_links.add((link.url, link.text))
        if self.site.place(host_of(link.url)) is Place.FOREIGN:
            self._offer_eservice(entry, link)
            return False
        if is_asset_url(link.url):
            return False
        return self._offer_page(entry, link, page.language, 0.1 if on_service_page else 0.0)

    def _offer_page(self, entry: Entry, link: FoundLink, language: str, extra: float) -> bool:
        place = self.site.place(host_of(link.url))
        if place is Place.FOREIGN:
            return False
        promise = self._scorer.score(f"{link.text} {link.title}".strip(), readable_path(link.url), language)
        if is_file_url(link.url):
            if promise.services or extra:
                self.frontier.offer(
                    Entry(link.url, Kind.DOCUMENT, entry.depth + 1, entry.url, promise.services, 0.0, extra)
                )
            return False
        if place is Place.SIBLING and not promise.services and not promise.hub:
            return False
        self.frontier.offer(
            Entry(
                link.url,
                Kind.PAGE,
                entry.depth + 1,
                entry.url,
                promise.services,
                promise.hub,
                _ZONE_WORTH[link.zone] + extra,
                sibling=place is Place.SIBLING,
            )
        )
        return bool(promise.services)

    def _offer_eservice(self, entry: Entry, link: FoundLink) -> None:
        words = f"{link.text} {link.title}".strip()
        promise = self._scorer.score(words, readable_path(link.url))
        services = promise.services or entry.services
        if not self._eservices.is_eservice(link.url, words, promise.services):
            return
        holder = self.gate.holder_of(host_of(link.url), address_key(link.url)) if self._live else None
        if holder is not None and not self.frontier.knows(link.url):
            self.writer.write_json("held-elsewhere", {"code": holder, "via": entry.url}, url=link.url)
            return
        self.frontier.offer(Entry(link.url, Kind.ESERVICE, entry.depth + 1, entry.url, services, 0.0, 0.5))

    def _replay(self) -> None:
        """Read our own evidence as if it arrived now: what was fetched is known, what it linked to is queued."""
        for event in read_events(self.plan.folder.warc_files(self.code)):
            if isinstance(event, StoredDocument):
                self._replay_document(event)
        if self.replayed:
            logging.getLogger(__name__).info("%s: goes on after %d stored answers", self.code, self.replayed)

    def _replay_document(self, event: StoredDocument) -> None:
        if event.kind == "robots":
            self.stored_robots[event.url] = (event.status, event.body)
            return
        kind = Kind(event.kind) if event.kind in set(Kind) else Kind.PAGE
        entry = self.frontier.arrive(event.url, kind)
        if entry is None:
            entry = Entry(event.url, kind, event.depth or 0, event.via)
            self.frontier.offer(entry, redirected=True)
            self.frontier.arrive(event.url, kind)
        self.replayed += 1
        self.take(
            entry,
            Answer(event.url, event.status, event.headers, event.body, event.content_type, event.record_id),
        )
