"""A browser on this machine that asks the review page, without a network."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

from reports.review.app import ReviewApp
from reports.review.desk import Desk
from reports.review.guard import Guard
from reports.review.queue import Filters, rows
from reports.review.worth import QueueCell
from study import State

TOKEN, PORT = "token", 8123


@dataclass
class Browser:
    """Asks the application as a browser on this machine does."""

    desk: Desk
    language: str = "en"
    app: Any = field(init=False)

    def __post_init__(self) -> None:
        self.app = Guard(ReviewApp(self.desk, TOKEN, ("en", "fi", "sv")).build(), TOKEN, PORT)

    def ask(self, path: str, form: dict[str, Any] | None = None) -> tuple[int, str, str]:
        """Status, address that it leads to, and the page."""
        body = urlencode(form or {}, doseq=True).encode()
        host = f"127.0.0.1:{PORT}".encode()
        headers = [(b"host", host)]
        if form is not None:
            kind = b"application/x-www-form-urlencoded"
            length = str(len(body)).encode()
            headers += [(b"origin", b"http://" + host), (b"content-length", length), (b"content-type", kind)]
        where, _, query = path.partition("?")
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET" if form is None else "POST", "scheme": "http",
            "path": where, "raw_path": where.encode(), "query_string": query.encode(), "root_path": "",
            "headers": headers, "server": ("127.0.0.1", PORT), "client": ("127.0.0.1", 1),
        }  # fmt: skip
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        leads = dict(sent[0]["headers"]).get(b"location", b"").decode()
        return sent[0]["status"], leads, b"".join(m.get("body", b"") for m in sent[1:]).decode()

    def page(self, path: str = "") -> str:
        """The text of a page that is there."""
        status, _, text = self.ask(f"/{TOKEN}/{self.language}/{path}")
        assert status == 200, text
        return unescape(text)

    def send(self, path: str, **form: Any) -> str:
        """Send a form; gives where it leads."""
        status, leads, text = self.ask(f"/{TOKEN}/{self.language}/{path}", form)
        assert status == 303, text
        return leads


def first(desk: Desk, state: State = State.FOUND) -> QueueCell:
    return next(row.cell for row in rows(desk, Filters()) if row.cell.state == state)


def replaces(page: str) -> str:
    found = re.search(r'name="replaces" value="([^"]*)"', page)
    assert found
    return found[1]
