"""Finds a language's listed phrases in a text and says which role each plays.

The lists are data (`[roles]` of taxonomy/languages); this module only matches. A phrase is words with `*` for
any letters and `..` for up to three words between. Matching is by whole words, caseless, and remembered per word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ahocorasick_rs

from taxonomy import Taxonomy

_WORD = re.compile(r"[^\W_]+(?:[-.:'’@/&][^\W_]+)*")
_GAP = ".."
_LONGEST_GAP = 3
# Endings and prepositions of place fit half of all words; they are asked for where a place is named.
AUTHENTICATION = "authentication:"
_ASKED_FOR = frozenset({"place-case", "place-case-from", "place-case-to"})
# A page has some thousand words; above this it is a list of everything and proves nothing more.
MAX_WORDS = 6000


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, caseless, and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A listed phrase met: its role, the first and the last word (index) it covers, and its place in the text."""

    role: str
    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    role: str
    rest: tuple[str, ...]


def _is_ending(glob: str) -> bool:
    """Whether a pattern asks for nothing but how a word ends."""
    return glob[0] == "*" and len(glob) > 1 and "*" not in glob[1:]


class _Ends:
    """The patterns of a list that ask for nothing but an ending, by it."""

    def __init__(self, globs: Sequence[tuple[str, _Phrase]]) -> None:
        self._numbers: dict[str, list[int]] = {}
        for number, (glob, _) in enumerate(globs):
            if _is_ending(glob):
                self._numbers.setdefault(glob[1:], []).append(number)
        self._lengths = sorted({len(ending) for ending in self._numbers})

    def of(self, word: str) -> list[int]:
        """Numbers of the patterns that a word fits."""
        found: list[int] = []
        for length in self._lengths:
            if length > len(word):
                break
            found += self._numbers.get(word[-length:], ())
        return found


class PhraseBook:
    """All phrases of some lists, ready to be found; equal lists give equal answers."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._exact: dict[str, list[_Phrase]] = {}
        self._stems: dict[str, list[_Phrase]] = {}
        self._globs: list[tuple[str, _Phrase]] = []
        for role in sorted(lists):
            for phrase in lists[role]:
                first, *rest = phrase.casefold().split()
                self._file(first, _Phrase(role, tuple(rest)))
        self._stem_lengths = sorted({len(stem) for stem in self._stems})
        self._ends = _Ends(self._globs)
        # A word fits one of the others only where it holds the longest piece of letters in it.
        self._others = [(number, glob) for number, (glob, _) in enumerate(self._globs) if not _is_ending(glob)]
        pieces = [max(glob.split("*"), key=len) for _, glob in self._others]
        self._pieces = ahocorasick_rs.AhoCorasick(pieces) if all(pieces) else None
        # One entry per different word of all pages; real vocabularies pass 100,000, most words come from far fewer.
        self._starting = lru_cache(maxsize=60_000)(self._phrases_starting)

    def _file(self, first: str, phrase: _Phrase) -> None:
        stars = first.count("*")
        if not stars:
            self._exact.setdefault(first, []).append(phrase)
        elif stars == 1 and first.endswith("*"):
            self._stems.setdefault(first[:-1], []).append(phrase)
        else:
            self._globs.append((first, phrase))

    def _phrases_starting(self, word: str) -> tuple[_Phrase, ...]:
        found = list(self._exact.get(word, ()))
        for length in self._stem_lengths:
            if length > len(word):
                break
            found += self._stems.get(word[:length], ())
        numbers = self._ends.of(word)
        numbers += [number for number, pattern in self._perhaps(word) if word_fits(pattern, word)]
        found += [self._globs[number][1] for number in sorted(numbers)]
        return tuple(found)

    def _perhaps(self, word: str) -> Iterable[tuple[int, str]]:
        """The other patterns that a word may fit."""
        if self._pieces is None:
            return self._others
        held = {place for place, _, _ in self._pieces.find_matches_as_indexes(word, overlapping=True)}
        return [self._others[place] for place in held]

    def marks(self, words: Sequence[Word]) -> list[Mark]:
        """Every phrase that occurs in the words, in order of place."""
        found: list[Mark] = []
        for index, word in enumerate(words):
            for phrase in self._starting(word.text):
                last = _follow(phrase.rest, words, index) if phrase.rest else index
                if last is not None:
                    found.append(Mark(phrase.role, index, last, word.start, words[last].end))
        return found

    def roles(self, text: str) -> frozenset[str]:
        """The roles that the phrases of a short text play."""
        return frozenset(mark.role for mark in self.marks(split_words(text)))


def split_words(text: str) -> list[Word]:
    """The words of a text, at most MAX_WORDS; hyphens, full stops and slashes inside a word belong to it."""
    lowered = text.casefold() if len(text.casefold()) == len(text) else text.lower()
    words = [Word(match.group(), match.start(), match.end()) for match in _WORD.finditer(lowered)]
    return words[:MAX_WORDS]


def word_fits(pattern: str, word: str) -> bool:
    """Tells whether a word fits a pattern in which `*` stands for any letters, none included."""
    head, star, tail = pattern.partition("*")
    if not star:
        return word == pattern
    if not head and tail.endswith("*") and "*" not in tail[:-1]:
        return tail[:-1] in word
    if "*" not in tail:
        return len(word) >= len(head) + len(tail) and word.startswith(head) and word.endswith(tail)
    return _glob(pattern).fullmatch(word) is not None


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(_expression(pattern))


def _expression(pattern: str) -> str:
    return ".*".join(map(re.escape, pattern.split("*")))


def _follow(rest: tuple[str, ...], words: Sequence[Word], index: int) -> int | None:
    """The index of the last word if the rest of a phrase follows the word at `index`."""
    slack = 0
    at = index + 1
    for pattern in rest:
        if pattern == _GAP:
            slack = _LONGEST_GAP
            continue
        while at < len(words) and not word_fits(pattern, words[at].text):
            if not slack:
                return None
            slack -= 1
            at += 1
        if at >= len(words):
            return None
        at += 1
        slack = 0
    return at - 1


@lru_cache(maxsize=8)
def phrase_books(taxonomy: Taxonomy) -> Mapping[str, PhraseBook]:
    """One phrase book per language of the taxonomy, compiled once."""
    return {
        code: PhraseBook(
            {role: phrases for role, phrases in language.roles.items() if role not in _ASKED_FOR}
            | {f"{AUTHENTICATION}{method}": phrases for method, phrases in language.authentication.items()}
        )
        for code, language in taxonomy.languages.items()
    }
