"""Who of a machine may read a study: its owner alone, or the owner's group where study.toml says so.

Evidence and findings hold names and numbers of people, and logs the addresses that were asked.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_OWNER, _GROUP = 0o077, 0o007  # what is taken away of what a program would give


@contextmanager
def rights(*, shared_with_group: bool) -> Iterator[None]:
    """Files and folders made meanwhile, by child processes too, are their owner's alone, or the group's as well."""
    before = os.umask(_GROUP if shared_with_group else _OWNER)
    try:
        yield
    finally:
        os.umask(before)


def open_to_others(places: Iterable[Path], *, shared_with_group: bool) -> list[Path]:
    """Files and folders among these, and in them, that more people may read than they are for."""
    taken = _GROUP if shared_with_group else _OWNER
    found = []
    for place in places:
        for path in (place, *sorted(place.rglob("*"))):
            if path.exists() and stat.S_IMODE(path.lstat().st_mode) & taken:
                found.append(path)
    return found


def is_closed(folder: Path, *, shared_with_group: bool) -> bool:
    """Whether a folder lets nobody in but those whom it is for, whatever the rights of what lies in it."""
    return not stat.S_IMODE(folder.stat().st_mode) & (_GROUP if shared_with_group else _OWNER)
