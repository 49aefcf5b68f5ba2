"""The only way out for the browser: a proxy in our own process that lets through what the guard allows.

It resolves names itself and connects to the very address it has checked, so a redirect, a script or a changing DNS
answer cannot lead the browser to a private address. A proxy of the environment is used behind it. It serves the tabs
that it has let in by its key and nobody else of the machine, and what a page of a visit asks for and nothing that the
browser wants.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import socket
from base64 import b64encode
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crawler.manners.guard import Guard, is_public, proxy_for
from study import host_of

from .asked import Asked
from .key import DOOR, GatewayKey

_HEAD_LIMIT = 65_536
_PER_HOST = 2  # connections to one host at a time: less than any visitor's browser opens
_CONNECT_SECONDS = 20.0
_HOP_HEADERS = ("connection", "proxy-connection", "keep-alive", "proxy-authorization", "upgrade-insecure-requests")
_OUR_HEADERS = (b"connection:", b"keep-alive:", b"proxy-authenticate:")
_DOOR_HOST = host_of(DOOR)
_log = logging.getLogger(__name__)


class StrangerError(Exception):
    """Whoever asks does not have the gateway's key."""


class RefusedError(Exception):
    """An address that the browser asked for is refused: by the guard, or because no page asked for it."""


class Gateway:
    """A loopback proxy for one browser. `contacted` are the hosts it led to, `refused` those it did not."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self.key = GatewayKey()
        self._server: asyncio.Server | None = None
        self.port = 0
        self._doors: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_PER_HOST))
        self._tasks: set[asyncio.Task[None]] = set()
        self.lines = 0
        """Connections to hosts that are open now."""
        self.contacted: set[str] = set()
        self.refused: set[str] = set()
        self.asked = Asked()
        """What the pages of the visits ask for; whoever opens a page tells it."""
        self.unasked: Counter[str] = Counter()
        """Hosts that the browser wanted to ask though no page had, and how often; none of it left."""

    @property
    def url(self) -> str:
        """Where it listens, once it has started."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen on a free loopback port."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_HEAD_LIMIT)
            self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and drop what is open."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for host, count in sorted(self.unasked.items()):
            _log.warning("browser: %s was wanted %d times and not asked, no page had asked for it", host, count)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if not _is_own_user(writer):
                raise RefusedError("this gateway serves the user who runs it only")
            await self._serve(reader, writer)
        except StrangerError:
            await _answer(writer, 407, "this gateway opens with its key only", (self.key.challenge,))
        except RefusedError as error:
            _log.info("browser: refused, %s", error)
            await _answer(writer, 403, str(error))
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError) as error:
            await _answer(writer, 502, str(error) or type(error).__name__)
        except asyncio.CancelledError:
            return  # the gateway closes
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, _, rest = head.partition("\r\n")
        method, target, _version = first.split(" ", 2)
        url = f"https://{target}/" if method == "CONNECT" else target
        if method == "CONNECT" and target.endswith(":80"):
            url = f"http://{target}/"
        host = host_of(url)
        if not self.key.opens(rest):
            if target != DOOR:
                self.unasked[host] += 1  # the browser itself has no key
            raise StrangerError
        if target == DOOR:
            await _answer(writer, 200, "open")
            return
        if host.rstrip(".") == _DOOR_HOST:  # the browser wants an icon for every page that it shows, for the door too
            raise RefusedError("the door of the gateway is no site")
        await self._check_asked(method, url, host)
        async with self._doors[host]:
            if reader.at_eof():
                return  # the browser no longer waits for its turn
            out_reader, out_writer, proxy = await self._connect(url, host)
            self.lines += 1
            try:
                if method == "CONNECT":
                    await _open_tunnel(out_reader, out_writer, target, proxy)
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                else:
                    out_writer.write(_forwarded(method, url, rest, proxy))
                await _pipe_both(reader, writer, out_reader, out_writer, rewrite=method != "CONNECT")
            finally:
                self.lines -= 1
                out_writer.close()

    async def _check_asked(self, method: str, url: str, host: str) -> None:
        """Refuse what no page of a visit asks for, and what is no plain request unless a page's script asks so."""
        self.unasked[host] += 1  # until somebody is known to have asked, also when the gateway closes before
        is_asked = await self.asked.knows(url)
        if is_asked and method not in ("CONNECT", "GET", "HEAD"):
            is_asked = await self.asked.allows(method, url)
        if not is_asked:
            raise RefusedError(f"no page asked for {method} {host}")
        self.unasked -= Counter((host,))

    async def _connect(self, url: str, host: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, str | None]:
        """A connection towards the address, and the proxy it goes through, if any."""
        why = self._guard.refusal(url)
        if why is not None:
            self.refused.add(host)
            raise RefusedError(why)
        proxy = proxy_for(url)
        parts = urlsplit(proxy or url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        name = parts.hostname or ""
        address = name if proxy else await self._resolved(name, host)
        reader, writer = await asyncio.wait_for(asyncio.open_connection(address, port), _CONNECT_SECONDS)
        self.contacted.add(host)
        return reader, writer, proxy

    async def _resolved(self, name: str, host: str) -> str:
        found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
        addresses = [str(item[4][0]) for item in found]
        if self._guard.allows_name(name):
            return addresses[0]
        if not addresses or not all(is_public(address) for address in addresses):
            self.refused.add(host)
            raise RefusedError(f"{name} leads to an address that is not public")
        # IPv4 first: many machines that crawl have no way out over IPv6.
        return min(addresses, key=lambda address: ipaddress.ip_address(address.split("%")[0]).version)


def _is_own_user(writer: asyncio.StreamWriter) -> bool:
    """Whether the other end of a connection on this machine is our user's, as the system's table of sockets says."""
    ours, theirs = writer.get_extra_info("sockname"), writer.get_extra_info("peername")
    if not theirs or not hasattr(os, "geteuid"):
        return False
    wanted = [
        f"{socket.htonl(int(ipaddress.ip_address(host))):08X}:{port:04X}" for host, port in (theirs[:2], ours[:2])
    ]
    try:
        lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return True  # where no table can be read the key alone has to do
    return any(parts[1:3] == wanted and int(parts[7]) == os.geteuid() for parts in map(str.split, lines))


def _forwarded(method: str, url: str, headers: str, proxy: str | None) -> bytes:
    """The browser's request as the next hop wants it, ending the connection after the answer."""
    parts = urlsplit(url)
    target = url if proxy else (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [line for line in headers.split("\r\n") if line and line.split(":", 1)[0].lower() not in _HOP_HEADERS]
    kept += ["Connection: close", *_proxy_authorization(proxy)]
    return (f"{method} {target} HTTP/1.1\r\n" + "\r\n".join(kept) + "\r\n\r\n").encode("latin-1")


def _proxy_authorization(proxy: str | None) -> list[str]:
    parts = urlsplit(proxy or "")
    if not parts.username:
        return []
    secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return [f"Proxy-Authorization: Basic {b64encode(secret.encode()).decode()}"]


async def _open_tunnel(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str, proxy: str | None
) -> None:
    """With a proxy behind us, ask it for the tunnel; without one the connection itself is the tunnel."""
    if proxy is None:
        return
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", *_proxy_authorization(proxy)]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _CONNECT_SECONDS)
    if b" 200" not in head.split(b"\r\n", 1)[0]:
        raise OSError("the proxy refuses the connection")


async def _pipe_both(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    out_reader: asyncio.StreamReader,
    out_writer: asyncio.StreamWriter,
    *,
    rewrite: bool,
) -> None:
    """Until either side has had enough: a server that keeps its line open must not hold its host's door."""
    upload = asyncio.ensure_future(_pipe(reader, out_writer))
    download = asyncio.ensure_future(_download(out_reader, writer, rewrite=rewrite))
    try:
        await asyncio.wait((upload, download), return_when=asyncio.FIRST_COMPLETED)
        if download.done():
            await download
    finally:
        upload.cancel()
        download.cancel()
        await asyncio.gather(upload, download, return_exceptions=True)


async def _download(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, rewrite: bool) -> None:
    if rewrite:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(_OUR_HEADERS)]
        if lines[0][8:13] == b" 407 ":
            # A site, or the proxy behind us, must not make the browser throw the key away, nor send it elsewhere.
            lines[0] = lines[0].replace(b" 407 ", b" 502 ", 1)
        writer.write(lines[0] + b"\r\nConnection: close\r\n" + b"\r\n".join(lines[1:]))
    await _pipe(reader, writer)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()


async def _answer(writer: asyncio.StreamWriter, status: int, text: str, headers: tuple[str, ...] = ()) -> None:
    body = text.encode()
    lines = [f"HTTP/1.1 {status} {'OK' if status == 200 else 'Refused'}", *headers, "Content-Type: text/plain"]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    try:
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()
    except OSError:
        return
