"""Services, the primary one and the theme of a page, with scores, terms and places; "none" as an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis import PageFindings, examine
from analysis.findings import PageSource
from analysis.judges.theme import theme_of_text
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
DATA = Path(__file__).parents[2] / "data"


def findings(title: str, body: str, path: str = "/sivu", lang: str = "fi", crumbs: str = "") -> PageFindings:
    trail = f"<nav aria-label='breadcrumb'><ol>{crumbs}</ol></nav>"
    html = f"<html lang='{lang}'><title>{title} - Haapala</title><main>{trail}<h1>{title}</h1>{body}</main>"
    return examine(PageSource(f"https://www.haapala.example{path}", html), TAXONOMY)


def test_service_with_score_terms_and_places() -> None:
    body = "<p>Venepaikkaa haetaan verkkolomakkeella helmikuun loppuun mennessä joka vuosi.</p>"
    found = findings("Venepaikat", body, "/venepaikat")
    (hit,) = found.services
    assert (hit.service_id, hit.theme_id, hit.is_primary) == ("boat-berth", "sports-leisure", True)
    assert 0.5 <= hit.score <= 1
    assert {use.where for use in hit.terms} >= {"title", "lead"}
    assert found.theme == "sports-leisure"


def test_two_services_with_their_own_sections() -> None:
    body = (
        "<p>Varhaiskasvatukseen haetaan sähköisellä hakemuksella.</p><h2>Hoitoaikojen varaaminen</h2>"
        "<p>Varaa hoitoajat sovelluksessa.</p><a href='https://www.paikky.fi/'>Hoitoaikojen varaus</a>"
    )
    found = findings("Varhaiskasvatukseen hakeminen", body)
    assert {hit.service_id for hit in found.services} == {"ecec-application", "ecec-attendance-times"}
    assert [hit.service_id for hit in found.services if hit.is_primary] == ["ecec-application"]


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Kuntastrategia", "<p>Strategia linjaa palveluja, tontteja ja kirjastoa.</p>"),
        ("Ilves voitti", "<p>Jääkiekko-ottelu ratkesi jatkoajalla maalivahdin virheeseen.</p>"),
        ("Saavutettavuusseloste", "<p>Venepaikkojen varauskalenterin kontrastit ovat heikot.</p>"),
        ("Neuvolat", "<p>Neuvolapalvelut ovat siirtyneet hyvinvointialueelle 1.1.2023.</p>"),
    ],
)
def test_none_is_an_answer(title: str, body: str) -> None:
    assert findings(title, body).services == ()


def test_systems_named_on_a_page_are_no_services() -> None:
    body = (
        "<p>Oppilas saa kuljetuksen, kun matka kouluun on yli viisi kilometriä. Koulukuljetusta haetaan Wilmassa, ja "
        "päätös tehdään lukuvuodeksi kerrallaan.</p><h2>Hakeminen</h2><p>Hakemus jätetään maaliskuun loppuun mennessä."
        "</p><p><a href='https://h.inschool.fi'>Wilma</a></p>"
    )
    assert [hit.service_id for hit in findings("Koulukuljetukset", body).services] == ["school-transport"]


def test_offices_below_another_service_are_about_it() -> None:
    body = (
        "<p>Vesimittarin lukema ilmoitetaan verkossa. Vesimaksu laskutetaan neljästi vuodessa.</p><h2>Vesimittari</h2>"
    )
    found = findings("Laskutus", body, "/vesihuolto/laskutus", crumbs="<li>Etusivu</li><li>Vesihuolto</li>")
    assert found.services[0].service_id == "water-services"


def test_hub_without_a_main_service() -> None:
    names = ("Rakennuslupahakemus", "Venepaikkahakemus", "Koulukuljetushakemus", "Avustushakemus yhdistyksille")
    body = "".join(f"<p><a href='/lomakkeet/{n}.pdf'>{name}</a></p>" for n, name in enumerate(names))
    found = findings("Lomakkeet", body, "/asiointi/lomakkeet")
    assert {hit.service_id for hit in found.services} >= {"boat-berth", "school-transport"}
    assert not any(hit.is_primary for hit in found.services)


@pytest.mark.parametrize(
    ("title", "body", "theme"),
    [
        ("Kulttuuripalvelut", "<p>Kulttuuritoimi järjestää konsertteja ja näyttelyitä.</p>", "sports-leisure"),
        ("Uimahallimaksut nousevat", "<p>Uimahallien hinnat nousevat maaliskuussa.</p>", "sports-leisure"),
        ("Kunnanhallitus", "<p>Hallitus valmistelee valtuuston asiat.</p>", "administration"),
    ],
)
def test_theme_without_a_service(title: str, body: str, theme: str) -> None:
    assert findings(title, body).theme == theme


def test_a_statement_has_no_theme() -> None:
    assert findings("Saavutettavuusseloste", "<p>WCAG 2.1, valvontaviranomainen.</p>").theme is None


def test_reasons_tell_score_and_places() -> None:
    reason = next(
        r for r in findings("Venepaikat", "<p>Hae venepaikkaa.</p>").reasons if r.verdict == "service:boat-berth"
    )
    assert reason.why[0] in "01"
    assert "title 1" in reason.where


@pytest.mark.slow
def test_themes_of_a_real_register() -> None:
    rows = [
        json.loads(line) for line in (DATA / "real" / "ptv_naantali_services.jsonl").read_text("utf-8").splitlines()
    ]
    clear = [row for row in rows if row["theme"]]
    named = [theme_of_text(row["names"]["fi"], "", "fi", TAXONOMY)[0] == row["theme"] for row in clear]
    assert sum(named) / len(clear) >= 0.78
    texts = [" ".join((row.get(key) or {}).get("fi") or "" for key in ("summary", "description")) for row in clear]
    full = [
        theme_of_text(row["names"]["fi"], text, "fi", TAXONOMY)[0] == row["theme"]
        for row, text in zip(clear, texts, strict=True)
    ]
    assert sum(full) / len(clear) >= 0.90


def test_nothing_tells_no_theme() -> None:
    assert theme_of_text("", "", "fi", TAXONOMY)[0] is None
    assert theme_of_text("qwxz", "", "xx", TAXONOMY)[0] is None


@pytest.mark.slow
def test_texts_of_nobodys_service_are_left_alone() -> None:
    rows = [json.loads(line) for line in (DATA / "other" / "non_municipal.jsonl").read_text("utf-8").splitlines()]
    given = [row for row in rows if findings(row["title"], "".join(f"<p>{p}</p>" for p in row["paragraphs"])).services]
    assert len(given) <= 0.05 * len(rows)
    assert len(rows) >= 60
