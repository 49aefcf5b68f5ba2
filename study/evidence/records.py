"""One WARC record as the event that it stands for; of other crawlers' records as much as is understood."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from warcio.recordloader import ArcWarcRecord

from study.decoding import decode_body, media_type
from study.records import CrawlStatus, FailureReason
from study.urls import normalise_url, without_password

from .events import CrawlEnd, StoredDocument, StoredEvent, StoredFailure, StoredJson, StoredRendering
from .members import open_stream, read_block, records_of
from .writer import NOTE_FIELD, NOTE_TYPE

Originals = dict[str, tuple[Path, int]]
"""Where the answer with a digest or a record's id was stored first, for records that only point to it."""
_STATUS = re.compile("[1-9][0-9][0-9]")
_MOST = 1_000_000
"""No depth of a page and no number of tries is larger."""
_OLD_NOTE_TYPE = "application/json"  # of notes before version 0.2


def event_of(
    record: ArcWarcRecord,
    raw: bytes,
    path: Path,
    offset: int,
    body_limit: int,
    originals: Originals,
) -> StoredEvent | None:
    """What a record with this content stands for; None where it is nothing that we know."""
    if record.rec_type in ("response", "revisit") and record.http_headers is not None:
        return _document(record, raw, path, offset, body_limit, originals)
    headers = record.rec_headers
    url, at = (
        without_password(headers.get_header("WARC-Target-URI") or ""),
        _parse_time(headers.get_header("WARC-Date")),
    )
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
        return _resource(record, raw, url, at, path, offset, body_limit)
    if record.rec_type == "metadata":
        return _noted(_note_in(raw, record.content_type or ""), at, path, offset)
    return None


def _resource(
    record: ArcWarcRecord, raw: bytes, url: str, at: datetime, path: Path, offset: int, body_limit: int
) -> StoredDocument:
    """A page that was stored without its HTTP headers, as a good answer of its type."""
    kind = record.content_type or ""
    return StoredDocument(
        url=url,
        status=200,
        headers={"content-type": kind},
        body=raw,
        content_type=media_type(kind),
        fetched_at=at,
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
    record: ArcWarcRecord,
    raw: bytes,
    path: Path,
    offset: int,
    body_limit: int,
    originals: Originals,
) -> StoredDocument | None:
    url = without_password(record.rec_headers.get_header("WARC-Target-URI") or "")
    headers: dict[str, str] = {}
    for name, value in record.http_headers.headers:
        key = name.lower()
        headers[key] = f"{headers[key]}\n{value}" if key == "set-cookie" and key in headers else value
    is_elsewhere = False
    if record.rec_type == "response":
        for name in ("WARC-Payload-Digest", "WARC-Record-ID"):
            if key := record.rec_headers.get_header(name):
                originals.setdefault(key, (path, offset))
    else:
        names = (record.rec_headers.get_header(name) for name in ("WARC-Refers-To", "WARC-Payload-Digest"))
        place = next((originals[name] for name in names if name in originals), None)
        is_elsewhere = place is None
        if place is not None:
            raw, stored = _original(place, body_limit)
            headers = {**stored, **headers}
            path, offset = place
    status = record.http_headers.get_statuscode()
    if not url.startswith(("http://", "https://")):
        return None
    if not _STATUS.fullmatch(status):
        raise ValueError("no status of an answer")
    note = _note(record)
    body = decode_body(raw, headers, body_limit)
    location = headers.get("location") if 300 <= int(status) < 400 else None
    return StoredDocument(
        url=url,
        status=int(status),
        headers=headers,
        body=body,
        content_type=media_type(headers.get("content-type", "")),
        fetched_at=_parse_time(record.rec_headers.get_header("WARC-Date")),
        warc_file=path.name,
        warc_offset=offset,
        redirect_to=normalise_url(location, url) if location else None,
        via=_text(note.get("via")),
        depth=_count(note.get("depth")),
        kind=str(note.get("kind") or ("robots" if urlsplit(url).path == "/robots.txt" else "")),
        record_id=record.rec_headers.get_header("WARC-Record-ID") or "",
        truncated=len(body) >= body_limit
        or len(raw) >= body_limit
        or bool(record.rec_headers.get_header("WARC-Truncated")),
        is_elsewhere=is_elsewhere,
    )


def _original(place: tuple[Path, int], body_limit: int) -> tuple[bytes, dict[str, str]]:
    """The raw body and headers of the record that a revisit record points to."""
    path, offset = place
    with open_stream(path) as stream:
        stream.seek(offset)
        for record in records_of(stream):
            headers = {name.lower(): value for name, value in record.http_headers.headers}
            return read_block(record, body_limit), headers
    return b"", {}


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
