"""Words to dictionary forms: what a word is made of, as the grammar of its language says.

A language with a dictionary goes through Voikko, which knows inflection and compounds; where the system library is
absent, and for the others, Snowball's stems do, and compounds are split against a vocabulary. Cached and deterministic;
it knows no services. See docs/decisions on morphology.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Protocol

from .kept import keep, kept
from .models import Grammar, Leftovers, Taxonomy

WORD = re.compile(r"[^\W_](?:[\w]|[-'’](?=[^\W_]))*-?")
_ELEMENT = re.compile(r"\+([^+()]*)(?:\(([^)]*)\))?")
_LIBRARIES = ("libvoikko", "snowballstemmer", "PyStemmer")
# Longer strings of letters are not words, and a morphological analyser takes its time with them.
_LONGEST_WORD = 60
# The shortest first and last parts of a compound that splitting by vocabulary may find: "båt|plats", "tom|t" not.
_SHORTEST_FIRST, _SHORTEST_LAST = 3, 4
# Where only one end of a compound is known, it must be long enough not to be a chance: "om|ständer".
_SHORTEST_ALONE = 6


Readings = dict[str, tuple[tuple[str, ...], ...]]


class Analyser(Protocol):
    """Finds the parts of a word; several readings where the word is ambiguous, the likeliest first."""

    known: Readings
    """Readings that were found out before."""

    def readings(self, word: str) -> tuple[tuple[str, ...], ...]:
        """Readings of a lower-case word; at least one, each of at least one part."""
        ...

    def rests_on(self) -> str:
        """A digest of all that the readings hang on: another one may read otherwise."""
        ...


class VoikkoWords:
    """Words through libvoikko and its dictionary; unknown words fall back on the stem."""

    def __init__(self, grammar: Grammar) -> None:
        import libvoikko  # the wheel loads the system library: only where it is asked for

        self._voikko = libvoikko.Voikko(grammar.dictionary)
        self._lock = Lock()
        self._stem = _stemmer(grammar)
        self._grammar = grammar
        self.known: Readings = {}
        self.readings = lru_cache(maxsize=100_000)(self._readings)  # type: ignore[method-assign]

    def readings(self, word: str) -> tuple[tuple[str, ...], ...]:
        """Readings of a lower-case word, fewest elements first."""
        return self._readings(word)

    def rests_on(self) -> str:
        """The grammar and the dictionary."""
        return _digest(self._grammar, _dictionaries())

    def _readings(self, word: str) -> tuple[tuple[str, ...], ...]:
        found = self.known.get(word) or self._analyse(word)
        if not found and "-" in word:
            pieces = [piece for piece in word.split("-") if piece]
            if len(pieces) > 1:
                return (tuple(part for piece in pieces for part in self.readings(piece)[0]),)
        return found or ((self._stem(word),),)

    def _analyse(self, word: str) -> tuple[tuple[str, ...], ...]:
        if len(word) > _LONGEST_WORD:
            return ()
        with self._lock:
            analyses = self._voikko.analyze(word)
        ranked: dict[tuple[str, ...], int] = {}
        for analysis in analyses:
            elements = _ELEMENT.findall(analysis.get("WORDBASES", ""))
            parts = self._parts(elements, analysis.get("BASEFORM", word).lower())
            if parts:
                ranked[parts] = min(len(elements), ranked.get(parts, 99))
        # "kartta" is a map before it is the partitive of "karsi": the dictionary form itself comes first.
        return tuple(sorted(ranked, key=lambda parts: ("".join(parts) != word, ranked[parts], len(parts), parts)))

    def _parts(self, elements: list[tuple[str, str]], base_form: str) -> tuple[str, ...]:
        """Merges derivations with their stem: kasvat+us is one part, varhais+kasvatus are two."""
        merged: list[tuple[str, str]] = []
        for surface, base in elements:
            surface, base = surface.replace("=", ""), base.replace("=", "")
            if surface == "-":
                continue
            if base.startswith("+") and merged:
                merged[-1] = (merged[-1][0] + surface, "")
            else:
                merged.append((surface, base or surface))
        if not merged:
            return (base_form,) if base_form else ()
        parts = [base or self._derived(surface) for surface, base in merged[:-1]]
        surface, base = merged[-1]
        if not base:
            before = sum(len(head) for head, _ in merged[:-1])
            base = base_form.replace("-", "")[before:] or surface
        return tuple(part.lower() for part in [*parts, base] if part)

    def _derived(self, surface: str) -> str:
        with self._lock:
            analyses = self._voikko.analyze(surface)
        bases = sorted({analysis.get("BASEFORM", "").lower() for analysis in analyses} - {""})
        return min(bases, key=len) if bases else self._stem(surface)


class StemWords:
    """Stems by Snowball, compounds split where both ends are words of the given vocabulary."""

    def __init__(self, grammar: Grammar, vocabulary: Iterable[str] = ()) -> None:
        self._stem = _stemmer(grammar)
        self._compounds = grammar.is_compounding
        self._linking = "".join(grammar.linking) + "-"
        self._grammar = grammar
        self._vocabulary = {self._stem(word.lower()) for word in vocabulary}
        self.known: Readings = {}
        self.readings = lru_cache(maxsize=100_000)(self._readings)  # type: ignore[method-assign]

    def readings(self, word: str) -> tuple[tuple[str, ...], ...]:
        """The one reading of a lower-case word."""
        return self._readings(word)

    def rests_on(self) -> str:
        """The grammar and the vocabulary."""
        return _digest(self._grammar, *sorted(self._vocabulary))

    def _readings(self, word: str) -> tuple[tuple[str, ...], ...]:
        if word in self.known:
            return self.known[word]
        if "-" in word:
            pieces = [piece for piece in word.split("-") if piece]
            if len(pieces) > 1:
                return (tuple(part for piece in pieces for part in self._split(piece)),)
        return (self._split(word),)

    def _split(self, word: str) -> tuple[str, ...]:
        whole = self._stem(word)
        if not self._compounds or not _SHORTEST_FIRST + _SHORTEST_LAST <= len(word) <= _LONGEST_WORD:
            return (whole,)
        full = self._split_fully(word)
        if full:
            return full
        if whole in self._vocabulary:
            return (whole,)
        return self._split_partly(word) or (whole,)

    def _split_fully(self, word: str) -> tuple[str, ...]:
        for cut in range(len(word) - _SHORTEST_LAST, _SHORTEST_FIRST - 1, -1):
            head = self._known_head(word[:cut])
            if not head:
                continue
            tail = self._stem(word[cut:])
            if tail in self._vocabulary:
                # The linking letter belongs to neither part: "byggnadslov|s|ansökan".
                first = self._split_fully(word[:cut].rstrip(self._linking))
                return (*(first or (head,)), tail)
            rest = self._split_fully(word[cut:]) if len(word) - cut >= _SHORTEST_FIRST + _SHORTEST_LAST else ()
            if rest:
                return (head, *rest)
        return ()

    def _split_partly(self, word: str) -> tuple[str, ...]:
        for cut in range(_SHORTEST_FIRST, len(word) - _SHORTEST_LAST + 1):
            tail = self._stem(word[cut:])
            if tail in self._vocabulary and len(word) - cut >= _SHORTEST_ALONE:
                return (self._stem(word[:cut]), tail)
        for cut in range(len(word) - _SHORTEST_LAST, _SHORTEST_ALONE - 1, -1):
            head = self._known_head(word[:cut])
            if head:
                return (head, self._stem(word[cut:]))
        return ()

    def _known_head(self, head: str) -> str:
        """The stem of the first part of a compound, with or without a linking letter; empty if unknown."""
        stem = self._stem(head)
        if stem in self._vocabulary:
            return stem
        if head[-1] in self._linking and len(head) > _SHORTEST_LAST:
            stem = self._stem(head[:-1])
            return stem if stem in self._vocabulary else ""
        return ""


def _digest(grammar: Grammar, *parts: str) -> str:
    """What readings rest on: this code, the libraries, the grammar, and what an analyser has of its own."""
    tools = (sys.version, *(version(name) for name in _LIBRARIES), grammar.model_dump_json(), *parts)
    return sha256("\n".join((_code(), *tools)).encode()).hexdigest()


@cache
def _code() -> str:
    return sha256(Path(__file__).read_bytes()).hexdigest()


@cache
def _stemmer(grammar: Grammar) -> Callable[[str], str]:
    if grammar.stemmer not in stemmers():
        return str
    import snowballstemmer  # brings the stemmers of all languages: only where a word is taken to its stem

    stem: Callable[[str], str] = snowballstemmer.stemmer(grammar.stemmer).stemWord
    rest = grammar.leftovers
    return lru_cache(maxsize=100_000)((lambda word: _finished(word, stem, rest)) if rest else stem)


def _finished(word: str, stem: Callable[[str], str], rest: Leftovers) -> str:
    """The stem of a word with the stemmer's leftovers taken off."""
    found = stem(word)
    if len(word) >= rest.shortest and word == found + rest.genitive and found.endswith(rest.forms):
        found = stem(found)
    for ending, instead in rest.endings if len(found) >= rest.shortest else ():
        if found.endswith(ending):
            return found[: -len(ending)] + instead
    return found.removesuffix(rest.last) if len(found) > _SHORTEST_FIRST else found


def stemmers() -> tuple[str, ...]:
    """The names of the algorithms that a grammar may name, sorted."""
    import snowballstemmer

    return tuple(sorted(snowballstemmer.algorithms()))


@cache
def dictionary_available(grammar: Grammar) -> bool:
    """Whether the dictionary of a language can be used here; false without one, and where the system lacks it."""
    if not grammar.dictionary:
        return False
    try:
        import libvoikko
    except (ImportError, OSError):
        return False
    try:
        voikko_words(grammar)
    except (libvoikko.VoikkoException, OSError):
        return False
    return True


@cache
def voikko_words(grammar: Grammar) -> VoikkoWords:
    """The one analyser with a language's dictionary of this process."""
    return VoikkoWords(grammar)


def analyser_for(grammar: Grammar, vocabulary: Iterable[str] = ()) -> Analyser:
    """The best analyser there is for a language on this machine."""
    return voikko_words(grammar) if dictionary_available(grammar) else StemWords(grammar, vocabulary)


def number_forms(word: str, grammar: Grammar) -> set[str]:
    """A word with its plural or singular."""
    forms = {word}
    for rule in grammar.plurals:
        if word.endswith(rule.ending) and not (rule.unless and word.endswith(rule.unless)):
            forms.add(word.removesuffix(rule.ending) + rule.instead)
    return forms


def word_tools(taxonomy: Taxonomy) -> tuple[str, ...]:
    """By language, what this machine takes its words apart with: other tools give other readings of the same words."""
    found = []
    for code, language in sorted(taxonomy.languages.items()):
        tool = language.grammar.stemmer or "none"
        if dictionary_available(language.grammar):
            tool = _dictionaries()
        found.append(f"{code} {tool}")
    return tuple(found)


def _dictionaries() -> str:
    """The version of the library that reads dictionaries, and those that it finds."""
    import libvoikko  # as above: only where it is asked for

    told = [f"{d.language} {d.variant} {d.description}" for d in libvoikko.Voikko.listDicts()]
    return f"{libvoikko.Voikko.getVersion()} {' '.join(sorted(told))}"


def learn(analyser: Analyser, name: str, words: Iterable[str]) -> None:
    """Let an analyser know the readings of words: those that were kept under the name, or that it finds now."""
    wanted, rests_on = set(words), analyser.rests_on()
    before = kept(name, rests_on)
    analyser.known.update({word: tuple(map(tuple, before[word])) for word in wanted & before.keys()})
    if wanted - before.keys():
        found = {word: analyser.readings(word) for word in sorted(wanted)}
        analyser.known.update(found)
        keep(name, rests_on, found)
