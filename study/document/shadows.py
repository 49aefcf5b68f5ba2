"""Shadow roots that a page declares in its markup, opened: a reader sees what is in them, so it is part of the page.

Used before HTML is parsed, by whoever parses it. Other templates stay closed: what is in them is shown by scripts only.
"""

from __future__ import annotations

import re

_DECLARED = "shadowroot"
_PIECE = re.compile(r"<!--|<(?:script|style|textarea|title)\b|</?template\b", re.IGNORECASE)
_ENDS = {
    "<!--": re.compile("-->"),
    **{f"<{name}": re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "textarea", "title")},
}
_LONGEST_TAG = 500
_REST_OF_TAG = re.compile(r"(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_SHADOW = re.compile(r"\sshadowroot(?:mode)?\s*=\s*[\"']?(?:open|closed)\b", re.IGNORECASE)
_TAG, _END_TAG = "<span>", "</span>"


def with_shadows(html: str) -> str:
    """The page with declared shadow roots as elements in their place; mostly the page itself."""
    if _DECLARED not in html.lower():  # a pattern takes many times as long, and every page is asked
        return html
    kept: list[str] = []
    opened = _Opened()
    done = read = 0
    for piece in _PIECE.finditer(html):
        start, name = piece.start(), piece.group().lower()
        if start < read:
            continue
        if not name.endswith("template"):
            end = _ENDS[name].search(html, start)
            if end is None:
                break  # what is never closed is the rest of the page
            read = end.end()
            continue
        tag = _REST_OF_TAG.match(html, piece.end(), piece.end() + _LONGEST_TAG)
        read = tag.end() if tag else piece.end()
        instead = opened.instead(html[start:read]) if tag else None
        if instead is not None:
            kept += [html[done:start], instead]
            done = read
    return "".join([*kept, html[done:]])


class _Opened:
    """The templates around a place of the page."""

    def __init__(self) -> None:
        self._are_shadows: list[bool] = []
        self._closed = 0

    def instead(self, tag: str) -> str | None:
        """What takes the place of a template's tag; None where it stays."""
        if tag[1] == "/":
            was_shadow = bool(self._are_shadows) and self._are_shadows.pop()
            self._closed = max(0, self._closed - (not was_shadow))
            return _END_TAG if was_shadow else None
        is_shadow = self._closed == 0 and bool(_SHADOW.search(tag))  # in a closed template nothing is shown
        self._are_shadows.append(is_shadow)
        self._closed += not is_shadow
        return _TAG if is_shadow else None
