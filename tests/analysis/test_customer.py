"""Sentences that say something of the customers' say and help, in three languages, and those that only look so."""

from __future__ import annotations

import pytest

from analysis.examine import examine
from analysis.findings import CustomerHit, PageSource
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
BODIES = {
    "fi": (
        "Venepaikat",
        "Venepaikkaa haetaan sähköisellä lomakkeella. Paikan hinta on hinnastossa ja hakuaika huhtikuussa.",
    ),
    "sv": (
        "Båtplatser",
        "Du ansöker om båtplats med en elektronisk blankett. Priset finns i prislistan och ansökan görs i april.",
    ),
    "en": (
        "Boat berths",
        "You apply for a berth with the online form. The price is in the price list and the time is in April.",
    ),
}


def page(language: str, main: str, *, menu: str = "", kind: str = "palvelut", path: str = "venepaikat") -> PageSource:
    title, body = BODIES[language]
    html = (
        f'<!doctype html><html lang="{language}"><head><title>{title} | Haapala</title></head><body>'
        f'<nav><ul><li><a href="/">Haapala</a></li><li>{menu}</li></ul></nav><main><h1>{title}</h1><p>{body}</p>{main}'
        f"</main><footer><p>{menu}</p></footer></body></html>"
    )
    return PageSource(f"https://www.haapala.example/{kind}/{path}", html)


def hits(source: PageSource) -> dict[str, CustomerHit]:
    """The first sentence of each sign."""
    found: dict[str, CustomerHit] = {}
    for hit in examine(source, TAXONOMY).customer:
        found.setdefault(hit.kind, hit)
    return found


TOLD = [
    ("fi", "Anna palautetta venepaikoista lomakkeella.", "feedback-asked"),
    ("fi", "Vastaa asiakaskyselyyn ennen lokakuun loppua.", "feedback-asked"),
    ("sv", "Ge respons på servicen med blanketten.", "feedback-asked"),
    ("sv", "Svara på vår enkät om båtplatserna.", "feedback-asked"),
    ("en", "Tell us what you think of the service.", "feedback-asked"),
    ("en", "Answer our short survey on berths.", "feedback-asked"),
    ("fi", "Asiakkaiden palautteen perusteella laituriin lisättiin valot.", "feedback-used"),
    ("fi", "Hyödynnämme palautetta palvelun kehittämisessä.", "feedback-used"),
    ("sv", "Utifrån responsen har bryggan fått belysning.", "feedback-used"),
    ("en", "Based on the feedback we added lights to the pier.", "feedback-used"),
    ("fi", "Asiakkaista 87 % on tyytyväisiä palveluun.", "satisfaction-told"),
    ("fi", "Asiakastyytyväisyyden keskiarvo oli 4,2.", "satisfaction-told"),
    ("sv", "Av kunderna är 87 procent nöjda med servicen.", "satisfaction-told"),
    ("en", "Of our customers 87% are satisfied with the service.", "satisfaction-told"),
    ("fi", "Saat digitukea pääkirjastosta maanantaisin.", "digital-support"),
    ("fi", "Apua sähköisten palvelujen käyttöön saat kirjastosta.", "digital-support"),
    ("sv", "Du får digitalt stöd i biblioteket på måndagar.", "digital-support"),
    ("en", "You can get digital support at the library on Mondays.", "digital-support"),
    ("fi", "Tapaamisen voi pitää myös etäyhteydellä.", "remote-service"),
    ("sv", "Mötet kan också hållas via video.", "remote-service"),
    ("en", "The meeting can also be held by video.", "remote-service"),
    ("fi", "Omatoimikirjasto on auki joka päivä.", "self-service"),
    ("sv", "Biblioteket har meröppet varje dag.", "self-service"),
    ("en", "The library has self-service hours every day.", "self-service"),
    ("fi", "Koululaisen matkakortti myönnetään automaattisesti.", "visit-needless"),
    ("fi", "Virastossa ei tarvitse käydä, sillä kaikki hoituu verkossa.", "visit-needless"),
    ("sv", "Elevens resekort beviljas automatiskt.", "visit-needless"),
    ("sv", "Du behöver inte besöka byrån, för allt sköts elektroniskt.", "visit-needless"),
    ("en", "The pupil's travel card is granted automatically.", "visit-needless"),
    ("en", "You do not need to visit the office, as everything is done online.", "visit-needless"),
    ("fi", "Avaimet haetaan palvelupisteestä.", "service-point"),
    ("sv", "Nycklarna hämtas vid servicepunkten.", "service-point"),
    ("en", "The keys are collected at the service point.", "service-point"),
]


@pytest.mark.parametrize(("language", "sentence", "kind"), TOLD)
def test_a_sentence_is_a_sign_and_its_own_proof(language: str, sentence: str, kind: str) -> None:
    found = hits(page(language, f"<p>{sentence}</p>"))
    assert found[kind].sentence == sentence
    assert found[kind].language == language


@pytest.mark.parametrize(("language", "sentence", "kind"), TOLD)
def test_menus_headings_news_and_statements_say_nothing(language: str, sentence: str, kind: str) -> None:
    assert kind not in hits(page(language, "", menu=sentence))
    assert kind not in hits(page(language, f"<h2>{sentence}</h2>"))
    news = page(language, f"<p>Julkaistu 3.5.2019</p><p>{sentence}</p>", kind="uutiset", path="2019/05/venepaikat")
    assert examine(news, TAXONOMY).page_type == "news"
    assert hits(news) == {}


TRAPS = [
    ("fi", "Palautetta ei voi antaa tällä sivulla.", "feedback-asked"),
    ("fi", "Anna palautetta sivusta.", "feedback-asked"),
    ("fi", "Anna palautetta saavutettavuudesta.", "feedback-asked"),
    ("fi", "Vastaa kyselyyn. Kysely on päättynyt.", "feedback-asked"),
    ("fi", "Työllisyyspalvelut neuvoo ja arvioi palvelutarpeen.", "feedback-asked"),
    ("fi", "Katso nähtävillä olevat kaavat ja kerro mielipiteesi.", "feedback-asked"),
    ("sv", "Ge respons på tillgängligheten.", "feedback-asked"),
    ("sv", "Du kan delta i kvällar för invånare och svara på enkäter.", "feedback-asked"),
    ("en", "Give feedback on this page.", "feedback-asked"),
    ("sv", "Svara på enkäten. Enkäten är stängd.", "feedback-asked"),
    ("en", "Give feedback on accessibility.", "feedback-asked"),
    ("en", "Answer our short survey. The survey has closed.", "feedback-asked"),
    ("fi", "Jos et ole tyytyväinen päätökseen, voit valittaa 14 päivän kuluessa.", "satisfaction-told"),
    ("fi", "Asiakastyytyväisyys mitataan vuonna 2027.", "satisfaction-told"),
    ("sv", "Om du inte är nöjd med beslutet kan du besvära dig inom 14 dagar.", "satisfaction-told"),
    ("en", "If you are not satisfied with the decision, you may appeal within 14 days.", "satisfaction-told"),
    ("fi", "Digitukea ei ole tarjolla.", "digital-support"),
    ("fi", "Digituki on lopetettu kirjastossa.", "digital-support"),
    ("fi", "Digituki alkaa kirjastossa myöhemmin.", "digital-support"),
    ("sv", "Digitalt stöd erbjuds inte längre.", "digital-support"),
    ("en", "Digital support is no longer available.", "digital-support"),
    ("fi", "Kelan etäpalvelu toimii arkisin.", "remote-service"),
    ("fi", "Etäopetus järjestetään poikkeusoloissa.", "remote-service"),
    ("sv", "Distansundervisning ordnas vid behov.", "remote-service"),
    ("en", "Remote work is possible for our staff.", "remote-service"),
    ("fi", "Vahvistusviesti lähetetään automaattisesti.", "visit-needless"),
    ("fi", "Tukea ei myönnetä automaattisesti.", "visit-needless"),
    ("fi", "Hakemusta ei tarvita, tule paikalle.", "visit-needless"),
    ("sv", "Stödet beviljas inte automatiskt.", "visit-needless"),
    ("sv", "Ett meddelande skickas automatiskt.", "visit-needless"),
    ("en", "The grant is not granted automatically.", "visit-needless"),
    ("en", "A message is sent automatically.", "visit-needless"),
    ("fi", "Palvelupiste on suljettu.", "service-point"),
    ("fi", "Etäpalvelu", "remote-service"),
]


@pytest.mark.parametrize(("language", "sentence", "kind"), TRAPS)
def test_what_only_looks_like_a_sign_is_none(language: str, sentence: str, kind: str) -> None:
    assert kind not in hits(page(language, f"<p>{sentence}</p>"))


def test_support_says_for_whom_by_whom_and_where() -> None:
    """In the sentence, or in the line that introduces a list."""
    one = hits(page("fi", "<p>Kirjasto tarjoaa senioreille digitukea paikan päällä ja puhelimitse.</p>"))
    assert one["digital-support"].about == ("by-library", "for-older-people", "where-on-site", "where-phone")
    home = hits(page("sv", "<p>Frivilliga ger digitalt stöd hemma hos äldre.</p>"))
    assert home["digital-support"].about == ("by-volunteers", "for-older-people", "where-home")
    listed = hits(page("en", "<p>For older people:</p><ul><li>digital support is given on Mondays</li></ul>"))
    assert "for-older-people" in listed["digital-support"].about


def test_service_points_keep_their_names() -> None:
    """Of two names that overlap the longer one; each name once, however often it stands."""
    text = (
        "<p>Käynti: asiakaspalvelupiste Kompassi.</p><p>Infopiste on torilla.</p><p>Yhteispalvelu on auki arkisin.</p>"
        "<p>Meet us at the customer service point.</p>"
    )
    found = {hit.about for hit in examine(page("fi", text), TAXONOMY).customer if hit.kind == "service-point"}
    assert {("customer-service",), ("info-point",), ("joint-service",)} <= found
    english = examine(page("en", "<p>Come to the customer service point.</p>"), TAXONOMY).customer
    assert [hit.about for hit in english if hit.kind == "service-point"] == [("customer-service",)]


def test_a_page_full_of_the_same_proves_no_more_than_five_times() -> None:
    text = "".join(f"<p>Saat digitukea kirjastosta numero {n}.</p>" for n in range(20))
    assert len([hit for hit in examine(page("fi", text), TAXONOMY).customer if hit.kind == "digital-support"]) == 5


def test_every_language_has_words_for_every_sign() -> None:
    """The ids are the same in all, so that a name counts once in whatever language it stands."""
    keys = {
        code: {role for role in language.roles if role.startswith(("says-", "point-name-", "support-"))}
        for code, language in TAXONOMY.languages.items()
    }
    assert keys["fi"] == keys["sv"] == keys["en"]
    assert len(keys["fi"]) > 25
