"""The key of a gateway: a secret by which it knows the tabs that it serves from everybody else on the machine.

A tab is given the key once, over the browser's pipe. Its context then sends it along with all that its pages ask for;
no page sees it, and what the browser asks by itself goes without.
"""

from __future__ import annotations

import asyncio
import secrets
from base64 import b64encode
from contextlib import suppress
from typing import Any

from playwright.async_api import CDPSession, Error, Page

DOOR = "http://gateway.invalid/"
"""What a tab asks for to show that it has the key; no site can have this name."""
_HEADER = "proxy-authorization"


class GatewayKey:
    """The secret of one gateway: a tab is given it once, and its context sends it along from then on."""

    user = "kuntatutka"
    challenge = 'Proxy-Authenticate: Basic realm="kuntatutka"'

    def __init__(self) -> None:
        self.secret = secrets.token_urlsafe(32)
        self.header = f"Basic {b64encode(f'{self.user}:{self.secret}'.encode()).decode()}"
        """Value of Proxy-Authorization for whoever asks by way of the gateway without a browser."""

    def opens(self, headers: str) -> bool:
        """Whether the header lines of a request hold the key."""
        for line in headers.split("\r\n"):
            name, _, value = line.partition(":")
            if name.strip().lower() == _HEADER:
                return secrets.compare_digest(value.strip().encode(), self.header.encode())
        return False


async def give_key(page: Page, devtools: CDPSession, key: GatewayKey) -> None:
    """Let the context of this empty tab in at the gateway; raises Playwright's Error where it does not answer."""
    tasks: set[asyncio.Future[None]] = set()

    def answer(method: str, values: dict[str, Any]) -> None:
        task = asyncio.ensure_future(_send(devtools, method, values))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def paused(event: dict[str, Any]) -> None:
        answer("Fetch.continueRequest", {"requestId": event["requestId"]})

    def challenged(event: dict[str, Any]) -> None:
        told = {"response": "ProvideCredentials", "username": key.user, "password": key.secret}
        answer("Fetch.continueWithAuth", {"requestId": event["requestId"], "authChallengeResponse": told})

    devtools.on("Fetch.requestPaused", paused)
    devtools.on("Fetch.authRequired", challenged)
    try:
        await devtools.send("Fetch.enable", {"handleAuthRequests": True, "patterns": [{"urlPattern": DOOR}]})
        await page.goto(DOOR, wait_until="commit")
        await page.goto("about:blank", wait_until="commit")
        await devtools.send("Fetch.disable")
    finally:
        devtools.remove_listener("Fetch.requestPaused", paused)
        devtools.remove_listener("Fetch.authRequired", challenged)


async def _send(devtools: CDPSession, method: str, values: dict[str, Any]) -> None:
    with suppress(Error):  # the tab may be gone
        await devtools.send(method, values)
