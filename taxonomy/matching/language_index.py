"""The terms of all services in one language, found at once in a running text."""

from __future__ import annotations

from collections.abc import Iterable

import ahocorasick_rs

from taxonomy.models import Taxonomy

from .coder import Coded, PartCoder
from .entries import SIMPLE_WORD, Entry, TermMatch, cues_of, entries

# Where a term stands in a compound: "esiopetus" alone, "esiopetus|ryhmä", "pienryhmä|esiopetus".
_WHOLE, _HEAD, _TAIL, _MIDDLE, _COLOUR = 1.0, 0.95, 0.85, 0.6, 0.5
_SHORT_TOPIC = 5


class LanguageIndex:
    """The terms of all services in one language."""

    def __init__(self, taxonomy: Taxonomy, language: str) -> None:
        looked_for = [*entries(taxonomy, language), *cues_of(taxonomy, language)]
        grammar = taxonomy.languages[language].grammar
        form_words = taxonomy.languages[language].lists.get("form_words", ())
        asking = [word for word in form_words if SIMPLE_WORD.fullmatch(word.lower())]
        name = f"terms-{taxonomy.country.id}-{language}"
        self.coder = PartCoder(grammar, [entry.term for entry in looked_for], asking, name)
        self._by_codes: dict[str, list[Entry]] = {}
        for entry in looked_for:
            codes = self.coder.phrase(entry.term)
            if codes:
                self._by_codes.setdefault(codes, []).append(entry)
        self._patterns = sorted(self._by_codes)
        self._automaton = ahocorasick_rs.AhoCorasick(self._patterns) if self._patterns else None
        # "tonttihaku" is also written "tonttien haku"; but "för skolan" is no "förskola".
        self._strict = grammar.words_are_whole

    def find(self, text: str) -> list[TermMatch]:
        """The terms, topics and cues in a text; of a service only the outermost."""
        if self._automaton is None or not text:
            return []
        coded = self.coder.text(text)
        spans = self._automaton.find_matches_as_indexes(coded.codes, overlapping=True)
        if not spans:
            return []
        denied: dict[str, list[tuple[int, int]]] = {}
        found: dict[str, dict[tuple[int, int], Entry]] = {}
        owner = coded.owner
        for pattern, start, end in spans:
            apart = self._strict and owner[start] != owner[end - 1]
            for entry in self._by_codes[self._patterns[pattern]]:
                if apart and entry.is_word:
                    continue
                if entry.kind == "denial":
                    denied.setdefault(entry.service_id, []).append((start, end))
                else:
                    found.setdefault(entry.service_id, {}).setdefault((start, end), entry)
        matches = []
        for service_id, own in found.items():
            for span in _outermost(own, denied.get(service_id, ())):
                match = _as_match(own[span], span[0], span[1], coded)
                if match.weight:
                    matches.append(match)
        return matches


def _outermost(spans: Iterable[tuple[int, int]], denied: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans that no longer one of the same service holds, nor a phrase that is not the service."""
    kept: list[tuple[int, int]] = []
    furthest = -1
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > furthest:
            furthest = end
            kept.append((start, end))
    if not denied:
        return kept
    return [(a, b) for a, b in kept if not any(first <= a and b <= last for first, last in denied)]


def _as_match(entry: Entry, start: int, end: int, coded: Coded) -> TermMatch:
    owner = coded.owner
    first, last = owner[start], owner[end - 1]
    opens = start == 0 or owner[start - 1] != first
    closes = end == len(owner) or owner[end] != last
    weight = (_WHOLE if closes else _HEAD) if opens else (_TAIL if closes else _MIDDLE)
    kind = entry.kind
    asks = not closes and coded.codes[end] in coded.asking
    if end - start == 1 and not closes and kind == "term" and entry.term[-1] != "*" and not asks:
        # A simple word that begins a compound only colours it: a "skol|skjuts" is no school.
        weight, kind = _COLOUR, "topic"
    elif end - start == 1 and kind == "topic" and not (opens and closes):
        # And a short one in it may have lost its meaning: a "pöytä|kirja" is no book.
        weight = _COLOUR if len(entry.term) > _SHORT_TOPIC else 0.0
    return TermMatch(
        entry.service_id, entry.term.strip("=*"), coded.words[first][0], coded.words[last][1], weight, kind
    )
