"""A file of what a command worked out, by named blocks, kept so that it need not be worked out again.

A head names the blocks with their places and digests and holds a few facts. What is damaged is as good as not there:
it is told apart by digests and never raises. A file is replaced in one step.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pyarrow as pa

from .errors import storage_errors
from .links import no_follow

_MARK = "kuntatutka-kept-1"
_LONGEST_HEAD = 64_000_000
_MOST = 1 << 32
"""Bytes that a block unpacks to at most."""


def _codec() -> Any:
    return pa.Codec("zstd", compression_level=3)


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept file whose head is whole; a block is read, and compared with its digest, when it is asked for."""

    path: Path
    facts: Mapping[str, Any]
    _blocks: Mapping[str, tuple[int, int, int, str]]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the blocks."""
        return tuple(self._blocks)

    def is_whole(self) -> bool:
        """Whether every block is as it was written."""
        return all(self._packed(name) is not None for name in self._blocks)

    def block(self, name: str) -> bytes | None:
        """What a block holds; None where it is not there or damaged."""
        packed = self._packed(name)
        if packed is None:
            return None
        size = self._blocks[name][2]
        try:
            return bytes(_codec().decompress(packed, decompressed_size=size, asbytes=True)) if size else b""
        except (OSError, ValueError, pa.ArrowException):
            return None

    def _packed(self, name: str) -> bytes | None:
        if name not in self._blocks:
            return None
        offset, length, _, digest = self._blocks[name]
        try:
            with self.path.open("rb") as handle:
                handle.seek(offset)
                packed = handle.read(length)
        except OSError:
            return None
        return packed if _digest(packed) == digest else None


def open_kept(path: Path) -> Kept | None:
    """A kept file; None where there is none, or none whose head is whole."""
    try:
        with path.open("rb") as handle:
            mark, length, digest = handle.readline(200).decode("ascii").split()
            start = handle.tell()
            head = handle.read(min(int(length), _LONGEST_HEAD))
        if mark != _MARK or _digest(head) != digest:
            return None
        told = json.loads(head)
        blocks = {str(name): _place(start + len(head), *place) for name, place in told["blocks"].items()}
        return Kept(path, dict(told["facts"]), blocks)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _place(start: int, offset: int, length: int, size: int, digest: str) -> tuple[int, int, int, str]:
    if not (offset >= 0 and length >= 0 and 0 <= size < _MOST):
        raise ValueError("no place in a file")
    return start + offset, length, size, digest


def write_kept(path: Path, blocks: Mapping[str, bytes], facts: Mapping[str, Any]) -> None:
    """Write a kept file, replacing it whole. Raises StorageError when the disk refuses."""
    codec, places, packed, offset = _codec(), {}, [], 0
    for name, data in blocks.items():
        made = codec.compress(data, asbytes=True) if data else b""
        places[name] = (offset, len(made), len(data), _digest(made))
        packed.append(made)
        offset += len(made)
    head = json.dumps({"facts": dict(facts), "blocks": places}).encode()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(temporary, "wb", opener=no_follow) as handle:
                handle.write(f"{_MARK} {len(head)} {_digest(head)}\n".encode())
                handle.write(head)
                handle.writelines(packed)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
