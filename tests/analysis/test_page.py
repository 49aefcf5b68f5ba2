"""What a page says and what is furniture; links, forms, contacts; and input that is no page at all."""

from __future__ import annotations

import time

import pytest

from analysis import Furniture, Page, learn_furniture, read_page
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
URL = "https://www.haapala.example/asuminen/venepaikat"


def read(html: str | bytes, **options: object) -> Page:
    return read_page(html, URL, TAXONOMY, **options)  # type: ignore[arg-type]


def main_of(page: Page) -> list[str]:
    return [block.text for block in page.main_blocks()]


SEMANTIC = """<!doctype html><html lang="fi"><head><title>Venepaikat - Haapala</title>
<link rel="alternate" hreflang="sv" href="/sv/batplatser"><link rel="canonical" href="/venepaikat">
<meta name="description" content="Venepaikkojen vuokraus"><meta name="generator" content="WordPress 6.8"></head>
<body><div id="cookie"><p>Käytämme evästeitä.</p></div><header>
<a href="/">Haapala</a><nav><a href="/kirjasto">Kirjasto</a>
</nav></header><main><nav aria-label="breadcrumb"><ol><li>Etusivu</li><li>Vapaa-aika</li><li>Venepaikat</li></ol></nav>
<h1>Venepaikat</h1><p>Venepaikkaa haetaan <a href="/lomake">verkkolomakkeella</a> helmikuussa.</p><h2>Hinnat</h2>
<ul><li>Iso paikka 90 euroa</li></ul></main>
<footer><p>Vaihde <a href="tel:0190001234">019 000 1234</a></p></footer></body>"""


def test_semantic_page_is_read_without_its_furniture() -> None:
    page = read(SEMANTIC)
    assert main_of(page) == [
        "Venepaikat", "Venepaikkaa haetaan verkkolomakkeella helmikuussa.", "Hinnat", "Iso paikka 90 euroa",
    ]  # fmt: skip
    assert (page.title, page.h1, page.language) == ("Venepaikat - Haapala", "Venepaikat", "fi")
    assert page.breadcrumb == ("Vapaa-aika",)
    assert page.alternates == {"sv": "https://www.haapala.example/sv/batplatser"}
    assert page.canonical.endswith("/venepaikat")
    assert page.description == "Venepaikkojen vuokraus"
    assert page.generator.startswith("WordPress")
    assert page.blocks[3].headings == ("Venepaikat", "Hinnat")


def test_links_carry_sentence_heading_and_kind() -> None:
    page = read(SEMANTIC)
    link = next(link for link in page.links if link.text == "verkkolomakkeella")
    assert link.url == "https://www.haapala.example/lomake"
    assert link.in_main
    assert link.context == "Venepaikkaa haetaan verkkolomakkeella helmikuussa."
    assert link.heading == "Venepaikat"
    assert link.kind == "page"
    furniture = next(link for link in page.links if link.text == "Kirjasto")
    assert not furniture.in_main


def test_switchboard_in_the_footer_is_furniture() -> None:
    phone = next(contact for contact in read(SEMANTIC).contacts if contact.kind == "phone")
    assert phone.value == "+358190001234"
    assert not phone.in_main


def test_switchboard_in_a_cell_is_furniture_and_a_link_to_its_page_is_none() -> None:
    said = "<h1>Tontit</h1><p>Tontit on myyty.</p>"
    wrap = "<html><title>Tontit</title><div class=a><div class=b>" + said + "{}</div></div>{}</html>"
    lines = "<td>Haapala<br>Raitti 3</td><td>Vaihde 019 000 1234</td><td>Karttapalvelu</td>"
    cells = f"<div class=x><table><tr>{lines}</tr></table></div>"
    assert main_of(read(wrap.format("", cells))) == ["Tontit", "Tontit on myyty."]
    beside = (
        "<div class=y><p>Hinnat ovat taulukossa.</p><ul><li><a href='/p'>Palvelupiste ja vaihde</a></li></ul></div>"
    )
    assert "Hinnat ovat taulukossa." in main_of(read(wrap.format(beside, "")))
    banner = (
        "<div class=c>Käytämme välttämättömiä evästeitä. Tilastoevästeet voit hyväksyä. <a href='#'>Hyväksy</a></div>"
    )
    assert main_of(read(wrap.format("", banner))) == ["Tontit", "Tontit on myyty."]


TABLES = """<html><head><title>Haapala | Jätehuolto</title></head><body><table><tr><td colspan=3><a href="/">Haapala</a>
<form action="/haku"><input name="q"></form></td></tr><tr><td class="vasen"><ul><li><a href="/a">Rakentaminen</a></li>
<li><a href="/b">Kirjasto</a></li><li><a href="/c">Neuvola</a></li></ul></td><td>
<div class="polku">Etusivu &gt; Asuminen &gt;
Jätehuolto</div><p><b>Jätehuolto</b></p><p>Jätteet voi tuoda asemalle.<br>Asema on auki ma 12-18.</p></td>
<td><b>Lue myös</b><ul>
<li><a href="/d">Laskutus</a></li></ul></td></tr><tr><td colspan=3><p>Kunnantalo, Raitti 3</p><p>Vaihde 019 000 1234</p>
<a href="/s">Saavutettavuusseloste</a> <a href="/t">Tietosuoja</a></td></tr></table></body></html>"""


def test_table_layout_without_landmarks() -> None:
    page = read(TABLES)
    assert main_of(page) == ["Jätehuolto", "Jätteet voi tuoda asemalle.\nAsema on auki ma 12-18."]
    assert page.breadcrumb == ("Asuminen",)
    assert page.h1 == "Jätehuolto"
    assert [form.purpose for form in page.forms] == []
    assert page.opening_hours == ("Jätteet voi tuoda asemalle.\nAsema on auki ma 12-18.",)


SOUP = """<html lang="fi"><head><title>Kirjasto – Haapala</title></head><body><div id="root"><div class="css-1">
<div class="css-2">
<span>Käytämme evästeitä sivustolla.</span><button>Hyväksy kaikki</button></div>
<div class="css-3"><a href="/a">Asuminen</a>
<a href="/b">Vapaa-aika</a><a href="/c">Asiointi</a></div><div class="css-4">
<div><h1>Kirjasto</h1></div><div class="css-5">
<div>Kirjastokortin saa kirjastosta henkilötodistusta näyttämällä, eikä se maksa mitään.</div>
<div>Lainat voi uusia verkossa.</div>
</div><div class="css-6"><div>Aiheeseen liittyvää</div><a href="/d">Pysäköinti</a></div>
<div>Oliko tästä sivusta apua?</div></div>
<div class="css-7"><div>Puhelinvaihde 019 000 1234</div>
<a href="/p">Anna palautetta</a><a href="/t">Tietosuoja</a></div>
</div></div></body></html>"""


def test_component_soup() -> None:
    assert main_of(read(SOUP)) == [
        "Kirjasto",
        "Kirjastokortin saa kirjastosta henkilötodistusta näyttämällä, eikä se maksa mitään.",
        "Lainat voi uusia verkossa.",
    ]


def test_accordions_and_tabs_are_content() -> None:
    page = read(
        "<main><h1>Lupa</h1><div class='accordion'><button aria-expanded='false'>Miten haen?</button><div hidden>"
        "<p>Lupaa haetaan sähköisesti.</p></div></div><details><summary>Hinta</summary><p>Lupa maksaa.</p></details>"
        "<div role='tablist'><button role='tab' id='t1'>Liitteet</button></div>"
        "<div role='tabpanel' aria-labelledby='t1'><p>Asemapiirros.</p></div></main>"
    )
    assert [block.text for block in page.main_blocks() if block.kind == "summary"] == [
        "Miten haen?",
        "Hinta",
        "Liitteet",
    ]
    assert page.blocks[-1].headings == ("Lupa", "Liitteet")
    assert "Lupaa haetaan sähköisesti." in page.main_text


def test_hidden_mobile_menu_is_furniture() -> None:
    menu = "".join(f"<li><a href='/{n}'>Osio {n}</a></li>" for n in range(20))
    page = read(f"<main><div hidden><ul>{menu}</ul></div><h1>Palaute</h1><p>Kerro meille.</p></main>")
    assert main_of(page) == ["Palaute", "Kerro meille."]


def test_boxes_of_page_builders_are_kept() -> None:
    page = read(
        "<div class='content'><h1>Lupa</h1>"
        "<div class='widget'><p>Hae <a href='https://a.example/'>palvelussa</a>.</p></div></div>"
    )
    assert "Hae palvelussa." in page.main_text


def test_data_rows_are_one_block() -> None:
    page = read("<main><h1>Ihmiset</h1><table><tr><th>Johtaja</th><td>019 555 0101</td></tr></table></main>")
    assert page.blocks[-1].text == "Johtaja | 019 555 0101"
    assert page.blocks[-1].kind == "cell"


def test_old_headings_are_headings() -> None:
    page = read(
        "<html><title>Lupa</title><body><font size=5><b>Lupa</b></font><p><b>Hinta</b></p><p>Lupa maksaa 50 euroa.</p>"
    )
    assert [block.kind for block in page.main_blocks()] == ["heading", "heading", "paragraph"]


def test_forms_with_fields_and_purpose() -> None:
    page = read(
        "<main><h1>Palaute</h1><form method='post' action='/laheta'><label>Nimi <input name='n' required></label>"
        "<label>Viesti <textarea name='v'></textarea></label>"
        "<input type='hidden' name='x'><button>Lähetä</button></form>"
        "<form><input type='password' name='p'></form><form class='search'><input name='q'></form>"
        "<p>Oliko sivusta apua?</p><form><input type='radio' name='r'></form></main>"
    )
    form = page.forms[0]
    assert (form.action, form.method, form.submit) == ("https://www.haapala.example/laheta", "post", "Lähetä")
    assert [(item.name, item.label, item.required) for item in form.fields] == [
        ("n", "Nimi", True),
        ("v", "Viesti", False),
    ]
    assert [item.purpose for item in page.forms] == ["service", "login", "search", "other"]


@pytest.mark.parametrize(
    ("html", "address"),
    [
        ("<p>veneily(at)haapala.example</p>", "veneily@haapala.example"),
        ("<p>veneily [at] haapala.example. Satamassa on myös kioski.</p>", "veneily@haapala.example"),
        ("<p>veneily (at) haapala . example</p>", "veneily@haapala.example"),
        ("<p>veneily (at) haapala. fi</p>", "veneily@haapala.fi"),
        ("<p>etu.suku [ät] haapala.fi</p>", "etu.suku@haapala.fi"),
        ("<p>&#118;ene&#64;haapala.fi</p>", "vene@haapala.fi"),
        ("<a href='mailto:Vene%40haapala.fi?subject=x'>posti</a>", "vene@haapala.fi"),
        ("<p><span data-cfemail='543f3d263e35353932143c35352435383e7a323d'></span></p>", None),
        ("<p>Posti: <script>document.write('vene' + '@' + 'haapala.fi')</script></p>", "vene@haapala.fi"),
    ],
)
def test_addresses_hidden_from_robots(html: str, address: str | None) -> None:
    found = [contact.value for contact in read(f"<main><h1>Vene</h1>{html}</main>").contacts if contact.kind == "email"]
    assert (address in found) if address else len(found) == 1


def test_phones_streets_and_boxes() -> None:
    page = read(
        "<main><h1>Lupa</h1><p>Soita 019 555 0101 tai +358 40 123 4567. Y-tunnus 0123456-7, pvm 01.02.2024. "
        "Tule osoitteeseen Kauppakatu 12 A, 12345 Haapala. Postitse PL 12, 12345 Haapala.</p></main>"
    )
    assert {c.value for c in page.contacts if c.kind == "phone"} == {"+358195550101", "+358401234567"}
    assert [c.value for c in page.contacts if c.kind == "address"] == ["Kauppakatu 12 A, 12345 Haapala"]


def test_json_ld_graphs_and_broken_ones() -> None:
    page = read(
        '<script type=\'application/ld+json\'>{"@graph": [{"@type": "NewsArticle"}]}</script>'
        "<script type='application/ld+json'>{broken</script><h1>Uutinen</h1><p>Teksti.</p>"
    )
    assert [item["@type"] for item in page.json_ld] == ["NewsArticle"]


def test_iframes_and_files() -> None:
    page = read(
        "<main><h1>Kartta</h1><iframe src='//kartta.example/x' title='Kartta'></iframe>"
        "<a href='/f/Ohje.PDF?v=2'>Ohje</a><a href='#a'>Ylös</a></main>"
    )
    assert [frame.url for frame in page.iframes] == ["https://kartta.example/x"]
    assert {link.text: link.kind for link in page.links} == {"Ohje": "file", "Ylös": "anchor"}


def test_blocks_of_another_language_are_told() -> None:
    page = read(
        "<html lang='fi'><main><h1>Kirjasto</h1>"
        "<p>Kirjastossa voi lainata kirjoja ja lehtiä, ja se on kaikille ilmaista.</p>"
        "<p>Kortin saa, kun näyttää henkilötodistuksen. Lainat voi uusia verkossa, jos niistä ei ole varausta.</p>"
        "<p>Everyone may use the library free of charge, and a card is needed for loans of books.</p></main>"
    )
    assert page.language == "fi"
    assert page.blocks[3].language == "en"


def test_a_shell_that_waits_for_scripts_is_told() -> None:
    assert read("<html><body><div id='root'></div><script src='x.js'></script></body></html>").is_shell
    assert not read(SOUP).is_shell


def site(number: int) -> Page:
    return read_page(
        f"<html><title>Sivu {number}</title><body><h1>Sivu {number}</h1>"
        f"<p>Oma teksti numero {number} tällä sivulla.</p>"
        "<div><p>Muista kunnan joulumarkkinat torilla.</p><p>Kysy: info@haapala.example</p></div></body></html>",
        f"https://www.haapala.example/{number}", TAXONOMY,
    )  # fmt: skip


def test_what_a_site_repeats_is_learned_as_furniture() -> None:
    furniture = learn_furniture([site(number) for number in range(6)])
    page = read_page(
        "<html><title>Uusi</title><body><h1>Uusi</h1><p>Uusi teksti.</p><p>Muista kunnan joulumarkkinat torilla.</p>"
        "<p>Kysy: info@haapala.example</p></body></html>",
        "https://www.haapala.example/uusi", TAXONOMY, furniture=furniture,
    )  # fmt: skip
    assert main_of(page) == ["Uusi", "Uusi teksti."]
    assert not any(contact.in_main for contact in page.contacts)


def test_few_pages_teach_nothing() -> None:
    assert learn_furniture([site(1), site(2), site(2)]) == Furniture()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"   ", b"%PDF-1.7 ...", b"\x00\x01\x02" * 500, b"PK\x03\x04zip", "pelkkää tekstiä ilman merkkejä",
        b"\xff\xfe<\x00p\x00>\x00h\x00", "<", "<<<<>>>>", "<html", "<p>" * 50, b"\x89PNG\r\n",
    ],
)  # fmt: skip
def test_what_is_no_page_gives_an_empty_page(body: bytes | str) -> None:
    page = read(body)
    assert isinstance(page, Page)
    assert page.forms == ()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<h1>Lähde</h1>".encode("cp1252"), "text/html; charset=iso-8859-1"),
        ("<meta charset=windows-1252><h1>Lähde</h1>".encode("cp1252"), ""),
        ("<meta charset=iso-8859-1><h1>Lähde</h1>".encode(), "text/html; charset=iso-8859-1"),
        ("<h1>Lähde</h1>".encode("cp1252"), "text/html; charset=utf-8"),
        ("<h1>Lähde</h1>".encode("cp1252"), "text/html; charset=nonsense"),
        ("\ufeff<h1>Lähde</h1>".encode(), ""),
        ("<h1>Lähde</h1>".encode("utf-16"), ""),
    ],
)
def test_wrong_labels_of_the_encoding_are_forgiven(body: bytes, content_type: str) -> None:
    assert read(body, content_type=content_type).h1 == "Lähde"


@pytest.mark.timed
@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000 + "teksti",
        "<table><tr><td>" * 60_000,
        "<b>" * 200_000,
        "<ul><li>" * 100_000,
        "<a href=x>" * 200_000,
        "<noscript" * 300_000,
        "<script>" * 300_000,
        "<p>teksti " * 1_000_000,
        "<div " + "a=1 " * 400_000 + ">",
    ],
    ids=["nested", "tables", "bold", "lists", "links", "no-ends", "scripts", "long", "attributes"],
)
def test_monstrous_pages_are_answered_in_bounded_time(html: str) -> None:
    start = time.process_time()
    read(html)
    assert time.process_time() - start < 20
