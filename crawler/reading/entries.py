"""One address and what is known of it, and how many addresses of each kind a crawl may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from crawler.settings import ATTEMPTS
from study import CrawlSection, host_of

from .shapes import directory_of, is_dated, language_marks, shapes_of, skeleton_of, slot_of


class Kind(StrEnum):
    """What is expected behind an address."""

    FRONT = "front"
    SITEMAP = "sitemap"
    PAGE = "page"
    RENDER = "render"
    DOCUMENT = "document"
    ESERVICE = "eservice"
    PROBE = "probe"
    """An address that cannot exist: what the site shows for it is no page of the municipality's."""


_CRAWL = CrawlSection()


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one crawl. Counts are of addresses, each counted once however often it is tried."""

    pages: int = _CRAWL.max_pages
    documents: int = _CRAWL.max_documents
    eservices: int = _CRAWL.max_eservice_pages
    renders: int = _CRAWL.max_rendered_pages
    sitemaps: int = 50
    probes: int = 3
    """Hosts that are asked once for an address that cannot exist."""
    attempts: int = ATTEMPTS
    hops: int = 10
    """Redirects in a row that are followed; browsers go on to 20, and nobody means so many."""
    per_shape: int = 60
    """Addresses of one pattern ("/node/#") that are read before it must show that it bears fruit."""
    per_dated_shape: int = 15
    per_query: int = 120
    per_name: int = 80
    per_folder: int = 120
    per_section: int = 200
    per_dull_shape: int = 60
    sibling_host: int = 40
    """Pages of a host that only shares the municipality's domain."""
    known: int = 50_000
    """Addresses that are remembered at all, which bounds the memory."""
    sitemap_pages: int = 20_000

    @classmethod
    def of(cls, crawl: CrawlSection, max_pages: int) -> Self:
        """The budget of a study's settings; who asks for thousands of pages wants large folders whole."""
        usual = cls()
        return cls(
            pages=max_pages,
            documents=min(crawl.max_documents, max(1, max_pages * 15 // 100)),
            eservices=min(crawl.max_eservice_pages, max(1, max_pages * 20 // 100)),
            renders=crawl.max_rendered_pages if crawl.render else 0,
            per_shape=max(usual.per_shape, max_pages // 2),
            per_dated_shape=max(usual.per_dated_shape, max_pages // 20),
            per_query=max(usual.per_query, max_pages // 3),
            per_name=max(usual.per_name, max_pages // 10),
            per_folder=max(usual.per_folder, max_pages // 4),
            per_section=max(usual.per_section, max_pages // 2),
        )


@dataclass(slots=True)
class Entry:
    """One address and what is known of it before it is fetched."""

    url: str
    kind: Kind
    depth: int
    via: str | None = None
    services: Mapping[str, float] = field(default_factory=dict)
    hub: float = 0.0
    base: float = 0.0
    heritage: float = 0.0
    hops: int = 0
    attempts: int = 0
    order: int = 0
    taken: bool = False
    settled: bool = False
    counted: bool = False
    sibling: bool = False
    refers_to: str | None = None
    landing: bool = False
    challenged: bool = False
    gaps: tuple[str, ...] = ()
    """Of a page that was read already: places that scripts may fill, for which a browser opens it too."""
    words: frozenset[int] = frozenset()
    """What such a page said without a browser."""
    cookie: bool = False
    """Whether a redirect on the way here set a cookie, so that asking again may bring another answer."""
    guess: bool = False
    dull: int = 0
    """Pages in a row, on the way here, that told nothing new."""
    host: str = ""
    shapes: tuple[str, ...] = ()
    crowds: tuple[str, ...] = ()
    directory: str = ""
    skeleton: str = ""
    slot: str = ""
    languages: tuple[str, ...] = ()
    is_dated: bool = False

    def __lt__(self, other: Entry) -> bool:
        return self.order < other.order

    def __post_init__(self) -> None:
        self.host = host_of(self.url)
        self.shapes, self.directory = shapes_of(self.url), directory_of(self.url)
        self.crowds = tuple(shape for shape in self.shapes if shape.startswith(("pattern ", "query ")))
        self.skeleton, self.languages = skeleton_of(self.url), language_marks(self.url)
        self.slot = slot_of(self.skeleton) if self.skeleton else ""
        self.is_dated = is_dated(self.url)

    @property
    def is_queued(self) -> bool:
        """Whether it waits to be fetched, once it was offered."""
        return not self.settled and not self.taken

    @property
    def is_filled(self) -> bool:
        """Whether there is a place in the page that is surely filled by a script, later or when asked."""
        return any(not gap.startswith("file ") for gap in self.gaps)

    def follow(self, url: str, kind: Kind, **changes: Any) -> Entry:
        """An address that the answer to this one leads to: a click deeper, found here, and as dull so far."""
        return Entry(url, kind, **{"depth": self.depth + 1, "via": self.url, "dull": self.dull, **changes})

    def instead(self, url: str, kind: Kind, **changes: Any) -> Entry:
        """An address that is read in place of this one, with all that this one's link promised."""
        same = {"depth": self.depth, "services": self.services, "hub": self.hub, "base": self.base}
        return self.follow(url, kind, **{**same, **changes})
