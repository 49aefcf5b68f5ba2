"""Reads evidence into what the analysis needs: documents, failures, how the crawl ended, landing pages.

Bodies stay on disk: pass one keeps addresses and places in the files, pass two reads one document at a time.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from analysis.findings import PageSource
from study import (
    HTML_TYPES,
    CaptureIndex,
    CrawlEnd,
    FailureReason,
    PassedOver,
    StoredDocument,
    StoredFailure,
    StoredJson,
    StoredRendering,
    TruncatedWarc,
    actual_type,
    host_of,
    read_at,
    read_events,
)
from study.document import MAX_CHARACTERS, page_text, stand_in_of

from .accessibility import AuditIndex

MAX_REDIRECTS = 20

_RENDERED_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document stands in the evidence."""

    path: Path
    offset: int
    status: int
    content_type: str
    fetched_at: datetime
    sha256: str = ""
    """Of the decoded body, or of a rendering's text."""
    head: str = ""
    """A digest of what was said beside the body: headers, names of cookies."""


def digest_of(body: bytes | str) -> str:
    """SHA-256 of a decoded body, or of a rendering's text."""
    return hashlib.sha256(body.encode(errors="surrogatepass") if isinstance(body, str) else body).hexdigest()


def _head(*said: object) -> str:
    return hashlib.blake2b(repr(said).encode(errors="surrogatepass"), digest_size=8).hexdigest()


def _place_of(event: StoredDocument, kind: str, paths: Mapping[str, Path]) -> Place:
    sha256, head = digest_of(event.body), _head(sorted(event.headers.items()))
    return Place(paths[event.warc_file], event.warc_offset, event.status, kind, event.fetched_at, sha256, head)


def _place_of_rendering(event: StoredRendering, paths: Mapping[str, Path]) -> Place:
    sha256, head = digest_of(event.html), _head(sorted(event.headers.items()), event.cookies)
    return Place(paths[event.warc_file], event.warc_offset, 200, "text/html", event.at, sha256, head)


@dataclass(frozen=True, slots=True)
class Left:
    """An address that the crawl ended without having asked; `reason` is the failure for which its host was left."""

    services: tuple[str, ...]
    is_hub: bool
    reason: FailureReason | None = None


@dataclass
class EvidenceIndex:
    """What a set of WARC files holds, without the bodies."""

    documents: dict[str, Place] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    renderings: dict[str, Place] = field(default_factory=dict)
    failures: dict[str, StoredFailure] = field(default_factory=dict)
    ends: list[CrawlEnd] = field(default_factory=list)
    probes: dict[str, Place] = field(default_factory=dict)
    """What hosts show, with status 200, for an address that cannot exist."""
    left: dict[str, Left] = field(default_factory=dict)
    """Promising addresses that the last crawl left unread."""
    _told: dict[str, Left] = field(default_factory=dict)
    truncated: list[str] = field(default_factory=list)
    elsewhere: Counter[str] = field(default_factory=Counter)
    """Answers by file that only point to a body in a file that was not read."""
    passed_over: Counter[str] = field(default_factory=Counter)
    """Records by file that are whole and could not be used."""
    passed_kinds: dict[str, dict[str, int]] = field(default_factory=dict)
    """The same by file and kind."""
    _answered: dict[str, datetime] = field(default_factory=dict)
    audits: AuditIndex = field(default_factory=AuditIndex)
    first_at: datetime | None = None
    last_at: datetime | None = None

    def resolve(self, url: str) -> str:
        """The address that redirects of the evidence lead to."""
        for _ in range(MAX_REDIRECTS):
            target = self.redirects.get(url)
            if target is None or target == url:
                return url
            url = target
        return url

    def way(self, url: str) -> tuple[str, ...]:
        """The address and those that redirects of the evidence lead through, the last one being where they end."""
        passed = [url]
        while len(passed) <= MAX_REDIRECTS and (target := self.redirects.get(passed[-1])) and target not in passed:
            passed.append(target)
        return tuple(passed)

    def _saw(self, at: datetime) -> None:
        self.first_at = at if self.first_at is None else min(self.first_at, at)
        self.last_at = at if self.last_at is None else max(self.last_at, at)

    def add(self, event: object, paths: Mapping[str, Path]) -> None:
        """Take one event in; of an address the newest answer counts, whatever the order of files."""
        match event:
            case StoredDocument(kind="robots" | "sitemap"):
                self._saw(event.fetched_at)
            case StoredDocument(is_elsewhere=True):
                self.elsewhere[event.warc_file] += 1
            case StoredDocument(kind="probe"):
                self._saw(event.fetched_at)
                kind = actual_type(event.content_type, event.body)
                if event.status < 300 and kind in HTML_TYPES:
                    self.probes[event.url] = _place_of(event, kind, paths)
            case StoredDocument():
                self._add_document(event, paths)
            case StoredRendering():
                known = self.renderings.get(event.url)
                if known is not None and event.at < known.fetched_at:
                    return
                self.renderings[event.url] = _place_of_rendering(event, paths)
            case StoredFailure():
                self._saw(event.at)
                if event.url not in self.documents:
                    self.failures[event.url] = event
            case CrawlEnd():
                self.ends.append(event)
                self.left, self._told = self._told, {}
            case StoredJson(kind="unread"):
                self._told[event.url] = _left(event.data)
            case StoredJson():
                self.audits.add(event, paths)
            case TruncatedWarc():
                self.truncated.append(event.warc_file)
            case PassedOver():
                self.passed_over[event.warc_file] += 1
                kinds = self.passed_kinds.setdefault(event.warc_file, {})
                kinds[event.kind] = kinds.get(event.kind, 0) + 1
            case _:
                pass

    def _add_document(self, event: StoredDocument, paths: Mapping[str, Path]) -> None:
        """Take an answer in: its place, or where it leads to; an older one changes nothing."""
        self._saw(event.fetched_at)
        self.failures.pop(event.url, None)
        if event.fetched_at < self._answered.get(event.url, event.fetched_at):
            return
        if event.status < 400:
            self._answered[event.url] = event.fetched_at
        if event.redirect_to:
            self.redirects[event.url] = event.redirect_to
            return
        known = self.documents.get(event.url)
        if known is None or event.status < 400 or known.status >= 400:
            kind = actual_type(event.content_type, event.body)
            self.documents[event.url] = _place_of(event, kind, paths)
            self.redirects.pop(event.url, None)


def _left(data: Any) -> Left:
    known = data if isinstance(data, dict) else {}
    reason = str(known.get("reason") or "")
    services = tuple(str(service) for service in known.get("services") or ())
    return Left(services, bool(known.get("hub")), FailureReason(reason) if reason in set(FailureReason) else None)


def index_evidence(files: Sequence[Path], captures: CaptureIndex | None = None) -> EvidenceIndex:
    """What these WARC files hold; `captures` takes in their records on the way."""
    index = EvidenceIndex()
    paths = {path.name: path for path in files}
    for event in read_events(files, captures=captures):
        index.add(event, paths)
    return index


def read_source(index: EvidenceIndex, url: str) -> PageSource | None:
    """The document at an address as the analysis reads it; None where the evidence has none."""
    place = index.documents.get(url)
    return None if place is None else read_place(url, place, index.renderings.get(url))


def read_place(url: str, place: Place, rendering: Place | None = None) -> PageSource | None:
    """The rendered DOM where there is one that shows the page, else the answer of the server."""
    stored = read_at(rendering.path, rendering.offset) if rendering is not None else None
    document = read_at(place.path, place.offset)
    if isinstance(stored, StoredRendering) and not _is_worse(stored, document):
        headers = {**stored.headers, "set-cookie": "\n".join(f"{name}=" for name in stored.cookies)}
        return PageSource(url, stored.html, _RENDERED_TYPE, place.status, rendered=True, headers=headers)
    if not isinstance(document, StoredDocument):
        return None
    header = document.headers.get("content-type", document.content_type)
    return PageSource(url, document.body, header, document.status, headers=document.headers)


def _is_worse(rendering: StoredRendering, document: object) -> bool:
    """Whether something stands in the browser in place of a page that the server had given."""
    if not isinstance(document, StoredDocument) or stand_in_of(rendering.html[:MAX_CHARACTERS]) is None:
        return False
    header = document.headers.get("content-type", document.content_type)
    return stand_in_of(page_text(document.body, header), status=document.status, headers=document.headers) is None


@dataclass(frozen=True, slots=True)
class LandingPlace:
    """A landing page of an e-service: where its document stands, and the address it has after redirects."""

    final_url: str
    place: Place
    rendering: Place | None = None
    way: tuple[str, ...] = ()
    """Addresses that redirects passed through before the final one, without the address that was linked."""


def landing_places(indexes: Sequence[EvidenceIndex], own_hosts: frozenset[str]) -> dict[str, LandingPlace]:
    """Documents outside the municipalities' own hosts by the address that was linked; the first index wins."""
    found: dict[str, LandingPlace] = {}
    for index in indexes:
        for url in sorted({*index.documents, *index.redirects}):
            final = index.resolve(url)
            place = index.documents.get(final)
            if place is not None and host_of(final) not in own_hosts:
                way = index.way(url)[1:-1]
                found.setdefault(url, LandingPlace(final, place, index.renderings.get(final), way))
    return found


class LandingPages(Mapping[str, PageSource]):
    """Landing pages by the address that was linked, read from disk when asked for."""

    def __init__(self, places: Mapping[str, LandingPlace]) -> None:
        self._places = places

    def place(self, url: str) -> LandingPlace | None:
        """Where the landing page of a linked address stands; None where the evidence has none."""
        return self._places.get(url)

    def __getitem__(self, url: str) -> PageSource:
        landing = self._places[url]
        source = read_place(landing.final_url, landing.place, landing.rendering)
        if source is None:
            raise KeyError(url)
        return replace(source, way=landing.way)

    def __contains__(self, url: object) -> bool:
        return url in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def only_hosts(index: EvidenceIndex, hosts: frozenset[str]) -> EvidenceIndex:
    """The part of an index that is about these hosts; how a crawl ended is nobody's then."""
    return EvidenceIndex(
        documents={url: place for url, place in index.documents.items() if host_of(url) in hosts},
        redirects=index.redirects,
        renderings={url: place for url, place in index.renderings.items() if host_of(url) in hosts},
        failures={url: failure for url, failure in index.failures.items() if host_of(url) in hosts},
        truncated=index.truncated,
        elsewhere=index.elsewhere,
        passed_over=index.passed_over,
        passed_kinds=index.passed_kinds,
        first_at=index.first_at,
        last_at=index.last_at,
    )
