"""From bytes of any kind to a parsed tree, in bounded time and memory.

The only module that touches the HTML parser's input. Whatever is not a web page (binary, empty) becomes an
empty tree; what is too long is cut; what is nested beyond sense is flattened first, because the parser's time
grows with the square of the depth.
"""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from study.decoding import decode_text, wide_form

from .depth import flattened
from .giant_tags import without_giant_tags
from .shadows import with_shadows

MAX_CHARACTERS = 4_000_000
"""Pages have at most a few hundred kB, the longest minutes seen 1.5 MB; pictures inside the markup make more of it."""

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
    """A tree of ``text``, of at most MAX_CHARACTERS and about MAX_DEPTH deep, declared shadow roots open."""
    return LexborHTMLParser(flattened(without_giant_tags(with_shadows(text[:MAX_CHARACTERS]))))
