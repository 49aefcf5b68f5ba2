"""Accessibility statements: claim, date, feedback, authority and missing parts, in three languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from analysis.examine import examine
from analysis.findings import PageSource
from analysis.judges.statement import read_statement
from analysis.page.read import read_page
from analysis.words.view import make_view
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
TITLES = {"fi": "Saavutettavuusseloste", "sv": "Tillgänglighetsutlåtande", "en": "Accessibility statement"}


def statement(body: str, lang: str = "fi", title: str = "", url: str = "https://www.kunta.example/seloste") -> Any:
    title = title or TITLES[lang]
    head = f'<html lang="{lang}"><head><title>{title}</title></head>'
    html = f"{head}<body><main><h1>{title}</h1>{body}</main></body></html>"
    return read_statement(make_view(read_page(html, url, TAXONOMY), TAXONOMY))


CLAIMS = [
    ("fi", "Verkkosivusto täyttää saavutettavuusvaatimukset osittain.", "partial"),
    ("fi", "Sivusto vastaa täysin digipalvelulain vaatimuksia.", "full"),
    ("fi", "Palvelu täyttää kaikki WCAG 2.1 AA -tason kriteerit.", "full"),
    ("fi", "Verkkopalvelu ei täytä saavutettavuusvaatimuksia.", "none"),
    ("fi", "Suurin osa saavutettavuusvaatimuksista ei toteudu.", "none"),
    ("fi", "Sivusto ei täytä kaikilta osin WCAG-kriteerejä.", "partial"),
    ("fi", "Sivusto täyttää A- ja AA-tason kriteerit suurelta osin.", "partial"),
    (
        "fi",
        "Palvelu täyttää kriittiset vaatimukset WCAG 2.1 -tason AA mukaisesti seuraavin havaituin puuttein.",
        "partial",
    ),
    ("fi", "Sivusto on pääosin WCAG 2.1 -ohjeistuksen AA-tason mukainen.", "partial"),
    ("fi", "Kunta pyrkii täyttämään vaatimukset täysin.", "unstated"),
    ("fi", "Lain mukaan sivustojen tulee täyttää saavutettavuusvaatimukset kokonaan.", "unstated"),
    ("fi", "Täyttää saavutettavuusvaatimukset osittain.", "partial"),
    ("fi", "Sivusto täyttää suurimman osan saavutettavuusvaatimuksista.", "partial"),
    ("fi", "Verkkosivusto täyttää kriittiset saavutettavuusvaatimukset.", "partial"),
    ("fi", "Verkkosivusto ei täytä kriittisiä saavutettavuusvaatimuksia.", "none"),
    ("fi", "Täyttää saavutettavuusvaatimukset.", "full"),
    ("fi", "Palvelun saavutettavuudessa on puutteita, eikä se täytä kaikilta osin kriteerejä.", "partial"),
    ("sv", "Uppfyller de kritiska tillgänglighetskraven.", "partial"),
    ("sv", "Webbplatsen uppfyller de kritiska kraven enligt WCAG med följande upptäckta brister.", "partial"),
    ("sv", "Webbplatsen uppfyller till stora delar kraven på nivå AA.", "partial"),
    ("sv", "Webbplatsen uppfyller inte de kritiska tillgänglighetskraven.", "none"),
    ("sv", "Webbplatsen är ännu inte till alla delar förenlig med kraven.", "partial"),
    ("en", "This website meets the critical requirements of level AA.", "partial"),
    ("en", "The accessibility requirements are met partially.", "partial"),
    ("en", "The service meets the majority of the WCAG criteria.", "partial"),
    ("en", "The website does not meet the critical requirements.", "none"),
    ("sv", "Webbplatsen uppfyller tillgänglighetskraven delvis.", "partial"),
    ("sv", "Webbplatsen uppfyller till största delen kraven på nivå AA.", "partial"),
    ("sv", "Webbplatsen uppfyller alla krav i WCAG 2.1.", "full"),
    ("sv", "Webbplatsen uppfyller inte tillgänglighetskraven.", "none"),
    ("sv", "Staden strävar efter att uppfylla kraven helt.", "unstated"),
    ("en", "The website is partially compliant with WCAG 2.1 level AA.", "partial"),
    ("en", "The website meets the AA criteria in certain respects.", "partial"),
    ("en", "This website fully meets the requirements of the act.", "full"),
    ("en", "The website does not meet the requirements.", "none"),
    ("en", "Most of the requirements are not met.", "none"),
    ("en", "The website is partially compliant.", "partial"),
]


@pytest.mark.parametrize(("lang", "sentence", "expected"), CLAIMS)
def test_claim(lang: str, sentence: str, expected: str) -> None:
    facts = statement(f"<p>{sentence}</p>", lang)
    assert facts is not None
    assert facts.compliance == expected


def test_claim_of_the_whole_comes_before_lists_of_faults() -> None:
    facts = statement(
        "<h2>Ei-saavutettava sisältö</h2>"
        "<p>Seuraavat sisällöt eivät täytä vaatimuksia:</p><ul><li>pdf-tiedostot</li></ul>"
        "<h2>Saavutettavuuden tila</h2><p>Sivusto täyttää vaatimukset osittain.</p>"
    )
    assert facts is not None
    assert facts.compliance == "partial"


@pytest.mark.parametrize(
    ("lang", "sentence", "expected"),
    [
        ("fi", "Seloste on laadittu 1.9.2020 ja sitä on viimeksi päivitetty 18.6.2024.", date(2024, 6, 18)),
        ("fi", "Sivusto julkaistiin 2.6.2020 ja seloste laadittiin 1.6.2020.", date(2020, 6, 1)),
        ("fi", "Seloste on laadittu 3. maaliskuuta 2023.", date(2023, 3, 3)),
        ("fi", "Osa liitteistä on julkaistu ennen 23.9.2018.", None),
        ("sv", "Utlåtandet upprättades 4.5.2021.", date(2021, 5, 4)),
        ("sv", "Utlåtandet uppdaterades den 12 november 2022.", date(2022, 11, 12)),
        ("en", "This statement was published on 9 December 2020.", date(2020, 12, 9)),
        ("en", "The statement was last reviewed on 2024-02-29.", date(2024, 2, 29)),
        ("en", "The statement has been updated on February 4, 2025.", date(2025, 2, 4)),
        ("en", "The statement was drafted on 1 June 2020 and reviewed on May 14th, 2025.", date(2025, 5, 14)),
        ("en", "The statement was last reviewed on 31.2.2024.", None),
    ],
)
def test_date(lang: str, sentence: str, expected: date | None) -> None:
    facts = statement(f"<p>{sentence}</p>", lang)
    assert facts is not None
    assert facts.assessed_on == expected


FULL_FI = """
<h2>Saavutettavuuden tila</h2><p>Sivusto täyttää vaatimukset osittain.</p>
<h2>Ei-saavutettava sisältö</h2><p>Kaikilla kuvilla ei ole tekstivastinetta.</p>
<h2>Selosteen laatiminen</h2><p>Seloste on laadittu 1.2.2025 kunnan itsearviona.</p>
<h2>Palaute saavutettavuudesta</h2><p>Huomasitko puutteen? Kirjoita
<a href="mailto:saavutettavuus@kunta.example">saavutettavuus@kunta.example</a>.
Vastaamme kahden viikon kuluessa ja annamme tiedon saavutettavassa muodossa.</p>
<h2>Valvontaviranomainen</h2><p>{authority}, saavutettavuuden valvonta</p>
"""


def test_whole_statement_lacks_nothing() -> None:
    facts = statement(FULL_FI.format(authority="Liikenne- ja viestintävirasto Traficom"))
    assert facts is not None
    assert (facts.found, facts.url, facts.enforcement_body) == (True, "https://www.kunta.example/seloste", "traficom")
    assert facts.feedback_channel == "email"
    assert facts.problems == ()
    assert facts.languages == ("fi",)


def test_authority_of_the_past_is_a_problem() -> None:
    facts = statement(FULL_FI.format(authority="Etelä-Suomen aluehallintovirasto"))
    assert facts is not None
    assert facts.enforcement_body == "avi"
    assert facts.problems == ("outdated-authority",)


@pytest.mark.parametrize(
    ("words", "authority"),
    [
        ("Etelä-Suomen aluehallintovirastoon", "avi"),
        ("Regionförvaltningsverkets enhet", "avi"),
        ("Southern Finland's Regional State Administrative Agency", "avi"),
        ("saavutettavuus(at)avi.fi", "avi"),
        ("Liikenne- ja viestintäviraston valvontayksikkö", "traficom"),
        ("Transport- och kommunikationsverket", "traficom"),
        ("saavutettavuus@traficom.fi", "traficom"),
        ("Tampereen kaupungin palveluneuvonta", None),
    ],
)
def test_authority_by_its_names(words: str, authority: str | None) -> None:
    facts = statement(FULL_FI.format(authority=words))
    assert facts is not None
    assert facts.enforcement_body == authority


def test_both_authorities_named_gives_the_present_one() -> None:
    facts = statement(FULL_FI.format(authority="Traficom (vuoden 2024 loppuun aluehallintovirasto)"))
    assert facts is not None
    assert facts.enforcement_body == "traficom"
    assert facts.problems == ()


def test_bare_statement_lacks_its_parts() -> None:
    facts = statement("<p>Sivusto täyttää vaatimukset osittain.</p>")
    assert facts is not None
    assert facts.assessed_on is None
    assert facts.feedback_channel is None
    assert facts.enforcement_body is None
    assert {"feedback-channel", "supervisory-authority", "date-and-basis", "non-accessible-content"} <= set(
        facts.problems
    )
    assert "reason-or-burden" not in facts.problems


@pytest.mark.parametrize(
    "title", ["Venepaikat", "Esteettömyys ja saavutettavuus kirjastossa", "Saavutettavuus liikenteessä"]
)
def test_other_pages_are_no_statements(title: str) -> None:
    assert (
        statement("<p>Kirjastoon pääsee esteettömästi. Saavutettavuusseloste on omalla sivullaan.</p>", title=title)
        is None
    )


@pytest.mark.parametrize(
    ("title", "body", "product"),
    [
        ("", "<p>Tämä seloste koskee Wilma-palvelua osoitteessa kunta.inschool.fi.</p>", "wilma"),
        (
            "",
            "<p>Tämä saavutettavuusseloste koskee Lupapistettä. Kunta pyrkii takaamaan saavutettavuuden.</p>",
            "lupapiste",
        ),
        ("Timmi: saavutettavuusseloste", "<p>Tilavarausten saavutettavuus.</p>", "timmi"),
        ("", "<p>Tämä seloste koskee sivustoa www.kunta.fi ja Wilmaa osoitteessa kunta.inschool.fi.</p>", None),
        ("", "<p>Seloste koskee kunnan sivuja. Laki: finlex.fi, ohjeet: saavutettavuusvaatimukset.fi</p>", None),
        ("", "<p>Tämä seloste ei koske Wilmaa.</p>", None),
        ("", "<p>Seloste on laadittu 1.2.2025.</p><p>Ilmoittaudu Wilmassa.</p>", None),
    ],
)
def test_statement_about_a_product_is_not_the_sites_own(title: str, body: str, product: str | None) -> None:
    facts = statement(body, title=title, url="https://www.kunta.fi/seloste")
    assert facts is not None
    assert facts.other_subject == product


def test_a_short_statement_is_read_whatever_kind_of_page_it_looks_like() -> None:
    body = (
        "<p>This statement was prepared on 3 February 2021.</p><h2>Compliance</h2>"
        "<p>The website is partially compliant.</p><h2>Feedback</h2>"
        "<p>Send feedback by email: accessibility@city.fi. We reply within two weeks.</p>"
    )
    title = "Accessibility statement"
    html = f"<html lang='en'><title>{title}</title><main><h1>{title}</h1>{body}</main></html>"
    found = examine(PageSource("https://www.kunta.fi/en/a11y", html), TAXONOMY)
    assert found.page_type == "statement"
    assert found.statement is not None
    assert found.statement.feedback_channel == "email"


def test_news_of_a_statement_is_none() -> None:
    html = (
        "<html lang='fi'><title>Saavutettavuusseloste</title><main><h1>Saavutettavuusseloste on päivitetty</h1>"
        "<p>Uutinen 3.2.2025. Kunnan seloste on uusittu. Lue se verkkosivuilta.</p></main></html>"
    )
    found = examine(PageSource("https://www.kunta.fi/uutiset/1", html), TAXONOMY)
    assert found.statement is None or found.statement.compliance == "unstated"
