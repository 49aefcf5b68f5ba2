"""Gzip members of a file: which are whole, where the next one begins, what they hold. Knows no events.

One member per record is the rule of web archives; files packed as one member, or not at all, are read too.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

GZIP_MARK = b"\x1f\x8b"
_MEMBER = GZIP_MARK + b"\x08"
_HEAD_END = re.compile(rb"\n\r?\n")
_HOLDS_ANSWER = re.compile(rb"\nWARC-Type:[ \t]*(?:response|request|revisit)", re.IGNORECASE)
_BEGINNING, _LONGEST_BEGINNING = re.compile(rb"\nWARC/[01]\.\d{1,2}\r?\n[A-Za-z-]{1,40}:"), 60
_CHUNK = 1 << 20
_PIECE = 1 << 22
MAX_HEAD = 1 << 20
"""Bytes that the header lines of a record, or of the answer in it, may take."""


class Unpacker:
    """Undoes one gzip member, a few megabytes at a time, however much a few bytes of it unpack to."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What these bytes of the file unpack to; raises zlib.error."""
        while True:
            made = self._decoder.decompress(data, _PIECE)
            data = self._decoder.unconsumed_tail
            yield made
            if self._decoder.eof or (not data and len(made) < _PIECE):
                return

    def pass_over(self, data: bytes) -> None:
        """Take these bytes in and forget what they unpack to; raises zlib.error."""
        for _ in self.pieces(data):
            pass

    @property
    def eof(self) -> bool:
        """Whether the member has come to its end."""
        return self._decoder.eof

    @property
    def unused(self) -> bytes:
        """Bytes that follow the end of the member."""
        return self._decoder.unused_data


def whole_length(path: Path) -> int:
    """Bytes of a .warc.gz up to the end of its last whole record; what follows is a torn record."""
    end = 0
    with path.open("rb") as handle:
        unpacker, position = Unpacker(), 0
        while chunk := handle.read(_CHUNK):
            position += len(chunk)
            while chunk:
                try:
                    unpacker.pass_over(chunk)
                except zlib.error:
                    return end
                if not unpacker.eof:
                    break
                chunk = unpacker.unused
                end = position - len(chunk)
                unpacker = Unpacker()
    return end


def next_record(path: Path, start: int, end: int | None = None, *, origin: int = 0) -> int | None:
    """Where the next whole gzip member with a WARC record begins, from a byte up to another; None where none does.

    In what is not packed, where the next lines stand with which a record begins; ``origin``: where a file that lies in
    a package begins there.
    """
    with path.open("rb") as handle:
        handle.seek(origin)
        if handle.read(2) != GZIP_MARK:
            return _next_plain(handle, start, end)
        position, kept = start, b""
        handle.seek(start)
        while chunk := handle.read(_CHUNK if end is None else min(_CHUNK, max(0, end - position))):
            data = kept + chunk
            at = data.find(_MEMBER)
            while at >= 0:
                if _is_record(path, position - len(kept) + at):
                    return position - len(kept) + at
                at = data.find(_MEMBER, at + 1)
            position += len(chunk)
            kept = data[-(len(_MEMBER) - 1) :]
    return None


def _next_plain(handle: IO[bytes], start: int, end: int | None) -> int | None:
    position, kept = start, b""
    handle.seek(start)
    while chunk := handle.read(_CHUNK if end is None else min(_CHUNK, max(0, end - position))):
        data = kept + chunk
        if found := _BEGINNING.search(data):
            return position - len(kept) + found.start() + 1
        position += len(chunk)
        kept = data[-_LONGEST_BEGINNING:]
    return None


def _is_record(path: Path, start: int) -> bool:
    """Whether a gzip member that holds a WARC record begins here and is whole."""
    unpacker, head = Unpacker(), b""
    with path.open("rb") as handle:
        handle.seek(start)
        try:
            while not unpacker.eof and (chunk := handle.read(65_536)):
                for made in unpacker.pieces(chunk):
                    head = head or made[:5]
                    if head and not b"WARC/".startswith(head[:5]):
                        return False
        except zlib.error:
            return False
    return unpacker.eof and head == b"WARC/"


def members(stream: IO[bytes], start: int, limit: int) -> Iterator[tuple[int, io.BytesIO | None]]:
    """Offset and content of each gzip member, the content up to a limit; None, and an end, where one is not whole."""
    data, offset = b"", start
    while True:
        unpacker, out, size, used = Unpacker(), [], 0, 0
        while not unpacker.eof:
            data = data or stream.read(1 << 18)
            if not data:
                if used:
                    yield offset, None
                return
            used += len(data)
            try:
                for made in unpacker.pieces(data):
                    if size < limit:
                        out.append(made[: limit - size])
                        size += len(made)
            except zlib.error:
                yield offset, None
                return
            data = unpacker.unused
        used -= len(data)
        yield offset, io.BytesIO(b"".join(out))
        offset += used


def has_endless_head(member: io.BytesIO) -> bool:
    """Whether the header lines from here on, or those of the answer below them, come to no end in reason."""
    with member.getbuffer() as view:
        start = member.tell()
        own = _HEAD_END.search(head := bytes(view[start : start + MAX_HEAD]))
        if own is None:
            return len(view) - start > MAX_HEAD
        start += own.end()
        if not _HOLDS_ANSWER.search(head, 0, own.start()):
            return False
        below = bytes(view[start : start + MAX_HEAD])
        return len(view) - start > MAX_HEAD and _HEAD_END.search(below) is None


def skip_to_next(member: io.BytesIO) -> None:
    """Past the empty lines between two records of one member."""
    while (byte := member.read(1)) in (b"\r", b"\n"):
        pass
    if byte:
        member.seek(-1, io.SEEK_CUR)


def is_torn(path: Path, offset: int, end: int, limit: int | None = None) -> bool:
    """Whether the record at `offset`, the last that was understood, is cut short, or something unread follows it."""
    with _window(path, offset, limit) as handle:
        handle.seek(offset)
        if handle.read(2) != GZIP_MARK:
            handle.seek(end)
            return bool(handle.read(64).strip())
        handle.seek(offset)
        unpacker = Unpacker()
        try:
            while not unpacker.eof and (chunk := handle.read(_CHUNK)):
                unpacker.pass_over(chunk)
        except zlib.error:
            return True
        return not unpacker.eof or bool(unpacker.unused or handle.read(1))


def read_block(record: ArcWarcRecord, limit: int) -> bytes:
    """What a record holds, up to a limit."""
    out, size = [], 0
    while size < limit and (piece := record.raw_stream.read(min(65_536, limit - size))):
        out.append(piece)
        size += len(piece)
    return b"".join(out)


class _Window(io.RawIOBase):
    """A file up to a byte; places in it are those of the file."""

    def __init__(self, path: Path, start: int, end: int) -> None:
        self._file, self._end = path.open("rb", buffering=0), end
        self._file.seek(start)

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, or as much of it as there is."""
        left = max(0, self._end - self._file.tell())
        return self._file.readinto(memoryview(buffer)[:left]) or 0

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte of the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The byte of the file that is read next."""
        return self._file.tell()

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        super().close()


def _window(path: Path, start: int, end: int | None) -> io.BufferedReader:
    if end is not None:
        return io.BufferedReader(_Window(path, start, end))
    handle = path.open("rb")
    handle.seek(start)
    return handle


def open_stream(path: Path, start: int = 0, end: int | None = None, *, is_inside: bool = False) -> IO[bytes]:
    """The file from a byte up to another, or its content where all records were packed into a single gzip member
    (which warcio refuses). With `is_inside` the first byte is not the beginning of a WARC file.
    """
    handle = _window(path, start, end)
    if is_inside or handle.peek(2)[:2] != GZIP_MARK:
        return handle
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    seen = b""
    try:
        while len(seen) < 65_536 and not decoder.eof and (chunk := handle.read(65_536)):
            seen += decoder.decompress(chunk, 1 << 20)
    except zlib.error:
        seen = b""
    handle.seek(start)
    if seen.count(b"\r\nWARC-Type: ") > 1:
        return _Unpacked(handle)  # type: ignore[return-value]
    return handle


class _Unpacked(gzip.GzipFile):
    """What one gzip member holds; lets go of the file too."""

    def __init__(self, packed: io.BufferedReader) -> None:
        super().__init__(fileobj=packed, mode="rb")
        self._packed = packed

    def close(self) -> None:
        """Let go of the file."""
        super().close()
        self._packed.close()


class _BoundedLines(DecompressingBufferedReader):  # type: ignore[misc]
    """A reader whose lines, and rows of lines, have an end: a file can claim to be one long header."""

    _lines = 0

    def read(self, length: int | None = None) -> bytes:
        """Bytes of a body: the next lines are another head's."""
        self._lines = 0
        data: bytes = super().read(length)
        return data

    def readline(self, length: int | None = None) -> bytes:
        """A line; raises ArchiveLoadFailed for a head that comes to no end."""
        line: bytes = super().readline(min(length or MAX_HEAD, MAX_HEAD))
        self._lines = self._lines + len(line) if line.strip() else 0
        if self._lines >= MAX_HEAD:
            raise ArchiveLoadFailed("header lines without an end")
        return line


def records_of(stream: IO[bytes], **options: bool) -> ArchiveIterator:
    """The records of a file, read by warcio in bounded time; each is to be read before the next is asked for."""
    records = ArchiveIterator(stream, **options)
    records.reader = _BoundedLines(records.fh, block_size=16_384)
    return records
