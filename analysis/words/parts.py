"""The content words of a text as their parts: what the learned judges count.

"Varhaiskasvatushakemukset" counts as varhais, kasvatus and hakemus; stop words and numbers do not count.
"""

from __future__ import annotations

from functools import lru_cache

from taxonomy import WORD, Grammar, Taxonomy, analyser_for

_SHORTEST_PART = 3


def parts_of(text: str, language: str, taxonomy: Taxonomy, without: frozenset[str] = frozenset()) -> list[str]:
    """The parts of the content words of ``text``, in reading order."""
    small, grammar = _of_language(taxonomy, language)
    readings = analyser_for(grammar).readings
    parts: list[str] = []
    for word in WORD.findall(text.lower()):
        if word not in small and word not in without and not word.isdigit():
            parts.extend(part for part in readings(word.rstrip("-"))[0] if len(part) >= _SHORTEST_PART)
    return parts


@lru_cache(maxsize=64)
def _of_language(taxonomy: Taxonomy, code: str) -> tuple[frozenset[str], Grammar]:
    language = taxonomy.languages.get(code)
    return (frozenset(language.stop_words), language.grammar) if language is not None else (frozenset(), Grammar())
