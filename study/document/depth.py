"""Markup that is nested beyond sense, made flat: a parser's time grows with the square of the depth."""

from __future__ import annotations

import re

MAX_DEPTH = 400
"""Real pages are at most some 60 elements deep; 10,000 levels cost 0.12 s, 200,000 would cost a minute."""
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
_FLAT = _VOID | _OPTIONAL_END
# However deep they stand, links and the title are kept: they do not nest in each other.
_KEPT = frozenset(["a", "title"])
# Parsers leave a drawing at these, closed or not; what closes itself ("<path/>") does so in drawings only.
_ENDS_DRAWING = _FLAT | frozenset((
    "b", "big", "blockquote", "center", "code", "div", "dl", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "menu",
    "nobr", "ol", "pre", "ruby", "s", "small", "span", "strong", "strike", "sub", "sup", "table", "tt", "u", "ul",
    "var", "foreignobject", "desc",
))  # fmt: skip


def flattened(html: str) -> str:
    """The page without the tags that lie deeper than MAX_DEPTH; mostly the page itself."""
    # After the last ">" no tag ends; looking for one from each "<" there would take for ever.
    end = html.rfind(">") + 1
    if html.count("<") <= _MANY_TAGS or _deepest(html[:end]) <= MAX_DEPTH:
        return html
    depth, gap = _Depth(), -1

    def keep(tag: re.Match[str]) -> str:
        nonlocal gap
        if depth.keeps(tag):
            return tag.group()
        joins, gap = tag.start() == gap, tag.end()
        return "" if joins else " "  # one space for tags in a row, or the text would begin behind thousands of them

    return _TAG.sub(keep, html[:end]) + html[end:]


def _deepest(html: str) -> int:
    depth, deepest = _Depth(), 0
    for tag in _TAG.finditer(html):
        deepest = max(deepest, depth.after(tag, tag.group(2).lower()))
    return deepest


class _Depth:
    """How deep a reader is in a page after each tag."""

    def __init__(self) -> None:
        self._depth = 0
        self._draws = False

    def keeps(self, tag: re.Match[str]) -> bool:
        """Read the next tag; false where it lies too deep."""
        name = tag.group(2).lower()
        return self.after(tag, name) < MAX_DEPTH or name in _KEPT or name in _FLAT

    def after(self, tag: re.Match[str], name: str) -> int:
        """Read the next tag; the depth behind it."""
        if name in _ENDS_DRAWING:
            self._draws = False
        if name in _FLAT:
            return self._depth
        if tag.group(1):
            self._depth = max(0, self._depth - 1)
            self._draws = self._draws and name != "svg"
        elif not (self._draws and tag.group().endswith("/>")):
            self._depth += 1
            self._draws = self._draws or name == "svg"
        return self._depth
