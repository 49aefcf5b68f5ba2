"""Goes on after a stop: reads the crawl's own evidence again, as if each answer arrived now.

Nothing else is kept between runs: what was fetched is known because it is in the WARC, what is still to be fetched
follows from its links. A process killed at any moment loses at most the answers that were under way.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from crawler.manners.robots_rules import rules_of
from study import (
    CrawlEnd,
    FailureReason,
    StoredDocument,
    StoredEvent,
    StoredFailure,
    StoredJson,
    StoredRendering,
    host_of,
    origin_of,
)

from .entries import Entry, Kind
from .plan import Answer
from .reader import SiteReader

_ROBOTS_AGE = timedelta(hours=24)  # RFC 9309: a copy should not be used for longer
_NEW_SESSION = frozenset({FailureReason.STOPPED, FailureReason.TIME_LIMIT, FailureReason.BUDGET})
"""Ends after which the failures of the crawl still stand: it was cut off, not ended by trouble."""


class Replay:
    """Feeds stored events to a reader; `answers` counts them, `robots` are answers young enough to be used again."""

    def __init__(self, reader: SiteReader, now: datetime) -> None:
        self._reader, self._now = reader, now
        self.answers = 0
        self.robots: dict[str, tuple[int, bytes]] = {}

    def run(self, events: Iterable[StoredEvent]) -> None:
        """Replay everything in its order."""
        for event in events:
            if isinstance(event, StoredDocument):
                self._document(event)
            elif isinstance(event, StoredRendering):
                self._rendering(event)
            elif isinstance(event, StoredFailure):
                self._failure(event)
            elif isinstance(event, CrawlEnd) and event.reason not in _NEW_SESSION:
                self._reader.reopen()
                self.robots.clear()
            elif isinstance(event, StoredJson) and event.kind == "script-redirect":
                self._script_redirect(event)
            elif isinstance(event, StoredJson) and event.kind == "certificate":
                self._reader.note_certificate(host_of(event.url), str(dict(event.data).get("problem", "")))
            elif isinstance(event, StoredJson) and event.kind == "held-elsewhere":
                entry = self._reader.frontier.arrive(event.url, Kind.ESERVICE)
                if entry is not None:
                    self._reader.frontier.settle(entry, counted=False)

    def _document(self, event: StoredDocument) -> None:
        if event.kind == "robots":
            if event.url.endswith("/robots.txt") and event.status < 400:
                self._reader.read_robots(origin_of(event.url), rules_of(event.status, event.body).sitemaps)
            if event.status < 500 and self._now.astimezone(UTC) - event.fetched_at < _ROBOTS_AGE:
                self.robots[event.url] = (event.status, event.body)
            return
        if event.truncated and event.kind != Kind.SITEMAP:
            return  # larger than the study reads: refused when it came, and its failure is stored too
        entry = self._entry(event.url, event.kind, event.depth, event.via)
        self.answers += 1
        answer = Answer(event.url, event.status, event.headers, event.body, event.content_type, event.record_id)
        self._reader.take(entry, answer, now=0.0)

    def _rendering(self, event: StoredRendering) -> None:
        entry = self._entry(event.url, Kind.RENDER.value, None, None)
        self.answers += 1
        body = event.html.encode("utf-8", errors="replace")
        self._reader.take(entry, Answer(event.final_url or event.url, 200, {}, body, "text/html"), now=0.0)

    def _script_redirect(self, event: StoredJson) -> None:
        target = event.data.get("to") if isinstance(event.data, dict) else None
        entry = self._entry(event.url, Kind.RENDER.value, None, None)
        self.answers += 1
        self._reader.take(entry, Answer(event.url, 302, {"location": str(target)}, b"", ""), now=0.0)

    def _failure(self, event: StoredFailure) -> None:
        if event.kind and event.kind != "robots":
            entry = self._entry(event.url, event.kind, None, event.via)
            self._reader.fail(entry, event.reason, event.detail, now=0.0)

    def _entry(self, url: str, kind_name: str, depth: int | None, via: str | None) -> Entry:
        """The entry that the stored answer is about; made anew where no link known today leads to it."""
        kind = Kind(kind_name) if kind_name in set(Kind) else Kind.PAGE
        entry = self._reader.frontier.arrive(url, kind)
        if entry is not None:
            return entry
        entry = Entry(url, kind, depth or 0, via)
        self._reader.frontier.offer(entry, redirected=True)
        return self._reader.frontier.arrive(url, kind) or entry
