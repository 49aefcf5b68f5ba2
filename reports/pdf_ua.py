"""Mends what Chromium's tagged print lacks of PDF/UA-1, so that assistive technology gets a complete document.

Works on the finished file with pikepdf: names links, gives list items their bodies, maps and repairs structure types,
marks decoration as such, declares the standard. It changes nothing that is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Pdf

ROLE_MAP = {"Strong": "Span", "Em": "Span"}
"""Structure types of PDF 2.0 that Chromium writes into a 1.4 file, and what they are there."""
_BEGIN = frozenset({"m", "re", "BT"})
"""Operators that begin a path or a text object."""
_END = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n", "ET"})
"""Operators that paint or drop a path, or end a text object."""
_UNUSUAL = (b"(", b"%", b"{", b"}")
_UNUSUAL_FORMS = (re.compile(rb"<[0-9A-Fa-f]*\s"), re.compile(rb"BI(?!\S)(?<!\S..)"))
"""What a browser does not write: texts in brackets, comments, broken hexadecimal texts, pictures inside the content."""
_MARK = re.compile(rb"(?:B[DM]C|EMC)(?!\S)(?<![^\s>]...)")
"""Operators that begin and end marked content."""
_SIGN = re.compile(rb"(?<![^\s>])(?:BT|ET|Do|[fBb]\*?|[mSsFn]|re|sh)(?!\S)")
"""Operators by which is told what is painted."""
_OPERANDS = re.compile(rb"(?:(?<!\S)(?:[-+.\d]+|/\S+)\s+)+\Z")
MOST_OPERANDS = 200
"""Bytes in which the four numbers or the name stand that a painting operator takes."""


def mend(document: Pdf, title: str, language: str, names: Mapping[str, str]) -> None:
    """Make the open document conform; `names` says what the anchors inside are called."""
    root = document.Root
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    root.Lang = pikepdf.String(language)
    for page in document.pages:
        page.obj.Tabs = Name.S
        _name_links(page.obj, names)
        _mark_decoration(document, page.obj)
    if "/StructTreeRoot" in root:
        tree = root.StructTreeRoot
        tree.RoleMap = Dictionary({f"/{k}": Name(f"/{v}") for k, v in ROLE_MAP.items()})
        elements = list(_elements(tree))
        _renumber(tree, elements)
        for element in elements:
            _mend_element(document, element)
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:language"] = [language]
        metadata["pdfuaid:part"] = "1"


def _renumber(tree: Any, elements: Sequence[Any]) -> None:
    """Numbers the ids of elements from one on: a browser goes on counting where its last document ended."""
    known = [(element, str(id)) for element in elements if (id := element.get("/ID")) is not None]
    places = enumerate(sorted({id for _, id in known}), start=1)
    number = {old: pikepdf.String(f"node{place:08d}") for place, old in places}

    def renamed(values: Any) -> Array:
        return Array(number.get(str(v), v) for v in values)

    for element, id in known:
        element.ID = number[id]
    for element in elements:
        for attribute in _kids_of(element.get("/A")):
            if isinstance(attribute, Dictionary) and "/Headers" in attribute:
                attribute.Headers = renamed(attribute.Headers)
    waiting = [tree.IDTree] if "/IDTree" in tree else []
    while waiting:
        node = waiting.pop()
        waiting += _kids_of(node.get("/Kids"))
        for key in ("/Names", "/Limits"):
            if key in node:
                node[key] = renamed(node[key])


def _name_links(page: Any, names: Mapping[str, str]) -> None:
    for annotation in page.get("/Annots", []):
        if annotation.get("/Subtype") != "/Link" or annotation.get("/Contents"):
            continue
        action = annotation.get("/A", Dictionary())
        target = str(annotation.get("/Dest") or action.get("/D") or "").lstrip("/")
        annotation.Contents = pikepdf.String(str(action.get("/URI") or names.get(target) or target or "-"))


def _kids(element: Any) -> list[Any]:
    return _kids_of(element.get("/K"))


def _kids_of(kids: Any) -> list[Any]:
    """One or many, as a list."""
    return [] if kids is None else list(kids) if isinstance(kids, Array) else [kids]


def _elements(node: Any) -> Iterator[Any]:
    """Structure elements below a node, parents first."""
    waiting = [kid for kid in reversed(_kids(node)) if _is_element(kid)]
    while waiting:
        element = waiting.pop()
        yield element
        waiting += [kid for kid in reversed(_kids(element)) if _is_element(kid)]


def _is_element(kid: Any) -> bool:
    return isinstance(kid, Dictionary) and "/S" in kid


def _mend_element(document: Pdf, element: Any) -> None:
    kind = str(element.S)
    if kind == "/Figure" and not element.get("/Alt") and not element.get("/ActualText"):
        element.S = Name.NonStruct  # decoration that was left in the tree
    elif kind == "/LI":
        _give_body(document, element)


def _give_body(document: Pdf, item: Any) -> None:
    """LI may hold only Lbl and LBody. The old element becomes the body, so that content keeps its parent."""
    labels = [kid for kid in _kids(item) if _is_element(kid) and kid.S == "/Lbl"]
    rest = [kid for kid in _kids(item) if not (_is_element(kid) and kid.S in ("/Lbl", "/LBody"))]
    if not rest:
        return
    parent = item.P
    outer = document.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LI, P=parent))
    for label in labels:
        label.P = outer
    item.S, item.P, item.K = Name.LBody, outer, Array(rest)
    outer.K = Array([*labels, item])
    parent.K = Array([outer if _same(kid, item) else kid for kid in _kids(parent)])


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, Dictionary) and one.is_indirect and bool(one.objgen == other.objgen)


def _mark_decoration(document: Pdf, page: Any) -> None:
    """Whatever is painted outside marked content (backgrounds, rules, page numbers) becomes an artifact."""
    forms = page.get("/Resources", Dictionary()).get("/XObject", Dictionary())
    page.Contents = document.make_stream(_with_artifacts(document, page, _bytes_of(page.Contents), forms))


def _bytes_of(contents: Any) -> bytes:
    parts = [contents] if not isinstance(contents, Array) else list(contents)
    return b"\n".join(part.read_bytes() for part in parts)


def _with_artifacts(document: Pdf, drawn: Any, content: bytes, forms: Any) -> bytes:
    """The content of a page or a drawn object, with marks around what nothing marks yet."""
    if _is_unusual(content):  # texts that could hold anything: then every instruction is read for what it is
        source = pikepdf.Page(drawn) if drawn.get("/Type") == "/Page" else drawn
        return pikepdf.unparse_content_stream(list(_marked(document, pikepdf.parse_content_stream(source), forms)))
    out, after = [], 0
    for begin, end in _unmarked(document, content, forms):
        out += [content[after:begin], b"/Artifact BMC\n", content[begin:end], b"\nEMC"]
        after = end
    return b"".join((*out, content[after:]))


def _is_unusual(content: bytes) -> bool:
    # One after the other: each begins with a sign of its own, which is looked for much faster than their alternatives.
    return any(sign in content for sign in _UNUSUAL) or any(form.search(content) for form in _UNUSUAL_FORMS)


def _unmarked(document: Pdf, content: bytes, forms: Any) -> Iterator[tuple[int, int]]:
    """Where each path, text object or image that nothing marks yet begins and ends."""
    depth, begin, after = 0, -1, 0
    for mark, end in chain(((m[0], m.end()) for m in _MARK.finditer(content)), ((b"", len(content)),)):
        # What is marked is most of a page, and is looked at only while something that began before it goes on.
        for sign in _SIGN.finditer(content, after, end - len(mark)) if begin >= 0 or not depth else ():
            operator = sign[0].decode()
            if begin < 0 and depth == 0 and operator in _BEGIN:
                begin = _instruction(content, sign.start())
            elif begin >= 0 and operator in _END:
                if operator != "n" and not depth:
                    yield begin, sign.end()
                begin = -1
            elif begin < 0 and depth == 0 and operator in ("sh", "Do"):
                start = _instruction(content, sign.start())
                name = content[start : sign.start()].strip().decode()
                if operator == "sh" or not _is_marked(document, name, forms):
                    yield start, sign.end()
        depth, after = depth + (-1 if mark == b"EMC" else 1), end


def _instruction(content: bytes, operator: int) -> int:
    """Where the instruction begins of which the operator is there: with the numbers or the name before it."""
    line = content.rfind(b"\n", 0, operator) + 1  # a browser begins a line with it
    if _OPERANDS.fullmatch(content, line, operator):
        return line
    operands = _OPERANDS.search(content, max(0, operator - MOST_OPERANDS), operator)
    return operands.start() if operands else operator


def _marked(document: Pdf, instructions: Iterable[Any], forms: Any) -> Iterator[Any]:
    """The instructions, with an artifact around each path, text object or image that nothing marks yet."""
    depth = 0
    held: list[Any] = []  # a path or text object that began outside marked content
    for instruction in instructions:
        operator = str(instruction.operator)
        depth += operator in ("BDC", "BMC")
        if held or (depth == 0 and operator in _BEGIN):
            held.append(instruction)
            if operator in _END:
                yield from held if operator == "n" or depth else _artifact(held)
                held = []
        elif depth == 0 and operator == "sh":
            yield from _artifact([instruction])
        elif depth == 0 and operator == "Do":
            is_marked = _is_marked(document, str(instruction.operands[0]), forms)
            yield from [instruction] if is_marked else _artifact([instruction])
        else:
            yield instruction
        depth -= operator == "EMC"
    yield from held


def _is_marked(document: Pdf, name: str, forms: Any) -> bool:
    """Whether a drawn object has tags of its own, which are then made complete; else all of it is an artifact."""
    drawn = forms.get(name)
    if drawn is None or drawn.get("/Subtype") != "/Form":
        return False
    content = drawn.read_bytes()
    if b"BDC" in content:
        inner = drawn.get("/Resources", Dictionary()).get("/XObject", Dictionary())
        drawn.write(_with_artifacts(document, drawn, content, inner))
    return b"BDC" in content


def _artifact(instructions: list[Any]) -> list[Any]:
    begin = pikepdf.ContentStreamInstruction([Name.Artifact], Operator("BMC"))
    return [begin, *instructions, pikepdf.ContentStreamInstruction([], Operator("EMC"))]
