"""Writes one WACZ: parts of the evidence as they are, an index of them, a list of pages, and what all this is.

Follows WACZ 1.1.1 as py-wacz and browsertrix write it. The same evidence and tables give the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from study import PageRecord, captures_of, no_follow, storage_errors

from .pages import listed_pages, moment, pages_file
from .standing import write_standing

_VERSION = "1.1.1"
_PIECE = 1 << 20
_BLOCK = 1_000
"""Lines of the index that are packed together and looked through for one address."""
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_INDEX = "index.cdx.gz"


@dataclass(frozen=True, slots=True)
class About:
    """What a package says of itself."""

    name: str
    title: str
    software: str


def write_package(target: Path, parts: Sequence[Path], rows: Sequence[PageRecord], about: About) -> int:
    """Write a municipality's parts of the evidence as a WACZ, replacing it whole; how many pages it lists.

    Raises StorageError when the disk refuses; a package that stood there then stands there still.
    """
    with storage_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as name:
            room = Path(name)
            listed = _write(room, parts, rows, about)
            (room / "package").replace(target)
    return listed


def _write(room: Path, parts: Sequence[Path], rows: Sequence[PageRecord], about: About) -> int:
    with open(room / "package", "xb", opener=no_follow) as out, zipfile.ZipFile(out, "w") as package:
        packing = _Packing(package)
        digests = [packing.file(f"archive/{part.name}", part) for part in parts]
        rendered = room / f"{about.name}-rendered.warc.gz"
        with open(rendered, "xb", opener=no_follow) as made:
            standing = write_standing(parts, made, rendered.name)
        extra = _keyed(captures_of(rendered)) if standing else {}
        if standing:
            packing.file(f"archive/{rendered.name}", rendered)
        lines = [line for part, sha256 in zip(parts, digests, strict=True) for line in captures_of(part, sha256)]
        # In one second a tool can show one thing only: then the page as the browser made it.
        kept = {**{line: None for line in lines if _key(line) not in extra}, **dict.fromkeys(extra.values())}
        packing.index(sorted(kept))
        pages = listed_pages(rows, standing)
        packing.data("pages/pages.jsonl", pages_file(pages))
        _describe(packing, about, rows, {"mainPageUrl": pages[0].url, "mainPageDate": pages[0].at} if pages else {})
    return len(pages)


def _key(line: bytes) -> bytes:
    """Address and second of a line."""
    return line.partition(b" {")[0]


def _keyed(lines: Iterable[bytes]) -> dict[bytes, bytes]:
    return {_key(line): line for line in lines}


def _describe(packing: _Packing, about: About, rows: Sequence[PageRecord], front: Mapping[str, str]) -> None:
    last = max((row.fetched_at for row in rows), default=datetime(*_FIRST_DAY, tzinfo=UTC))
    told = {
        "profile": "data-package",
        "wacz_version": _VERSION,
        "title": about.title,
        "created": moment(last),
        "software": about.software,
        **front,
        "resources": packing.resources,
    }
    description = json.dumps(told, ensure_ascii=False, indent=1).encode()
    seal = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(description).hexdigest()}"}
    packing.data("datapackage.json", description, is_listed=False)
    packing.data("datapackage-digest.json", json.dumps(seal, indent=1).encode(), is_listed=False)


class _Packing:
    """Puts files into a package and keeps their sizes and digests."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self.resources: list[dict[str, Any]] = []

    def file(self, name: str, path: Path) -> str:
        """Store a file as it is, so that what reads the package reads it at its place; gives its digest."""
        with path.open("rb") as source:
            pieces = iter(lambda: source.read(_PIECE), b"")
            return self._add(name, pieces, path.stat().st_size, zipfile.ZIP_STORED)

    def data(self, name: str, content: bytes, *, is_listed: bool = True) -> None:
        """Pack a small file."""
        self._add(name, (content,), len(content), zipfile.ZIP_DEFLATED, is_listed=is_listed)

    def index(self, lines: Sequence[bytes]) -> None:
        """Pack the sorted lines of the index in blocks, and a list of the blocks."""
        told = {"format": "cdxj-gzip-1.0", "filename": _INDEX}
        blocks, place = [f"!meta 0 {json.dumps(told)}\n".encode()], 0
        made = []
        for start in range(0, len(lines), _BLOCK):
            block = lines[start : start + _BLOCK]
            packed = gzip.compress(b"".join(block), mtime=0)
            digest = f"sha256:{hashlib.sha256(packed).hexdigest()}"
            where = {"offset": place, "length": len(packed), "digest": digest, "filename": _INDEX}
            blocks.append(_key(block[0]) + b" " + json.dumps(where).encode() + b"\n")
            made.append(packed)
            place += len(packed)
        self._add(f"indexes/{_INDEX}", made, place, zipfile.ZIP_STORED)
        self._add("indexes/index.idx", blocks, sum(map(len, blocks)), zipfile.ZIP_DEFLATED)

    def _add(self, name: str, pieces: Iterable[bytes], expected: int, packed: int, *, is_listed: bool = True) -> str:
        info = zipfile.ZipInfo(name, _FIRST_DAY)
        info.compress_type, info.external_attr = packed, 0o644 << 16
        # Told beforehand, so that small files get no field for large ones: ReplayWeb.page reads past it
        # (findings/wabac_local_extra.sh).
        info.file_size = expected
        digest, size = hashlib.sha256(), 0
        with self._package.open(info, "w") as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
                size += len(piece)
        if is_listed:
            found = {"name": name.rpartition("/")[2].lower(), "path": name, "bytes": size}
            self.resources.append({**found, "hash": f"sha256:{digest.hexdigest()}"})
        return digest.hexdigest()
