"""Markup that no parser should be given: tags of thousands of attributes, each of which it would compare with each.

Used before HTML is parsed, by whoever parses it. Pure; judges nothing.
"""

from __future__ import annotations

import re

_LONG = 5_000
"""Characters from which on a tag may hold too many attributes."""
_LARGE = 400_000
"""Pages from this size on are looked at tag by tag, for ">" may stand in values too."""
_MOST_ATTRIBUTES = 500
# Possessive throughout: each character is read once, whatever quotation marks are missing.
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9:-]*+)(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+")
_VALUE = re.compile(r"=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+)")


def without_giant_tags(html: str) -> str:
    """The page with tags of more than 500 attributes emptied; mostly the page itself."""
    if len(html) < _LARGE and max(map(len, html.split(">"))) < _LONG:
        return html
    kept, done = [], 0
    for tag in _TAG.finditer(html):
        if tag.end() - tag.start() >= _LONG and _attributes(tag.group()) > _MOST_ATTRIBUTES:
            kept += [html[done : tag.start()], f"<{tag.group(1)} "]
            done = tag.end()
    return "".join([*kept, html[done:]]) if done else html


def _attributes(tag: str) -> int:
    return len(re.split(r"[\s/]+", _VALUE.sub(" ", tag)))
