"""Watches from outside how much memory the browser's processes take, and ends one that takes too much.

What a page fills outside its scripts' heap no switch of the browser bounds. A tab whose process is ended is an error
of its page; the browser goes on. Every process of a browser below this one is looked at, ten times a second, by a
thread of its own, so that neither a page nor our own work can hold the watch up. Crawls that were forked from one
process watch each other: too much together is ended where the largest process is.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

MOST_MB = 700
"""Memory of one process: ordinary pages take 60 to 200 MB, the heaviest maps 400."""
MOST_IN_ALL_MB = 1_500
"""Memory of all processes of one browser."""
MOST_TOGETHER_MB = 1_700
"""Memory of the browsers of all crawls that run side by side: with our own processes less than 2.5 GB."""
_LOOK_SECONDS = 0.1
_FAMILY_SECONDS = 1.0  # between two looks at who started whom; new tabs, which a nursery starts, are known at once
_RECENT_SECONDS = 20.0
_PROC = Path("/proc")
_BROWSER, _NURSERY = b"--type=", b"--type=zygote"
_FILLED = re.compile(rb"^Rss(?:Anon|Shmem):\s*(\d+) kB", re.MULTILINE)
_log = logging.getLogger(__name__)


class Watch:
    """A watch over the processes that this one has started."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._ended_at = -_RECENT_SECONDS
        self._root: int | None = None

    def begin_families(self) -> None:
        """Whoever is forked from this process from now on counts the browsers of the others that are."""
        self._root = os.getpid()

    def begin(self) -> None:
        """Watch from now on; once is enough for a process."""
        if self._thread is None and (_PROC / "self" / "status").exists():
            self._thread = threading.Thread(target=self._run, name="memory watch", daemon=True)
            self._thread.start()

    @property
    def has_just_ended_one(self) -> bool:
        """Whether a process was ended a moment ago."""
        return time.monotonic() - self._ended_at < _RECENT_SECONDS

    def told(self, otherwise: str) -> str:
        """Why a page was lost: its memory, where that was the end of it just now."""
        if self.has_just_ended_one:
            return f"the page wanted more than {MOST_MB} MB of memory, or too much beside others, and was ended"
        return otherwise

    def _run(self) -> None:
        own: dict[int, bool] = {}
        others: dict[int, bool] = {}
        looked_at = -_FAMILY_SECONDS
        while True:
            time.sleep(_LOOK_SECONDS)
            if time.monotonic() - looked_at >= _FAMILY_SECONDS:
                own = _browsers_below(os.getpid())
                others = {} if self._root is None else _browsers_below(self._root)
                looked_at = time.monotonic()
            taken = _taken(own)
            together = taken | _taken({pid: nursery for pid, nursery in others.items() if pid not in own})
            largest = max(taken, key=lambda pid: taken[pid], default=0)
            is_much = bool(taken) and (taken[largest] > MOST_MB or sum(taken.values()) > MOST_IN_ALL_MB)
            is_ours = bool(taken) and taken[largest] == max(together.values())
            if (is_much or (is_ours and sum(together.values()) > MOST_TOGETHER_MB)) and _is_browser(largest):
                self._ended_at = time.monotonic()
                with suppress(ProcessLookupError):
                    os.kill(largest, signal.SIGKILL)
                _log.warning("browser: a process of %d MB was ended", taken[largest])


watch_memory = Watch()
"""The one of this process."""


def _browsers_below(pid: int) -> dict[int, bool]:
    """Chromium's helpers below a process, and whether each is a nursery of tabs."""
    return {helper: _is_nursery(helper) for helper in _below(pid) if _is_browser(helper)}


def _taken(helpers: Mapping[int, bool]) -> dict[int, int]:
    """Megabytes by process, tabs that were just born among them."""
    born = {child for pid, is_nursery in helpers.items() if is_nursery for child in _children(pid, pid)}
    return {pid: _memory(pid) for pid in helpers.keys() | born}


def _below(pid: int) -> Iterator[int]:
    for task in _listed(_PROC / str(pid) / "task"):
        for child in _children(pid, task):
            yield child
            yield from _below(child)


def _children(pid: int, task: int | str) -> list[int]:
    try:
        return [int(child) for child in Path(f"{_PROC}/{pid}/task/{task}/children").read_text("ascii").split()]
    except (OSError, ValueError):
        return []


def _listed(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:
        return []


def _memory(pid: int) -> int:
    """Megabytes that the process fills, pictures that it shares with the one that draws among them; 0 for one gone."""
    try:
        told = Path(f"{_PROC}/{pid}/status").read_bytes()
    except OSError:
        return 0
    return sum(int(size) for size in _FILLED.findall(told)) // 1024


def _is_browser(pid: int) -> bool:
    """Whether it is one of Chromium's helpers: tabs, and what loads and draws for them."""
    return _BROWSER in _command(pid)


def _is_nursery(pid: int) -> bool:
    """Whether it is the process of a browser that its tabs are forked from."""
    return _NURSERY in _command(pid)


def _command(pid: int) -> bytes:
    try:
        return Path(f"{_PROC}/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
