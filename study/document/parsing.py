"""From bytes of any kind to a parsed tree, in bounded time and memory.

The only module that touches the HTML parser's input. Whatever is not a web page (binary, empty) becomes an
empty tree; what is too long is cut; what is nested beyond sense is flattened first, because the parser's time
grows with the square of the depth.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from study.decoding import decode_text, wide_form

from .giant_tags import without_giant_tags

# Pages of municipalities have at most a few hundred kB; the longest minutes seen have 1.5 MB.
MAX_CHARACTERS = 2_000_000
# Real pages are at most some 60 elements deep; 10,000 levels cost 0.12 s, 200,000 would cost a minute.
MAX_DEPTH = 400
_MANY_TAGS = 3_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)[^>]*>")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
# Their end tags are optional: counting them would take a long flat list for a deep one.
_OPTIONAL_END = frozenset((
    "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "body", "html", "head",
    "rt", "rp", "colgroup",
))  # fmt: skip
_BINARY_STARTS = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"RIFF",
)


def page_text(body: bytes | str, content_type: str = "") -> str:
    """The text of a document; empty for what is plainly not text. Wrong labels are forgiven."""
    if isinstance(body, str):
        text = body
    else:
        if _is_binary(body):
            return ""
        text = decode_text(body[: MAX_CHARACTERS * 2], content_type)
    return text[:MAX_CHARACTERS].replace("\x00", "")


def _is_binary(body: bytes) -> bool:
    head = body[:4096]
    if wide_form(head):
        return False
    return head.startswith(_BINARY_STARTS) or head.count(0) * 20 > len(head)


def parse(text: str) -> LexborHTMLParser:
    """A tree of ``text``, at most about MAX_DEPTH deep."""
    text = without_giant_tags(text)
    # After the last ">" no tag ends; looking for one from each "<" there would take for ever.
    end = text.rfind(">") + 1
    if text.count("<") > _MANY_TAGS and _depth(text[:end]) > MAX_DEPTH:
        text = _flatten(text[:end]) + text[end:]
    return LexborHTMLParser(text)


def _depth(text: str) -> int:
    depth = deepest = 0
    for slash, name in _TAG.findall(text):
        if slash:
            depth -= 1 if depth else 0
            continue
        name = name.lower()
        if name not in _VOID and name not in _OPTIONAL_END:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _flatten(text: str) -> str:
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        name = match.group(2).lower()
        if name in _VOID or name in _OPTIONAL_END:
            return match.group(0)
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        return match.group(0) if depth < MAX_DEPTH else " "

    return _TAG.sub(keep, text)
