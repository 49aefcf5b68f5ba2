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
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

from taxonomy import Country

_SPACE = re.compile(r"\s+")
_PERSONAL = re.compile(
    # A personal address has two name-like parts or more before the @, or an initial and a name; a role is one word.
    r"(?<![\w.+-])([^\W\d_]+(?:-[^\W\d_]+)*(?:[._][^\W\d_]+(?:-[^\W\d_]+)*)+\d{0,4})"
    r"(\s*(?:@|\(at\)|\[at\]|%40)\s*)"
    r"((?:[\w-]+\.)+[^\W\d_]{2,})",
    re.IGNORECASE,
)
_AT = re.compile(r"\s{0,10}(?:@|\(at\)|\[at\]|%40)\s*", re.IGNORECASE)
_BESIDE = re.compile(r"@|\(at\)|[0-9][0-9 \xa0-]{3,20}[0-9]", re.IGNORECASE)
_WORD = "[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,30}(?:-[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,30})?"
_FULL_NAME = re.compile(
    rf"(?<![\w-])(?P<name>{_WORD}(?:[ \xa0](?:{_WORD}|[A-ZÀ-ÖØ-Þ]\.)){{1,5}})(?![\w-])"
    r"(?=(?:[ \xa0](?P<after>[a-zß-öø-ÿ]{1,30}))?)"
)
_LINK_SCHEMES = ("http", "https", "mailto", "tel")
_USUAL = re.compile(r"https?://[a-z0-9.-]+(?:[/?#]|\Z)")
"""How most addresses begin, which need no closer look."""


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
    if _USUAL.match(cleaned):
        return cleaned
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
    given_names: frozenset[str] = frozenset()
    name_places: tuple[str, ...] = ()


def personal_in(country: Country) -> Personal:
    """What is personal in a country, as its file says."""
    return Personal(country.identity_code_pattern, country.private_mail_hosts, country.given_names, country.name_places)


NOTHING_MORE = Personal()
MASKED = "***"


def mask_personal(text: str | None, personal: Personal = NOTHING_MORE) -> str | None:
    """The text with what is personal replaced by "***".

    That is: identity codes, the name part of personal e-mail addresses, names of people beside numbers or addresses.
    """
    if text is None:
        return None
    code, private = _patterns(personal)
    text = code.sub(MASKED, text) if code else text
    if personal.given_names and _BESIDE.search(text):
        text = _FULL_NAME.sub(lambda match: _masked_name(match, personal), text)
    if not _AT.search(text):
        return text
    text = private.sub(lambda match: f"{MASKED}{match[1]}", text) if private else text
    return _PERSONAL.sub(lambda match: f"{MASKED}{match[2]}{match[3]}", text)


def _masked_name(match: re.Match[str], personal: Personal) -> str:
    """A row of capital words without the person whose given name is among them; streets and houses keep theirs."""
    words, after = match["name"].replace("\xa0", " ").split(" "), match["after"] or ""
    given = [n for n, word in enumerate(words) if not personal.given_names.isdisjoint(word.split("-"))]
    if not given or (after and after.startswith(personal.name_places)):
        return match[0]
    start = min(given[0], max(len(words) - 2, 0))  # a surname comes before or behind
    return " ".join((*words[:start], MASKED))


@lru_cache(maxsize=8)
def _patterns(personal: Personal) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    code = re.compile(rf"(?<![0-9A-Za-z]){personal.identity_code}(?![0-9A-Za-z])") if personal.identity_code else None
    hosts = "|".join(map(re.escape, personal.mail_hosts))
    private = re.compile(rf"(?<![\w.+-])[\w.+-]+({_AT.pattern}(?:{hosts})\b)", re.IGNORECASE) if hosts else None
    return code, private


def mask_names(text: str, personal: Personal) -> str:
    """The text with what is personal masked, names of people too where nothing stands beside them."""
    named = _FULL_NAME.sub(lambda match: _masked_name(match, personal), text) if personal.given_names else text
    return mask_personal(named, personal) or ""


def mask_rows(rows: Iterable[Any], key: tuple[str, ...], personal: Personal, people: tuple[str, ...] = ()) -> list[Any]:
    """Rows with every text masked; of rows that differ only in the masked part one is kept.

    `people` are columns in which the name of a person may stand alone.
    """
    every = list(rows)
    if not every:
        return []
    kept: dict[Any, Any] = {}
    masked = _Masked(personal)
    names = tuple(field.name for field in dataclasses.fields(every[0]))
    values_of, key_of = attrgetter(*names), attrgetter(*key)
    for row in every:
        changed = {name: mask_names(getattr(row, name), personal) for name in people}
        for name, value in zip(names, values_of(row), strict=True):
            if type(value) in (str, tuple) and name not in people and (clean := masked[value]) is not value:
                changed[name] = clean
        shown = dataclasses.replace(row, **changed) if changed else row
        kept.setdefault(key_of(shown), shown)
    return list(kept.values())


class _Masked(dict[Any, Any]):
    """Values with what is personal masked: of most texts a table has many, and each is looked at once."""

    def __init__(self, personal: Personal) -> None:
        super().__init__()
        self._personal = personal

    def __missing__(self, value: Any) -> Any:
        clean = self[value] = self._of(value)
        return clean

    def _of(self, value: Any) -> Any:
        if type(value) is tuple:
            parts = tuple(self._of(item) for item in value)
            return value if parts == value else parts
        if type(value) is not str:  # enumerations are texts too
            return value
        clean = mask_personal(value, self._personal)
        return value if clean == value else clean
