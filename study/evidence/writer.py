"""Appends to our own WARC 1.1 series: a record is one gzip member, written in one go.

What was mended when the series was opened is noted in it. The bytes of a record are
ours, for header lines are kept as they came; docs/decisions/0022 says why no library writes them.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import uuid
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from study.records import CrawlStatus, FailureReason
from study.urls import without_password

from .series import Series

_EVENT_URI = "urn:kuntatutka:"
GZIP_LEVEL = 4  # 6 and above cost twice the time for 3 % of the size on 80 kB pages.
NOTE_TYPE = "application/warc-fields"
"""Type of a note: readers of web archives show no record of it in the place of a page."""
NOTE_FIELD = b"kuntatutka-note: "
SECRET_HEADERS = frozenset({b"proxy-authorization", b"authorization"})
"""Headers of a request that hold a password: they are sent, and never written."""


class WarcWriter:
    """Appends to one municipality's series; one process at a time. Raises StorageError when the disk refuses."""

    def __init__(self, evidence_dir: Path, code: str, part_mb: float = 250, software: str = "kuntatutka") -> None:
        self._code, self._software = code, software
        self._series = Series(evidence_dir, code, int(part_mb * 1_000_000), self._head)
        for kind, data in self._series.repairs:
            self.write_json(kind, data)

    @property
    def path(self) -> Path:
        """The part that is written to."""
        return self._series.path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Bring everything to the disk and let go of the file."""
        self._series.close()

    def write_exchange(
        self,
        url: str,
        request_headers: Iterable[tuple[bytes, bytes]],
        status: int,
        response_headers: Iterable[tuple[bytes, bytes]],
        body: bytes,
        *,
        at: datetime,
        protocol: str = "HTTP/1.1",
        method: str = "GET",
        ip: str | None = None,
        note: Mapping[str, Any] | None = None,
    ) -> str:
        """Store request and response, the body as it came over the wire but for its chunks; gives the record's id."""
        record_id = _new_id()
        url = without_password(url)
        reason = http.client.responses.get(status, "")
        block = _http_head(f"{protocol or 'HTTP/1.1'} {status} {reason}", response_headers, len(body)) + body
        headers = {
            "WARC-Target-URI": url,
            "WARC-Payload-Digest": "sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode(),
        }
        if ip:
            headers["WARC-IP-Address"] = ip
        self._append("response", record_id, at, "application/http;msgtype=response", block, headers, note)
        target = url.split("://", 1)[-1]
        path = target[target.find("/") :] if "/" in target else "/"
        told = [(name, value) for name, value in request_headers if name.lower() not in SECRET_HEADERS]
        head = _http_head(f"{method} {path} HTTP/1.1", told, None)
        self._append(
            "request",
            _new_id(),
            at,
            "application/http;msgtype=request",
            head,
            {"WARC-Target-URI": url, "WARC-Concurrent-To": record_id},
        )
        return record_id

    def write_failure(
        self, url: str, reason: FailureReason, detail: str, at: datetime, note: Mapping[str, Any] | None = None
    ) -> None:
        """Store that an address gave no answer, and why."""
        self.write_json(
            "failure",
            {"reason": reason.value, "detail": without_password(detail)[:500], **(note or {})},
            url=url,
            at=at,
        )

    def write_rendered(
        self, url: str, html: str, at: datetime, refers_to: str | None = None, note: Mapping[str, Any] | None = None
    ) -> None:
        """Store the DOM that a browser made of a page."""
        headers = {"WARC-Target-URI": without_password(url)}
        if refers_to:
            headers["WARC-Refers-To"] = refers_to
        body = html.encode("utf-8", errors="replace")
        self._append("conversion", _new_id(), at, "text/html; charset=utf-8", body, headers, note)

    def write_json(self, kind: str, data: Any, *, url: str = "", at: datetime | None = None) -> None:
        """Store a note of any kind as a metadata record; raw audit results are kept this way."""
        url = without_password(url)
        note = json.dumps({"kind": kind, "url": url, "data": data}, ensure_ascii=False, sort_keys=True)
        block = NOTE_FIELD + note.encode() + b"\r\n"
        target = url if url.startswith(("http://", "https://")) else f"{_EVENT_URI}{kind}:{self._code}"
        self._append("metadata", _new_id(), at or _now(), NOTE_TYPE, block, {"WARC-Target-URI": target})

    def write_crawl_end(
        self,
        status: CrawlStatus,
        reason: FailureReason | None,
        counters: Mapping[str, int],
        *,
        started_at: datetime,
        ended_at: datetime,
        detail: str = "",
    ) -> None:
        """Store how the crawl ended; without such a record a municipality counts as partly read."""
        data = {
            "code": self._code,
            "status": status.value,
            "reason": reason.value if reason else None,
            "detail": detail[:500],
            "counters": dict(counters),
            "started_at": _iso(started_at),
            "ended_at": _iso(ended_at),
        }
        self.write_json("crawl-end", data, at=ended_at)
        self._series.sync()

    def _head(self, name: str) -> bytes:
        """The member that begins a part."""
        block = f"software: {self._software}\r\nformat: WARC File Format 1.1\r\nisPartOf: {self._code}\r\n".encode()
        return packed_record("warcinfo", _new_id(), _now(), "application/warc-fields", block, {"WARC-Filename": name})

    def _append(
        self,
        kind: str,
        record_id: str,
        at: datetime,
        content_type: str,
        block: bytes,
        headers: Mapping[str, str],
        note: Mapping[str, Any] | None = None,
    ) -> None:
        member = packed_record(kind, record_id, at, content_type, block, headers, note)
        # A request follows its response into the same part, so that the pair stays together.
        if self._series.is_full and kind != "request":
            self._series.next_part()
        self._series.append(member)


def packed_record(
    kind: str,
    record_id: str,
    at: datetime,
    content_type: str,
    block: bytes,
    headers: Mapping[str, str],
    note: Mapping[str, Any] | None = None,
) -> bytes:
    """A WARC record, packed: one gzip member."""
    lines = ["WARC/1.1", f"WARC-Type: {kind}", f"WARC-Record-ID: {record_id}", f"WARC-Date: {_iso(at)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if note:
        lines.append(f"WARC-JSON-Metadata: {json.dumps(note, sort_keys=True)}")
    lines += [f"Content-Type: {content_type}", f"Content-Length: {len(block)}", "", ""]
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress("\r\n".join(lines).encode() + block + b"\r\n\r\n") + packer.flush()


def _http_head(first: str, headers: Iterable[tuple[bytes, bytes]], length: int | None) -> bytes:
    """Start line and headers; the length is ours, for chunks were undone before the body got here."""
    skipped = {b"content-length", b"transfer-encoding"} if length is not None else set()
    lines = [first.encode("latin-1", errors="replace")]
    for name, value in headers:
        if name.lower() not in skipped:
            lines.append(name + b": " + value.replace(b"\r", b" ").replace(b"\n", b" "))
    if length is not None:
        lines.append(b"Content-Length: %d" % length)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _now() -> datetime:
    return datetime.now(UTC)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
