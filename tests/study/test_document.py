"""Markup that no parser should be given, and types that lie: what is left, and in how much time."""

from __future__ import annotations

import time

import pytest

from study import actual_type, media_type
from study.document import without_giant_tags

PICTURE = '<img src="data:image/png;base64,' + "iVBORw0KGgo=" * 2_000 + '" alt="Kartta">'


@pytest.mark.parametrize(
    "attributes",
    [
        " ".join(f"a{n}=1" for n in range(3_000)),
        " ".join(f"a{n}" for n in range(3_000)),
        "/".join(f"a{n}" for n in range(3_000)),
        " ".join(f"a{n}='1'" for n in range(3_000)),
    ],
)
def test_a_tag_of_thousands_of_attributes_is_emptied(attributes: str) -> None:
    assert without_giant_tags(f"<h1>A</h1><p {attributes}>Teksti</p>") == "<h1>A</h1><p >Teksti</p>"


def test_attributes_that_hide_their_number_in_a_large_page_are_found_too() -> None:
    hidden = " ".join(f'a{n}="<>"' for n in range(40_000))
    assert without_giant_tags(f"<h1>A</h1><p {hidden}>Teksti</p>") == "<h1>A</h1><p >Teksti</p>"


def test_long_values_are_no_reason_to_touch_a_page() -> None:
    html = f"<h1>A</h1>{PICTURE}<p title='{'Pitkä > teksti. ' * 900}'>Teksti</p><p title=\"ilman loppua"
    assert without_giant_tags(html) == html


@pytest.mark.parametrize("piece", ["<a ", "<a b=\"'", "<a b='", "< ", '<a b=c" ', '="', "<a/"])
def test_any_markup_takes_little_time(piece: str) -> None:
    began = time.process_time()
    without_giant_tags(piece * (2_000_000 // len(piece)))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("text/html; charset=utf-8", "text/html"),
        ("TEXT/HTML , text/html; charset=utf-8", "text/html"),
        ("", ""),
    ],
)
def test_the_type_is_the_first_of_the_header(header: str, expected: str) -> None:
    assert media_type(header) == expected


@pytest.mark.parametrize(
    ("declared", "body", "expected"),
    [
        ("text/html", b"<p>Kunta</p>", "text/html"),
        ("", b"\n<!DOCTYPE html><html>", "text/html"),
        ("text/plain", b"<?xml version='1.0'?><html>", "text/html"),
        ("text/plain", b"Kunta", "text/plain"),
        ("text/html", b"%PDF-1.4", "application/pdf"),
        ("text/html", b"PK\x03\x04", "application/octet-stream"),
        ("application/pdf", b"<html><body>Kirjaudu", "text/html"),
    ],
)
def test_what_a_document_is_shows_in_its_first_bytes(declared: str, body: bytes, expected: str) -> None:
    assert actual_type(declared, body) == expected
