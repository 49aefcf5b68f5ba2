"""Nothing leaves unasked: every host that a whole `run` asks for is one of the study's, seen by a proxy on loopback."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

HOST, DOOR, API = "kunta.example", "asiointi.example", "rajapinta.example"
LONG = "Kunnan palvelut ja ohjeet niiden hakemiseen löytyvät tältä sivulta. " * 8


def page(title: str, body: str, head: str = "") -> str:
    return f"<!doctype html><html lang='fi'><head><title>{title}</title>{head}</head><body>{body}</body></html>"


LINKS = "".join(
    f"<li><a href='{url}'>{name}</a></li>"
    for url, name in (
        ("/rakennuslupa", "Rakennuslupa"), ("/varhaiskasvatus", "Varhaiskasvatukseen hakeminen"),
        (f"http://{DOOR}/", "Sähköinen asiointi"), ("http://intranet/", "Henkilöstölle"), ("http://wiki.lan/", "Wiki"),
    )
)  # fmt: skip
FORM = (
    "<form method='post' action='/laheta' id='f'><label>Nimi <input name='name' autocomplete='name'></label>"
    "<label>Sähköposti <input type='email' name='email'></label><button>Lähetä</button></form>"
)
SENDS = (
    "<script>setTimeout(() => { document.getElementById('f').submit(); navigator.sendBeacon('/majakka', 'x'); }, 50);"
    "fetch('http://intranet/salaisuus').catch(() => {});</script>"
)
SHELL = (
    f"<div id='root'></div><script>fetch('http://{API}/graphql', {{method: 'POST', body: '{{}}'}})"
    ".then(answer => answer.json()).then(told => { document.getElementById('root').innerHTML ="
    " `<main><h1>Varhaiskasvatus</h1><p>${told.text}</p></main>`; });</script>"
)
PAGES = {
    f"http://{HOST}/": page("Kunta", f"<main><h1>Kunta</h1><p>{LONG}</p><ul>{LINKS}</ul></main>"),
    f"http://{HOST}/rakennuslupa": page(
        "Rakennuslupa", f"<main><h1>Rakennuslupa</h1><p>{LONG}</p>{FORM}</main>{SENDS}"
    ),
    f"http://{HOST}/varhaiskasvatus": page("Varhaiskasvatus", SHELL),
    f"http://{DOOR}/": page("Asiointi", f"<main><h1>Asiointi</h1><p>{LONG}</p>{FORM}</main>"),
    f"http://{API}/graphql": '{"text": "' + LONG + '"}',
}


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A proxy that is the whole web of these pages; every request that it gets is kept as method and address."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.command, self.path))
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            text = PAGES.get(self.path)
            body = (text or "ei ole").encode()
            self.send_response(200 if text else 404)
            kind = "application/json" if self.path.endswith("graphql") else "text/html; charset=utf-8"
            self.send_header("Content-Type", kind if text else "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(body)

        do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - names that http.server wants

        def do_CONNECT(self) -> None:
            asked.append(("CONNECT", f"https://{self.path}/"))
            self.send_error(502)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.mark.browser
@pytest.mark.slow(20)
def test_a_run_asks_the_hosts_of_the_study_and_no_other(
    kuntatutka: Callable[..., object], tmp_path: Path, proxy: tuple[str, list[tuple[str, str]]]
) -> None:
    way, asked = proxy
    (tmp_path / "towns.csv").write_text(f"code,name_fi,website,population\n901,Kunta,http://{HOST}/,12000\n")
    kuntatutka("new", "study", "--municipalities", "towns.csv", "--contact", "tester@example.org", "--language", "fi")
    settings = tmp_path / "study" / "study.toml"
    text = settings.read_text().replace("delay_seconds = 1.0", "delay_seconds = 0")
    settings.write_text(text)
    everywhere = {"http_proxy": way, "https_proxy": way, "HTTP_PROXY": way, "HTTPS_PROXY": way, "all_proxy": way}
    done = kuntatutka("run", "study", "--max-pages", "20", no_proxy="", NO_PROXY="", **everywhere)
    hosts = {urlsplit(url).hostname or "" for _, url in asked}
    assert {HOST, API} <= hosts, done
    assert hosts <= {HOST, f"www.{HOST}", DOOR, API}, sorted(hosts)
    others = {(method, url) for method, url in asked if method not in ("GET", "HEAD", "CONNECT")}
    assert others <= {("POST", f"http://{API}/graphql"), ("OPTIONS", f"http://{API}/graphql")}
    assert ("POST", f"http://{API}/graphql") in others, "a page's own script may ask for its content"
    evidence = b"".join(gzip.decompress(path.read_bytes()) for path in (tmp_path / "study" / "evidence").glob("*.gz"))
    assert f"POST {API}".encode() in evidence, "and it is recorded with the page"
    assert list((tmp_path / "study" / "reports").glob("*.pdf")), done
