"""Telephone numbers in a line of text and in a link, however they are written; what only looks like one is none.

What labels are called is data (taxonomy/markup.toml); short numbers, and other numbers of the same shape as telephone
numbers, belong to the country (country.toml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers

from taxonomy import Country, Markup

_DASHES = "\\-\u2010\u2011\u2012\u2013\u2014\u2212"
# An area code may stand apart behind a dash with blanks, the groups after it have two signs between them at most.
_PHONE = re.compile(
    rf"(?:\+\d{{1,3}}|0)(?:\s?\d{{1,3}}\s?[{_DASHES}]\s?(?=\d{{3}}))?(?:(?:(?!/\s?[0+])[\s(){_DASHES}./]){{0,2}}\d){{5,14}}"
    r"(?![\w@]|\.\d|,[1-9])"
)
_DIGIT = re.compile(r"\d")
_BLANK, _DASH = re.compile(r"\s"), re.compile(f"[{_DASHES}]")
_FORBIDDEN_BEFORE = re.compile(r"[\w/.,@+-]")
# A label glued to its number, with one mark at most; what stands in a path or an address is no label.
_GLUED = re.compile(r"(?<![\w/.@])([^\W\d_]{1,20})[.:/-]?$")
# Bank accounts (IBAN) in groups of four look like telephone numbers from the second group on.
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:[\s\u00a0]?\d{4}){2,7}(?:[\s\u00a0]?\d{1,4})?(?!\d)")
_DATE = re.compile(r"^0?\d{1,2}[.\-–/]\d{1,2}[.\-–/]")
_LONGEST_LABEL = 24


@lru_cache(maxsize=20_000)
def phone_number(text: str, region: str) -> str:
    """The number in international form (E.164), or an empty string where ``text`` is no valid number."""
    text = _DASH.sub("-", _BLANK.sub(" ", text))
    if _DATE.match(text):
        return ""
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    # Masked and invented numbers of a possible length are numbers too for the reader of a page.
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def find_phones(text: str, country: Country, markup: Markup, before: str = "") -> Iterator[tuple[str, str]]:
    """(value, text as written) of the telephone numbers in ``text``; values are E.164, short numbers their digits.

    A short number counts behind a word for telephone alone, in the text or as all of the line ``before``.
    """
    if _DIGIT.search(text):
        yield from _full(text, country, markup)
        yield from _short(text, country, markup, before)


def linked_phone(address: str, country: Country) -> str:
    """The value of the number that a link calls; empty where the address holds none."""
    written = unquote(address.partition(":")[2]).lstrip("/").partition(";")[0].strip()
    if (pattern := _pattern((country.short_phone_pattern,))) and pattern.fullmatch(written):
        return _digits(written)
    code = str(phonenumbers.country_code_for_region(country.phone_region))
    if code != "0" and written.startswith(code):
        written = f"+{written}"
    match = _PHONE.search(written)
    return phone_number(match.group(), country.phone_region) if match else ""


def _full(text: str, country: Country, markup: Markup) -> Iterator[tuple[str, str]]:
    others = [match.span() for match in _ACCOUNT.finditer(text)]
    if pattern := _pattern(country.no_phone_patterns):
        others += [match.span() for match in pattern.finditer(text)]
    at, last = 0, -1
    while match := _PHONE.search(text, at):
        start = match.start()
        if over := max((end for first, end in others if first <= start < end), default=0):
            at = over
            continue
        at = start + 1
        if not _may_begin(text, start, last, markup):
            continue
        if _DATE.match(match.group()):
            continue
        at = match.end()
        if value := phone_number(match.group().strip(), country.phone_region):
            last = at
            yield value, match.group().strip()


def _may_begin(text: str, start: int, last: int, markup: Markup) -> bool:
    """Tells whether a number may begin here: not inside a word, a decimal or an address; a label may be glued to it."""
    if start == 0 or not _FORBIDDEN_BEFORE.match(text[start - 1]):
        return True
    if text[start - 1] in ",/" and last == start - 1:
        return True
    if text[start - 1] == "," and start > 1 and text[start - 2].isalpha():
        return True
    glued = _GLUED.search(text[max(0, start - _LONGEST_LABEL) : start])
    return glued is not None and glued.group(1).casefold() in markup.words["phone_label"]


def _short(text: str, country: Country, markup: Markup, before: str) -> Iterator[tuple[str, str]]:
    if not country.short_phone_pattern:
        return
    labels = markup.words["phone_label"]
    if markup.mentions("phone_label", text.casefold()):
        for match in _labelled(country.short_phone_pattern, labels).finditer(text):
            yield _digits(match.group(1)), match.group(1)
    whole = _pattern((country.short_phone_pattern,))
    if whole and whole.fullmatch(text.strip()) and markup.says("phone_label", before):
        yield _digits(text), text.strip()


@lru_cache(maxsize=8)
def _labelled(number: str, labels: frozenset[str]) -> re.Pattern[str]:
    words = "|".join(re.escape(label) for label in sorted(labels))
    return re.compile(
        rf"(?<![\w/.@-])(?:{words})(?:\b|(?=\d))[.:]{{0,2}}[\s|]*({number})(?![\w@/-]|[.,]\d|\s?\d)", re.IGNORECASE
    )


@lru_cache(maxsize=8)
def _pattern(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    """One expression for numbers of a country that stand alone; None where the country names none."""
    named = "|".join(pattern for pattern in patterns if pattern)
    return re.compile(rf"(?<!\d)(?:{named})(?!\d)") if named else None


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
