"""What the pages of a visit ask for, so that the gateway can tell it from what the browser wants for itself.

The browser tells of each request of a page, frame or worker over its pipe; what it asks by itself (updates, help with
forms, its maker's services) it tells of nobody. Pages may ask with GET and HEAD. Another method passes only where a
page's own script asks for its content that way; forms that a script sends off, beacons, pings and reports do not.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urldefrag, urlsplit

from playwright.async_api import BrowserContext, CDPSession, Error, Page, Request, WebSocket

_PATIENCE_SECONDS = 5.0  # word of a request may come later than the request itself, on a busy machine
_KEPT_SECONDS = 180.0  # the longest that a page is looked at; the browser may open a line late
_FIRST_LOOK_SECONDS, _LOOK_SECONDS = 0.002, 0.05  # word comes mostly at once
_CONTENT = ("fetch", "xhr")
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
PLAIN = ("GET", "HEAD")
"""Methods that ask and tell nothing."""
# Left alone in every frame, whatever its process: a beacon tells, it asks for nothing.
_NO_BEACONS = "Navigator.prototype.sendBeacon = function sendBeacon() { return true; };"


class Asked:
    """Places that the pages of one browser ask for, and the requests among them that are no plain ones."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, int], float] = {}
        self._others: dict[tuple[str, str], float] = {}

    def note(self, url: str, method: str = "GET", kind: str = "document") -> None:
        """A page asks for this address; kind is Playwright's resource type."""
        now = time.monotonic()
        place = _place(url)
        if place is not None:
            self._places[place] = now
        if method not in PLAIN and kind in _CONTENT:
            for allowed in (method, "OPTIONS"):  # a browser asks first whether it may
                self._others[allowed, urldefrag(url).url] = now

    async def knows(self, url: str) -> bool:
        """Whether a page asked for something at this place not long ago; waits a moment for word of it."""
        return await _told(self._places, _place(url))

    async def allows(self, method: str, url: str) -> bool:
        """Whether a page's script asked for the content of this very address with this method."""
        if method == "OPTIONS":
            return await self.knows(url)
        return await _told(self._others, (method, url))


async def _told(known: dict[Any, float], what: Any) -> bool:
    until, pause = time.monotonic() + _PATIENCE_SECONDS, _FIRST_LOOK_SECONDS
    while True:
        now = time.monotonic()
        if now - known.get(what, -_KEPT_SECONDS) < _KEPT_SECONDS:
            return True
        if now >= until:
            return False
        await asyncio.sleep(pause)
        pause = min(1.5 * pause, _LOOK_SECONDS)


def _place(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and port else None


async def watch(context: BrowserContext, asked: Asked) -> None:
    """Tell of everything that the pages of this context ask for, and keep them from sending beacons."""

    def request(request: Request) -> None:
        asked.note(request.url, request.method, request.resource_type)

    def socket(socket: WebSocket) -> None:
        asked.note(socket.url)

    def page(page: Page) -> None:
        page.on("websocket", socket)

    context.on("request", request)
    context.on("page", page)
    await context.add_init_script(_NO_BEACONS)


async def send_nothing(devtools: CDPSession) -> None:
    """Hold back what a tab would send without asking for content: forms that a script submits, pings, reports."""
    tasks: set[asyncio.Future[None]] = set()

    def paused(event: dict[str, Any]) -> None:
        task = asyncio.ensure_future(_decide(devtools, event))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    devtools.on("Fetch.requestPaused", paused)
    kinds = ("Document", "Ping", "CSPViolationReport")
    await devtools.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "resourceType": kind} for kind in kinds]})


async def _decide(devtools: CDPSession, event: dict[str, Any]) -> None:
    is_plain = event["resourceType"] == "Document" and event["request"]["method"] in PLAIN
    with suppress(Error):  # the tab may be gone
        if is_plain:
            await devtools.send("Fetch.continueRequest", {"requestId": event["requestId"]})
        else:
            # "Aborted" leaves the page as it stands, where "blocked" would show an error page in its place.
            await devtools.send("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "Aborted"})
