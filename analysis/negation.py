"""Splits a text into clauses and says in what sense each one speaks: stated, denied, retired, future or fallback.

"Not by e-mail" removes e-mail in its own clause only; "if it does not work online" denies nothing. The words are
data (`[roles]`: negation, not-negation, conditional, retired, future, contrast); here is only how they reach.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .phrases import Mark, PhraseBook, Word, split_words

Sense = Literal["stated", "denied", "retired", "future", "fallback"]

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”»)]*\s+(?=[\"”»(]?[A-ZÅÄÖÉÜ])|\s*[;\n]\s*|\s[•|]\s")
_CLAUSE_END = re.compile(r"[,:]\s+|\s[–—-]\s|\s+\(|\)(?=[\s.,;:]|$)\s*")
# Longer segments say something of their own; shorter ones are members of a list ("by phone, by e-mail or ...").
_LIST_MEMBER_WORDS = 4
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


def read_sentences(text: str, book: PhraseBook) -> tuple[Sentence, ...]:
    """The sentences of a block of text, read with a language's phrase book."""
    words = split_words(text)
    marks = book.marks(words)
    return tuple(_sentence(text, start, end, words, marks) for start, end in _spans(text, 0, len(text), _SENTENCE_END))


def _spans(text: str, start: int, end: int, border: re.Pattern[str]) -> list[tuple[int, int]]:
    cuts = [(m.start(), m.end()) for m in border.finditer(text, start, end)]
    starts = [start, *(after for _, after in cuts)]
    ends = [*(before for before, _ in cuts), end]
    return [(a, b) for a, b in zip(starts, ends, strict=True) if text[a:b].strip()]


def _sentence(text: str, start: int, end: int, words: Sequence[Word], marks: Sequence[Mark]) -> Sentence:
    inside = [m for m in marks if start <= m.start < end]
    own = tuple(w for w in words if start <= w.start < end)
    spans = _merge(_clause_spans(text, start, end, words, inside), words, inside)
    clauses = tuple(_clause(a, b, words, inside) for a, b in spans)
    return Sentence(start, end, text[start:end].strip(), own, clauses, frozenset(m.role for m in inside))


def _clause_spans(
    text: str, start: int, end: int, words: Sequence[Word], marks: Sequence[Mark]
) -> list[tuple[int, int]]:
    """Borders are punctuation and words of contrast ("but", "instead")."""
    turns = sorted({m.start for m in marks if m.role == "contrast"} - {start})
    pieces = _spans(text, start, end, _CLAUSE_END)
    for turn in turns:
        for index, (a, b) in enumerate(pieces):
            if a < turn < b:
                pieces[index : index + 1] = [(a, turn), (turn, b)]
                break
    return [(a, b) for a, b in pieces if text[a:b].strip()]


def _merge(spans: list[tuple[int, int]], words: Sequence[Word], marks: Sequence[Mark]) -> list[tuple[int, int]]:
    """Joins the members of a list of ways, so that one negation or one verb holds for them all."""
    merged: list[tuple[int, int]] = []
    pending: int | None = None
    for index, (start, end) in enumerate(spans):
        begin = start if pending is None else pending
        pending = None
        if _is_list_member(start, end, words, marks):
            if index + 1 < len(spans) and not _opens_with_negation(*spans[index + 1], words, marks):
                pending = begin
                continue
            if merged and begin == start:
                merged[-1] = (merged[-1][0], end)
                continue
        merged.append((begin, end))
    if pending is not None:
        merged.append((pending, spans[-1][1]))
    return merged


def _opens_with_negation(start: int, end: int, words: Sequence[Word], marks: Sequence[Mark]) -> bool:
    """Tells whether a clause begins by denying: what stood before it then stays stated ("by phone, not by e-mail")."""
    first = next((i for i, w in enumerate(words) if start <= w.start < end), -1)
    return any(m.role == "negation" and m.first == first for m in marks)


def _is_list_member(start: int, end: int, words: Sequence[Word], marks: Sequence[Mark]) -> bool:
    roles = {m.role for m in marks if start <= m.start < end}
    if not roles & _WAYS_IN_LISTS or roles & {"negation", "conditional", "act", "act-noun"}:
        return False
    return sum(1 for w in words if start <= w.start < end) <= _LIST_MEMBER_WORDS


def _clause(start: int, end: int, words: Sequence[Word], marks: Sequence[Mark]) -> Clause:
    own = tuple(m for m in marks if start <= m.start < end)
    roles = frozenset(m.role for m in own)
    return Clause(start, end, own, roles, _sense(own, roles))


def _sense(marks: Sequence[Mark], roles: frozenset[str]) -> Sense:
    excused = {i for m in marks if m.role == "not-negation" for i in range(m.first, m.last + 1)}
    negated = any(m.role == "negation" and m.first not in excused for m in marks)
    if roles & {"conditional", "conditional-negative"} and (negated or "conditional-negative" in roles):
        return "fallback"
    if "retired" in roles:
        return "retired"
    if negated:
        return "denied"
    return "future" if "future" in roles else "stated"
