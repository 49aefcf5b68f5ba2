"""Reads evidence, ours and anybody's: files in, events out. Damage is told and passed over."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader

from study.decoding import HTML_TYPES, actual_type, media_type
from study.errors import storage_errors

from .cdxj import CaptureIndex
from .events import PassedOver, StoredDocument, StoredEvent, TruncatedWarc
from .members import (
    GZIP_MARK,
    has_endless_head,
    is_torn,
    members,
    next_record,
    open_stream,
    read_block,
    records_of,
    skip_to_next,
)
from .records import NO_ANSWER, OTHER_ANSWER, Known, OtherRequest, UnusableError, event_of, resource_of
from .wacz import Stretch, stretches_of

BODY_LIMIT = 64 * 1024 * 1024
"""Longest body handed to a reader, in bytes: enough for any page, too little for a decompression bomb."""
_HEADER_ROOM = 2_000_000
_ENDLESS = "have header lines without an end"
_STRANGE = "cannot be understood"
_BARE_HEAD = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\n]*\n)+\r?\n")
_BARE_TYPE = re.compile(rb"^content-type:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_BEFORE_MARKUP = b"\xef\xbb\xbf \t\r\n"
_Read = StoredEvent | OtherRequest


def read_events(
    paths: Sequence[Path], body_limit: int = BODY_LIMIT, captures: CaptureIndex | None = None
) -> Iterator[StoredEvent]:
    """Everything that was stored, in the order of files and records; of other crawlers' files as much as is understood.

    Damage gives a TruncatedWarc; what is whole behind it follows. Answers that only point to one in a later file come
    last. `captures` takes in the records on the way. Raises UserError for a WACZ file that cannot be read as it lies.
    """
    known = Known()
    waiting: list[tuple[Path, int]] = []
    for path in paths:
        for stretch in stretches_of(path):
            for event in _pages_alone(_read_stretch(stretch, body_limit, known, captures), known):
                if isinstance(event, StoredDocument) and event.is_elsewhere:
                    waiting.append((path, event.warc_offset))
                else:
                    yield event
    for path, offset in waiting:
        found = _read_one(path, offset, body_limit, known)
        if found is not None and not isinstance(found, OtherRequest):
            yield found


def _pages_alone(events: Iterator[_Read], known: Known) -> Iterator[StoredEvent]:
    """The events without answers to other requests than those for a page: a request stands beside its answer."""
    held: StoredDocument | None = None
    for event in events:
        if isinstance(event, OtherRequest):
            if held is not None and held.record_id == event.concurrent_to:
                yield PassedOver(held.warc_file, held.warc_offset, OTHER_ANSWER)
                held = None
            else:
                known.other_requests.add(event.record_id)
            continue
        if held is not None:
            yield held
            held = None
        if isinstance(event, StoredDocument):
            held = event
        else:
            yield event
    if held is not None:
        yield held


def _read_stretch(stretch: Stretch, body_limit: int, known: Known, captures: CaptureIndex | None) -> Iterator[_Read]:
    """A file's events; behind a damaged record it goes on at the next whole one."""
    start: int | None = stretch.start
    while start is not None:
        resume: int | None = None
        for event in _read_from(stretch, start, body_limit, known, captures):
            yield event
            if isinstance(event, TruncatedWarc):
                resume = max(event.warc_offset, start) + 1
        with storage_errors(stretch.path):
            start = None if resume is None else next_record(stretch.path, resume, stretch.end, origin=stretch.start)


def _read_from(
    stretch: Stretch, start: int, body_limit: int, known: Known, captures: CaptureIndex | None
) -> Iterator[_Read]:
    """Events from a byte on, up to the end or to the first damage; a record is given only when its checksum holds."""
    path, is_inside = stretch.path, start > stretch.start
    with storage_errors(path), open_stream(path, start, stretch.end, is_inside=is_inside) as stream:
        is_packed = isinstance(stream, io.BufferedReader) and stream.peek(2)[:2] == GZIP_MARK
        if not is_packed:
            yield from _read_plain(stretch, stream, start, body_limit, known)
            return
        for offset, member in members(stream, start, body_limit + _HEADER_ROOM):
            if captures is not None:
                captures.border(path, offset)
            if member is None:
                yield TruncatedWarc(path.name, offset, "a record is not whole or damaged")
                return
            try:
                while member.tell() < len(member.getbuffer()):
                    if has_endless_head(member):
                        yield PassedOver(path.name, offset, _ENDLESS)
                        break
                    record = ArcWarcRecordLoader(verify_http=False).parse_record_stream(member)
                    raw = read_block(record, body_limit)
                    if captures is not None:
                        captures.record(path, offset, record, raw)
                    if event := _understood(record, raw, path, offset, body_limit, known):
                        yield event
                    skip_to_next(member)
            except (ArchiveLoadFailed, EOFError, ValueError, AttributeError) as error:
                yield TruncatedWarc(path.name, offset, _first_line(error))
                return


def _read_plain(stretch: Stretch, stream: IO[bytes], start: int, body_limit: int, known: Known) -> Iterator[_Read]:
    """Records that are not packed, or all of them in one gzip member: offsets are those of the unpacked content."""
    path = stretch.path
    offset = end = start
    try:
        records = records_of(stream, verify_http=False)
        for record in records:
            raw = read_block(record, body_limit)
            # The iterator learns the offset only while it runs over the record's end, so the block is read first.
            offset = records.get_record_offset()
            if len(raw) < min(_block_length(record), body_limit):
                yield TruncatedWarc(path.name, offset, "the last record is not whole")
                return
            event = _understood(record, raw, path, offset, body_limit, known)
            end = offset + (records.get_record_length() or 0)
            if event is not None:
                yield event
        if isinstance(stream, io.BufferedReader) and is_torn(path, offset, end, stretch.end):
            yield TruncatedWarc(path.name, end, "the last record is not whole")
    except (ArchiveLoadFailed, EOFError, zlib.error, gzip.BadGzipFile, ValueError, AttributeError) as error:
        yield TruncatedWarc(path.name, max(offset, end), _first_line(error))


def _understood(
    record: ArcWarcRecord, raw: bytes, path: Path, offset: int, body_limit: int, known: Known
) -> _Read | None:
    """What a whole record stands for; one that says what cannot be is passed over by itself."""
    try:
        if _is_no_answer(record):
            return _bare_page(record, path, offset, body_limit) or PassedOver(path.name, offset, NO_ANSWER)
        return event_of(record, raw, path, offset, body_limit, known)
    except UnusableError as error:
        return PassedOver(path.name, offset, str(error))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, ArchiveLoadFailed) as error:
        return PassedOver(path.name, offset, _STRANGE, type(error).__name__)


def _is_no_answer(record: ArcWarcRecord) -> bool:
    """Tells whether what a record calls an answer does not begin as one of HTTP/1 does (HTTP/2, ICY, bytes of TLS)."""
    headers = record.http_headers
    if headers is None or record.rec_type not in ("response", "revisit"):
        return False
    return not (headers.protocol or "").startswith("HTTP/1.")


def _bare_page(record: ArcWarcRecord, path: Path, offset: int, body_limit: int) -> StoredDocument | None:
    """The page of an answer that was stored without its status line, or without any head; None where it is no page."""
    with open_stream(path) as stream:
        stream.seek(offset)
        found = next(iter(records_of(stream, no_record_parse=True)), None)
        block = read_block(found, body_limit) if found is not None else b""
    url = record.rec_headers.get_header("WARC-Target-URI")
    if found is None or found.rec_headers.get_header("WARC-Target-URI").strip("<>") != url:
        return None  # one of several records in a member: its own place is not known
    head = _BARE_HEAD.match(block)
    body = block[head.end() :] if head else block
    told = _BARE_TYPE.search(head[0]) if head else None
    kind = told[1].decode("latin-1").strip() if told else ""
    if not body.lstrip(_BEFORE_MARKUP).startswith(b"<") or actual_type(media_type(kind), body) not in HTML_TYPES:
        return None
    return resource_of(record, body, path, offset, body_limit, kind or "text/html")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:200] or type(error).__name__


def read_at(path: Path, offset: int, body_limit: int = BODY_LIMIT) -> StoredEvent | None:
    """The one thing stored at an offset that `read_events` gave for this file; None where nothing is there.

    Answers that only point to an earlier one, and files packed as one gzip member, are read from the start.
    """
    with storage_errors(path), open_stream(path) as stream:
        is_apart = isinstance(stream, io.BufferedReader)
    if is_apart:
        event = _read_one(path, offset, body_limit, Known())
        if event is None or not (isinstance(event, StoredDocument) and event.is_elsewhere):
            return None if isinstance(event, OtherRequest) else event
    events = (e for e in read_events([path], body_limit) if not isinstance(e, TruncatedWarc))
    return next((event for event in events if event.warc_offset == offset), None)


def _read_one(path: Path, offset: int, body_limit: int, known: Known) -> _Read | None:
    """What the record at an offset stands for; None where none is there."""
    try:
        with storage_errors(path), open_stream(path) as stream:
            stream.seek(offset)
            record = next(iter(records_of(stream, verify_http=False)), None)
            raw = read_block(record, body_limit) if record is not None else b""
        return None if record is None else _understood(record, raw, path, offset, body_limit, known)
    except (ArchiveLoadFailed, EOFError, zlib.error, ValueError, AttributeError):
        return None


def _block_length(record: ArcWarcRecord) -> int:
    """Bytes of the record after its HTTP headers, as the record claims."""
    return int(record.payload_length if record.http_headers is not None else record.length or 0)
