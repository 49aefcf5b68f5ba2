"""One entry for everything said of a page: complete, pure, and an answer for whatever comes."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import PageFindings, examine, learn_furniture, read_page
from analysis.findings import PageSource, SiteContext
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
URL = "https://www.haapala.example/venepaikat"
HTML = """<html lang="fi"><head><title>Venepaikat - Haapala</title>
<link rel="alternate" hreflang="sv" href="/sv/batplatser"></head>
<body><header><nav><a href="/kirjasto">Kirjasto</a></nav></header><main><h1>Venepaikat</h1><p>Venepaikkaa haetaan
<a href="https://lomake.haapala.example/vene">verkkolomakkeella</a>. Paikat jaetaan hakemusten järjestyksessä, ja lasku
lähetetään toukokuussa. Laiturit ovat käytössä kesäkuusta syyskuun loppuun.</p><a href="https://muu.example/x">Muu</a>
</main></body>"""


def test_all_verdicts_of_a_page() -> None:
    found = examine(PageSource(URL, HTML), TAXONOMY)
    assert (found.page_type, found.theme, found.language) == ("service", "sports-leisure", "fi")
    assert [hit.service_id for hit in found.services] == ["boat-berth"]
    assert ("boat-berth", "digital") in {(hit.service_id, hit.channel) for hit in found.channels}
    assert found.alternates == {"sv": "https://www.haapala.example/sv/batplatser"}
    assert {reason.verdict.partition(":")[0] for reason in found.reasons} >= {"page_type", "service", "theme"}


def test_internal_links_are_those_of_the_own_hosts() -> None:
    own = SiteContext(own_hosts=frozenset({"lomake.haapala.example"}))
    urls = {url for url, _ in examine(PageSource(URL, HTML), TAXONOMY, own).internal_links}
    assert "https://www.haapala.example/kirjasto" in urls
    assert "https://lomake.haapala.example/vene" in urls
    assert "https://muu.example/x" not in urls


def test_same_page_same_findings() -> None:
    assert examine(PageSource(URL, HTML), TAXONOMY) == examine(PageSource(URL, HTML.encode()), TAXONOMY)


def test_furniture_of_the_site_is_used() -> None:
    pages = [
        read_page(
            f"<title>S{n}</title><h1>S{n}</h1><p>Teksti {n} on oma.</p><p>Venepaikat jaetaan keväällä.</p>",
            URL,
            TAXONOMY,
        )
        for n in range(6)
    ]
    html = (
        "<html lang='fi'><title>Kirjasto</title><h1>Kirjasto</h1><p>Lainaa kirjoja.</p>"
        "<p>Venepaikat jaetaan keväällä.</p>"
    )
    plain = examine(PageSource(URL, html), TAXONOMY)
    site = examine(PageSource(URL, html), TAXONOMY, SiteContext(furniture=learn_furniture(pages)))
    assert any("boat-berth" in reason.verdict for reason in plain.reasons)
    assert not any("text 1" in reason.where for reason in site.reasons if "boat-berth" in reason.verdict)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00" * 10_000,
        b"%PDF-1.4",
        "<div>" * 200_000,
        "<p>x</p>" * 300_000,
        HTML[: len(HTML) // 2],
        "a" * 3_000_000,
    ],
    ids=["empty", "binary", "pdf", "nested", "many", "truncated", "one-word"],
)
def test_bad_input_is_answered(body: bytes | str) -> None:
    found = examine(PageSource("https://a.example/x", body), TAXONOMY)
    assert isinstance(found, PageFindings)
    assert found.page_type in TAXONOMY.page_types


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "http://[",
        "\ud800",
        "https://a.example/%ff%fe",
        "javascript:void(0)",
        "https://a.example/" + "a/" * 5000,
    ],
)
def test_odd_addresses_are_answered(url: str) -> None:
    assert examine(PageSource(url, HTML), TAXONOMY).page_type


@pytest.mark.parametrize(
    "href", ["http://[bad", "//[x", "http://a]b/", "http://\u2100.example/x", "[", "http://[::1]:x/"]
)
def test_addresses_that_are_none_cost_only_their_link(href: str) -> None:
    page = HTML.replace("https://muu.example/x", href).replace(
        "</main>", f'<form action="{href}"><input name="x"></form><iframe src="{href}"></iframe></main>'
    )
    found = examine(PageSource(URL, page), TAXONOMY)
    assert {c.channel for c in found.channels} >= {"digital"}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_answered(body: bytes) -> None:
    assert examine(PageSource("https://a.example/", body), TAXONOMY).page_type in TAXONOMY.page_types


def test_torn_pages_are_answered() -> None:
    draw = random.Random(5)
    for _ in range(40):
        low, high = sorted(draw.sample(range(len(HTML)), 2))
        examine(PageSource(URL, HTML[:low] + HTML[high:]), TAXONOMY)


MACHINE_MADE = {
    "links in one block": "<main>" + "".join(f'<a href="/s{n}">Venepaikka {n}</a> ' for n in range(20_000)),
    "attributes of one element": "<main><div " + " ".join(f'a{n}="x"' for n in range(50_000)) + ">venepaikka</div>",
    "hyphens that stand for a word": "<main><p>" + "aamu- ja " * 50_000,
    "one paragraph": "<main><p>" + "Venepaikkaa haetaan soittamalla 040 123 4567. " * 50_000,
    "numbers": "<main><p>" + "040 123 4567, " * 50_000,
}


@pytest.mark.timed
@pytest.mark.parametrize("name", sorted(MACHINE_MADE))
def test_what_only_machines_write_is_read_in_bounded_time(name: str) -> None:
    start = time.process_time()
    findings = examine(PageSource("https://www.example.fi/x", MACHINE_MADE[name]), TAXONOMY)
    # Seconds of this process; each took from half a minute to several before it was bounded.
    assert time.process_time() - start < 8
    assert findings.language in ("fi", "")
