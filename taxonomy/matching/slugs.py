"""Terms as they look in addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import ahocorasick_rs

from taxonomy.models import Taxonomy
from taxonomy.words import StemWords, learn

from .coder import BREAK, FIRST_CODE, UNKNOWN
from .entries import Entry, entries

_SLUG = re.compile(r"[a-z0-9]+")


class SlugIndex:
    """Terms as they look in addresses: folded to ASCII, hyphens between words, inflected anyhow."""

    def __init__(self, taxonomy: Taxonomy, language: str) -> None:
        own = [
            Entry(entry.service_id, entry.term.lstrip("=").rstrip("*"), "term")
            for entry in entries(taxonomy, language)
            if entry.kind == "term"
        ]
        grammar = taxonomy.languages[language].grammar
        self._fold = grammar.fold
        words = [word for entry in own for word in slug_words(entry.term, self._fold)]
        stems = StemWords(grammar, words)
        learn(stems, f"slugs-{taxonomy.country.id}-{language}", words)
        self._stems = stems
        self._cache: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        for word in sorted(set(words)):
            for part in stems.readings(word)[0]:
                self._codes.setdefault(part, chr(FIRST_CODE + len(self._codes)))
        self._by_codes: dict[str, list[Entry]] = {}
        for entry in own:
            codes = self._code(slug_words(entry.term, self._fold))
            if len(codes) > 1 or (codes and len(entry.term) >= 6):
                self._by_codes.setdefault(codes, []).append(entry)
        self._patterns = sorted(self._by_codes)
        self._automaton = ahocorasick_rs.AhoCorasick(self._patterns) if self._patterns else None

    def _code(self, words: Sequence[str]) -> str:
        return "".join(self._word(word) for word in words)

    def _word(self, word: str) -> str:
        coded = self._cache.get(word)
        if coded is None:
            if len(self._cache) > 50_000:
                self._cache.clear()
            coded = self._cache[word] = "".join(
                self._codes.get(part, UNKNOWN) for part in self._stems.readings(word)[0]
            )
        return coded

    def find(self, path: str) -> set[str]:
        """The services whose terms stand in the path of an address."""
        if self._automaton is None:
            return set()
        coded = BREAK.join(self._code(slug_words(segment, self._fold)) for segment in path.split("/"))
        spans = self._automaton.find_matches_as_indexes(coded, overlapping=True)
        return {entry.service_id for pattern, _, _ in spans for entry in self._by_codes[self._patterns[pattern]]}


def slug_words(text: str, fold: Iterable[tuple[str, str]] = ()) -> list[str]:
    """The words of a piece of an address or of a term: letters without their marks, or as `fold` writes them."""
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate({ord(letter): instead for letter, instead in fold})
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return _SLUG.findall(text)
