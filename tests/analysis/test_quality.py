"""Measures beyond axe-core, on pages and documents written for the test."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

from analysis import read_page
from analysis.page.quality import measure_page, measure_pdf, readability
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
TEXT = "Venepaikan voi varata kaupungin palvelusta ympäri vuoden ja maksaa laskulla. " * 10


def page(body: str, lang: str = "fi", title: str = "Venepaikat") -> str:
    attribute = f' lang="{lang}"' if lang else ""
    return (
        f"<!doctype html><html{attribute}><title>{title}</title><body><main><h1>{title}</h1>{body}</main></body></html>"
    )


def measured(html: str) -> object:
    return measure_page(read_page(html, "https://a.example/", TAXONOMY), TAXONOMY)


def test_lix_is_sentence_length_plus_share_of_long_words() -> None:
    # 70 words in 10 sentences, 20 of them longer than six letters.
    words, sentence, lix = readability(["Tämä virke on lyhyt mutta hakemuslomake täytetään."] * 10)
    assert (words, sentence) == (70, 7.0)
    assert lix == pytest.approx(7 + 100 * 20 / 70, abs=0.05)


def test_little_text_has_no_readability() -> None:
    assert readability(["Hae paikkaa tästä."]) == (3, None, None)


def test_marked_and_real_language_are_both_told() -> None:
    found = measured(page(f"<p>{TEXT}</p>", lang="sv-FI"))
    assert (found.language, found.marked_language) == ("fi", "sv")  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["Lue lisää", "Lue lisää »", "täältä", "Läs mer", "Read more…", "KLIKKAA TÄSTÄ"])
def test_link_texts_that_say_nothing(text: str) -> None:
    found = measured(page(f'<p>{TEXT}</p><p><a href="/vene">{text}</a></p>'))
    assert len(found.empty_links) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["Lue lisää venepaikoista", "Hae venepaikkaa", "Katso hinnasto 2026"])
def test_link_texts_that_say_where_they_lead(text: str) -> None:
    found = measured(page(f'<p>{TEXT}</p><p><a href="/vene">{text}</a></p>'))
    assert found.empty_links == ()  # type: ignore[attr-defined]


def pdf(*, tagged: bool = False, title: str = "", language: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if tagged:
        marks = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
        writer.root_object[NameObject("/MarkInfo")] = marks
        writer.root_object[NameObject("/StructTreeRoot")] = writer._add_object(DictionaryObject())
    if language:
        writer.root_object[NameObject("/Lang")] = TextStringObject(language)
    if title:
        writer.add_metadata({"/Title": title})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("parts", "usable"),
    [
        ({"tagged": True, "title": "Hakemus", "language": "fi-FI"}, True),
        ({"title": "Hakemus", "language": "fi-FI"}, False),
        ({"tagged": True, "language": "fi-FI"}, False),
        ({"tagged": True, "title": "Hakemus"}, False),
    ],
)
def test_a_pdf_form_needs_tags_title_and_language(parts: dict[str, object], usable: bool) -> None:
    found = measure_pdf("https://a.example/f.pdf", pdf(**parts), TAXONOMY)  # type: ignore[arg-type]
    assert found is not None
    assert found.is_usable is usable


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7 broken", b"<html>no pdf</html>"])
def test_what_is_no_pdf_is_not_measured(body: bytes) -> None:
    assert measure_pdf("https://a.example/f.pdf", body, TAXONOMY) is None
