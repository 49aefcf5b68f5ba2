"""One WARC record as the event that it stands for; of other crawlers' records as much as is understood."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from study.decoding import decode_body, media_type
from study.records import CrawlStatus, FailureReason
from study.urls import normalise_url

from .events import CrawlEnd, StoredDocument, StoredEvent, StoredFailure, StoredJson, StoredRendering
from .members import open_stream, read_block
from .writer import JSON_TYPE

Originals = dict[str, tuple[Path, int]]
"""Where the answer with a digest was stored first, for records that only point to it."""


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
    url, at = headers.get_header("WARC-Target-URI") or "", _parse_time(headers.get_header("WARC-Date"))
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
    if record.rec_type == "metadata" and (record.content_type or "").startswith(JSON_TYPE):
        return _noted(raw, at, path, offset)
    return None


def _document(
    record: ArcWarcRecord,
    raw: bytes,
    path: Path,
    offset: int,
    body_limit: int,
    originals: Originals,
) -> StoredDocument | None:
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    headers: dict[str, str] = {}
    for name, value in record.http_headers.headers:
        key = name.lower()
        headers[key] = f"{headers[key]}\n{value}" if key == "set-cookie" and key in headers else value
    digest = record.rec_headers.get_header("WARC-Payload-Digest") or ""
    if record.rec_type == "response" and digest:
        originals.setdefault(digest, (path, offset))
    elif record.rec_type == "revisit" and digest in originals:
        raw, stored = _original(originals[digest], body_limit)
        headers = {**stored, **headers}
    status = record.http_headers.get_statuscode()
    if not url.startswith(("http://", "https://")) or not status.isdigit():
        return None
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
        via=note.get("via"),
        depth=note.get("depth"),
        kind=str(note.get("kind", "")),
        record_id=record.rec_headers.get_header("WARC-Record-ID") or "",
        truncated=len(body) >= body_limit
        or len(raw) >= body_limit
        or bool(record.rec_headers.get_header("WARC-Truncated")),
    )


def _original(place: tuple[Path, int], body_limit: int) -> tuple[bytes, dict[str, str]]:
    """The raw body and headers of the record that a revisit record points to."""
    path, offset = place
    with open_stream(path) as stream:
        stream.seek(offset)
        for record in ArchiveIterator(stream):
            headers = {name.lower(): value for name, value in record.http_headers.headers}
            return read_block(record, body_limit), headers
    return b"", {}


def _note(record: ArcWarcRecord) -> dict[str, Any]:
    text = record.rec_headers.get_header("WARC-JSON-Metadata")
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> dict[str, str]:
    return {str(k).lower(): str(v) for k, v in value.items()} if isinstance(value, dict) else {}


def _noted(raw: bytes, at: datetime, path: Path, offset: int) -> StoredEvent | None:
    try:
        value = json.loads(raw)
        kind, url, data = str(value["kind"]), str(value.get("url", "")), value["data"]
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
            attempt=int(data.get("attempt", 1)),
            via=data.get("via"),
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
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
