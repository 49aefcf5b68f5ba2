"""Watches from outside how much memory the browser's processes take, and ends one that takes too much.

What a page fills outside its scripts' heap no switch of the browser bounds. A tab whose process is ended is an error
of its page; the browser goes on. Every process of a browser below this one is looked at, ten times a second and oftener
while one grows, by a thread of its own, so that neither a page nor our own work can hold the watch up.

Crawls or audits side by side watch each other, with all that was started for them: while there is much together, who
would open a page waits for a while (`room`); too much together is ended where the largest process is.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress

from .family import PROC, below, born_by, born_of, filled, is_helper, is_nursery, program, share

MOST_MB = 700
"""Memory of one process: ordinary pages take 60 to 200 MB, the heaviest maps 400."""
HEAVY_MB = 450
"""One that takes more than any ordinary page is ended before it passes the bound, where it is about to."""
ORDINARY_MB = 200
"""No page that takes less is ended for what others take."""
MOST_IN_ALL_MB = 1_500
"""Memory of all processes of one browser."""
MOST_TOGETHER_MB = 2_050
"""Memory of all that a command has started: browsers, their drivers, our own processes. The command's own, and what a
page fills until it is seen, make less than 2.5 GB of it."""
FREE_MB = 250
"""So much is left for the pages that are open: while there is less no further one is opened."""
_BROWSERS, _A_BROWSER_MB = 4, 450
"""How many browsers the bound is made for, and what each beyond allows: whoever asks for more side by side has room."""
_ROOM_SECONDS = 10.0
_LOOK_SECONDS, _QUICK_SECONDS, _GROWING_MB = 0.1, 0.02, 15
_FAMILY_SECONDS = 1.0  # between two looks at who started whom; new tabs, which a nursery starts, are known at once
_NEW_SECONDS = 3.0  # while a browser starts, its nurseries among others, who there is is looked up each time
_SHARES_SECONDS = 5.0  # between two looks at what is no tab's: it changes slowly, and takes longer to tell
_RECENT_SECONDS = 20.0
_log = logging.getLogger(__name__)


class Watch:
    """A watch over the processes that this one has started."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._ended_at = self._begun_at = -_RECENT_SECONDS
        self._root: int | None = None
        self._is_full = False

    def begin_families(self, root: int) -> None:
        """All that this process has started counts to the bound together."""
        self._root = root

    def begin(self) -> None:
        """Watch from now on, a browser that is just being started."""
        self._begun_at = time.monotonic()
        if self._thread is None and (PROC / "self" / "status").exists():
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

    async def room(self, give_back: Callable[[], Awaitable[None]]) -> None:
        """Wait for room to open a page, giving back first what the last one keeps. Not for ever."""
        if not self._is_full:
            return
        await give_back()
        until = time.monotonic() + _ROOM_SECONDS
        while self._is_full and time.monotonic() < until:
            await asyncio.sleep(_LOOK_SECONDS)

    def _run(self) -> None:
        family, before, pause = _Family(), dict[int, int](), _LOOK_SECONDS
        while True:
            time.sleep(pause)
            family.look(self._root, is_new=time.monotonic() - self._begun_at < _NEW_SECONDS)
            own, others = family.taken()
            grown = {pid: max(size - before.get(pid, size), 0) for pid, size in own.items()}
            before, pause = own, _QUICK_SECONDS if max(grown.values(), default=0) > _GROWING_MB else _LOOK_SECONDS
            together = sum(own.values()) + sum(others.values()) + family.beside
            self._is_full = self._root is not None and together > family.bound - FREE_MB
            if not own:
                continue
            largest = max(own, key=lambda pid: own[pid] + grown[pid])
            # One that goes on growing like this passes its bound before the next look.
            is_greedy = own[largest] > MOST_MB or (own[largest] > HEAVY_MB and own[largest] + grown[largest] > MOST_MB)
            is_ours = own[largest] >= max([ORDINARY_MB, *others.values()])
            is_much = is_ours and self._root is not None and together > family.bound
            if (is_greedy or is_much or sum(own.values()) > MOST_IN_ALL_MB) and family.is_own(largest):
                self._ended_at = time.monotonic()
                with suppress(ProcessLookupError):
                    os.kill(largest, signal.SIGKILL)
                _log.warning("browser: a process of %d MB was ended", own[largest])


watch_memory = Watch()
"""The one of this process."""


class _Family:
    """Who was started by this process and by the others of the command, and what they take."""

    def __init__(self) -> None:
        self._own: dict[int, bool] = {}
        self._others: dict[int, bool] = {}
        self._browsers: tuple[set[int], set[int]] = set(), set()
        self._looked_at, self._counted_at = -_FAMILY_SECONDS, -_SHARES_SECONDS
        self.beside = 0
        """Megabytes of all that is no browser."""
        self.bound = MOST_TOGETHER_MB

    def look(self, root: int | None, *, is_new: bool) -> None:
        """See who there is: now and then, or at once while a browser is new."""
        now = time.monotonic()
        if not is_new and now - self._looked_at < _FAMILY_SECONDS:
            return
        self._looked_at = now
        known = self._own | self._others
        own = list(below(os.getpid()))
        self._own = _helpers(own, known)
        browsers = _browsers(self._own)
        self._browsers = browsers, set()
        if root is None:
            return
        everybody = set(below(root)) | set(own)
        helpers = _helpers(everybody, known)
        self._others = {pid: has_born for pid, has_born in helpers.items() if pid not in self._own}
        self._browsers = browsers, _browsers(self._others) - browsers
        self.bound = MOST_TOGETHER_MB + _A_BROWSER_MB * max(sum(helpers.values()) // 2 - _BROWSERS, 0)
        if now - self._counted_at >= _SHARES_SECONDS:
            self._counted_at = now
            self.beside = sum(map(share, everybody - helpers.keys() - self._browsers[0] - self._browsers[1]))

    def taken(self) -> tuple[dict[int, int], dict[int, int]]:
        """Megabytes that browsers fill, by process: this one's and the others'. Tabs that were just born are noted."""
        for helpers in (self._own, self._others):
            nurseries = [pid for pid, has_born in helpers.items() if has_born]
            born = {child for pid in nurseries for child in born_of(pid)} - helpers.keys()
            helpers.update(dict.fromkeys(born, False))
        own = {pid: filled(pid) for pid in self._own.keys() | self._browsers[0]}
        return own, {pid: filled(pid) for pid in (self._others.keys() | self._browsers[1]) - own.keys()}

    def is_own(self, pid: int) -> bool:
        """Whether the process is still what it was: the number of one that is gone may be somebody else's."""
        return program(pid) in {program(helper) for helper in self._own} - {b""}


def _helpers(pids: Collection[int], known: Mapping[int, bool]) -> dict[int, bool]:
    """Chromium's helpers among these, and whether each is a nursery of tabs; those that are known are not asked."""
    unknown = [pid for pid in pids if pid not in known]
    asked = {pid: is_nursery(pid) for pid in unknown if is_helper(pid)}
    return asked | {pid: known[pid] or bool(born_of(pid)) for pid in pids if pid in known}


def _browsers(helpers: Mapping[int, bool]) -> set[int]:
    """The browsers whose helpers these are: they keep what pages store, so pages can fill them too."""
    nurseries = [pid for pid, has_born in helpers.items() if has_born]
    return {born_by(pid) for pid in nurseries if program(born_by(pid)) == program(pid)} - helpers.keys()
