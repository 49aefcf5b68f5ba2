"""Pages that a person names: files, JSONL, and one polite request."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from analysis import PageSource
from kuntatutka.pages import fetch, read_page_sources
from study import PageUnavailableError, UserError


@contextmanager
def site(robots: str | None) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A site with one page; the list collects path and user agent of what was asked."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["User-Agent"]))
            body = robots if self.path == "/robots.txt" else "<title>Page</title>" if self.path == "/page" else None
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *arguments: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fetch_here(url: str) -> PageSource:
    return fetch(url, [url.split("/")[2]])


def test_robots_txt_is_asked_first_and_the_agent_says_who_asks() -> None:
    with site("User-agent: *\nDisallow: /private") as (address, asked):
        page = fetch_here(f"{address}/page")
    assert (page.body, page.status) == (b"<title>Page</title>", 200)
    assert [path for path, _ in asked] == ["/robots.txt", "/page"]
    assert all(agent.startswith("kuntatutka/") for _, agent in asked)


@pytest.mark.parametrize("rules", ["User-agent: *\nDisallow: /", "User-agent: kuntatutka\nDisallow: /page"])
def test_what_robots_txt_forbids_is_not_fetched(rules: str) -> None:
    with site(rules) as (address, asked), pytest.raises(PageUnavailableError, match=r"robots\.txt"):
        fetch_here(f"{address}/page")
    assert [path for path, _ in asked] == ["/robots.txt"]


def test_a_site_without_robots_txt_may_be_read() -> None:
    with site(None) as (address, _):
        assert fetch_here(f"{address}/page").status == 200


def test_an_error_answer_is_a_sentence() -> None:
    with site(None) as (address, _), pytest.raises(PageUnavailableError, match="404"):
        fetch_here(f"{address}/gone")


@pytest.mark.parametrize("way", ["*", ""])
def test_an_address_of_this_machine_is_asked_only_where_it_is_named(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setenv("no_proxy", way)
    with site(None) as (address, asked):
        for url in (address, address.replace("127.0.0.1", "localhost"), address.replace("127.0.0.1", "2130706433")):
            with pytest.raises(PageUnavailableError, match="is not asked"):
                fetch(f"{url}/page")
    assert asked == []


def test_a_redirect_does_not_lead_past_the_guard() -> None:
    with site(None) as (inside, asked_inside):

        class Away(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(404 if self.path == "/robots.txt" else 302)
                self.send_header("Location", f"{inside}/page")
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                """Tests are quiet."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Away) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            with pytest.raises(PageUnavailableError, match="is not asked"):
                fetch_here(f"http://127.0.0.1:{server.server_port}/page")
            server.shutdown()
            thread.join()
    assert asked_inside == []


def test_pages_of_a_jsonl_file_come_in_order(tmp_path: Path) -> None:
    (tmp_path / "two.html").write_bytes(b"<p>two</p>")
    rows = [
        {"url": "https://a.example/1", "html": "<p>one</p>"},
        {"url": "https://a.example/2", "html_file": "two.html"},
    ]
    path = tmp_path / "pages.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", encoding="utf-8")
    pages = list(read_page_sources(str(path)))
    assert [(page.source.url, page.source.body) for page in pages] == [
        ("https://a.example/1", "<p>one</p>"),
        ("https://a.example/2", b"<p>two</p>"),
    ]


def test_a_file_takes_the_address_that_is_given(tmp_path: Path) -> None:
    path = tmp_path / "saved.html"
    path.write_text("<p>x</p>", encoding="utf-8")
    (page,) = read_page_sources(str(path), "https://a.example/daycare")
    assert page.source.url == "https://a.example/daycare"


def test_what_is_neither_address_nor_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="neither"):
        list(read_page_sources("no-such-thing"))
