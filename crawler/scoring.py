"""How much a link promises: which services its words speak of, and whether it leads to a list of services.

The words are the taxonomy's; the frontier turns promises into an order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from study import host_of
from taxonomy import ProductIndex, Taxonomy
from taxonomy.matching import term_index

_CACHE = 50_000
_HUB_WORTH = 0.6


@dataclass(frozen=True, slots=True)
class Promise:
    """Service ids with a score from 0 to 1, and the worth of the link as a way to more links."""

    services: Mapping[str, float]
    hub: float


class LinkScorer:
    """Scores link texts and paths with the words of the taxonomy; remembers what it has seen."""

    def __init__(self, taxonomy: Taxonomy, languages: Iterable[str]) -> None:
        self._known = frozenset(taxonomy.country.study_languages)
        chosen = [language for language in languages if language in self._known]
        self._default = (chosen or list(taxonomy.country.study_languages))[0]
        self._index = term_index(taxonomy)
        self._hubs = _phrases(taxonomy)
        self._seen: dict[tuple[str, str, str], Promise] = {}

    def score(self, text: str, path: str, language: str = "") -> Promise:
        """The promise of a link with this text and path on a page in this language."""
        key = (text, path, language)
        promise = self._seen.get(key)
        if promise is None:
            if len(self._seen) >= _CACHE:
                self._seen.clear()
            known = language if language in self._known else self._default
            promise = self._seen[key] = Promise(self._index.link_scores(text, path, known), self._hub(text))
        return promise

    def _hub(self, text: str) -> float:
        lowered = f" {text.casefold()} "
        return _HUB_WORTH if any(phrase in lowered for phrase in self._hubs) else 0.0


def _phrases(taxonomy: Taxonomy) -> tuple[str, ...]:
    titles = [title for language in taxonomy.languages.values() for title in language.hub_titles]
    titles += [term for theme in taxonomy.themes.values() for terms in theme.nav_terms.values() for term in terms]
    return tuple(sorted({f" {t.casefold().removesuffix('*')}{'' if t.endswith('*') else ' '}" for t in titles}))


class EserviceCues:
    """Tells which links out of the municipality's site lead to an e-service: by product or by words."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._products = taxonomy.products
        self._index = ProductIndex(taxonomy.products.values())
        cues = (language.cues.get("digital") for language in taxonomy.languages.values())
        phrases = (phrase for cue in cues if cue is not None for phrase in cue.strong)
        self._phrases = tuple(sorted({phrase.casefold().removesuffix("*") for phrase in phrases}))
        self._hosts: dict[str, bool] = {}

    def is_eservice(self, url: str, words: str, services: Mapping[str, float]) -> bool:
        """Whether the link is worth one hop: a known product, or words that speak of a service or of going online."""
        host = host_of(url)
        if host not in self._hosts:
            hits = self._index.find_url(url)
            self._hosts[host] = any(self._products[hit.product_id].is_counted for hit in hits)
        if self._hosts[host] or any(score >= 0.5 for score in services.values()):
            return True
        lowered = words.casefold()
        return any(phrase in lowered for phrase in self._phrases)
