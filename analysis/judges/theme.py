"""The theme of a page: that of its main service, else that of its subject as breadcrumb, name and words tell.

Words vote with weights learned from the national service descriptions (``models/theme.json``, made by
bench/train.py), terms of the taxonomy with their places. "None" is an answer: an accessibility statement has no
theme.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analysis.linear import MODELS
from analysis.page.model import Page
from analysis.words.parts import parts_of
from analysis.words.terms import Uses, page_name
from analysis.words.view import View
from taxonomy import WORD, Taxonomy, term_index

_MODEL = MODELS / "theme.json"
_PLACE = {"title": 3.0, "breadcrumb": 2.0, "heading": 1.0, "lead": 0.7, "link": 0.5, "text": 0.5, "description": 0.5}
_NAVIGATION = 2.0
# Kinds of pages about the municipality's own machinery: words of meetings and decisions are no subject there.
_ABOUT_MEETINGS = frozenset(("decision", "news", "document"))
_WITHOUT_THEME = frozenset(("statement",))
# How often words of the name and of the breadcrumb count.
NAME_TIMES, BREADCRUMB_TIMES = 3, 2
_MOST_TEXT = 6_000
_MOST_SERVED = 0.6
_OFFICE_SHARE = 0.1
# Parts known to the model that a text needs before it says anything.
_FEWEST_KNOWN = 2


@dataclass(frozen=True, slots=True)
class ThemeWords:
    """Weights of word parts per theme, and what each theme starts with."""

    themes: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]


def judge_theme(
    view: View, uses: Uses, page_type: str, primary: str | None, served: Sequence[str]
) -> tuple[str | None, str]:
    """The theme of a page and why; None where nothing tells."""
    page, taxonomy = view.page, view.taxonomy
    if page_type in _WITHOUT_THEME:
        return None, f"a page of type {page_type} has no theme"
    if primary is not None:
        return taxonomy.services[primary].theme, f"theme of the main service {primary}"
    if served:
        return _theme_of_hub(page, served, taxonomy)
    name = page_name(page)
    shares = _shares_of_words(page, name, _words_of_meetings(uses, page_type), taxonomy)
    votes = theme_votes(page, uses, page_type, taxonomy)
    if page_type == "decision":
        shares = _subject_of_meeting(shares, taxonomy)
    return _decide(shares, votes)


def _subject_of_meeting(shares: Mapping[str, float], taxonomy: Taxonomy) -> dict[str, float]:
    """Minutes are full of the words of administration; their subject is what else they speak of."""
    damped_shares = {
        theme: share * (_OFFICE_SHARE if theme in taxonomy.machinery else 1.0) for theme, share in shares.items()
    }
    total = sum(damped_shares.values()) or 1.0
    return {theme: share / total for theme, share in damped_shares.items()}


def _theme_of_hub(page: Page, served: Sequence[str], taxonomy: Taxonomy) -> tuple[str | None, str]:
    """Of services without a main one: the theme of most of them, else that of the menu the page stands in."""
    (theme, count), *_ = Counter(served).most_common()
    if count >= _MOST_SERVED * len(served):
        return theme, f"theme of {count} of {len(served)} services"
    named = _named_themes(page, taxonomy)
    return (named[0], "the menu that the page stands in") if named else (None, "services of many themes")


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


def theme_votes(page: Page, uses: Uses, page_type: str, taxonomy: Taxonomy) -> Mapping[str, float]:
    """Weighted votes of terms, topics and breadcrumb for each theme."""
    votes: defaultdict[str, float] = defaultdict(float)
    repeats: Counter[tuple[str, str]] = Counter()
    for use in uses.terms:
        if use.subject in taxonomy.machinery and (page_type in _ABOUT_MEETINGS or use.kind == "topic"):
            continue
        theme = taxonomy.services[use.subject].theme
        repeats[theme, use.term] += 1
        votes[theme] += _PLACE[use.where] * use.weight * (1.0 if use.kind == "term" else 0.5) / repeats[theme, use.term]
    for theme_id in _named_themes(page, taxonomy):
        if page_type not in _ABOUT_MEETINGS or theme_id not in taxonomy.machinery:
            votes[theme_id] += _NAVIGATION
    return votes


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


def _words_of_meetings(uses: Uses, page_type: str) -> frozenset[str]:
    """The words that make a page a decision: they say nothing of its subject."""
    if page_type not in _ABOUT_MEETINGS:
        return frozenset()
    cues = (cue.text.lower() for cue in uses.cues if cue.subject.startswith("decision:"))
    return frozenset(word for text in cues for word in WORD.findall(text))


def _shares_of_words(page: Page, name: str, without: frozenset[str], taxonomy: Taxonomy) -> dict[str, float]:
    language = page.language
    parts = parts_of(name, language, taxonomy, without) * NAME_TIMES
    parts += parts_of(" / ".join(page.breadcrumb), language, taxonomy, without) * BREADCRUMB_TIMES
    parts += parts_of(page.main_text[:_MOST_TEXT], language, taxonomy, without)
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
