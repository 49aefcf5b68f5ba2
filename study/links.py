"""Symbolic links in a study folder: refused when it is opened, and followed by no file that is opened to write.

A study can have come from anybody; through a link a command would empty or delete a file that is none of the study's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from .errors import UserError


def refuse_links(places: Iterable[Path]) -> None:
    """Raise UserError naming the first symbolic link among these files and folders and all that lies in them."""
    for place in places:
        found = place if place.is_symlink() else _first_link(place)
        if found is not None:
            raise UserError(
                f"{found}: is a symbolic link; a study folder may hold none, for writing through one changes files "
                "outside of it.",
                "Put the file or folder itself there, or take the link away. The study folder itself may be a link.",
            )


def _first_link(folder: Path) -> Path | None:
    for parent, folders, files in os.walk(folder, followlinks=False):
        for name in sorted((*folders, *files)):
            if (path := Path(parent, name)).is_symlink():
                return path
    return None


def no_follow(path: str, flags: int) -> int:
    """An opener of files that takes no link for the file it leads to."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
