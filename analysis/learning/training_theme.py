"""Learns which words speak for which theme, from national service descriptions and the taxonomy's own words.

Weak supervision: the descriptions carry a theme by their service class; nobody labelled pages for this. Used by
bench/train.py only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.judges.theme import NAME_TIMES, ThemeWords, damped
from analysis.words.parts import parts_of
from taxonomy import Taxonomy

# A part that occurs in fewer texts than this is a name or a slip.
_FEWEST_TEXTS = 2
_PENALTY = 0.35
_ROUNDS = 300
_STEP = 0.1
_SMALLEST = 0.15
_TEXT_KEYS = ("summary", "description", "instruction")
# What a single term or a menu name counts beside a whole description.
_TERM_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its theme and how much it counts."""

    parts: tuple[str, ...]
    theme: str
    weight: float


def learn_themes(descriptions: Iterable[Mapping[str, Any]], taxonomy: Taxonomy) -> dict[str, ThemeWords]:
    """One model per study language; descriptions without a clear theme are left out."""
    present = ({**row, "theme": taxonomy.present("theme", row.get("theme") or "")} for row in descriptions)
    rows = [row for row in present if row["theme"] in taxonomy.themes]
    return {
        language: _learn([*_described(rows, language, taxonomy), *_defined(language, taxonomy)], tuple(taxonomy.themes))
        for language in taxonomy.country.study_languages
    }


def _described(rows: Sequence[Mapping[str, Any]], language: str, taxonomy: Taxonomy) -> Iterable[Text]:
    for row in rows:
        name = (row.get("name") or row.get("names") or {}).get(language)
        if name:
            body = " ".join((row.get(key) or {}).get(language) or "" for key in _TEXT_KEYS)
            parts = parts_of(name, language, taxonomy)
            yield Text(tuple(parts * NAME_TIMES + parts_of(body, language, taxonomy)), row["theme"], 1.0)
            yield Text(tuple(parts), row["theme"], 1.0)


def _defined(language: str, taxonomy: Taxonomy) -> Iterable[Text]:
    for service in taxonomy.services.values():
        words = (*service.terms.get(language, ()), *service.topics.get(language, ()))
        together = ". ".join((service.name.get(language), service.definition.root.get(language, ""), *words))
        yield Text(tuple(parts_of(together, language, taxonomy)), service.theme, 1.0)
        for term in service.terms.get(language, ()):
            yield Text(tuple(parts_of(term, language, taxonomy)), service.theme, _TERM_WEIGHT)
    for theme in taxonomy.themes.values():
        for term in theme.nav_terms.get(language, ()):
            yield Text(tuple(parts_of(term, language, taxonomy)), theme.id, 1.0)


def _learn(texts: Sequence[Text], themes: tuple[str, ...]) -> ThemeWords:
    seen = Counter(part for text in texts for part in set(text.parts))
    words = sorted(part for part, count in seen.items() if count >= _FEWEST_TEXTS)
    place = {word: number for number, word in enumerate(words)}
    x = np.zeros((len(texts), len(words)))
    target = np.zeros((len(texts), len(themes)))
    for row, text in enumerate(texts):
        for part, value in damped({p: c for p, c in Counter(text.parts).items() if p in place}).items():
            x[row, place[part]] = value
        target[row, themes.index(text.theme)] = 1.0
    weights, bias = _fit(x, target, np.array([text.weight for text in texts]))
    rows = {word: tuple(round(float(value), 2) for value in weights[number]) for word, number in place.items()}
    kept = {word: row for word, row in rows.items() if max(map(abs, row)) >= _SMALLEST}
    return ThemeWords(themes, tuple(round(float(value), 3) for value in bias), kept)


def _fit(
    x: NDArray[np.float64], target: NDArray[np.float64], counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Multinomial logistic regression; every theme counts alike however many texts it has."""
    counts = counts * (target / np.maximum((target * counts[:, None]).sum(axis=0), 1.0)).sum(axis=1)
    counts = counts * len(x) / counts.sum()
    w = np.zeros((x.shape[1], target.shape[1]))
    b = np.zeros(target.shape[1])
    mean, spread = np.zeros_like(w), np.zeros_like(w)
    for step in range(1, _ROUNDS + 1):
        z = x @ w + b
        power = np.exp(z - z.max(axis=1, keepdims=True))
        error = (power / power.sum(axis=1, keepdims=True) - target) * counts[:, None]
        slope = x.T @ error + _PENALTY * w
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.99 * spread + 0.01 * slope * slope
        w = w - _STEP * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
        b = b - 0.5 * error.mean(axis=0)
    return w, b
