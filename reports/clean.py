"""Makes text and addresses from the web harmless before they enter a report or a dataset.

Escaping is the templates' work; here invisible and direction-changing characters go, long texts are cut, only
web, mail and telephone addresses stay links, and personal e-mail addresses are masked. Pure functions.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

_SPACE = re.compile(r"\s+")
_PERSONAL = re.compile(
    # A personal address has two name-like parts or more before the @, or an initial and a name; a role is one word.
    r"(?<![\w.+-])([^\W\d_]+(?:-[^\W\d_]+)*(?:[._][^\W\d_]+(?:-[^\W\d_]+)*)+\d{0,4})"
    r"(\s*(?:@|\(at\)|\[at\]|%40)\s*)"
    r"((?:[\w-]+\.)+[^\W\d_]{2,})",
    re.IGNORECASE,
)
_AT = re.compile(r"\s*(?:@|\(at\)|\[at\]|%40)\s*", re.IGNORECASE)
_LINK_SCHEMES = ("http", "https", "mailto", "tel")


def plain(text: str | None, limit: int = 0) -> str:
    """One line of visible text: control, format and direction characters removed, cut at `limit` with an ellipsis."""
    if not text:
        return ""
    kept = text if text.isprintable() and "  " not in text else _visible(text)
    kept = kept.strip()
    if limit and len(kept) > limit:
        return kept[: limit - 1].rstrip() + "…"
    return kept


def _visible(text: str) -> str:
    spaced = _SPACE.sub(" ", text)
    return "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})


@lru_cache(maxsize=4096)  # each language asks for the same addresses, a municipality at a time
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


@lru_cache(maxsize=4096)
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


@dataclasses.dataclass(frozen=True, slots=True)
class Personal:
    """What is personal in a country beyond names before an @: identity codes, and mail services of private persons."""

    identity_code: str = ""
    mail_hosts: tuple[str, ...] = ()


NOTHING_MORE = Personal()
MASKED = "***"


def mask_personal(text: str | None, personal: Personal = NOTHING_MORE) -> str | None:
    """The text with identity codes and the name part of personal e-mail addresses replaced by "***"."""
    if text is None:
        return None
    code, private = _patterns(personal)
    text = code.sub(MASKED, text) if code else text
    if not _AT.search(text):
        return text
    text = private.sub(lambda match: f"{MASKED}{match[1]}", text) if private else text
    return _PERSONAL.sub(lambda match: f"{MASKED}{match[2]}{match[3]}", text)


@lru_cache(maxsize=8)
def _patterns(personal: Personal) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    code = re.compile(rf"(?<![0-9A-Za-z]){personal.identity_code}(?![0-9A-Za-z])") if personal.identity_code else None
    hosts = "|".join(map(re.escape, personal.mail_hosts))
    private = re.compile(rf"[\w.+-]+({_AT.pattern}(?:{hosts})\b)", re.IGNORECASE) if hosts else None
    return code, private


def mask_rows(rows: Iterable[Any], key: tuple[str, ...], personal: Personal) -> list[Any]:
    """Rows with every text masked; of rows that differ only in the masked part one is kept."""
    kept: dict[tuple[Any, ...], Any] = {}
    names: tuple[str, ...] = ()
    for row in rows:
        names = names or tuple(field.name for field in dataclasses.fields(row))
        values = [getattr(row, name) for name in names]
        clean = row
        if _may_be_personal(values, personal):
            masked = [_mask(value, personal) for value in values]
            if masked != values:
                clean = dataclasses.replace(row, **dict(zip(names, masked, strict=True)))
        kept.setdefault(tuple(getattr(clean, name) for name in key), clean)
    return list(kept.values())


def _may_be_personal(values: Iterable[Any], personal: Personal) -> bool:
    """Whether a row needs a closer look: most hold no address and no code."""
    code, _ = _patterns(personal)
    texts = [value if type(value) is str else "\n".join(value) for value in values if type(value) in (str, tuple)]
    joined = "\n".join(texts)
    return _AT.search(joined) is not None or (code is not None and code.search(joined) is not None)


def _mask(value: Any, personal: Personal) -> Any:
    if isinstance(value, tuple):
        return tuple(_mask(item, personal) for item in value)
    return mask_personal(value, personal) if type(value) is str else value  # enumerations are texts too
