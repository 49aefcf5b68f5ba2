"""Whose name an e-service bears: whether the page where it is found names the municipality.

Looked at are its title and its main heading, in which a site says whose it is; every inflected form of a name counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from study import StudyMunicipality
from taxonomy import WORD, Taxonomy, analyser_for


class OwnName:
    """Recognises a municipality's name in a text, in each of its languages."""

    def __init__(self, municipality: StudyMunicipality, taxonomy: Taxonomy) -> None:
        self._analysers = [analyser_for(language.grammar) for language in taxonomy.languages.values()]
        names = {municipality.name_fi, municipality.name_sv} - {""}
        self._names = [[set(self._forms(word)) for word in _words(name)] for name in sorted(names)]

    def is_in(self, text: str) -> bool:
        """Tells whether all words of one of its names stand in the text, in whatever form."""
        said = {form for word in _words(text) for form in self._forms(word)}
        return any(words and all(forms & said for forms in words) for words in self._names)

    def _forms(self, word: str) -> Iterator[str]:
        yield word
        for analyser in self._analysers:
            yield from ("".join(parts) for parts in analyser.readings(word))


def _words(text: str) -> Iterable[str]:
    return WORD.findall(text.lower())
