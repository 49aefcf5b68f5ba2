"""Tools of the site itself: what counts is what the page loads, not what it writes of, links to or merely allows."""

from __future__ import annotations

import time

import pytest

from analysis.fold.site_tools import PAGES_LOOKED_AT, ToolCount, recognise_site_tools
from analysis.page.read import read_page
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
OWN = "https://www.kunta.example/palvelu"


def tools(body: str, head: str = "", **more: object) -> set[str]:
    html = f'<html lang="fi"><head><title>x</title>{head}</head><body><main><h1>P</h1>{body}</main></body></html>'
    return {hit.product_id for hit in recognise_site_tools(html, read_page(html, OWN, TAXONOMY), TAXONOMY, **more)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("head", "product"),
    [
        ('<link rel="stylesheet" href="/wp-content/themes/kunta/style.css">', "wordpress"),
        ('<meta name="generator" content="Drupal 10 (https://www.drupal.org)">', "drupal"),
        ('<script src="https://consent.cookiebot.com/uc.js" data-cbid="x"></script>', "cookiebot"),
        ('<script>var s="https://static.hotjar.com/c/hotjar-1.js"</script>', "hotjar"),
        ('<script type="text/plain" data-src="https://static.hotjar.com/c/hotjar-1.js"></script>', "hotjar"),
        ('<script>var e = document.createElement("script"); e.src = "//service.giosg.com/live/";</script>', "giosg"),
        ('<iframe src="https://www.youtube-nocookie.com/embed/x"></iframe>', "youtube"),
        ('<SCRIPT SRC="//WWW.GOOGLETAGMANAGER.COM/GTM.JS?id=GTM-1"></SCRIPT>', "google-tag-manager"),
        (
            '<noscript><iframe src="https://www.googletagmanager.com/ns.html?id=G"></iframe></noscript>',
            "google-tag-manager",
        ),
    ],
)
def test_loaded_or_declared(head: str, product: str) -> None:
    assert product in tools("", head)


@pytest.mark.parametrize(
    "body",
    [
        "<p>Sivusto käyttää työkalua static.hotjar.com ja consent.cookiebot.com.</p>",
        '<p><a href="https://toinen.example/wp-content/uploads/opas.pdf">Opas</a></p>',
        "<!-- <script src='https://static.hotjar.com/c/hotjar-1.js'></script> -->",
        '<meta http-equiv="Content-Security-Policy" content="frame-src static.hotjar.com bot.leadoo.com">',
        '<script type="application/ld+json">{"sameAs": ["https://www.youtube.com/kunta", "https://x.giosg.com/"]}</script>',
        '<script>var accounts = ["https://www.youtube.com/kunta"]</script>',
        "<p>Evästeet: _ga, _pk_id, CookieConsent</p>",
    ],
)
def test_mentioned_linked_commented_out_or_merely_allowed(body: str) -> None:
    assert tools(body) == set()


def test_own_links_show_what_the_site_is_made_with() -> None:
    assert tools('<p><a href="https://kunta.example/wp-content/uploads/opas.pdf">Opas</a></p>') == {"wordpress"}


def test_cookies_and_headers_of_the_answer() -> None:
    assert tools("", cookies=("_pk_id.1",)) == {"matomo"}
    assert tools("", headers={"x-generator": "Drupal 10"}) == {"drupal"}


def test_eservices_are_no_site_tools() -> None:
    assert tools('<form id="login-frontdoor"></form><script src="/x/LUPAPISTE.config"></script>') == set()


def test_count_by_host() -> None:
    html = '<html><head><meta name="generator" content="Joomla!"></head><body></body></html>'
    hits = recognise_site_tools(html, read_page(html, OWN, TAXONOMY), TAXONOMY)
    count = ToolCount()
    for number in range(PAGES_LOOKED_AT):
        assert count.wants("kunta.example")
        count.add(f"https://www.kunta.example/{number}", hits if number % 2 else ())
    assert not count.wants("kunta.example")
    (row,) = count.rows("001", TAXONOMY, {"joomla": "Community"})
    assert (row.host, row.product_id, row.category, row.vendor) == ("kunta.example", "joomla", "cms", "Community")
    assert (row.pages, row.pages_seen, row.evidence_type) == (PAGES_LOOKED_AT // 2, PAGES_LOOKED_AT, "generator")


@pytest.mark.timed
@pytest.mark.parametrize("piece", ["<script>", "<!--", "<noscript", "<a href=//", "<meta "])
def test_the_time_a_hostile_page_takes_grows_with_its_length_alone(piece: str) -> None:
    hostile = piece * 60_000
    page = read_page("<p>x", OWN, TAXONOMY)
    began = time.process_time()
    assert recognise_site_tools(hostile, page, TAXONOMY) == ()
    assert time.process_time() - began < 10
