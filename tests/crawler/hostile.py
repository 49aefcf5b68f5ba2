"""A hostile web on loopback: sockets that answer byte by byte what no honest server would send.

A site is a dictionary of paths; what a path gives is a text (an ordinary page), bytes (sent as they are, then the
connection is closed) or a coroutine that gets the writer and does its worst.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Awaitable, Callable

Act = Callable[[asyncio.StreamWriter, str], Awaitable[None]]
Answer = str | bytes | Act

SERVICES = (
    ("rakennuslupa", "Rakennuslupa"),
    ("kirjasto", "Kirjasto"),
    ("paivahoito", "Varhaiskasvatukseen hakeminen"),
    ("venepaikat", "Venepaikat"),
    ("pysakointi", "Pysäköintitunnus"),
    ("tontit", "Tonttien varaaminen"),
    ("kouluun", "Kouluun ilmoittautuminen"),
    ("liikuntatilat", "Liikuntatilojen varaaminen"),
)


def page(title: str, *links: tuple[str, str], text: str = "", head: str = "", lang: str = "fi") -> str:
    """An ordinary page."""
    items = "".join(f'<li><a href="{href}">{label}</a></li>' for href, label in links)
    body = text or f"{title}. " + "Kunnan sivu kertoo palveluista ja niiden käytöstä. " * 6
    return (
        f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}</head>'
        f"<body><main><h1>{title}</h1><p>{body}</p><ul>{items}</ul></main></body></html>"
    )


def http(
    body: bytes | str, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8", length: int = -1
) -> bytes:
    """A whole answer; a length of None or less than 0 is the true one."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(data) if length < 0 else length}"]
    lines += [*headers, "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + data


def redirect(target: str, status: str = "302 Found") -> bytes:
    """A redirect, whatever the target."""
    return http("", f"Location: {target}", status=status)


class HostileSite:
    """One site: the services that every town has, and what is hostile about this one. `asked` counts paths."""

    def __init__(
        self,
        pages: dict[str, Answer] | None = None,
        fallback: Callable[[str], Answer | None] | None = None,
        *,
        links: tuple[tuple[str, str], ...] = (),
        services: bool = True,
    ) -> None:
        self.fallback = fallback
        ordinary: dict[str, Answer] = {}
        if services:
            named = tuple((f"/{slug}", label) for slug, label in SERVICES)
            ordinary = {"/": page("Kunnan etusivu", *named, *links), "/robots.txt": http("", status="404 Not Found")}
            for number, (path, label) in enumerate(named):
                around = (named[(number + 1) % len(named)], ("/", "Etusivu"))
                ordinary[path] = page(label, *around, text=f"{label} kunnassamme. " * 8)
        self.pages: dict[str, Answer] = {**ordinary, **(pages or {})}
        self.asked: Counter[str] = Counter()
        self.port = 0
        self.host = "127.0.0.1"

    @property
    def netloc(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.netloc}/"

    @property
    def services_read(self) -> int:
        """How many of the town's ordinary pages were asked for."""
        return sum(self.asked[f"/{slug}"] > 0 for slug, _ in SERVICES)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            self.asked[path] += 1
            answer = self.pages.get(path)
            if answer is None and self.fallback is not None:
                answer = self.fallback(path)
            if answer is None:
                answer = http("gone", status="404 Not Found")
            if isinstance(answer, str):
                answer = http(answer)
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(writer, head)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


class HostileWeb:
    """Serves many sites from one thread."""

    def __init__(self, sites: dict[str, HostileSite]) -> None:
        self.sites = sites
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> HostileWeb:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        servers = []
        for site in self.sites.values():
            server = self._loop.run_until_complete(asyncio.start_server(site.serve, "127.0.0.1", 0, limit=300_000))
            site.port = server.sockets[0].getsockname()[1]
            servers.append(server)
        self._ready.set()
        self._loop.run_forever()
        for server in servers:
            server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()


def drip(piece: bytes, seconds: float, head: bytes = b"") -> Act:
    """Sends a piece again and again with a pause between, for ever."""

    async def act(writer: asyncio.StreamWriter, _: str) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(seconds)

    return act


def flood(piece: bytes, megabytes: int, head: bytes = b"") -> Act:
    """Sends so many megabytes as fast as they are taken."""

    async def act(writer: asyncio.StreamWriter, _: str) -> None:
        writer.write(head)
        for _turn in range(megabytes * 1_000_000 // len(piece)):
            writer.write(piece)
            await writer.drain()

    return act


def stall(head: bytes = b"") -> Act:
    """Sends a beginning and then nothing more."""

    async def act(writer: asyncio.StreamWriter, _: str) -> None:
        writer.write(head)
        await writer.drain()
        await asyncio.sleep(3600)

    return act
