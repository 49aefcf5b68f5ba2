"""Sites that answer everything with status 200 and yet do not show their pages: cookies first, notices, dead ends."""

from __future__ import annotations

import pytest

from study import CrawlStatus, FailureReason, StoredJson

from .conftest import Reply, Served, World, crawl_world, html, make_study
from .hostile import SERVICES

pytestmark = pytest.mark.slow

LINKS = [(f"/{slug}", label) for slug, label in SERVICES]
PAGES = {"/": html("Kunnan etusivu", *LINKS)} | {
    path: html(label, ("/", "Etusivu"), text=f"{label} kunnassamme: näin asia hoidetaan. " * 5) for path, label in LINKS
}
WELL_KNOWN = ("/robots.txt", "/sitemap.xml")


def cookie_check() -> Served:
    """Sends every visitor without a cookie to a page that sets one and leads back."""
    site = Served()

    def answer(path: str) -> Reply | str:
        if path in WELL_KNOWN:
            return Reply("", 404)
        if path.startswith("/evasteet"):
            return Reply("", 302, {"Location": path.partition("=")[2], "Set-Cookie": "visitor=1; Path=/"})
        if "visitor=1" not in site.asked[-1][2].get("Cookie", ""):
            return Reply("", 302, {"Location": f"/evasteet?paluu={path}"})
        return PAGES.get(path) or Reply("", 404)

    site.fallback = answer
    return site


def cookie_circle() -> Served:
    """Sets a new cookie for ever and never shows anything."""
    return Served(
        {"/robots.txt": Reply("", 404)},
        lambda path: Reply("", 302, {"Location": "/a" if path == "/" else "/", "Set-Cookie": "visitor=1"}),
    )


def notice(text: str) -> Served:
    """Shows a notice instead of its pages once three of them have been asked for."""
    site = Served()

    def answer(path: str) -> Reply | str:
        if path in WELL_KNOWN:
            return Reply("", 404)
        asked = len([seen for seen in site.paths if seen not in WELL_KNOWN])
        return PAGES.get(path, Reply("", 404)) if asked <= 4 else text

    site.fallback = answer
    return site


def dead_ends() -> Served:
    """Has an error page with status 200, in words that no list knows, which names the address and has own links."""

    def answer(path: str) -> Reply | str:
        if path in WELL_KNOWN:
            return Reply("", 404)
        text = f"Polku {path} johtaa tyhjään. Tarkista osoite ja palaa etusivulle. "
        return html("Voi harmi", ("arkisto/haku", "Haku"), ("a/b", "Kokeile"), (f"{path}/c", "Lisää"), text=text)

    return Served({**PAGES, "/": html("Kunnan etusivu", *LINKS, ("/vanha/x", "Vanha"))}, answer)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    rejected = "<title>Request Rejected</title>The requested URL was rejected. Please consult with your administrator."
    sites = {
        "cookie": cookie_check(),
        "circle": cookie_circle(),
        "wall": notice(rejected),
        "notice": notice(html("Liikenteen tarkistus", text="Havaitsimme liikennettä. Yritä myöhemmin uudelleen.")),
        "dead-ends": dead_ends(),
    }
    root = tmp_path_factory.mktemp("notices") / "study"
    folder = make_study(root, {code: (site.url,) for code, site in sites.items()}, max_pages=200)
    try:
        return crawl_world(folder, sites)
    finally:
        for site in sites.values():
            site.close()


def test_a_check_for_cookies_that_leads_back_is_passed_once(world: World) -> None:
    assert world.outcomes["cookie"].status is CrawlStatus.COMPLETE
    assert {path for path, _ in LINKS} <= set(world.sites["cookie"].paths)
    assert world.outcomes["circle"].reason is FailureReason.REDIRECT_LOOP
    assert len(world.sites["circle"].paths) <= 8


def test_a_notice_in_place_of_the_pages_is_never_a_complete_search(world: World) -> None:
    found = {code: (world.outcomes[code].status, world.outcomes[code].reason) for code in ("wall", "notice")}
    assert found == {
        "wall": (CrawlStatus.PARTIAL, FailureReason.BLOCK_PAGE),
        "notice": (CrawlStatus.PARTIAL, FailureReason.SAME_PAGE),
    }


def test_error_pages_that_lead_to_each_other_are_left_soon(world: World) -> None:
    assert world.outcomes["dead-ends"].status is CrawlStatus.COMPLETE
    assert {path for path, _ in LINKS} <= set(world.sites["dead-ends"].paths)
    assert len(world.sites["dead-ends"].paths) < 70
    rules = {e.data["rule"] for e in world.events("dead-ends") if isinstance(e, StoredJson) and e.kind == "trap"}
    assert "nothing new, page after page" in rules
