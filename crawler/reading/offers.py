"""A page's links, and a sitemap's, as addresses for the frontier: which are worth a visit, and what they promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from study import address_key, host_of, is_asset_url, is_file_url, readable_path
from taxonomy import Taxonomy

from .entries import Entry, Kind
from .frontier import Frontier
from .links import FoundLink, LinkPage
from .scoring import EserviceCues, LinkScorer, Promise
from .site import OwnSite, Place
from .sitemaps import Sitemap
from .worth import PROMISING

_ZONE_WORTH = {"nav": 0.2, "main": 0.1, "footer": 0.0}
_DULL_IN_A_ROW = 3
"""Behind so many pages in a row that tell nothing new only links that promise a service are followed."""
_HERITAGE = 0.5
"""Share of a page's worth as a hub, or as a list of news, that the links in its text inherit."""
_REFRESHED = 0.5
"""What an address gains to which a page sends its readers by itself."""
_LANDING, _STATEMENT = 0.5, 1.0
"""Landing pages of e-services, and statements that are kept elsewhere, of which there is one."""
_DEEPEST_SITEMAP = 3
_MAPPED_DEPTH, _MAPPED_WORTH = 2, -0.1
"""Addresses that only a sitemap names: taken to lie two clicks away, and read after those that pages show."""


@dataclass(frozen=True, slots=True)
class _Parent:
    """The page whose links are offered, and what its links inherit from it."""

    entry: Entry
    language: str
    heritage: float
    is_service: bool


class Offers:
    """Offers what pages and sitemaps lead to; remembers the links that it has seen."""

    def __init__(
        self,
        frontier: Frontier,
        site: OwnSite,
        scorer: LinkScorer,
        eservices: EserviceCues,
        taxonomy: Taxonomy,
        note: Callable[[str, Any, str], None],
        held_by: Callable[[str, str], str | None],
    ) -> None:
        self._frontier, self._site, self._scorer, self._eservices = frontier, site, scorer, eservices
        self._note, self._held_by = note, held_by
        self._studied = frozenset(taxonomy.country.study_languages)
        self._seen: set[int] = set()
        self._mapped = 0

    def follow(self, entry: Entry, page: LinkPage) -> None:
        """Offer all that a page leads to, and tell the frontier what the page turned out to be."""
        about = self._scorer.score(f"{page.title} {page.heading}".strip(), readable_path(entry.url), page.language)
        parent = _Parent(
            entry,
            page.language,
            heritage=_HERITAGE * (max(entry.hub, about.hub) + max(about.leaning, entry.heritage, key=abs)),
            is_service=any(score >= PROMISING for score in about.services.values()),
        )
        promising = sum(self._offer_link(parent, link) for link in page.links)
        if page.refresh_to is not None and entry.kind is not Kind.FRONT:
            self._offer_page(parent, _unseen(page.refresh_to), _REFRESHED, hops=entry.hops + 1)
        for language, url in page.alternates:
            if not language or language == "x-" or language in self._studied:
                self._offer_page(parent, _unseen(url))
        self._frontier.learn(entry, about.services, promising)

    def map(self, entry: Entry, sitemap: Sitemap) -> None:
        """Offer what a sitemap lists, as far as the budget for that goes."""
        for url in sitemap.sitemaps:
            is_near = host_of(url) == entry.host or self._site.place(host_of(url)) is not Place.FOREIGN
            if is_near and entry.depth < _DEEPEST_SITEMAP:
                self._frontier.offer(entry.follow(url, Kind.SITEMAP))
        room = self._frontier.budget.sitemap_pages - self._mapped
        self._mapped += min(room, len(sitemap.pages))
        for url in sitemap.pages[:room]:
            if self._site.place_of(url) is Place.OWN and not is_asset_url(url) and not is_file_url(url):
                promise = self._scorer.score("", readable_path(url))
                mapped = entry.follow(url, Kind.PAGE, depth=_MAPPED_DEPTH, services=promise.services, hub=promise.hub)
                mapped.base = promise.leaning + _MAPPED_WORTH
                self._frontier.offer(mapped)

    def held_elsewhere(self, entry: Entry, code: str) -> None:
        """Another municipality's evidence holds this landing page."""
        self._frontier.settle(entry, counted=False)
        self._note("held-elsewhere", {"code": code, "via": entry.via}, entry.url)

    def _offer_link(self, parent: _Parent, link: FoundLink) -> bool:
        """Offer one link of a page; true where its words promise a service."""
        if parent.entry.dull >= _DULL_IN_A_ROW and self._leads_astray(parent, link):
            return False
        seen = hash((link.url, link.text))  # the number is enough, and a tenth of the memory
        if seen in self._seen:
            return False
        self._seen.add(seen)
        if self._site.place_of(link.url) is Place.FOREIGN:
            self._offer_eservice(parent, link)
            return False
        return not is_asset_url(link.url) and self._offer_page(parent, link)

    def _promise(self, parent: _Parent, link: FoundLink) -> Promise:
        return self._scorer.score(f"{link.text} {link.title}".strip(), readable_path(link.url), parent.language)

    def _leads_astray(self, parent: _Parent, link: FoundLink) -> bool:
        """Whether a link goes on where page after page told nothing new; others may show it too."""
        promised = self._promise(parent, link).services
        if self._frontier.knows(link.url) or self._frontier.worth.wants(promised):
            return False
        self._frontier.refused["nothing new, page after page"] += 1
        return True

    def _offer_page(self, parent: _Parent, link: FoundLink, extra: float = 0.0, hops: int = 0) -> bool:
        place = self._site.place_of(link.url)
        if place is Place.FOREIGN:
            return False
        promise = self._promise(parent, link)
        is_file = is_file_url(link.url)
        if is_file and not promise.services and not parent.is_service and not promise.is_statement:
            return False
        if place is Place.SIBLING and not promise.services and not promise.hub and not promise.is_statement:
            return False
        self._frontier.offer(
            parent.entry.follow(
                link.url,
                Kind.DOCUMENT if is_file else Kind.PAGE,
                services=promise.services,
                hub=promise.hub,
                base=_ZONE_WORTH[link.zone] + promise.leaning + extra,
                heritage=parent.heritage if link.zone == "main" else 0.0,
                hops=hops,
                sibling=place is Place.SIBLING,
            )
        )
        return self._frontier.worth.wants(promise.services) and not is_file

    def _offer_eservice(self, parent: _Parent, link: FoundLink) -> None:
        entry = parent.entry
        words = f"{link.text} {link.title}".strip()
        # Without the path: share and print links carry the page's own address, and with it its words.
        promise = self._scorer.score(words, "", parent.language)
        is_wanted = promise.is_statement or self._eservices.is_eservice(link.url, words, promise.services)
        if not is_wanted or self._frontier.knows(link.url):
            return
        if self._site.is_copy(link.url, entry.url) and not self._eservices.is_product(link.url):
            self._frontier.refused["translated or shared copy of a page"] += 1
            return
        services = promise.services or ({} if promise.is_statement else entry.services)
        base = _STATEMENT if promise.is_statement else _LANDING
        landing = entry.follow(link.url, Kind.ESERVICE, services=services, base=base)
        holder = self._held_by(landing.host, address_key(link.url))
        if self._frontier.offer(landing) and holder is not None:
            self._frontier.arrive(link.url, Kind.ESERVICE)
            self.held_elsewhere(landing, holder)


def _unseen(url: str) -> FoundLink:
    """A link that the page's head gives, without words."""
    return FoundLink(url, "", "", "nav", 0)
