"""What was stored, as whoever reads it sees it: answers, failures, renderings, notes, ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from study.records import CrawlStatus, FailureReason


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """An HTTP answer. Header names are lower-case; the body is decoded (chunks and compression undone) and bounded.

    An answer that only points to an earlier one has that one's body and place; `is_elsewhere` where it was not read.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    content_type: str
    fetched_at: datetime
    warc_file: str
    warc_offset: int
    redirect_to: str | None = None
    via: str | None = None
    depth: int | None = None
    kind: str = ""
    record_id: str = ""
    truncated: bool = False
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class StoredFailure:
    """An address that gave no answer. `attempt` counts from 1."""

    url: str
    reason: FailureReason
    detail: str
    at: datetime
    warc_file: str
    warc_offset: int
    kind: str = ""
    attempt: int = 1
    via: str | None = None


@dataclass(frozen=True, slots=True)
class StoredRendering:
    """The DOM that a browser made of a page, as HTML; `contacted` are the hosts it loaded from.

    `headers` are those of the document's answer to the browser, `cookies` the names of those the browser then held.
    """

    url: str
    html: str
    at: datetime
    refers_to: str | None
    contacted: tuple[str, ...]
    warc_file: str
    warc_offset: int
    final_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CrawlEnd:
    """How a crawl of one municipality ended. A later record replaces an earlier one."""

    code: str
    status: CrawlStatus
    reason: FailureReason | None
    detail: str
    counters: Mapping[str, int]
    started_at: datetime
    ended_at: datetime
    warc_file: str = ""
    warc_offset: int = 0


@dataclass(frozen=True, slots=True)
class StoredJson:
    """Any other thing that was noted as JSON: raw audit results, traps met, a landing page that another crawl holds."""

    kind: str
    url: str
    data: Any
    at: datetime
    warc_file: str
    warc_offset: int


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A record that is whole and cannot be used; what follows it is read. `kind` completes "its records ..."."""

    warc_file: str
    warc_offset: int
    kind: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TruncatedWarc:
    """A file could not be read to its end; everything before `warc_offset` was given."""

    warc_file: str
    warc_offset: int
    detail: str


StoredEvent = StoredDocument | StoredFailure | StoredRendering | CrawlEnd | StoredJson | TruncatedWarc | PassedOver
