"""The practice country's sites are what they say: links answer, encodings are honest, the truth stands on the pages."""

from __future__ import annotations

import html
import http.client
import io
import json
import re
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

import phonenumbers
import pypdf
import pytest

from practice import municipality_truth, serve, truth
from practice.answers import Answer
from practice.compose import Offer
from practice.markup import plain_text
from practice.model import load_country, read_country
from practice.pages import offers
from practice.server import Served
from practice.sites import MunicipalHost, build_hosts, make_hosts, versions
from taxonomy import check_taxonomy, load_taxonomy
from tests.renaming import with_renamed

TRUTH = truth()
HEALTHY = sorted(TRUTH)
HOSTS = {name: host for name, host in build_hosts().items() if isinstance(host, MunicipalHost)}
_LINK = re.compile(r'(?:href|src)="([^"]*)"', re.IGNORECASE)


def fetch(url: str) -> Answer:
    """What the practice country answers to an address, redirects followed."""
    for _ in range(5):
        parts = urlsplit(url)
        host = build_hosts().get(parts.hostname or "")
        assert host is not None, f"no such host: {url}"
        answer = host.answer((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        assert answer is not None, f"does not answer: {url}"
        if answer.status not in (301, 302):
            return answer
        url = urljoin(url, answer.headers["Location"])
    raise AssertionError(f"redirects without end: {url}")


def text_of(answer: Answer) -> str:
    """The page as text in the encoding that it declares itself."""
    declared = re.search(rb"charset=[\"']?([\w-]+)", answer.body[:600], re.IGNORECASE)
    assert declared is not None
    return html.unescape(answer.body.decode(declared.group(1).decode()))


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve() as running:
        yield running


@pytest.fixture
def opener(served: Served) -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({"http": served.proxy_url}))


def test_taxonomy_of_the_practice_country_has_no_problems() -> None:
    assert check_taxonomy("practice") == []


def test_every_service_of_the_taxonomy_has_texts_and_nothing_else_has() -> None:
    taxonomy, country = load_taxonomy("practice"), load_country()
    assert set(country.services) == set(taxonomy.services)
    for service_id, texts in country.services.items():
        service = taxonomy.services[service_id]
        assert texts.theme == service.theme
        assert texts.county == (service.responsible_on(date(2026, 11, 1), "P01") != "municipality")


def test_products_and_municipalities_agree_with_the_taxonomy() -> None:
    taxonomy, country = load_taxonomy("practice"), load_country()
    assert set(country.products) <= set(taxonomy.products)
    ended = {change.code for change in taxonomy.changes if change.is_end}
    assert set(country.sites) == set(taxonomy.municipalities) - ended
    assert list(taxonomy.peer_lists["demo"]) == HEALTHY
    for code, site in country.sites.items():
        urls = {urlsplit(s.url).hostname for s in taxonomy.municipalities[code].sites}
        assert urls == {side.host for side in site.languages.values()}


def test_names_of_products_are_known_in_every_case_that_pages_use() -> None:
    taxonomy = load_taxonomy("practice")
    for product in load_country().products.values():
        forms = {form for names in product.names.values() for form in names.values()}
        assert forms <= set(taxonomy.products[product.id].aliases)


def test_invented_municipalities_bear_no_real_name() -> None:
    real = {name for m in load_taxonomy("fi").municipalities.values() for name in m.name.root.values()}
    invented = {name for m in load_taxonomy("practice").municipalities.values() for name in m.name.root.values()}
    assert not real & invented


@pytest.mark.parametrize("name", sorted(HOSTS))
def test_every_link_of_a_site_answers(name: str) -> None:
    dead = {f"http://{name}{path}" for path in load_country().stories["fi"]["dead_links"]}
    links = set()
    for target in HOSTS[name].targets:
        for link in _LINK.findall(text_of(fetch(f"http://{name}{target}"))):
            url = urljoin(f"http://{name}{target}", link).partition("#")[0]
            if urlsplit(url).scheme == "http":
                assert (urlsplit(url).hostname or "").endswith(".example"), url
                links.add(url)
    missing = {url for url in links if fetch(url).status != 200}
    assert missing <= dead


@pytest.mark.parametrize("code", HEALTHY)
def test_a_healthy_municipality_has_at_least_eighty_pages_whose_titles_differ(code: str) -> None:
    country = load_country()
    pages = [page for version in versions(country, country.sites[code]).values() for page in version.pages.values()]
    assert len(pages) >= 80
    primary = [page for page in pages if page.language == "fi"]
    assert len({page.title for page in primary}) > 0.95 * len(primary)


@pytest.mark.parametrize("name", sorted(HOSTS))
def test_pages_are_in_the_encoding_they_declare(name: str) -> None:
    answers = [fetch(f"http://{name}{target}") for target in HOSTS[name].targets]
    for answer in answers:
        text = text_of(answer)
        assert "\ufffd" not in text
        if "charset=" in answer.content_type:
            assert answer.content_type.partition("charset=")[2] in text.lower()


def test_the_old_site_writes_latin_one_and_its_header_does_not_say_so() -> None:
    answer = fetch("http://www.korpikangas.example/")
    assert answer.content_type == "text/html"
    assert "ä".encode("iso-8859-1") in answer.body
    assert "ä".encode() not in answer.body


def test_the_rendered_site_sends_a_shell_without_content() -> None:
    pages = {fetch(f"http://www.lehtoranta.example{target}").body for target in HOSTS["www.lehtoranta.example"].targets}
    assert len(pages) == 1
    assert b"<h1" not in pages.pop()


def page_text(code: str, service_id: str, language: str) -> str:
    """Everything a person sees in the middle of the page that serves the service."""
    country = load_country()
    pages = versions(country, country.sites[code])[language].pages
    page = pages.get(f"service:{service_id}") or pages["asiointi"]
    return plain_text(page.blocks) + json.dumps(page.blocks, ensure_ascii=False)


def evidence_of(offer: Offer, channel: str) -> tuple[str, ...]:
    """What proves the channel on a page: any of these words or addresses."""
    if channel == "on-site":
        if offer.channels.place is None:
            return ()
        place = offer.site.places[offer.channels.place]
        return (*place.names[offer.language].values(), place.street[offer.language])
    return {
        "digital": (offer.digital_url or '"kind": "form"',),
        "phone": (offer.phone,),
        "email": (offer.email,),
        "printable-form": (offer.form_path,),
    }[channel]


@pytest.mark.parametrize("code", HEALTHY)
def test_each_true_channel_has_its_evidence_on_the_page_and_no_other_has(code: str) -> None:
    site = load_country().sites[code]
    for language in site.languages:
        for service_id, offer in offers(load_country(), site, language).items():
            true = set(TRUTH[code][service_id]["languages"][language])
            text = page_text(code, service_id, language)
            for channel in true:
                assert any(piece in text for piece in evidence_of(offer, channel)), (service_id, language, channel)
            for channel in {"phone", "email", "printable-form"} - true:
                assert not any(piece in text for piece in evidence_of(offer, channel)), (service_id, language, channel)


@pytest.mark.parametrize("code", HEALTHY)
def test_services_that_the_truth_denies_have_no_page(code: str) -> None:
    country = load_country()
    for version in versions(country, country.sites[code]).values():
        for service_id, row in TRUTH[code].items():
            if row["state"] == "not-found":
                assert f"service:{service_id}" not in version.pages


@pytest.mark.parametrize("code", HEALTHY)
def test_truth_covers_every_service_and_says_why_not(code: str) -> None:
    rows = TRUTH[code]
    assert set(rows) == set(load_taxonomy("practice").services)
    for service_id, row in rows.items():
        assert (row["state"] == "found") == bool(row["channels"]), service_id
        assert (row["state_reason"] == "other-responsible") == (row["state"] == "not-examined")
        assert row["channels"] == sorted(row["subtypes"])
        assert set(row["pages"]) == set(row["languages"]) or row["state"] == "not-examined"
        assert all(fetch(url).status == 200 for url in row["pages"].values())


def test_the_bilingual_municipality_lacks_channels_in_swedish() -> None:
    rows = TRUTH["P05"]
    gaps = {key: row for key, row in rows.items() if row["state"] == "found"}
    poorer = {key for key, row in gaps.items() if set(row["languages"].get("sv", ())) < set(row["languages"]["fi"])}
    richer = {key for key, row in gaps.items() if set(row["languages"].get("sv", ())) - set(row["languages"]["fi"])}
    assert len(poorer) >= 6
    assert richer
    assert any("sv" not in row["languages"] for row in gaps.values())


def test_statements_differ_as_the_truth_says() -> None:
    country = load_country()
    facts = {code: row["statement"] for code, row in municipality_truth().items() if row["cause"] == "healthy"}
    assert facts["P06"] is None
    assert {row["compliance"] for row in facts.values() if row} == {"full", "partial", "none", "unstated"}
    for code, row in facts.items():
        pages = versions(country, country.sites[code])["fi"].pages
        assert ("statement" in pages) == (row is not None)
        if row and row["assessed_on"]:
            year, month, day = row["assessed_on"].split("-")
            assert f"{int(day)}.{int(month)}.{year}" in plain_text(pages["statement"].blocks)


def forms() -> Iterator[tuple[str, str, str]]:
    """Kind, title and address of every form to print."""
    country = load_country()
    for code in HEALTHY:
        for language in country.sites[code].languages:
            for offer in offers(country, country.sites[code], language).values():
                if offer.channels.form:
                    yield offer.channels.form, offer.words.form, f"http://{offer.host}{offer.form_path}"


def test_forms_are_real_documents_and_fillable_ones_have_fields() -> None:
    kinds = set()
    for kind, title, url in forms():
        answer = fetch(url)
        assert answer.status == 200, url
        kinds.add(kind)
        if kind == "docx":
            assert title in zipfile.ZipFile(io.BytesIO(answer.body)).read("word/document.xml").decode()
            continue
        reader = pypdf.PdfReader(io.BytesIO(answer.body), strict=True)
        assert title in reader.pages[0].extract_text(), url
        assert bool(reader.get_fields()) == (kind == "fillable"), url
    assert kinds == {"static", "fillable", "docx"}


def test_telephone_numbers_are_possible_and_of_the_practice_kind() -> None:
    country = load_country()
    numbers = {offer.phone for code in HEALTHY for offer in offers(country, country.sites[code], "fi").values()}
    for number in numbers:
        assert number.startswith("040 000 ")
        assert phonenumbers.is_possible_number(phonenumbers.parse(number, "FI"))


def test_the_calendar_has_no_end() -> None:
    url, seen = "http://www.tammiselka.example/tapahtumat/kuukausi/2026-11/", set()
    for _ in range(60):
        seen.add(url)
        months = re.findall(r'href="(/tapahtumat/kuukausi/[^"]+)"', text_of(fetch(url)))
        url = urljoin(url, max(months))
    assert len(seen) == 60


def test_a_page_is_the_same_bytes_every_time() -> None:
    again = make_hosts()
    for name, host in HOSTS.items():
        assert all(host.answer(target) == again[name].answer(target) for target in host.targets)


def status_of(opener: urllib.request.OpenerDirector, url: str) -> int:
    try:
        with opener.open(url, timeout=60) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://tammiselka.example/", 200),
        ("http://www.tammiselka.example/eiole", 404),
        ("http://www.petajala.example/index.php/eiole", 200),
        ("http://www.kieltola.example/robots.txt", 200),
        ("http://www.vaitiola.example/", 504),
        ("http://www.estola.example/", 403),
        ("http://www.vikala.example/", 500),
        ("http://www.tyhjala.example/", 200),
        ("http://www.eiole.example/", 502),
    ],
)
def test_hosts_answer_as_their_condition_says(opener: urllib.request.OpenerDirector, url: str, status: int) -> None:
    assert status_of(opener, url) == status


def test_server_answers_direct_requests_by_host_header(served: Served) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{served.port}/", headers={"Host": "www.harjuvesi.example"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as response:
        assert b"Harjuvesi" in response.read()


def test_server_speaks_head_gzip_and_not_modified(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)

    def ask(method: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection.request(
            method, "http://www.tammiselka.example/", headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        response = connection.getresponse()
        return response, response.read()

    plain, body = ask("GET")
    head, nothing = ask("HEAD")
    assert nothing == b""
    assert head.getheader("Content-Length") == str(len(body))
    packed, small = ask("GET", Accept_Encoding="gzip")
    assert packed.getheader("Content-Encoding") == "gzip"
    assert len(small) < len(body)
    unchanged, empty = ask("GET", If_None_Match=plain.getheader("ETag") or "")
    assert unchanged.status == 304
    assert empty == b""
    connection.close()


def test_server_is_fast_enough_not_to_slow_a_crawl(served: Served) -> None:
    targets = HOSTS["www.harjuvesi.example"].targets
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    began = time.process_time()
    for target in targets * 3:
        connection.request("GET", f"http://www.harjuvesi.example{target}")
        connection.getresponse().read()
    rate = 3 * len(targets) / (time.process_time() - began)
    connection.close()
    assert rate > 300


def test_truth_is_plain_data() -> None:
    data: dict[str, Any] = json.loads(json.dumps(TRUTH))
    assert data == TRUTH


def test_truth_speaks_of_a_renamed_service_by_its_present_id(monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = with_renamed(load_taxonomy("practice"), "services", "boat-berth", "berth")
    monkeypatch.setattr("practice.model.load_taxonomy", lambda country: renamed)
    country = read_country()
    assert "berth" in country.services
    assert "boat-berth" not in country.services
    assert any("berth" in site.services for site in country.sites.values())
