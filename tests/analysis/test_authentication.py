"""How the page says that its e-services ask who their user is."""

from __future__ import annotations

import pytest

from analysis.channels import Subjects, channels_by_rule
from analysis.findings import ServiceHit
from analysis.judges.authentication import authentication_of
from analysis.page.read import read_page
from analysis.words.view import make_view
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
LINK = '<p><a href="https://asiointi.kunta.example/hakemus">{}</a></p>'
GO = {"fi": "Siirry hakemukseen", "sv": "Gå till ansökan", "en": "Go to the application"}


def authentication(body: str, lang: str = "fi", *, link: bool = True) -> str:
    body += LINK.format(GO[lang]) if link else ""
    html = f'<html lang="{lang}"><head><title>x</title></head><body><main><h1>Palvelu</h1>{body}</main></body></html>'
    view = make_view(read_page(html, "https://www.kunta.example/palvelu", TAXONOMY), TAXONOMY)
    services = [ServiceHit("boat-berth", "sports-leisure", 1.0, True)]
    return authentication_of(view, channels_by_rule(Subjects(view, services)))


@pytest.mark.parametrize(
    ("lang", "sentence", "expected"),
    [
        ("fi", "Palveluun kirjaudutaan Suomi.fi-tunnistautumisella.", "suomi.fi"),
        ("fi", "Tunnistaudu Suomi.fissä pankkitunnuksilla.", "suomi.fi"),
        ("fi", "Yrityksen edustaja tarvitsee Suomi.fi-valtuuden.", "suomi.fi"),
        ("fi", "Kirjaudu verkkopankkitunnuksilla tai mobiilivarmenteella.", "bank"),
        ("fi", "Hakeminen edellyttää vahvaa tunnistautumista.", "bank"),
        ("fi", "Tarvitset käyttäjätunnuksen ja salasanan.", "account"),
        ("fi", "Avainkoodin saat koululta.", "account"),
        ("fi", "Uusi lainat kirjastokortin numerolla ja PIN-koodilla.", "library-card"),
        ("fi", "Kirjaudu verkkokirjastoon kirjastokortilla.", "library-card"),
        ("fi", "Käyttäjätunnus on kirjastokortin numero ja salasana pin-koodi.", "library-card"),
        ("fi", "Ovi aukeaa kirjastokortilla.", "unknown"),
        ("fi", "Hakemuksen voi tehdä ilman kirjautumista.", "none"),
        ("fi", "Pankkitunnuksia ei tarvita.", "none"),
        ("fi", "Hakemus käsitellään kuukaudessa.", "unknown"),
        ("fi", "Maksa pankkikortilla.", "unknown"),
        ("fi", "Aiemmin kirjauduttiin pankkitunnuksilla.", "unknown"),
        ("sv", "Logga in med nätbankskoder.", "bank"),
        ("sv", "Inloggning sker med Suomi.fi-identifikation.", "suomi.fi"),
        ("sv", "Du behöver användarnamn och lösenord.", "account"),
        ("sv", "Logga in med ditt bibliotekskort.", "library-card"),
        ("sv", "Ansökan kan göras utan inloggning.", "none"),
        ("en", "Sign in with your online banking credentials.", "bank"),
        ("en", "Suomi.fi e-Identification is required.", "suomi.fi"),
        ("en", "Log in with your library card number and PIN.", "library-card"),
        ("en", "Log in with your library card.", "library-card"),
        ("en", "The form does not require identification.", "none"),
    ],
)
def test_stated(lang: str, sentence: str, expected: str) -> None:
    assert authentication(f"<p>{sentence}</p>", lang) == expected


def test_page_without_digital_channel_says_nothing() -> None:
    assert authentication("<p>Soita toimistoon. Pankkitunnukset eivät liity asiaan.</p>", link=False) == "unknown"


def test_own_form_without_log_in_is_open() -> None:
    fields = '<label>Nimi <input name="a"></label><label>Asia <input name="b"></label>'
    form = f'<form method="post">{fields}<button>Lähetä</button></form>'
    assert authentication(form, link=False) == "none"
    assert authentication(f"<p>Tunnistaudu pankkitunnuksilla.</p>{form}", link=False) == "bank"


def test_strongest_way_wins() -> None:
    text = "<p>Uudet asiakkaat hakevat ilman kirjautumista.</p><p>Päätökset näkee pankkitunnuksilla kirjautunut.</p>"
    assert authentication(text) == "bank"
