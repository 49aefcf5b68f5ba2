"""Which addresses belong to a municipality, which are its neighbours' and which are e-services it links to."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote

from study import SiteFolders, StudyMunicipality, host_of, normalise_url, registrable_domain


class Place(StrEnum):
    """Where an address lies, seen from the municipality."""

    OWN = "own"
    SIBLING = "sibling"
    FOREIGN = "foreign"


class OwnSite:
    """The hosts of one municipality. A front page that redirects may add one."""

    def __init__(self, municipality: StudyMunicipality) -> None:
        named = (municipality.website, *municipality.hosts)
        self.hosts = {host for host in map(host_of, named) if host}
        self.folders = SiteFolders(named)
        self._domains = {registrable_domain(host) for host in self.hosts}
        self.place = lru_cache(maxsize=4096)(self._place)

    def start_urls(self, municipality: StudyMunicipality) -> tuple[str, ...]:
        """Front pages to begin with: the website, then the other hosts."""
        scheme = municipality.website.partition("://")[0] if "://" in municipality.website else "http"
        named = (municipality.website, *municipality.hosts)
        urls = (normalise_url(item if "://" in item else f"{scheme}://{item}/") for item in named)
        return tuple(dict.fromkeys(url for url in urls if url is not None))

    def may_adopt(self, host: str, listed: Iterable[str] = ()) -> bool:
        """Whether a front page may move the crawl to this host: same registered domain, or one that is listed."""
        return host in self.hosts or host in set(listed) or registrable_domain(host) in self._domains

    def is_copy(self, url: str, page: str) -> bool:
        """Whether a foreign address only shows the site again: a translator's host, a share or print link."""
        label = host_of(url).partition(".")[0]
        twins = {host.partition(":")[0].replace("-", "--").replace(".", "-") for host in self.hosts if "." in host}
        if label.removeprefix("www-") in twins:
            return True
        own = page.partition("://")[2].rstrip("/")
        return "/" in own and own in unquote(url.partition("://")[2].partition("/")[2])

    def adopt(self, url: str) -> None:
        """From now on the host of a front page is the municipality's own, or the folder that it names."""
        host = host_of(url)
        if host not in self.hosts or not self.folders.holds(url):
            self.folders.add(url)
        self.hosts.add(host)
        self.place.cache_clear()

    def place_of(self, url: str) -> Place:
        """Where an address lies: beside the folder of a joint site it is somebody else's."""
        place = self.place(host_of(url))
        return Place.FOREIGN if place is Place.OWN and not self.folders.holds(url) else place

    def _place(self, host: str) -> Place:
        if host in self.hosts:
            return Place.OWN
        return Place.SIBLING if registrable_domain(host) in self._domains else Place.FOREIGN
