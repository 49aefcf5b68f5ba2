"""Watches from outside how much memory the browser's processes take, and ends one that takes too much.

What a page fills outside its scripts' heap no switch of the browser bounds. A tab whose process is ended is an error
of its page; the browser goes on. Every process below this one is looked at, a few times a second, by a thread of its
own, so that neither a page nor our own work can hold the watch up.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MOST_MB = 700
"""Memory of one process: ordinary pages take 60 to 200 MB, the heaviest maps 400."""
MOST_IN_ALL_MB = 1_500
"""Memory of all processes of one browser."""
_LOOK_SECONDS = 0.1
_RECENT_SECONDS = 20.0
_PROC = Path("/proc")
_BROWSER = b"--type="
_log = logging.getLogger(__name__)


class Watch:
    """A watch over the processes that this one has started."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._ended_at = -_RECENT_SECONDS

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
            return f"the page wanted more than {MOST_MB} MB of memory and was ended"
        return otherwise

    def _run(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            taken = {pid: megabytes for pid in _below(os.getpid()) if (megabytes := _memory(pid)) and _is_browser(pid)}
            largest = max(taken, key=lambda pid: taken[pid], default=0)
            if largest and (taken[largest] > MOST_MB or sum(taken.values()) > MOST_IN_ALL_MB):
                self._ended_at = time.monotonic()
                with suppress(ProcessLookupError):
                    os.kill(largest, signal.SIGKILL)
                _log.warning("browser: a process of %d MB was ended", taken[largest])


watch_memory = Watch()
"""The one of this process."""


def _below(pid: int) -> Iterator[int]:
    for task in _listed(_PROC / str(pid) / "task"):
        with suppress(OSError, ValueError):
            for child in (_PROC / str(pid) / "task" / task / "children").read_text(encoding="ascii").split():
                yield int(child)
                yield from _below(int(child))


def _listed(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:
        return []


def _memory(pid: int) -> int:
    """Megabytes that are the process's own; 0 for one that is gone."""
    try:
        for line in (_PROC / str(pid) / "status").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) // 1024
    except (OSError, ValueError):
        return 0
    return 0


def _is_browser(pid: int) -> bool:
    """Whether it is one of Chromium's helpers: tabs, and what loads and draws for them."""
    try:
        return _BROWSER in (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return False
