"""Evidence on disk: write our own WARC 1.1 series, read ours and anybody's.

A record is one gzip member, written in one go and only ever appended. A member torn by a crash is cut off when the
series is opened again, and a record says so. Nothing here fetches, parses pages or judges.
"""

from __future__ import annotations

import base64
import fcntl
import gzip
import hashlib
import http.client
import io
import json
import os
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader

from .decoding import decode_body, media_type
from .errors import StudyBusyError, storage_errors
from .records import CrawlStatus, FailureReason

BODY_LIMIT = 64 * 1024 * 1024
"""Longest body handed to a reader, in bytes: enough for any page, too little for a decompression bomb."""

_EVENT_URI = "urn:kuntatutka:"
_GZIP_LEVEL = 4  # 6 and above cost twice the time for 3 % of the size on 80 kB pages.
_SYNC_EVERY = 64  # records between two fsyncs: a power cut loses a minute of a polite crawl, a killed process nothing.
_JSON_TYPE = "application/json"
_HEADER_ROOM = 2_000_000
_MEMBER = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """An HTTP answer. Header names are lower-case; the body is decoded (chunks and compression undone) and bounded."""

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
class TruncatedWarc:
    """A file could not be read to its end; everything before `warc_offset` was given."""

    warc_file: str
    warc_offset: int
    detail: str


StoredEvent = StoredDocument | StoredFailure | StoredRendering | CrawlEnd | StoredJson | TruncatedWarc


class WarcWriter:
    """Appends to one municipality's series; one process at a time. Raises StorageError when the disk refuses."""

    def __init__(self, evidence_dir: Path, code: str, part_mb: float = 250, software: str = "kuntatutka") -> None:
        self._dir, self._code, self._software = evidence_dir, code, software
        self._limit = int(part_mb * 1_000_000)
        self._unsynced = 0
        with storage_errors(evidence_dir):
            evidence_dir.mkdir(parents=True, exist_ok=True)
        parts = sorted(evidence_dir.glob(f"{code}-[0-9][0-9][0-9][0-9][0-9].warc.gz"))
        self._number = int(parts[-1].name[len(code) + 1 : len(code) + 6]) if parts else 1
        cut = self._open()
        if cut:
            self.write_json("torn-tail", {"bytes_cut": cut, "offset": self._size})

    @property
    def path(self) -> Path:
        """The part that is written to."""
        return self._dir / f"{self._code}-{self._number:05d}.warc.gz"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Bring everything to the disk and let go of the file."""
        if self._file.closed:
            return
        self._sync()
        self._file.close()

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
        head = _http_head(f"{method} {path} HTTP/1.1", request_headers, None)
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
        self.write_json("failure", {"reason": reason.value, "detail": detail[:500], **(note or {})}, url=url, at=at)

    def write_rendered(
        self, url: str, html: str, at: datetime, refers_to: str | None = None, note: Mapping[str, Any] | None = None
    ) -> None:
        """Store the DOM that a browser made of a page."""
        headers = {"WARC-Target-URI": url}
        if refers_to:
            headers["WARC-Refers-To"] = refers_to
        body = html.encode("utf-8", errors="replace")
        self._append("conversion", _new_id(), at, "text/html; charset=utf-8", body, headers, note)

    def write_resource(
        self, url: str, content_type: str, data: bytes, at: datetime, note: Mapping[str, Any] | None = None
    ) -> None:
        """Store something made on the way, such as a screenshot."""
        self._append("resource", _new_id(), at, content_type, data, {"WARC-Target-URI": url}, note)

    def write_json(self, kind: str, data: Any, *, url: str = "", at: datetime | None = None) -> None:
        """Store a note of any kind as a metadata record; raw audit results are kept this way."""
        block = json.dumps({"kind": kind, "url": url, "data": data}, ensure_ascii=False, sort_keys=True).encode()
        target = url if url.startswith(("http://", "https://")) else f"{_EVENT_URI}{kind}:{self._code}"
        self._append("metadata", _new_id(), at or _now(), _JSON_TYPE, block, {"WARC-Target-URI": target})

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
        self._sync()

    def _open(self) -> int:
        """Open the current part, cut a torn tail; gives the number of bytes cut."""
        with storage_errors(self.path):
            self._file: IO[bytes] = self.path.open("ab", buffering=0)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                self._file.close()
                raise StudyBusyError(
                    f"{self.path}: another process is writing this evidence.",
                    "Wait for it to end, or stop it with Ctrl-C where it runs; then try again.",
                ) from error
            found = self.path.stat().st_size
            self._size = whole_length(self.path)
            if found > self._size and next_record(self.path, self._size + 1) is not None:
                return self._leave_damaged()
            if found > self._size:
                os.ftruncate(self._file.fileno(), self._size)
        cut = found - self._size
        if self._size == 0:
            self._write_info()
        return cut

    def _leave_damaged(self) -> int:
        """Damage in the middle, with whole records behind it: nothing is cut, the series goes on in a new part."""
        damaged, at = self.path.name, self._size
        self._file.close()
        self._number += 1
        cut = self._open()
        self.write_json("damaged-part", {"file": damaged, "offset": at})
        return cut

    def _write_info(self) -> None:
        block = f"software: {self._software}\r\nformat: WARC File Format 1.1\r\nisPartOf: {self._code}\r\n".encode()
        headers = {"WARC-Filename": self.path.name}
        self._append("warcinfo", _new_id(), _now(), "application/warc-fields", block, headers)

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
        lines = ["WARC/1.1", f"WARC-Type: {kind}", f"WARC-Record-ID: {record_id}", f"WARC-Date: {_iso(at)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if note:
            lines.append(f"WARC-JSON-Metadata: {json.dumps(note, sort_keys=True)}")
        lines += [f"Content-Type: {content_type}", f"Content-Length: {len(block)}", "", ""]
        packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        member = packer.compress("\r\n".join(lines).encode() + block + b"\r\n\r\n") + packer.flush()
        # A request follows its response into the same part, so that the pair stays together.
        if self._size >= self._limit and kind not in ("request", "warcinfo"):
            self._next_part()
        self._write(member)

    def _write(self, member: bytes) -> None:
        with storage_errors(self.path):
            try:
                view = memoryview(member)
                while view:
                    view = view[self._file.write(view) :]
            except OSError:
                os.ftruncate(self._file.fileno(), self._size)
                raise
        self._size += len(member)
        self._unsynced += 1
        if self._unsynced >= _SYNC_EVERY:
            self._sync()

    def _sync(self) -> None:
        with storage_errors(self.path):
            os.fsync(self._file.fileno())
        self._unsynced = 0

    def _next_part(self) -> None:
        self.close()
        self._number += 1
        self._open()


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


def _parse_time(text: str | None) -> datetime:
    try:
        parsed = datetime.fromisoformat((text or "").replace("Z", "+00:00"))
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def whole_length(path: Path) -> int:
    """Bytes of a .warc.gz up to the end of its last whole record; what follows is a torn record."""
    end = 0
    with path.open("rb") as handle:
        decoder, position = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
        while chunk := handle.read(1 << 20):
            position += len(chunk)
            while chunk:
                try:
                    decoder.decompress(chunk)
                except zlib.error:
                    return end
                if not decoder.eof:
                    break
                chunk = decoder.unused_data
                end = position - len(chunk)
                decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    return end


def next_record(path: Path, start: int) -> int | None:
    """Where the next whole gzip member with a WARC record begins, from a byte on; None where there is none."""
    with path.open("rb") as handle:
        position, kept = start, b""
        handle.seek(start)
        while chunk := handle.read(1 << 20):
            data = kept + chunk
            at = data.find(_MEMBER)
            while at >= 0:
                if _is_record(path, position - len(kept) + at):
                    return position - len(kept) + at
                at = data.find(_MEMBER, at + 1)
            position += len(chunk)
            kept = data[-(len(_MEMBER) - 1) :]
    return None


def _is_record(path: Path, start: int) -> bool:
    """Whether a gzip member that holds a WARC record begins here and is whole."""
    decoder, head = zlib.decompressobj(zlib.MAX_WBITS | 16), b""
    with path.open("rb") as handle:
        handle.seek(start)
        try:
            while not decoder.eof and (piece := handle.read(65_536)):
                made = decoder.decompress(piece)
                head = head or made[:5]
                if head and not b"WARC/".startswith(head[:5]):
                    return False
        except zlib.error:
            return False
    return decoder.eof and head == b"WARC/"


def read_events(paths: Sequence[Path], body_limit: int = BODY_LIMIT) -> Iterator[StoredEvent]:
    """Everything that was stored, in the order of files and records; of other crawlers' files as much as is understood.

    Damage gives a TruncatedWarc; what is whole behind it follows.
    """
    originals: dict[str, tuple[Path, int]] = {}
    for path in paths:
        yield from _read_file(path, body_limit, originals)


def _read_file(path: Path, body_limit: int, originals: dict[str, tuple[Path, int]]) -> Iterator[StoredEvent]:
    """A file's events; behind a damaged record it goes on at the next whole one."""
    start: int | None = 0
    while start is not None:
        resume: int | None = None
        for event in _read_from(path, start, body_limit, originals):
            yield event
            if isinstance(event, TruncatedWarc):
                resume = max(event.warc_offset, start) + 1
        with storage_errors(path):
            start = next_record(path, resume) if resume is not None else None


def _read_from(
    path: Path, start: int, body_limit: int, originals: dict[str, tuple[Path, int]]
) -> Iterator[StoredEvent]:
    """Events from a byte on, up to the end or to the first damage; a record is given only when its checksum holds."""
    with storage_errors(path), _open_stream(path, start) as stream:
        if not isinstance(stream, io.BufferedReader) or (not start and stream.peek(2)[:2] != _MEMBER[:2]):
            yield from _read_plain(path, stream, body_limit, originals)
            return
        for offset, member in _members(stream, start, body_limit + _HEADER_ROOM):
            if member is None:
                yield TruncatedWarc(path.name, offset, "a record is not whole or damaged")
                return
            try:
                while member.tell() < len(member.getbuffer()):
                    record = ArcWarcRecordLoader().parse_record_stream(member)
                    event = _event(record, _read_block(record, body_limit), path, offset, body_limit, originals)
                    if event is not None:
                        yield event
                    _skip_to_next(member)
            except (ArchiveLoadFailed, EOFError, ValueError, AttributeError) as error:
                yield TruncatedWarc(path.name, offset, _first_line(error))
                return


def _members(stream: IO[bytes], start: int, limit: int) -> Iterator[tuple[int, io.BytesIO | None]]:
    """Offset and content of each gzip member, the content up to a limit; None, and an end, where one is not whole."""
    data, offset = b"", start
    while True:
        decoder, out, size = zlib.decompressobj(zlib.MAX_WBITS | 16), [], 0
        used = 0
        while not decoder.eof:
            data = data or stream.read(1 << 18)
            if not data:
                if used:
                    yield offset, None
                return
            try:
                made = decoder.decompress(data, 1 << 22)
            except zlib.error:
                yield offset, None
                return
            if size < limit:
                out.append(made[: limit - size])
                size += len(made)
            rest = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
            used += len(data) - len(rest)
            data = rest
        yield offset, io.BytesIO(b"".join(out))
        offset += used


def _skip_to_next(member: io.BytesIO) -> None:
    """Past the empty lines between two records of one member."""
    while (byte := member.read(1)) in (b"\r", b"\n"):
        pass
    if byte:
        member.seek(-1, io.SEEK_CUR)


def _read_plain(
    path: Path, stream: IO[bytes], body_limit: int, originals: dict[str, tuple[Path, int]]
) -> Iterator[StoredEvent]:
    """Records that are not packed, or all of them in one gzip member: offsets are those of the unpacked content."""
    offset = end = 0
    try:
        records = ArchiveIterator(stream)
        for record in records:
            raw = _read_block(record, body_limit)
            # The iterator learns the offset only while it runs over the record's end, so the block is read first.
            offset = records.get_record_offset()
            if len(raw) < min(_block_length(record), body_limit):
                yield TruncatedWarc(path.name, offset, "the last record is not whole")
                return
            event = _event(record, raw, path, offset, body_limit, originals)
            end = offset + (records.get_record_length() or 0)
            if event is not None:
                yield event
        if isinstance(stream, io.BufferedReader) and _is_torn(path, offset, end):
            yield TruncatedWarc(path.name, end, "the last record is not whole")
    except (ArchiveLoadFailed, EOFError, zlib.error, gzip.BadGzipFile, ValueError, AttributeError) as error:
        yield TruncatedWarc(path.name, offset, _first_line(error))


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:200] or type(error).__name__


def _is_torn(path: Path, offset: int, end: int) -> bool:
    """Whether the record at `offset`, the last that was understood, is cut short, or something unread follows it."""
    with path.open("rb") as handle:
        handle.seek(offset)
        if handle.read(2) != b"\x1f\x8b":
            handle.seek(end)
            return bool(handle.read(64).strip())
        handle.seek(offset)
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            while not decoder.eof and (chunk := handle.read(1 << 20)):
                decoder.decompress(chunk)
        except zlib.error:
            return True
        return not decoder.eof or bool(decoder.unused_data or handle.read(1))


def read_at(path: Path, offset: int, body_limit: int = BODY_LIMIT) -> StoredEvent | None:
    """The one thing stored at an offset that `read_events` gave for this file; None where nothing is there.

    Answers that only point to an earlier one, and files packed as one gzip member, are read from the start.
    """
    with storage_errors(path), _open_stream(path) as stream:
        if isinstance(stream, io.BufferedReader):
            stream.seek(offset)
            try:
                record = next(iter(ArchiveIterator(stream)), None)
                if record is not None and record.rec_type != "revisit":
                    return _event(record, _read_block(record, body_limit), path, offset, body_limit, {})
            except (ArchiveLoadFailed, EOFError, zlib.error, ValueError, AttributeError):
                return None
    events = (e for e in read_events([path], body_limit) if not isinstance(e, TruncatedWarc))
    return next((event for event in events if event.warc_offset == offset), None)


def _block_length(record: ArcWarcRecord) -> int:
    """Bytes of the record after its HTTP headers, as the record claims."""
    return int(record.payload_length if record.http_headers is not None else record.length or 0)


def _read_block(record: ArcWarcRecord, limit: int) -> bytes:
    out, size = [], 0
    while size < limit and (piece := record.raw_stream.read(min(65_536, limit - size))):
        out.append(piece)
        size += len(piece)
    return b"".join(out)


def _open_stream(path: Path, start: int = 0) -> IO[bytes]:
    """The file, or its content where all records were packed into a single gzip member (which warcio refuses)."""
    handle = path.open("rb")
    if start:
        handle.seek(start)
        return handle
    if handle.read(2) != b"\x1f\x8b":
        handle.seek(0)
        return handle
    handle.seek(0)
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    seen = b""
    try:
        while len(seen) < 65_536 and not decoder.eof and (chunk := handle.read(65_536)):
            seen += decoder.decompress(chunk, 1 << 20)
    except zlib.error:
        seen = b""
    handle.seek(0)
    if seen.count(b"\r\nWARC-Type: ") > 1:
        handle.close()
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return handle


def _event(
    record: ArcWarcRecord,
    raw: bytes,
    path: Path,
    offset: int,
    body_limit: int,
    originals: dict[str, tuple[Path, int]],
) -> StoredEvent | None:
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
    if record.rec_type == "metadata" and (record.content_type or "").startswith(_JSON_TYPE):
        return _noted(raw, at, path, offset)
    return None


def _document(
    record: ArcWarcRecord,
    raw: bytes,
    path: Path,
    offset: int,
    body_limit: int,
    originals: dict[str, tuple[Path, int]],
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
        redirect_to=_absolute(location, url),
        via=note.get("via"),
        depth=note.get("depth"),
        kind=str(note.get("kind", "")),
        record_id=record.rec_headers.get_header("WARC-Record-ID") or "",
        truncated=len(body) >= body_limit
        or len(raw) >= body_limit
        or bool(record.rec_headers.get_header("WARC-Truncated")),
    )


def _absolute(location: str | None, base: str) -> str | None:
    from .urls import normalise_url

    return normalise_url(location, base) if location else None


def _original(place: tuple[Path, int], body_limit: int) -> tuple[bytes, dict[str, str]]:
    """The raw body and headers of the record that a revisit record points to."""
    path, offset = place
    with _open_stream(path) as stream:
        stream.seek(offset)
        for record in ArchiveIterator(stream):
            headers = {name.lower(): value for name, value in record.http_headers.headers}
            return _read_block(record, body_limit), headers
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
