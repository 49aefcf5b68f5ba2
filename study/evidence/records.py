"""One WARC record as the event that it stands for; of other crawlers' records as much as is understood.

An answer that only points to an earlier one (a revisit) is found by its record's id, its digest, or address and time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders

from study.decoding import decode_body, media_type
from study.records import CrawlStatus, FailureReason
from study.urls import normalise_url, without_password

from .events import CrawlEnd, StoredDocument, StoredEvent, StoredFailure, StoredJson, StoredRendering
from .members import open_stream, read_block, records_of
from .writer import NOTE_FIELD, NOTE_TYPE

STANDING = "standing"
"""The kind of a record that shows, in replay, what a rendering record holds; nobody reads it as a page of its own."""


@dataclass(slots=True)
class Known:
    """What the records read so far mean for others that follow."""

    originals: dict[int, tuple[Path, int]] = field(default_factory=dict)
    """Where an answer was stored first, by digests of the names by which others point to it."""
    other_requests: set[str] = field(default_factory=set)
    """Ids of requests that ask for something else than a page (POST, HEAD)."""

    def keep(self, headers: StatusAndHeaders, place: tuple[Path, int]) -> None:
        """Remember where an answer stands."""
        for name in _names(headers, "WARC-Record-ID", "WARC-Payload-Digest", "WARC-Target-URI", "WARC-Date"):
            self.originals.setdefault(hash(name), place)

    def original_of(self, headers: StatusAndHeaders) -> tuple[Path, int] | None:
        """Where the answer stands that a record points to; None where it was not read."""
        names = _names(
            headers, "WARC-Refers-To", "WARC-Payload-Digest", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date"
        )
        return next((self.originals[hash(name)] for name in names if hash(name) in self.originals), None)


NO_ANSWER = "begin as no answer of HTTP/1 does"
OTHER_ANSWER = "answer something else than a request for a page (POST, HEAD)"


class UnusableError(ValueError):
    """A record that is whole and cannot be used; its words complete "its records ..."."""


@dataclass(frozen=True, slots=True)
class OtherRequest:
    """A request for something else than a page: the answer to it is none."""

    record_id: str
    concurrent_to: str


_STATUS = re.compile("[1-9][0-9][0-9]")
_MOST = 1_000_000
"""No depth of a page and no number of tries is larger."""
_OLD_NOTE_TYPE = "application/json"  # of notes before version 0.2
_NOT_MODIFIED, _PARTIAL = (str(status.value) for status in (HTTPStatus.NOT_MODIFIED, HTTPStatus.PARTIAL_CONTENT))
_OF_THE_BODY = frozenset({"content-type", "content-encoding", "transfer-encoding", "content-language"})
_FROM_START = re.compile(r"bytes\s+0-(\d+)/(\d+|\*)")


def _names(headers: StatusAndHeaders, record_id: str, digest: str, uri: str, at: str) -> Iterator[str]:
    """The names by which an answer is pointed to, the surest first."""
    for name in (record_id, digest):
        if value := headers.get_header(name):
            yield value
    if (url := headers.get_header(uri)) and (date := headers.get_header(at)):
        yield f"{url.strip('<>')} {date}"


def event_of(
    record: ArcWarcRecord, raw: bytes, path: Path, offset: int, body_limit: int, known: Known
) -> StoredEvent | OtherRequest | None:
    """What a record with this content stands for; None where it is nothing that we know.

    Raises UnusableError for an answer or a page that cannot be used.
    """
    headers = record.rec_headers
    url = without_password(headers.get_header("WARC-Target-URI") or "")
    _refuse_pieces(record, url)
    if record.rec_type == "request":
        return _other_request(record)
    if record.rec_type == "revisit" or (record.rec_type == "response" and record.http_headers is not None):
        return _document(record, raw, path, offset, body_limit, known)
    at = _parse_time(headers.get_header("WARC-Date"))
    if record.rec_type == "conversion" and "html" in (record.content_type or ""):
        note = _note(record)
        return StoredRendering(
            url=url,
            html=raw.decode("utf-8", errors="replace"),
            at=at,
            refers_to=headers.get_header("WARC-Refers-To"),
            contacted=tuple(str(host) for host in note.get("contacted", ())),
            warc_file=path.name,
            warc_offset=offset,
            final_url=str(note.get("final_url") or url),
            headers=_texts(note.get("headers")),
            cookies=tuple(str(name) for name in note.get("cookies") or ()),
        )
    if record.rec_type == "resource" and url.startswith(("http://", "https://")):
        return None if _note(record).get("kind") == STANDING else resource_of(record, raw, path, offset, body_limit)
    if record.rec_type == "metadata":
        return _noted(_note_in(raw, record.content_type or ""), at, path, offset)
    if record.rec_type == "response":
        raise UnusableError(NO_ANSWER)
    return None


def _refuse_pieces(record: ArcWarcRecord, url: str) -> None:
    """Raise UnusableError for pieces of a long record, and for answers of other schemes."""
    segment = record.rec_headers.get_header("WARC-Segment-Number")
    if record.rec_type == "continuation" or (segment or "1").strip() != "1":
        raise UnusableError("are pieces of longer records")
    if record.rec_type in ("response", "revisit") and not url.startswith(("http://", "https://")):
        raise UnusableError("are of other schemes than http (dns, ftp)")


def _other_request(record: ArcWarcRecord) -> OtherRequest | None:
    """A request that asks for something else than a page; None for one that asks for a page."""
    headers = record.http_headers
    if headers is None or (headers.protocol or "GET").upper() == "GET":
        return None
    names = (record.rec_headers.get_header(name) or "" for name in ("WARC-Record-ID", "WARC-Concurrent-To"))
    return OtherRequest(*names)


def resource_of(
    record: ArcWarcRecord, raw: bytes, path: Path, offset: int, body_limit: int, kind: str = ""
) -> StoredDocument:
    """A page that was stored without its HTTP headers, as a good answer of its type or of a given one."""
    url = without_password(record.rec_headers.get_header("WARC-Target-URI") or "")
    kind = kind or record.content_type or ""
    return StoredDocument(
        url=url,
        status=200,
        headers={"content-type": kind},
        body=raw,
        content_type=media_type(kind),
        fetched_at=_parse_time(record.rec_headers.get_header("WARC-Date")),
        warc_file=path.name,
        warc_offset=offset,
        kind="robots" if urlsplit(url).path == "/robots.txt" else "",
        record_id=record.rec_headers.get_header("WARC-Record-ID") or "",
        truncated=len(raw) >= body_limit or bool(record.rec_headers.get_header("WARC-Truncated")),
    )


def _note_in(raw: bytes, content_type: str) -> bytes:
    """The JSON of a note; empty for metadata of other programs."""
    if content_type.startswith(_OLD_NOTE_TYPE):
        return raw
    return raw.removeprefix(NOTE_FIELD) if content_type == NOTE_TYPE and raw.startswith(NOTE_FIELD) else b""


def _document(
    record: ArcWarcRecord, raw: bytes, path: Path, offset: int, body_limit: int, known: Known
) -> StoredDocument:
    told = record.rec_headers
    url = without_password(told.get_header("WARC-Target-URI") or "")
    if told.get_header("WARC-Concurrent-To") in known.other_requests:
        raise UnusableError(OTHER_ANSWER)
    status, headers = _head(record.http_headers)
    is_elsewhere = False
    if record.rec_type == "response":
        known.keep(told, (path, offset))
    else:
        place = known.original_of(told)
        is_elsewhere = place is None
        if place is not None:
            raw, first_status, stored = _original(place, body_limit)
            # "Not modified" is said of what was there before; what has no head of its own has that of the other.
            is_same = status in ("", _NOT_MODIFIED)
            headers = {**{k: v for k, v in stored.items() if is_same or k in _OF_THE_BODY}, **headers}
            status = first_status if is_same else status
            path, offset = place
    if not _STATUS.fullmatch(status) and not (is_elsewhere and not status):
        raise ValueError("no status of an answer")
    if status == _PARTIAL and not _is_whole(headers):
        raise UnusableError("hold a part of an answer")
    note = _note(record)
    body = decode_body(raw, headers, body_limit)
    location = headers.get("location") if status.startswith("3") else None
    return StoredDocument(
        url=url,
        status=int(status or 200),
        headers=headers,
        body=body,
        content_type=media_type(headers.get("content-type", "")),
        fetched_at=_parse_time(told.get_header("WARC-Date")),
        warc_file=path.name,
        warc_offset=offset,
        redirect_to=normalise_url(location, url) if location else None,
        via=_text(note.get("via")),
        depth=_count(note.get("depth")),
        kind=str(note.get("kind") or ("robots" if urlsplit(url).path == "/robots.txt" else "")),
        record_id=told.get_header("WARC-Record-ID") or "",
        truncated=len(body) >= body_limit or len(raw) >= body_limit or _is_cut(record),
        is_elsewhere=is_elsewhere,
    )


def _head(answer: StatusAndHeaders | None) -> tuple[str, dict[str, str]]:
    """Status and headers, by lower-case names; nothing of a record without any."""
    headers: dict[str, str] = {}
    for name, value in answer.headers if answer is not None else ():
        key = name.lower()
        headers[key] = f"{headers[key]}\n{value}" if key == "set-cookie" and key in headers else value
    return (answer.get_statuscode() if answer is not None else ""), headers


def _is_cut(record: ArcWarcRecord) -> bool:
    """Whether a record says that it lacks a part; of one that only points to another (wget's) that means nothing."""
    return record.rec_type == "response" and bool(record.rec_headers.get_header("WARC-Truncated"))


def _is_whole(headers: Mapping[str, str]) -> bool:
    """Whether a partial answer is all there is."""
    said = _FROM_START.fullmatch(headers.get("content-range", "").strip())
    return said is not None and said[2] != "*" and int(said[1]) + 1 == int(said[2])


def _original(place: tuple[Path, int], body_limit: int) -> tuple[bytes, str, dict[str, str]]:
    """Raw body, status and headers of the record that a revisit record points to."""
    path, offset = place
    with open_stream(path) as stream:
        stream.seek(offset)
        for record in records_of(stream):
            return read_block(record, body_limit), *_head(record.http_headers)
    return b"", "", {}


def _note(record: ArcWarcRecord) -> dict[str, Any]:
    text = record.rec_headers.get_header("WARC-JSON-Metadata")
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> dict[str, str]:
    return {str(k).lower(): str(v) for k, v in value.items()} if isinstance(value, dict) else {}


def _noted(raw: bytes, at: datetime, path: Path, offset: int) -> StoredEvent | None:
    try:
        value = json.loads(raw)
        kind, url, data = str(value["kind"]), without_password(str(value.get("url", ""))), value["data"]
    except (ValueError, KeyError, TypeError):
        return None
    if kind == "failure":
        return StoredFailure(
            url=url,
            reason=_known_reason(data.get("reason")) or FailureReason.OTHER,
            detail=str(data.get("detail", "")),
            at=at,
            warc_file=path.name,
            warc_offset=offset,
            kind=str(data.get("kind", "")),
            attempt=_count(data.get("attempt")) or 1,
            via=_text(data.get("via")),
        )
    if kind == "crawl-end":
        return CrawlEnd(
            code=str(data["code"]),
            status=CrawlStatus(data["status"]),
            reason=_known_reason(data.get("reason")),
            detail=str(data.get("detail", "")),
            counters={str(name): int(count) for name, count in data.get("counters", {}).items()},
            started_at=_parse_time(data.get("started_at")),
            ended_at=_parse_time(data.get("ended_at")),
            warc_file=path.name,
            warc_offset=offset,
        )
    return StoredJson(kind, url, data, at, path.name, offset)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST else None


def _known_reason(value: object) -> FailureReason | None:
    try:
        return FailureReason(str(value)) if value else None
    except ValueError:
        return FailureReason.OTHER


def _parse_time(text: str | None) -> datetime:
    try:
        parsed = datetime.fromisoformat((text or "").replace("Z", "+00:00"))
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    try:
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except OverflowError:
        return datetime(1970, 1, 1, tzinfo=UTC)
