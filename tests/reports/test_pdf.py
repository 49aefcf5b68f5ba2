"""The printed report: tagged, navigable, the same each time."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from crawler import find_chromium
from reports import build, load_study
from reports import pdf as printing
from reports.html import html
from reports.pdf_ua import mend
from reports.proofs import Proofs
from study import UserError
from tests.listening import below, listening

from .pdf_rules import broken_rules

STANDARD = frozenset({
    "Document", "Part", "Sect", "Div", "BlockQuote", "Caption", "NonStruct", "P", "H1", "H2", "H3", "H4", "Span",
    "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "Link", "Figure", "Strong",
})  # fmt: skip
"""Structure types of PDF 1.7, and the one that the role map explains."""


def _is_complete(document: pikepdf.Pdf) -> None:
    """What PDF/UA-1 asks of the structure and what Chromium alone does not give."""
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
    kinds = set()
    for element in elements(document.Root.StructTreeRoot):
        kind = str(element.S).lstrip("/")
        kinds.add(kind)
        assert kind in STANDARD
        kids = [str(kid.S) for kid in children(element)]
        if kind == "LI":
            assert set(kids) <= {"/Lbl", "/LBody"}
        elif kind == "Figure":
            assert str(element.get("/Alt", "")).strip()
        elif kind == "Table":
            widths = {sum(span(cell) for cell in children(row)) for row in children(element) if str(row.S) == "/TR"}
            assert len(widths) == 1
    assert {"Table", "TH", "H1", "H2", "L", "Figure", "Link", "Caption"} <= kinds
    links = [a for page in document.pages for a in page.obj.get("/Annots", []) if a.Subtype == "/Link"]
    assert links
    assert all(str(link.get("/Contents", "")).strip(" -") for link in links)


def children(element: Any) -> list[Any]:
    """Structure elements right below one."""
    kids = element.get("/K", pikepdf.Array())
    return [kid for kid in (kids if isinstance(kids, pikepdf.Array) else [kids]) if is_element(kid)]


def is_element(kid: Any) -> bool:
    """Whether a kid is a structure element and not content."""
    return isinstance(kid, pikepdf.Dictionary) and "/S" in kid


def elements(node: Any) -> Iterator[Any]:
    """All structure elements below a node."""
    waiting = children(node)
    while waiting:
        element = waiting.pop()
        yield element
        waiting += children(element)


def span(cell: Any) -> int:
    """Columns that a table cell covers."""
    return next((int(a["/ColSpan"]) for a in cell.get("/A", []) if "/ColSpan" in a), 1)


CONTENT = b"""q
1 0 0 1 0 0 cm
0 0 10 20 re
W n
.5 0 0 rg /G3 gs
0 0 7 7 re
f*
1 2 m 3 4 l
S
/P <</MCID 0>>BDC
BT
/F4 12 Tf <0017> Tj
ET
0 0 1 1 re
f
EMC
/X1 Do
BT
1 0 0 -1 5 5 Tm %s
ET
/S2 sh
Q"""
"""Decoration and marked content as a browser writes them; the text in the middle decides how it is read."""


@pytest.mark.parametrize("text", [b"<0017> Tj", b"(n f BDC) Tj"], ids=["usual", "in brackets"])
def test_what_nothing_marks_becomes_an_artifact(text: bytes) -> None:
    document = pikepdf.new()
    page = document.add_blank_page()
    page.obj.Contents = document.make_stream(CONTENT % text)
    mend(document, "Title", "en", {})
    written = [str(one.operator) for one in pikepdf.parse_content_stream(page)]
    assert " ".join(written) == (
        "q cm re W n rg gs BMC re f* EMC BMC m l S EMC BDC BT Tf Tj ET re f EMC"
        " BMC Do EMC BMC BT Tm Tj ET EMC BMC sh EMC Q"
    )


@pytest.mark.browser
@pytest.mark.slow
def test_pdf_is_tagged_with_outline_pages_and_language(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """What a screen reader and a reader of 100 pages need; test_end_to_end.py prints twice and compares the bytes."""
    model = build(load_study(inventor(2).write(tmp_path / "study")), "fi")
    raw = printing.pdf(model, find_chromium())
    with pikepdf.open(io.BytesIO(raw)) as document:
        assert bool(document.Root.MarkInfo.Marked)
        assert str(document.Root.Lang) == "fi"
        assert str(document.docinfo["/Title"]) == model.cover.title
        assert "/CreationDate" not in document.docinfo
        with document.open_outline() as outline:
            titles = [item.title for top in outline.root for item in (top, *top.children)]
        assert model.sections[0].title in titles
        assert len(document.pages) > 10
        _is_complete(document)
        assert broken_rules(document) == []
    pages = printing.section_pages(raw)
    assert pages["summary"] == 4
    assert pages["summary"] < pages["grid"] < pages["m-091"] < pages["evidence"]


@pytest.mark.browser
@pytest.mark.slow
def test_each_of_several_reports_is_printed_in_the_reports_look(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """One browser prints them all, and the second has the letters of the report as the first has."""
    data = load_study(inventor(2, all_failed=True).write(tmp_path / "study"))
    printed = list(printing.pdfs([build(data, "fi"), build(data, "sv"), build(data, "fi", "091")], find_chromium()))
    for raw in printed:
        fonts = {str(f["/BaseFont"]) for page in PdfReader(io.BytesIO(raw)).pages for f in fonts_of(page)}
        assert fonts
        assert all("Kuntatutka" in font for font in fonts), fonts


def fonts_of(page: Any) -> list[Any]:
    """The fonts that a page names."""
    return [font.get_object() for font in page["/Resources"].get("/Font", {}).values()]


def test_no_browser_is_one_clear_sentence(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """The message names the command that tells what is missing."""
    model = build(load_study(inventor(1, all_failed=True).write(tmp_path / "study")), "en")
    with pytest.raises(UserError, match="kuntatutka doctor"):
        printing.pdf(model, str(tmp_path / "no-browser"))


def test_paper_has_the_surest_proof_of_each_channel(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """One entry per channel and cell."""
    model = printing.printable(build(load_study(inventor(1).write(tmp_path / "study")), "en"))
    groups = [
        g for s in model.sections for c in s.children for b in c.blocks if isinstance(b, Proofs) for g in b.groups
    ]
    assert groups
    for group in groups:
        channels = [item.icon for item in group.items]
        assert len(channels) == len(set(channels))


def test_appendix_longer_than_the_report_stays_in_the_html(
    tmp_path: Path, inventor: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printed report then says where the evidence is, and cells lead to their rows."""
    monkeypatch.setattr(printing, "PROOF_LIMIT", 3)
    model = printing.printable(build(load_study(inventor(1).write(tmp_path / "study")), "en"))
    evidence = next(s for s in model.sections if s.role == "evidence")
    assert evidence.children == ()
    text = html(model, for_print=True)
    assert text.index('id="lists"') > text.rindex("</section>"), "the summary stands before the lists of figures"
    assert 'href="#e-' not in text
    assert "more evidence than a printed report can hold" in text


@pytest.mark.browser
def test_the_printing_browser_opens_no_file_and_no_address(tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("<p>salaisuus</p>", encoding="utf-8")
    others = f"<iframe src='{secret.as_uri()}'></iframe><img src='{secret.as_uri()}'>"
    text = f"<p>raportti</p>{others}<script>document.write('ajettu')</script>"
    before = set(listening(below(os.getpid())))
    with sync_playwright() as playwright:
        browser = printing.start(playwright, find_chromium())
        page = printing.closed_page(browser)
        asked: list[str] = []
        page.on("requestfinished", lambda request: asked.append(request.url))
        page.set_content(text)
        ports = set(listening(below(os.getpid())))
        raw = page.pdf()
        browser.close()
    assert ports == before, "it listens on no port either"
    shown = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(raw)).pages)
    assert "raportti" in shown
    assert "salaisuus" not in shown
    assert "ajettu" not in shown
    assert not [url for url in asked if url.startswith(("file:", "http"))]


def test_the_printing_browser_has_its_sandbox_unless_root_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []

    class Asked:
        class chromium:  # noqa: N801 - as Playwright has it
            launch = staticmethod(lambda **how: told.append(how))

    for user in (1000, 0):
        monkeypatch.setattr("os.geteuid", lambda user=user: user)
        printing.start(Asked, None)  # type: ignore[arg-type]
    assert [how["chromium_sandbox"] for how in told] == [True, False]
    assert not any("--no-sandbox" in how["args"] for how in told)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_tags_as_another_reader_has_them(tmp_path: Path, inventor: Callable[..., Any], language: str) -> None:
    """Read with pypdf, which the report does not write with: headings in order, cells with scope, every page tagged."""
    data = load_study(inventor(2, all_failed=True).write(tmp_path / "study"))
    raw = printing.pdf(build(data, language), find_chromium())
    with pikepdf.open(io.BytesIO(raw)) as document:
        assert broken_rules(document) == []
    reader = PdfReader(io.BytesIO(raw))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert all("/StructParents" in page for page in reader.pages)
    found = list(tags(root["/StructTreeRoot"]))
    levels = [int(kind[2:]) for kind, _ in found if kind[:2] == "/H" and kind[2:].isdigit()]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    heads = [element for kind, element in found if kind == "/TH"]
    assert heads
    assert all("/Scope" in str(element.get("/A")) for element in heads)
    known = {int(key) for key in numbers(root["/StructTreeRoot"]["/ParentTree"])}
    assert {page["/StructParents"] for page in reader.pages} <= known


def tags(node: Any) -> Iterator[tuple[str, Any]]:
    """Structure elements in reading order, each with its type."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        element = kid.get_object()
        if isinstance(element, dict) and "/S" in element:
            yield str(element["/S"]), element
            yield from tags(element)


def numbers(node: Any) -> Iterator[int]:
    """Keys of a tree of numbers."""
    yield from list(node.get("/Nums", []))[::2]
    for kid in node.get("/Kids", []):
        yield from numbers(kid.get_object())
