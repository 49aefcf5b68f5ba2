"""Wordings of many statements, told in words of our own: what they claim, which date is theirs, whom they are about."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from analysis.judges.statement import read_statement
from analysis.page.read import read_page
from analysis.words.view import make_view

from .test_statement import TAXONOMY, statement

HERE = Path(__file__).parent
CLAIMS = [json.loads(line) for line in (HERE / "statement_claims.jsonl").read_text(encoding="utf-8").splitlines()]
DATED = [json.loads(line) for line in (HERE / "statement_dates.jsonl").read_text(encoding="utf-8").splitlines()]
WHOLE = [json.loads(line) for line in (HERE / "statements_whole.jsonl").read_text(encoding="utf-8").splitlines()]
CLAIM = {
    "fi": "<p>Sivusto täyttää saavutettavuusvaatimukset osittain.</p>",
    "sv": "<p>Webbplatsen uppfyller kraven delvis.</p>",
    "en": "<p>The website is partially compliant with the WCAG criteria.</p>",
}


@pytest.mark.parametrize("case", CLAIMS, ids=lambda case: case["html"][:60])
def test_what_is_claimed(case: dict[str, str]) -> None:
    read = statement(case["html"], case["language"])
    assert read is not None
    assert read.compliance == case["compliance"]


def test_whole_statements_are_read_with_claim_and_date() -> None:
    """Three batches written before any of them was read: 21 of 25, 16 of 18 and 14 of 14 claims were right then."""
    for case in WHOLE:
        read = statement(case["html"], case["language"])
        assert read is not None
        told = (read.compliance, str(read.assessed_on) if read.assessed_on else None)
        assert told == (case["compliance"], case["assessed_on"]), case["html"]


@pytest.mark.parametrize("case", DATED[:3], ids=lambda case: case["url"])
def test_the_next_review_and_the_page_s_stamp_are_no_date_of_the_statement(case: dict[str, str]) -> None:
    read = read_statement(make_view(read_page(case["html"], case["url"], TAXONOMY), TAXONOMY))
    assert read is not None
    assert read.assessed_on == date(2020, 9, 23)


def test_a_year_alone_is_no_day() -> None:
    read = read_statement(make_view(read_page(DATED[3]["html"], DATED[3]["url"], TAXONOMY), TAXONOMY))
    assert read is not None
    assert read.assessed_on is None


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fi", "Seloste tarkistetaan 30.6.2027.", None),
        ("fi", "Seuraava päivitys on suunniteltu 1.3.2027.", None),
        (
            "fi",
            "Seloste on laadittu 23.9.2020 ja sitä päivitetään vuosittain, seuraavan kerran 1.2.2027.",
            (2020, 9, 23),
        ),
        ("fi", "Seloste on laadittu 12.5.2021. Viimeksi tarkistettu 4.4.2023.", (2023, 4, 4)),
        ("fi", "Seloste tarkistetaan vuosittain, viimeksi päivitetty 4.4.2023.", (2023, 4, 4)),
        ("sv", "Utlåtandet upprättades 23.9.2020. Utlåtandet granskas nästa gång 1.9.2027.", (2020, 9, 23)),
        ("sv", "Utlåtandet uppdaterades senast den 31 oktober 2023.", (2023, 10, 31)),
        (
            "en",
            "This statement was prepared on 3 April 2020. The next review will take place by 30 June 2027.",
            (2020, 4, 3),
        ),
        ("en", "The statement was last reviewed on 4 May 2025.", (2025, 5, 4)),
    ],
)
def test_which_date_is_the_statement_s(language: str, text: str, expected: tuple[int, int, int] | None) -> None:
    read = statement(f"<p>{text}</p>{CLAIM[language]}", language)
    assert read is not None
    assert read.assessed_on == (date(*expected) if expected else None)


@pytest.mark.parametrize(
    ("about", "subject"),
    [
        ("kunnan verkkosivustoa www.kunta.example", None),
        ("kunnan verkkosivustoa kunta.example", None),
        ("kunnan sähköistä asiointia osoitteessa asiointi.kunta.example", "asiointi.kunta.example"),
        ("sivustoja www.kunta.example ja asiointi.kunta.example", None),
        ("kunnan verkkosivustoa", None),
    ],
)
def test_a_statement_about_an_e_service_of_the_same_domain_is_not_the_site_s(about: str, subject: str | None) -> None:
    text = f"<p>Tämä saavutettavuusseloste koskee {about}.</p>{CLAIM['fi']}"
    for ending in (".example", ".fi"):
        read = statement(text.replace(".example", ending), url=f"https://www.kunta{ending}/s")
        assert read is not None
        assert read.other_subject == (subject and subject.replace(".example", ending))


def test_on_its_own_host_the_e_service_s_statement_is_its_own() -> None:
    text = "<p>Tämä saavutettavuusseloste koskee palvelua asiointi.kunta.fi.</p>"
    read = statement(text + CLAIM["fi"], url="https://asiointi.kunta.fi/seloste")
    assert read is not None
    assert read.other_subject is None
