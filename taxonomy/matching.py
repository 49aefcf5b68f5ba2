"""Finds the terms of services in running text, link texts and addresses, whatever their inflection.

Terms and text become sequences of word parts, each part one character, and one Aho-Corasick automaton per language
finds all terms at once: "rakennuslupahakemuksen" contains "rakennuslupa". Deterministic, no network, no page
structure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

import ahocorasick_rs

from .models import Taxonomy
from .words import WORD, Analyser, StemWords, Token, analyser_for

_PIECE = re.compile(rf"({WORD.pattern})|([!?:;,\n()\[\]|•·/]|\.(?!\w))")
_BREAK, _UNKNOWN = "\x02", "\x01"
_LONGEST_WORD = 200
_SIMPLE = re.compile(r"[^\W\d_]+")
_FIRST_CODE, _FIRST_STEM = 0x4E00, 0x3400
# Where a term stands in a compound: "esiopetus" alone, "esiopetus|ryhmä", "pienryhmä|esiopetus".
_WHOLE, _HEAD, _TAIL, _MIDDLE, _COLOUR = 1.0, 0.95, 0.85, 0.6, 0.5
# What a word of the service's field is worth beside a term of the service.
_TOPIC = 0.6
_SHORT_TOPIC = 5
_FOLD = str.maketrans("åäöéèüàáíóøæ", "aaoeeuaaiooa")
_SLUG = re.compile(r"[a-z0-9]+")

# The label of cues that tell of a reader doing something: applying, booking, paying.
ACT = "act:verb"
# Labels of two words that in one sentence tell of a service gone elsewhere: a body, and that it arranges it now.
MOVE, BODY = "move:verb", "move:body"
Kind = Literal["term", "topic", "denial", "cue"]


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term of a service found in a text; ``weight`` 0-1 tells how fully the words are the term.

    A ``topic`` only belongs to the service's field; a term names the service or its use. Cues of page types come as
    matches too, with "type:part" in place of the service.
    """

    service_id: str
    term: str
    start: int
    end: int
    weight: float
    kind: Kind = "term"


@dataclass(frozen=True, slots=True)
class _Entry:
    service_id: str
    term: str
    kind: Kind

    @property
    def is_word(self) -> bool:
        """Whether the term is written as one word."""
        return bool(_SIMPLE.fullmatch(self.term.lower()))


@dataclass(frozen=True, slots=True)
class Coded:
    """A text as a string of part codes, with the word that each code belongs to."""

    codes: str
    owner: Sequence[int]
    words: Sequence[tuple[int, int]]
    asking: frozenset[str] = frozenset()


class PartCoder:
    """Turns words into strings of one character per part; parts that no phrase uses become one and the same."""

    def __init__(self, language: str, phrases: Sequence[str], asking: Sequence[str] = ()) -> None:
        self.language = language
        inflected = [
            phrase for phrase in phrases if phrase[-1] != "*" and phrase[0] != "=" and not self._by_form(phrase)
        ]
        words = [word for phrase in inflected for word in WORD.findall(phrase.lower())]
        self.analyser: Analyser = analyser_for(language, words)
        self._codes: dict[str, str] = {}
        for word in sorted({word.rstrip("-") for word in words}):
            for part in self.analyser.readings(word)[0]:
                self._codes.setdefault(part, chr(_FIRST_CODE + len(self._codes)))
        stems = sorted({phrase[:-1].lower() for phrase in phrases if phrase[-1] == "*"})
        self._stems = {stem: chr(_FIRST_STEM + number) for number, stem in enumerate(stems)}
        exact = sorted({phrase[1:].lower() for phrase in phrases if phrase[0] == "="})
        formed = sorted({phrase.lower() for phrase in phrases if self._by_form(phrase)} - set(exact))
        self._exact = {word: chr(_FIRST_STEM + len(stems) + number) for number, word in enumerate([*exact, *formed])}
        self._forms = {form: self._exact[word] for word in formed for form in _plurals(word)} | self._exact
        # "-hakemus", "-ansökan": what follows a service's name in the name of its form.
        self._asking = frozenset(
            self._codes.get(self.analyser.readings(word.lower())[0][-1], "") for word in asking
        ) - {""}
        self._cache: dict[str, str] = {}
        self._stemmed: dict[str, str] = {}

    def _by_form(self, phrase: str) -> bool:
        """English stems throw too much together (park, parking): single words stand for themselves and their plural."""
        return (
            self.language == "en" and phrase[0] != "=" and phrase[-1] != "*" and bool(_SIMPLE.fullmatch(phrase.lower()))
        )

    def phrase(self, phrase: str) -> str:
        """The codes of a phrase to look for; a final ``*`` marks the beginning of one word, ``=`` one exact form."""
        if phrase.startswith("="):
            return self._exact[phrase[1:].lower()]
        if self._by_form(phrase):
            return self._exact[phrase.lower()]
        if phrase.endswith("*"):
            return self._stems[phrase[:-1].lower()]
        return "".join(self.word(word.rstrip("-")) for word in WORD.findall(phrase.lower()))

    def word(self, word: str) -> str:
        """The codes of one lower-case word; of its readings the one that knows most."""
        codes = self._cache.get(word)
        if codes is None:
            known = self._codes
            # A row of hyphens that only a machine writes is no word: each of its parts would be put with each other.
            readings = self.analyser.readings(word) if len(word) <= _LONGEST_WORD else ((word,),)
            coded = ["".join(known.get(part, _UNKNOWN) for part in parts) for parts in readings]
            codes = max(coded, key=lambda text: (len(text) - text.count(_UNKNOWN)) / len(text) + (text != _UNKNOWN))
            if len(self._cache) > 300_000:
                self._cache.clear()
            self._cache[word] = codes
        return codes

    def text(self, text: str) -> Coded:
        """The codes of a running text; punctuation breaks phrases, "aamu- ja iltapäivä" is read as two compounds."""
        codes: list[str] = []
        owner: list[int] = []
        words: list[tuple[int, int]] = []
        dangling: list[int] = []
        cache = self._cache
        for match in _PIECE.finditer(text.lower()):
            word = match.group(1)
            if word is None:
                codes.append(_BREAK)
                owner.append(-1)
                continue
            if word[-1] == "-":
                word = word[:-1]
                dangling.append(len(words))
            coded = cache.get(word) or self.word(word)
            codes.append(coded)
            owner.extend([len(words)] * len(coded))
            words.append(match.span(1))
        joined = "".join(codes)
        if dangling:
            joined += self._completed(dangling, joined, owner)
        if self._stems or self._exact:
            joined += self._begun(text, words, owner)
        return Coded(joined, owner, words, self._asking)

    def _begun(self, text: str, words: Sequence[tuple[int, int]], owner: list[int]) -> str:
        """One code for every stem that a word of the text begins with."""
        extra: list[str] = []
        lowered = text.lower()
        for index, (start, end) in enumerate(words):
            for code in self._stems_of(lowered[start:end]):
                extra.append(_BREAK + code)
                owner.extend((-1, index))
        return "".join(extra)

    def _stems_of(self, word: str) -> str:
        found = self._stemmed.get(word)
        if found is None:
            found = "".join(code for stem, code in self._stems.items() if word.startswith(stem)) + self._forms.get(
                word, ""
            )
            if len(self._stemmed) > 300_000:
                self._stemmed.clear()
            self._stemmed[word] = found
        return found

    def _completed(self, dangling: Sequence[int], codes: str, owner: list[int]) -> str:
        """Compounds that share their last part: what the hyphen stands for, from the next compound."""
        extra: list[str] = []
        of_word: dict[int, str] = {}
        for code, word in zip(codes, owner, strict=False):
            of_word[word] = of_word.get(word, "") + code
        for index in dangling:
            own = of_word.get(index, "")
            for following in range(index + 1, index + 4):
                parts = of_word.get(following, "")
                if len(parts) < 2:
                    continue
                for cut in range(1, len(parts)):
                    piece = _BREAK + own + parts[cut:]
                    extra.append(piece)
                    owner.extend([-1] + [index] * len(own) + [following] * (len(parts) - cut))
                break
        return "".join(extra)


def _plurals(word: str) -> set[str]:
    """An English word with its singular or plural."""
    forms = {word, word + "s", word + "es"}
    if word.endswith("ies"):
        forms.add(word[:-3] + "y")
    if word.endswith("y"):
        forms.add(word[:-1] + "ies")
    if word.endswith("s") and not word.endswith("ss"):
        forms.add(word[:-1])
    return forms


class _LanguageIndex:
    """The terms of all services in one language."""

    def __init__(self, taxonomy: Taxonomy, language: str) -> None:
        entries = [*_entries(taxonomy, language), *_cues(taxonomy, language)]
        asking = [
            word for word in taxonomy.languages[language].lists.get("form_words", ()) if _SIMPLE.fullmatch(word.lower())
        ]
        self.coder = PartCoder(language, [entry.term for entry in entries], asking)
        self._by_codes: dict[str, list[_Entry]] = {}
        for entry in entries:
            codes = self.coder.phrase(entry.term)
            if codes:
                self._by_codes.setdefault(codes, []).append(entry)
        self._patterns = sorted(self._by_codes)
        self._automaton = ahocorasick_rs.AhoCorasick(self._patterns) if self._patterns else None
        # Finnish writes "tonttihaku" also as "tonttien haku"; Swedish "för skolan" is no "förskola".
        self._strict = language == "sv"

    def find(self, text: str) -> list[TermMatch]:
        if self._automaton is None or not text:
            return []
        coded = self.coder.text(text)
        spans = self._automaton.find_matches_as_indexes(coded.codes, overlapping=True)
        if not spans:
            return []
        denied: dict[str, list[tuple[int, int]]] = {}
        found: dict[str, dict[tuple[int, int], _Entry]] = {}
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


def _as_match(entry: _Entry, start: int, end: int, coded: Coded) -> TermMatch:
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


def _entries(taxonomy: Taxonomy, language: str) -> Iterator[_Entry]:
    for service in taxonomy.services.values():
        name = service.name.root.get(language)
        terms = (*service.terms.get(language, ()), *((name,) if name else ()))
        for term in dict.fromkeys(terms):
            yield _Entry(service.id, term, "term")
        for term in service.topics.get(language, ()):
            yield _Entry(service.id, term, "topic")
        for term in service.not_terms.get(language, ()):
            yield _Entry(service.id, term, "denial")


def _cues(taxonomy: Taxonomy, language: str) -> Iterator[_Entry]:
    for page_type in taxonomy.page_types.values():
        cues = page_type.cues.get(language)
        if cues is not None:
            for part, phrases in (("title", cues.title), ("body", cues.body)):
                yield from (_Entry(f"{page_type.id}:{part}", phrase, "cue") for phrase in phrases)
    verbs = taxonomy.languages[language].lists.get("act_verbs", ())
    yield from (_Entry(ACT, verb, "cue") for verb in verbs)
    lists = taxonomy.languages[language].lists
    yield from (_Entry(MOVE, phrase, "cue") for phrase in lists.get("moved_verbs", ()))
    yield from (_Entry(BODY, phrase, "cue") for phrase in lists.get("moved_bodies", ()))


class _SlugIndex:
    """Terms as they look in addresses: folded to ASCII, hyphens between words, inflected anyhow."""

    def __init__(self, taxonomy: Taxonomy, language: str) -> None:
        entries = [
            _Entry(entry.service_id, entry.term.lstrip("=").rstrip("*"), "term")
            for entry in _entries(taxonomy, language)
            if entry.kind == "term"
        ]
        words = [word for entry in entries for word in slug_words(entry.term)]
        stems = StemWords(language, words)
        self._stems = stems
        self._cache: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        for word in sorted(set(words)):
            for part in stems.readings(word)[0]:
                self._codes.setdefault(part, chr(_FIRST_CODE + len(self._codes)))
        self._by_codes: dict[str, list[_Entry]] = {}
        for entry in entries:
            codes = self._code(slug_words(entry.term))
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
                self._codes.get(part, _UNKNOWN) for part in self._stems.readings(word)[0]
            )
        return coded

    def find(self, path: str) -> set[str]:
        if self._automaton is None:
            return set()
        coded = _BREAK.join(self._code(slug_words(segment)) for segment in path.split("/"))
        spans = self._automaton.find_matches_as_indexes(coded, overlapping=True)
        return {entry.service_id for pattern, _, _ in spans for entry in self._by_codes[self._patterns[pattern]]}


def slug_words(text: str) -> list[str]:
    """The words of a piece of an address or of a term, folded to ASCII."""
    return _SLUG.findall(text.lower().translate(_FOLD))


class TermIndex:
    """The terms of all services of a taxonomy, per language."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._default = taxonomy.country.study_languages[0]
        self._indexes = {code: _LanguageIndex(taxonomy, code) for code in taxonomy.country.study_languages}
        self._slugs = {code: _SlugIndex(taxonomy, code) for code in taxonomy.country.study_languages}
        hints: dict[str, list[str]] = {}
        for service in taxonomy.services.values():
            for hint in service.url_hints:
                hints.setdefault(hint.lower(), []).append(service.id)
        self._hints = sorted(hints.items())
        self._hint_automaton = ahocorasick_rs.AhoCorasick([hint for hint, _ in self._hints]) if hints else None

    def find(self, text: str, language: str) -> tuple[TermMatch, ...]:
        """The terms in ``text``, in order; the longest of a service where terms nest."""
        return tuple(match for match in self.find_all(text, language) if match.kind == "term")

    def find_all(self, text: str, language: str) -> list[TermMatch]:
        """Terms, topics and cues of page types in ``text``, in order."""
        index = self._indexes.get(language) or self._indexes[self._default]
        return sorted(index.find(text), key=lambda match: (match.start, match.end, match.service_id, match.term))

    def coder(self, language: str) -> PartCoder:
        """The word coder of a language, for other phrase lists over the same words."""
        return (self._indexes.get(language) or self._indexes[self._default]).coder

    def path_services(self, path: str, language: str = "") -> frozenset[str]:
        """The services whose terms stand in the path of an address; in any language where none is given."""
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


def lemmas(text: str, language: str) -> tuple[Token, ...]:
    """The words of ``text`` with dictionary form and parts, in order."""
    analyser = analyser_for(language)
    tokens = []
    for match in WORD.finditer(text):
        word = match.group().lower().rstrip("-")
        parts = analyser.readings(word)[0]
        tokens.append(Token(match.group(), match.start(), match.end(), analyser.lemma(word), parts))
    return tuple(tokens)
