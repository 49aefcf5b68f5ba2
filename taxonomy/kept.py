"""What reading the taxonomy brought, kept in the user's cache folder, so that the next command need not do it again.

Data only (JSON): nothing that lies there is ever run. A file counts if it and its folder belong to whoever runs the
program, nobody else may write to them, its digest fits, and it rests on what it is asked for; else it is made anew
without a word, and where nothing can be kept nothing is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import stat
import sys
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER, _VARIABLE, _USUAL = "kuntatutka", "XDG_CACHE_HOME", ".cache"
_LARGEST = 64_000_000
_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def kept(name: str, rests_on: str) -> dict[str, Any]:
    """What was kept under a name, if it rests on the same; empty where nothing fit for use is there."""
    try:
        data = _own_bytes(_place() / f"{name}.json")
        digest, _, body = data.partition(b"\n")
        if digest.decode("ascii") != _digest(rests_on, body):
            return {}
        found: dict[str, Any] = json.loads(body)
        return found
    except (OSError, ValueError, RuntimeError, RecursionError):
        return {}


def keep(name: str, rests_on: str, data: Mapping[str, Any]) -> None:
    """Keep it for the next command, in one step; where that cannot be, nothing is kept."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=dt.date.isoformat).encode()
    with suppress(OSError, RuntimeError):
        folder = _place()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = folder / f".{name}.{os.getpid()}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            if _is_ours(folder.lstat()):
                with os.fdopen(os.open(temporary, flags, 0o600), "wb") as handle:
                    handle.write(_digest(rests_on, body).encode() + b"\n" + body)
                temporary.replace(folder / f"{name}.json")
        finally:
            temporary.unlink(missing_ok=True)


def _place() -> Path:
    """The folder; a path that is not absolute is no answer, as the standard of the variable says."""
    wished = Path(os.environ.get(_VARIABLE, ""))
    return (wished if wished.is_absolute() else Path.home() / _USUAL) / _FOLDER


def _is_ours(found: os.stat_result) -> bool:
    """Whether a file or folder, itself and no link, is this user's, and only this user writes to it."""
    is_itself = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
    return is_itself and found.st_uid == os.geteuid() and not found.st_mode & _OTHERS


def _own_bytes(path: Path) -> bytes:
    if not _is_ours(path.parent.lstat()):
        raise PermissionError(path.parent)
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags), "rb") as handle:
        if not _is_ours(os.fstat(handle.fileno())):
            raise PermissionError(path)
        return handle.read(_LARGEST)


def _digest(rests_on: str, body: bytes) -> str:
    return hashlib.sha256(rests_on.encode() + b"\n" + body).hexdigest()


class ParsedFiles:
    """TOML files as they were parsed, each by the digest of its text."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._known = kept(name, _parser()) if name else {}
        self._used: dict[str, Any] = {}

    def of(self, text: str) -> dict[str, Any]:
        """The tables of a text; a day that was kept is told as its letters. Raises TOMLDecodeError."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        found: dict[str, Any] | None = self._known.get(digest)
        self._used[digest] = found if found is not None else tomllib.loads(text)
        return dict(self._used[digest])

    def keep(self) -> None:
        """Keep what was used now, if some of it was not known."""
        if self._name and self._used.keys() - self._known.keys():
            keep(self._name, _parser(), self._used)


@cache
def _parser() -> str:
    """What a parsed file rests on beside its text: Python's parser, and how this module keeps it."""
    return f"{sys.version} {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}"
