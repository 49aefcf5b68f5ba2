"""The theme of a page: what its services, its menu and all its words together say of its subject.

A learned judge (``models/page_theme.json``, made by bench/train.py) weighs for each theme the services of the page, the
menu's names, the words of labelled pages (see ``subject``) and those of the national service descriptions
(``models/theme.json``). "None" is an answer: an accessibility statement has no theme.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analysis.findings import ServiceHit
from analysis.linear import MODELS, Linear, odds_above_nothing
from analysis.page.model import Page
from analysis.words.parts import parts_of
from analysis.words.terms import page_name
from analysis.words.view import View
from taxonomy import Taxonomy, term_index

from .page_type import PageTypeVerdict
from .subject import NONE, Spoken

THEME = "theme"
"""The name of the judge's weights."""
_MODEL = MODELS / "theme.json"
_PLACE = {"title": 3.0, "text": 0.5}
_WITHOUT_THEME = frozenset(("statement",))
# How often words of the name and of the breadcrumb count.
NAME_TIMES, BREADCRUMB_TIMES = 3, 2
_MOST_TEXT = 6_000
# Parts known to the model that a text needs before it says anything.
_FEWEST_KNOWN = 2
# A main service that is served so surely gives the page its theme: labelled pages have it in 98 of 100 cases.
_SURE = 0.95
# Kinds of pages of which some themes have more than others.
_TELLING_KINDS = ("decision", "news")


@dataclass(frozen=True, slots=True)
class ThemeWords:
    """Weights of word parts per theme, and what each theme starts with."""

    themes: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]


def judge_theme(
    view: View,
    kind: PageTypeVerdict,
    spoken: Spoken,
    served: Sequence[ServiceHit],
    near: Sequence[ServiceHit],
    model: Linear,
) -> tuple[str | None, Callable[[], str]]:
    """The theme of a page, and what tells why; None where nothing tells, or the page has none.

    ``served`` are the services of the page, the main one marked, and ``near`` those that it nearly serves.
    """
    if kind.page_type in _WITHOUT_THEME:
        return None, lambda: f"a page of type {kind.page_type} has no theme"
    main = next((hit for hit in served if hit.is_primary and hit.score >= _SURE), None)
    if main:
        return main.theme_id, lambda: f"theme of the main service {main.service_id}"
    signals = theme_signals(view, kind, spoken, served, near)
    shares = model.choice(THEME, signals)
    best = max(shares, key=lambda theme: (shares[theme], theme))
    return (None if best == NONE else best), lambda: f"{shares[best]:.2f}: {model.telling(THEME, signals[best])}"


def theme_signals(
    view: View, kind: PageTypeVerdict, spoken: Spoken, served: Sequence[ServiceHit], near: Sequence[ServiceHit]
) -> dict[str, dict[str, float]]:
    """The signals of each theme, and of none."""
    taxonomy = view.taxonomy
    whole = _of_today(spoken.whole.themes, taxonomy)
    subjects: defaultdict[str, float] = defaultdict(float)
    for service_id, share in spoken.page.items():
        service = taxonomy.services.get(service_id)
        subjects[service.theme if service else NONE] += share
    described = _shares_of_words(view.page, taxonomy)
    named = _named_themes(view.page, taxonomy)
    first = max(whole, key=lambda theme: whole[theme])
    hits = (*served, *near)
    signals = {
        theme: {
            "words": odds_above_nothing(whole.get(theme, 0.0)),
            "words-first": float(theme == first),
            "subject": odds_above_nothing(subjects[theme]),
            "main": float(any(hit.is_primary and hit.theme_id == theme for hit in hits)),
            "share": sum(hit.theme_id == theme for hit in served) / (len(served) or 1),
            "best": max((hit.score for hit in hits if hit.theme_id == theme), default=0.0),
            "described": odds_above_nothing(described.get(theme, 0.0)),
            "menu": float(theme in named),
            "menu-first": float(theme in named[:1]),
        }
        for theme in taxonomy.themes
    }
    signals[NONE] = {
        "none-words": odds_above_nothing(whole.get(NONE, 0.0)),
        "none-words-first": float(first == NONE),
        "none-subject": odds_above_nothing(subjects[NONE]),
        "none-main": float(not any(hit.is_primary for hit in hits)),
        "none-served": float(not served),
        "none-themes": math.log1p(len({hit.theme_id for hit in served})),
        "none-best": max((hit.score for hit in hits), default=0.0),
        "none-described": max(described.values(), default=0.0),
        "none-second-words": max((share for theme, share in whole.items() if theme != NONE), default=0.0),
        **{f"none-kind-{name}": share for name, share in kind.shares.items()},
    }
    for theme, own in signals.items():
        own[f"is-{theme}"] = 1.0
        own |= {f"is-{theme}-{name}": kind.shares.get(name, 0.0) for name in _TELLING_KINDS}
    return {theme: {name: value for name, value in own.items() if value} for theme, own in signals.items()}


def _decide(shares: Mapping[str, float], votes: Mapping[str, float]) -> tuple[str | None, str]:
    total = sum(votes.values())
    if not shares and total < 1.0:
        return None, "no evidence of any theme"
    # Few votes weigh less than many: four make terms and words equal.
    weight = total / (total + 4.0)
    both = {
        theme: weight * votes.get(theme, 0.0) / (total or 1.0) + (1.0 - weight) * shares.get(theme, 0.0)
        for theme in sorted({*shares, *votes})
    }
    best = max(both, key=lambda theme: both[theme])
    leading = sorted(both.items(), key=lambda item: (-item[1], item[0]))[:3]
    return best, ", ".join(f"{theme} {share:.2f}" for theme, share in leading)


def theme_of_text(name: str, text: str, language: str, taxonomy: Taxonomy) -> tuple[str | None, str]:
    """The theme of a service or a page given as a name and a text, as registers have them."""
    parts = parts_of(name, language, taxonomy)
    shares = word_shares(parts * NAME_TIMES + parts_of(text[:_MOST_TEXT], language, taxonomy), language)
    shares = _of_today(shares, taxonomy)
    votes: defaultdict[str, float] = defaultdict(float)
    for where, piece in (("title", name), ("text", text[:_MOST_TEXT])):
        for match in term_index(taxonomy).find_all(piece, language):
            if match.kind != "cue":
                theme = taxonomy.services[match.service_id].theme
                votes[theme] += _PLACE[where] * match.weight * (1.0 if match.kind == "term" else 0.5)
    return _decide(shares, votes)


def _named_themes(page: Page, taxonomy: Taxonomy) -> list[str]:
    """The themes whose menu names stand in the breadcrumb or the heading, in display order."""
    lowered = " / ".join((*page.breadcrumb, page.h1)).casefold()
    return [theme_id for theme_id, terms in _navigation(taxonomy) if any(term in lowered for term in terms)]


@lru_cache(maxsize=4)
def _navigation(taxonomy: Taxonomy) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (theme.id, tuple(sorted({term.casefold() for terms in theme.nav_terms.values() for term in terms})))
        for theme in taxonomy.themes.values()
    )


def _shares_of_words(page: Page, taxonomy: Taxonomy) -> dict[str, float]:
    language = page.language
    parts = parts_of(page_name(page), language, taxonomy) * NAME_TIMES
    parts += parts_of(" / ".join(page.breadcrumb), language, taxonomy) * BREADCRUMB_TIMES
    parts += parts_of(page.main_text[:_MOST_TEXT], language, taxonomy)
    return _of_today(word_shares(parts, language), taxonomy)


def _of_today(shares: Mapping[str, float], taxonomy: Taxonomy) -> dict[str, float]:
    """The shares under the ids that themes have now: the model may have learned their former ones."""
    return {taxonomy.present("theme", theme): share for theme, share in shares.items()}


def word_shares(parts: Sequence[str], language: str) -> dict[str, float]:
    """The share of each theme by the words; empty where too few are known."""
    model = theme_words().get(language)
    if model is None:
        return {}
    known = {part: count for part, count in Counter(parts).items() if part in model.weights}
    if len(known) < _FEWEST_KNOWN and sum(known.values()) < NAME_TIMES:
        return {}
    values = damped(known)
    sums = list(model.bias)
    for part, value in values.items():
        for place, weight in enumerate(model.weights[part]):
            sums[place] += weight * value
    highest = max(sums)
    powers = [math.exp(value - highest) for value in sums]
    return {theme: power / sum(powers) for theme, power in zip(model.themes, powers, strict=True)}


def damped(counts: Mapping[str, int]) -> dict[str, float]:
    """Counts as the model wants them: logarithmic, and of length one whatever the length of the text."""
    values = {part: math.log1p(count) for part, count in counts.items()}
    length = math.sqrt(sum(value * value for value in values.values())) or 1.0
    return {part: value / length for part, value in values.items()}


@lru_cache(maxsize=1)
def theme_words() -> dict[str, ThemeWords]:
    """The learned weights per language."""
    data = json.loads(_MODEL.read_text(encoding="utf-8"))
    return {
        language: ThemeWords(
            tuple(part["themes"]), tuple(part["bias"]), {word: tuple(row) for word, row in part["weights"].items()}
        )
        for language, part in data.items()
    }
