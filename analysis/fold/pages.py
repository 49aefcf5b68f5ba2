"""The first stage of a unit: every document of a municipality's evidence read, each once, and nothing judged.

What comes of it rests on the evidence and on the few parts of the taxonomy that reading needs, so it is kept: a new
rule of a page type or a new word of a service judges these pages again and reads none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from analysis.channels import fillable_from_pdf
from analysis.findings import PageSource
from analysis.page.model import Block, Contact, Link, Page
from analysis.page.quality import PageQuality, PdfQuality, measure_page, measure_pdf
from analysis.page.read import Furniture, learn_furniture, read_answer, read_page, without_furniture
from study import HTML_TYPES, host_of
from study.document import page_text, stand_in_of
from taxonomy import StandIn, Taxonomy

from .index import EvidenceIndex, Place, digest_of, read_place, read_source
from .likeness import Look, look_of
from .site_tools import LiveParts, ToolCount, live_parts

FURNITURE_SAMPLE = 60
"""Pages per host from which repeated furniture is learned; more changes little and costs time."""

SHARED = (Link, Block, Contact)
"""Parts of pages that a site repeats: written once."""
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page that was read. What stands in place of it, its look and measures are asked of own pages alone."""

    page: Page
    instead: StandIn | None = None
    look: Look | None = None
    quality: PageQuality | None = None


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A document that is no page; of a PDF whether its form can be filled on screen, and its measures."""

    sha256: str
    is_fillable: bool | None = None
    quality: PdfQuality | None = None


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """All documents of a municipality by address, in order; `probes` are the looks of what hosts show for nothing."""

    pages: dict[str, ReadPage] = field(default_factory=dict)
    probes: dict[str, Look] = field(default_factory=dict)
    files: dict[str, ReadFile] = field(default_factory=dict)
    parts: dict[str, LiveParts] = field(default_factory=dict)
    """Of the first own pages of each host, what the tools of the site are recognised by."""


def read_documents(index: EvidenceIndex, is_own: Callable[[str], bool], taxonomy: Taxonomy) -> ReadUnit:
    """Reads every document of an index in a fixed order."""
    return _Reader(index, is_own, taxonomy).read()


class _Reader:
    """One reading of a municipality's evidence."""

    def __init__(self, index: EvidenceIndex, is_own: Callable[[str], bool], taxonomy: Taxonomy) -> None:
        self._index, self._is_own, self._taxonomy = index, is_own, taxonomy
        self._same: dict[Any, Any] = {}
        self._furniture: dict[str, Furniture] = {}
        self._read: dict[str, tuple[PageSource, Page, StandIn | None]] = {}
        self._looked_at = ToolCount()
        self._unit = ReadUnit()

    def read(self) -> ReadUnit:
        """Pages first: what a site repeats is learned before any of its pages is taken."""
        found = (url for url, place in self._index.documents.items() if is_html(place) and place.status < 400)
        readable = sorted(found)
        for host in sorted({host_of(url) for url in readable if self._is_own(url)}):
            self._furniture[host] = self._learn([url for url in readable if host_of(url) == host])
        for url in readable:
            self._take(url)
        for url, place in sorted(self._index.probes.items()):
            self._take_probe(url, place)
        for url, place in sorted(self._index.documents.items()):
            if url not in self._unit.pages:
                self._take_file(url, place)
        return self._unit

    def _learn(self, urls: Sequence[str]) -> Furniture:
        step = max(1, len(urls) // FURNITURE_SAMPLE)
        pages = [found[1] for url in urls[::step][:FURNITURE_SAMPLE] if (found := self._document(url)) is not None]
        return learn_furniture(pages)

    def _document(self, url: str) -> tuple[PageSource, Page, StandIn | None] | None:
        """An answer and what was read of it, once."""
        source = None if url in self._read else read_source(self._index, url)
        if source is not None:
            given = {"content_type": source.content_type, "status": source.status, "headers": source.headers}
            if self._is_own(url):
                page, instead = read_answer(source.body, source.url, self._taxonomy, **given)  # type: ignore[arg-type]
            else:
                page, instead = read_page(source.body, url, self._taxonomy, content_type=source.content_type), None
            self._read[url] = source, page, instead
        return self._read.get(url)

    def _take(self, url: str) -> None:
        found = self._document(url)
        if found is None:
            return
        source, page, instead = self._read.pop(url)
        furniture = self._furniture.get(host_of(url))
        page = self._shared(without_furniture(page, furniture) if furniture else page)
        if not self._is_own(url) or instead is not None:
            self._unit.pages[url] = ReadPage(page, instead)
            return
        self._unit.pages[url] = ReadPage(page, None, look_of(page), measure_page(page, self._taxonomy))
        if self._looked_at.wants(host_of(url)):
            self._looked_at.add(url, ())
            self._unit.parts[url] = self._live_parts(url, source, page)

    def _live_parts(self, url: str, source: PageSource, page: Page) -> LiveParts:
        """What a page loads, with the cookies and headers of the server's answer and of the browser's."""
        answer = (read_place(url, self._index.documents[url]) if source.rendered else source) or source
        cookies = tuple(sorted({*answer.cookies, *source.cookies}))
        return live_parts(source.body, page, cookies=cookies, headers={**source.headers, **answer.headers})

    def _take_probe(self, url: str, place: Place) -> None:
        source = read_place(url, place)
        if source is None:
            return
        text = page_text(source.body, source.content_type)
        if stand_in_of(text, status=source.status, headers=source.headers) is None:
            learned = self._furniture.get(host_of(url))
            page = read_page(source.body, url, self._taxonomy, content_type=source.content_type, furniture=learned)
            self._unit.probes[host_of(url)] = look_of(page)

    def _take_file(self, url: str, place: Place) -> None:
        if url not in self._index.renderings and place.content_type != "application/pdf":
            self._unit.files[url] = ReadFile(place.sha256)
            return
        source = read_source(self._index, url)
        if source is None:
            return
        read = ReadFile(digest_of(source.body))
        if place.content_type == "application/pdf" and isinstance(source.body, bytes) and place.status < 400:
            fillable, quality = fillable_from_pdf(source.body), measure_pdf(url, source.body, self._taxonomy)
            read = ReadFile(read.sha256, fillable, quality)
        self._unit.files[url] = read

    def _shared(self, page: Page) -> Page:
        """The page with the parts that earlier pages have too as one object: menus are most of a site."""
        return replace(
            page, links=self._each(page.links), blocks=self._each(page.blocks), contacts=self._each(page.contacts)
        )

    def _each(self, parts: Iterable[Part]) -> tuple[Part, ...]:
        same = self._same
        return tuple(same.setdefault(part, part) for part in parts)


def is_html(place: Place) -> bool:
    """Whether the answer at a place is a page that can be read."""
    return place.content_type in HTML_TYPES
