"""Longer closed-world pages for channels: cards, named systems, forms pages, signatures, and who a piece belongs to."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.channels import Subjects, channels_by_rule
from analysis.findings import ServiceHit
from analysis.page.read import read_page
from analysis.words.view import make_view
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")


def found(body: str, services: tuple[str, ...] = ("boat-berth",), title: str = "Palvelu", lang: str = "fi") -> Any:
    head = f'<html lang="{lang}"><head><title>{title}</title></head>'
    view = make_view(
        read_page(
            f"{head}<body><main><h1>{title}</h1>{body}</main></body></html>", "https://www.kunta.example/p", TAXONOMY
        ),
        TAXONOMY,
    )
    hits = [ServiceHit(s, TAXONOMY.services[s].theme, 1.0, i == 0) for i, s in enumerate(services)]
    return channels_by_rule(Subjects(view, hits))


def pairs(*args: Any, **kwargs: Any) -> set[tuple[str, str]]:
    return {(hit.service_id, hit.channel) for hit in found(*args, **kwargs)}


def channels(*args: Any, **kwargs: Any) -> set[str]:
    return {hit.channel for hit in found(*args, **kwargs)}


def test_system_named_in_the_text_and_linked_elsewhere() -> None:
    body = '<p>Lukema annetaan Vesivahdissa.</p><p><a href="https://vesivahti.example/kunta">Vesivahti</a></p>'
    assert channels(body, ("water-services",)) == set()
    body = body.replace("Vesivahdissa", "Vesivahti-palvelussa")
    (hit,) = [h for h in found(body, ("water-services",)) if h.target_url]
    assert (hit.channel, hit.target_url, hit.snippet) == (
        "digital",
        "https://vesivahti.example/kunta",
        "Lukema annetaan Vesivahti-palvelussa.",
    )


def test_instruction_to_act_on_the_web_site_counts_weakly() -> None:
    (hit,) = found("<p>Täytä hakemus kunnan verkkosivuilla.</p>")
    (surer,) = found("<p>Täytä verkkolomake.</p>")
    assert hit.channel == "digital"
    assert hit.confidence < surer.confidence
    assert found("<p>Lisätietoja löytyy kunnan verkkosivuilta.</p>") == ()


def test_forms_page_counts_where_the_text_tells_to_post_the_form() -> None:
    link = '<p><a href="/lomakkeet">Liikunnan lomakkeet</a></p>'
    assert channels(f"<p>Hakemus lähetetään postitse kirjaamoon.</p>{link}") == {"printable-form"}
    assert channels(link) == set()


def test_file_that_its_sentence_calls_a_form() -> None:
    assert channels('<p>Tulosta ja täytä: <a href="/f/123.pdf">Venepaikka 2024</a></p>') == {"printable-form"}
    assert channels('<p>Tutustu: <a href="/f/123.pdf">Venepaikka 2024</a></p>') == set()


def test_file_with_a_speaking_name() -> None:
    assert channels('<p><a href="/f/venepaikka_hakemus.pdf">Tästä</a></p>') == {"printable-form"}
    assert channels('<p><a href="/f/hakemuksen-ohje.pdf">Tästä</a></p>') == set()


def test_signature_of_the_site_is_no_contact_of_the_service() -> None:
    body = "<p>Kunta, Kirkkotie 4, 12345 Kunta, vaihde 02 123 4567, kirjaamo@kunta.example</p>"
    assert channels(body) == set()


def test_switchboard_counts_in_the_services_own_card() -> None:
    (hit,) = found('<h2>Ota yhteyttä</h2><h3>Satama</h3><p>Vaihde: <a href="tel:021234567">02 123 4567</a></p>')
    assert (hit.channel, hit.subtype) == ("phone", "switchboard")


def test_number_alone_is_quoted_with_its_heading() -> None:
    (hit,) = found('<h2>Satamamestari</h2><p><a href="tel:+358401234567">040 123 4567</a></p>')
    assert hit.snippet == "Satamamestari: 040 123 4567"
    assert hit.target_url == "tel:+358401234567"


def test_confidential_matters_and_attachments_are_no_email_channel() -> None:
    assert channels("<p>Salassa pidettäviä tietoja voi lähettää sähköpostilla vain suojattuna.</p>") == set()
    assert channels("<p>Rekisteriote lähetetään sähköpostilla liitteenä.</p>") == set()


def test_mailing_address_after_a_colon() -> None:
    body = "<p>Hakemus lähetetään postitse osoitteeseen:</p><p>Kunta, Rantakatu 5, 00100 Kunta</p>"
    assert channels(body) == set()
    body = "<p>Hakemus lähetetään postitse tai tuodaan käyntiosoitteeseen Rantakatu 5, 00100 Kunta.</p>"
    assert channels(body) == {"on-site"}


def test_after_logging_in_you_can() -> None:
    body = (
        "<h2>Sähköinen asiointi</h2><p>Kirjaudu pankkitunnuksilla. Sen jälkeen voit:</p>"
        "<ul><li>ilmoittaa hoitoajat</li><li>tehdä varhaiskasvatushakemuksen</li></ul>"
    )
    services = ("ecec-application", "ecec-attendance-times")
    assert pairs(body, services) == {(service, "digital") for service in services}


def test_lists_do_not_speak_for_what_follows_them() -> None:
    body = (
        "<p>Sama hakemus käy:</p><ul><li>esiopetukseen</li></ul>"
        "<p>Muutoksista ilmoitetaan soittamalla palveluohjaukseen.</p>"
    )
    services = ("ecec-application", "preschool-enrolment")
    assert ("ecec-application", "phone") in pairs(body, services, title="Varhaiskasvatushakemus")
    assert ("preschool-enrolment", "phone") not in pairs(body, services, title="Varhaiskasvatushakemus")


def test_subsection_belongs_to_the_heading_above() -> None:
    body = (
        "<h2>Vesihuolto</h2><p>Tietoa vedestä.</p><h3>Yhteystiedot</h3><p>Päivystys 0400 123 456</p>"
        "<h2>Jätehuolto</h2><p>Tietoa jätteistä.</p><h3>Yhteystiedot</h3><p>Neuvonta jate@kunta.example</p>"
    )
    assert pairs(body, ("water-services", "waste-management")) == {
        ("water-services", "phone"),
        ("waste-management", "email"),
    }


def test_card_in_a_section_whose_later_text_names_the_service() -> None:
    body = "<h2>Asiakaspalvelu</h2><p>Puh. 040 123 4567</p><p>Neuvomme jätehuollon asioissa.</p>"
    assert pairs(body, ("water-services", "waste-management")) == {("waste-management", "phone")}


def test_nothing_near_goes_to_the_main_service_and_eservices_to_all() -> None:
    body = '<h2>Muuta</h2><p>Puh. 040 123 4567</p><p><a href="https://asiointi.kunta.example/">Siirry palveluun</a></p>'
    services = ("water-services", "waste-management")
    assert pairs(body, services) == {
        ("water-services", "phone"),
        ("water-services", "digital"),
        ("waste-management", "digital"),
    }


@pytest.mark.parametrize("sense", ["on poistunut käytöstä", "ei ole käytössä", "otetaan käyttöön myöhemmin"])
def test_link_in_a_clause_that_takes_it_back(sense: str) -> None:
    body = f'<p>Sähköinen palvelu <a href="https://asiointi.kunta.example/">Venepaikat</a> {sense}.</p>'
    assert channels(body) == set()


def test_more_evidence_than_needed_is_cut() -> None:
    body = "".join(f'<p><a href="https://asiointi.kunta.example/{i}">Siirry palveluun {i}</a></p>' for i in range(40))
    assert len(found(body)) == 5


def test_languages_of_blocks_are_read_each_in_its_own_words() -> None:
    body = (
        "<p>Paikkaa haetaan sähköisellä hakemuksella kevään aikana, ja kunta käsittelee ne kesäkuussa.</p>"
        '<p lang="sv">Du kan också ringa hamnkontoret på vardagar, och vi svarar alltid på svenska.</p>'
    )
    assert channels(body) == {"digital", "phone"}


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("fi", "<p>Ilmoita hakemuksessa nimi ja puhelinnumero.</p>"),
        ("fi", "<p>Ilmoita kirjastoon uusi puhelinnumero.</p>"),
        ("sv", "<p>Meddela ditt telefonnummer i ansökan.</p>"),
        ("sv", "<p>Ändrad adress och nytt telefonnummer ska meddelas byrån.</p>"),
        ("en", "<p>State the number of boats in the application.</p>"),
        ("en", "<p>Report a new address and your phone number.</p>"),
    ],
)
def test_a_number_that_the_office_asks_for_is_no_phone_channel(lang: str, body: str) -> None:
    assert "phone" not in channels(body, lang=lang)


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("fi", "<p>Arvonnan tulos ilmoitetaan hakijoille sähköpostitse.</p>"),
        ("fi", "<p>Pyyntöön vastataan sähköpostilla.</p>"),
        ("sv", "<p>De utvalda meddelas per e-post i maj.</p>"),
        ("en", "<p>Applicants will be informed of the results by email.</p>"),
    ],
)
def test_an_answer_that_arrives_by_email_is_no_channel(lang: str, body: str) -> None:
    assert channels(body, lang=lang) == set()


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("fi", "<p>Lähetä hakemus: Tämä sähköpostiosoite on suojattu spamboteilta.</p>"),
        ("sv", "<p>Skicka ansökan: E-postadressen är skyddad från spamrobotar.</p>"),
        ("en", "<p>Send the application: This email address is being protected from spambots.</p>"),
    ],
)
def test_an_address_hidden_from_robots_is_an_address(lang: str, body: str) -> None:
    assert channels(body, lang=lang) == {"email"}


def test_a_bank_account_is_no_telephone_number() -> None:
    assert channels("<p>Maksut: FI21 1234 5600 0007 85</p>") == set()
    assert channels("<p>Soita: 040 123 4567</p>") == {"phone"}


@pytest.mark.parametrize(
    ("lang", "body", "expected"),
    [
        ("sv", "<p>Elektronisk ansökningsblankett</p>", set()),
        ("sv", '<p><a href="https://tjanst.example/x">Till den elektroniska kundtjänsten</a></p>', {"digital"}),
        ("sv", "<p>Ansökan görs via den elektroniska tjänsten.</p>", {"digital"}),
        ("sv", "<p>Ansökan görs på elektronisk väg.</p>", {"digital"}),
        ("sv", "<p>Den som inte kan ansöka på nätet får blanketten från servicekontoret.</p>", {"digital", "on-site"}),
        ("sv", "<p>Blanketten lämnas in till tekniska kansliet.</p>", {"on-site"}),
        ("sv", "<p>Lämna ansökan till daghem fyra månader i förväg.</p>", set()),
        ("sv", "<p>Planen är framlagd till påseende på stadskansliet.</p>", {"on-site"}),
        ("sv", "<p>Ansökan skrivs ut och blanketten postas.</p>", {"printable-form"}),
        ("sv", "<p>Vi har provat e-tjänsten för ansökan.</p>", set()),
        ("en", "<p>The application is made in the electronic permit service.</p>", {"digital"}),
        ("en", "<p>Tickets are sold at the service centre.</p>", {"on-site"}),
        ("en", "<p>At the library you get help with using the electronic services.</p>", {"on-site"}),
        ("fi", "<p>Pöytäkirjat ovat nähtävinä johtajan virkahuoneessa.</p>", {"on-site"}),
        ("fi", "<p>Hakemus on tuotava kirjaamoon.</p>", {"on-site"}),
        ("fi", "<p>Lomakkeita saa ympäristötoimesta.</p>", {"on-site"}),
        ("fi", "<p>Palvelupisteestä saa apua sähköiseen asiointiin.</p>", {"on-site"}),
        ("fi", "<p>Chatissa voit kysyä vapaista paikoista.</p>", {"digital"}),
        ("fi", "<p>Paperilomaketta ei tarvitse viedä toimistoon.</p>", set()),
        ("fi", "<p>Otamme sinuun yhteyttä puhelimitse.</p>", set()),
        ("en", "<p>We will call you when the berth is free.</p>", set()),
        ("en", "<p>Take the form to the day care office.</p>", {"on-site"}),
        ("en", "<p>Application forms can be printed from the website.</p>", {"printable-form"}),
        ("sv", "<p>Biljetter säljs vid simhallens kassa.</p>", {"on-site"}),
        ("sv", "<p>Nycklarna kan lösas ut på kundservicecentret.</p>", {"on-site"}),
        ("sv", "<p>Vi meddelar dig per e-post om du beviljas en plats.</p>", set()),
        ("fi", "<p>Hakemusta varten ei tarvitse soittaa.</p>", set()),
        ("fi", "<p>Yhdellä paikalla pidetään yhtä venettä.</p>", set()),
        ("fi", "<p>Paikalla voi ilmoittautua ennen kilpailua.</p>", {"on-site"}),
        ("sv", "<p>Du behöver inte besöka kansliet.</p>", set()),
        ("en", "<p>There is no need to call the office.</p>", set()),
        (
            "fi",
            '<p><a href="https://muu.example/x">Palstan varaaminen (Linkki vie toiseen palveluun)</a></p>',
            {"digital"},
        ),
        ("fi", '<p><a href="https://muu.example/x">Seuran historia</a></p>', set()),
    ],
)
def test_more_ways_to_say_it(lang: str, body: str, expected: set[str]) -> None:
    assert channels(body, lang=lang) == expected


def test_a_link_to_the_feedback_form_of_the_site_itself() -> None:
    body = '<p>Viestejä voi lähettää <a href="/palaute">palautelomakkeella</a>.</p>'
    assert channels(body, ("feedback",)) == {"digital"}
    assert channels(body, ("boat-berth",)) == set()


def test_heading_that_says_electronically_makes_its_section_the_list_of_services() -> None:
    items = "<ul><li>ansöka om dagvård</li><li>anmäla barnet till förskolan</li></ul>"
    link = '<p><a href="https://tjanst.example/">Till e-tjänsten</a></p>'
    services = ("ecec-application", "preschool-enrolment")
    title = "Ansökan om dagvård"
    listed = pairs(f"<h2>Elektroniskt kan du</h2>{items}{link}", services, title, "sv")
    assert {(s, "digital") for s in services} <= listed


def listed(body: str, services: tuple[str, ...], title: str = "Lomakkeet", lang: str = "fi") -> Any:
    """What a page that lists many services, none of them mainly, is found to offer."""
    head = f'<html lang="{lang}"><head><title>{title}</title></head>'
    view = make_view(
        read_page(
            f"{head}<body><main><h1>{title}</h1>{body}</main></body></html>", "https://www.kunta.example/l", TAXONOMY
        ),
        TAXONOMY,
    )
    hits = [ServiceHit(s, TAXONOMY.services[s].theme, 1.0, False) for s in services]
    return {(hit.service_id, hit.channel) for hit in channels_by_rule(Subjects(view, hits))}


def form_link(name: str) -> str:
    return f'<li>{name}: <a href="/f/{len(name)}.pdf">tulostettava lomake (pdf)</a></li>'


MANY = ("building-permit", "boat-berth", "school-transport")


def test_listed_form_that_names_no_service_is_nobodys() -> None:
    rows = form_link("Rakennuslupahakemus") + form_link("Liittymishakemus") + form_link("Venepaikkahakemus")
    assert listed(f"<h2>Asuminen</h2><ul>{rows}</ul>", MANY) == {
        ("building-permit", "printable-form"),
        ("boat-berth", "printable-form"),
    }
    alone = f"<h2>Asuminen</h2><ul>{form_link('Rakennuslupahakemus')}</ul><h2>Muut</h2>"
    assert ("school-transport", "printable-form") not in listed(alone + form_link("Liittymishakemus"), MANY)


def test_listed_form_of_a_service_the_page_does_not_serve_is_nobodys() -> None:
    body = f"<h2>Venepaikat</h2><ul>{form_link('Koirapuistovuoro')}{form_link('Vuokra-asuntohakemus')}</ul>"
    assert listed(body, MANY) == {("boat-berth", "printable-form")}
    assert listed(f"<h2>Venepaikat</h2><ul>{form_link('Vuokra-asuntohakemus')}</ul>", MANY) == set()


def test_heading_of_two_services_claims_no_item() -> None:
    rows = form_link("Liittymishakemus")
    assert listed(f"<h2>Venepaikat</h2><ul>{rows}</ul>", MANY) == {("boat-berth", "printable-form")}
    assert listed(f"<h2>Venepaikat ja rakennusluvat</h2><ul>{rows}</ul>", MANY) == set()


def test_listed_item_without_a_subject_goes_with_what_stands_above() -> None:
    body = '<h2>Asuminen</h2><p>Rakennuslupa</p><ul><li><a href="/f/1.pdf">Tulosta hakemus (pdf)</a></li></ul>'
    assert listed(body, MANY) == {("building-permit", "printable-form")}


def test_swedish_and_english_lists_keep_to_the_same_rule() -> None:
    form = '<a href="/f/1.pdf">blankett (pdf)</a>'
    rows = f"<li>Båtplats: {form}</li><li>Flaggning: {form}</li>"
    assert listed(f"<h2>Fritid</h2><ul>{rows}</ul>", MANY, "Blanketter", "sv") == {("boat-berth", "printable-form")}
    rows = '<li>Flag days: <a href="/2.pdf">form (pdf)</a></li>'
    assert listed(f"<h2>Boat berths and building permits</h2><ul>{rows}</ul>", MANY, "Forms", "en") == set()


@pytest.mark.parametrize(
    ("lang", "heading", "form"),
    [
        ("fi", "Luottamushenkilöiden lomakkeet", "Kokousilmoitus: lomake"),
        ("sv", "Blanketter för förtroendevalda", "Ifyllbar blankett för anmälan till mötet"),
        ("en", "Forms for councillors", "Fill in this notification form before the meeting"),
    ],
)
def test_forms_of_elected_members_are_no_service_to_residents(lang: str, heading: str, form: str) -> None:
    link = f'<ul><li><a href="/f/1.pdf">{form} (pdf)</a></li></ul>'
    services, title = ("decisions-and-agendas",), {"fi": "Kokoukset", "sv": "Våra möten", "en": "Our meetings"}[lang]
    assert channels(f"<h2>{heading}</h2>{link}", services, heading, lang) == set()
    assert channels(f"<h2>{title}</h2>{link}", services, title, lang) == {"printable-form"}


@pytest.mark.parametrize(
    ("lang", "sentence", "visited"),
    [
        # a system's name in a case of place
        ("fi", "Täytä hakemus sähköisesti eVakassa.", False),
        ("fi", "Hakemuksen voi täyttää kirjastossa.", True),
        # what is lent or let at a place is used there
        ("fi", "Kirjastossa voi lainata lautapelejä.", False),
        ("fi", "Avaimet vuokrataan kunnantalon neuvonnasta.", True),
        ("fi", "Kirjastossa voi lainata pelejä ja maksaa varauksen.", True),
        ("sv", "På biblioteket kan du låna brädspel.", False),
        ("sv", "Nycklarna hyrs från kommunkansliet.", True),
        ("en", "Saunas can be rented in the community hall.", False),
        ("en", "Skates can be rented from the swimming hall.", True),
    ],
)
def test_place_where_something_is_used_is_no_place_to_deal_with_it(lang: str, sentence: str, visited: bool) -> None:
    title = {"fi": "Venepaikat", "sv": "Båtplatser för alla", "en": "Berths for boats"}[lang]
    assert ("on-site" in channels(f"<p>{sentence}</p>", title=title, lang=lang)) is visited


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("fi", "Jos katu on tukossa, soita päivystykseen"),
        ("sv", "Om gatan är avstängd ska du ringa jouren"),
        ("en", "If the street is blocked, call the on-call team"),
    ],
)
def test_emergency_line_counts_only_with_its_number(lang: str, sentence: str) -> None:
    title = {"fi": "Anna palautetta", "sv": "Ge respons om vår stad", "en": "Give feedback to us"}[lang]
    assert channels(f"<p>{sentence}.</p>", ("feedback",), title, lang) == set()
    assert channels(f"<p>{sentence}, 09 123 4567.</p>", ("feedback",), title, lang) == {"phone"}


def test_on_a_hub_the_main_service_is_one_among_many() -> None:
    body = f"<h2>Asuminen</h2><ul>{form_link('Rakennuslupahakemus')}{form_link('Liittymishakemus')}</ul>"
    html = f'<html lang="fi"><head><title>x</title></head><body><main><h1>Lomakkeet</h1>{body}</main></body></html>'
    view = make_view(read_page(html, "https://www.kunta.example/l", TAXONOMY), TAXONOMY)
    hits = [ServiceHit(s, TAXONOMY.services[s].theme, 1.0, s == "boat-berth") for s in MANY]
    (hit,) = {(h.service_id, h.target_url) for h in channels_by_rule(Subjects(view, hits, is_hub=True)) if h.target_url}
    assert hit == ("building-permit", "https://www.kunta.example/f/19.pdf")
