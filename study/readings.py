"""What a language model answered about single cells: review/readings.jsonl, a line each, added to at its end.

Kept so that a study is rebuilt without asking again. Nothing here asks, and nothing judges a cell.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .errors import StorageError, storage_errors
from .links import no_follow
from .records import State

FILE = "readings.jsonl"


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer: about which cell, read on which words of which page, by which model, and what it rests on."""

    municipality_code: str
    service_id: str
    url: str
    page_digest: str
    """Digest of the words of the page, as the column `basis` has it."""
    model: str
    prompt_version: str
    """Digest of the question's wording and of the service's definition."""
    asked_at: datetime
    state: str = ""
    """found or not-found; empty where the model could not tell, or where its answer is void."""
    quote: str = ""
    """Words of the page on which the answer rests."""
    channels: tuple[str, ...] = ()
    """Channels that the model proved by a quote of their own, sorted."""
    why: str = ""
    void: str = ""
    """Why the answer does not count; empty where it does."""
    answer: str = ""
    """What the model wrote, its beginning."""
    seconds: float = 0.0
    cost: float = 0.0

    @property
    def counts(self) -> bool:
        """Whether it says anything of its cell."""
        return not self.void and self.state in (State.FOUND, State.NOT_FOUND)


def readings_file(review: Path) -> Path:
    """Where the answers lie in a study's folder `review`."""
    return review / FILE


def read_readings(review: Path) -> tuple[tuple[Reading, ...], int]:
    """The answers in order of their lines, and how many lines could not be read (half a last one, a hand's edit)."""
    path = readings_file(review)
    with storage_errors(path):
        raw = path.read_bytes() if path.is_file() else b""
    found, lost = [], 0
    for line in raw.splitlines():
        if not line.strip():
            continue
        reading = _reading(line)
        found += [reading] if reading else []
        lost += reading is None
    return tuple(found), lost


def _reading(line: bytes) -> Reading | None:
    try:
        values: dict[str, Any] = json.loads(line)
        known = {field.name for field in fields(Reading)}
        values = {name: value for name, value in values.items() if name in known}
        asked_at = datetime.fromisoformat(values.pop("asked_at"))
        channels = tuple(str(item) for item in values.pop("channels", ()))
        reading = Reading(asked_at=_utc(asked_at), channels=channels, **values)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return reading if _is_sound(reading) else None


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _is_sound(reading: Reading) -> bool:
    texts = ("municipality_code", "service_id", "url", "page_digest", "model", "prompt_version", "quote", "why", "void")
    states = ("", State.FOUND.value, State.NOT_FOUND.value)
    return all(isinstance(getattr(reading, name), str) for name in texts) and reading.state in states


def append_reading(review: Path, reading: Reading) -> None:
    """Add one answer at the end, on the disk when this returns. Raises StorageError; the file is then as it was."""
    path = readings_file(review)
    with storage_errors(path):
        review.mkdir(parents=True, exist_ok=True)
        handle = os.fdopen(no_follow(str(path), os.O_RDWR | os.O_CREAT | os.O_APPEND), "rb+", buffering=0)
        with handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            size = handle.seek(0, os.SEEK_END)
            handle.seek(max(0, size - 1))
            start = b"" if handle.read(1) in (b"", b"\n") else b"\n"
            data = start + _line(reading)
            if os.write(handle.fileno(), data) != len(data):
                os.ftruncate(handle.fileno(), size)
                raise StorageError(
                    f"{path}: the disk took only a part of an answer; it was not kept.", "Free some room."
                )
            os.fsync(handle.fileno())


def _line(reading: Reading) -> bytes:
    values: Mapping[str, Any] = asdict(reading) | {"asked_at": reading.asked_at.isoformat(timespec="seconds")}
    return json.dumps(values, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace") + b"\n"
