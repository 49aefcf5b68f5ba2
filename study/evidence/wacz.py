"""What lies in a WACZ file, the package of web archives: where its WARC files stand in it, and whether they are whole.

The WARC files of a WACZ are stored as they are, so a record is read at its place in the package: nothing is unpacked,
nothing is written, and no name in it is a path. All that it says of itself is bounded before it is believed.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

from study.errors import UserError, storage_errors

from .members import open_stream

ENDING = ".wacz"
DESCRIPTION = "datapackage.json"
SEAL = "datapackage-digest.json"
_ZIP_MARK = b"PK\x03\x04"
_END_MARK = b"PK\x05\x06"
_LOCAL_HEAD = struct.Struct("<4s22xHH")
_LONGEST_END = 22 + 65_535
_MOST_DIRECTORY = 16_000_000
"""Bytes of the list of a package's files: enough for 100,000 of them."""
_MOST_DESCRIPTION = 16_000_000
_ENCRYPTED = 0x1
_WARC = re.compile(r"archive/.+\.warc(\.gz)?", re.IGNORECASE)
_PIECE = 1 << 20
_BY_HAND = "Unpack it (`unzip {name} 'archive/*'`) and give the WARC files in archive/ instead."


@dataclass(frozen=True, slots=True)
class Stretch:
    """A WARC file, or the part of a package that is one: from a byte of the file up to another, or to its end."""

    path: Path
    start: int = 0
    end: int | None = None
    name: str = ""
    """Its name in the package."""


def is_wacz(path: Path) -> bool:
    """Whether a file is a package by name or by its first bytes."""
    if path.suffix.lower() == ENDING:
        return True
    with storage_errors(path), path.open("rb") as handle:
        return handle.read(len(_ZIP_MARK)) == _ZIP_MARK


def stretches_of(path: Path) -> tuple[Stretch, ...]:
    """The WARC files in a package, in the order of their names; of any other file the whole.

    Raises UserError for a package that cannot be read where it lies.
    """
    return _open(path).archives if is_wacz(path) else (Stretch(path),)


def check_wacz(path: Path) -> tuple[str, ...]:
    """Compare a package with what it says of itself: sentences on what it lacks, though its records can be read.

    Raises UserError where a WARC file in it is not the one that was packed.
    """
    package = _open(path)
    lacking = []
    if not package.has_index:
        lacking.append("has no index (indexes/): its records were read one by one, but replay tools will not open it")
    told = _described(package)
    if told is None:
        lacking.append(f"does not say what it holds ({DESCRIPTION}): whether it is as it was packed cannot be told")
        return tuple(lacking)
    for stretch in package.archives:
        algorithm, _, expected = str(told.get(stretch.name, "")).partition(":")
        if not expected:
            lacking.append(f"says nothing of {_shown(stretch.name)}: whether it is as it was packed cannot be told")
        elif algorithm in ("sha256", "md5") and _digest(stretch, algorithm) != expected.lower():
            raise _differs(path, stretch.name)
    return tuple(lacking)


@dataclass(frozen=True, slots=True)
class _Package:
    path: Path
    archives: tuple[Stretch, ...]
    has_index: bool
    others: Mapping[str, zipfile.ZipInfo]
    """Its description and the description's digest."""


def _open(path: Path) -> _Package:
    """Read the list of a package's files; raises UserError for one that is none or that means harm."""
    with storage_errors(path), path.open("rb") as handle:
        _bound(handle, path)
        try:
            with zipfile.ZipFile(handle) as package:
                files = [info for info in package.infolist() if not info.is_dir()]
                directory = package.start_dir
        except (zipfile.BadZipFile, RuntimeError, ValueError, EOFError, struct.error) as error:
            raise _is_none(path, "it is cut off or damaged") from error
        _refuse(files, path)
        archives = sorted((_stretch(info, handle, path, directory) for info in _archives(files)), key=_by_name)
    for one, other in pairwise(sorted(archives, key=lambda stretch: stretch.start)):
        if one.end is None or one.end > other.start:
            raise _is_none(path, "files in it lie over each other")
    if not archives:
        raise UserError(f"{path}: no WARC file lies in its folder archive/.", "Give a WACZ file that holds pages.")
    _refuse_single(archives, path)
    others = {info.filename: info for info in files if info.filename in (DESCRIPTION, SEAL)}
    return _Package(path, tuple(archives), any(i.filename.startswith("indexes/") for i in files), others)


def _by_name(stretch: Stretch) -> str:
    return stretch.name


def _archives(files: Sequence[zipfile.ZipInfo]) -> Iterator[zipfile.ZipInfo]:
    return (info for info in files if _WARC.fullmatch(info.filename) and info.file_size)


def _bound(handle: IO[bytes], path: Path) -> None:
    """Refuse a file without a list of files at its end, and a list that would fill the memory."""
    size = handle.seek(0, 2)
    handle.seek(max(0, size - _LONGEST_END))
    tail = handle.read()
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) < at + 22:
        raise _is_none(path, "it is cut off or damaged")
    (listed,) = struct.unpack_from("<L", tail, at + 12)
    if listed > _MOST_DIRECTORY:  # with more than 4 GB or 65,535 files the true number stands elsewhere
        before = tail.rfind(b"PK\x06\x06", 0, at)
        listed = struct.unpack_from("<Q", tail, before + 40)[0] if listed == 0xFFFFFFFF and before >= 0 else listed
    if listed > _MOST_DIRECTORY:
        raise UserError(f"{path}: lists more files than any crawl has ({listed:,} bytes of names).", _hint(path))
    handle.seek(0)


def _refuse(files: Sequence[zipfile.ZipInfo], path: Path) -> None:
    """Raise UserError for names that lead out of the package, packages in it, archives that are locked or packed."""
    for info in files:
        if ".." in re.split(r"[\\/]", info.filename) or info.filename.startswith(("/", "\\")):
            raise UserError(
                f"{path}: names a file that would lie outside of it ({_shown(info.filename)}); nothing was read.",
                "Get the file again from who made it, and do not unpack this one.",
            )
    nested = [info.filename for info in files if info.filename.lower().endswith(ENDING)]
    if nested:
        raise UserError(
            f"{path}: holds other WACZ files ({_shown(', '.join(nested[:3]))}{' ...' * (len(nested) > 3)}).",
            f"Unpack it (`unzip {path.name}`) and give those.",
        )
    for info in _archives(files):
        if info.flag_bits & _ENCRYPTED:
            raise UserError(f"{path}: {_shown(info.filename)} in it is locked with a password.", _hint(path))
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise UserError(f"{path}: {_shown(info.filename)} in it is packed once more.", _hint(path))


def _stretch(info: zipfile.ZipInfo, handle: IO[bytes], path: Path, directory: int) -> Stretch:
    """Where a stored file begins and ends."""
    handle.seek(info.header_offset)
    head = handle.read(_LOCAL_HEAD.size)
    if len(head) < _LOCAL_HEAD.size or not head.startswith(_ZIP_MARK):
        raise _is_none(path, "it is cut off or damaged")
    _, name, extra = _LOCAL_HEAD.unpack(head)
    start = info.header_offset + _LOCAL_HEAD.size + name + extra
    if start + info.file_size > directory:
        raise _is_none(path, "it is cut off or damaged")
    return Stretch(path, start, start + info.file_size, info.filename)


def _refuse_single(archives: Sequence[Stretch], path: Path) -> None:
    """Raise UserError for a WARC file packed in one piece: its records have no place of their own in the package."""
    for stretch in archives:
        with open_stream(path, stretch.start, stretch.end) as stream:
            if not isinstance(stream, io.BufferedReader):
                raise UserError(f"{path}: {_shown(stretch.name)} in it is packed in one piece.", _hint(path))


def _described(package: _Package) -> dict[str, Any] | None:
    """Digests by name as the package tells them; None where it does not, or not in the form of its kind."""
    text = _small(package, DESCRIPTION)
    if text is None:
        return None
    seal = _json(_small(package, SEAL))
    algorithm, _, expected = str(seal.get("hash", "") if isinstance(seal, dict) else "").partition(":")
    if algorithm == "sha256" and hashlib.sha256(text).hexdigest() != expected.lower():
        raise _differs(package.path, DESCRIPTION)
    said = _json(text)
    resources = said.get("resources") if isinstance(said, dict) else None
    if not isinstance(resources, list):
        return None
    # `hash` since version 1.1 of the format; before it a list of files with `stats`.
    return {str(item["path"]): item.get("hash") for item in resources if isinstance(item, dict) and "path" in item}


def _json(text: bytes | None) -> Any:
    try:
        return json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        return None


def _small(package: _Package, name: str) -> bytes | None:
    """A small file of the package; None where it is not there, too long or locked. Damaged, it raises UserError."""
    info = package.others.get(name)
    if info is None or info.file_size > _MOST_DESCRIPTION or info.flag_bits & _ENCRYPTED:
        return None
    try:
        with storage_errors(package.path), zipfile.ZipFile(package.path) as opened, opened.open(info) as stream:
            return stream.read(_MOST_DESCRIPTION)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError) as error:
        raise _differs(package.path, name) from error


def _digest(stretch: Stretch, algorithm: str) -> str:
    digest, left = hashlib.new(algorithm, usedforsecurity=False), (stretch.end or 0) - stretch.start
    with storage_errors(stretch.path), stretch.path.open("rb") as handle:
        handle.seek(stretch.start)
        while left > 0 and (piece := handle.read(min(left, _PIECE))):
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest()


def _is_none(path: Path, why: str) -> UserError:
    return UserError(
        f"{path}: is no WACZ file that can be read ({why}); the findings are as they were.", "Get it again."
    )


def _differs(path: Path, name: str) -> UserError:
    return UserError(
        f"{path}: {_shown(name)} in it is not as it was packed: its digest is another than the package says.",
        f"Get it again; if you know why, {_hint(path)[0].lower()}{_hint(path)[1:]}",
    )


def _hint(path: Path) -> str:
    return _BY_HAND.format(name=path.name)


def _shown(name: str) -> str:
    """A name from a package, fit for a message."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:120]
