"""An index of the answers in a part of the evidence, beside it: CDXJ, as pywb and other tools of web archives read it.

A line has the address in sorting order, the time, and where the record stands; the first line tells of which bytes of
the part the index is and what its own lines were. It is made anew whenever that does not fit.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from warcio.recordloader import ArcWarcRecord
from warcio.timeutils import iso_date_to_timestamp

from study.errors import storage_errors
from study.links import no_follow

_KINDS = frozenset({"response", "revisit", "resource"})
_META = "!meta 0 "
"""Sorts before every address."""
_FORMAT = "cdxj-1.0"
_AFTER_TYPE = re.compile(r"[;\s]")
_ENDING = ".warc.gz"


class CaptureIndex:
    """Takes in the records of parts while they are read, and writes the index of each."""

    def __init__(self) -> None:
        self._found: dict[Path, list[tuple[str, str, dict[str, str], int]]] = {}
        self._borders: dict[Path, list[int]] = {}

    def border(self, path: Path, offset: int) -> None:
        """A record, or damage, begins here: the record before ends."""
        self._borders.setdefault(path, []).append(offset)

    def record(self, path: Path, offset: int, record: ArcWarcRecord, raw: bytes) -> None:
        """A whole record of a part."""
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        if record.rec_type not in _KINDS or not url.startswith(("http://", "https://")):
            return
        import surt  # brings a client for the web along, a tenth of a second: only where evidence is read

        try:
            key, at = surt.surt(url), iso_date_to_timestamp(record.rec_headers.get_header("WARC-Date"))
        except Exception:  # noqa: BLE001 - an address that the library stumbles over has no place in the order
            return
        if " " not in key and at.isdigit():
            self._found.setdefault(path, []).append((key, at, _about(record, url, raw), offset))

    def lines(self, part: Path) -> list[bytes]:
        """The index of a part, a line for each answer, in order."""
        borders = sorted({*self._borders.get(part, ()), part.stat().st_size})
        ends = dict(pairwise(borders))
        lines = []
        for key, at, about, offset in self._found.get(part, ()):
            told = {**about, "length": str(ends[offset] - offset), "offset": str(offset), "filename": part.name}
            lines.append(f"{key} {at} {json.dumps(told)}\n".encode())
        return sorted(lines)

    def write(self, part: Path, sha256: str) -> None:
        """Write the index of a part, replacing it whole. Raises StorageError when the disk refuses."""
        place = _beside(part)
        if place is None:
            return
        body = b"".join(self.lines(part))
        temporary = place.with_name(f".{place.name}.{os.getpid()}.tmp")
        with storage_errors(place):
            try:
                with open(temporary, "wb", opener=no_follow) as handle:
                    handle.write(_head(part, sha256, body) + body)
                temporary.replace(place)
            finally:
                temporary.unlink(missing_ok=True)


def has_index(part: Path, sha256: str) -> bool:
    """Whether the index beside a part is whole and of the part with this digest; true of what has none."""
    place = _beside(part)
    if place is None:
        return True
    try:
        head, _, body = place.read_bytes().partition(b"\n")
    except OSError:
        return False
    return head + b"\n" == _head(part, sha256, body)


def kept_lines(part: Path, sha256: str) -> list[bytes] | None:
    """The lines of the index beside a part with this digest; None where it is not whole or of another part."""
    place = _beside(part)
    if place is None or not has_index(part, sha256):
        return None
    with storage_errors(place):
        return place.read_bytes().splitlines(keepends=True)[1:]


def _beside(part: Path) -> Path | None:
    """Where the index of a part stands; none of files that are not packed, or where evidence may only be read."""
    if not part.name.endswith(_ENDING) or not os.access(part.parent, os.W_OK):
        return None
    return part.with_name(f"{part.name.removesuffix(_ENDING)}.cdxj")


def _head(part: Path, sha256: str, body: bytes) -> bytes:
    lines = hashlib.sha256(body).hexdigest()
    told = {"format": _FORMAT, "filename": part.name, "sha256": sha256, "lines_sha256": lines}
    return f"{_META}{json.dumps(told)}\n".encode()


def _about(record: ArcWarcRecord, url: str, raw: bytes) -> dict[str, str]:
    http, headers = record.http_headers, record.rec_headers
    kind = headers.get_header("Content-Type") if http is None else http.get_header("Content-Type")
    told: dict[str, Any] = {
        "url": url,
        "mime": "warc/revisit" if record.rec_type == "revisit" else _AFTER_TYPE.split(kind or "", maxsplit=1)[0],
        "status": None if http is None else http.get_statuscode(),
        "digest": headers.get_header("WARC-Payload-Digest") or _digest(raw),
    }
    return {name: value for name, value in told.items() if value}


def _digest(raw: bytes) -> str:
    return f"sha1:{base64.b32encode(hashlib.sha1(raw).digest()).decode()}"
