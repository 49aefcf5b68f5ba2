"""Channels of small closed-world pages: every channel expected is listed, anything else found is a failure."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from analysis.channels import Subjects, channels_by_rule, fillable_from_pdf
from analysis.findings import ServiceHit
from analysis.page.read import read_page
from analysis.words.view import make_view
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
DIGITAL, PHONE, ON_SITE, PRINT, EMAIL = "digital", "phone", "on-site", "printable-form", "email"


def view_of(body: str, lang: str, title: str = "Palvelu", url: str = "https://www.kunta.example/palvelu") -> Any:
    head = f'<html lang="{lang}"><head><title>{title}</title></head>'
    html = f"{head}<body><main><h1>{title}</h1>{body}</main></body></html>"
    return make_view(read_page(html, url, TAXONOMY), TAXONOMY)


def hit(service: str, *, primary: bool = False) -> ServiceHit:
    return ServiceHit(service, TAXONOMY.services[service].theme, 1.0, primary)


def channels_of(body: str, lang: str, title: str = "Palvelu", service: str = "boat-berth") -> set[str]:
    hits = channels_by_rule(Subjects(view_of(body, lang, title), [hit(service, primary=True)]))
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
    (
        '<p>Varaukset: <a href="https://varaus.toinen.example/kunta">Tilanvaraus (avautuu uuteen ikkunaan)</a></p>',
        {DIGITAL},
    ),
    ('<p>Lue <a href="/ohjeet/varaus">ohjeet varaamisesta</a> ja <a href="/hinnasto">hinnasto</a>.</p>', set()),
    ('<p><a href="https://www.finlex.fi/fi/laki">Laki vesiliikenteestä</a></p>', set()),
    ('<iframe src="https://link.webropolsurveys.com/S/ABCDEF0123456789.par" title="Hakemus"></iframe>', {DIGITAL}),
    # own forms and what is no form of the service
    (
        '<form method="post" action="/laheta"><label>Nimi <input name="n"></label>'
        '<label>Veneen leveys <input name="l"></label>'
        "<button>Lähetä hakemus</button></form>",
        {DIGITAL},
    ),
    ('<form action="/haku"><label>Hae sivustolta <input name="q"></label><button>Hae</button></form>', set()),
    (
        '<form action="/uutiskirje"><label>Tilaa uutiskirje <input type="email" name="e"></label>'
        "<button>Tilaa</button></form>",
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
    (
        "<p>Jos verkossa hakeminen ei onnistu, tulosta lomake ja vie se palvelupisteeseen.</p>",
        {DIGITAL, PRINT, ON_SITE},
    ),
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
    ('<p>Posti: <joomla-hidden-mail first="c2F0YW1h" last="a3VudGEuZXhhbXBsZQ=="></joomla-hidden-mail></p>', {EMAIL}),
    ('<p>Kirjoita: <joomla-hidden-mail first="!" last="">-</joomla-hidden-mail></p>', set()),
    ("<p>Hakemuksen voi lähettää turvapostilla.</p>", {EMAIL}),
    ("<p>Rekisteröitymiseen tarvitset sähköpostiosoitteen.</p>", set()),
    ("<p>Suojaamattomaan sähköpostiin ei pidä kirjoittaa henkilötietoja.</p>", set()),
    # printable forms
    ('<p><a href="/tiedostot/venepaikkahakemus.pdf">Venepaikkahakemus (pdf)</a></p>', {PRINT}),
    ('<p><a href="/tiedostot/venepaikkahakemus.docx">Hakulomake</a></p>', {PRINT}),
    (
        '<p><a href="/tiedostot/hinnasto-2024.pdf">Hinnasto</a> <a href="/tiedostot/ohje.pdf">Ohje hakijalle</a></p>',
        set(),
    ),
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
    # as pages of municipalities put it
    (
        "<p>Asukaspysäköintitunnus ostetaan kaupungin verkkokaupasta tai Winnovan palvelupisteestä.</p>",
        {DIGITAL, ON_SITE},
    ),
    (
        "<p>Voit tehdä oikaisuvaatimuksen kirjallisesti osoitteeseen Pysäköinninvalvonta, PL 20, 40101 Jyväskylä.</p>",
        set(),
    ),
    ("<p>Oikaisuvaatimuslomakkeita saa asiakaspalvelusta tai sen voi ladata tältä sivulta.</p>", {ON_SITE, PRINT}),
    (
        "<p>Jätelaskutusta koskevissa asioissa palvelee asiakaspalvelu arkisin klo 9–15 numerossa 010 123 4567.</p>",
        {PHONE},
    ),
    ("<p>Muutosilmoituksen voit tehdä helposti verkossa ympäri vuorokauden.</p>", {DIGITAL}),
    ("<p>Kirjaudu OmaVesi-palveluun asiakasnumerollasi ja ilmoita mittarilukema.</p>", {DIGITAL}),
    ("<p>Mittarilukeman voi ilmoittaa myös tekstiviestillä numeroon 040 123 4567.</p>", {PHONE}),
    (
        "<p>Varhaiskasvatuspaikkaa haetaan eVakan kautta. Sähköinen hakemus edellyttää vahvaa tunnistautumista.</p>",
        {DIGITAL},
    ),
    ("<p>Jos et pysty täyttämään sähköistä hakemusta, ota yhteyttä palveluohjaukseen.</p>", {DIGITAL}),
    ("<p>Paperisen hakemuslomakkeen voi noutaa lähimmästä päiväkodista.</p>", {ON_SITE}),
    (
        "<p>Kuntalaisaloitteen voi jättää kirjaamoon, lähettää postitse tai tehdä osoitteessa kuntalaisaloite.fi.</p>",
        {DIGITAL, ON_SITE},
    ),
    ("<p>Tarjoukset jätetään sähköisesti Cloudia-kilpailutusjärjestelmään.</p>", {DIGITAL}),
    ("<p>Tarjouspyynnöt julkaistaan Hilmassa ja tarjouspalvelu.fi-sivustolla.</p>", {DIGITAL}),
    (
        "<p>Yritysneuvoja tavoittaa numerosta 044 123 4567 tai sähköpostitse etunimi.sukunimi@kunta.example.</p>",
        {PHONE, EMAIL},
    ),
    ("<p>Ajanvaraus neuvolaan arkisin klo 8–9 puhelimitse.</p>", {PHONE}),
    ("<p>Aineistoa voi varata ja lainoja uusia Vaski-verkkokirjastossa.</p>", {DIGITAL}),
    ("<p>Kirjastokortin saat lähimmästä kirjastosta esittämällä kuvallisen henkilötodistuksen.</p>", {ON_SITE}),
    ("<p>Avoimet työpaikat löydät Kuntarekrystä.</p>", {DIGITAL}),
    ("<p>Kiireelliset vikailmoitukset puhelimitse päivystykseen 0400 123 456.</p>", {PHONE}),
    (
        "<p>Avustushakemukset jätetään sähköisen asioinnin kautta 31.3. mennessä. "
        "Myöhässä saapuneita hakemuksia ei käsitellä.</p>",
        {DIGITAL},
    ),
    (
        "<p>Hakemukset liitteineen toimitetaan osoitteella Kunnan kirjaamo, Kunnantie 1, "
        "12345 Kunta tai kirjaamo@kunta.example.</p>",
        {EMAIL, ON_SITE},
    ),
    ("<p>Hakemuslomake palautetaan allekirjoitettuna sivistystoimistoon, Koulutie 3.</p>", {ON_SITE}),
    ("<p>Koulukuljetushakemus täytetään Wilmassa huoltajan tunnuksilla.</p>", {DIGITAL}),
    ("<p>Kouluun ilmoittaudutaan Wilmassa 15.1.–31.1.</p>", {DIGITAL}),
    ("<p>Lisätietoja antaa koulusihteeri.</p>", set()),
    ("<p>Lisätietoja koulusihteeriltä puh. 050 123 4567.</p>", {PHONE}),
    (
        "<p>Tontinvaraushakemuksen voi palauttaa sähköpostilla, postitse tai tuoda tekniseen toimistoon.</p>",
        {EMAIL, ON_SITE},
    ),
    (
        "<p>Kaavaluonnokseen voi jättää mielipiteen kirjallisesti kaavoitustoimistoon nähtävilläoloaikana.</p>",
        {ON_SITE},
    ),
    ("<p>Kyselyyn voi vastata Maptionnaire-karttakyselyssä 30.4. saakka.</p>", {DIGITAL}),
    ("<p>Venepaikkoja voi tiedustella satamakapteenilta, p. 0400 123 456.</p>", {PHONE}),
    ("<p>Venepaikkamaksu maksetaan laskulla.</p>", set()),
    ("<p>Uimahallin kassalta voi ostaa sarjakortin.</p>", {ON_SITE}),
    ("<p>Kurssimaksun voi maksaa verkkopankissa tai Smartum-saldolla.</p>", set()),
    (
        "<p>Kurssille voi ilmoittautua netissä, puhelimitse tai käymällä opiston toimistossa Opistokatu 2.</p>",
        {DIGITAL, PHONE, ON_SITE},
    ),
    ("<p>Sähköpostilla tulleita ilmoittautumisia emme valitettavasti voi käsitellä.</p>", set()),
    ("<p>Toimisto on suljettu heinäkuun ajan.</p>", set()),
    ("<p>Asiakaspalvelumme palvelee chatissa, puhelimessa ja palvelupisteissä.</p>", {PHONE, ON_SITE}),
    (
        "<p>Täytettävä hakulomake (pdf) avautuu selaimeen, ja sen voi lähettää liitteineen turvasähköpostilla.</p>",
        {PRINT, EMAIL},
    ),
    ("<p>Palvelu siirtyi hyvinvointialueelle 1.1.2023. Ajanvaraus hyvinvointialueen verkkosivuilla.</p>", set()),
    ("<p>Elintarvikehuoneistosta tehdään ilmoitus Ilppa-palvelussa.</p>", {DIGITAL}),
    ("<p>Eläinlääkäripäivystys vastaa numerossa 0600 12345 virka-ajan ulkopuolella.</p>", {PHONE}),
    ("<p>Sopimus allekirjoitetaan sähköisesti.</p>", set()),
    ("<p>Kunta suosittelee sähköistä asiointia.</p>", {DIGITAL}),
    ("<p>Verkkolaskut lähetetään osoitteeseen 003701234567.</p>", set()),
    ("<p>Hakuaika on päättynyt. Seuraava sähköinen haku avautuu syksyllä.</p>", {DIGITAL}),
    ("<p>Lupapisteen neuvontapyyntö on helpoin tapa aloittaa: tee pyyntö palvelussa ja liitä kuvat.</p>", {DIGITAL}),
    ("<p>Rakennustarkastajan tapaa parhaiten sopimalla ajan etukäteen puhelimella.</p>", {PHONE}),
    ("<p>Maksuvälineinä käyvät käteinen ja pankkikortti.</p>", set()),
    # things that look like a channel, and are none or another
    (
        '<p><a href="https://www.yhdistys.example/">Yhdistyksen sivut (Linkki johtaa ulkoiseen palveluun)</a></p>',
        set(),
    ),
    (
        '<p><a href="https://www.finlex.fi/x">Laki (linkki avautuu uuteen ikkunaan, siirryt toiseen palveluun)</a></p>',
        set(),
    ),
    (
        '<p><a href="https://www.hyvinvointialue.example/">Siirry hyvinvointialueen sivuille</a></p>',
        set(),
    ),
    (
        '<p><a href="https://www.pirha.fi/ajanvaraus">Ajanvaraus hyvinvointialueen sivuilla</a></p>',
        set(),
    ),
    (
        '<p><a href="/asiointi/">Asiointi</a> <a href="/lomakkeet/">Lomakkeet</a></p>',
        set(),
    ),
    (
        '<p><a href="https://www.youtube.com/watch?v=1">Katso video: näin täytät hakemuksen</a></p>',
        set(),
    ),
    (
        '<p><a href="https://maps.google.com/x">Katso sijainti kartalla</a></p>',
        set(),
    ),
    (
        '<p><a href="https://www.facebook.com/events/1">Ilmoittaudu Facebookissa</a></p>',
        set(),
    ),
    (
        "<table><tr><td>Liikuntahalli</td><td>Urheilukatu 3</td></tr><tr><td>Jäähalli</td><td>Urheilukatu "
        "5</td></tr></table>",
        {ON_SITE},
    ),
    (
        "<p>Päivitetty 2.3.2024, sivusta vastaa Maija Meikäläinen</p>",
        set(),
    ),
    (
        "<p>Tietosuoja: rekisteriseloste (pdf)</p><p><a "
        'href="/f/rekisteriseloste-hakemukset.pdf">Rekisteriseloste, hakemukset</a></p>',
        set(),
    ),
    (
        '<p><a href="/f/hakuohje-lomake.pdf">Ohje lomakkeen täyttämiseen</a></p>',
        set(),
    ),
    (
        '<p><a href="/f/12345.pdf">Hakemus vapaasta käyttövuorosta</a></p>',
        {PRINT},
    ),
    (
        '<p><a href="/documents/10180/hakemuslomake+venepaikka.pdf/abc-123">Lomake</a></p>',
        {PRINT},
    ),
    (
        '<p><a href="/lomake?id=5">Täytä verkkolomake</a></p>',
        {DIGITAL},
    ),
    (
        '<p><a href="mailto:etunimi.sukunimi@kunta.example">etunimi.sukunimi@kunta.example</a></p>',
        {EMAIL},
    ),
    (
        "<p>Sähköpostit ovat muotoa etunimi.sukunimi@kunta.example</p>",
        {EMAIL},
    ),
    (
        "<p>Varaukset voi peruuttaa puhelimitse 24 tuntia ennen.</p>",
        {PHONE},
    ),
    (
        "<p>Hakemus jätetään viimeistään 31.5. klo 15 mennessä sähköpostitse osoitteeseen "
        "kirjaamo@kunta.example tai postitse PL 11, 12345 KUNTA.</p>",
        {EMAIL},
    ),
    (
        "<p>Palvelemme sinua puhelimitse ma–pe 9–15, numero 02 123 4567 (vaihde).</p>",
        {PHONE},
    ),
    (
        "<p>Kaupungin neuvontapiste Monitori palvelee kauppakeskuksessa.</p>",
        {ON_SITE},
    ),
    (
        "<p>Asiakaspalvelupiste avoinna ma–to 9–16.</p>",
        {ON_SITE},
    ),
    (
        "<p>Käynnit ajanvarauksella.</p>",
        set(),
    ),
    (
        "<p>Tule paikan päälle ilmoittautumaan.</p>",
        {ON_SITE},
    ),
    (
        "<p>Tilaisuus järjestetään kirjastossa.</p>",
        set(),
    ),
    (
        "<p>Opetus annetaan lähikoulussa.</p>",
        set(),
    ),
    (
        "<p>Lapsi saa paikan lähimmästä päiväkodista.</p>",
        set(),
    ),
    (
        "<p>Huoltaja voi pyytää koulusta opasta.</p>",
        set(),
    ),
    # an address that a paper or a mail is only sent to
    ("<p>Hakemus toimitetaan sähköisesti osoitteeseen lupa@kunta.example.</p>", {EMAIL}),
    ("<p>Hakemus toimitetaan kahtena kappaleena postitse: Mallilan kunta, Kuntatie 1, 12345 Mallila.</p>", set()),
    ("<p>Lähetä todistus osoitteeseen Kuntatie 1, 12345 Mallila.</p>", set()),
    ("<p>Tuo hakemus tai postita se osoitteeseen Kuntatie 1, 12345 Mallila.</p>", {ON_SITE}),
    ("<p>Paperit toimitetaan tekniseen toimistoon (tekninen@kunta.example).</p>", {EMAIL}),
    ("<p>Lisätietoja saa teknisestä toimistosta.</p>", set()),
    ("<p>Liitteet toimitetaan kirjaamoon sen aukioloaikana.</p>", {ON_SITE}),
    # ways without a verb, and two ways in one clause
    ("<p>Venepaikkahakemukset ainoastaan verkkolomakkeella.</p>", {DIGITAL}),
    ("<h2>Pyynnön toimitustavat</h2><ul><li>sähköisellä lomakkeella kunnan sivuilla</li></ul>", {DIGITAL}),
    ("<p>Pyynnön voi tehdä sähköisellä lomakkeella tai tulostaa lomakkeen ja postittaa sen.</p>", {DIGITAL, PRINT}),
    ("<p>Venevalvojan soittoaika on arkisin klo 8–9.</p>", {PHONE}),
    ("<p>Lasku tulee paperilla.</p>", set()),
    ('<p>Lomakkeen voi täyttää etukäteen, se on <a href="/t/venevalkama.pdf">tästä</a>.</p>', {PRINT}),
    ('<p>Lue ohje: <a href="/t/ohje.pdf">Venepaikan hakemus (pdf)</a></p>', set()),
    ("<p>Satamatoimisto on avoinna arkisin klo 9–15.</p>", {ON_SITE}),
    ("<p>Satamatoimisto on talvella suljettu.</p>", set()),
    ("<p>Satamamestari on tavattavissa satamatoimistossa.</p>", {ON_SITE}),
    ("<p>Tekninen osasto käsittelee hakemukset kunnantalolla maanantaisin.</p>", set()),
    ("<p>Linkistä pääset Satamavahti palveluun, jossa paikan varaaminen käy helposti.</p>", {DIGITAL}),
]

SWEDISH = [
    ("<p>Ansökan görs elektroniskt i mars.</p>", {DIGITAL}),
    ("<p>Platsen bokas i webbtjänsten.</p>", {DIGITAL}),
    ("<p>Fyll i den elektroniska blanketten.</p>", {DIGITAL}),
    (
        '<p><a href="https://e-tjanster.kommun.example/ansokan">Till ansökan (länk till en extern tjänst)</a></p>',
        {DIGITAL},
    ),
    (
        '<p><a href="/sv/blankett">Elektronisk ansökan</a> / <a href="/f/ansokan.pdf">Ansökan (pdf)</a></p>',
        {DIGITAL, PRINT},
    ),
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
    # as pages of municipalities put it
    ("<p>Du anmäler ditt barn till skolan i Wilma i januari.</p>", {DIGITAL}),
    ("<p>Ansökningsblanketter finns på biblioteket och i stadshusets info.</p>", {ON_SITE}),
    ("<p>Ansökan returneras till bildningskansliet senast 31.3.</p>", {ON_SITE}),
    ("<p>Skicka din ansökan per post eller e-post till registratorskontoret.</p>", {EMAIL}),
    ("<p>Boka tid via vår nätbokning eller ring rådgivningen kl. 8–9.</p>", {DIGITAL, PHONE}),
    ("<p>Lediga jobb hittar du i Kuntarekry.</p>", {DIGITAL}),
    ("<p>Kurserna bokas på webben eller per telefon till institutets kansli.</p>", {DIGITAL, PHONE}),
    ("<p>Ta kontakt med byggnadsinspektören per telefon innan du ansöker.</p>", {PHONE}),
    ("<p>Vi tar inte emot anmälningar per telefon.</p>", set()),
    ("<p>Beslutet skickas elektroniskt till sökanden.</p>", set()),
    ("<p>Betala parkeringen med EasyPark eller i automaten.</p>", {DIGITAL, ON_SITE}),
    ("<p>Blanketten kan laddas ner här och fyllas i på datorn.</p>", {PRINT}),
    ("<p>Kundtjänsten betjänar vardagar kl. 9–15 på adressen Storgatan 1.</p>", {ON_SITE}),
    ("<p>Ansökningstiden har gått ut.</p>", set()),
    (
        "<p>Initiativet kan göras på tjänsten invånarinitiativ.fi eller lämnas skriftligt till kommunen.</p>",
        {DIGITAL},
    ),
    # things that look like a channel, and are none or another
    (
        '<p><a href="https://www.finlex.fi/sv">Kommunallagen (länken leder till en extern tjänst)</a></p>',
        set(),
    ),
    (
        "<p>Undervisningen ges i närskolan.</p>",
        set(),
    ),
    (
        "<p>Barnet får plats i ett daghem i närheten.</p>",
        set(),
    ),
    # what is sent, what is got and what only sounds like a place
    ("<p>Ansökan fylls i och sänds till stadens kansli för behandling.</p>", set()),
    ("<p>Skicka ansökan till registratorn på servicekontoret Fyren.</p>", set()),
    ("<p>Ansökan lämnas in på servicekontoret Fyren.</p>", {ON_SITE}),
    ("<p>Skicka intyget till tekniska byrån, Hamnvägen 4, 12345 Strandby.</p>", set()),
    ("<p>Ansökan levereras till registraturen (registratur@kommun.example).</p>", {EMAIL}),
    ("<p>Tillstånd får du hos byggnadstillsynscentralen.</p>", set()),
    ("<p>Båten kan förnyas i nätbiblioteket.</p>", {DIGITAL}),
    ("<p>Posta eller lämna in ansökan till den vårdplats du söker.</p>", {ON_SITE}),
    ("<p>Båtplatser kan sökas på adressen www.kommun.example.</p>", {DIGITAL}),
    ("<p>Hamnvaktens telefontid är vardagar kl. 9–10.</p>", {PHONE}),
    ("<p>Staden skickar ut ett erbjudande till kunden per SMS.</p>", set()),
    ("<p>Du kan också skicka e-post till kundtjänsten.</p>", {EMAIL}),
    ("<p>Båtplatserna finns vid biblioteket och vid simhallen.</p>", set()),
    ("<p>Blanketter finns på kansliet.</p>", {ON_SITE}),
    ("<p>Avdelningen behandlar ansökningarna på kommungården varje måndag.</p>", set()),
    ("<p>Tekniska kansliet är öppet vardagar kl. 9–15.</p>", {ON_SITE}),
    ("<p>Hamnvakten träffas på kommungården enligt överenskommelse.</p>", {ON_SITE}),
]

ENGLISH = [
    ("<p>Apply online in March.</p>", {DIGITAL}),
    ("<p>The application is filled in electronically.</p>", {DIGITAL}),
    ("<p>Applications are made in Wilma.</p>", {DIGITAL}),
    ('<p><a href="https://booking.town.example/berths">Book a berth (opens in a new tab)</a></p>', {DIGITAL}),
    ("<p>Use the online booking system or call the harbour office.</p>", {DIGITAL, PHONE}),
    (
        "<p>You can renew the application by e-mail, by phone or by visiting our customer service office.</p>",
        {EMAIL, PHONE, ON_SITE},
    ),
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
    # as pages of municipalities put it
    ("<p>You can apply for daycare through the eVaka online service.</p>", {DIGITAL}),
    ("<p>Fill in the application form and bring it to the service point.</p>", {ON_SITE}),
    ("<p>Book an appointment by calling the clinic on weekdays between 8 and 9.</p>", {PHONE}),
    ("<p>Send us an email or visit the office on Main Street 5.</p>", {EMAIL, ON_SITE}),
    ("<p>You can download and print the form below.</p>", {PRINT}),
    ("<p>Registration takes place online or at the library.</p>", {DIGITAL, ON_SITE}),
    ("<p>We do not accept applications by phone.</p>", set()),
    ("<p>You will receive a confirmation by email.</p>", set()),
    ("<p>Parking can be paid with the EasyPark app or at the parking machine.</p>", {DIGITAL, ON_SITE}),
    ("<p>Reserve the sports hall in the Timmi booking system.</p>", {DIGITAL}),
    ("<p>Contact the switchboard, tel. 02 123 4567.</p>", set()),
    ("<p>The service has been moved to the wellbeing services county.</p>", set()),
    ("<p>If you cannot use the online form, call us.</p>", {DIGITAL, PHONE}),
    # things that look like a channel, and are none or another
    (
        '<p><a href="https://www.finlex.fi/en">Act on libraries (the link leads to an external service)</a></p>',
        set(),
    ),
    (
        "<p>Teaching takes place at the local school.</p>",
        set(),
    ),
    (
        "<p>The library has books and computers.</p>",
        set(),
    ),
    (
        "<p>Loans can be renewed at the library.</p>",
        {ON_SITE},
    ),
    ("<p>Permits are available from the customer service of the harbour unit.</p>", {ON_SITE}),
    ("<p>More information is available from the harbour office.</p>", set()),
    ("<p>Changes are told by text message or e-mail.</p>", set()),
    ("<p>Phone hours on weekdays from 9 to 11.</p>", {PHONE}),
    ("<p>The notice must be submitted on paper to the harbour office.</p>", {PRINT, ON_SITE}),
    ('<p>Report by mail or fill in our <a href="/feedback">feedback form</a>.</p>', set()),
    ("<p>Harbour staff answer calls on weekdays.</p>", {PHONE}),
    ("<p>The harbour office is open on weekdays from 9 to 15.</p>", {ON_SITE}),
    ("<p>Sign up for a berth on the town's website.</p>", {DIGITAL}),
    ("<p>The list of free berths is updated on the website.</p>", set()),
    ("<p>Parking is available in front of the office.</p>", set()),
    ("<p>Give your e-mail address and phone number in the application.</p>", set()),
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


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("fi", "<p>Palautetta voit antaa sähköisellä palautelomakkeella.</p>"),
        ("fi", '<p><a href="https://palaute.kunta.example/">Anna palautetta</a></p>'),
        ("sv", "<p>Respons kan lämnas via e-tjänsten: ge respons.</p>"),
        ("en", "<p>Give feedback using the electronic feedback form.</p>"),
    ],
)
def test_city_wide_feedback_belongs_to_feedback_only(lang: str, body: str) -> None:
    assert channels_of(body, lang, service="feedback") == {DIGITAL}
    assert channels_of(body, lang, service="boat-berth") == set()


@pytest.mark.parametrize(
    ("body", "maps", "other"),
    [
        ('<p><a href="https://kartta.kunta.example/">Katso sijainti kartalla</a></p>', {DIGITAL}, set()),
        ('<p><a href="https://kartta.kunta.fi/IMS/fi/Map">Opaskartta</a></p>', {DIGITAL}, set()),
        ("<p>Palvelut löytyvät karttapalvelusta verkossa.</p>", {DIGITAL}, set()),
        ('<p><a href="https://kartta.kunta.example/">Ilmoita paikka kartalla</a></p>', {DIGITAL}, {DIGITAL}),
    ],
)
def test_map_to_look_at_is_a_channel_of_maps_only(body: str, maps: set[str], other: set[str]) -> None:
    assert channels_of(body, "fi", service="maps-and-geodata") == maps
    assert channels_of(body, "fi", service="boat-berth") == other


SECTIONS = """
<h2>Vesihuolto</h2><p>Mittarilukema ilmoitetaan sähköisellä lomakkeella.</p>
<h2>Jätehuolto</h2><p>Jätehuollon tyhjennysvälin voi muuttaa soittamalla asiakaspalveluun.</p>
"""


def pairs(body: str, services: tuple[str, ...], title: str = "Palvelut") -> set[tuple[str, str]]:
    hits = [hit(name, primary=i == 0) for i, name in enumerate(services)]
    found = channels_by_rule(Subjects(view_of(body, "fi", title), hits))
    return {(h.service_id, h.channel) for h in found}


def test_each_section_speaks_of_its_own_service() -> None:
    assert pairs(SECTIONS, ("water-services", "waste-management")) == {
        ("water-services", DIGITAL),
        ("waste-management", PHONE),
    }


def test_a_means_of_the_main_service_is_no_service_of_its_own() -> None:
    services = [hit("premises-booking", primary=True), hit("library-services")]
    body = "<p>Biblioteket har två rum att hyra.</p><p>För att boka, kontakta biblioteket: rum@kommun.example.</p>"
    found = channels_by_rule(Subjects(view_of(body, "sv", "Boka utrymme"), services))
    assert {(h.service_id, h.channel) for h in found} == {("premises-booking", EMAIL)}


def test_page_without_services_has_no_channels() -> None:
    assert channels_by_rule(Subjects(view_of(SECTIONS, "fi"), [])) == ()


def test_one_eservice_for_all_that_its_list_names() -> None:
    body = (
        '<p><a href="https://asiointi.kunta.example/">Siirry sähköiseen asiointiin</a></p>'
        "<p>Palvelussa voi tehdä:</p><ul><li>varhaiskasvatushakemuksen</li><li>ilmoittautumisen esiopetukseen</li></ul>"
    )
    services = ("ecec-application", "preschool-enrolment")
    assert pairs(body, services, "Varhaiskasvatuksen sähköinen asiointi") == {(s, DIGITAL) for s in services}


def test_sentence_that_names_its_service_speaks_only_of_that() -> None:
    body = "<p>Rakennuslupa haetaan sähköisesti Lupapisteessä. Maisematyölupaa haetaan tulostettavalla lomakkeella.</p>"
    assert pairs(body, ("building-permit", "landscape-work-permit")) == {
        ("building-permit", DIGITAL),
        ("landscape-work-permit", PRINT),
    }


def test_invoice_words_count_for_invoices_only() -> None:
    body = "<p>Tilaa e-lasku verkkopankissasi.</p>"
    assert pairs(body, ("invoices-and-payments",)) == {("invoices-and-payments", DIGITAL)}
    assert pairs(body, ("boat-berth",)) == set()


def test_hub_items_keep_to_themselves() -> None:
    body = (
        '<ul><li><a href="https://e.kunta.example/a">Rakennuslupahakemus, sähköinen lomake</a></li>'
        '<li><a href="/f/liittymishakemus.pdf">Vesiliittymän hakemus (pdf)</a></li></ul>'
    )
    assert pairs(body, ("building-permit", "water-services"), "Lomakkeet") == {
        ("building-permit", DIGITAL),
        ("water-services", PRINT),
    }


def only(body: str, lang: str = "fi") -> Any:
    (found,) = channels_by_rule(Subjects(view_of(body, lang), [hit("boat-berth", primary=True)]))
    return found


@pytest.mark.parametrize(
    ("body", "subtype"),
    [
        ("<p>Paikka varataan varauskalenterissa.</p>", "booking"),
        ("<p>Hae verkkolomakkeella.</p>", "e-form"),
        ("<p>Täytä sähköinen hakemus verkkopankkitunnuksilla.</p>", "authenticated"),
        ("<p>Jätä soittopyyntö.</p>", "callback"),
        ("<p>Soita satamamestarille.</p>", "direct"),
        ("<p>Asioi palvelupisteessä.</p>", "service-point"),
        ("<p>Palauta lomake satamatoimistoon.</p>", "office"),
        ("<p>Maksu lippuautomaatilla.</p>", "self-service"),
        ('<p><a href="/f/hakemus.pdf">Hakemus</a></p>', "static"),
        ('<p><a href="/f/hakemus.docx">Hakemus</a></p>', "fillable"),
    ],
)
def test_subtype(body: str, subtype: str) -> None:
    assert only(body).subtype == subtype


def test_evidence_quotes_the_sentence_and_marks_the_preferred_way() -> None:
    found = only("<p>Satamia on kolme. Hakemus tehdään ensisijaisesti verkossa, mielellään ajoissa.</p>")
    assert found.snippet == "Hakemus tehdään ensisijaisesti verkossa, mielellään ajoissa."
    assert found.cue == "verkossa"
    assert found.preferred
    assert 0.5 <= found.confidence <= 1


def test_long_sentences_are_cut_at_a_word() -> None:
    found = only("<p>Hakemus tehdään verkossa " + "ja hakijan pitää tietää monta asiaa " * 10 + "ennen sitä.</p>")
    assert len(found.snippet) <= 200
    assert found.snippet.endswith("…")


def test_link_evidence_has_its_target() -> None:
    found = only('<p><a href="https://asiointi.kunta.example/vene">Siirry hakemukseen</a></p>')
    assert found.target_url == "https://asiointi.kunta.example/vene"


def test_same_page_gives_the_same_answer() -> None:
    view = view_of(SECTIONS, "fi")
    services = [hit("water-services", primary=True), hit("waste-management")]
    assert channels_by_rule(Subjects(view, services)) == channels_by_rule(Subjects(view, services))


def pdf(*, fields: bool) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if fields:
        form = DictionaryObject(
            {NameObject("/Fields"): ArrayObject([DictionaryObject({NameObject("/FT"): NameObject("/Tx")})])}
        )
        writer.root_object[NameObject("/AcroForm")] = form
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_fillable_is_read_from_the_pdf_itself() -> None:
    assert fillable_from_pdf(pdf(fields=True)) is True
    assert fillable_from_pdf(pdf(fields=False)) is False


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"%PDF-1.7 broken", pdf(fields=True)[:60]])
def test_what_is_no_pdf_is_not_judged(data: bytes) -> None:
    assert fillable_from_pdf(data) is None


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html></html>",
        "<main>" + "<div>" * 3000,
        "<main><p>" + "sähköisesti verkossa, " * 20000,
        "<main><p>\x00\ud83d",
    ],
)
def test_bad_input_gives_an_answer(html: str) -> None:
    view = make_view(read_page(html, "https://www.kunta.example/", TAXONOMY), TAXONOMY)
    channels_by_rule(Subjects(view, [hit("boat-berth", primary=True)]))
