"""The terms of a taxonomy in all its languages, asked for texts, link texts and addresses."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate
from urllib.parse import unquote

import ahocorasick_rs

from taxonomy.models import Taxonomy
from taxonomy.words import WORD

from .coder import LOOKS_AHEAD
from .entries import TermMatch
from .language_index import LanguageIndex
from .slugs import SlugIndex

# A site's blocks come on many of its pages: those of ordinary length are remembered.
_BLOCK = 1_000
_DANGLING = re.compile(r"(?<=\w)-(?![^\W_])")
# What a word of the service's field is worth beside a term of the service.
_TOPIC = 0.6


def _reaches_on(line: str) -> bool:
    """Whether a compound that ends in a hyphen may be completed from the next line: it looks three words ahead."""
    ends = [match.end() for match in _DANGLING.finditer(line)] if "-" in line else []
    return bool(ends) and len(WORD.findall(line, ends[-1])) < LOOKS_AHEAD


class TermIndex:
    """The terms of all services of a taxonomy, per language."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._default = taxonomy.country.study_languages[0]
        self._indexes = {code: LanguageIndex(taxonomy, code) for code in taxonomy.country.study_languages}
        self._slugs = {code: SlugIndex(taxonomy, code) for code in taxonomy.country.study_languages}
        self._find_block = lru_cache(maxsize=16_384)(self._find)
        # Pages of a site stand in few folders.
        self._in_path = lru_cache(maxsize=8_192)(self._find_in_path)
        hints: dict[str, list[str]] = {}
        for service in taxonomy.services.values():
            for hint in service.url_hints:
                hints.setdefault(hint.lower(), []).append(service.id)
        self._hints = sorted(hints.items())
        self._hint_automaton = ahocorasick_rs.AhoCorasick([hint for hint, _ in self._hints]) if hints else None

    def find(self, text: str, language: str) -> tuple[TermMatch, ...]:
        """The terms in ``text``, in order; the longest of a service where terms nest."""
        return tuple(match for match in self.find_all(text, language) if match.kind == "term")

    def find_all(self, text: str, language: str) -> tuple[TermMatch, ...]:
        """Terms, topics and cues of page types in ``text``, in order."""
        language = language if language in self._indexes else self._default
        return (self._find_block if len(text) <= _BLOCK else self._find)(text, language)

    def find_lines(self, texts: Sequence[str], language: str) -> Iterator[tuple[int, TermMatch, str]]:
        """The same in lines that follow each other, with the number of the line, the place in it and the words."""
        whole = "\n".join(texts)
        if any(map(_reaches_on, texts)) or len(whole.lower()) != len(whole):
            starts = [0, *accumulate(len(text) + 1 for text in texts)]
            for match in self.find_all(whole, language):
                number = bisect_right(starts, match.start, hi=len(texts)) - 1
                begin = starts[number]
                here = replace(match, start=match.start - begin, end=match.end - begin)
                yield number, here, whole[match.start : match.end]
            return
        for number, text in enumerate(texts):
            for match in self.find_all(text, language):
                yield number, match, text[match.start : match.end]

    def _find(self, text: str, language: str) -> tuple[TermMatch, ...]:
        found = self._indexes[language].find(text)
        return tuple(sorted(found, key=lambda match: (match.start, match.end, match.service_id, match.term)))

    def path_services(self, path: str, language: str = "") -> frozenset[str]:
        """The services whose terms stand in the path of an address; in any language where none is given."""
        return self._in_path(path, language)

    def _find_in_path(self, path: str, language: str) -> frozenset[str]:
        path = unquote(path).lower()
        languages = (language,) if language in self._slugs else tuple(self._slugs)
        found = set().union(*(self._slugs[code].find(path) for code in languages))
        if self._hint_automaton is not None:
            for place, _, _ in self._hint_automaton.find_matches_as_indexes(path, overlapping=True):
                found.update(self._hints[place][1])
        return frozenset(found)

    def link_scores(self, text: str, path: str, language: str) -> dict[str, float]:
        """How well a link's text and path promise each service, 0-1; only services with some promise. Cheap."""
        scores: dict[str, float] = {}
        for match in self.find_all(text, language):
            if match.kind == "cue":
                continue
            span = min(1.0, (match.end - match.start) / max(12, len(text)))
            score = match.weight * (0.55 + 0.45 * span) * (1.0 if match.kind == "term" else _TOPIC)
            scores[match.service_id] = max(scores.get(match.service_id, 0.0), score)
        for service_id in self.path_services(path, language):
            scores[service_id] = 1.0 - (1.0 - scores.get(service_id, 0.0)) * 0.45
        return dict(sorted(scores.items()))


@lru_cache(maxsize=4)
def term_index(taxonomy: Taxonomy) -> TermIndex:
    """The index of a taxonomy, built once per content."""
    return TermIndex(taxonomy)
