"""Gzip members of a file: which are whole, where the next one begins, what they hold. Knows no events.

One member per record is the rule of web archives; files packed as one member, or not at all, are read too.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from warcio.recordloader import ArcWarcRecord

GZIP_MARK = b"\x1f\x8b"
_MEMBER = GZIP_MARK + b"\x08"
_CHUNK = 1 << 20


def whole_length(path: Path) -> int:
    """Bytes of a .warc.gz up to the end of its last whole record; what follows is a torn record."""
    end = 0
    with path.open("rb") as handle:
        decoder, position = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
        while chunk := handle.read(_CHUNK):
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
        while chunk := handle.read(_CHUNK):
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


def members(stream: IO[bytes], start: int, limit: int) -> Iterator[tuple[int, io.BytesIO | None]]:
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


def skip_to_next(member: io.BytesIO) -> None:
    """Past the empty lines between two records of one member."""
    while (byte := member.read(1)) in (b"\r", b"\n"):
        pass
    if byte:
        member.seek(-1, io.SEEK_CUR)


def is_torn(path: Path, offset: int, end: int) -> bool:
    """Whether the record at `offset`, the last that was understood, is cut short, or something unread follows it."""
    with path.open("rb") as handle:
        handle.seek(offset)
        if handle.read(2) != GZIP_MARK:
            handle.seek(end)
            return bool(handle.read(64).strip())
        handle.seek(offset)
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            while not decoder.eof and (chunk := handle.read(_CHUNK)):
                decoder.decompress(chunk)
        except zlib.error:
            return True
        return not decoder.eof or bool(decoder.unused_data or handle.read(1))


def read_block(record: ArcWarcRecord, limit: int) -> bytes:
    """What a record holds, up to a limit."""
    out, size = [], 0
    while size < limit and (piece := record.raw_stream.read(min(65_536, limit - size))):
        out.append(piece)
        size += len(piece)
    return b"".join(out)


def open_stream(path: Path, start: int = 0) -> IO[bytes]:
    """The file, or its content where all records were packed into a single gzip member (which warcio refuses)."""
    handle = path.open("rb")
    if start:
        handle.seek(start)
        return handle
    if handle.read(2) != GZIP_MARK:
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
