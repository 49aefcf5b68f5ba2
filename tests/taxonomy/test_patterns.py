"""Patterns and names of products against addresses, markup and sentences."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy import Pattern, Product, ProductIndex, Sighting
from taxonomy.patterns import host_matches, in_context, path_matches, pattern_matches, query_matches, url_matches


@pytest.mark.parametrize(
    ("pattern", "host", "expected"),
    [
        ("lupa.fi", "lupa.fi", True),
        ("lupa.fi", "kauppa.lupa.fi", True),
        ("lupa.fi", "lupa.fi:8080", True),
        ("lupa.fi", "eilupa.fi", False),
        ("lupa.fi", "lupa.fi.example", False),
        ("www.lupa.fi", "lupa.fi", True),
        ("www.lupa.fi", "kauppa.lupa.fi", False),
        ("*.lupa.fi", "kunta.lupa.fi", True),
        ("*.lupa.fi", "lupa.fi", False),
        ("timmi.*.fi", "timmi.kunta.fi", True),
        ("timmi.*.fi", "etimmi.kunta.fi", False),
        ("lupa.fi:8443", "lupa.fi:8443", True),
        ("lupa.fi:8443", "lupa.fi", False),
    ],
)
def test_hosts(pattern: str, host: str, expected: bool) -> None:
    assert host_matches(pattern, host) is expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/IMS", "/IMS", True),
        ("/IMS", "/ims/fi/Map", True),
        ("/IMS", "/imsakka", False),
        ("/IMS", "/kartta/IMS", False),
        ("/*/IMS", "/kartta/IMS/", True),
        ("/lomakkeet/*/lomake.html", "/lomakkeet/621/lomake.html", True),
        ("/", "", True),
    ],
)
def test_paths(pattern: str, path: str, expected: bool) -> None:
    assert path_matches(pattern, path) is expected


@pytest.mark.parametrize(
    ("pattern", "query", "expected"),
    [
        ("page=meeting*", "a=1&page=meeting_frames", True),
        ("page=meeting*", "page=official", False),
        ("anro", "anro=12", True),
        ("anro", "k=1", False),
    ],
)
def test_queries(pattern: str, query: str, expected: bool) -> None:
    assert query_matches(pattern, query) is expected


def test_all_parts_of_an_address_pattern_must_match() -> None:
    pattern = Pattern(host="kartta.fi", path="/IMS", query="mid=*")
    assert url_matches(pattern, "https://kartta.fi/IMS?mid=3")
    assert not url_matches(pattern, "https://kartta.fi/IMS")
    assert not url_matches(pattern, "https://kartta.fi/eFeedback?mid=3")
    assert not url_matches(pattern, "https://muu.fi/IMS?mid=3")


@pytest.mark.parametrize("url", ["", "/IMS", "mailto:kirjaamo@kunta.fi", "http://[::1", "https://kunta.fi:abc/"])
def test_no_address_pattern_matches_what_is_no_web_address(url: str) -> None:
    assert not url_matches(Pattern(path="/"), url)


def test_a_pattern_without_address_parts_matches_no_address() -> None:
    assert not url_matches(Pattern(markup="abc"), "https://kunta.fi/abc")


@pytest.mark.parametrize(
    ("pattern", "seen", "expected"),
    [
        (Pattern(markup="gform_wrapper"), Sighting(markup='<div class="GFORM_wrapper">'), True),
        (Pattern(markup="gform_wrapper"), Sighting(markup="<div>"), False),
        (Pattern(generator="WordPress"), Sighting(generator="WordPress 6.4"), True),
        (Pattern(generator="WordPress"), Sighting(generator="Not WordPress"), False),
        (Pattern(cookie="_pk_id*"), Sighting(cookies=("_pk_id.1.2",)), True),
        (Pattern(cookie="_pk_id*"), Sighting(cookies=("x",)), False),
        (Pattern(header="x-powered-by: Seravo"), Sighting(headers={"x-powered-by": "seravo/1"}), True),
        (Pattern(header="x-powered-by: Seravo"), Sighting(headers={"x-powered-by": "PHP"}), False),
        (Pattern(header="liferay-portal:"), Sighting(headers={"liferay-portal": "7"}), True),
        (Pattern(header="liferay-portal:"), Sighting(), False),
        (Pattern(text="Dynasty tietopalvelu"), Sighting(text="dynasty tietopalvelu"), True),
        (Pattern(host="a.fi", markup="abc"), Sighting(url="https://a.fi/", markup="abc"), True),
        (Pattern(host="a.fi", markup="abc"), Sighting(url="https://b.fi/", markup="abc"), False),
        (Pattern(), Sighting(url="https://a.fi/", markup="abc"), False),
    ],
)
def test_what_a_page_shows(pattern: Pattern, seen: Sighting, expected: bool) -> None:
    assert pattern_matches(pattern, seen) is expected


def _product(product_id: str, **fields: Any) -> Product:
    fields = {"name": product_id, "owner_type": "private", "category": "forms", **fields}
    return Product(id=product_id, basis="seen", source="here", verified_on=dt.date(2026, 1, 1), **fields)


INDEX = ProductIndex(
    [
        _product("permit", patterns=[{"host": "lupa.fi"}], aliases=["Lupari", "Lupari-palvelu*", "Lupakaup*"]),
        _product("shop", patterns=[{"host": "kauppa.lupa.fi"}], aliases=["Lupari Kauppa"]),
        _product("map", patterns=[{"path": "/IMS"}, {"host": "kartta.*.fi", "strength": "weak"}]),
        _product("feedback", patterns=[{"path": "/eFeedback"}]),
        _product("form", patterns=[{"markup": "lomakekone"}, {"generator": "Lomakekone"}]),
    ]
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.lupa.fi/hakija", ["permit"]),
        ("https://kauppa.lupa.fi/", ["shop"]),
        ("https://kartta.kunta.fi/", ["map"]),
        ("https://kartta.kunta.fi/eFeedback/fi", ["feedback"]),
        ("https://opas.kunta.fi/IMS/fi", ["map"]),
        ("https://www.kunta.fi/lupa", []),
        ("not an address", []),
    ],
)
def test_the_most_specific_pattern_wins(url: str, expected: list[str]) -> None:
    assert [hit.product_id for hit in INDEX.find_url(url)] == expected
    assert [hit.product_id for hit in INDEX.find_url(url)] == expected


ABOUT = ProductIndex(
    [
        _product(
            "permit",
            patterns=[{"host": "lupa.fi"}, {"host": "lupa.*.fi"}, {"path": "/lupari"}],
            not_patterns=[{"host": "www.lupa.fi", "path": "/kuva"}],
        ),
    ]
)


@pytest.mark.parametrize(
    ("url", "product", "is_about"),
    [
        ("https://www.lupa.fi/hakija", True, False),
        ("https://www.lupa.fi/fi/hinnasto", False, True),
        ("https://www.lupa.fi/sv-FI/blog/1", False, True),
        ("https://support.lupa.fi/hc/1", False, True),
        ("https://kunta.lupa.fi/ohjeet", True, False),  # a customer's own installation and its guide
        ("https://lupa.kunta.fi/ohjeet", True, False),
        ("https://help.kunta.fi/lupari/", True, False),
        ("https://www.lupa.fi/kuva/1", False, True),
        ("https://kunta.lupa.fi/kuva/1", True, False),
        ("https://www.kunta.fi/hinnasto", False, False),
        ("not an address", False, False),
    ],
)
def test_what_a_host_says_of_its_product_is_not_the_product(url: str, product: bool, is_about: bool) -> None:
    assert bool(ABOUT.find_url(url)) is product
    assert ABOUT.is_about(url) is is_about


def test_pages_show_products_by_their_markup() -> None:
    assert [hit.product_id for hit in INDEX.find_page(Sighting(markup="<p class=lomakekone>"))] == ["form"]
    assert INDEX.find_page(Sighting(markup="<p>")) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hae luparissa tai LUPARI-järjestelmässä", [("permit", "LUPARI")]),
        ("Osta Lupari Kauppa", [("shop", "Lupari Kauppa")]),
        ("Lupari-palvelussa ja lupakaupasta", [("permit", "Lupari-palvelussa"), ("permit", "lupakaupasta")]),
        ("Luparinkuja 3, Lupakau", []),
        ("İ Lupari", [("permit", "Lupari")]),
    ],
)
def test_names_stand_at_word_boundaries(text: str, expected: list[tuple[str, str]]) -> None:
    hits = INDEX.find_names(text)
    assert [(hit.product_id, hit.alias) for hit in hits] == expected
    assert [text[hit.start : hit.end] for hit in hits] == [hit.alias for hit in hits]


def test_an_ordinary_word_needs_words_beside_it() -> None:
    harava = _product("harava", needs_context=True, context=["kysely"])
    assert in_context(harava, [], "Vastaa Haravan kyselyyn")
    assert in_context(harava, ["kart"], "Harava kartalla")
    assert not in_context(harava, [], "Ota harava mukaan")
    assert in_context(_product("timmi"), [], "Ota timmi mukaan")


@given(st.text(), st.text())
def test_matching_never_raises(url: str, text: str) -> None:
    INDEX.find_url(url)
    INDEX.find_url(f"https://{url}")
    for hit in INDEX.find_names(text):
        assert text[hit.start : hit.end] == hit.alias
