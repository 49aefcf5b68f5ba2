"""What every test gets: no network but loopback, and a way to run the command line as a user does."""

from __future__ import annotations

import ipaddress
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.ready_children import listening_at

ROOT = Path(__file__).parent.parent

# Where a stray request of a child process ends: nothing listens on the discard port of loopback.
_NOWHERE = "http://127.0.0.1:9"
_SLOW_SECONDS = 3


class NetworkForbiddenError(OSError):
    """A test tried to reach something other than this machine."""


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # unix sockets
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def pytest_xdist_auto_num_workers() -> int:
    """One more process than cores: what crawls and audits waits for half of its time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the files that take long (a file stays in one process), so that none is left over at the end."""
    seconds: Counter[Path] = Counter()
    for item in items:
        told = [mark.args[0] if mark.args else _SLOW_SECONDS for mark in item.iter_markers("slow")]
        told += [_SLOW_SECONDS for _ in item.iter_markers("browser")]
        seconds[item.path] += max(told, default=0)
    items.sort(key=lambda item: -seconds[item.path])


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Refuse every connection and name look-up that leaves the machine."""
    patch = pytest.MonkeyPatch()
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def checked_connect(self: socket.socket, address: Any) -> None:
        if not _is_loopback(address):
            raise NetworkForbiddenError(f"tests may not connect to {address!r}")
        connect(self, address)

    def checked_connect_ex(self: socket.socket, address: Any) -> int:
        if not _is_loopback(address):
            raise NetworkForbiddenError(f"tests may not connect to {address!r}")
        return connect_ex(self, address)

    def checked_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None and not _is_loopback((host.decode() if isinstance(host, bytes) else host,)):
            raise socket.gaierror(socket.EAI_NONAME, f"tests may not look up {host!r}")
        return getaddrinfo(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", checked_connect)
    patch.setattr(socket.socket, "connect_ex", checked_connect_ex)
    patch.setattr(socket, "getaddrinfo", checked_getaddrinfo)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        patch.delenv(name, raising=False)
    patch.setenv("no_proxy", "127.0.0.1,localhost")
    yield
    patch.undo()


@pytest.fixture(scope="session")
def root() -> Path:
    """The source tree."""
    return ROOT


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a user sees of a command: exit status, results, messages."""

    status: int
    out: str
    err: str


_MAKER = (sys.executable, "-P", str(ROOT / "tests" / "commands.py"))


class CommandsEndedError(Exception):
    """The process that the commands of the tests part from is no longer there."""


class Commands:
    """Runs the command line in a process of its own each time, parted from one that has everything imported.

    Raises CommandsEndedError, at once, where that one has ended before its time, as with an old .venv.
    """

    def __init__(self, folder: Path, maker: Sequence[str] = _MAKER) -> None:
        self._out, self._err, self._said = folder / "out", folder / "err", folder / "said"
        with self._said.open("wb") as said:
            self._maker = subprocess.Popen(
                maker, env=_environment({}), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
            )
        self._told: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self._hear(300)
        except CommandsEndedError:
            self.close()
            raise

    def run(self, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float) -> CommandResult:
        """What the command did; raises TimeoutExpired where it does not end in time, after ending it."""
        for path in (self._out, self._err):
            path.write_bytes(b"")
        order = {
            "arguments": arguments,
            "cwd": str(cwd),
            "environment": environment,
            "out": str(self._out),
            "err": str(self._err),
        }
        assert self._maker.stdin is not None
        try:
            self._maker.stdin.write(json.dumps(order) + "\n")
            self._maker.stdin.flush()
        except BrokenPipeError:
            self._hear(30)  # says what became of it
            raise
        child = self._hear(30)
        try:
            status = self._hear(timeout)
        except queue.Empty as error:
            os.kill(child, signal.SIGKILL)
            self._hear(30)
            raise subprocess.TimeoutExpired(list(arguments), timeout) from error
        return CommandResult(status, self._out.read_text(encoding="utf-8"), self._err.read_text(encoding="utf-8"))

    def close(self) -> None:
        """End the process that the others part from."""
        assert self._maker.stdin is not None
        with suppress(BrokenPipeError):
            self._maker.stdin.close()
        self._maker.wait(timeout=60)
        self._listener.join(timeout=60)
        assert self._maker.stdout is not None
        self._maker.stdout.close()

    def _listen(self) -> None:
        assert self._maker.stdout is not None
        for line in self._maker.stdout:
            self._told.put(line)
        self._told.put("")

    def _hear(self, seconds: float) -> int:
        told = self._told.get(timeout=seconds)
        if told:
            return int(told)
        self._told.put(told)  # whoever asks again hears the same
        said = self._said.read_text(encoding="utf-8", errors="replace").strip()
        raise CommandsEndedError(
            f"the process that runs the commands of the tests ended with status {self._maker.wait(timeout=60)}; "
            f"`make setup` mends an old .venv. It said: {said[-2000:] or 'nothing'}"
        )


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """What a command sees: no terminal, no way out to the network."""
    return {
        **os.environ,
        "http_proxy": _NOWHERE,
        "https_proxy": _NOWHERE,
        "no_proxy": "127.0.0.1,localhost",
        "COLUMNS": "120",
        "NO_COLOR": "1",
        **variables,
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the children of the crawler are started from for the tests of this process: see tests/ready_children.py."""
    door = tmp_path_factory.mktemp("nursery") / "door"
    with listening_at(door, _environment({})):
        yield door


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory, nursery: Path) -> Iterator[Commands]:
    """What runs the command line for the tests of this process."""
    running = Commands(tmp_path_factory.mktemp("commands"), (*_MAKER, str(nursery)))
    yield running
    running.close()


@pytest.fixture
def kuntatutka(tmp_path: Path, commands: Commands) -> Callable[..., CommandResult]:
    """Run `kuntatutka ARGUMENTS...` as a user does: own process, no terminal, no way out to the network."""

    def run(*arguments: str | Path, cwd: Path | None = None, timeout: float = 1800, **variables: str) -> CommandResult:
        return commands.run([str(item) for item in arguments], cwd or tmp_path, _environment(variables), timeout)

    return run
