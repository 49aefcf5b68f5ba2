"""How much a link promises: which services its words speak of, and whether it leads to more of them.

All words are the taxonomy's: terms of services, titles of hubs, names of themes, cues of page types. The frontier turns
promises into an order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from study import host_of
from taxonomy import Taxonomy, slug_words, term_index, use_of

_CACHE = 50_000
_WORD = re.compile(r"\w+")
HUB = 0.6
"""Worth of a link whose words are the title of a hub or of a theme."""
_THEME_WORD = 0.3
_SURE_SERVICE = 0.8
_STEM, _LONG_WORD = 6, 5
# What else a page is, seen from its link: a gain or loss in worth by type of page.
_LEANINGS = {"statement": 0.6, "service": 0.15, "contact": 0.1, "form": 0.2, "news": -0.5, "decision": -0.5}


@dataclass(frozen=True, slots=True)
class Promise:
    """Service ids with a score from 0 to 1; `hub`: a way to more services; `leaning`: what kind of page it may be."""

    services: Mapping[str, float]
    hub: float
    leaning: float = 0.0
    is_statement: bool = False
    """Whether it calls itself an accessibility statement, which is read wherever and in whatever form it is kept."""


class LinkScorer:
    """Scores link texts and paths with the words of the taxonomy; remembers what it has seen."""

    def __init__(self, taxonomy: Taxonomy, languages: Iterable[str]) -> None:
        self._known = frozenset(taxonomy.country.study_languages)
        chosen = [language for language in languages if language in self._known]
        self._default = (chosen or list(taxonomy.country.study_languages))[0]
        self._index = term_index(taxonomy)
        self._kinds = _KindWords(taxonomy)
        self._seen: dict[tuple[str, str, str], Promise] = {}

    def score(self, text: str, path: str, language: str = "") -> Promise:
        """The promise of a link with this text and path on a page in this language."""
        key = (text, path, language)
        promise = self._seen.get(key)
        if promise is None:
            if len(self._seen) >= _CACHE:
                self._seen.clear()
            known = language if language in self._known else self._default
            services = self._index.link_scores(text, path, known)
            leaning = self._kinds.leaning(text, path)
            if max(services.values(), default=0.0) >= _SURE_SERVICE:
                leaning = max(leaning, 0.0)  # a service whose pages look like news or minutes is still that service
            is_statement = self._kinds.leaning(text, path) >= _LEANINGS["statement"]
            promise = self._seen[key] = Promise(services, self._kinds.hub(text), leaning, is_statement)
        return promise


class _KindWords:
    """Titles of hubs and themes, and the words by which kinds of pages are known, in all languages of the taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        names = [name for theme in taxonomy.themes.values() for name in theme.name.root.values()]
        names += [term for theme in taxonomy.themes.values() for terms in theme.nav_terms.values() for term in terms]
        titles = [title for language in taxonomy.languages.values() for title in language.hub_titles]
        hub = taxonomy.page_types.get("hub")
        titles += [title for cues in (hub.cues.values() if hub else ()) for title in cues.title]
        self._phrases = tuple(sorted({_padded(phrase) for phrase in (*titles, *names)}))
        self._stems = frozenset(w[:_STEM] for name in names for w in _words(name) if len(w) >= _LONG_WORD)
        self._titles: dict[str, float] = {}
        self._long_titles: dict[str, float] = {}
        self._segments: dict[str, float] = {}
        self._segment_stems: dict[str, float] = {}
        for type_id, gain in _LEANINGS.items():
            kind = taxonomy.page_types.get(type_id)
            for cue in kind.url if kind else ():
                (self._segment_stems if cue.endswith("*") else self._segments)[cue.removesuffix("*")] = gain
            for cue in (cue for cues in (kind.cues.values() if kind else ()) for cue in cues.title):
                kept = self._long_titles if " " in cue.strip() and gain > 0 else self._titles
                kept.setdefault(cue.casefold().removesuffix("*"), gain)

    def hub(self, text: str) -> float:
        """The worth of a link text as the title of a hub or theme."""
        lowered = f" {text.casefold()} "
        if any(phrase in lowered for phrase in self._phrases):
            return HUB
        return _THEME_WORD if any(word[:_STEM] in self._stems for word in _words(text)) else 0.0

    def leaning(self, text: str, path: str) -> float:
        """Gain or loss for the kind of page that the path's segments, or the words of the text, speak of."""
        lowered = text.casefold()
        gains = [self._titles[word] for word in (lowered, *_words(text)) if word in self._titles]
        gains += [gain for title, gain in self._long_titles.items() if title in lowered]
        for segment in path.strip("/").casefold().split("/")[:6]:
            name = "-".join(slug_words(segment))
            if segment in self._segments or name in self._segments:
                gains.append(self._segments.get(segment, self._segments.get(name, 0.0)))
            gains += [gain for stem, gain in self._segment_stems.items() if segment.startswith(stem)]
        return min(gains) if gains and min(gains) < 0 else max(gains, default=0.0)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _padded(phrase: str) -> str:
    return f" {phrase.casefold().removesuffix('*')}{'' if phrase.endswith('*') else ' '}"


class EserviceCues:
    """Tells which links out of the municipality's site lead to an e-service: by the address or by words."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        cues = (language.cues.get("digital") for language in taxonomy.languages.values())
        phrases = (phrase for cue in cues if cue is not None for phrase in cue.strong)
        self._phrases = tuple(sorted({phrase.casefold().removesuffix("*") for phrase in phrases}))

    def is_product(self, url: str) -> bool:
        """Whether a product that residents use claims the address."""
        return bool(use_of(url, host_of(url), self._taxonomy).used)

    def is_eservice(self, url: str, words: str, services: Mapping[str, float]) -> bool:
        """Whether the link is worth one hop: its address tells, or words that speak of a service or of going online."""
        use = use_of(url, host_of(url), self._taxonomy)
        if use.is_none:
            return False
        if use.is_eservice or any(score >= 0.5 for score in services.values()):
            return True
        lowered = words.casefold()
        return any(phrase in lowered for phrase in self._phrases)
