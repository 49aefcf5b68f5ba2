"""From any exception to one sentence, a hint and an exit status; a bug leaves its traceback in a log file.

The three kinds: a user's mistake (2), the disk (1), a bug (1). Only a bug writes a file.
"""

from __future__ import annotations

import errno
import os
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path

from study import KuntatutkaError, StorageError, UserError, storage_errors, without_password
from taxonomy import TaxonomyError

from . import __version__
from .exits import ExitStatus


@dataclass(frozen=True, slots=True)
class Failure:
    """What the user reads, and the exit status."""

    message: str
    hint: str
    status: ExitStatus


_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG, errno.EMFILE}


def explain(error: Exception) -> Failure:
    """The sentence for an error that no command could handle."""
    if isinstance(error, KuntatutkaError):
        status = ExitStatus.USAGE if isinstance(error, UserError) else ExitStatus.FAILED
        return Failure(error.message, error.hint, status)
    if isinstance(error, TaxonomyError):
        return Failure(str(error), "", ExitStatus.USAGE)
    if isinstance(error, OSError) and error.errno in _DISK:
        return _of_disk(error)
    log = _keep_traceback(error)
    where = f"The details are in {log}; please send that file with a description of what you did."
    return Failure(f"an error in the program itself: {type(error).__name__}: {error}", where, ExitStatus.FAILED)


def _of_disk(error: OSError) -> Failure:
    try:
        with storage_errors(Path(error.filename or ".")):
            raise error
    except StorageError as storage:
        return Failure(storage.message, storage.hint, ExitStatus.FAILED)


def _keep_traceback(error: Exception) -> str:
    text = f"kuntatutka {__version__}\n" + without_password("".join(traceback.format_exception(error)))
    try:
        handle, name = tempfile.mkstemp(prefix="kuntatutka-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return "this text:\n" + text
    return name
