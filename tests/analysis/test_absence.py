"""Services that a municipality tells it does not have are not found; those offered in much the same words are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from analysis import PageFindings, examine
from analysis.findings import PageSource
from taxonomy import load_taxonomy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench import absent  # noqa: E402

TAXONOMY = load_taxonomy("fi")


def findings(title: str, *text: str, lang: str = "fi", more: str = "") -> PageFindings:
    body = "".join(f"<p>{part}</p>" for part in text)
    html = f"<html lang='{lang}'><title>{title} - Haapala</title><main><h1>{title}</h1>{body}{more}</main>"
    return examine(PageSource("https://www.haapala.example/sivu", html), TAXONOMY)


def test_written_pages_are_told_apart() -> None:
    right, cells, lost = 0, 0, []
    for name in ("pages.jsonl", "second.jsonl"):
        for number, row in enumerate(absent.rows(absent.PAGES.with_name(name))):
            html = absent.page_of(row, row["title"], row["text"], [("/", "Kunta")])
            found = examine(PageSource(f"http://www.kunta.example/s/{number}/", html), TAXONOMY)
            served = {hit.service_id for hit in found.services}
            if row["state"] == "found":
                lost += [row["title"]] if row["service"] not in served else []
            else:
                cells += 1
                right += row["service"] not in served
    assert not lost
    assert right / cells >= 0.95


@pytest.mark.parametrize(
    ("title", "text", "lang"),
    [
        ("Yksityistiet", "Kunta luopui yksityistieavustuksista. Tiekunnat hoitavat tiet itse.", "fi"),
        ("Enskilda vägar", "Kommunen beviljar inte bidrag för enskilda vägar.", "sv"),
        ("Private road grants", "The municipality does not grant subsidies for private roads.", "en"),
    ],
)
def test_a_grant_that_is_not_given_is_told_with_its_sentence(title: str, text: str, lang: str) -> None:
    found = findings(title, text, lang=lang)
    assert "private-road-grant" in found.absent
    assert "private-road-grant" not in {hit.service_id for hit in found.services}
    (why,) = (reason.why for reason in found.reasons if reason.verdict == "absent:private-road-grant")
    assert why in text


def test_a_form_around_the_whole_page_invites_to_nothing() -> None:
    said = "<h1>Yksityistiet</h1><p>Kunta lakkautti tieavustukset.</p>"
    page = "<html lang='fi'><title>Yksityistiet</title>{}<main>" + said + "{}"
    around = page.format("<form method='post'><input type='hidden' name='__VIEWSTATE' value='x'>", "</main></form>")
    assert "private-road-grant" in examine(PageSource("https://www.haapala.example/a", around), TAXONOMY).absent
    asked = "<form method='post'><p>Tien tiedot</p><label>Tie <input name='tie'></label><button>Lähetä</button></form>"
    within = page.format("", f"{asked}</main>")
    assert "private-road-grant" not in examine(PageSource("https://www.haapala.example/b", within), TAXONOMY).absent


def test_a_condition_beside_an_invitation_takes_nothing_away() -> None:
    found = findings(
        "Yksityistieavustukset",
        "Avustusta ei myönnetä uusien teiden rakentamiseen. Tiekunta hakee avustusta 31.3. mennessä.",
        "Avustus haetaan lomakkeella.",
    )
    assert not found.absent
    assert "private-road-grant" in {hit.service_id for hit in found.services}


def test_what_others_offer_does_not_make_it_the_municipalitys() -> None:
    found = findings(
        "Koulumatkat lukioon", "Kunta ei järjestä koulukuljetuksia lukiolaisille.", "Tukea haetaan Kelasta."
    )
    assert "school-transport" not in {hit.service_id for hit in found.services}


def test_a_section_that_denies_its_service_leaves_the_others() -> None:
    found = findings(
        "Veneily ja viljely",
        "Täältä löydät kunnan vapaa-ajan palvelut.",
        more="<h2>Venepaikat</h2><p>Venepaikat varataan sähköisesti verkkokaupassa. Varaa venepaikka maaliskuussa.</p>"
        "<h2>Viljelypalstat</h2><p>Kunnalla ei ole viljelypalstoja.</p>",
    )
    assert found.absent == ("allotment-garden",)
    assert "boat-berth" in {hit.service_id for hit in found.services}
