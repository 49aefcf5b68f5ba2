"""One reading of an HTML document for everybody: parsed within bounds, its addresses as a browser takes them.

A door of its own beside the front of `study`, for it brings the HTML parser.
"""

from __future__ import annotations

from .addresses import MAX_LINKS, NO_ADDRESS, base_of, link_nodes, resolve, stays_on_page
from .gaps import gaps_of
from .giant_tags import without_giant_tags
from .head import Head, head_of, primary_language
from .instead import stand_in, stand_in_of
from .parsing import MAX_CHARACTERS, page_text, parse
from .shell import is_shell

__all__ = [
    "MAX_CHARACTERS",
    "MAX_LINKS",
    "NO_ADDRESS",
    "Head",
    "base_of",
    "gaps_of",
    "head_of",
    "is_shell",
    "link_nodes",
    "page_text",
    "parse",
    "primary_language",
    "resolve",
    "stand_in",
    "stand_in_of",
    "stays_on_page",
    "without_giant_tags",
]
