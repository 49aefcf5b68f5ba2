"""What runs in the workers of a cluster: the answers to questions about them, units of analysis, and child processes.

Nothing here asks for the crawler unless it is to crawl or to audit: a worker that only analyses has neither Scrapy
nor a browser. A unit first holds what it was told of the method against its own, so that a worker that came later,
or was renewed meanwhile, never does a part of the work in another way.
"""

from __future__ import annotations

import fcntl
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from analysis import method
from kuntatutka import __version__
from study import no_follow, rights_of_study
from taxonomy import load_taxonomy

_ONE_UNIT = threading.Lock()  # the tools that take words apart are for one thread
_LOOK_SECONDS = 1.0
_PATIENCE_SECONDS = 60.0  # for a child to finish what it is at
_WHILE_IT_RUNS = frozenset({"started", "progress"})
_WANTED = frozenset({"executing", "long-running"})
"""States of a task whose result somebody waits for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a worker must have to work on a study."""

    country: str
    method: tuple[tuple[str, str], ...]
    token_file: Path
    """A file in the study folder, and what stands in it: whoever reads the same sees the same folder."""
    token: str
    shared_with_group: bool = False


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a worker does not do a unit; another one is asked."""

    why: str


@dataclass(frozen=True, slots=True)
class Introduced:
    """What a worker says of itself. `chromium` is None where nobody asked, and empty where it has none."""

    machine: str
    process: int
    cores: int
    method: tuple[tuple[str, str], ...]
    sees: str
    """Empty where it sees the study folder and may write to it, else why not."""
    shuts_out: bool
    """Whether a lock that somebody else holds in the study folder is one here too."""
    chromium: str | None = None


def own_method(country: str) -> tuple[tuple[str, str], ...]:
    """What this machine judges with, by what a person would look for; found out once per process."""
    return _own_method(country)


@cache
def _own_method(country: str) -> tuple[tuple[str, str], ...]:
    return tuple({"Kuntatutka": __version__, **method(load_taxonomy(country))}.items())


def introduce(wanted: Wanted, with_browser: bool) -> Introduced:
    """What this worker is, has and sees."""
    chromium = None
    if with_browser:
        from crawler import find_chromium

        chromium = str(find_chromium() or "")
    return Introduced(
        socket.gethostname(),
        os.getpid(),
        os.cpu_count() or 1,
        own_method(wanted.country),
        _why_unseen(wanted),
        _is_shut_out(wanted.token_file),
        chromium,
    )


def differences(ours: tuple[tuple[str, str], ...], theirs: tuple[tuple[str, str], ...]) -> str:
    """What two machines do not have alike, in words; empty where they judge alike."""
    here, there = dict(ours), dict(theirs)
    names = [name for name in here if here[name] != there.get(name)]
    return "; ".join(f"{name} {there.get(name) or 'none'} instead of {here[name] or 'none'}" for name in names)


def _why_unseen(wanted: Wanted) -> str:
    path = wanted.token_file
    try:
        if path.read_text(encoding="utf-8") != wanted.token:
            return f"{path.parent} is another folder there"
        probe = path.with_name(f"{path.name}.{socket.gethostname()}.{os.getpid()}")
        with rights_of_study(shared_with_group=wanted.shared_with_group), open(probe, "x", opener=no_follow) as file:
            file.write(wanted.token)
        probe.unlink()
    except OSError as error:
        return f"{error.filename or path}: {error.strerror or error}"
    return ""


def _is_shut_out(path: Path) -> bool:
    try:
        with path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def unit(function: Callable[[Any], Any], task: Any, wanted: Wanted) -> Any:
    """One unit of an analysis; Unfit where this worker would do it in another way or does not see the study."""
    why = differences(wanted.method, own_method(wanted.country)) or _why_unseen(wanted)
    if why:
        return Unfit(why)
    with _ONE_UNIT, rights_of_study(shared_with_group=wanted.shared_with_group):
        return function(task)


@dataclass(frozen=True, slots=True)
class Order:
    """A program to run as a child process of a worker."""

    run: str
    """Of which command it is a part."""
    name: str
    module: str
    arguments: tuple[str, ...]
    logs: Path
    log: str
    wanted: Wanted


@dataclass(slots=True)
class _Running:
    """Whether the children of a command are asked to stop, and how many there are in this worker."""

    is_stopping: bool = False
    count: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)


_RUNNING: dict[str, _Running] = {}


def stop_children(run: str) -> int:
    """Ask the children of a command to finish what they are at; how many there are here."""
    running = _RUNNING.setdefault(run, _Running())
    running.is_stopping = True
    return running.count


def run_child(order: Order) -> Unfit | tuple[int, list[dict[str, Any]]]:
    """Run a program to its end: its status, and what it told but for its progress, which is told while it runs.

    It ends when it is asked to, and when nobody wants its result any more: the command was stopped or has died, or
    the scheduler is gone.
    """
    from distributed import get_worker, secede

    secede()  # it waits for websites and keeps no core busy: others may work here meanwhile
    why = differences(order.wanted.method[:1], own_method(order.wanted.country)[:1]) or _why_unseen(order.wanted)
    if why:
        return Unfit(why)
    running = _RUNNING.setdefault(order.run, _Running())
    with running.guard:
        running.count += 1
    try:
        with rights_of_study(shared_with_group=order.wanted.shared_with_group):
            return _Child(order, get_worker(), running).run()
    finally:
        with running.guard:
            running.count -= 1


class _Child:
    """One child process of a worker."""

    def __init__(self, order: Order, worker: Any, running: _Running) -> None:
        from crawler import Children

        self._order, self._worker, self._running = order, worker, running
        self._key = worker.get_current_task()
        self._children = Children(order.logs)
        self._status = 1
        self._told: list[dict[str, Any]] = []

    def run(self) -> tuple[int, list[dict[str, Any]]]:
        """Its status and what it told."""
        order = self._order
        self._children.start(order.name, order.module, order.arguments, order.log)
        try:
            while self._children and self._is_wanted():
                self._listen(_LOOK_SECONDS)
        finally:
            self._children.end(_PATIENCE_SECONDS, self._listen)
        return self._status, self._told

    def _listen(self, timeout: float) -> None:
        told = self._children.listen(timeout)
        if told is None:
            return
        if told.event is None:
            self._status = told.status
        elif told.event.get("event") in _WHILE_IT_RUNS:
            with suppress(OSError, RuntimeError):  # nobody is there to hear it
                self._worker.log_event(self._order.run, {"child": self._order.name, "event": told.event})
        else:
            self._told.append(told.event)

    def _is_wanted(self) -> bool:
        task = self._worker.state.tasks.get(self._key)
        is_open = str(self._worker.status.value) in ("running", "paused")
        return not self._running.is_stopping and is_open and task is not None and task.state in _WANTED
