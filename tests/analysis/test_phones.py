"""Telephone numbers however they are written, and what only looks like one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from analysis import PageSource
from analysis.channels import Subjects, channels_by_rule
from analysis.examine import examine
from analysis.page.phones import find_phones, linked_phone
from taxonomy import load_taxonomy, page_markup

from .test_channels import channels_of, hit, view_of

TAXONOMY = load_taxonomy("fi")
CASES = Path(__file__).with_name("invoice_ids.jsonl").read_text(encoding="utf-8").splitlines()
MOBILE, OTHER = "+358501234567", "+358501234568"


def values(text: str, before: str = "") -> list[str]:
    return [value for value, _ in find_phones(text, TAXONOMY.country, page_markup(), before)]


@pytest.mark.parametrize(
    "text",
    [
        "puh.0501234567",
        "tel.+358 50 123 4567", "Tfn.050-1234567", "gsm0501234567", "p.050 123 4567.", "puh:050-1234567",
        "050 – 123 4567", "050 - 123 4567", "050\u2010123\u20104567", "050\u2011123 4567", "050\u202f123\u202f4567",
        "050\u2009123\u20094567", "00358 50 1234567", "+358 (0)50 123 4567", "Matti Meikäläinen,050 123 4567",
        "10.02.2024 050 1234567", "klo 08 – 16 050 1234567",
    ],
)  # fmt: skip
def test_numbers_are_read_however_they_are_written(text: str) -> None:
    assert values(text) == [MOBILE]


@pytest.mark.parametrize(
    "text",
    [
        "050-1234567,050-1234568",
        "050-1234567/050-1234568",
        "050 1234567; 050 1234568",
        "050 – 123 4567 ja 050 – 123 4568",
    ],
)
def test_numbers_in_a_row_are_numbers_each(text: str) -> None:
    assert values(text) == [MOBILE, OTHER]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("puh. 10024", "10024"),
        ("Puhelin | 10024", "10024"),
        ("soita 116 117.", "116117"),
        ("ring 116117", "116117"),
        ("call 116 117", "116117"),
    ],
)
def test_short_numbers_count_behind_a_word_for_telephone(text: str, number: str) -> None:
    assert values(text) == [number]


def test_a_short_number_alone_needs_the_label_before_it() -> None:
    assert values("10024") == []
    assert values("10024", "Puhelin:") == ["10024"]


@pytest.mark.parametrize(
    "text",
    [
        "003702030484", "0037 0203 0484", "00370203048412345", "FI21 1234 5600 0007 85", "0203048-4", "FI0203048-4",
        "https://kunta.example/tel/0501234567", "12,0501234", "p.0501234567@kunta.example", "klo 08.00 - 15.00",
        "asukkaita 10024", "puh. 1002412",
    ],
)  # fmt: skip
def test_other_numbers_are_no_telephones(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(
    "address",
    [
        "tel:050%20123%204567",
        "tel://0501234567",
        "tel:358501234567",
        "tel:050\u2011123\u20114567",
        "tel:%2B358501234567",
        "tel:0501234567;ext=2",
    ],
)
def test_links_that_call_are_read_however_they_are_written(address: str) -> None:
    assert linked_phone(address, TAXONOMY.country) == MOBILE


def test_a_link_may_call_a_short_number() -> None:
    assert linked_phone("tel:116117", TAXONOMY.country) == "116117"
    assert linked_phone("tel:vaihde", TAXONOMY.country) == ""


@pytest.mark.parametrize("line", CASES)
def test_no_phone_channel_from_invoice_addresses(line: str) -> None:
    page = json.loads(line)
    assert all(c.channel != "phone" for c in examine(PageSource(url=page["url"], body=page["html"]), TAXONOMY).channels)


OTHERS = {
    "fi": """Viitenumero: 0400 500 600|Mittarin numero 0451 234 567|Käyttöpaikkatunnus 0501234567
        |Asiakasnumero 040 123 456
        |Laskun numero 0401234567|Lomake 045 678 901|Laituri 0401-0450, paikat 0501-0550|Peruutuskoodi 0401234567
        |Vuokrasopimuksen numero 0501234567|Henkilönumero 040 123 4567|Sähkömittarin tunniste 0441 223 334
        |Koordinaatit 60.1699 N, 024.9384 E|Kustannuspaikka 0401234567|Työnumero: 040-123456|Dnro 050/1234/2026""",
    "sv": """Kortnummer 0401234567|Hyreskontraktets nummer 050 1234567|Fakturanummer 0401234567
        |Mätarens nummer 0451 234 567|Kundnummer 040 123 456|Bokningskod: 050 1234567""",
    "en": """Permit no. 0501234567|Lease number 040 123 4567|Invoice number 0401234567|Meter number 0451 234 567
        |Contract number: 050 1234567|Property ID 0501234567""",
}


@pytest.mark.parametrize("line", ["<p>%s</p>", "<dl><dt>%s</dt><dd>%s</dd></dl>"])
@pytest.mark.parametrize("language", OTHERS)
def test_numbers_that_are_named_as_something_else_are_no_telephones(language: str, line: str) -> None:
    body = ""
    for text in OTHERS[language].split("|"):
        name, figures = re.split(r"(?=\d)", text.strip(), maxsplit=1)
        body += line % ((text,) if line.count("%") == 1 else (name, figures))
    heading = {"fi": "Venepaikat", "sv": "Båtplatser", "en": "Boat berths"}[language]
    html = f"<html lang={language}><title>{heading}</title><main><h1>{heading}</h1>{body}</main></html>"
    found = examine(PageSource(url="https://www.testila.fi/venepaikat", body=html), TAXONOMY).channels
    assert [hit.snippet for hit in found if hit.channel == "phone"] == []


@pytest.mark.parametrize(
    ("body", "language", "expected"),
    [
        ("<p>Voit maksaa paikan lukemalla QR-koodin puhelimella.</p>", "fi", {"digital"}),
        ("<p>Du kan betala genom att läsa QR-koden med telefonen.</p>", "sv", {"digital"}),
        ("<p>Pay by reading the QR code with your phone.</p>", "en", {"digital"}),
        ("<p>Ilmoita vapautuneesta paikasta tekstaritse.</p>", "fi", {"phone"}),
        ("<p>Hae paikkaa spostilla.</p>", "fi", {"email"}),
        ("<p>Kirjaston numero 040 123 4567</p>", "fi", {"phone"}),
        ("<p>Palvelunumero 040 123 4567</p>", "fi", {"phone"}),
        ("<p>Servicenummer 040 123 4567</p>", "sv", {"phone"}),
        ("<p>Päivystysapu 116117.</p>", "fi", set()),
        ("<p>Päivystysapu, puh. 116 117.</p>", "fi", set()),
        ("<p>Hyvinvointialueen neuvonta, puh. 040 123 4567.</p>", "fi", set()),
        ("<p>Venepaikat, puh. 040 123 4567. Hätänumero 112.</p>", "fi", {"phone"}),
        ("<dl><dt>Puhelin</dt><dd>10024</dd></dl>", "fi", {"phone"}),
        ('<p><a href="tel:10024">10024</a></p>', "fi", {"phone"}),
        ("<dl><dt>Verkkolaskuosoite</dt><dd>0500 123 456</dd></dl>", "fi", set()),
        ("<p>Viitenumero 0400 123 456</p>", "fi", set()),
        ("<p>Den som betalar skriver in referensnumret 0400 123 456 som är för alla båtplatser.</p>", "sv", set()),
        ("<p>When you pay, use the reference number 0400 123 456 for all of the berths.</p>", "en", set()),
        ("<p>Lomake 0302-221, puh. 040 123 4567</p>", "fi", {"phone"}),
        ("<label>Käyntiosoite: Kauppakatu 12, 33100 Tampere</label>", "fi", {"on-site"}),
        ('<p><a href="https://reitit.toinen.example/x">Näytä reitti</a></p>', "fi", set()),
        ('<p><a href="https://kartta.toinen.example/x">Visa på karta</a></p>', "sv", set()),
        ('<p><a href="https://maps.toinen.example/x">Show on the map</a></p>', "en", set()),
        ('<p><a href="mailto:?subject=x">Lähetä sivu sähköpostilla</a></p>', "fi", set()),
        ('<p><a href="/skicka">Skicka sidan per e-post</a></p>', "sv", set()),
        ('<p><a href="/send">Send this page by e-mail</a></p>', "en", set()),
    ],
)
def test_which_way_the_words_and_numbers_mean(body: str, language: str, expected: set[str]) -> None:
    assert channels_of(body, language) == expected


def test_the_number_alone_is_the_form_s_or_the_telephone_s() -> None:
    view = view_of("<p>Lomake 0302-221, puh. 040 123 4567</p>", "fi")
    hits = channels_by_rule(Subjects(view, [hit("boat-berth", primary=True)]))
    assert {h.cue for h in hits if h.channel == "phone"} == {"040 123 4567"}


def test_the_help_line_is_a_way_of_the_health_services() -> None:
    assert channels_of("<p>Puh. 116117</p>", "fi", service="doctor-nurse-appointment") == {"phone"}
    assert channels_of("<p>Puh. 116117</p>", "fi") == set()


def test_a_chat_is_no_form() -> None:
    view = view_of("<p>Kysy venepaikoista chatissa.</p>", "fi")
    (found,) = channels_by_rule(Subjects(view, [hit("boat-berth", primary=True)]))
    assert (found.channel, found.subtype) == ("digital", "")
