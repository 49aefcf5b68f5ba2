"""Small text tools shared by the judges: clean lines and sentences with their places.

Pure functions over strings; nothing here knows a language's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SOURCE_SPACE = re.compile(r"[ \t\n\r\f]+")
_SOFT = re.compile("[\u00ad\u200b\u200c\u200d\u2060]")
# A full stop ends a sentence where a capital, a digit or a bracket follows; "klo 9.00", "ma-pe" and "esim. tontti" do
# not.
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”')\]]*\s+(?=[\"”'(\[]*[A-ZÅÄÖÉÜ0-9])|\n+|\s{1,40}[•·|]\s+")
# A short word or a single letter before the stop is an abbreviation: "puh. 040", "n. 5", "os. Kauppakatu", "kl. 8".
_ABBREVIATION = re.compile(r"(?:^|[\s(])[a-zåäö]{1,4}\.$")

# Sentences that people write are shorter; a block of thousands of links has none.
_AROUND = 1_000


def collapse(text: str) -> str:
    """``text`` of the source as a browser shows it: line breaks and tabs are blanks; the ends keep theirs."""
    return _SOURCE_SPACE.sub(" ", text) if "\n" in text or "\t" in text or "\r" in text else text


def clean(text: str) -> str:
    """``text`` with single spaces and without invisible letters; line breaks are kept, single."""
    if "\u00ad" in text or "\u200b" in text or "\u200c" in text or "\u2060" in text or "\u200d" in text:
        text = _SOFT.sub("", text)
    if "\n" not in text:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """The places (start, end) of the sentences and lines of ``text``, in order, without empty ones."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        head = text[start : match.start()]
        if match.group().strip("\"”')] ") == "" and "\n" not in match.group() and _ABBREVIATION.search(head):
            continue
        if head.strip():
            yield start, match.start()
        start = match.end()
    if text[start:].strip():
        yield start, len(text)


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence (or sentences) of ``text`` in which the span stands; of longer ones the part around it."""
    if len(text) <= end - start:
        return text
    first = max(0, start - _AROUND)
    text, start, end = text[first : end + _AROUND], start - first, end - first
    low, high = start, end
    for first, last in sentence_spans(text):
        if first < end and start < last:
            low, high = min(low, first), max(high, last)
    return text[low:high].strip()
