"""Takes one page out of a file of evidence: its records go, and our own notes elsewhere lose its address.

All other records stay byte for byte. The file is replaced in one step, so that a stopped run leaves it as it was.
"""

from __future__ import annotations

import json
import os
import re
import stat
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from study.errors import StorageError, storage_errors
from study.links import no_follow
from study.urls import address_key

from .members import members, next_record
from .writer import GZIP_LEVEL, NOTE_FIELD

_LIMIT = 128 * 1024 * 1024  # longer members are taken by their heads
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]{1,2000}")
_AFTER = ".,;:)]}"
_GONE = "[forgotten]"
_NOTE_HEADER = b"WARC-JSON-Metadata: "


def forget_page(path: Path, url: str) -> int:
    """Take a page out of a .warc.gz; how many records went or were changed. Raises StorageError, the file untouched.

    A damaged rest at the end, which nobody can read, goes as well.
    """
    key, changed = address_key(url), 0
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage_errors(path), path.open("rb") as stream, path.open("rb") as raw:
        try:
            with open(temporary, "xb", opener=no_follow) as out:
                for start, end, member in _bounded(stream, path):
                    made = _without(member, key, path)
                    if made is None:
                        _copy(raw, out, start, end)
                    else:
                        changed += 1
                        out.write(made)
                out.flush()
                os.fsync(out.fileno())
            if changed:
                temporary.chmod(stat.S_IMODE(path.stat().st_mode))
                temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    return changed


def without_address(text: str, key: str) -> str:
    """A text in which no spelling of an address with this key stands any more."""

    def told(match: re.Match[str]) -> str:
        address = match[0].rstrip(_AFTER)
        return _GONE + match[0][len(address) :] if _is_it(address, key) else match[0]

    return _ADDRESS.sub(told, text)


def _bounded(stream: IO[bytes], path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Beginning, end and content of every whole member."""
    before: tuple[int, BytesIO] | None = None
    for offset, member in members(stream, 0, _LIMIT):
        if before is not None:
            yield before[0], offset, before[1].getvalue()
        if member is None:
            if next_record(path, offset + 1) is None:
                return
            raise StorageError(
                f"{path}: is damaged at byte {offset} with whole records behind it; nothing was taken out of it.",
                "Copy it without the damage (`warcio recompress`), or take the file away, and run the command again.",
            )
        before = offset, member
    if before is not None:
        yield before[0], path.stat().st_size, before[1].getvalue()


def _copy(raw: IO[bytes], out: IO[bytes], start: int, end: int) -> None:
    raw.seek(start)
    left = end - start
    while left > 0 and (piece := raw.read(min(left, 1 << 20))):
        out.write(piece)
        left -= len(piece)


def _without(content: bytes, key: str, path: Path) -> bytes | None:
    """None for a record that stays as it is; else what is written in its place, which may be nothing."""
    head, gap, block = content.partition(b"\r\n\r\n")
    if not content.startswith(b"WARC/") or not gap:
        return None
    lines = head.split(b"\r\n")
    length = int(_value(lines, b"content-length") or 0)
    if len(block) > length + 4 and block[length:].strip():
        raise StorageError(
            f"{path}: holds several records in one packed piece; nothing was taken out of it.",
            "Take the file away, or pack it record by record (`warcio recompress`), and run the command again.",
        )
    if _is_it(_value(lines, b"warc-target-uri").decode("utf-8", "replace"), key):
        return b""
    kept = [_header_without(line, key) for line in lines]
    note = block[:length]
    if note.startswith(NOTE_FIELD):
        told = _json_without(note[len(NOTE_FIELD) :], key)
        if told is None:
            return b""
        note = NOTE_FIELD + told.strip() + b"\r\n" if told != note[len(NOTE_FIELD) :] else note
    if kept == lines and note == block[:length]:
        return None
    kept = [b"Content-Length: %d" % len(note) if _name(line) == b"content-length" else line for line in kept]
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(b"\r\n".join(kept) + gap + note + b"\r\n\r\n") + packer.flush()


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].strip().lower()


def _value(lines: list[bytes], name: bytes) -> bytes:
    return next((line.partition(b":")[2].strip() for line in lines if _name(line) == name), b"")


def _header_without(line: bytes, key: str) -> bytes:
    if not line.startswith(_NOTE_HEADER):
        return line
    told = _json_without(line[len(_NOTE_HEADER) :], key)
    return _NOTE_HEADER + (told if told is not None else b"{}")


def _json_without(raw: bytes, key: str) -> bytes | None:
    """A note in JSON without the page; the same bytes where it does not name it, None where it is about that alone."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return raw
    if isinstance(value, dict) and _is_it(value.get("url"), key):
        return None
    cleaned = _cleaned(value, key)
    return raw if cleaned == value else json.dumps(cleaned, ensure_ascii=True, sort_keys=True).encode()


def _cleaned(value: Any, key: str) -> Any:
    if isinstance(value, str):
        return without_address(value, key)
    if isinstance(value, list):
        return [_cleaned(item, key) for item in value if not _is_about(item, key)]
    if isinstance(value, dict):
        return {
            name: _cleaned(item, key) for name, item in value.items() if not (_is_it(name, key) or _is_it(item, key))
        }
    return value


def _is_about(item: Any, key: str) -> bool:
    return _is_it(item, key) or (isinstance(item, dict) and _is_it(item.get("url"), key))


def _is_it(value: Any, key: str) -> bool:
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        return False
    try:
        return address_key(value.split("#", 1)[0]) == key
    except ValueError:
        return False
