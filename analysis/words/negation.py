"""Splits a text into clauses and says in what sense each one speaks: stated, denied, retired, future or fallback.

"Not by e-mail" removes e-mail in its own clause only; "if it does not work online" denies nothing. The words are
data (`[roles]`: negation, not-negation, needless, conditional, retired, future, contrast); here is only how they reach.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .phrases import Mark, PhraseBook, Word, split_words

Sense = Literal["stated", "denied", "retired", "future", "fallback"]

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”»)]*\s+(?=[\"”»(]?[A-ZÅÄÖÉÜ])|\s{0,40}[;\n]\s*|\s[•|]\s")
_CLAUSE_END = re.compile(r"[,:]\s+|\s[–—-]\s|\s{1,40}\(|\)(?=[\s.,;:]|$)\s*")
# Longer segments say something of their own; shorter ones are members of a list ("by phone, by e-mail or ...").
_LIST_MEMBER_WORDS = 4
# A site's blocks come on many of its pages: those of ordinary length are remembered.
_BLOCK = 1_000
_WAYS = frozenset({"digital-manner", "digital-thing", "email-manner", "phone-manner", "visit-manner", "postal"})
_WAYS_IN_LISTS = _WAYS | {"email-thing", "phone-label"}


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence that stands or falls together: its place in the block, its marks and its sense."""

    start: int
    end: int
    marks: tuple[Mark, ...]
    roles: frozenset[str]
    sense: Sense


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its clauses; `roles` are those of all clauses together."""

    start: int
    end: int
    text: str
    words: tuple[Word, ...]
    clauses: tuple[Clause, ...]
    roles: frozenset[str]


class _Line:
    """A block's words and marks, to be asked for by place; both are in order of place."""

    def __init__(self, text: str, book: PhraseBook) -> None:
        self.text = text
        self.words = split_words(text)
        self.marks = book.marks(self.words)
        self._word_starts = [w.start for w in self.words]
        self._mark_starts = [m.start for m in self.marks]

    def words_in(self, start: int, end: int) -> Sequence[Word]:
        return self.words[bisect_left(self._word_starts, start) : bisect_left(self._word_starts, end)]

    def marks_in(self, start: int, end: int) -> Sequence[Mark]:
        return self.marks[bisect_left(self._mark_starts, start) : bisect_left(self._mark_starts, end)]


def read_sentences(text: str, book: PhraseBook) -> tuple[Sentence, ...]:
    """The sentences of a block of text, read with a language's phrase book."""
    return (_remembered if len(text) <= _BLOCK else _read)(text, book)


def _read(text: str, book: PhraseBook) -> tuple[Sentence, ...]:
    line = _Line(text, book)
    return tuple(_sentence(line, start, end) for start, end in _spans(text, 0, len(text), _SENTENCE_END))


_remembered = lru_cache(maxsize=4_096)(_read)


def _spans(text: str, start: int, end: int, border: re.Pattern[str]) -> list[tuple[int, int]]:
    cuts = [(m.start(), m.end()) for m in border.finditer(text, start, end)]
    starts = [start, *(after for _, after in cuts)]
    ends = [*(before for before, _ in cuts), end]
    return [(a, b) for a, b in zip(starts, ends, strict=True) if text[a:b].strip()]


def _sentence(line: _Line, start: int, end: int) -> Sentence:
    clauses = tuple(_clause(line, a, b) for a, b in _merge(line, _clause_spans(line, start, end)))
    roles = frozenset(m.role for m in line.marks_in(start, end))
    return Sentence(start, end, line.text[start:end].strip(), tuple(line.words_in(start, end)), clauses, roles)


def _clause_spans(line: _Line, start: int, end: int) -> list[tuple[int, int]]:
    """Borders are punctuation and words of contrast ("but", "instead")."""
    found = []
    for a, b in _spans(line.text, start, end, _CLAUSE_END):
        turns = sorted({m.start for m in line.marks_in(a, b) if m.role == "contrast"} - {a})
        found += [(x, y) for x, y in zip([a, *turns], [*turns, b], strict=True) if line.text[x:y].strip()]
    return found


def _merge(line: _Line, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Joins the members of a list of ways, so that one negation or one verb holds for them all."""
    merged: list[tuple[int, int]] = []
    pending: int | None = None
    for index, (start, end) in enumerate(spans):
        begin = start if pending is None else pending
        pending = None
        if _is_list_member(line, start, end):
            if index + 1 < len(spans) and not _opens_with_negation(line, *spans[index + 1]):
                pending = begin
                continue
            if merged and begin == start:
                merged[-1] = (merged[-1][0], end)
                continue
        merged.append((begin, end))
    return merged


def _opens_with_negation(line: _Line, start: int, end: int) -> bool:
    """Tells whether a clause begins by denying: what stood before it then stays stated ("by phone, not by e-mail")."""
    words = line.words_in(start, end)
    return bool(words) and any(m.role == "negation" for m in line.marks_in(words[0].start, words[0].end))


def _is_list_member(line: _Line, start: int, end: int) -> bool:
    roles = {m.role for m in line.marks_in(start, end)}
    if not roles & _WAYS_IN_LISTS or roles & {"negation", "conditional", "act", "act-noun"}:
        return False
    return len(line.words_in(start, end)) <= _LIST_MEMBER_WORDS


def _clause(line: _Line, start: int, end: int) -> Clause:
    own = tuple(line.marks_in(start, end))
    roles = frozenset(m.role for m in own)
    return Clause(start, end, own, roles, _sense(own, roles))


def _sense(marks: Sequence[Mark], roles: frozenset[str]) -> Sense:
    excused = {i for m in marks if m.role == "not-negation" for i in range(m.first, m.last + 1)}
    negated = any(m.role == "negation" and m.first not in excused for m in marks)
    if roles & {"conditional", "conditional-negative"} and (negated or "conditional-negative" in roles):
        return "fallback"
    if "retired" in roles:
        return "retired"
    # "Papers need not be brought" denies the way, "no bank codes are needed" does not.
    if negated or "needless" in roles:
        return "denied"
    return "future" if "future" in roles else "stated"
