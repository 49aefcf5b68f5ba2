from __future__ import annotations

import gzip
import time

import pytest

from crawler.reading.sitemaps import MAX_ADDRESSES, Sitemap, read_sitemap

BASE = "https://kunta.example/sitemap.xml"
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*urls: str) -> bytes:
    items = "".join(f"<url><loc> {url} </loc><lastmod>2026-01-01</lastmod></url>" for url in urls)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {NAMESPACE}>{items}</urlset>'.encode()


def test_addresses_in_order_once_and_resolved() -> None:
    read = read_sitemap(urlset("https://kunta.example/b", "/a", "https://kunta.example/b", "mailto:x"), BASE)
    assert read.pages == ("https://kunta.example/b", "https://kunta.example/a")


def test_an_index_names_further_sitemaps() -> None:
    body = f"<sitemapindex {NAMESPACE}><sitemap><loc>/a.xml.gz</loc></sitemap></sitemapindex>".encode()
    assert read_sitemap(body, BASE) == Sitemap((), ("https://kunta.example/a.xml.gz",))


def test_image_addresses_are_not_pages() -> None:
    body = urlset("/a").replace(b"</lastmod>", b"</lastmod><image:image><image:loc>/x.jpg</image:loc></image:image>")
    body = body.replace(b"<urlset", b'<urlset xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"')
    assert read_sitemap(body, BASE).pages == ("https://kunta.example/a",)


def test_gzip_and_plain_text() -> None:
    assert read_sitemap(gzip.compress(urlset("/a")), BASE).pages == ("https://kunta.example/a",)
    text = b"https://kunta.example/a\nnot an address\nhttps://kunta.example/b\n"
    assert read_sitemap(text, BASE).pages == ("https://kunta.example/a", "https://kunta.example/b")


def test_a_broken_file_gives_what_came_before_the_break() -> None:
    assert read_sitemap(urlset("/a", "/b")[:-40], BASE).pages[:1] == ("https://kunta.example/a",)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>404</body></html>",
        b"\x1f\x8bgarbage",
        b"\x00" * 1000,
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        b"<urlset><url><loc>/&a;</loc></url></urlset>",
        b'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>'
        b"<urlset><url><loc>/&b;</loc></url></urlset>",
    ],
)
def test_what_is_no_sitemap_gives_nothing(body: bytes) -> None:
    assert read_sitemap(body, BASE) == Sitemap((), ())


def test_a_million_addresses_and_a_bomb_are_bounded() -> None:
    began = time.process_time()
    many = urlset(*(f"/p{n}" for n in range(MAX_ADDRESSES + 1000)))
    assert len(read_sitemap(many, BASE).pages) == MAX_ADDRESSES
    bomb = gzip.compress(b"<urlset>" + b" " * 80_000_000)
    assert read_sitemap(bomb, BASE).pages == ()
    again = gzip.compress(b"<urlset>" + b"<url><loc>/a</loc></url>" * 1_500_000)
    assert read_sitemap(again, BASE).pages == ("https://kunta.example/a",)
    assert read_sitemap(b"<urlset>" + b"<a/>" * 10_000_000, BASE).pages == ()
    assert time.process_time() - began < 20
