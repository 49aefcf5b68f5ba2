"""Makes text and addresses from the web harmless before they enter a report or a dataset.

Escaping is the templates' work; here invisible and direction-changing characters go, long texts are cut, only
web, mail and telephone addresses stay links, and personal e-mail addresses are masked. Pure functions.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

SNIPPET_LENGTH = 200
"""Most characters of a quoted sentence: enough to judge, too short to republish a page."""

_SPACE = re.compile(r"\s+")
_PERSONAL = re.compile(
    # A personal address has at least two name-like parts before the @; role addresses are one word.
    r"(?<![\w.+-])([^\W\d_]{2,}(?:-[^\W\d_]+)*(?:\.[^\W\d_]+(?:-[^\W\d_]+)*)+\d{0,3})"
    r"(\s*(?:@|\(at\)|\[at\]|%40)\s*)"
    r"((?:[\w-]+\.)+[^\W\d_]{2,})",
    re.IGNORECASE,
)
_LINK_SCHEMES = ("http", "https", "mailto", "tel")


def plain(text: str | None, limit: int = 0) -> str:
    """One line of visible text: control, format and direction characters removed, cut at `limit` with an ellipsis."""
    if not text:
        return ""
    spaced = _SPACE.sub(" ", text)
    kept = "".join(c for c in spaced if c == "\u00ad" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    kept = kept.replace("\u00ad", "").strip()
    if limit and len(kept) > limit:
        return kept[: limit - 1].rstrip() + "…"
    return kept


def safe_href(url: str | None) -> str:
    """The address if it may be a link (web, mail, telephone), else empty."""
    cleaned = plain(url).replace(" ", "%20")
    try:
        parts = urlsplit(cleaned)
    except ValueError:
        return ""
    if parts.scheme.lower() not in _LINK_SCHEMES:
        return ""
    if parts.scheme.lower() in ("http", "https") and not parts.netloc:
        return ""
    return cleaned


def short_url(url: str | None, limit: int = 70) -> str:
    """An address for reading: without scheme, "www." and final slash, its middle cut when long."""
    text = plain(url)
    for prefix in ("https://", "http://", "mailto:", "tel:"):
        text = text.removeprefix(prefix)
    text = text.removeprefix("www.").rstrip("/")
    if len(text) <= limit:
        return text
    head = limit // 2
    return f"{text[:head]}…{text[-(limit - head - 1) :]}"


def mask_personal(text: str | None) -> str | None:
    """The text with the name part of personal e-mail addresses (firstname.lastname@) replaced by "***"."""
    if text is None:
        return None
    return _PERSONAL.sub(lambda match: f"***{match[2]}{match[3]}", text)
