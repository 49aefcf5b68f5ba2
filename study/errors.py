"""Every exception that may reach a user, in one tree.

    KuntatutkaError
    ├── UserError            a file, flag or folder is wrong; one sentence, exit status 2
    │   ├── UnreadableDecisionsError  review/decisions.csv as a whole is not what the program wrote
    │   ├── StudyBusyError       another process works in the same study folder
    │   └── NewerStudyError      the study folder was written by a newer version
    ├── PageUnavailableError a page that a person named could not be had; exit status 1
    ├── ReaderError          the language model that study.toml names gives no usable answer; exit status 1
    ├── RegisterError        the service register gives no usable answer; exit status 1
    ├── ClusterError         a cluster cannot be had, has gone, or lacks something; exit status 1
    └── StorageError         disk full, folder read-only, file vanished; exit status 1

Operational failures of websites (time-outs, 404, robots.txt) are rows in tables, never exceptions.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class KuntatutkaError(Exception):
    """A failure with one clear sentence and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UserError(KuntatutkaError):
    """Something the user gave is wrong; the sentence says what was expected and what to do."""


class UnreadableDecisionsError(UserError):
    """The file of decisions cannot be read as a whole; the name of its fault is for who says it in another language."""

    def __init__(self, message: str, hint: str, *, kind: str, values: Mapping[str, str]) -> None:
        super().__init__(message, hint)
        self.kind = kind
        self.values = values


class StudyBusyError(UserError):
    """Another process holds the study folder."""


class NewerStudyError(UserError):
    """The folder's format is newer than this program."""


class PageUnavailableError(KuntatutkaError):
    """A page that a person named gives no answer, or robots.txt forbids reading it."""


class ReaderError(KuntatutkaError):
    """The language model that a study names cannot be had, or refuses; what it answered before is kept."""


class RegisterError(KuntatutkaError):
    """The service register cannot be had, or refuses; what it answered before is kept."""


class ClusterError(KuntatutkaError):
    """A cluster cannot be reached, has gone, or one of its machines lacks something; what was done is kept."""


class StorageError(KuntatutkaError):
    """Writing or reading the disk failed; whatever was complete before is still there."""


_STORAGE_HINTS = {
    errno.ENOSPC: "The disk is full: free some room and run the same command again; nothing that was complete is lost.",
    errno.EDQUOT: "Your disk quota is used up: free some room and run the same command again.",
    errno.EROFS: "The folder is on a read-only disk: copy the study to a folder you may write to.",
    errno.EACCES: "You may not write there: change the folder's permissions or copy the study elsewhere.",
    errno.EPERM: "You may not write there: change the folder's permissions or copy the study elsewhere.",
}


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn an OSError about `path` into a StorageError that says what to do."""
    try:
        yield
    except OSError as error:
        hint = _STORAGE_HINTS.get(error.errno or 0, "Check the disk and run the same command again.")
        where = error.filename or path
        raise StorageError(f"{where}: cannot be written or read ({error.strerror or error}).", hint) from error
