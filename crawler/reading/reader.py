"""What an answer means for the rest of the crawl: addresses to queue, another attempt, a page read, a host given up.

The same code reads live answers and stored ones, so a crawl that was stopped goes on from its own evidence. It never
fetches and knows no clock: the caller says what time it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from crawler.manners.statuses import REFUSING, RETRIED, SILENT
from crawler.settings import LONGEST_WAIT_SECONDS, RETRY_SECONDS
from study import (
    HTML_TYPES,
    FailureReason,
    StudyFolder,
    StudyMunicipality,
    actual_type,
    address_key,
    host_of,
    is_asset_url,
    is_file_url,
    normalise_url,
    readable_path,
)
from study.document import page_text
from taxonomy import Taxonomy

from .blocks import is_challenge
from .frontier import PROMISING, Budget, Entry, Frontier, Kind
from .links import FoundLink, LinkPage, read_links
from .scoring import EserviceCues, LinkScorer
from .site import OwnSite, Place
from .sitemaps import read_sitemap
from .tally import Tally

_ZONE_WORTH = {"nav": 0.2, "main": 0.1, "footer": 0.0}
_FEW_ATTEMPTS = frozenset({FailureReason.DNS, FailureReason.REFUSED})
"""Failures that a second look seldom mends: tried twice only."""
_TRANSIENT = _FEW_ATTEMPTS | {
    FailureReason.TIMEOUT,
    FailureReason.CONNECTION_LOST,
    FailureReason.TLS,
    FailureReason.OTHER,
    FailureReason.RENDER_FAILED,
}
_GIVE_UP_AFTER = 8
"""Addresses of one host that fail one after the other before the host is left in peace."""
_LADDER = {3: 6.0, 6: 24.0, 9: 60.0}
"""After so many attempts without an answer, one after the other, a host is left alone for this many pauses."""
_SILENT_AFTER = 12
_KNOCKS = 3
"""Challenges of one host that are shown to the browser, as any visitor's would be, before that is left too."""
_PHRASES = 400_000
_FEW_NEW_PHRASES = 6
"""A page with no more pairs of words than this that no page before had tells nothing new."""
_DULL_IN_A_ROW = 3
"""Behind so many pages in a row that tell nothing new only links that promise a service are followed."""
_ESERVICE_HOPS = 5
_LINKS_OF_A_WALL = 5
_COPIES, _COPIED_SHARE = 5, 0.6
"""A host that shows so many, and such a share, of its pages as another host does is that host under another name."""
_HERITAGE = 0.5
"""Share of a page's worth as a hub, or as a list of news, that the links in its text inherit."""


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
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class _Parent:
    """The page whose links are offered, and what its links inherit from it."""

    entry: Entry
    language: str
    heritage: float
    is_service: bool


class SiteReader:
    """Reads one municipality's answers and keeps its frontier, tally and hosts."""

    def __init__(
        self,
        plan: Plan,
        note: Callable[[str, Any, str], None] = lambda kind, data, url: None,
        held_by: Callable[[str, str], str | None] = lambda host, landing: None,
    ) -> None:
        self.frontier, self.tally = Frontier(plan.budget), Tally()
        self.site = OwnSite(plan.municipality)
        self._plan, self._note, self._held_by = plan, note, held_by
        self._pause = RETRY_SECONDS if plan.folder.config.crawl.delay_seconds > 0 else 0.2
        self._scorer = LinkScorer(plan.taxonomy, plan.municipality.languages)
        self._eservices = EserviceCues(plan.taxonomy)
        self._seen_links: set[int] = set()
        self._in_a_row: Counter[str] = Counter()
        self._unanswered: Counter[str] = Counter()
        self._mapped = 0
        self._knocks: Counter[str] = Counter()
        self._phrases: set[int] = set()
        self._shown_by: dict[int, str] = {}
        self._host_pages: Counter[str] = Counter()
        self._host_copies: Counter[str] = Counter()
        self._studied = frozenset(plan.taxonomy.country.study_languages)
        self._failed: list[Entry] = []

    def begin(self) -> None:
        """Queue the front pages."""
        for url in self.site.start_urls(self._plan.municipality):
            self.frontier.offer(Entry(url, Kind.FRONT, depth=0))

    def reopen(self) -> None:
        """An earlier crawl ended with failures; what failed then is tried again now."""
        for entry in self._failed:
            self.frontier.reopen(entry)
        self._failed.clear()
        self._in_a_row.clear()
        self._unanswered.clear()
        self.tally.forget_troubles()

    def read_robots(self, origin: str, sitemaps: Iterable[str]) -> None:
        """A host's robots.txt was read: queue the sitemaps it names, or the usual one."""
        if self.site.place(host_of(origin)) is not Place.OWN:
            return
        for url in [normalise_url(item, origin) for item in sitemaps] or [f"{origin}/sitemap.xml"]:
            if url is not None and self.site.place(host_of(url)) is not Place.FOREIGN:
                self.frontier.offer(Entry(url, Kind.SITEMAP, depth=0, via=f"{origin}/robots.txt"))

    def fail(self, entry: Entry, reason: FailureReason, detail: str, now: float) -> None:
        """An address gave no answer: try again later, or count it; a silent host is given up."""
        if reason is FailureReason.ROBOTS:
            self._forbidden(entry)
            return
        attempts = 2 if reason in _FEW_ATTEMPTS or entry.kind is Kind.RENDER else self.frontier.budget.attempts
        if reason in _TRANSIENT and entry.kind is not Kind.RENDER and self._is_silent(entry.host, now):
            attempts = 0
        if reason in _TRANSIENT and entry.attempts < attempts and self.frontier.retry(entry, now + self._wait(entry)):
            return
        self._settle_failed(entry)
        if self._is_own(entry) and not entry.challenged:  # the challenge itself has been counted
            self.tally.failures[reason] += 1
            self.tally.last_trouble = f"{entry.url}: {detail}"
            self._other_spelling(entry, reason)
        if reason is FailureReason.ROBOTS_UNREACHABLE:
            self._give_up(entry.host, reason)
        elif reason in _TRANSIENT and entry.kind is not Kind.RENDER:
            self._trouble(entry.host, reason)

    def take(self, entry: Entry, answer: Answer, now: float) -> None:
        """What an answer means."""
        location = _location(answer.headers)
        if 300 <= answer.status < 400 and location:
            entry.cookie = entry.cookie or "set-cookie" in answer.headers
            self._redirect(entry, normalise_url(location, answer.url), now)
            return
        if answer.status in RETRIED:
            if not self._is_silent(entry.host, now) and self._again(entry, answer, now):
                return
        elif answer.status < 400:
            self._unanswered[entry.host] = 0
        if entry.kind is Kind.SITEMAP:
            self.frontier.settle(entry)
            if answer.status == 200:
                self._read_sitemap(entry, answer)
        elif not 200 <= answer.status < 300:
            self._refused(entry, answer)
        elif entry.kind is Kind.RENDER:
            self._read_rendered(entry, answer)
        elif _is_html(answer):
            self._read_page(entry, answer)
        else:
            self.frontier.settle(entry)
            self.tally.documents += 1

    def held_elsewhere(self, entry: Entry, code: str) -> None:
        """Another municipality's evidence holds this landing page."""
        self.frontier.settle(entry, counted=False)
        self._note("held-elsewhere", {"code": code, "via": entry.via}, entry.url)

    def _is_own(self, entry: Entry) -> bool:
        """Whether trouble with this address is trouble with the municipality's site; another spelling is a guess."""
        return entry.kind is not Kind.SITEMAP and not entry.guess and self.site.place(entry.host) is Place.OWN

    def _wait(self, entry: Entry) -> float:
        return self._pause * 4.0 ** max(0, entry.attempts - 1)

    def _settle_failed(self, entry: Entry, *, counted: bool = True) -> None:
        self.frontier.settle(entry, counted=counted)
        self._failed.append(entry)

    def _forbidden(self, entry: Entry) -> None:
        self._settle_failed(entry, counted=False)
        if not self._is_own(entry):
            return
        self.tally.robots_forbidden += 1
        covered = self.frontier.covered
        missing = any(score >= PROMISING and covered[service] < 1 for service, score in entry.services.items())
        self.tally.promising_forbidden += missing

    def _other_spelling(self, entry: Entry, reason: FailureReason) -> None:
        """A front page that cannot be reached may answer under the other scheme, with or without "www."."""
        if entry.kind is not Kind.FRONT or entry.hops:
            return
        scheme, _, rest = entry.url.partition("://")
        has_name = ":" not in entry.host and entry.host.rpartition(".")[2].isalpha()
        others = []
        silent = (FailureReason.REFUSED, FailureReason.TIMEOUT)
        if reason is not FailureReason.DNS and (has_name or reason not in silent):
            others.append(f"{'http' if scheme == 'https' else 'https'}://{rest}")
        if has_name:
            others.append(f"{scheme}://{rest.removeprefix('www.') if rest.startswith('www.') else f'www.{rest}'}")
        for url in others:
            last_try = self.frontier.budget.attempts - 1
            guess = Entry(url, Kind.FRONT, 0, None, hops=1, attempts=last_try, guess=True)
            self.frontier.offer(guess, redirected=True)

    def _is_silent(self, host: str, now: float) -> bool:
        """Count an attempt without an answer: the host is left alone longer and longer; true once it is given up."""
        self._unanswered[host] += 1
        steps = self._unanswered[host]
        if steps in _LADDER:
            self.frontier.hold_host(host, now + _LADDER[steps] * self._pause)
        return steps >= _SILENT_AFTER

    def _again(self, entry: Entry, answer: Answer, now: float) -> bool:
        """Queue a busy server's address for later; a Retry-After shuts the whole host until then."""
        wait, asked = self._wait(entry), _retry_after(answer.headers)
        if asked is not None and asked > LONGEST_WAIT_SECONDS:
            return False
        if asked is not None:
            wait = asked
            self.frontier.hold_host(entry.host, now + wait)
        return self.frontier.retry(entry, now + wait)

    def _refused(self, entry: Entry, answer: Answer) -> None:
        self._settle_failed(entry)
        if not self._is_own(entry):
            return
        self.tally.last_trouble = f"{answer.url} answers with status {answer.status}"
        if answer.status in REFUSING:
            self.tally.refused += 1
            self._trouble(entry.host, FailureReason.BLOCK_PAGE)
        elif answer.status in SILENT:
            self.tally.failures[SILENT[answer.status]] += 1
            self._trouble(entry.host, SILENT[answer.status])
        elif answer.status >= 500:
            self.tally.server_errors += 1
            self._trouble(entry.host, FailureReason.HTTP_ERROR)
        else:
            self.tally.client_errors += 1

    def _trouble(self, host: str, reason: FailureReason) -> None:
        self._in_a_row[host] += 1
        if self._in_a_row[host] >= _GIVE_UP_AFTER:
            self._give_up(host, reason)

    def _give_up(self, host: str, reason: FailureReason) -> None:
        dropped = self.frontier.drop_host(host)
        self._failed += dropped
        if self.site.place(host) is Place.OWN and any(entry.kind is Kind.PAGE for entry in dropped):
            self.tally.given_up[reason] += len(dropped)

    def _redirect(self, entry: Entry, target: str | None, now: float) -> None:
        if target == entry.url and self.frontier.retry(entry, now):
            return  # it sets a cookie and wants to be asked again
        self.frontier.settle(entry, counted=False)
        own = self._is_own(entry)
        self.tally.redirects += own
        if target is None:
            return
        host, kind = host_of(target), entry.kind
        if kind is Kind.RENDER:  # a script leads away from an empty page
            self.tally.shells -= not (entry.landing or entry.challenged)
            kind = Kind.ESERVICE if entry.landing else Kind.FRONT if not entry.depth else Kind.PAGE
        if kind is Kind.FRONT and self.site.may_adopt(host):
            self.site.adopt(host)
        place = self.site.place(host)
        if kind is Kind.ESERVICE and entry.hops >= _ESERVICE_HOPS:
            return
        if place is Place.FOREIGN and kind is not Kind.ESERVICE:
            if kind is Kind.FRONT:
                self.tally.moved_to = target
                return
            if kind is Kind.SITEMAP or not self._eservices.is_eservice(target, "", entry.services):
                return
            kind = Kind.ESERVICE
        moved = Entry(
            target,
            kind,
            entry.depth,
            entry.url,
            entry.services,
            entry.hub,
            entry.base + 0.3,
            hops=entry.hops + 1,
            sibling=place is Place.SIBLING,
            cookie=entry.cookie,
            dull=entry.dull,
        )
        if self.frontier.offer(moved, redirected=True):
            return
        if entry.cookie and self.frontier.ask_again(target, kind, now):
            return  # a check for cookies that leads back to where it came from
        if moved.hops > self.frontier.budget.hops and own:
            self.tally.failures[FailureReason.REDIRECT_LOOP] += 1
            self.tally.last_trouble = f"{entry.url}: more than {self.frontier.budget.hops} redirects"

    def _read_sitemap(self, entry: Entry, answer: Answer) -> None:
        sitemap = read_sitemap(answer.body, answer.url)
        self.tally.sitemaps += bool(sitemap.pages or sitemap.sitemaps)
        for url in sitemap.sitemaps:
            if self.site.place(host_of(url)) is not Place.FOREIGN and entry.depth < 3:
                self.frontier.offer(Entry(url, Kind.SITEMAP, entry.depth + 1, entry.url))
        room = self.frontier.budget.sitemap_pages - self._mapped
        self._mapped += min(room, len(sitemap.pages))
        for url in sitemap.pages[:room]:
            if self.site.place(host_of(url)) is Place.OWN and not is_asset_url(url) and not is_file_url(url):
                promise = self._scorer.score("", readable_path(url))
                worth = promise.leaning - 0.1
                self.frontier.offer(Entry(url, Kind.PAGE, 2, entry.url, promise.services, promise.hub, worth))

    def _read_page(self, entry: Entry, answer: Answer) -> None:
        html = page_text(answer.body, answer.headers.get("content-type", ""))
        page = read_links(html, answer.url)
        if is_challenge(answer.status, answer.headers, html, len(page.links)):
            self._challenged(entry, answer)
            return
        if entry.kind is Kind.FRONT and page.has_password and len(page.links) <= _LINKS_OF_A_WALL:
            self._settle_failed(entry)
            self.tally.refused += 1
            self.tally.last_trouble = f"{answer.url} asks for a log-in"
            return
        self.frontier.settle(entry)
        self._in_a_row[entry.host] = 0
        if page.is_shell and self._plan.budget.renders:
            self._offer_rendering(entry, answer)
        if entry.kind is Kind.ESERVICE or self.site.place(host_of(answer.url)) is Place.FOREIGN:
            self.tally.eservices += 1
            return
        if page.is_shell and not page.refresh_to:
            self.tally.shells += 1
        elif not page.has_content:
            self.tally.empty += 1
        else:
            self._count_page(entry, page)
        self._follow(entry, page)

    def _challenged(self, entry: Entry, answer: Answer) -> None:
        """A challenge instead of the page. A browser that says who it is may be let through; nothing else is tried."""
        self._settle_failed(entry)
        if not self._is_own(entry):
            return
        self.tally.challenges += 1
        self.tally.last_trouble = f"{answer.url} shows a challenge instead of the page"
        if self._plan.budget.renders and self._knocks[entry.host] < _KNOCKS:
            self._knocks[entry.host] += 1
            self._offer_rendering(entry, answer, challenged=True)
        self._trouble(entry.host, FailureReason.BLOCK_PAGE)

    def _count_page(self, entry: Entry, page: LinkPage) -> None:
        """A page was read: is it new, or one of many that look alike?"""
        self.tally.pages += 1
        self.tally.signatures[page.signature] += 1
        self._note_unkept(entry, page)
        new = page.phrases - self._phrases
        if len(self._phrases) < _PHRASES:
            self._phrases |= new
        understood = not page.language or page.language in self._studied
        is_dull = len(new) <= _FEW_NEW_PHRASES
        entry.dull = entry.dull + 1 if is_dull else 0
        self.frontier.compare(entry, page.signature, is_dull=is_dull, is_understood=understood)
        host = entry.host
        self._host_pages[host] += 1
        self._host_copies[host] += self._shown_by.setdefault(page.signature, host) != host
        copies = self._host_copies[host]
        if copies >= _COPIES and copies > _COPIED_SHARE * self._host_pages[host]:
            self.frontier.drop_host(host)
            self.frontier.refused[f"copy of another host: {host}"] += 1

    def _offer_rendering(self, entry: Entry, answer: Answer, *, challenged: bool = False) -> None:
        self.frontier.offer(
            Entry(
                answer.url,
                Kind.RENDER,
                entry.depth,
                entry.via,
                entry.services,
                entry.hub,
                entry.base,
                refers_to=answer.record_id or None,
                landing=entry.kind is Kind.ESERVICE,
                challenged=challenged,
                dull=entry.dull,
            )
        )

    def _read_rendered(self, entry: Entry, answer: Answer) -> None:
        self.frontier.settle(entry)
        self.tally.rendered += 1
        if entry.landing:
            return
        html = answer.body.decode("utf-8", errors="replace")
        page = read_links(html, answer.url)
        if entry.challenged:
            if is_challenge(answer.status, answer.headers, html, len(page.links)) or not page.has_content:
                return
            self._knocks[entry.host] = 0
            self._in_a_row[entry.host] = 0
            self.tally.challenges -= 1
        else:
            self.tally.shells -= 1
        if not page.has_content:
            self.tally.empty += 1
            return
        self._count_page(entry, page)
        self._follow(entry, page)

    def _follow(self, entry: Entry, page: LinkPage) -> None:
        about = self._scorer.score(f"{page.title} {page.heading}".strip(), readable_path(entry.url), page.language)
        parent = _Parent(
            entry,
            page.language,
            heritage=_HERITAGE * (max(entry.hub, about.hub) + max(about.leaning, entry.heritage, key=abs)),
            is_service=any(score >= PROMISING for score in about.services.values()),
        )
        promising = sum(self._offer_link(parent, link) for link in page.links)
        if page.refresh_to is not None and entry.kind is Kind.FRONT:
            self._follow_front(entry, page.refresh_to)
        elif page.refresh_to is not None:
            self._offer_page(parent, FoundLink(page.refresh_to, "", "", "nav", 0), 0.5, hops=entry.hops + 1)
        for language, url in page.alternates:
            if language and language != "x-" and language not in self._studied:
                continue
            self._offer_page(parent, FoundLink(url, "", "", "nav", 0))
        self.frontier.learn(entry, about.services, promising)

    def _note_unkept(self, entry: Entry, page: LinkPage) -> None:
        """A notice may stand before the pages, in words that no list of ours knows: the same behind many promises."""
        named = self._scorer.score(f"{page.title} {page.heading}".strip(), "", page.language).services
        promised = [service for service, score in entry.services.items() if score >= PROMISING]
        if promised and not any(service in named for service in promised):
            self.tally.unkept[page.signature] += 1

    def _follow_front(self, entry: Entry, target: str) -> None:
        """A front page that sends its readers on by markup instead of a status."""
        if self.site.may_adopt(host_of(target)):
            self.site.adopt(host_of(target))
            self.frontier.offer(Entry(target, Kind.FRONT, entry.depth, entry.url, hops=entry.hops + 1), redirected=True)
        else:
            self.tally.moved_to = target

    def _offer_link(self, parent: _Parent, link: FoundLink) -> bool:
        """Offer one link of a page; true where its words promise a service."""
        if parent.entry.dull >= _DULL_IN_A_ROW and self._leads_astray(parent, link):
            return False
        seen = hash((link.url, link.text))  # the number is enough, and a tenth of the memory
        if seen in self._seen_links:
            return False
        self._seen_links.add(seen)
        if self.site.place(host_of(link.url)) is Place.FOREIGN:
            self._offer_eservice(parent, link)
            return False
        return not is_asset_url(link.url) and self._offer_page(parent, link)

    def _leads_astray(self, parent: _Parent, link: FoundLink) -> bool:
        """Whether a link goes on where page after page told nothing new; others may show it too."""
        words = f"{link.text} {link.title}".strip()
        promised = self._scorer.score(words, readable_path(link.url), parent.language).services
        if self.frontier.knows(link.url) or self.frontier.wants(promised):
            return False
        self.frontier.refused["nothing new, page after page"] += 1
        return True

    def _offer_page(self, parent: _Parent, link: FoundLink, extra: float = 0.0, hops: int = 0) -> bool:
        place = self.site.place(host_of(link.url))
        if place is Place.FOREIGN:
            return False
        promise = self._scorer.score(f"{link.text} {link.title}".strip(), readable_path(link.url), parent.language)
        is_file = is_file_url(link.url)
        if is_file and not promise.services and not parent.is_service:
            return False
        if place is Place.SIBLING and not promise.services and not promise.hub:
            return False
        self.frontier.offer(
            Entry(
                link.url,
                Kind.DOCUMENT if is_file else Kind.PAGE,
                parent.entry.depth + 1,
                parent.entry.url,
                promise.services,
                promise.hub,
                _ZONE_WORTH[link.zone] + promise.leaning + extra,
                heritage=parent.heritage if link.zone == "main" else 0.0,
                hops=hops,
                sibling=place is Place.SIBLING,
                dull=parent.entry.dull,
            )
        )
        return self.frontier.wants(promise.services) and not is_file

    def _offer_eservice(self, parent: _Parent, link: FoundLink) -> None:
        entry = parent.entry
        words = f"{link.text} {link.title}".strip()
        # Without the path: share and print links carry the page's own address, and with it its words.
        promise = self._scorer.score(words, "", parent.language)
        if not self._eservices.is_eservice(link.url, words, promise.services) or self.frontier.knows(link.url):
            return
        if self.site.is_copy(link.url, entry.url) and not self._eservices.is_product(link.url):
            self.frontier.refused["translated or shared copy of a page"] += 1
            return
        services = promise.services or entry.services
        landing = Entry(link.url, Kind.ESERVICE, entry.depth + 1, entry.url, services, 0.0, 0.5)
        holder = self._held_by(landing.host, address_key(link.url))
        if self.frontier.offer(landing) and holder is not None:
            self.frontier.arrive(link.url, Kind.ESERVICE)
            self.held_elsewhere(landing, holder)


def _is_html(answer: Answer) -> bool:
    return actual_type(answer.content_type, answer.body) in HTML_TYPES


def _location(headers: Mapping[str, str]) -> str | None:
    """Where a redirect leads: header bytes are mostly ASCII, sometimes UTF-8, and read as Latin-1 up to here."""
    location = headers.get("location")
    if location is None or location.isascii():
        return location
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks us to wait; dates are taken against the server's own clock."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until, now = parsedate_to_datetime(value), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
