"""Reads evidence, ours and anybody's: files in, events out. Damage is told and passed over."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader

from study.errors import storage_errors

from .cdxj import CaptureIndex
from .events import PassedOver, StoredEvent, TruncatedWarc
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
from .records import Originals, event_of

BODY_LIMIT = 64 * 1024 * 1024
"""Longest body handed to a reader, in bytes: enough for any page, too little for a decompression bomb."""
_HEADER_ROOM = 2_000_000
_NO_ANSWER = "an answer does not begin as HTTP/1 does"


def read_events(
    paths: Sequence[Path], body_limit: int = BODY_LIMIT, captures: CaptureIndex | None = None
) -> Iterator[StoredEvent]:
    """Everything that was stored, in the order of files and records; of other crawlers' files as much as is understood.

    Damage gives a TruncatedWarc; what is whole behind it follows. `captures` takes in the records on the way.
    """
    originals: Originals = {}
    for path in paths:
        yield from _read_file(path, body_limit, originals, captures)


def _read_file(
    path: Path, body_limit: int, originals: Originals, captures: CaptureIndex | None
) -> Iterator[StoredEvent]:
    """A file's events; behind a damaged record it goes on at the next whole one."""
    start: int | None = 0
    while start is not None:
        resume: int | None = None
        for event in _read_from(path, start, body_limit, originals, captures):
            yield event
            if isinstance(event, TruncatedWarc):
                resume = max(event.warc_offset, start) + 1
        with storage_errors(path):
            start = next_record(path, resume) if resume is not None else None


def _read_from(
    path: Path, start: int, body_limit: int, originals: Originals, captures: CaptureIndex | None
) -> Iterator[StoredEvent]:
    """Events from a byte on, up to the end or to the first damage; a record is given only when its checksum holds."""
    with storage_errors(path), open_stream(path, start) as stream:
        if not isinstance(stream, io.BufferedReader) or (not start and stream.peek(2)[:2] != GZIP_MARK):
            yield from _read_plain(path, stream, body_limit, originals)
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
                        yield PassedOver(path.name, offset, "header lines without an end")
                        break
                    record = ArcWarcRecordLoader(verify_http=False).parse_record_stream(member)
                    raw = read_block(record, body_limit)
                    if captures is not None:
                        captures.record(path, offset, record, raw)
                    if event := _understood(record, raw, path, offset, body_limit, originals):
                        yield event
                    skip_to_next(member)
            except (ArchiveLoadFailed, EOFError, ValueError, AttributeError) as error:
                yield TruncatedWarc(path.name, offset, _first_line(error))
                return


def _read_plain(path: Path, stream: IO[bytes], body_limit: int, originals: Originals) -> Iterator[StoredEvent]:
    """Records that are not packed, or all of them in one gzip member: offsets are those of the unpacked content."""
    offset = end = 0
    try:
        records = records_of(stream, verify_http=False)
        for record in records:
            raw = read_block(record, body_limit)
            # The iterator learns the offset only while it runs over the record's end, so the block is read first.
            offset = records.get_record_offset()
            if len(raw) < min(_block_length(record), body_limit):
                yield TruncatedWarc(path.name, offset, "the last record is not whole")
                return
            event = _understood(record, raw, path, offset, body_limit, originals)
            end = offset + (records.get_record_length() or 0)
            if event is not None:
                yield event
        if isinstance(stream, io.BufferedReader) and is_torn(path, offset, end):
            yield TruncatedWarc(path.name, end, "the last record is not whole")
    except (ArchiveLoadFailed, EOFError, zlib.error, gzip.BadGzipFile, ValueError, AttributeError) as error:
        yield TruncatedWarc(path.name, offset, _first_line(error))


def _understood(
    record: ArcWarcRecord, raw: bytes, path: Path, offset: int, body_limit: int, originals: Originals
) -> StoredEvent | None:
    """What a whole record stands for; one that says what cannot be is passed over by itself."""
    if _is_no_answer(record):
        return PassedOver(path.name, offset, _NO_ANSWER)
    try:
        return event_of(record, raw, path, offset, body_limit, originals)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, ArchiveLoadFailed) as error:
        return PassedOver(path.name, offset, f"cannot be understood ({type(error).__name__})")


def _is_no_answer(record: ArcWarcRecord) -> bool:
    """Tells whether what a record calls an answer does not begin as one of HTTP/1 does (HTTP/2, ICY, bytes of TLS)."""
    headers = record.http_headers
    if headers is None or record.rec_type not in ("response", "revisit"):
        return False
    return not (headers.protocol or "").startswith("HTTP/1.")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:200] or type(error).__name__


def read_at(path: Path, offset: int, body_limit: int = BODY_LIMIT) -> StoredEvent | None:
    """The one thing stored at an offset that `read_events` gave for this file; None where nothing is there.

    Answers that only point to an earlier one, and files packed as one gzip member, are read from the start.
    """
    with storage_errors(path), open_stream(path) as stream:
        if isinstance(stream, io.BufferedReader):
            stream.seek(offset)
            try:
                record = next(iter(records_of(stream, verify_http=False)), None)
                if record is not None and record.rec_type != "revisit":
                    return _understood(record, read_block(record, body_limit), path, offset, body_limit, {})
            except (ArchiveLoadFailed, EOFError, zlib.error, ValueError, AttributeError):
                return None
    events = (e for e in read_events([path], body_limit) if not isinstance(e, TruncatedWarc))
    return next((event for event in events if event.warc_offset == offset), None)


def _block_length(record: ArcWarcRecord) -> int:
    """Bytes of the record after its HTTP headers, as the record claims."""
    return int(record.payload_length if record.http_headers is not None else record.length or 0)
