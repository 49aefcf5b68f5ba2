"""A web that means ill: every municipality has the same eight services, and something that would break a naive crawler.

One crawl of all of them. Each must end in time with its services read, or with the status that says why not.
"""

from __future__ import annotations

import gzip
import itertools
import os
import random
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest

from crawler.processes.run import stored_end
from study import (
    CrawlStatus,
    FailureReason,
    StoredDocument,
    StoredFailure,
    StoredJson,
)

from .conftest import World, crawl_world, make_study
from .hostile import SERVICES, HostileSite, HostileWeb, drip, flood, http, page, redirect, stall

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

LABELS = dict([("/", "Etusivu"), *((f"/{slug}", label) for slug, label in SERVICES)])
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
OPEN = {"/robots.txt": http("", status="404 Not Found")}
DRAW = random.Random(4)


def token(length: int = 24) -> str:
    return "".join(DRAW.choice("0123456789abcdef") for _ in range(length))


def with_sessions(pattern: str, made: Callable[[str, str], str]) -> HostileSite:
    """A site that gives every link a new session id."""

    def answer(path: str) -> str | None:
        found = re.fullmatch(pattern, path)
        own = found["path"] if found else path
        if own not in LABELS:
            return None
        links = [(made(target, token()), label) for target, label in LABELS.items()]
        return page(LABELS[own], *links, text=f"{LABELS[own]} kunnassamme. " * 8)

    return HostileSite(dict(OPEN), answer, services=False)


def calendar(path: str) -> str | None:
    if not path.startswith("/kalenteri"):
        return None
    months = ("tammi", "helmi", "maalis", "huhti", "touko", "kesa")
    return page(f"Kalenteri {path}", *((f"{path.rstrip('/')}/{month}", "Seuraava") for month in months))


def facets(path: str) -> str | None:
    if not path.startswith("/haku/"):
        return None
    chosen = [part for part in path.split("/")[2:] if part]
    links = []
    for name, value in itertools.product(("vari", "koko", "alue", "laji"), "abc"):
        if f"{name}-{value}" not in chosen:
            parts = [*chosen, f"{name}-{value}"]
            DRAW.shuffle(parts)
            links.append((f"/haku/{'/'.join(parts)}/", f"{name} {value}"))
    return page("Haku", *links)


def translated(path: str) -> str | None:
    own, _, query = path.partition("?")
    language = query.removeprefix("lang=") if query.startswith("lang=") else "fi"
    if found := re.fullmatch(r"/(de|ru|so)(/.*)", own):
        language, own = found[1], found[2]
    if own not in LABELS and not own.startswith("/sivu-"):
        return None
    prefix = "" if language == "fi" else f"/{language}"
    links = [(prefix + target, f"{label} {language}") for target, label in LABELS.items()]
    links += [(f"{prefix}/sivu-{a}{b}", f"{a}{b} {language}") for a in "abcdef" for b in "abcdef"]
    links += [(f"/{other}{own}", other) for other in ("de", "ru", "so")]
    links += [(f"{own}?lang={other}", other) for other in ("pl", "et")]
    return page(LABELS.get(own, own), *links, text=f"{language} {own} sisältö. " * 20, lang=language)


def bad_page(answer: object) -> HostileSite:
    """A good site with one page that is not."""
    return HostileSite({"/paha": answer}, links=(("/paha", "Rakennuslupa ja sen hakeminen"),))  # type: ignore[dict-item]


def sites() -> dict[str, HostileSite]:
    """All of them, by code."""
    many = tuple((f"/vanha-{a}{b}", f"Vanha sivu {a}{b}") for a in "abcdefghij" for b in "abcdefghij")
    bomb = b"a" * 300_000_000
    made = {
        "session-path": with_sessions(r"/s/[0-9a-f]+(?P<path>/.*)", lambda path, sid: f"/s/{sid}{path}"),
        "session-asp": with_sessions(r"/\(S\([0-9a-f]+\)\)(?P<path>/.*)", lambda path, sid: f"/(S({sid})){path}"),
        "session-query": with_sessions(r"(?P<path>/[^?]*)\?.*", lambda path, sid: f"{path}?kavijanro={sid}"),
        "calendar": HostileSite(fallback=calendar, links=(("/kalenteri", "Tapahtumat"),)),
        "facets": HostileSite(fallback=facets, links=(("/haku/", "Haku"),)),
        "translated": HostileSite(dict(OPEN), translated, services=False),
        "soft404": HostileSite(fallback=lambda path: page("Sivua ei ole", text="Sivua ei löydy. " * 9), links=many),
        "chain": HostileSite({f"/r{n}": redirect(f"/r{n + 1}") for n in range(30)}, links=(("/r0", "Kirjasto"),)),
        "refresh": HostileSite(
            fallback=lambda path: (
                page(path, head=f'<meta http-equiv="refresh" content="0;url={path}a">') if "/q" in path else None
            ),
            links=(("/q", "Kirjasto"),),
        ),
        "retry-odd": HostileSite(dict(OPEN), lambda _: http("", "Retry-After: \xb2", status="429 No"), services=False),
        "knocking": HostileSite(
            dict(OPEN),
            lambda _: "<html><script>document.cookie='a=1';location.reload()</script><noscript>x</noscript></html>",
            services=False,
        ),
        "login": HostileSite(
            dict(OPEN),
            lambda path: page("Sisään", text="<input type=password>") if "/in" in path else redirect("/in"),
            services=False,
        ),
        "robots-10mb": HostileSite({"/robots.txt": http("User-agent: *\n" + "Disallow: /x*y*z\n" * 600_000)}),
        "robots-bomb": HostileSite({"/robots.txt": http(gzip.compress(b"#" * 200_000_000), "Content-Encoding: gzip")}),
        "robots-away": HostileSite({"/robots.txt": redirect("http://169.254.169.254/robots.txt")}),
        "robots-slow": HostileSite({"/robots.txt": http("User-agent: *\nCrawl-delay: 1000000\n")}),
        "sitemap-big": HostileSite({"/sitemap.xml": None}),  # type: ignore[dict-item]
        "drip": bad_page(drip(b"x", 0.2, HEAD + b"Content-Length: 100000\r\n\r\n<html>")),
        "stall": bad_page(stall(HEAD + b"\r\n")),
        "cut": bad_page(HEAD + b"Content-Length: 100000\r\n\r\n" + page("Katkennut").encode()),
        "chunks": bad_page(HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n"),
        "gzip-bomb": bad_page(http(gzip.compress(bomb), "Content-Encoding: gzip")),
        "brotli-bomb": bad_page(http(brotli.compress(bomb, quality=4), "Content-Encoding: br")),
        "deflate-bomb": bad_page(http(zlib.compress(bomb), "Content-Encoding: deflate")),
        "endless": bad_page(flood(b"<p>aaaa</p>" * 9000, 300, HEAD + b"\r\n<html>")),
        "no-gzip": bad_page(http(page("Rakennuslupa", text="Ei pakattu. " * 30), "Content-Encoding: gzip")),
        "headers": bad_page(flood(b"X-A: " + b"a" * 8000 + b"\r\n", 300, b"HTTP/1.1 200 OK\r\n")),
        "continue": bad_page(flood(b"HTTP/1.1 100 Continue\r\n\r\n", 50)),
        "charset": bad_page(http(page("Rakennuslupa"), kind="text/html; charset=hex")),
        "nameless": bad_page(HEAD + b" folded\r\n: x\r\n\x01: y\r\nno header\r\n\r\n" + page("Rakennuslupa").encode()),
        "long-header": bad_page(HEAD + b"X-Policy: " + b"a" * 60_000 + b"\r\n\r\n" + page("Rakennuslupa").encode()),
        "program": bad_page(http(b"MZ\x90\x00" + os.urandom(50_000))),
        "empty": bad_page(http("")),
        "not-pdf": bad_page(http(page("Rakennuslupa"), kind="application/pdf")),
        "status": bad_page(http(page("Rakennuslupa"), status="99 Odd")),
        "garbage": bad_page(os.urandom(4000)),
        "deep": bad_page(http("<div>" * 200_000 + "Syvällä on tekstiä")),
    }

    async def big_sitemap(writer: object, _: str) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n<urlset>")  # type: ignore[attr-defined]
        rows = (f"<url><loc>{made['sitemap-big'].url}kartta-{'abcdefghij'[n % 10]}</loc></url>" for n in range(400_000))
        for batch in (
            itertools.batched(rows, 2000) if hasattr(itertools, "batched") else zip(*[rows] * 2000, strict=False)
        ):
            writer.write("".join(batch).encode())  # type: ignore[attr-defined]
            await writer.drain()  # type: ignore[attr-defined]

    made["sitemap-big"].pages["/sitemap.xml"] = big_sitemap
    made["sitemap-big"].fallback = lambda path: page(path) if path.startswith("/kartta") else None
    return made


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    hostile = sites()
    with HostileWeb(hostile):
        folder = make_study(
            tmp_path_factory.mktemp("hostile") / "study",
            {code: (site.url,) for code, site in hostile.items()},
            max_pages=200,
            max_response_mb=5,
            response_timeout_seconds=2.0,
            parallel_municipalities=4,
            time_limit_minutes=3,
        )
        return crawl_world(folder, hostile)


BLOCKED = {
    "retry-odd": FailureReason.BLOCK_PAGE,
    "knocking": FailureReason.BLOCK_PAGE,
    "login": FailureReason.BLOCK_PAGE,
    "robots-away": FailureReason.ROBOTS_UNREACHABLE,
    "robots-slow": FailureReason.ROBOTS,
}
FAILING = {
    "drip": FailureReason.TIMEOUT,
    "stall": FailureReason.TIMEOUT,
    "gzip-bomb": FailureReason.TOO_LARGE,
    "brotli-bomb": FailureReason.TOO_LARGE,
    "deflate-bomb": FailureReason.TOO_LARGE,
    "endless": FailureReason.TOO_LARGE,
    "headers": FailureReason.TOO_LARGE,
    "continue": FailureReason.TOO_LARGE,
}
READ = ("cut", "no-gzip", "charset", "not-pdf", "deep", "nameless", "long-header")
TRAPS = {"calendar": 80, "facets": 80, "refresh": 40, "translated": 180}


def test_every_town_ends_in_time_and_none_takes_another_down(world: World) -> None:
    assert set(world.outcomes) == set(world.sites)
    late = [code for code, end in world.outcomes.items() if end.reason is FailureReason.TIME_LIMIT]
    assert late == [], "the bounds on time, size and number end each of them long before its own three minutes do"
    logs = {path.stem: path.read_text() for path in (world.folder.state / "logs").glob("*.log")}
    assert not [code for code, text in logs.items() if "Traceback" in text]


def test_towns_that_refuse_are_blocked_with_a_reason(world: World) -> None:
    found = {code: (world.outcomes[code].status, world.outcomes[code].reason) for code in BLOCKED}
    assert found == {code: (CrawlStatus.BLOCKED, reason) for code, reason in BLOCKED.items()}
    assert all(world.outcomes[code].detail for code in BLOCKED)


def test_all_others_are_read_whole(world: World) -> None:
    others = set(world.sites) - set(BLOCKED)
    assert {code: world.outcomes[code].status for code in others} == dict.fromkeys(others, CrawlStatus.COMPLETE)
    plain = [code for code in others if world.sites[code].pages.keys() >= {"/kirjasto"}]
    assert {code: world.sites[code].services_read for code in plain} == dict.fromkeys(plain, len(SERVICES))


@pytest.mark.parametrize("code", ["session-path", "session-asp", "session-query"])
def test_session_ids_are_seen_through(world: World, code: str) -> None:
    assert sum(world.sites[code].asked.values()) < 4 * len(LABELS)
    read = {
        re.sub(r"/s/\w+|/\(S\(\w+\)\)|\?.*", "", event.url.removeprefix(world.sites[code].url.rstrip("/")))
        for event in world.events(code)
        if isinstance(event, StoredDocument) and event.status == 200
    }
    assert set(LABELS) <= read | {"/"}
    assert any("spelling" in event.data["rule"] for event in traps(world, code))


def traps(world: World, code: str) -> list[StoredJson]:
    return [event for event in world.events(code) if isinstance(event, StoredJson) and event.kind == "trap"]


@pytest.mark.parametrize(("code", "most"), TRAPS.items())
def test_endless_sites_end_and_say_why(world: World, code: str, most: int) -> None:
    assert sum(world.sites[code].asked.values()) < most
    assert traps(world, code)


@pytest.mark.parametrize(("code", "reason"), FAILING.items())
def test_answers_beyond_all_bounds_are_failures_with_a_reason(world: World, code: str, reason: FailureReason) -> None:
    failures = [event for event in world.events(code) if isinstance(event, StoredFailure)]
    assert {(event.url, event.reason) for event in failures} == {(f"{world.sites[code].url}paha", reason)}


@pytest.mark.parametrize("code", READ)
def test_what_can_be_read_is_read(world: World, code: str) -> None:
    (end,) = (event for event in world.events(code) if type(event).__name__ == "CrawlEnd")
    assert end.counters["pages"] == len(LABELS) + 1  # type: ignore[attr-defined]
    assert not [event for event in world.events(code) if isinstance(event, StoredFailure)]


@pytest.mark.parametrize("code", ["program", "empty", "status", "garbage", "chunks"])
def test_what_is_no_page_is_not_counted_as_one(world: World, code: str) -> None:
    (end,) = (event for event in world.events(code) if type(event).__name__ == "CrawlEnd")
    assert end.counters["pages"] == len(LABELS)  # type: ignore[attr-defined]


def test_of_large_robots_files_and_sitemaps_the_beginning_is_read(world: World) -> None:
    assert world.sites["robots-10mb"].services_read == len(SERVICES)
    assert any(path.startswith("/kartta-") for path in world.sites["sitemap-big"].asked)


def test_the_folder_holds_nothing_but_evidence(world: World) -> None:
    names = {path.name for path in Path(world.folder.evidence).iterdir()}
    assert all(name.endswith(".warc.gz") for name in names)


NAMES = """
import socket
real = socket.getaddrinfo
def named(host): return "127.0.0.1" if str(host).endswith(".town.test") else host
socket.gethostbyname = named
socket.getaddrinfo = lambda host, *rest, **more: real(named(host), *rest, **more)
"""


def test_a_name_that_leads_to_a_private_address_is_never_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with HostileWeb({"town": HostileSite()}) as web:
        site = web.sites["town"]
        town = {"901": (f"http://www.town.test:{site.port}/",)}
        folder = make_study(tmp_path / "study", town, allow_private_hosts=[])
        crawl = f"{NAMES}\nfrom crawler.processes.process import main\nmain([{str(folder.root)!r}, '901'])"
        with subprocess.Popen([sys.executable, "-c", crawl], stdin=subprocess.PIPE, cwd=ROOT) as process:
            process.wait(timeout=120)
    assert not site.asked
    end = stored_end(folder, "901")
    assert end is not None
    assert (end.status, end.reason) == (CrawlStatus.FAILED, FailureReason.PRIVATE_ADDRESS), end
