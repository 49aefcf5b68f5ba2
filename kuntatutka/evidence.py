"""Is a WARC file whole? Every record read to its end, every digest computed again. Repairs nothing."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from study import SECRET_HEADERS, Unpacker, counted, next_record, records_of, storage_errors, without_password

_PASSWORD = re.compile(r"://[^\s/?#@\"'<>:]{1,200}:[^\s/?#@\"'<>]{1,200}@")
_GZIP_MEMBER = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """What a file holds and what is wrong with it; `torn_at` is the byte where a half-written last record begins."""

    file: str
    bytes: int
    records: dict[str, int] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    torn_at: int | None = None
    secrets: tuple[str, ...] = ()
    """Where passwords stand in it: of a proxy, or of an address. What they are is not told."""


def check_warc(path: Path) -> EvidenceCheck:
    """Read the whole file; raises StorageError where the disk refuses."""
    with storage_errors(path):
        size = path.stat().st_size
        counts: Counter[str] = Counter()
        damaged: list[str] = []
        secrets: Counter[str] = Counter()
        torn_at: int | None = None
        start: int | None = 0
        while start is not None:
            fault_at = _check_from(path, start, counts, damaged, secrets)
            start = None if fault_at is None else next_record(path, max(fault_at, start) + 1)
            if start is not None:
                damaged.append(f"byte {fault_at}: no readable record; the next whole one begins at byte {start}")
            elif fault_at is not None:
                torn_at = fault_at
        if torn_at is not None and not +counts:
            damaged.append("holds no WARC record at its start")
            torn_at = None
    return EvidenceCheck(path.name, size, dict(sorted((+counts).items())), tuple(damaged), torn_at, _told(secrets))


def _told(secrets: Counter[str]) -> tuple[str, ...]:
    return tuple(f"{what} in {counted(count, 'record')}" for what, count in sorted(secrets.items()))


def _secrets_of(record: ArcWarcRecord, start: bytes) -> set[str]:
    """What passwords a record of ours holds besides what a site sent."""
    found = set()
    if record.rec_type == "request" and record.http_headers is not None:
        names = {name.lower().encode() for name, _ in record.http_headers.headers}
        found |= {f"the header {name.decode().title()}" for name in names & SECRET_HEADERS}
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    note = start.decode("utf-8", errors="replace") if record.rec_type == "metadata" else ""
    if without_password(address) != address or (note and _PASSWORD.search(note)):
        found.add("a password in an address")
    return found


def _check_from(path: Path, start: int, counts: Counter[str], damaged: list[str], secrets: Counter[str]) -> int | None:
    """Read records from a byte on, to the end of the file or to the first that is not whole; gives where that is."""
    end, last, kind = start, start, ""
    with path.open("rb") as stream:
        stream.seek(start)
        records = records_of(stream, check_digests=True)
        try:
            for record in records:
                whole, beginning = _read_whole(record)
                secrets.update(_secrets_of(record, beginning))
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


def _read_whole(record: ArcWarcRecord) -> tuple[bool, bytes]:
    """Read a record to its end, which makes warcio compare the digests; False where the file ends too early.

    Beside it the record's beginning.
    """
    expected = int(record.payload_length if record.http_headers is not None else record.length or 0)
    seen, beginning = 0, b""
    while piece := record.raw_stream.read(65_536):
        seen += len(piece)
        beginning = beginning or piece
    return seen >= expected, beginning


def _ends_its_member(path: Path, start: int) -> bool:
    """Whether the record at `start` is written to the last byte of its gzip member; a plain record has none."""
    reader = Unpacker()
    with path.open("rb") as stream:
        stream.seek(start)
        piece = stream.read(65_536)
        if not piece.startswith(_GZIP_MEMBER):
            return True
        while piece and not reader.eof:
            try:
                reader.pass_over(piece)
            except zlib.error:
                return False
            piece = stream.read(65_536)
    return reader.eof


def _something_after(path: Path, end: int) -> bool:
    """Whether anything but the empty lines between records follows."""
    with path.open("rb") as stream:
        stream.seek(end)
        return bool(stream.read(64).strip())
