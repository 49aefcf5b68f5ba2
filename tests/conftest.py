"""What every test gets: no network but loopback, and a way to run the command line as a user does."""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent

# Where a stray request of a child process ends: nothing listens on the discard port of loopback.
_NOWHERE = "http://127.0.0.1:9"


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


@pytest.fixture
def kuntatutka(tmp_path: Path) -> Callable[..., CommandResult]:
    """Run `kuntatutka ARGUMENTS...` as a user does: own process, no terminal, no way out to the network."""

    def run(*arguments: str | Path, cwd: Path | None = None, timeout: float = 1800, **variables: str) -> CommandResult:
        environment = {
            **os.environ,
            "http_proxy": _NOWHERE,
            "https_proxy": _NOWHERE,
            "no_proxy": "127.0.0.1,localhost",
            "COLUMNS": "120",
            "NO_COLOR": "1",
            **variables,
        }
        done = subprocess.run(
            [sys.executable, "-P", "-m", "kuntatutka", *map(str, arguments)],
            cwd=cwd or tmp_path,
            env={**environment, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return CommandResult(done.returncode, done.stdout, done.stderr)

    return run
