"""The content words of a text as their parts: what the learned judges count.

"Varhaiskasvatushakemukset" counts as varhais, kasvatus and hakemus; stop words and numbers do not count.
"""

from __future__ import annotations

from functools import lru_cache

from taxonomy import WORD, Grammar, Taxonomy, analyser_for

_SHORTEST_PART = 3
# Different words that are remembered per language; real vocabularies pass 100,000, most words come from far fewer.
_REMEMBERED = 60_000


def parts_of(text: str, language: str, taxonomy: Taxonomy, without: frozenset[str] = frozenset()) -> list[str]:
    """The parts of the content words of ``text``, in reading order."""
    known = _words_of(taxonomy, language)
    parts: list[str] = []
    for word in WORD.findall(text.lower()):
        if word not in without:
            parts += known[word]
    return parts


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


@lru_cache(maxsize=64)
def _words_of(taxonomy: Taxonomy, code: str) -> _Words:
    language = taxonomy.languages.get(code)
    return _Words(frozenset(language.stop_words), language.grammar) if language else _Words(frozenset(), Grammar())
