"""Starts the children of the crawler without starting Python anew: each parts from a process that has loaded them.

The process is started once for many tests and loads what the children need when the first one is wanted. Each order
comes over a socket of its own: the module, its arguments, folder and environment, with the child's three open files.
It answers with the child's number, and with its exit status when it has ended. How children are started in truth is
tried by tests/kuntatutka/test_lookalikes.py, and by every command that is started as a program.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from crawler.processes import children
from taxonomy import load_taxonomy, term_index
from tests.commands import leave

MODULES = ("crawler.processes.process", "crawler.processes.audit_one")
_MOST = 1_000_000


class Started:
    """A child as `subprocess.Popen` would show it."""

    def __init__(self, door: Path, order: dict[str, Any], errors: TextIO) -> None:
        child_in, own_in = os.pipe()
        own_out, child_out = os.pipe()
        self._told = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._told.connect(str(door))
        socket.send_fds(self._told, [json.dumps(order).encode()], [child_in, child_out, errors.fileno()])
        os.close(child_in)
        os.close(child_out)
        self.stdin, self.stdout = os.fdopen(own_in, "w", encoding="utf-8"), os.fdopen(own_out, encoding="utf-8")
        self.pid = int(self._told.recv(_MOST))
        self._status: int | None = None
        self._waiting = threading.Lock()

    def wait(self) -> int:
        """The exit status, once the child has ended."""
        with self._waiting:
            if self._status is None:
                self._status = int(self._told.recv(_MOST))
                self._told.close()
            return self._status


def starter(door: Path) -> Callable[[Sequence[str], TextIO], Started]:
    """What starts children from the process that listens at this door, in the place of `children._popen`."""

    def start(command: Sequence[str], errors: TextIO) -> Started:
        module, *arguments = command[command.index(children._START) + 2 :]
        environment = children.isolated(os.environ)
        order = {"module": module, "arguments": arguments, "cwd": os.getcwd(), "environment": environment}  # noqa: PTH109
        return Started(door, order, errors)

    return start


def get_ready() -> None:
    """Import and build what every child would first."""
    gc.disable()
    for module in MODULES:
        importlib.import_module(module)
    for country in ("fi", "practice"):
        term_index(load_taxonomy(country))
    children.loaded()


def serve(door: Path) -> None:
    """Until the standard input ends; what guards a child is nobody's to wait for."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(str(door))
        listening.listen()
        os.write(1, b".")
        is_ready = False
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while 0 not in select.select([0, listening.fileno()], [], [])[0]:
            if not is_ready:
                get_ready()
                is_ready = True
            told, _ = listening.accept()
            with told:
                if os.fork() == 0:
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    listening.close()
                    guard(told)


def guard(told: socket.socket) -> None:
    """Part once more: one half is the child, the other tells of it."""
    said, files, _, _ = socket.recv_fds(told, _MOST, 3)
    order = json.loads(said)
    pid = os.fork()
    if pid == 0:
        told.close()
        leave(run(order, files))
    for number in files:
        os.close(number)
    told.send(str(pid).encode())
    _, status = os.waitpid(pid, 0)
    told.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def run(order: dict[str, Any], files: Sequence[int]) -> int:
    """The module as a program, with the order's folder, environment and open files."""
    os.setsid()
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    for number, opened in enumerate(files):
        os.dup2(opened, number)
        os.close(opened)
    try:
        return int(importlib.import_module(order["module"]).main(order["arguments"]))
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - as at the end of any program
        traceback.print_exc()
        return 1


@contextmanager
def listening_at(door: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Within, a process listens at this door; it loads what children need when the first one is wanted."""
    command = [sys.executable, "-P", "-X", "utf8", __file__, str(door)]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as listening:
        assert listening.stdin is not None
        assert listening.stdout is not None
        assert listening.stdout.read(1) == b"."
        yield
        listening.stdin.close()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
