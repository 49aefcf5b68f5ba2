"""E-mail addresses, street addresses and opening hours in a line of text.

Used by the page reader on every block. Addresses hidden from robots are read as a person would: "(at)", entities,
Cloudflare's encoding, pieces joined by a script. Whether a contact serves a service is not decided here.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache

from taxonomy import Markup

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12}", re.I)
_SPELLED = re.compile(
    r"([\w.+-]{1,64})\s*[\(\[\{<]\s*([^\W\d_][\w-]{0,11}|@)\s*[\)\]\}>]\s*([\w-]+(?:"
    # A dot with a space behind it alone ends a sentence, unless the rest of the host's name follows.
    r"(?:\.|\s{1,40}\.\s{0,40}|\.\s{1,40}(?=(?-i:[a-z]{2,3})\b)"
    r"|\s{0,40}[\(\[]\s{0,40}[^\W\d_]{3,5}\s{0,40}[\)\]]\s{0,40})[\w-]+)+)",
    re.I,
)
_SPELLED_DOT = re.compile(r"\s{0,40}(?:[\(\[]\s{0,40}[^\W\d_]{3,5}\s{0,40}[\)\]]|\.)\s*")
_JOINED = re.compile(
    r"""["']([\w.+-]{0,64})["']\s*\+\s*["']@["']\s*\+\s*["']([\w.-]+\.[a-z]{2,12})["']"""
    r"""|["']([\w.+-]{1,64}@)["']\s*\+\s*["']([\w.-]+\.[a-z]{2,12})["']""",
    re.I,
)
_DIGIT = re.compile(r"\d")
_HOURS = re.compile(r"\d{1,2}(?:[.:]\d{2})?\s*[-–—]\s*\d{1,2}(?:[.:]\d{2})?(?!\d|\.\d)")


def find_emails(text: str, markup: Markup) -> Iterator[tuple[str, str]]:
    """(address, text as written) of the e-mail addresses in ``text``, plain and spelled out."""
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield match.group().lower(), match.group()
    if "(" in text or "[" in text or "{" in text:
        for match in _SPELLED.finditer(text):
            if match.group(2) == "@" or match.group(2).lower() in markup.words["at_sign"]:
                host = _SPELLED_DOT.sub(".", match.group(3)).strip(".")
                yield f"{match.group(1)}@{host}".lower(), match.group()


def find_addresses(text: str, markup: Markup) -> Iterator[tuple[str, str]]:
    """(street address, the same as written) in ``text``; post-office boxes are no places to visit."""
    if not _DIGIT.search(text):
        return
    for match in _street(tuple(sorted(markup.words["street"]))).finditer(text):
        yield match.group().strip(" ,"), match.group()


@lru_cache(maxsize=4)
def _street(words: tuple[str, ...]) -> re.Pattern[str]:
    endings = "|".join(re.escape(word) for word in words)
    # Words have an end: without one, a line of capitals takes the cube of its length.
    first = r"(?:[A-ZÅÄÖ][\wåäöÅÄÖé.-]{0,40}\s+){0,2}"
    name = rf"{first}(?:[A-ZÅÄÖ][\wåäöé-]{{0,40}}?(?:{endings})|[A-ZÅÄÖ][\w-]{{1,40}}\s+(?:{endings}))"
    place = r"(?:\s*,?\s*\d{5}\s+[A-ZÅÄÖ][\w-]+)?"
    return re.compile(rf"{name}\s+\d{{1,3}}(?:\s?[a-zA-Z]\b)?(?:\s?[-–]\s?\d{{1,3}})?(?![.:]?\d){place}")


def find_hours(text: str, markup: Markup) -> str:
    """The line itself where it tells opening or telephone hours, else an empty string."""
    if not _HOURS.search(text):
        return ""
    lowered = text.casefold()
    return text if any(word in lowered for word in markup.words["hours"]) else ""


def decode_cloudflare(code: str) -> str:
    """The address hidden in a ``data-cfemail`` attribute; empty where it is not one."""
    try:
        raw = bytes.fromhex(code)
    except ValueError:
        return ""
    text = bytes(byte ^ raw[0] for byte in raw[1:]).decode("utf-8", "replace") if raw else ""
    return text if _EMAIL.fullmatch(text) else ""


def decode_joomla(first: str, last: str) -> str:
    """The address whose two sides stand in base64 in a Joomla element; empty where it is not one."""
    try:
        text = "@".join(base64.b64decode(part, validate=True).decode("utf-8") for part in (first, last))
    except ValueError:
        return ""
    return text if _EMAIL.fullmatch(text) else ""


def script_emails(script: str) -> Iterator[str]:
    """Addresses that a script puts together from pieces of text."""
    for match in _JOINED.finditer(script[:20_000]):
        yield (
            f"{match.group(1)}@{match.group(2)}".lower()
            if match.group(2)
            else f"{match.group(3)}{match.group(4)}".lower()
        )
