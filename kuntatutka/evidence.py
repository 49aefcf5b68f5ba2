"""Is a WARC file whole? Every record read to its end, every digest computed again. Repairs nothing."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from study import next_record, storage_errors

_GZIP_MEMBER = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """What a file holds and what is wrong with it; `torn_at` is the byte where a half-written last record begins."""

    file: str
    bytes: int
    records: dict[str, int] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    torn_at: int | None = None


def check_warc(path: Path) -> EvidenceCheck:
    """Read the whole file; raises StorageError where the disk refuses."""
    with storage_errors(path):
        size = path.stat().st_size
        counts: Counter[str] = Counter()
        damaged: list[str] = []
        torn_at: int | None = None
        start: int | None = 0
        while start is not None:
            fault_at = _check_from(path, start, counts, damaged)
            start = None if fault_at is None else next_record(path, max(fault_at, start) + 1)
            if start is not None:
                damaged.append(f"byte {fault_at}: no readable record; the next whole one begins at byte {start}")
            elif fault_at is not None:
                torn_at = fault_at
        if torn_at is not None and not +counts:
            damaged.append("holds no WARC record at its start")
            torn_at = None
    return EvidenceCheck(path.name, size, dict(sorted((+counts).items())), tuple(damaged), torn_at)


def _check_from(path: Path, start: int, counts: Counter[str], damaged: list[str]) -> int | None:
    """Read records from a byte on, to the end of the file or to the first that is not whole; gives where that is."""
    end, last, kind = start, start, ""
    with path.open("rb") as stream:
        stream.seek(start)
        records = ArchiveIterator(stream, check_digests=True)
        try:
            for record in records:
                whole = _read_whole(record)
                offset = records.get_record_offset()
                if not whole:
                    return int(offset)
                last, end, kind = offset, offset + (records.get_record_length() or 0), record.rec_type
                counts[kind] += 1
                if record.digest_checker.passed is False:
                    url = record.rec_headers.get_header("WARC-Target-URI") or "the record"
                    damaged.append(f"byte {offset}: the digest does not fit the content of {url}")
        except (ArchiveLoadFailed, EOFError, zlib.error, ValueError, AttributeError):
            return end
    if kind and not _ends_its_member(path, last):
        # Its content can be whole while the end of its gzip member is not: the next record would be glued to it.
        counts[kind] -= 1
        return last
    return end if _something_after(path, end) else None


def _read_whole(record: ArcWarcRecord) -> bool:
    """Read a record to its end, which makes warcio compare the digests; False where the file ends too early."""
    expected = int(record.payload_length if record.http_headers is not None else record.length or 0)
    seen = 0
    while piece := record.raw_stream.read(65_536):
        seen += len(piece)
    return seen >= expected


def _ends_its_member(path: Path, start: int) -> bool:
    """Whether the record at `start` is written to the last byte of its gzip member; a plain record has none."""
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    with path.open("rb") as stream:
        stream.seek(start)
        piece = stream.read(65_536)
        if not piece.startswith(_GZIP_MEMBER):
            return True
        while piece and not reader.eof:
            try:
                reader.decompress(piece)
            except zlib.error:
                return False
            piece = stream.read(65_536)
    return reader.eof


def _something_after(path: Path, end: int) -> bool:
    """Whether anything but the empty lines between records follows."""
    with path.open("rb") as stream:
        stream.seek(end)
        return bool(stream.read(64).strip())
