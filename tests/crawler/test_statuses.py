"""One crawl of many municipalities, each with another trouble: what status and reason does each get?"""

from __future__ import annotations

import socket

import pytest

from study import (
    CrawlStatus,
    FailureReason,
)

from .conftest import Reply, Served, World, crawl_world, html, make_study

pytestmark = pytest.mark.slow

CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><div id='cf-content'>"
    "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate'></script></div></body></html>"
)


def good_pages(count: int = 8) -> dict[str, str]:
    links = [(f"/sivu-{name}", f"Sivu {name}") for name in "abcdefghijkl"[:count]]
    return {"/": html("Etusivu", *links), **{path: html(label, ("/", "Etusivu")) for path, label in links}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    latin = html("Äänekosken kunta", ("/palvelut", "Päivähoito"), ("/b", "Työ"), ("/c", "Kyläyhdistys"))
    moved = Served(good_pages())
    sites = {
        "good": Served(good_pages()),
        "robots": Served({**good_pages(), "/robots.txt": Reply("User-agent: *\nDisallow: /\n")}),
        "robots5xx": Served({**good_pages(), "/robots.txt": Reply("down", 503)}),
        "robots4xx": Served({**good_pages(), "/robots.txt": Reply("no", 403)}),
        "forbidden": Served({}, lambda path: Reply("Forbidden", 403)),
        "error500": Served({"/robots.txt": Reply("gone", 404)}, lambda path: Reply("oops", 500)),
        "challenge": Served({"/robots.txt": Reply("gone", 404)}, lambda path: Reply(CHALLENGE)),
        "same": Served({"/robots.txt": Reply("", 404)}, lambda path: html("Huoltokatko", *good_links())),
        "few": Served({"/": html("Tulossa pian")}),
        "latin1": Served(
            {
                "/": Reply(latin.encode("latin-1"), headers={"Content-Type": "text/html; charset=ISO-8859-1"}),
                **{path: html(path, ("/", "Etusivu")) for path in ("/palvelut", "/b", "/c")},
            }
        ),
        "moved": Served({"/": Reply("", 301, {"Location": moved.url})}),
        "elsewhere": Served({"/": Reply("", 301, {"Location": "http://192.0.2.7/"})}),
        "loop": Served({}, lambda path: Reply("", 302, {"Location": f"{path}x"})),
        "flaky": Served(good_pages()),
        "gateway": Served({}, lambda path: Reply("Gateway timeout", 504)),
    }
    failed_once: set[str] = set()

    def flaky(path: str) -> Reply | str:
        if path in failed_once:
            return html("Etusivu", *good_links())
        failed_once.add(path)
        return Reply("busy", 503)

    sites["flaky"].pages["/"] = flaky
    dead = f"127.0.0.1:{free_port()}"
    towns: dict[str, tuple[str, ...]] = {code: (site.url,) for code, site in sites.items()}
    towns["moved"] += (moved.host,)
    towns["dead"] = (f"http://{dead}/",)
    towns["private"] = ("http://10.1.2.3/",)
    towns["dns"] = ("https://www.no-such-town.invalid/",)
    hosts = [site.host for site in [*sites.values(), moved]]
    folder = make_study(
        tmp_path_factory.mktemp("world") / "study",
        towns,
        allow_private_hosts=[*hosts, dead],
        max_pages=60,
        parallel_municipalities=6,
    )
    seen = crawl_world(folder, {**sites, "new": moved})
    for site in [*sites.values(), moved]:
        site.close()
    return seen


def good_links() -> list[tuple[str, str]]:
    return [(f"/sivu-{name}", f"Sivu {name}") for name in "abcdefghijkl"[:8]]


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("good", CrawlStatus.COMPLETE, None),
        ("robots", CrawlStatus.BLOCKED, FailureReason.ROBOTS),
        ("robots5xx", CrawlStatus.BLOCKED, FailureReason.ROBOTS_UNREACHABLE),
        ("robots4xx", CrawlStatus.COMPLETE, None),
        ("forbidden", CrawlStatus.BLOCKED, FailureReason.BLOCK_PAGE),
        ("error500", CrawlStatus.BLOCKED, FailureReason.HTTP_ERROR),
        ("challenge", CrawlStatus.BLOCKED, FailureReason.BLOCK_PAGE),
        ("same", CrawlStatus.FAILED, FailureReason.SAME_PAGE),
        ("few", CrawlStatus.FAILED, FailureReason.TOO_FEW_PAGES),
        ("latin1", CrawlStatus.COMPLETE, None),
        ("moved", CrawlStatus.COMPLETE, None),
        ("elsewhere", CrawlStatus.FAILED, FailureReason.PRIVATE_ADDRESS),
        ("loop", CrawlStatus.FAILED, FailureReason.REDIRECT_LOOP),
        ("dead", CrawlStatus.FAILED, FailureReason.REFUSED),
        ("private", CrawlStatus.FAILED, FailureReason.PRIVATE_ADDRESS),
        ("dns", CrawlStatus.FAILED, FailureReason.DNS),
        ("flaky", CrawlStatus.COMPLETE, None),
        ("gateway", CrawlStatus.FAILED, FailureReason.TIMEOUT),
    ],
)
def test_every_municipality_ends_with_a_status_and_a_reason(
    world: World, code: str, status: CrawlStatus, reason: FailureReason | None
) -> None:
    outcome = world.outcomes[code]
    assert (outcome.status, outcome.reason) == (status, reason), outcome.detail
    assert outcome.status is CrawlStatus.COMPLETE or outcome.detail


def test_robots_are_asked_first_and_nothing_forbidden_is_fetched(world: World) -> None:
    assert world.sites["robots"].paths == ["/robots.txt"]
    assert set(world.sites["robots5xx"].paths) == {"/robots.txt"}


def test_the_user_agent_names_us_and_head_is_never_used(world: World) -> None:
    for site in world.sites.values():
        for _, path, headers in site.asked:
            assert headers["User-Agent"].startswith("kuntatutka/")
            assert not path.startswith("HEAD")


def test_refusals_are_kept_as_evidence(world: World) -> None:
    assert {document.status for document in world.documents("forbidden")} == {403}
    assert {failure.reason for failure in world.failures("robots")} == {FailureReason.ROBOTS}
    assert {failure.reason for failure in world.failures("dead")} == {FailureReason.REFUSED}
    assert FailureReason.PRIVATE_ADDRESS in {failure.reason for failure in world.failures("private")}


def test_links_of_an_iso_8859_1_page_are_read(world: World) -> None:
    assert {"/palvelut", "/b", "/c"} <= set(world.sites["latin1"].paths)


def test_a_redirected_front_page_is_followed_and_every_hop_kept(world: World) -> None:
    documents = world.documents("moved")
    assert any(document.status == 301 and document.redirect_to == world.sites["new"].url for document in documents)
    assert "/sivu-a" in world.sites["new"].paths


def test_a_busy_server_is_asked_again(world: World) -> None:
    assert [d.status for d in world.documents("flaky") if d.url == world.sites["flaky"].url][:2] == [503, 200]


def test_no_request_at_a_time_beside_another(world: World) -> None:
    assert world.sites["good"].most_busy == 1
