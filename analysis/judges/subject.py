"""Which service a page's words speak of mostly, by all of them together: a second opinion beside the terms.

Weights of word parts per service are learned from labelled pages and the taxonomy's own definitions
(``models/subject.json``, made by bench/train.py). "none" is one of the answers.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from analysis.linear import MODELS
from analysis.words.parts import parts_of
from analysis.words.terms import Uses, page_name
from analysis.words.view import View

NONE = "none"
# How much a part counts by its place.
NAME_TIMES, MENU_TIMES, HEADING_TIMES = 4.0, 1.5, 2.0
# What follows on longer pages repeats what was said.
_MOST_TEXT = 8_000


@dataclass(frozen=True, slots=True)
class SubjectWords:
    """What each service starts with; per word part (with its language) how rare it is and what it says for services."""

    bias: Mapping[str, float]
    rarity: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Words:
    """The parts of words with their language, counted by place and damped: of a page, and of its named sections."""

    page: Mapping[str, float]
    sections: Mapping[int, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The share of each service (and of none) by the words of a page and of its sections; each adds up to one."""

    page: Mapping[str, float]
    sections: Mapping[int, Mapping[str, float]]


def spoken_of(view: View, uses: Uses, model: SubjectWords | None = None) -> Spoken:
    """What a page's words speak of; ``model`` replaces the shipped weights."""
    return spoken_by(words_of(view, uses), model or subject_words())


def words_of(view: View, uses: Uses) -> Words:
    """The words of a page, and of those of its sections in which a service is named."""
    named = {view.passages[use.block].section for use in uses.terms if use.block in view.passages}
    counts: dict[int, Counter[str]] = {section: Counter() for section in sorted(named)}
    for passage in view.passages.values():
        if passage.section in counts:
            block, own = passage.block, counts[passage.section]
            times = HEADING_TIMES if block.kind in ("heading", "summary") else 1.0
            _add(own, view.parts(block.index), times, view.language_of(block))
    return Words(_page_words(view), {section: _damped(own) for section, own in counts.items()})


def spoken_by(words: Words, model: SubjectWords) -> Spoken:
    """The same for words that were counted already."""
    return Spoken(
        _shares_of(words.page, model), {section: _shares_of(own, model) for section, own in words.sections.items()}
    )


def _page_words(view: View) -> dict[str, float]:
    page, counts = view.page, Counter[str]()
    language = page.language if page.language in view.taxonomy.languages else next(iter(view.taxonomy.languages))
    _add(counts, parts_of(page_name(page), language, view.taxonomy), NAME_TIMES, language)
    menu = " ".join((*page.breadcrumb, _words_of_path(page.url)))
    _add(counts, parts_of(menu, language, view.taxonomy), MENU_TIMES, language)
    length = 0
    for block in page.main_blocks():
        times = HEADING_TIMES if block.kind in ("heading", "summary") else 1.0
        # The words of a block in another language say little beside the page's own.
        _add(counts, view.parts(block.index), times, view.language_of(block))
        length += len(block.text)
        if length > _MOST_TEXT:
            break
    return _damped(counts)


def _add(counts: Counter[str], parts: Iterable[str], times: float, language: str) -> None:
    for part in parts:
        counts[f"{language}:{part}"] += times  # type: ignore[assignment]  # weighted counts


def _damped(counts: Mapping[str, float]) -> dict[str, float]:
    return {part: 1.0 + math.log(count) if count > 1 else float(count) for part, count in counts.items()}


def _words_of_path(url: str) -> str:
    path = unquote(urlsplit(url).path)
    return path.translate(str.maketrans("/_.-", "    "))


def _shares_of(words: Mapping[str, float], model: SubjectWords) -> dict[str, float]:
    values = weighted(words, model.rarity)
    sums = dict(model.bias)
    for part, value in values.items():
        for service, weight in model.weights.get(part, {}).items():
            sums[service] += weight * value
    highest = max(sums.values())
    powers = {service: math.exp(value - highest) for service, value in sums.items()}
    total = sum(powers.values())
    return {service: power / total for service, power in powers.items()}


def weighted(words: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    """Known parts by their rarity, of length one whatever the length of the page."""
    values = {part: count * rarity[part] for part, count in words.items() if part in rarity}
    length = math.sqrt(sum(value * value for value in values.values())) or 1.0
    return {part: value / length for part, value in values.items()}


@cache
def subject_words() -> SubjectWords:
    """The learned weights."""
    data = json.loads((MODELS / "subject.json").read_text(encoding="utf-8"))
    parts = data["parts"]
    return SubjectWords(
        data["bias"],
        {part: rarity for part, (rarity, _) in parts.items()},
        {part: weights for part, (_, weights) in parts.items()},
    )
