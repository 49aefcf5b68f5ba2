"""Rules of PDF/UA-1 as veraPDF's profile numbers them, checked with pikepdf: what a printed report could break.

Not the whole profile: what no report has (forms, media, optional content, embedded files) is asked for by its absence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

INSIDE = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "LI": {"L"},
    "Lbl": {"LI"},
    "LBody": {"LI"},
}
"""Structure types that stand in certain others only (7.2-3 to 7.2-20)."""


def broken_rules(document: pikepdf.Pdf) -> list[str]:
    """The numbers of the rules that the document breaks, with what breaks them."""
    checks: dict[str, Callable[[pikepdf.Pdf], Iterator[str]]] = {
        "5-1 6.2-1 7.1-10 7.2-33": _frame,
        "7.1-3": _unmarked,
        "7.2": _misplaced,
        "7.4": _headings,
        "7.18.3 7.18.5": _annotations,
        "7.21": _fonts,
        "6.1 7.10 7.11 7.15 7.16": _absent,
    }
    return [f"{rule}: {what}" for rule, check in checks.items() for what in check(document)]


def _frame(document: pikepdf.Pdf) -> Iterator[str]:
    root = document.Root
    with document.open_metadata() as metadata:
        if metadata.get("pdfuaid:part") != "1" or not metadata.get("dc:title"):
            yield "metadata"
    if not root.MarkInfo.Marked or bool(root.MarkInfo.get("/Suspects", False)):
        yield "MarkInfo"
    if not str(root.get("/Lang", "")) or not root.ViewerPreferences.DisplayDocTitle:
        yield "language or title"


def _unmarked(document: pikepdf.Pdf) -> Iterator[str]:
    """Anything that is painted outside marked content."""
    paints = {"Do", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Tj", "TJ", "'", '"', "EI"}
    for number, page in enumerate(document.pages, start=1):
        depth = 0
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            depth += (operator in ("BDC", "BMC")) - (operator == "EMC")
            if depth == 0 and operator in paints:
                yield f"page {number}: {operator}"
                break


def _misplaced(document: pikepdf.Pdf) -> Iterator[str]:
    waiting = [(document.Root.StructTreeRoot, "")]
    while waiting:
        node, kind = waiting.pop()
        kids = kids_of(node)
        names = [str(kid.S).lstrip("/") for kid in kids]
        for place, name in enumerate(names):
            if name in INSIDE and kind not in INSIDE[name]:
                yield f"{name} in {kind}"
            if name == "Caption" and place not in (0, len(names) - 1):
                yield f"Caption amid {kind}"
            if name == "Figure" and not str(kids[place].get("/Alt", "") or kids[place].get("/ActualText", "")).strip():
                yield "Figure without a text alternative"
            if name == "TH" and "/Scope" not in str(kids[place].get("/A", "")):
                yield "TH without its scope"
        waiting += zip(kids, names, strict=True)


def kids_of(node: Any) -> list[Any]:
    """Structure elements right below one."""
    kids = node.get("/K", pikepdf.Array())
    every = kids if isinstance(kids, pikepdf.Array) else [kids]
    return [kid for kid in every if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def _headings(document: pikepdf.Pdf) -> Iterator[str]:
    last = 0
    for kind in _in_order(document.Root.StructTreeRoot):
        if kind == "H":
            yield "a heading without a level"
        elif kind[:1] == "H" and kind[1:].isdigit():
            if int(kind[1:]) > last + 1:
                yield f"H{last}, then {kind}"
            last = int(kind[1:])


def _in_order(node: Any) -> Iterator[str]:
    for kid in kids_of(node):
        yield str(kid.S).lstrip("/")
        yield from _in_order(kid)


def _annotations(document: pikepdf.Pdf) -> Iterator[str]:
    tree = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)
    for number, page in enumerate(document.pages, start=1):
        links = list(page.obj.get("/Annots", []))
        if links and page.obj.get("/Tabs") != "/S":
            yield f"page {number}: order of tabs"
        for link in links:
            parent = tree.get(int(link.get("/StructParent", -1)))
            if link.Subtype != "/Link" or not str(link.get("/Contents", "")).strip():
                yield f"page {number}: an annotation without words"
            elif not isinstance(parent, pikepdf.Dictionary) or parent.get("/S") != "/Link":
                yield f"page {number}: a link outside Link"


def _fonts(document: pikepdf.Pdf) -> Iterator[str]:
    for item in document.objects:
        if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/Font":
            continue
        name = str(item.get("/BaseFont", "nameless"))
        if item.get("/Subtype") == "/Type3":
            yield f"{name}: Type 3"
        elif item.get("/Subtype") == "/Type0" and "/ToUnicode" not in item:
            yield f"{name}: letters without their Unicode"
        elif "/FontDescriptor" in item and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(item.FontDescriptor):
            yield f"{name}: not embedded"
        elif item.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in item:
            yield f"{name}: no CIDToGIDMap"


def _absent(document: pikepdf.Pdf) -> Iterator[str]:
    root = document.Root
    if document.is_encrypted or "/OCProperties" in root or "/AcroForm" in root:
        yield "something that no report has"
    if "/Names" in root and {"/EmbeddedFiles", "/JavaScript"} & set(root.Names.keys()):
        yield "files or scripts"
