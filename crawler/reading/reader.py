"""What an answer means for the rest of the crawl: addresses to queue, another attempt, a page read, a host given up.

The same code reads live answers and stored ones, so a crawl that was stopped goes on from its own evidence. It never
fetches and knows no clock: the caller says what time it is.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from crawler.manners.statuses import RETRIED
from crawler.settings import RETRY_SECONDS
from study import (
    HTML_TYPES,
    FailureReason,
    actual_type,
    address_key,
    forgotten_pages,
    host_of,
    normalise_url,
    origin_of,
    readable_path,
)
from study.document import page_text
from taxonomy import StandIn

from .entries import Entry, Kind
from .fillings import Fillings, said
from .frontier import Frontier
from .links import LinkPage, read_links
from .novelty import Novelty
from .offers import Offers
from .plan import Answer, Plan
from .redirects import Redirects
from .scoring import EserviceCues, LinkScorer
from .site import OwnSite, Place
from .sitemaps import read_sitemap
from .tally import PAGE_FLOOR, Tally
from .trouble import Trouble

_UNHURRIED_SECONDS = 0.2
"""First pause after a failure where the study asks for none between requests: a test server."""
_KNOCKS = 3
"""Challenges of one host that are shown to the browser, as any visitor's would be, before that is left too."""
_WALLS = (StandIn.REFUSAL, StandIn.CHALLENGE, StandIn.CONSENT)
"""What a browser may be let through."""
_SAYS = {
    StandIn.SCRIPTS: "asks for scripts",
    StandIn.LOG_IN: "asks for a log-in",
    StandIn.MISSING: "says that there is no such page",
    StandIn.UNAVAILABLE: "says that the site is out of order",
}
_NO_SITE = (StandIn.MISSING, StandIn.UNAVAILABLE)
"""What a front page says under a name that is not the site's."""


class SiteReader:
    """Routes one municipality's answers to what they mean; holds its frontier, tally and hosts."""

    def __init__(
        self,
        plan: Plan,
        note: Callable[[str, Any, str], None] = lambda kind, data, url: None,
        held_by: Callable[[str, str], str | None] = lambda host, landing: None,
    ) -> None:
        self._plan = plan
        taxonomy, municipality = plan.taxonomy, plan.municipality
        self.frontier = Frontier(plan.budget, forgotten_pages(plan.folder.root))
        self.tally, self.site = Tally(), OwnSite(municipality)
        pause = RETRY_SECONDS if plan.folder.config.crawl.delay_seconds > 0 else _UNHURRIED_SECONDS
        scorer, eservices = LinkScorer(taxonomy, municipality.languages), EserviceCues(taxonomy)
        self._trouble = Trouble(self.frontier, self.tally, self.site, pause)
        self._novelty = Novelty(self.frontier, self.tally, scorer, taxonomy)
        self._redirects = Redirects(self.frontier, self.tally, self.site, eservices, taxonomy)
        self._offers = Offers(self.frontier, self.site, scorer, eservices, taxonomy, note, held_by)
        self._knocks: Counter[str] = Counter()
        self._probed: set[str] = set()
        self._scorer, self._fillings = scorer, Fillings()
        self._front: Entry | None = None
        """The first front page that leads on, until another spelling of it was tried for want of pages."""
        self.held_elsewhere = self._offers.held_elsewhere

    def fail(self, entry: Entry, reason: FailureReason, detail: str, now: float) -> None:
        """An address gave no answer."""
        self._fillings.failed(entry)
        self._trouble.fail(entry, reason, detail, now)
        self._look_elsewhere()

    @property
    def given_up(self) -> list[tuple[Entry, FailureReason]]:
        """Own addresses that were never asked because their host was left in peace, and why it was."""
        return self._trouble.given_up

    def note_certificate(self, host: str, problem: str) -> None:
        """A host's certificate is not accepted as it is sent."""
        if self.site.place(host) is Place.OWN:
            self.tally.certificate = f"{host}: {problem}"

    def begin(self) -> None:
        """Queue the front pages."""
        for url in self.site.start_urls(self._plan.municipality):
            self.frontier.offer(Entry(url, Kind.FRONT, depth=0))

    def reopen(self) -> None:
        """An earlier crawl ended with failures; what failed then is tried again now."""
        self._trouble.forget()

    def read_robots(self, origin: str, sitemaps: Iterable[str]) -> None:
        """A host's robots.txt was read: queue the sitemaps it names, on whatever host, or the usual one."""
        if self.site.place(host_of(origin)) is not Place.OWN:
            return
        for url in [normalise_url(item, origin) for item in sitemaps] or [f"{origin}/sitemap.xml"]:
            if url is not None:
                self.frontier.offer(Entry(url, Kind.SITEMAP, depth=0, via=f"{origin}/robots.txt"))

    def take(self, entry: Entry, answer: Answer, now: float) -> None:
        """What an answer means."""
        self._take(entry, answer, now)
        self._look_elsewhere()

    def _take(self, entry: Entry, answer: Answer, now: float) -> None:
        if entry.kind is Kind.PROBE:
            self.frontier.settle(entry)
            return
        location = _location(answer.headers)
        if 300 <= answer.status < 400 and location:
            entry.cookie = entry.cookie or "set-cookie" in answer.headers
            target = normalise_url(location, answer.url)
            self._redirects.take(entry, target, now, is_own=self._trouble.is_own(entry))
            return
        if answer.status in RETRIED:
            if self._trouble.is_put_off(entry, answer, now):
                return
        elif answer.status < 400:
            self._trouble.answered(entry.host)
        if entry.kind is Kind.SITEMAP:
            self._read_sitemap(entry, answer)
        elif not 200 <= answer.status < 300:
            self._trouble.refuse(entry, answer)
        elif entry.kind is Kind.RENDER:
            self._read_rendered(entry, answer)
        elif actual_type(answer.content_type, answer.body) in HTML_TYPES:
            self._read_page(entry, answer)
        else:
            self.frontier.settle(entry)
            self.tally.documents += 1

    def _read_sitemap(self, entry: Entry, answer: Answer) -> None:
        self.frontier.settle(entry)
        sitemap = read_sitemap(answer.body, answer.url) if answer.status == 200 else None
        if sitemap is not None and (sitemap.pages or sitemap.sitemaps):
            self.tally.sitemaps += 1
            self._offers.map(entry, sitemap)
        elif (entry.via or "").endswith("/robots.txt"):  # named there and switched off: the usual one may be there
            self.frontier.offer(entry.instead(f"{origin_of(entry.via or '')}/sitemap.xml", Kind.SITEMAP))

    def _read_page(self, entry: Entry, answer: Answer) -> None:
        html = page_text(answer.body, answer.headers.get("content-type", ""))
        page = read_links(html, answer.url, answer.headers)
        is_page = page.is_shell or page.refresh_to is not None  # a browser, or the next address, tells more
        if page.stand_in in _WALLS or (page.stand_in and not is_page and self._trouble.is_own(entry)):
            self._stood_in(entry, answer, page.stand_in)
            return
        self.frontier.settle(entry)
        self._trouble.served(entry.host)
        if page.is_shell and self._plan.budget.renders:
            self._offer_rendering(entry, answer)
        if entry.kind is Kind.ESERVICE or self.site.place_of(answer.url) is Place.FOREIGN:
            self.tally.eservices += 1
            return
        if page.is_shell and not page.refresh_to:
            self.tally.shells += 1
        elif not page.has_content:
            self.tally.empty += 1
        else:
            self._novelty.count(entry, page)
        if entry.kind is Kind.FRONT:
            self._look_at_front(entry, page)
        self._follow(entry, page)
        self._probe(entry)
        self._fill(entry, answer, page, html)

    def _fill(self, entry: Entry, answer: Answer, page: LinkPage, html: str) -> None:
        """Let a browser open a page as well whose scripts may show more of a service than its markup."""
        if page.is_shell or not self._plan.budget.renders:
            return
        about = self._scorer.score(f"{page.title} {page.heading}".strip(), readable_path(entry.url), page.language)
        gaps = self._fillings.gaps(entry, html, about.services, about.hub)
        if gaps:
            self._offer_rendering(entry, answer, gaps=gaps, words=said(html))

    def _look_at_front(self, entry: Entry, page: LinkPage) -> None:
        """A front page that leads nowhere is a parked name; one under another spelling is told."""
        leads_on = page.is_shell or page.refresh_to or any(self._is_inside(link.url, entry.url) for link in page.links)
        if not leads_on and not entry.guess:
            self.tally.last_trouble = f"{entry.url} shows a page that leads nowhere"
            self._trouble.other_spelling(entry, FailureReason.TOO_FEW_PAGES)
        elif leads_on and not entry.guess:
            self._front = self._front or entry
        elif leads_on and self.tally.signatures[page.signature] <= 1:  # else it shows what the other spelling does
            self.tally.found_at = f"{self.tally.front_trouble}; the site was read at {entry.url}"

    def _look_elsewhere(self) -> None:
        """Where all that a front page led to is read and is no site, its other spelling may lead to one."""
        if self._front is None or self.tally.distinct >= PAGE_FLOOR or self.frontier.has_pending():
            return
        if self.tally.refused or self.tally.challenges:
            return
        front, self._front = self._front, None
        self.tally.last_trouble = f"{front.url} leads to no site"
        self._trouble.other_spelling(front, FailureReason.TOO_FEW_PAGES)

    def _is_inside(self, url: str, front: str) -> bool:
        return self.site.place_of(url) is not Place.FOREIGN and address_key(url) != address_key(front)

    def _probe(self, entry: Entry) -> None:
        """Ask an own host once for an address that cannot exist, for by it pages that are gone are known."""
        if self._trouble.is_own(entry) and entry.host not in self._probed:
            self._probed.add(entry.host)
            name = hashlib.sha256(entry.host.encode()).hexdigest()
            self.frontier.offer(entry.follow(f"{origin_of(entry.url)}/{name[:12]}", Kind.PROBE))

    def _stood_in(self, entry: Entry, answer: Answer, kind: StandIn) -> None:
        """Something stands in place of the page: whoever put it there, it is no page of the municipality's."""
        if kind in _WALLS:
            self._challenged(entry, answer)
        elif kind is StandIn.MISSING:
            self.frontier.settle(entry)
            self._trouble.served(entry.host)
            self.tally.missing += 1
        elif kind is StandIn.UNAVAILABLE:
            self._trouble.settle(entry)
            self.tally.server_errors += 1
        elif kind is StandIn.SCRIPTS and self._plan.budget.renders:
            self.frontier.settle(entry)
            self._offer_rendering(entry, answer)
            self.tally.shells += 1
        else:
            self._trouble.settle(entry)
            self.tally.refused += 1
        self._tell(entry, answer, kind)

    def _tell(self, entry: Entry, answer: Answer, kind: StandIn) -> None:
        """Keep what is wrong in words; a front page that says so may stand under a name that is not the site's."""
        is_no_site = kind in _NO_SITE and entry.kind is Kind.FRONT
        if kind in _SAYS and (kind is not StandIn.MISSING or is_no_site):
            self.tally.last_trouble = f"{answer.url} {_SAYS[kind]}"
        if is_no_site:
            self._trouble.other_spelling(entry, FailureReason.TOO_FEW_PAGES)

    def _challenged(self, entry: Entry, answer: Answer) -> None:
        """A challenge instead of the page. A browser that says who it is may be let through; nothing else is tried."""
        self._trouble.settle(entry)
        if not self._trouble.is_own(entry):
            return
        self.tally.challenges += 1
        self.tally.last_trouble = f"{answer.url} shows a refusal or a challenge instead of the page"
        if self._plan.budget.renders and self._knocks[entry.host] < _KNOCKS:
            self._knocks[entry.host] += 1
            self._offer_rendering(entry, answer, challenged=True)
        self._trouble.count(entry.host, FailureReason.BLOCK_PAGE)

    def _offer_rendering(self, entry: Entry, answer: Answer, **why: Any) -> None:
        known = {"via": entry.via, "refers_to": answer.record_id or None, "landing": entry.kind is Kind.ESERVICE}
        self.frontier.offer(entry.instead(answer.url, Kind.RENDER, **known, **why))

    def _read_rendered(self, entry: Entry, answer: Answer) -> None:
        self.frontier.settle(entry)
        self.tally.rendered += 1
        if entry.landing:
            return
        html = page_text(answer.body, "text/html; charset=utf-8")
        page = read_links(html, answer.url)
        if entry.gaps:
            if self._fillings.learn(entry, html) and page.stand_in is None:
                self._follow(entry, page)
            return
        if entry.challenged:
            if page.stand_in is not None or not page.has_content:
                return
            self._knocks[entry.host] = 0
            self._trouble.served(entry.host)
            self.tally.challenges -= 1
        else:
            self.tally.shells -= 1
        if not page.has_content:
            self.tally.empty += 1
            return
        self._novelty.count(entry, page)
        self._follow(entry, page)

    def _follow(self, entry: Entry, page: LinkPage) -> None:
        if page.refresh_to is not None and entry.kind is Kind.FRONT:
            self._redirects.lead_on(entry, page.refresh_to)
        self._offers.follow(entry, page)


def _location(headers: Mapping[str, str]) -> str | None:
    """Where a redirect leads: header bytes are mostly ASCII, sometimes UTF-8, and read as Latin-1 up to here."""
    location = headers.get("location")
    if location is None or location.isascii():
        return location
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location
