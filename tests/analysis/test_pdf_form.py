"""Which PDF files can be filled on the screen: fields that take an answer, wherever they stand, and the right to."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.constants import UserAccessPermissions as May
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from analysis.channels import fillable_from_pdf
from analysis.page.quality import measure_pdf
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
HERE = Path(__file__).parent


def field(kind: str, flags: int = 0, look: int = 0) -> DictionaryObject:
    box = ArrayObject([FloatObject(n) for n in (0, 0, 50, 20)])
    return DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Widget"),
        NameObject("/T"): TextStringObject("x"), NameObject("/FT"): NameObject(kind),
        NameObject("/Ff"): NumberObject(flags),
        NameObject("/F"): NumberObject(look), NameObject("/Rect"): box,
    })  # fmt: skip


def pdf(*fields: DictionaryObject, listed: bool = True, rights: May | None = None, **root: str) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    page[NameObject("/Annots")] = ArrayObject(fields)
    if listed and fields:
        writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): ArrayObject(fields)})
    for key, value in root.items():
        writer.root_object[NameObject(f"/{key}")] = TextStringObject(value)
    if rights is not None:
        writer.encrypt("", "owner", permissions_flag=rights, algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([field("/Tx")], True),
        ([field("/Ch")], True),
        ([field("/Btn")], True),
        ([field("/Sig")], False),
        ([field("/Btn", 1 << 16)], False),
        ([field("/Tx", 1)], False),
        ([field("/Tx", 0, 2)], False),
        ([field("/Tx", 1), field("/Sig"), field("/Btn", 1 << 16)], False),
        ([field("/Tx", 1), field("/Tx")], True),
        ([], False),
    ],
)
def test_what_can_be_filled(fields: list[DictionaryObject], expected: bool) -> None:
    assert fillable_from_pdf(pdf(*fields)) is expected
    assert fillable_from_pdf(pdf(*fields, listed=False)) is expected


def test_what_is_said_of_a_group_holds_for_its_fields() -> None:
    inside = DictionaryObject({NameObject("/T"): TextStringObject("a")})
    group = field("/Tx", 1)
    group[NameObject("/Kids")] = ArrayObject([inside])
    inside[NameObject("/Parent")] = DictionaryObject(
        {NameObject("/FT"): NameObject("/Tx"), NameObject("/Ff"): NumberObject(1)}
    )
    assert fillable_from_pdf(pdf(group)) is False


def test_rights_that_forbid_to_fill() -> None:
    assert fillable_from_pdf(pdf(field("/Tx"), rights=May.PRINT)) is False
    assert fillable_from_pdf(pdf(field("/Tx"), rights=May.PRINT | May.FILL_FORM_FIELDS)) is True


@pytest.mark.parametrize("name", ["sig_only", "readonly"])
def test_forms_in_which_nothing_can_be_filled(name: str) -> None:
    assert fillable_from_pdf((HERE / f"{name}.pdf").read_bytes()) is False


@pytest.mark.parametrize(
    ("title", "is_title"),
    [("untitled", False), ("Untitled 1", False), ("Namnlös", False), ("Hakemus", True), ("", False)],
)
def test_what_a_program_left_is_no_title(title: str, is_title: bool) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf(Lang="fi")))
    writer.add_metadata({"/Title": title})
    stream = io.BytesIO()
    writer.write(stream)
    measured = measure_pdf("https://kunta.example/a.pdf", stream.getvalue(), TAXONOMY)
    assert measured is not None
    assert measured.has_title is is_title


@pytest.mark.parametrize(("marked", "is_right"), [("fi-FI", True), ("FI", True), ("en-US", False), ("", False)])
def test_a_language_that_the_text_is_not_in_is_none(marked: str, is_right: bool) -> None:
    text = "Hakemus on jätettävä kuntaan ennen kuin työ alkaa, ja se on myös allekirjoitettava.".encode("latin-1")
    content = b"BT /F1 12 Tf 10 50 Td (" + text + b") Tj ET"
    writer = PdfWriter(clone_from=io.BytesIO(pdf(Lang=marked)))
    stream = StreamObject()
    stream.set_data(content)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    page = writer.pages[0]
    page[NameObject("/Contents")] = writer._add_object(stream)
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    out = io.BytesIO()
    writer.write(out)
    measured = measure_pdf("https://kunta.example/a.pdf", out.getvalue(), TAXONOMY)
    assert measured is not None
    assert measured.has_language is is_right
