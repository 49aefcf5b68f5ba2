"""Asks for a robots.txt through the gateway of the audit's browser: the guard sees every address, time is bounded."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from crawler.manners.robots_reading import RobotsAnswer, read_robots
from crawler.manners.robots_rules import MAX_ROBOTS, Rules
from study import FailureReason

from .asked import Asked

_WHOLE_SECONDS = 20.0  # for one answer from its first byte to its last, however slowly they come


def robots_reader(gateway: str, user_agent: str, asked: Asked) -> Callable[[str], Awaitable[Rules]]:
    """A function that reads the robots.txt at an address by way of this gateway, and no other."""

    async def ask(url: str) -> RobotsAnswer:
        asked.note(url)
        return await asyncio.to_thread(_fetch, gateway, url, user_agent)

    async def read(url: str) -> Rules:
        return await read_robots(url, ask, _failure_of)

    return read


def _fetch(gateway: str, url: str, user_agent: str) -> RobotsAnswer:
    """One answer, by way of the gateway whatever the environment says; raises OSError and HTTPException."""
    parts, door = urlsplit(url), urlsplit(gateway)
    host, port = door.hostname or "", door.port
    line: HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        line, target = HTTPSConnection(host, port, timeout=_WHOLE_SECONDS, context=context), parts.path or "/"
        line.set_tunnel(parts.hostname or "", parts.port or 443)
    else:
        line, target = HTTPConnection(host, port, timeout=_WHOLE_SECONDS), url
    late = threading.Event()
    timer = threading.Timer(_WHOLE_SECONDS, _cut, (line, late))
    timer.daemon = True
    timer.start()
    try:
        line.request("GET", target, headers={"User-Agent": user_agent, "Host": parts.netloc.rpartition("@")[2]})
        answer = line.getresponse()
        body = answer.read(MAX_ROBOTS)
        if late.is_set():
            raise TimeoutError(f"not whole within {_WHOLE_SECONDS:.0f} seconds")
        return RobotsAnswer(answer.status, body, answer.getheader("Location"))
    except (OSError, HTTPException) as error:
        if late.is_set():
            raise TimeoutError(f"not whole within {_WHOLE_SECONDS:.0f} seconds") from error
        raise
    finally:
        timer.cancel()
        line.close()


def _cut(line: HTTPConnection, late: threading.Event) -> None:
    """End a connection that takes too long, in the middle of whatever it is at; first of all say why it ends."""
    late.set()
    with suppress(OSError):
        if line.sock is not None:
            line.sock.shutdown(socket.SHUT_RDWR)


def _failure_of(error: Exception) -> tuple[FailureReason, str]:
    reason = FailureReason.TIMEOUT if isinstance(error, TimeoutError) else FailureReason.ROBOTS_UNREACHABLE
    return reason, (" ".join(str(error).split()) or type(error).__name__)[:200]
