"""Texts and addresses from the web are harmless in reports and datasets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.clean import mask_personal, personal_in, plain, safe_href, short_url
from taxonomy import load_taxonomy


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("a\x00b\u202ec\u200bd", "abcd"),
        ("  two\n\twords ", "two words"),
        (None, ""),
        ("va\u00adka", "vaka"),
    ],
)
def test_invisible_characters_go(raw: str | None, wanted: str) -> None:
    """Control, direction and zero-width characters never reach a reader."""
    assert plain(raw) == wanted


def test_long_texts_are_cut() -> None:
    """The cut is visible."""
    assert plain("x" * 50, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "http://",
        "file:///etc",
        "",
    ],
)
def test_only_real_addresses_become_links(url: str) -> None:
    """Everything else is shown as text at most."""
    assert safe_href(url) == ""


@pytest.mark.parametrize("url", ["https://a.example/ä?q=1", "mailto:kirjaamo@a.example", "tel:+358401234567"])
def test_web_mail_and_telephone_stay_links(url: str) -> None:
    """The three kinds that a reader may follow."""
    assert safe_href(url) == url


@given(st.text(max_size=80))
def test_no_address_ever_runs_a_script(text: str) -> None:
    """Whatever the web writes as an address."""
    assert safe_href(text).lower().split(":")[0] in ("", "http", "https", "mailto", "tel")


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("Kirjoita maija.meikalainen@kunta.example nyt", "Kirjoita ***@kunta.example nyt"),
        ("anna-liisa.virta@kunta.example", "***@kunta.example"),
        ("Matti.J.Virta2@kunta.example", "***@kunta.example"),
        ("åsa.öberg (at) kommun.example", "*** (at) kommun.example"),
        ("mailto:maija.meikalainen%40kunta.example", "mailto:***%40kunta.example"),
        ("kirjaamo@kunta.example", "kirjaamo@kunta.example"),
        ("tekninen@kunta.example", "tekninen@kunta.example"),
        ("klo 9.30 puistossa", "klo 9.30 puistossa"),
        ("maija_meikalainen@kunta.example", "***@kunta.example"),
        ("m.meikalainen(at)kunta.example", "***(at)kunta.example"),
    ],
)
def test_personal_mail_addresses_are_masked_and_role_addresses_kept(raw: str, wanted: str) -> None:
    """A reader needs the registry's address, and nobody's own."""
    assert mask_personal(raw) == wanted


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("Hakija 131052-308T, Haapala", "Hakija ***, Haapala"),
        ("https://a.example/lasku?hetu=010203A123B&x=1", "https://a.example/lasku?hetu=***&x=1"),
        ("maija@omaposti.example", "***@omaposti.example"),
        ("kirjaamo@kunta.example", "kirjaamo@kunta.example"),
        ("puh. 010 203 1234, diaari 010203-12345", "puh. 010 203 1234, diaari 010203-12345"),
    ],
)
def test_identity_codes_and_private_mail_are_masked_as_the_country_says(raw: str, wanted: str) -> None:
    personal = personal_in(load_taxonomy("practice").country)
    assert mask_personal(raw, personal) == wanted


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("Päivi Virtanen, puh. 040 123 4567", "***, puh. 040 123 4567"),
        ("Ota yhteyttä: Virtanen Päivi 040 123 4567", "Ota yhteyttä: *** 040 123 4567"),
        ("Sihteeri Anna-Liisa K. Korhonen p. 09 123 456", "Sihteeri *** p. 09 123 456"),
        ("Palveluohjaaja Päivi Virtanen, 040 123 4567", "Palveluohjaaja ***, 040 123 4567"),
        ("Åsa Lindqvist-Berg, tfn 040 1234567", "***, tfn 040 1234567"),
        ("Päivi Virtanen puh. 040 123 4567 ja Juha Niemi", "*** puh. 040 123 4567 ja ***"),
        ("Matti Meikäläinen, matti@kunta.example", "***, matti@kunta.example"),
        ("Aleksis Kiven katu 5, puh. 09 123 456", "Aleksis Kiven katu 5, puh. 09 123 456"),
        ("Maria Jotunin tie 3, 00400 Helsinki", "Maria Jotunin tie 3, 00400 Helsinki"),
        ("Helsinki Info, puh. 09 310 11111", "Helsinki Info, puh. 09 310 11111"),
        ("Espoon kaupunki 09 81621", "Espoon kaupunki 09 81621"),
        ("Päivi Virtanen kirjoitti kirjan", "Päivi Virtanen kirjoitti kirjan"),
    ],
)
def test_names_of_people_beside_numbers_are_masked(raw: str, wanted: str) -> None:
    """Who answers a number is the caller's business; streets, offices and people without a number keep their names."""
    assert mask_personal(raw, personal_in(load_taxonomy("fi").country)) == wanted


def test_addresses_are_short_for_reading() -> None:
    """Scheme, www and the final slash say nothing."""
    assert short_url("https://www.a.example/b/") == "a.example/b"
    assert len(short_url("https://a.example/" + "x" * 200, 40)) == 40
