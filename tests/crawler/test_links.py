from __future__ import annotations

import time

import pytest

from crawler.reading.links import read_links
from study.document import MAX_LINKS

BASE = "http://kunta.example/palvelut/"


def page(body: str, head: str = "", lang: str = "fi-FI") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><title> Otsikko\n x </title>{head}</head><body>{body}</body></html>'
    )


def test_links_come_with_text_zone_and_absolute_address() -> None:
    body = (
        '<nav><a href="/">Etusivu</a></nav><header><a href="/haku" aria-label="Haku"></a></header>'
        '<main><h1>Palvelut</h1><a href="lupa" title="Lupa-asiat"> Hae\n <b>lupaa</b></a>'
        '<a href="?s=2">Seuraava</a><a href="/kuva"><img alt="Kartta" src="x"></a>'
        '<a href="#alas">Alas</a><a href="mailto:a@b.fi">Posti</a><a href="javascript:x()">X</a></main>'
        '<footer><a href="//muu.example/x">Muu</a></footer><iframe src="https://lomake.example/7"></iframe>'
    )
    found = [(link.url, link.text, link.zone) for link in read_links(page(body), BASE).links]
    assert found == [
        ("http://kunta.example/", "Etusivu", "nav"),
        ("http://kunta.example/haku", "Haku", "nav"),
        ("http://kunta.example/palvelut/lupa", "Hae lupaa", "main"),
        ("http://kunta.example/palvelut/?s=2", "Seuraava", "main"),
        ("http://kunta.example/kuva", "Kartta", "main"),
        ("http://muu.example/x", "Muu", "footer"),
        ("https://lomake.example/7", "", "main"),
    ]


def test_title_heading_language_and_links_of_the_head() -> None:
    head = (
        '<link rel="canonical" href="/kanoninen"><link rel="alternate" hreflang="sv" href="/sv/">'
        '<meta http-equiv="Refresh" content="5; URL=/uusi">'
    )
    read = read_links(page("<h1>Iso otsikko</h1>", head), BASE)
    assert (read.title, read.heading, read.language) == ("Otsikko x", "Iso otsikko", "fi")
    assert read.canonical == "http://kunta.example/kanoninen"
    assert read.alternates == (("sv", "http://kunta.example/sv/"),)
    assert read.refresh_to == "http://kunta.example/uusi"


def test_a_base_element_is_respected() -> None:
    read = read_links(page('<a href="x">X</a>', '<base href="http://kunta.example/muu/">'), BASE)
    assert read.links[0].url == "http://kunta.example/muu/x"


TEXT = "Kunta tarjoaa asukkaille palveluja. " * 12


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<div id="root"></div><script src="/app.js"></script>', True),
        ('<noscript>You need JavaScript. Ota se käyttöön.</noscript><div id="app"></div><script>x()</script>', True),
        (f"<p>{TEXT}</p><script>x()</script>", False),
        ('<div id="root"></div>', False),
        (f'<div id="root"><p>{TEXT}</p></div><script src="/app.js"></script>', False),
        (
            '<nav><a href="/a">Palvelut</a><a href="/b">Uutiset</a></nav><main></main><script>x()</script>',
            True,
        ),
        ("".join(f'<p><a href="/{n}x">Linkki {n}</a></p>' for n in range(20)) + "<script>x()</script>", False),
        ("", False),
    ],
)
def test_empty_shells_are_told_from_pages(body: str, expected: bool) -> None:
    assert read_links(page(body), BASE).is_shell is expected


def test_the_same_middle_gives_the_same_signature() -> None:
    one = read_links(page("<nav>1</nav><main>Sivua ei löydy</main>"), BASE)
    two = read_links(page("<nav>2</nav><main>Sivua ei löydy</main>"), BASE + "x")
    other = read_links(page("<main>Kirjasto</main>"), BASE)
    assert one.signature == two.signature != other.signature


@pytest.mark.parametrize(
    "html",
    [
        "",
        "\x00\x01<a href='/x'>",
        "<a href=",
        "<" * 10_000,
        "<div>" * 100_000 + "<a href='/x'>X</a>",
        "<a href='/x'>" * 20_000,
        "<p " + " ".join(f"a{n:x}" for n in range(500_000)) + "><a href='/x'>X</a>",
        "<html><body><frameset><a href='http://[::1'>x</a>",
    ],
)
def test_any_markup_is_read_in_bounded_time(html: str) -> None:
    began = time.process_time()
    read = read_links(html, BASE)
    assert len(read.links) <= MAX_LINKS
    assert time.process_time() - began < 5


def test_links_of_a_page_nested_beyond_sense_are_still_found() -> None:
    html = "<title>Kunta</title>" + "<div>" * 50_000 + "<a href='/x'>Rakennuslupa</a>" + "</div>" * 50_000
    read = read_links(html, BASE)
    assert [(link.url, link.text) for link in read.links] == [("http://kunta.example/x", "Rakennuslupa")]
    assert read.title == "Kunta"
