"""Lets in only the browser that was given the address: this machine's name, the token, and our own pages as senders.

Another site open in the same browser knows no token, cannot read an answer, and is refused where it sends.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LONGEST_FORM = 200_000
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_POLICY = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; frame-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_READING = ("GET", "HEAD")


class Guard:
    """An application that answers only whom it knows."""

    def __init__(self, app: App, token: str, port: int) -> None:
        self._app, self._token = app, token
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with a sentence."""
        if scope["type"] != "http":
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await _say(send, *refusal)
            return

        async def careful(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                own = [(name, value) for name, value in message.get("headers", ()) if name != b"server"]
                names = {name for name, _ in own}
                own += [pair for pair in _HEADERS if pair[0] not in names]
                if b"content-security-policy" not in names:
                    own.append((b"content-security-policy", _POLICY))
                if b"referrer-policy" not in names:
                    own.append((b"referrer-policy", b"same-origin"))
                message["headers"] = own
            await send(message)

        await self._app(scope, receive, careful)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        hosts = [value.decode("latin-1").strip().lower() for name, value in headers if name == b"host"]
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return 421, "This page is for this machine alone: open the address that the terminal shows."
        given = scope["path"].split("/")[1] if "/" in scope["path"] else ""
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._token.encode()):
            return 404, "Open the address that the terminal shows; it is another one each time."
        sites = [value.decode("latin-1").strip().lower() for name, value in headers if name == b"sec-fetch-site"]
        if any(site not in ("same-origin", "none") for site in sites):
            return 403, "Another site asked for this page; it gets nothing."
        if scope["method"] in _READING:
            return None
        origins = [value.decode("latin-1").strip().lower() for name, value in headers if name == b"origin"]
        if origins != [f"http://{hosts[0]}"]:
            return 403, "Only this page itself may send a decision."
        lengths = [value for name, value in headers if name == b"content-length"]
        if len(lengths) != 1 or not lengths[0].isdigit() or int(lengths[0]) > LONGEST_FORM:
            return 413, "That is too much for a decision."
        return None


async def _say(send: Send, status: int, text: str) -> None:
    body = f"Kuntatutka: {text}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *_HEADERS,
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
