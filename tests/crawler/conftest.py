"""A web of our own on loopback: small sites as dictionaries, served by threads, with everything that was asked kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from crawler.processes import children
from crawler.processes.run import CrawlOutcome, crawl_study
from study import (
    CrawlSection,
    StoredDocument,
    StoredFailure,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    create_study,
    read_events,
)
from tests.ready_children import starter


@pytest.fixture(autouse=True, scope="module")
def ready(nursery: Path) -> Iterator[None]:
    """The children of these tests are started from a process that has loaded all that they need."""
    patch = pytest.MonkeyPatch()
    patch.setattr(children, "_popen", starter(nursery))
    yield
    patch.undo()


@dataclass
class Reply:
    """What a served address answers."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0


Page = Reply | str | bytes | Callable[[str], "Reply | str"]


class Served:
    """One loopback site. `asked` holds (time, path, headers) of every request."""

    def __init__(
        self, pages: Mapping[str, Page] | None = None, fallback: Callable[[str], Reply | str] | None = None
    ) -> None:
        self.pages: dict[str, Page] = dict(pages or {})
        self.fallback = fallback
        self.asked: list[tuple[float, str, dict[str, str]]] = []
        self.busy = self.most_busy = 0
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.busy += 1
                site.most_busy = max(site.most_busy, site.busy)
                try:
                    self._answer()
                finally:
                    site.busy -= 1

            def do_HEAD(self) -> None:
                site.asked.append((time.monotonic(), f"HEAD {self.path}", dict(self.headers)))
                self.send_error(404)

            def _answer(self) -> None:
                site.asked.append((time.monotonic(), self.path, dict(self.headers)))
                page = site.pages.get(self.path)
                if page is None and site.fallback is not None:
                    page = site.fallback(self.path)
                if callable(page):
                    page = page(self.path)
                reply = page if isinstance(page, Reply) else Reply(page) if page is not None else Reply("gone", 404)
                if reply.wait:
                    time.sleep(reply.wait)
                body = reply.body.encode() if isinstance(reply.body, str) else reply.body
                self.send_response(reply.status)
                headers = {"Content-Type": "text/html; charset=utf-8", **reply.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/"

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def html(title: str, *links: tuple[str, str], text: str = "", head: str = "", lang: str = "fi") -> str:
    """A page with a navigation-less body; enough text not to look like a shell."""
    items = "".join(f'<li><a href="{href}">{label}</a></li>' for href, label in links)
    body = text or f"{title}. " + "Kunnan sivu kertoo palveluista ja niiden käytöstä. " * 6
    return (
        f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}</head>'
        f"<body><main><h1>{title}</h1><p>{body}</p><ul>{items}</ul></main></body></html>"
    )


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Start a loopback site; closed after the test."""
    running: list[Served] = []

    def start(pages: dict[str, Page] | None = None, fallback: Callable[[str], Reply | str] | None = None) -> Served:
        site = Served(pages, fallback)
        running.append(site)
        return site

    yield start
    for site in running:
        site.close()


def make_study(root: Path, sites: Mapping[str, tuple[str, ...]], **crawl: Any) -> StudyFolder:
    """A study of loopback sites by code: website first, then further hosts; `crawl` are keys of study.toml."""
    hosts = [address.split("://", 1)[-1].split("/")[0] for addresses in sites.values() for address in addresses]
    settings: dict[str, Any] = {"delay_seconds": 0.0, "allow_private_hosts": hosts, "render": False, **crawl}
    config = StudyConfig(study=StudySection(title="Test", year=2026), crawl=CrawlSection(**settings))
    municipalities = tuple(
        StudyMunicipality(code=code, name_fi=f"Kunta {code}", website=addresses[0], hosts=addresses[1:])
        for code, addresses in sites.items()
    )
    return create_study(root, config, municipalities)


@dataclass
class World:
    """A crawled study of many sites: what each crawl ended as, and what its evidence holds."""

    folder: StudyFolder
    outcomes: dict[str, CrawlOutcome]
    sites: Mapping[str, Any]

    def events(self, code: str) -> list[object]:
        return list(read_events(self.folder.warc_files(code)))

    def documents(self, code: str) -> list[StoredDocument]:
        return [event for event in self.events(code) if isinstance(event, StoredDocument)]

    def failures(self, code: str) -> list[StoredFailure]:
        return [event for event in self.events(code) if isinstance(event, StoredFailure)]

    def fetched(self, code: str) -> set[str]:
        return {event.url for event in self.documents(code)}


def crawl_world(folder: StudyFolder, sites: Mapping[str, Any]) -> World:
    """Crawl a study of these sites."""
    outcomes = {outcome.code: outcome for outcome in crawl_study(folder)}
    return World(folder, outcomes, sites)


@pytest.fixture
def study(tmp_path: Path) -> Callable[..., StudyFolder]:
    """Make a study of loopback sites: study({"901": (site.url,)}, max_pages=50)."""

    def make(sites: dict[str, tuple[str, ...]], name: str = "study", **crawl: Any) -> StudyFolder:
        return make_study(tmp_path / name, sites, **crawl)

    return make
