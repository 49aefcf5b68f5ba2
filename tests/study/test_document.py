"""Markup that no parser should be given, and types that lie: what is left, and in how much time."""

from __future__ import annotations

import time

import pytest

from study import actual_type, media_type
from study.document import NO_ADDRESS, base_of, gaps_of, head_of, is_shell, parse, resolve, without_giant_tags
from study.document.shadows import with_shadows

PICTURE = '<img src="data:image/png;base64,' + "iVBORw0KGgo=" * 2_000 + '" alt="Kartta">'


@pytest.mark.parametrize(
    "attributes",
    [
        " ".join(f"a{n}=1" for n in range(3_000)),
        " ".join(f"a{n}" for n in range(3_000)),
        "/".join(f"a{n}" for n in range(3_000)),
        " ".join(f"a{n}='1'" for n in range(3_000)),
    ],
)
def test_a_tag_of_thousands_of_attributes_is_emptied(attributes: str) -> None:
    assert without_giant_tags(f"<h1>A</h1><p {attributes}>Teksti</p>") == "<h1>A</h1><p >Teksti</p>"


def test_attributes_that_hide_their_number_in_a_large_page_are_found_too() -> None:
    hidden = " ".join(f'a{n}="<>"' for n in range(40_000))
    assert without_giant_tags(f"<h1>A</h1><p {hidden}>Teksti</p>") == "<h1>A</h1><p >Teksti</p>"


def test_long_values_are_no_reason_to_touch_a_page() -> None:
    html = f"<h1>A</h1>{PICTURE}<p title='{'Pitkä > teksti. ' * 900}'>Teksti</p><p title=\"ilman loppua"
    assert without_giant_tags(html) == html


@pytest.mark.timed
@pytest.mark.parametrize("piece", ["<a ", "<a b=\"'", "<a b='", "< ", '<a b=c" ', '="', "<a/"])
def test_any_markup_takes_little_time(piece: str) -> None:
    began = time.process_time()
    without_giant_tags(piece * (2_000_000 // len(piece)))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("text/html; charset=utf-8", "text/html"),
        ("TEXT/HTML , text/html; charset=utf-8", "text/html"),
        ("", ""),
    ],
)
def test_the_type_is_the_first_of_the_header(header: str, expected: str) -> None:
    assert media_type(header) == expected


@pytest.mark.parametrize(
    ("declared", "body", "expected"),
    [
        ("text/html", b"<p>Kunta</p>", "text/html"),
        ("", b"\n<!DOCTYPE html><html>", "text/html"),
        ("text/plain", b"<?xml version='1.0'?><html>", "text/html"),
        ("text/plain", b"Kunta", "text/plain"),
        ("text/html", b"%PDF-1.4", "application/pdf"),
        ("text/html", b"PK\x03\x04", "application/octet-stream"),
        ("application/pdf", b"<html><body>Kirjaudu", "text/html"),
    ],
)
def test_what_a_document_is_shows_in_its_first_bytes(declared: str, body: bytes, expected: str) -> None:
    assert actual_type(declared, body) == expected


URL = "https://www.kunta.example/fi/palvelut/lupa"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", URL),
        ('<base href="/sv/">', "https://www.kunta.example/sv/"),
        ('<base target="_blank"><base href="https://Muu.example">', "https://muu.example/"),
        ('<base href="/a/"><base href="/b/">', "https://www.kunta.example/a/"),
        ('<base href="">', URL),
        ('<base href="javascript:x">', URL),
        ('<base href="http://[::1">', URL),
    ],
)
def test_the_first_base_with_an_address_counts(head: str, expected: str) -> None:
    assert base_of(parse(f"<head>{head}</head><p>x"), URL) == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("hae", "https://www.kunta.example/fi/palvelut/hae"),
        (" /hae\n", "https://www.kunta.example/hae"),
        ("/ha\n\te", "https://www.kunta.example/hae"),
        ("../x", "https://www.kunta.example/fi/x"),
        ("/a/../x", "https://www.kunta.example/x"),
        ("//muu.example/x", "https://muu.example/x"),
        ("?s=2", "https://www.kunta.example/fi/palvelut/lupa?s=2"),
        ("#alas", "https://www.kunta.example/fi/palvelut/lupa#alas"),
        ("mailto:a@kunta.example", "mailto:a@kunta.example"),
        ("http://[::1", NO_ADDRESS),
        ("//[x", NO_ADDRESS),
    ],
)
def test_addresses_are_made_absolute_as_a_browser_does(href: str, expected: str) -> None:
    assert resolve(href, URL) == expected


def test_a_head_says_title_language_and_where_else_the_page_is() -> None:
    html = (
        '<html xml:lang="sv_FI"><head><base href="/x/"><title> Lupa\n </title><title>Toinen</title>'
        '<link rel="shortcut canonical" href="lupa"><link rel="canonical" href="toinen">'
        '<link rel="alternate" hreflang="FI" href="/fi"><link rel="alternate" href="feed">'
        '<link rel="alternate" hreflang="en">'
        '<meta name="Generator" content="Tekijä 6"><meta property="og:description" content="Kuvaus">'
        '<meta http-equiv="REFRESH" content="0;url=\'uusi\'"></head>'
    )
    head = head_of(parse(html), base_of(parse(html), URL))
    assert (head.title, head.language, head.description, head.generator) == ("Lupa", "sv-fi", "Kuvaus", "Tekijä 6")
    assert head.canonical == "https://www.kunta.example/x/lupa"
    assert head.alternates == [("fi", "https://www.kunta.example/fi")]
    assert head.refresh_to == "https://www.kunta.example/x/uusi"


def test_a_page_that_keeps_itself_fresh_leads_nowhere() -> None:
    assert head_of(parse('<meta http-equiv="refresh" content="600;url=/x">'), URL).refresh_to == ""


def test_icons_that_close_themselves_make_no_page_deep() -> None:
    icon = "<svg><title>i</title><path d='M0'/><path d='M1'/><g><circle r='1'/></g></svg>"
    html = "<main>" + f"<p><a href='/x'>{icon}Lupa</a></p>" * 800 + "<h2>Yhteys</h2></main>"
    assert parse(html).css_first("main > h2") is not None


@pytest.mark.timed
@pytest.mark.parametrize("tag", ["<div>", "<x-y>", "<path/>", "<svg><div/></svg><b/>", "<svg><desc><u/>", "<span/>"])
def test_a_page_nested_beyond_sense_is_made_flat_and_keeps_its_links_and_text(tag: str) -> None:
    began = time.process_time()
    tree = parse("<title>Kunta</title>" + tag * 40_000 + "<a href='/x'>Lupa</a> on vapaa")
    assert time.process_time() - began < 5
    link = tree.css_first("a")
    assert link is not None
    assert link.text() == "Lupa"
    assert tree.body is not None
    assert "on vapaa" in tree.body.text()


def test_a_wide_table_whose_cells_are_never_closed_is_not_deep() -> None:
    html = "<table>" + "<tr>" + "<td>1" * 5_000 + "</table><h2>Yhteys</h2>"
    assert parse(html).css_first("body > h2") is not None


TEXT = "Kunta tarjoaa asukkaille palveluja. " * 12


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<div id="root"></div><script src="/app.js"></script>', True),
        ('<main ng-app="x"><a href="#">Ylös</a></main><script>x()</script>', True),
        (f'<div id="root"><p>{TEXT}</p></div><script src="/app.js"></script>', False),
        (f"<p>{TEXT}</p>", False),
        ("<p>Lyhyt</p><script>x()</script>" + "<a href='/x'>Linkki</a>" * 4, False),
        ("<nav><a href='/a'>A</a></nav><p>Lyhyt</p><script>x()</script>", True),
        ("<p>Lyhyt</p><script>x()</script><a href='mailto:a@b.fi'>a@b.fi</a>", True),
    ],
)
def test_a_shell_is_told_from_a_page(body: str, expected: bool) -> None:
    assert is_shell(parse(f"<html><body>{body}</body></html>")) is expected


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<x-a><template shadowrootmode='open'><p>1</p></template></x-a>", "1"),
        (
            "<x-a><template shadowrootmode=closed>1<x-b><template shadowrootmode=open>2</template></x-b>",
            "12",
        ),
        ('<x-a><template shadowroot="open">1</template></x-a>', "1"),
        ("<template>1<template shadowrootmode=open>2</template></template>3", "3"),
        ("<!-- <template shadowrootmode=open>1</template> --><p>2</p>", "2"),
        ("<textarea><template shadowrootmode=open></textarea><p>2</p>", "<template shadowrootmode=open>2"),
        ("<x-a><template shadowrootmode=open>1", "1"),
    ],
)
def test_declared_shadow_roots_are_part_of_the_page(markup: str, shown: str) -> None:
    tree = parse(f"<body>{markup}</body>")
    for hidden in tree.css("template"):
        hidden.decompose()
    assert tree.body is not None
    assert tree.body.text(deep=True).strip() == shown


@pytest.mark.timed
@pytest.mark.parametrize(
    "piece",
    [
        "<script ",
        "<!--",
        "<template shadowrootmode=open ",
        "<template shadowrootmode=open>",
        "<template shadowrootmode='",
    ],
)
def test_markup_of_shadow_roots_without_end_is_read_in_bounded_time(piece: str) -> None:
    began = time.process_time()
    with_shadows("<template shadowrootmode=open>" + piece * 50_000)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "body",
    [
        "<p>Palvelu</p><script>dataLayer.push({})</script>",
        "<p>Palvelu</p><script type='application/ld+json'>{\"fetch(\": 1}</script>",
        "<button aria-expanded='false' aria-controls='a'>A</button><div id='a' hidden>Kello 8</div><script></script>",
        "<nav><button aria-expanded='false'>Valikko</button></nav><p>Teksti</p><script></script>",
        "<details><summary>Hinnat</summary><p>10 e</p></details><script></script>",
        "<div id='tyhja'></div>",
    ],
)
def test_what_stands_in_the_markup_is_no_gap(body: str) -> None:
    assert gaps_of(parse(f"<body><main><h1>Palvelu</h1>{body}</main></body>"), "kunta.example") == ()
