"""Products behind a page's links and words, and the e-service addresses that no product claims."""

from __future__ import annotations

import time
from typing import Any

import pytest

from analysis.channels import Subjects
from analysis.findings import PageSource, ServiceHit
from analysis.fold.site_tools import recognise_site_tools
from analysis.judges.products import recognise_products
from analysis.page.read import read_page
from analysis.words.view import make_view
from taxonomy import load_taxonomy, product_index

TAXONOMY = load_taxonomy("fi")
OWN = "https://www.kunta.example/palvelu"


def page_of(body: str, lang: str = "fi") -> Any:
    html = f'<html lang="{lang}"><head><title>x</title></head><body><main><h1>Palvelu</h1>{body}</main></body></html>'
    return read_page(html, OWN, TAXONOMY)


def service(name: str, *, primary: bool = False) -> ServiceHit:
    return ServiceHit(name, TAXONOMY.services[name].theme, 1.0, primary)


def recognise(
    body: str,
    services: tuple[str, ...] = ("sports-facility-booking",),
    own_hosts: frozenset[str] = frozenset(),
    **kwargs: Any,
) -> Any:
    hits = [service(name, primary=i == 0) for i, name in enumerate(services)]
    return recognise_products(Subjects(make_view(page_of(body), TAXONOMY, own_hosts), hits), **kwargs)


def products(body: str, **kwargs: Any) -> set[str]:
    return {hit.product_id for hit in recognise(body, **kwargs)[0]}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # host, white-label host, distinctive path, several products on one host
        ('<p><a href="https://kunta.inschool.fi/">Wilma</a></p>', {"wilma"}),
        ('<p><a href="https://wilma.kunta.fi/login">Kirjaudu</a></p>', {"wilma"}),
        ('<p><a href="https://tilat.kunta.fi/WebTimmi/login.do">Tilavaraus</a></p>', {"timmi"}),
        ('<p><a href="https://kartta.kunta.fi/eFeedback/fi">Anna palautetta</a></p>', {"trimble-efeedback"}),
        ('<p><a href="https://kartta.kunta.fi/IMS/fi/Map">Opaskartta</a></p>', {"trimble-ims"}),
        ('<p><a href="https://kauppa.lupapiste.fi/">Piirustukset</a></p>', {"lupapiste-kauppa"}),
        ('<p><a href="https://www.lupapiste.fi/">Hae lupaa</a></p>', {"lupapiste"}),
        # one maker's products on a customer's host: the words tell which; names of others change nothing
        ('<p><a href="https://kunta.daisynet.fi/">Hae paikkaa eDaisyssä</a></p>', {"edaisy"}),
        ('<p><a href="https://kunta.daisynet.fi/">Varaa hoitoajat</a></p>', {"daisyfamily"}),
        ('<p><a href="https://kunta.daisynet.fi/">Wilma ja Daisy</a></p>', {"daisyfamily"}),
        # frames
        (
            '<iframe src="https://link.webropolsurveys.com/S/ABCDEF0123456789.par" title="Kysely"></iframe>',
            {"webropol"},
        ),
        # names in instructions
        ("<p>Vuorot varataan Timmissä.</p>", {"timmi"}),
        ("<p>Hakemus tehdään Wilmassa.</p>", {"wilma"}),
        # mere mentions, retired, denied, coming
        ("<p>Timmi on monen kaupungin käyttämä järjestelmä.</p>", set()),
        ("<p>Timmi-varausjärjestelmä on poistunut käytöstä.</p>", set()),
        ("<p>Lupapisteessä ei voi tehdä tätä hakemusta.</p>", set()),
        ("<p>Aiemmin vuorot varattiin Timmissä.</p>", set()),
        # ordinary words
        ("<p>Pihan voi siivota, kun harava on otettu esiin ja työ tehdään huolella.</p>", set()),
        ("<p>Asioin kirjaamossa ja jätän hakemuksen.</p>", set()),
        # what is about a product: its support, its maker, a picture cited; but not an installation
        ('<p><a href="https://help.inschool.fi/">Wilman käyttöohje huoltajalle</a></p>', set()),
        ('<p><a href="https://www.maptionnaire.com/product">Maptionnaire</a></p>', set()),
        ('<p><a href="https://www.visma.fi/wilma/">Wilma uudistuu</a></p>', set()),
        ('<p><a href="https://www.innofactor.com/dynasty/">Innofactor Dynasty</a></p>', set()),
        ('<p><a href="https://www.enkora.fi/">Enkora Oy</a></p>', set()),
        ('<p>Kuva: <a href="https://www.finna.fi/Record/museovirasto.1">Museovirasto</a></p>', set()),
        ('<p><a href="https://kunta.edaisy.fi/">Siirry eDaisyyn</a></p>', {"edaisy"}),
        # a name in a link's words: to go there, or a headline
        ('<p><a href="https://linkki.example/1">Kirjaudu Wilmaan</a></p>', {"wilma"}),
        ('<p><a href="https://linkki.example/1">Wilma</a></p>', {"wilma"}),
        ('<p><a href="https://lehti.example/1">Wilma kaatui koulujen alkaessa</a></p>', set()),
        ('<p><a href="https://lehti.example/uutiset/1">Hae lupaa Lupapisteessä</a></p>', set()),
        ('<p><a href="https://yle.fi/a/74-1">Wilma</a></p>', set()),
        ('<p>Hakemus tehdään Wilmassa. <a href="https://help.inschool.fi/">Wilman ohje</a></p>', {"wilma"}),
        # a maker's family known by its name, where early education is spoken of
        (
            '<p>Varhaiskasvatukseen haetaan <a href="https://linkki.example/1">eAsioinnissa</a>.</p>',
            {"easiointi-varhaiskasvatus"},
        ),
        # products that a page sends to, though no service is behind them; what only shows something is none
        ('<p>Liitteet lähetetään <a href="https://turvaposti.kunta.fi/">turvapostilla</a>.</p>', {"securemail"}),
        ('<p>Tilaa <a href="https://www.johtotieto.fi/">johtoselvitys</a>.</p>', {"johtotieto"}),
        ('<p><a href="https://www.google.com/maps/embed?pb=1">Sijainti kartalla</a></p>', set()),
        ('<iframe src="https://turvaposti.kunta.fi/" title="Viesti"></iframe>', set()),
        # furniture of the site: social media, own hosts
        ('<p><a href="https://www.facebook.com/kunta">Facebook</a></p>', set()),
        ('<p><a href="https://www.kunta.example/timmi-ohje">Ohje</a></p>', set()),
    ],
)
def test_recognised(body: str, expected: set[str]) -> None:
    assert products(body) == expected


def test_link_that_the_text_calls_gone_does_not_count() -> None:
    body = '<p>Vanha järjestelmä <a href="https://timmi.kunta.fi/WebTimmi">Timmi</a> on poistunut käytöstä.</p>'
    assert products(body) == set()


def test_evidence_type_target_and_service() -> None:
    body = '<h2>Liikuntavuorot</h2><p><a href="https://timmi.kunta.fi/WebTimmi">Varaa liikuntavuoro</a></p>'
    (hit,) = recognise(body)[0]
    assert (hit.product_id, hit.service_id, hit.target) == (
        "timmi",
        "sports-facility-booking",
        "https://timmi.kunta.fi/WebTimmi",
    )
    assert hit.evidence_type in ("host", "path")
    assert hit.confidence > 0.9


def test_products_go_to_the_service_of_their_section() -> None:
    body = (
        '<h2>Esiopetukseen ilmoittautuminen</h2><p><a href="https://kunta.inschool.fi/">Wilma</a></p>'
        '<h2>Varhaiskasvatushakemus</h2><p><a href="https://kunta.daisynet.fi/eDaisy">eDaisy</a></p>'
    )
    hits, _ = recognise(body, services=("preschool-enrolment", "ecec-application"))
    assert {(h.product_id, h.service_id) for h in hits} >= {
        ("wilma", "preschool-enrolment"),
        ("edaisy", "ecec-application"),
    }
    assert ("wilma", "ecec-application") not in {(h.product_id, h.service_id) for h in hits}


def test_page_without_services_names_products_without_service() -> None:
    (hit,) = recognise('<p><a href="https://kunta.inschool.fi/">Wilma</a></p>', services=())[0]
    assert (hit.product_id, hit.service_id) == ("wilma", None)


def test_unknown_eservice_hosts_are_listed() -> None:
    body = (
        '<p><a href="https://asiointi.tuntematon.example/kunta">Siirry asiointiin</a></p>'
        '<p><a href="https://www.finlex.fi/fi/laki">Laki</a> <a href="https://www.yhdistys.example/">Yhdistys</a></p>'
    )
    hits, unknown = recognise(body)
    assert hits == ()
    assert [(u.host, u.service_id) for u in unknown] == [("asiointi.tuntematon.example", "sports-facility-booking")]


def test_other_hosts_of_the_municipality_are_its_own() -> None:
    body = '<p><a href="https://palvelut.kunta.example/varaus">Siirry varaukseen</a></p>'
    assert [u.host for u in recognise(body)[1]] == ["palvelut.kunta.example"]
    assert recognise(body, own_hosts=frozenset({"palvelut.kunta.example"}))[1] == ()


def test_landing_page_decides_where_the_link_does_not() -> None:
    link = "https://lyhyt.example/abc"
    body = f'<p><a href="{link}">Siirry varaukseen</a></p>'
    landing = {link: PageSource("https://kunta.inschool.fi/login", "<html></html>")}
    assert products(body, landing=landing) == {"wilma"}
    assert recognise(body, landing=landing)[1] == ()


def test_what_a_link_passes_on_its_way_decides_too() -> None:
    link, wall = "https://lyhyt.example/abc", "https://tunnistautuminen.suomi.fi/sivut?x=1"
    body = f'<p><a href="{link}">Siirry varaukseen</a></p>'
    passed = PageSource(wall, "<html></html>", way=("https://kunta.inschool.fi/login",))
    assert products(body, landing={link: passed}) == {"wilma"}


def test_site_tools_are_told_apart_from_eservices() -> None:
    html = (
        '<html lang="fi"><head><meta name="generator" content="WordPress 6.5"><title>x</title>'
        '<meta http-equiv="Content-Security-Policy" content="script-src https://stats.example/matomo.js">'
        '</head><body><main><h1>Palvelu</h1><p>Teksti</p></main><script src="https://cdn.askem.com/plugin/askem.js"></script>'
        "</body></html>"
    )
    page = read_page(html, OWN, TAXONOMY)
    tools = recognise_site_tools(html, page, TAXONOMY)
    assert [(t.product_id, t.service_id, t.evidence_type) for t in tools] == [
        ("askem", None, "markup"),
        ("wordpress", None, "generator"),
    ]
    assert recognise_products(Subjects(make_view(page, TAXONOMY), [service("boat-berth")])) == ((), ())


def test_same_page_gives_same_answer_in_any_order() -> None:
    body = '<p><a href="https://www.lupapiste.fi/">Hae</a> <a href="https://kunta.inschool.fi/">Wilma</a></p>'
    assert recognise(body) == recognise(body)
    assert [h.product_id for h in recognise(body)[0]] == ["lupapiste", "wilma"]


def cpu(action: Any) -> float:
    """The least processor time of three runs, in seconds."""
    times = []
    for run in range(3):
        began = time.process_time()
        action(run)
        times.append(time.process_time() - began)
    return min(times)


@pytest.mark.timed
def test_five_hundred_links_cost_less_than_reading_the_page() -> None:
    links = "".join(f'<li><a href="https://sivu{i}.esim{i}.fi/polku/{i}">Sivu numero {i}</a></li>' for i in range(500))
    html = f"<html lang='fi'><head><title>x</title></head><body><main><h1>Linkit</h1>{links}</main></body></html>"
    index = product_index(TAXONOMY)
    urls = [[f"https://sivu{i}.esim{i}.fi/{run}" for i in range(500)] for run in range(3)]
    reading = cpu(lambda _: read_page(html, OWN, TAXONOMY))
    matching = cpu(lambda run: [index.find_url(url) for url in urls[run]])
    assert matching < reading


def test_listed_product_belongs_to_the_services_that_its_item_names() -> None:
    body = (
        '<h2>Kunta ja hallinto</h2><ul><li>Koulun viestit: <a href="https://wilma.kunta.fi/login">Kirjaudu</a></li>'
        '<li>Venepaikat: <a href="https://tilat.kunta.fi/WebTimmi/login.do">Varaa</a></li></ul>'
    )
    hits = [service(name) for name in ("boat-berth", "feedback", "plot-application")]
    found, _ = recognise_products(Subjects(make_view(page_of(body), TAXONOMY), hits))
    assert {(hit.product_id, hit.service_id) for hit in found} == {("timmi", "boat-berth"), ("wilma", None)}


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://www.cloudia.net/fi/">Siirry Cloudian palveluun</a>',
        '<a href="https://support.maptionnaire.com/hc/1">Siirry palveluun</a>',
        '<a href="https://lomakkeet.kunta.fi/hakemus.pdf">Täytä hakemus (pdf)</a>',
        '<a href="https://www.suomi.fi/ohjeet-ja-tuki">Suomi.fi-palvelujen neuvonta</a>',
    ],
)
def test_what_is_about_a_product_is_no_unknown_eservice(link: str) -> None:
    assert recognise(f"<p>{link}</p>") == ((), ())
