"""Serves the practice country on loopback: one HTTP server that acts as forward proxy and as every host.

A client that uses it as `http_proxy` sees `http://www.<name>.example/` as on the real web; a host that does not exist
gives 502, as from a proxy whose name resolution failed. Nothing leaves the machine. `python -m practice.server`
serves it for looking around.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from . import PRESENT
from .answers import Answer, zipped
from .model import earlier_years, load_country
from .sites import Host, build_hosts

_ZIPPED_TYPES = ("text/", "application/json", "application/xml")
_NO_HOST = Answer(502, "text/plain; charset=utf-8", b"Bad gateway: no such host\n")
_REFUSED = Answer(504, "text/plain; charset=utf-8", b"Gateway timeout: the host does not answer\n")
_LARGEST_FORM = 1_000_000


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its port and the address to give as `http_proxy`."""

    port: int

    @property
    def proxy_url(self) -> str:
        """What `http_proxy` should be."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serve(sites: Mapping[str, Host] | None = None, port: int = 0, year: int = PRESENT) -> Iterator[Served]:
    """Serves the practice country as it is or was in an earlier year, or the given hosts, until the block ends.

    Port 0 means any free one.
    """
    server = _Server(("127.0.0.1", port), build_hosts(year) if sites is None else sites, year)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Served(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], hosts: Mapping[str, Host], year: int = PRESENT) -> None:
        self.hosts = hosts
        sites = load_country(year).sites.values()
        self.zipping = {side.host: site.gzip for site in sites for side in site.languages.values()}
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is no error of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Practice"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        """Answers a page or a file."""
        self._answer()

    def do_HEAD(self) -> None:
        """Answers without a body."""
        self._answer()

    def do_POST(self) -> None:
        """Takes no forms: a study never sends one."""
        length = min(int(self.headers.get("Content-Length") or 0), _LARGEST_FORM)
        self.rfile.read(length)
        self._send(
            Answer(405, "text/plain; charset=utf-8", b"Practice forms take nothing in.\n", {"Allow": "GET, HEAD"})
        )

    def do_CONNECT(self) -> None:
        """The practice country has no https."""
        self._send(_NO_HOST)

    def _answer(self) -> None:
        host, target = self._address()
        site = self.server.hosts.get(host)
        if site is None:
            self._send(_NO_HOST)
            return
        answer = site.answer(target) or _REFUSED
        tag = answer.headers.get("ETag")
        if tag and self.headers.get("If-None-Match") == tag:
            self._send(Answer(304, answer.content_type, b"", answer.headers))
            return
        wanted = "gzip" in self.headers.get("Accept-Encoding", "") and answer.content_type.startswith(_ZIPPED_TYPES)
        self._send(zipped(answer) if wanted and answer.body and self.server.zipping.get(host, True) else answer)

    def _address(self) -> tuple[str, str]:
        """Host and path of a request, in proxy form or in direct form."""
        if self.path.startswith("http://"):
            parts = urlsplit(self.path)
            query = f"?{parts.query}" if parts.query else ""
            return (parts.hostname or "").lower(), (parts.path or "/") + query
        return self.headers.get("Host", "").partition(":")[0].lower(), self.path

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        if answer.status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and answer.status != 304:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Keeps silent: the crawler's own log tells what was fetched."""


def main() -> None:
    """Serves until interrupted and prints where to look."""
    parser = argparse.ArgumentParser(prog="python -m practice.server", description="Serve the practice country.")
    parser.add_argument("port", type=int, nargs="?", default=0, help="port on this machine; any free one if left out")
    parser.add_argument(
        "--year", type=int, choices=earlier_years(), default=PRESENT, help="as it was in an earlier year"
    )
    asked = parser.parse_args()
    with serve(port=asked.port, year=asked.year) as served:
        lines = [f"The practice country answers on {served.proxy_url} (use it as http_proxy)."]
        for site in load_country(asked.year).sites.values():
            for language, side in site.languages.items():
                lines.append(f"  {site.code}  {language}  {site.status:<9}  http://{side.host}{side.prefix}/")
        lines.append(f"Try: curl -x {served.proxy_url} http://www.tammiselka.example/   (stop with Ctrl-C)")
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
