from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study import (
    address_key,
    host_of,
    is_asset_url,
    is_file_url,
    normalise_url,
    origin_of,
    readable_path,
    registrable_domain,
    url_extension,
)


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("HTTP://User:secret@WWW.Salo.FI:80/A?x=1#f", None, "http://www.salo.fi/A?x=1"),
        ("https://salo.fi:443", None, "https://salo.fi/"),
        ("https://salo.fi:8443/x", None, "https://salo.fi:8443/x"),
        ("../x y/ä.html", "http://a.fi/b/c/d", "http://a.fi/b/x%20y/%C3%A4.html"),
        ("//b.fi/x", "https://a.fi/", "https://b.fi/x"),
        ("?p=1", "http://a.fi/x?y=2", "http://a.fi/x?p=1"),
        ("/a/b", "http://www.A.fi:8000/c", "http://www.a.fi:8000/a/b"),
        ("/a;jsessionid=12F?utm_source=n&id=3&PHPSESSID=x", "http://a.fi", "http://a.fi/a?id=3"),
        ("http://a.fi/../x/./y/", None, "http://a.fi/x/y/"),
        ("http://a.fi/%c3%a4", None, "http://a.fi/%C3%A4"),
        ("http://kärsämäki.fi/", None, "http://xn--krsmki-buacb.fi/"),
        ("http://[::1]:80/", None, "http://[::1]/"),
        (" http://a.fi/\n", None, "http://a.fi/"),
        ("http://a.fi./", None, "http://a.fi/"),
        ("mailto:x@y.fi", "http://a.fi/", None),
        ("javascript:void(0)", "http://a.fi/", None),
        ("file:///etc/passwd", "http://a.fi/", None),
        ("data:text/html,x", "http://a.fi/", None),
        ("ftp://a.fi/x", None, None),
        ("http://a.fi:99999/", None, None),
        ("http://[::1/", None, None),
        ("http:///x", None, None),
        ("http://a b.fi/", None, None),
        ("", None, None),
        ("http://a.fi/" + "x" * 3000, None, None),
    ],
)
def test_canonical_form(url: str, base: str | None, expected: str | None) -> None:
    assert normalise_url(url, base) == expected


@given(st.text(max_size=80), st.sampled_from([None, "http://a.fi/b/c", "https://www.x.fi:8443/"]))
def test_any_text_gives_an_address_in_canonical_form_or_none(text: str, base: str | None) -> None:
    url = normalise_url(text, base)
    if url is not None:
        assert url.startswith(("http://", "https://"))
        assert url.isascii()
        assert "#" not in url
        assert "@" not in origin_of(url)
        assert normalise_url(url) == url


def test_the_quick_way_for_plain_paths_gives_the_same_as_the_long_one() -> None:
    for path in ("/a", "/a/", "/a.b/c-d_e", "/A/B.html"):
        assert normalise_url(path, "http://www.a.fi/x") == normalise_url(f"http://www.a.fi{path}")


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.Salo.fi/x", "salo.fi"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("www.salo.fi", "salo.fi"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://salo.fi:80/", "salo.fi"),
        ("mailto:x", ""),
        ("", ""),
    ],
)
def test_hosts_keep_their_port_and_lose_www(address: str, host: str) -> None:
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("palvelut.salo.fi", "salo.fi"),
        ("www.foo.example", "foo.example"),
        ("a.b.co.uk", "b.co.uk"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("localhost:80", "localhost"),
        ("[::1]:8000", "[::1]:8000"),
    ],
)
def test_registrable_domain(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


def test_one_page_has_one_key() -> None:
    spellings = ("http://www.a.fi/x/", "https://a.fi/x", "http://a.fi/x")
    assert len({address_key(url) for url in spellings}) == 1
    assert address_key("http://a.fi/x?a=1") != address_key("http://a.fi/x")
    assert address_key("http://a.fi/X") != address_key("http://a.fi/x")


def test_files_and_assets() -> None:
    assert is_file_url("http://a.fi/Lomake.PDF?x=1")
    assert is_asset_url("http://a.fi/kuva.JPG")
    assert not is_asset_url("http://a.fi/palvelut.html")
    assert not is_file_url("http://a.fi/pdf")
    assert url_extension("http://a.fi/.htaccess") == ""


def test_paths_are_readable() -> None:
    assert readable_path("http://a.fi/p%C3%A4iv%C3%A4hoito?x=%E4") == "/päivähoito?x=\ufffd"


@pytest.mark.timed
def test_a_long_path_that_is_not_plain_is_resolved_in_no_time() -> None:
    started = time.process_time()
    path = "/asuminen-ja-ymparisto" * 3 + "/rakentamislupahakemuksenliitteetjaohjeet" * 3 + "/sivu!"
    assert normalise_url(path, "http://x.example/") == "http://x.example" + path
    assert time.process_time() - started < 0.5
