"""Channels of small closed-world pages: every channel expected is listed, anything else found is a failure."""

from __future__ import annotations

import pytest

from analysis.channels import detect_channels
from analysis.findings import ServiceHit
from analysis.page import read_page
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
DIGITAL, PHONE, ON_SITE, PRINT, EMAIL = "digital", "phone", "on-site", "printable-form", "email"


def page_of(body: str, lang: str, title: str = "Palvelu", url: str = "https://www.kunta.example/palvelu"):
    html = f'<html lang="{lang}"><head><title>{title}</title></head><body><main><h1>{title}</h1>{body}</main></body></html>'
    return read_page(html, url, TAXONOMY)


def hit(service: str, *, primary: bool = False) -> ServiceHit:
    return ServiceHit(service, TAXONOMY.services[service].theme, 1.0, primary)


def channels_of(body: str, lang: str, title: str = "Palvelu", service: str = "boat-berth") -> set[str]:
    hits = detect_channels(page_of(body, lang, title), [hit(service, primary=True)], TAXONOMY)
    return {h.channel for h in hits if h.confidence >= 0.5}


FINNISH = [
    # digital: instructions
    ("<p>Paikkaa haetaan sähköisellä hakemuksella.</p>", {DIGITAL}),
    ("<p>Hakemus tehdään verkossa viimeistään maaliskuussa.</p>", {DIGITAL}),
    ("<p>Voit varata ajan netistä tai soittamalla toimistoon.</p>", {DIGITAL, PHONE}),
    ("<p>Ilmoittautuminen Wilmassa on auki helmikuun ajan.</p>", {DIGITAL}),
    ("<p>Luvat haetaan ensisijaisesti Lupapiste.fi:n kautta.</p>", {DIGITAL}),
    ("<p>Opistolla on käytössä verkkoilmoittautuminen.</p>", {DIGITAL}),
    ("<p>Vapaat vuorot varataan tilavarausjärjestelmässä.</p>", {DIGITAL}),
    ("<p>Täytä sähköinen lomake ja liitä siihen kartta.</p>", {DIGITAL}),
    # digital: links
    ('<p><a href="https://asiointi.kunta.example/hakemus">Siirry hakemukseen</a></p>', {DIGITAL}),
    ('<p><a href="/lomakkeet/venepaikka">Sähköinen venepaikkahakemus</a></p>', {DIGITAL}),
    ('<p>Varaukset: <a href="https://varaus.toinen.example/kunta">Tilanvaraus (linkki avautuu uuteen ikkunaan)</a></p>', {DIGITAL}),
    ('<p>Lue <a href="/ohjeet/varaus">ohjeet varaamisesta</a> ja <a href="/hinnasto">hinnasto</a>.</p>', set()),
    ('<p><a href="https://www.finlex.fi/fi/laki">Laki vesiliikenteestä</a></p>', set()),
    ('<iframe src="https://link.webropolsurveys.com/S/ABCDEF0123456789.par" title="Hakemus"></iframe>', {DIGITAL}),
    # own forms and what is no form of the service
    (
        '<form method="post" action="/laheta"><label>Nimi <input name="n"></label><label>Veneen leveys <input name="l"></label>'
        '<button>Lähetä hakemus</button></form>',
        {DIGITAL},
    ),
    ('<form action="/haku"><label>Hae sivustolta <input name="q"></label><button>Hae</button></form>', set()),
    (
        '<form action="/uutiskirje"><label>Tilaa uutiskirje <input type="email" name="e"></label><button>Tilaa</button></form>',
        set(),
    ),
    (
        '<div><p>Oliko tästä sivusta apua?</p><form action="/arvio"><input type="radio" name="a" value="1">'
        '<textarea name="t"></textarea><button>Lähetä palaute</button></form></div>',
        set(),
    ),
    # electronically, but by e-mail; arriving electronically
    ("<p>Hakemus toimitetaan sähköisesti: lähetä se sähköpostilla kirjaamoon.</p>", {EMAIL}),
    ("<p>Päätös lähetetään hakijalle sähköisesti.</p>", set()),
    ("<p>Päätöksestä tulee ilmoitus sähköpostiin.</p>", set()),
    ("<p>Vahvistus varauksesta lähetetään sähköpostilla.</p>", set()),
    ("<p>Huoltaja voi antaa luvan sähköiseen tiedoksiantoon.</p>", set()),
    ("<p>Kaavasta kuulutetaan sähköisellä ilmoitustaululla.</p>", set()),
    # negations
    ("<p>Sähköpostitse ei voi ilmoittautua.</p>", set()),
    ("<p>Puhelimitse tai sähköpostilla tehtyjä varauksia ei oteta vastaan.</p>", set()),
    ("<p>Hae verkossa, sillä paperihakemuksia ei käsitellä.</p>", {DIGITAL}),
    ("<p>Varaukset otetaan vastaan puhelimitse, ei sähköpostilla.</p>", {PHONE}),
    ("<p>Sähköinen haku ei ole vielä käytössä. Soita satamatoimistoon.</p>", {PHONE}),
    ("<p>Hakemukseen ei tarvita pankkitunnuksia: täytä verkkolomake.</p>", {DIGITAL}),
    # fallback after a condition
    ("<p>Jos verkossa hakeminen ei onnistu, tulosta lomake ja vie se palvelupisteeseen.</p>", {DIGITAL, PRINT, ON_SITE}),
    ("<p>Ellei sinulla ole verkkopankkitunnuksia, asioi palvelupisteessä.</p>", {ON_SITE}),
    # retired and coming systems, moved services
    ("<p>Timmi-varausjärjestelmä on poistunut käytöstä.</p>", set()),
    ("<p>Aiemmin paikat haettiin verkossa.</p>", set()),
    ("<p>Sähköinen varausjärjestelmä otetaan käyttöön myöhemmin.</p>", set()),
    ("<p>Perustoimeentulotukea haetaan Kelasta verkossa.</p>", set()),
    # phone
    ('<p>Satamamestari <a href="tel:+358401234567">040 123 4567</a></p>', {PHONE}),
    ("<h2>Yhteystiedot</h2><p>Liikuntasihteeri, puh. 040 123 4567</p>", {PHONE}),
    ("<p>Faksi 02 123 4567</p>", set()),
    ("<p>Kaupungin vaihde <a href='tel:021234567'>02 123 4567</a></p>", set()),
    ("<p>Jätä soittopyyntö, niin otamme yhteyttä.</p>", {PHONE}),
    ("<p>Palveluun kuuluvat hoitokäynnit, puhelinneuvonta ja todistukset.</p>", set()),
    ("<p>Hätätilanteessa soita numeroon 112.</p>", set()),
    ("<p>Y-tunnus: 0123456-7</p>", set()),
    # e-mail
    ('<p>Lähetä hakemus osoitteeseen <a href="mailto:satama@kunta.example">satama@kunta.example</a>.</p>', {EMAIL}),
    ("<p>Jonoon ilmoittaudutaan osoitteessa satama(at)kunta.example.</p>", {EMAIL}),
    ("<p>Ensisijainen yhteydenottotapa on sähköposti.</p>", {EMAIL}),
    ("<p>Hakemuksen voi lähettää turvapostilla.</p>", {EMAIL}),
    ("<p>Rekisteröitymiseen tarvitset sähköpostiosoitteen.</p>", set()),
    ("<p>Suojaamattomaan sähköpostiin ei pidä kirjoittaa henkilötietoja.</p>", set()),
    # printable forms
    ('<p><a href="/tiedostot/venepaikkahakemus.pdf">Venepaikkahakemus (pdf)</a></p>', {PRINT}),
    ('<p><a href="/tiedostot/venepaikkahakemus.docx">Hakulomake</a></p>', {PRINT}),
    ('<p><a href="/tiedostot/hinnasto-2024.pdf">Hinnasto</a> <a href="/tiedostot/hakuohje.pdf">Ohje hakijalle</a></p>', set()),
    ('<p><a href="/tiedostot/kartta.pdf">Satamakartta (pdf)</a></p>', set()),
    ("<h2>Lomakkeet</h2><p><a href='/f/irtisanominen.pdf'>Irtisanominen</a></p>", {PRINT}),
    ("<p>Lomakkeen voi tulostaa ja lähettää postitse.</p>", {PRINT}),
    ("<p>Lomakkeita saa koulujen kansliasta ja kirjastosta.</p>", {ON_SITE}),
    ("<p>Paperilomakkeen saat palvelupisteestä.</p>", {ON_SITE}),
    ("<p>Paperilomakkeesta otetaan yhteyttä palveluohjaukseen.</p>", set()),
    # on site
    ("<p>Hakemus palautetaan satamatoimistoon.</p>", {ON_SITE}),
    ("<p>Voit asioida myös palvelupisteessämme.</p>", {ON_SITE}),
    ("<p>Käyntiosoite: Rantakatu 5, 00100 Kunta</p>", {ON_SITE}),
    ("<p>Lähetä hakemus postitse: Kunta, Venepaikat, Rantakatu 5, 00100 Kunta</p>", set()),
    ("<p>Postiosoite: Kunnan kirjaamo, PL 12, 00101 Kunta</p>", set()),
    ("<p>Maksu peritään pysäköintiautomaatilla.</p>", {ON_SITE}),
    ("<p>Toimistosihteeri vastaa varauksista.</p>", set()),
    ("<p>Kuulutus on nähtävillä kaupungintalolla.</p>", {ON_SITE}),
    # several in one sentence
    (
        "<p>Hakemus jätetään sähköisesti, postitse tai toimistoon tuomalla; lisätietoja puhelimitse.</p>",
        {DIGITAL, ON_SITE, PHONE},
    ),
    (
        "<p>Ilmoittautua voi:</p><ul><li>netissä</li><li>puhelimitse</li><li>opiston toimistossa</li></ul>",
        {DIGITAL, PHONE, ON_SITE},
    ),
    ("<p>Hakea voi joko sähköisesti tai sähköpostilla.</p>", {DIGITAL, EMAIL}),
]

SWEDISH = [
    ("<p>Ansökan görs elektroniskt i mars.</p>", {DIGITAL}),
    ("<p>Platsen bokas i webbtjänsten.</p>", {DIGITAL}),
    ("<p>Fyll i den elektroniska blanketten.</p>", {DIGITAL}),
    ('<p><a href="https://e-tjanster.kommun.example/ansokan">Till ansökan (länk till en extern tjänst)</a></p>', {DIGITAL}),
    ('<p><a href="/sv/blankett">Elektronisk ansökan</a> / <a href="/f/ansokan.pdf">Ansökan på papper (pdf)</a></p>', {DIGITAL, PRINT}),
    ("<p>Man ansöker om platsen via Wilma.</p>", {DIGITAL}),
    ("<p>Anmälan kan göras per telefon eller på plats i kansliet.</p>", {PHONE, ON_SITE}),
    ("<p>Anmälningar tas inte emot per e-post.</p>", set()),
    ("<p>Begäran kan lämnas per e-post, telefon eller brev.</p>", {EMAIL, PHONE}),
    ("<p>Du får beslutet per e-post.</p>", set()),
    ("<p>Skicka inte konfidentiella uppgifter per e-post.</p>", set()),
    ("<p>Pappersblanketter får du på kundservicekontoret.</p>", {ON_SITE}),
    ("<p>Blanketten kan skrivas ut och lämnas in på kommungården.</p>", {PRINT, ON_SITE}),
    ("<p>Telefontid mån–fre kl. 9–11, tfn 040 123 4567.</p>", {PHONE}),
    ("<p>Lupapiste används inte längre.</p>", set()),
    ("<p>Besöksadress: Strandgatan 5, 10600 Staden</p>", {ON_SITE}),
    ("<p>Postadress: Kommunen, PB 12, 10601 Staden</p>", set()),
    ('<p><a href="/f/prislista.pdf">Prislista</a></p>', set()),
    ("<p>Du kan ta kontakt via e-tjänster eller ringa.</p>", {DIGITAL, PHONE}),
    ("<p>Ansökan kan göras antingen elektroniskt eller per e-post.</p>", {DIGITAL, EMAIL}),
]

ENGLISH = [
    ("<p>Apply online in March.</p>", {DIGITAL}),
    ("<p>The application is filled in electronically.</p>", {DIGITAL}),
    ("<p>Applications are made in Wilma.</p>", {DIGITAL}),
    ('<p><a href="https://booking.town.example/berths">Book a berth (opens in a new tab)</a></p>', {DIGITAL}),
    ("<p>Use the online booking system or call the harbour office.</p>", {DIGITAL, PHONE}),
    ("<p>You can renew the application by e-mail, by phone or by visiting our customer service office.</p>", {EMAIL, PHONE, ON_SITE}),
    ("<p>PIN codes are given at the library, never by phone or e-mail.</p>", {ON_SITE}),
    ("<p>The decision is sent to you by e-mail.</p>", set()),
    ("<p>Registration by e-mail is not possible.</p>", set()),
    ("<p>Print the form and return it to the office.</p>", {PRINT, ON_SITE}),
    ('<p><a href="/files/application.pdf">Application form (pdf)</a></p>', {PRINT}),
    ('<p><a href="/files/price-list.pdf">Price list</a></p>', set()),
    ("<p>Ask the school office secretary for the paper form.</p>", {ON_SITE}),
    ("<p>Tel. +358 40 123 4567 on weekdays</p>", {PHONE}),
    ("<p>In an emergency, call 112.</p>", set()),
    ("<p>The old booking system is no longer in use.</p>", set()),
    ("<p>An online service will be introduced next year.</p>", set()),
    ("<p>Postal address: Town, P.O. Box 12, 10601 Town</p>", set()),
]


@pytest.mark.parametrize(("body", "expected"), FINNISH)
def test_finnish(body: str, expected: set[str]) -> None:
    assert channels_of(body, "fi") == expected


@pytest.mark.parametrize(("body", "expected"), SWEDISH)
def test_swedish(body: str, expected: set[str]) -> None:
    assert channels_of(body, "sv", "Tjänst") == expected


@pytest.mark.parametrize(("body", "expected"), ENGLISH)
def test_english(body: str, expected: set[str]) -> None:
    assert channels_of(body, "en", "Service") == expected
