"""Crawler and analysis read a document in one way: the same links, made absolute alike, whatever the page."""

from __future__ import annotations

import pytest

from analysis.page.model import Page
from analysis.page.read import read_page
from bench import pages
from crawler.reading.links import read_links
from practice.sites import MunicipalHost, build_hosts
from study import normalise_url
from study.document import base_of, link_nodes, page_text, parse, resolve, stays_on_page
from taxonomy import load_taxonomy

PAGES = {case.name: pages.page_of(case) for case in pages.cases(pages.RIGHT, pages.OPEN)}
HOSTS = sorted(name for name, host in build_hosts().items() if isinstance(host, MunicipalHost))
TAXONOMY = load_taxonomy("fi")
OWN = "https://www.kunta.example/fi/palvelut/asiointi"
BASES = (
    "",
    '<base href="/">',
    '<base target="_top"><base href="https://muu.kunta.example/sv/">',
    '<base href="data:,x">',
)


def differences(html: bytes | str, url: str) -> set[str]:
    """Addresses that one of the two sees and the other does not, beyond what each leaves out on purpose.

    The crawler leaves out links into the page itself and all that is not on the web; of an address it keeps the
    canonical form. The analysis leaves out frames outside the content.
    """
    text = page_text(html)
    page = read_page(html, url, TAXONOMY)
    crawled = {link.url for link in read_links(text, url).links}
    examined = {
        address
        for link in (*page.links, *page.iframes)
        if link.kind != "anchor" and (address := normalise_url(link.url)) is not None
    }
    tree = parse(text)
    base = base_of(tree, url)
    nodes = [(node.tag, href, normalise_url(resolve(href, base))) for node, href in link_nodes(tree)]
    frames = {address for tag, _, address in nodes if tag == "iframe"}
    # The analysis takes a link to a place in the page for one even where its address is written out.
    own = {address for _, href, address in nodes if "#" in href and not stays_on_page(href)} & {normalise_url(url)}
    return (crawled - examined - frames - own) | (examined - crawled)


@pytest.mark.parametrize("base", BASES, ids=("none", "root", "other-host", "no-address"))
def test_both_see_the_same_links_on_every_page_of_the_fixtures(base: str) -> None:
    found = {}
    for name, html in PAGES.items():
        if different := differences(html.replace("<head>", f"<head>{base}", 1), OWN):
            found[name] = different
    assert PAGES
    assert found == {}


@pytest.mark.parametrize("name", HOSTS)
def test_both_see_the_same_links_on_every_page_of_the_practice_country(name: str) -> None:
    host = build_hosts()[name]
    assert isinstance(host, MunicipalHost)
    found = {}
    for target in host.targets:
        answer = host.answer(target)
        assert answer is not None
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if is_page and (different := differences(answer.body, f"http://{name}{target}")):
            found[target] = different
    assert found == {}


def read(body: str, base: str = '<base href="https://www.kunta.example/">') -> Page:
    return read_page(f"<html><head>{base}<title>Kunta</title></head><body>{body}</body></html>", OWN, TAXONOMY)


def test_addresses_of_the_analysis_obey_the_base_element_as_in_a_browser() -> None:
    page = read(
        '<nav><a href="fi">Etusivu</a></nav><main><h1>Asiointi</h1><p><a href="asiointi/lupa">Hae lupaa</a></p>'
        '<form action="laheta"><input name="a"></form><iframe src="kartta"></iframe><img usemap="#m">'
        '<map name="m"><area href="alue" alt="Alue"></map></main>'
    )
    assert {link.text: link.url for link in page.links} == {
        "Hae lupaa": "https://www.kunta.example/asiointi/lupa",
        "Etusivu": "https://www.kunta.example/fi",
        "Alue": "https://www.kunta.example/alue",
    }
    assert [form.action for form in page.forms] == ["https://www.kunta.example/laheta"]
    assert [frame.url for frame in page.iframes] == ["https://www.kunta.example/kartta"]


def test_a_form_without_an_action_is_sent_to_its_own_page_whatever_the_base() -> None:
    page = read('<main><h1>A</h1><form action=" "><input name="a"></form><form><input name="b"></form></main>')
    assert [form.action for form in page.forms] == [OWN, OWN]


def test_a_place_in_the_page_stays_one_whatever_the_base() -> None:
    (link,) = read('<main><h1>A</h1><p><a href="#alas">Alas</a></p></main>').links
    assert (link.kind, link.url) == ("anchor", "https://www.kunta.example/#alas")
