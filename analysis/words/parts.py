"""The content words of a text as their parts: what the learned judges count.

"Varhaiskasvatushakemukset" counts as varhais, kasvatus and hakemus; stop words and numbers do not count.
"""

from __future__ import annotations

from functools import lru_cache

from taxonomy import WORD, Grammar, Taxonomy, analyser_for

_SHORTEST_PART = 3
# Different words that are remembered per language; real vocabularies pass 100,000, most words come from far fewer.
_REMEMBERED = 60_000
# Beside it for each kind of signal that is named after parts of words: what most of a page is made of.
_REMEMBERED_NAMES = 20_000


def parts_of(text: str, language: str, taxonomy: Taxonomy, without: frozenset[str] = frozenset()) -> list[str]:
    """The parts of the content words of ``text``, in reading order."""
    known = _words_of(taxonomy, language)
    parts: list[str] = []
    for word in WORD.findall(text.lower()):
        if word not in without:
            parts += known[word]
    return parts


def names_of_parts(text: str, before: str, language: str, taxonomy: Taxonomy) -> list[str]:
    """The same, each part with the same words ``before`` it: signals are named so."""
    known = _names_of(taxonomy, language, before)
    return [name for word in WORD.findall(text.lower()) for name in known[word]]


class _Words(dict[str, tuple[str, ...]]):
    """A language's words with their parts, each taken apart when it is first asked for; small words have none."""

    def __init__(self, small: frozenset[str], grammar: Grammar) -> None:
        super().__init__(dict.fromkeys(small, ()))
        self._readings = analyser_for(grammar).readings

    def __missing__(self, word: str) -> tuple[str, ...]:
        parts: tuple[str, ...] = ()
        if not word.isdigit():
            parts = tuple(part for part in self._readings(word.rstrip("-"))[0] if len(part) >= _SHORTEST_PART)
        if len(self) < _REMEMBERED:
            self[word] = parts
        return parts


class _Names(dict[str, tuple[str, ...]]):
    """The same with the names of signals for parts; a name is kept once, whatever the words that have its part."""

    def __init__(self, words: _Words, before: str) -> None:
        super().__init__()
        self._words, self._before = words, before
        self._names: dict[str, str] = {}

    def __missing__(self, word: str) -> tuple[str, ...]:
        names = tuple(self._names.setdefault(part, self._before + part) for part in self._words[word])
        if len(self) < _REMEMBERED_NAMES:
            self[word] = names
        return names


@lru_cache(maxsize=64)
def _names_of(taxonomy: Taxonomy, code: str, before: str) -> _Names:
    return _Names(_words_of(taxonomy, code), before)


@lru_cache(maxsize=64)
def _words_of(taxonomy: Taxonomy, code: str) -> _Words:
    language = taxonomy.languages.get(code)
    return _Words(frozenset(language.stop_words), language.grammar) if language else _Words(frozenset(), Grammar())
