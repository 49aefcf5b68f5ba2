"""Are declared addresses alive? Each is asked once, as politely as a page of a crawl; what it answered is kept.

Dead is said only where nobody can mean anything else: the page is gone, or no such name exists. A refusal, a busy or a
slow server says neither.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlsplit

from crawler.browser.access import RefusalError
from crawler.manners.guard import proxy_for
from study import normalise_url

from .line import Line

_HOPS = 10
_GONE = (404, 410)
_LIMIT = 4_096
"""Bytes that are read of a page that is only asked whether it is there."""


@dataclass(frozen=True, slots=True)
class Liveness:
    """What an address answered; `alive` is None where that says neither."""

    alive: bool | None
    reason: str
    final_url: str = ""


async def is_alive(line: Line, url: str) -> Liveness:
    """Whether an address is alive. Never raises."""
    at: str | None = normalise_url(url)
    if at is None:
        return Liveness(False, "no web address")
    begun = at
    for _ in range(_HOPS):
        if await _has_no_name(at):
            return Liveness(False, "no such host", at)
        try:
            answer = await line.ask(at, {"Accept": "*/*"}, limit=_LIMIT)
        except RefusalError as error:
            return Liveness(None, error.reason, at)
        except (OSError, HTTPException, ValueError) as error:
            return Liveness(None, "timeout" if isinstance(error, TimeoutError) else "no answer", at)
        target = normalise_url(answer.headers.get("Location") or "", at) if 300 <= answer.status < 400 else None
        if target is None or target == at:
            return _told(answer.status, begun, at)
        at = target
    return Liveness(None, "redirects without an end", at)


def _told(status: int, begun: str, at: str) -> Liveness:
    if status in _GONE:
        return Liveness(False, f"status {status}", at)
    if status >= 400:
        return Liveness(None, f"status {status}", at)
    if urlsplit(at).path in ("", "/") and urlsplit(begun).path not in ("", "/"):
        # Many systems send whoever asks for a page that has gone to the front page.
        return Liveness(None, "leads to a front page", at)
    return Liveness(True, f"status {status}", at)


async def _has_no_name(url: str) -> bool:
    """Whether no host of this name exists; behind a proxy names are the proxy's to know."""
    if proxy_for(url) is not None:
        return False
    try:
        await asyncio.get_running_loop().getaddrinfo(urlsplit(url).hostname or "", None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return error.errno == socket.EAI_NONAME
    except (OSError, UnicodeError):
        return False
    return False
