"""The same page in another dress is told from a page of its own; what cannot be told is a page of its own."""

from __future__ import annotations

import pytest

from analysis.fold.dresses import Worn, other_dresses, worn_by
from analysis.fold.likeness import look_of
from analysis.page.read import read_page
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
SITE = "https://kunta.example"
BERTHS = "Venepaikan voi varata verkossa tai puhelimitse, ja laskun saa postissa keväällä ennen purjehduskautta. " * 3
HALLS = "Salit ja kentät varataan vuodeksi kerrallaan, ja vuoroista päätetään toukokuussa seurojen kokouksessa. " * 3
FORM = "<form action=/send><label>Nimi <input name=n></label><label>{} <input name=x></label><button>Ok</button></form>"


def worn(url: str, title: str, text: str, canonical: str = "", form: str = "") -> Worn:
    link = f'<link rel=canonical href="{canonical}">' if canonical else ""
    html = f"<html lang=fi><title>{title}</title>{link}<main><h1>{title}</h1><p>{text}</p>{form}</main></html>"
    page = read_page(html, SITE + url, TAXONOMY)
    return worn_by(page, look_of(page))


def told(*pages: tuple[str, Worn]) -> dict[str, str]:
    found = other_dresses({SITE + url: page for url, page in pages})
    return {url.removeprefix(SITE): page.removeprefix(SITE) for url, page in found.items()}


@pytest.mark.parametrize("other", ["/a?print=1", "/a?tmpl=component&print=1", "/a/print/", "/print/a", "/a?view=print"])
def test_a_page_to_be_printed_is_no_page_of_its_own(other: str) -> None:
    own, printed = worn("/a", "Venepaikat", BERTHS), worn(other, "Tulosta: Venepaikat", BERTHS)
    assert told(("/a", own), (other, printed)) == {other: "/a"}
    short = worn(other, "Venepaikat", "Venepaikat")
    assert told(("/a", own), (other, short)) == {other: "/a"}
    strange = worn(other, "Painopalvelut", HALLS)
    assert told(("/a", own), (other, strange)) == {}


def test_a_canonical_link_counts_only_where_the_texts_agree() -> None:
    """A list says of its second part that the first is meant, and a badly made site says so of every page."""
    own = worn("/venepaikat", "Venepaikat", BERTHS)
    again = worn("/fi/-/7", "Venepaikat | Kunta", BERTHS, canonical=f"{SITE}/venepaikat")
    part = worn("/venepaikat?sivu=2", "Venepaikat", HALLS, canonical=f"{SITE}/venepaikat")
    pages = (("/venepaikat", own), ("/fi/-/7", again), ("/venepaikat?sivu=2", part))
    assert told(*pages) == {"/fi/-/7": "/venepaikat"}


def test_the_same_text_under_the_same_title_is_one_page_unless_its_forms_ask_for_something_else() -> None:
    one, two = worn("/lomake?id=1", "Lomake", BERTHS), worn("/lomake", "Lomake", BERTHS)
    assert told(("/lomake?id=1", one), ("/lomake", two)) == {"/lomake?id=1": "/lomake"}
    forms = [worn("/x", "Lomake", BERTHS, form=FORM.format(asked)) for asked in ("Vene", "Sali")]
    assert told(("/lomake?id=1", forms[0]), ("/lomake?id=2", forms[1])) == {}
    assert told(("/lomake?id=1", forms[0]), ("/lomake?id=2", forms[0])) == {"/lomake?id=2": "/lomake?id=1"}
    short = worn("/x", "Lomake", "Ei sisältöä")
    assert told(("/p1", short), ("/p2", short)) == {}


def test_one_page_speaks_for_all_dresses_whatever_their_order() -> None:
    own = worn("/a", "Venepaikat", BERTHS)
    shown = [("/a", own), ("/b?print=1", own), ("/b", worn("/b", "Venepaikat", BERTHS, canonical=f"{SITE}/a"))]
    found = {"/b?print=1": "/a", "/b": "/a"}
    assert told(*shown) == told(*reversed(shown)) == found
