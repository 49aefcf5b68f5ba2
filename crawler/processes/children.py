"""Child processes that tell in JSON lines what they do: how they are started, listened to and ended.

A child has a session of its own, so that Ctrl-C reaches the parent only, which then stops its children gently: it
closes their standard input, on which they watch (`stop_when_closed`), so they stop too when the parent is gone.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import Any, Protocol, TextIO

from study import no_follow, storage_errors

_JOIN_SECONDS = 5.0
_ROOT = Path(__file__).resolve().parents[2]
_START = (
    "import gc, runpy, sys; gc.disable(); root, module = sys.argv[1:3]; del sys.argv[1:3]; "
    "root in sys.path or sys.path.insert(0, root); runpy.run_module(module, run_name='__main__', alter_sys=True)"
)
"""How a child begins: isolated, so that no file of the current folder, of PYTHONPATH or of the user's own packages is
imported in the place of ours or of a library's; a study folder can have come from anybody. While it loads nothing is
looked through for garbage (`loaded`): that takes a seventh of the time, and there is none."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a child told; without an event it has ended, with this status."""

    child: str
    event: dict[str, Any] | None
    status: int = 0


@dataclass(slots=True)
class _Child:
    process: subprocess.Popen[str]
    pump: threading.Thread
    heard: float


class Elsewhere(Protocol):
    """Children of one command on the machines of a cluster, which see the study folder at the same place."""

    machines: int
    """How many machines there are, each with its own way to the network."""
    cores: int
    """How many children that keep a core busy may run at a time."""

    def __len__(self) -> int:
        """How many have not ended."""

    def start(self, name: str, module: str, arguments: Sequence[str], log: str) -> None:
        """Start a module as a program on some machine; where that machine dies another starts it again."""

    def listen(self, timeout: float) -> Told | None:
        """The next thing that a child tells; None where all are silent for so long."""

    def silent_for(self, seconds: float) -> list[str]:
        """Children that have told nothing for longer than this."""

    def kill(self, name: str) -> None:
        """End a child at once."""

    def end(self, patience: float, listen: Callable[[float], None]) -> None:
        """Ask all to finish what they are at, listening meanwhile."""


def loaded() -> None:
    """A child tells that it has loaded all: what is there stays, what comes from now on may become garbage."""
    gc.freeze()
    gc.enable()


class Children:
    """The children of one command, by name. Those that have ended are gone once that has been told."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._queue: Queue[Told] = Queue()
        self._children: dict[str, _Child] = {}

    def __len__(self) -> int:
        return len(self._children)

    def start(self, name: str, module: str, arguments: Sequence[str], log: str) -> None:
        """Start a module as a program; what it says to people goes to a file of the logs."""
        with storage_errors(self._logs):
            self._logs.mkdir(parents=True, exist_ok=True)
            errors = open(self._logs / log, "a", encoding="utf-8", opener=no_follow)  # noqa: SIM115 - closed below
        with errors:
            process = _popen([sys.executable, "-I", "-X", "utf8", "-c", _START, str(_ROOT), module, *arguments], errors)
        pump = threading.Thread(target=self._pump, args=(name, process), daemon=True)
        self._children[name] = _Child(process, pump, time.monotonic())
        pump.start()

    def tell(self, name: str, line: str) -> None:
        """Give a child an order; one that has died will be told of by `listen`."""
        stream = self._children[name].process.stdin
        if stream is not None:
            with suppress(BrokenPipeError):
                stream.write(line + "\n")
                stream.flush()

    def listen(self, timeout: float) -> Told | None:
        """The next thing that a child tells; None where all are silent for so long."""
        try:
            told = self._queue.get(timeout=timeout)
        except Empty:
            return None
        child = self._children.get(told.child)
        if child is not None:
            child.heard = time.monotonic()
            if told.event is None:
                self._bury(told.child)
        return told

    def silent_for(self, seconds: float) -> list[str]:
        """Children that have told nothing for longer than this."""
        now = time.monotonic()
        return [name for name, child in self._children.items() if now - child.heard > seconds]

    def kill(self, name: str) -> None:
        """End a child at once with all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._children[name].process.pid, signal.SIGKILL)

    def end(self, patience: float, listen: Callable[[float], None]) -> None:
        """Ask all to finish what they are at, listening meanwhile; those that do not are killed."""
        for child in self._children.values():
            with suppress(OSError):
                if child.process.stdin is not None:
                    child.process.stdin.close()
        deadline = time.monotonic() + patience
        try:
            while self._children and time.monotonic() < deadline:
                listen(0.2)
        finally:
            for name in list(self._children):
                self.kill(name)
                self._bury(name)

    def _bury(self, name: str) -> None:
        child = self._children.pop(name)
        child.process.wait()
        child.pump.join(timeout=_JOIN_SECONDS)
        with suppress(OSError):
            if child.process.stdin is not None:
                child.process.stdin.close()
        if child.process.stdout is not None and not child.pump.is_alive():
            child.process.stdout.close()

    def _pump(self, name: str, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            with suppress(ValueError):
                event = json.loads(line)
                if isinstance(event, dict):
                    self._queue.put(Told(name, event))
        self._queue.put(Told(name, None, process.wait()))


def _popen(command: Sequence[str], errors: TextIO) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        encoding="utf-8",
        env=isolated(os.environ),
        start_new_session=True,
    )


def isolated(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for programs that we start: a Python among them imports from its own packages only."""
    kept = {name: value for name, value in environment.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return {**kept, "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1"}


def stop_when_closed(handle: int) -> None:
    """In a child: when the other end of a pipe closes, stop as on SIGTERM: finish what is in flight, then end."""

    def watch() -> None:
        while os.read(handle, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
