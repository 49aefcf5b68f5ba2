"""Learns what words speak of: which service a page or a section is about, and what a page is as a whole.

Part of the training of the judges (see ``training``): logistic regressions over word parts, weighed by rarity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.judges.subject import KIND, SERVED, THEME
from analysis.words.parts import parts_of
from analysis.words.speech import NONE, WordWeights, weighted, words_of_saying
from taxonomy import Taxonomy

from .examples import Example
from .fit import Matrix, Rows, fit_classes, fit_yes_no, matrix

# How firmly weights are held to nothing: chosen by cross-validation over municipalities.
SUBJECT_HOLD, SECTION_HOLD = 0.03, 0.1
KINDS_HOLD, THEMES_HOLD, SERVED_HOLD = 0.03, 0.03, 0.05
# The taxonomy's own words for a service count as this much of a page.
_DEFINED = 0.3
# Weights of services that hardly tell one from the others.
_FAINT = 0.7

Text = tuple[Mapping[str, float], str, float]
"""Weighed words, the service that they speak of, and how much the text counts."""


def fit_subject(examples: Sequence[Example], short: Sequence[Text], taxonomy: Taxonomy) -> WordWeights:
    """Which service a page is mainly about, or none; ``short`` texts count a little."""
    texts: list[Text] = [(example.words.page, example.primary or NONE, 1.0) for example in examples]
    texts += [(words, service, _DEFINED) for words, service in _definitions(taxonomy)]
    texts += short
    return _fit_words(texts, taxonomy, SUBJECT_HOLD)


def learn_sections(sayings: Sequence[Mapping[str, Any]], taxonomy: Taxonomy) -> WordWeights:
    """Which services a section speaks of, by how municipalities speak of them (``data/gold/sayings``).

    A saying has ``lang``, ``heading``, ``text`` and ``services`` (ids, none for a section that serves none).
    """
    texts: list[Text] = [(words, service, _DEFINED) for words, service in _definitions(taxonomy)]
    texts += short_texts(sayings, taxonomy)
    return _fit_words(texts, taxonomy, SECTION_HOLD)


def short_texts(sayings: Sequence[Mapping[str, Any]], taxonomy: Taxonomy) -> list[Text]:
    """Sayings as texts that speak of their services, or of none."""
    found: list[Text] = []
    for saying in sayings:
        words = words_of_saying(saying.get("heading") or "", saying["text"], saying["lang"], taxonomy)
        services = [taxonomy.present("service", service) for service in saying["services"]] or [NONE]
        found += [(words, service, 1.0 / len(services)) for service in services]
    return found


def _fit_words(texts: Sequence[tuple[Mapping[str, float], str, float]], taxonomy: Taxonomy, hold: float) -> WordWeights:
    seen = Counter(part for words, _, _ in texts for part in words)
    rarity = {part: round(float(np.log((len(texts) + 1) / (n + 0.5))), 2) for part, n in sorted(seen.items()) if n > 1}
    classes = [NONE, *sorted(taxonomy.services)]
    x = matrix([weighted(words, rarity) for words, _, _ in texts], sorted(rarity))
    target = np.zeros((len(texts), len(classes)))
    target[np.arange(len(texts)), [classes.index(answer) for _, answer, _ in texts]] = 1.0
    counts = np.array([count for _, _, count in texts])
    w = fit_classes(x, target, counts, np.zeros((len(classes), x.shape[1])), hold)
    return _as_words(sorted(rarity), rarity, classes, w)


_CLEAR = 0.35
"""Smaller weights of words are left out: together they say little, and there are many of them."""


def _definitions(taxonomy: Taxonomy) -> list[tuple[dict[str, float], str]]:
    """The taxonomy's own words for each service, per language."""
    found = []
    for service in taxonomy.services.values():
        for language in taxonomy.languages:
            terms = (*service.terms.get(language, ()), *service.topics.get(language, ()))
            text = ". ".join((service.name.get(language), service.definition.root.get(language, ""), *terms))
            counts = Counter(f"{language}:{part}" for part in parts_of(text, language, taxonomy))
            found.append(({part: 1.0 + float(np.log(count)) for part, count in counts.items()}, service.id))
    return found


def fit_whole(examples: Sequence[Example], taxonomy: Taxonomy) -> WordWeights:
    """What the words of pages say of their kind, of their theme and of what they serve."""
    seen = Counter(part for example in examples for part in example.words.page)
    rarity = {
        part: round(float(np.log((len(examples) + 1) / (n + 0.5))), 2) for part, n in sorted(seen.items()) if n > 2
    }
    parts = sorted(rarity)
    x = matrix([weighted(example.words.page, rarity) for example in examples], parts)
    kinds, themes, served = sorted(taxonomy.page_types), [NONE, *sorted(taxonomy.themes)], sorted(taxonomy.services)
    counts = np.ones(len(examples))
    asked = [np.array([float(service in example.services) for example in examples]) for service in served]
    answers = {
        KIND: (kinds, _fit_answers(x, [example.page_type for example in examples], kinds, KINDS_HOLD)),
        THEME: (themes, _fit_answers(x, [example.theme for example in examples], themes, THEMES_HOLD)),
        SERVED: (served, _without_faint(np.array([fit_yes_no(x, own, counts, SERVED_HOLD) for own in asked]))),
    }
    names = [question + answer for question, (own, _) in answers.items() for answer in own]
    return _as_words(parts, rarity, names, np.vstack([w for _, w in answers.values()]))


def _without_faint(w: Matrix) -> Matrix:
    """Without the weights that hardly tell one service from the others: there are three of four such."""
    bias = w[:, -1].copy()
    w = np.where(np.abs(w) < _FAINT, 0.0, w)
    w[:, -1] = bias
    return w


def _fit_answers(x: Rows, answers: Sequence[str], classes: Sequence[str], hold: float) -> Matrix:
    """Weights of the classes; a page without an answer counts nothing."""
    target = np.array([[float(answer == name) for name in classes] for answer in answers])
    return fit_classes(x, target, target.sum(axis=1), np.zeros((len(classes), x.shape[1])), hold)


def _as_words(parts: Sequence[str], rarity: Mapping[str, float], answers: Sequence[str], w: Matrix) -> WordWeights:
    rows = {
        part: {name: round(float(v), 1) for name, v in zip(answers, w[:, n], strict=True) if abs(v) >= _CLEAR}
        for n, part in enumerate(parts)
    }
    bias = {name: round(float(value), 2) for name, value in zip(answers, w[:, -1], strict=True)}
    return WordWeights(bias, {part: rarity[part] for part in rows}, rows)
