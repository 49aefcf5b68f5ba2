"""Kinds of pages by cues and shape, "other" as an answer, and the reasons given."""

from __future__ import annotations

import pytest

from analysis import examine
from analysis.findings import PageSource
from analysis.linear import load_linear
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")


def kind(title: str, body: str, path: str = "/sivu", lang: str = "fi", host: str = "www.haapala.example") -> str:
    html = (
        f"<html lang='{lang}'><head><title>{title} - Haapala</title></head><body><main>"
        f"<h1>{title}</h1>{body}</main></body>"
    )
    return examine(PageSource(f"https://{host}{path}", html), TAXONOMY).page_type


def test_service() -> None:
    body = (
        "<p>Venepaikkaa haetaan verkkolomakkeella helmikuussa. Paikat jaetaan hakemusten järjestyksessä, ja maksu "
        "laskutetaan toukokuussa. Laiturit ovat käytössä syyskuun loppuun.</p><a href='/lomake'>Hae venepaikkaa</a>"
    )
    assert kind("Venepaikat", body) == "service"


@pytest.mark.parametrize(
    ("title", "body", "path", "lang", "expected"),
    [
        ("Saavutettavuusseloste", "<p>Sivusto täyttää WCAG 2.1:n osittain.</p>", "/seloste", "fi", "statement"),
        ("Tillgänglighetsutlåtande", "<p>Webbplatsen uppfyller delvis kraven.</p>", "/sv/tillg", "sv", "statement"),
        ("Kirjasto suljettu", "<p>Julkaistu 2.5.2024 klo 10.15</p>"
        "<p>Lainat uusitaan verkossa.</p>", "/uutiset/k", "fi", "news"),
        ("Ny busslinje", "<p>20.6.2024</p><p>Linjen kör från augusti.</p>", "/sv/nyheter/linje", "sv", "news"),
        (
            "§ 12 Katuvalojen uusiminen",
            "<p>Asianumero HAADno-2024-123</p><h2>Päätös</h2><p>Hyväksytään. Muutoksenhaku: oikaisuvaatimus.</p>",
            "/poytakirjat/2024", "fi", "decision",
        ),
        ("Kuntastrategia", "<p>Valtuusto hyväksyi strategian. "
        "Visio on elinvoimainen kunta.</p>", "/strategia", "fi", "other"),
        ("Historia", "<p>Pitäjä perustettiin 1640.</p>", "/historia", "fi", "other"),
    ],
)  # fmt: skip
def test_other_kinds(title: str, body: str, path: str, lang: str, expected: str) -> None:
    assert kind(title, body, path, lang) == expected


def test_host_of_minutes() -> None:
    body = "<p>Lautakunta päätti avustuksista.</p>"
    assert kind("§ 4 Avustukset", body, "/kokous", host="haapala.cloudnc.fi") == "decision"


def test_form_with_many_fields() -> None:
    labels = ("Hakijan nimi", "Osoite", "Puhelin", "Sähköposti", "Veneen pituus", "Veneen leveys")
    fields = "".join(f"<label>{label} <input name='f{n}'></label>" for n, label in enumerate(labels))
    assert kind("Venepaikkahakemus", f"<form method='post'>{fields}<button>Lähetä</button></form>") == "form"


def test_hub_of_many_services() -> None:
    names = (
        "Rakennuslupahakemus",
        "Venepaikkahakemus",
        "Koulukuljetushakemus",
        "Avustushakemus yhdistyksille",
        "Vikailmoitus",
    )
    links = "".join(f"<p><a href='/lomakkeet/{n}.pdf'>{name}</a></p>" for n, name in enumerate(names))
    assert kind("Lomakkeet", links, "/asiointi/lomakkeet") == "hub"


def test_contacts_page() -> None:
    rows = "".join(f"<tr><td>Johtaja {n}</td><td>019 555 010{n}</td></tr>" for n in range(7))
    assert kind("Tekniset yhteystiedot", f"<table>{rows}</table>", "/yhteystiedot") == "contact"


def test_table_of_contents_makes_a_document() -> None:
    lines = "".join(f"<p>{n} Luku ... {n + 2}</p>" for n in range(1, 6))
    assert kind("Varhaiskasvatussuunnitelma", f"<p>Sisällysluettelo</p>{lines}", "/tiedostot/suunnitelma") == "document"


@pytest.mark.parametrize("html", ["", "<html></html>", "<html><body></body></html>"])
def test_nothing_is_other(html: str) -> None:
    findings = examine(PageSource("https://a.example/", html), TAXONOMY)
    assert (findings.page_type, findings.page_type_score) == ("other", 1.0)


def test_a_language_that_is_not_read_is_other() -> None:
    html = (
        "<html lang='de'><h1>Willkommen</h1>"
        "<p>Die Gemeinde liegt an dem See und ist für die Gäste mit dem Zug erreichbar.</p>"
    )
    findings = examine(PageSource("https://a.example/de", html), TAXONOMY)
    assert (findings.page_type, findings.services, findings.theme) == ("other", (), None)


def test_reasons_name_the_signals() -> None:
    html = "<html lang='fi'><title>Saavutettavuusseloste</title><h1>Saavutettavuusseloste</h1><p>WCAG 2.1 osittain.</p>"
    reason = examine(PageSource("https://a.example/saavutettavuus", html), TAXONOMY).reasons[0]
    assert reason.verdict == "page_type:statement"
    assert "statement-title" in reason.why


def test_shares_of_a_model_add_up() -> None:
    shares = load_linear("page_type").shares({"service-named": 1.0})
    assert sum(shares.values()) == pytest.approx(1.0)
    assert load_linear("services").probability("leading", {}) < 0.5
