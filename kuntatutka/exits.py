"""How a command ended, as other programs see it."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """The exit statuses of all commands."""

    DONE = 0
    FAILED = 1
    USAGE = 2  # wrong usage, or a file that people wrote is wrong
    INCOMPLETE = 3  # done, but of some municipalities not everything
