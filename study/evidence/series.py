"""The files of one municipality's series: opened by one process at a time, repaired, only ever appended to.

Knows members, not what they hold: a torn tail is cut off; behind damage in the middle the series goes on in a new part.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from study.errors import StorageError, StudyBusyError, storage_errors
from study.links import no_follow

from .members import GZIP_MARK, next_record, whole_length

_TORN_HEAD = 65_536  # longer than the first record of a part, which a crash can have torn
_SYNC_EVERY = 64  # records between two fsyncs: a power cut loses a minute of a polite crawl, a killed process nothing.


class Series:
    """Appends members to the newest part. Raises StorageError when the disk refuses."""

    def __init__(self, folder: Path, code: str, limit: int, head: Callable[[str], bytes]) -> None:
        """`limit`: bytes from which on a new part is begun; `head`: the first member of a part, by its file's name."""
        self._folder, self._code, self._limit, self._head = folder, code, limit, head
        self._unsynced = 0
        self.repairs: list[tuple[str, dict[str, Any]]] = []
        """What was mended when the series was opened: kind and particulars, to be noted."""
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        parts = sorted(folder.glob(f"{code}-[0-9][0-9][0-9][0-9][0-9].warc.gz"))
        self._number = int(parts[-1].name[len(code) + 1 : len(code) + 6]) if parts else 1
        self._open()

    @property
    def path(self) -> Path:
        """The part that is written to."""
        return self._folder / f"{self._code}-{self._number:05d}.warc.gz"

    @property
    def is_full(self) -> bool:
        """Whether the next record belongs into a new part."""
        return self._size >= self._limit

    def append(self, member: bytes) -> None:
        """Write a whole member, or nothing of it."""
        with storage_errors(self.path):
            try:
                view = memoryview(member)
                while view:
                    view = view[self._file.write(view) :]
            except OSError:
                os.ftruncate(self._file.fileno(), self._size)
                raise
        self._size += len(member)
        self._unsynced += 1
        if self._unsynced >= _SYNC_EVERY:
            self.sync()

    def sync(self) -> None:
        """Bring everything to the disk."""
        with storage_errors(self.path):
            os.fsync(self._file.fileno())
        self._unsynced = 0

    def next_part(self) -> None:
        """Go on in a new file."""
        self.close()
        self._number += 1
        self._open()

    def close(self) -> None:
        """Bring everything to the disk and let go of the file."""
        if not self._file.closed:
            self.sync()
            self._file.close()

    def _open(self) -> None:
        with storage_errors(self.path):
            self._file: IO[bytes] = open(self.path, "ab", buffering=0, opener=no_follow)  # noqa: SIM115
            self._lock()
            found = self.path.stat().st_size
            self._size = whole_length(self.path)
            self._refuse_strange(found)
            if found > self._size and next_record(self.path, self._size + 1) is not None:
                self._leave_damaged()
                return
            if found > self._size:
                os.ftruncate(self._file.fileno(), self._size)
                self.repairs.append(("torn-tail", {"bytes_cut": found - self._size, "offset": self._size}))
        if self._size == 0:
            self.append(self._head(self.path.name))

    def _refuse_strange(self, found: int) -> None:
        """Nothing is cut or written to that is not ours: a part begins with a packed record, or with a torn one."""
        with self.path.open("rb") as handle:
            start = handle.read(_TORN_HEAD)
        is_ours = start.startswith(GZIP_MARK[: len(start)]) and (self._size > 0 or found < _TORN_HEAD)
        if found and not is_ours and next_record(self.path, 0) is None:
            self._file.close()
            raise StorageError(
                f"{self.path}: is no evidence of this program; it was left as it is.", "Move the file elsewhere."
            )

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise StudyBusyError(
                f"{self.path}: another process is writing this evidence.",
                "Wait for it to end, or stop it with Ctrl-C where it runs; then try again.",
            ) from error

    def _leave_damaged(self) -> None:
        """Damage in the middle, with whole records behind it: nothing is cut, the series goes on in a new part."""
        self.repairs.append(("damaged-part", {"file": self.path.name, "offset": self._size}))
        self._file.close()
        self._number += 1
        self._open()
