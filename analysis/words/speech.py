"""What words speak of, by all of them together: of a page, of a section, of a block.

Weights of word parts per answer are learned, and "none" is an answer: which service a page is about
(``models/subject.json``), which kind of page it is, which theme it has and what it serves (``models/whole.json``), both
from labelled pages; which service a section speaks of, from how municipalities speak of their services in a few
sentences (``models/section.json``). bench/train.py makes them.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analysis.linear import MODELS
from taxonomy import Taxonomy

from .parts import parts_of
from .view import View

NONE = "none"
HEADING_TIMES = 2.0
"""How much a word of a heading counts."""


@dataclass(frozen=True, slots=True)
class WordWeights:
    """What each answer starts with; per word part (with its language) how rare it is and what it says for answers."""

    bias: Mapping[str, float]
    rarity: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]
    _rows: dict[str, int] = field(init=False, repr=False, compare=False)
    _table: NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        place = {service: number for number, service in enumerate(self.bias)}
        table = np.zeros((len(self.weights) + 1, len(place)))
        table[0] = list(self.bias.values())
        for row, own in enumerate(self.weights.values(), start=1):
            for name, weight in own.items():
                table[row, place[name]] = weight
        object.__setattr__(self, "_rows", {part: row for row, part in enumerate(self.weights, start=1)})
        object.__setattr__(self, "_table", table)

    def sums(self, values: Mapping[str, float]) -> list[float]:
        """What weighted parts say for each answer, in the order of ``bias``; added up in the order of the parts."""
        rows = self._rows
        known = [(rows[part], value) for part, value in values.items() if part in rows]
        numbers, weights = [0, *(row for row, _ in known)], [1.0, *(value for _, value in known)]
        # Row after row, as one adds by hand: the last digit is the same on every machine.
        sums: list[float] = np.add.reduce(self._table[numbers] * np.array(weights)[:, None], axis=0).tolist()
        return sums


@dataclass(frozen=True, slots=True)
class Said:
    """What a short text speaks of: the share of each service (and of none), and which has most."""

    shares: Mapping[str, float]
    first: str
    most: float


def words_of_sections(view: View) -> dict[int, dict[str, float]]:
    """The words of each section of a page by its number."""
    counts: dict[int, Counter[str]] = {}
    for index, passage in view.passages.items():
        block, own = passage.block, counts.setdefault(passage.section, Counter())
        add_parts(own, view.parts(index), times_of(block.kind), view.language_of(block))
    return {section: damped(own) for section, own in counts.items()}


def words_of_saying(heading: str, text: str, language: str, taxonomy: Taxonomy) -> dict[str, float]:
    """The words of a section that stands alone."""
    counts = Counter[str]()
    add_parts(counts, parts_of(heading, language, taxonomy), HEADING_TIMES, language)
    add_parts(counts, parts_of(text, language, taxonomy), 1.0, language)
    return damped(counts)


def said_of_block(view: View, index: int) -> Said:
    """What one block alone says."""
    counts = Counter[str]()
    add_parts(counts, view.parts(index), 1.0, view.language_of(view.passages[index].block))
    return said_by(damped(counts))


def times_of(kind: str) -> float:
    """How much the words of a kind of block count."""
    return HEADING_TIMES if kind in ("heading", "summary") else 1.0


def add_parts(counts: Counter[str], parts: Iterable[str], times: float, language: str) -> None:
    """Count parts of words, each with its language."""
    for part in parts:
        counts[f"{language}:{part}"] += times  # type: ignore[assignment]  # weighted counts


def damped(counts: Mapping[str, float]) -> dict[str, float]:
    """Counts of which the second says less than the first."""
    return {part: 1.0 + math.log(count) if count > 1 else float(count) for part, count in counts.items()}


def shares_of(words: Mapping[str, float], model: WordWeights) -> dict[str, float]:
    """The share of each service (and of none); together they are one."""
    return shares_by(dict(zip(model.bias, model.sums(weighted(words, model.rarity)), strict=True)))


def shares_by(sums: Mapping[str, float]) -> dict[str, float]:
    """Sums of answers of which one is right, as their shares."""
    highest = max(sums.values())
    powers = {answer: math.exp(value - highest) for answer, value in sums.items()}
    total = sum(powers.values())
    return {answer: power / total for answer, power in powers.items()}


def said_by(words: Mapping[str, float]) -> Said:
    """What the words of a section or of a block say to one who knows how municipalities speak of their services."""
    shares = shares_of(words, section_words())
    first = max(shares, key=lambda service: (shares[service], service))
    return Said(shares, first, shares[first])


def weighted(words: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    """Known parts by their rarity, of length one whatever the length of the text."""
    values = {part: count * rarity[part] for part, count in words.items() if part in rarity}
    length = math.sqrt(sum(value * value for value in values.values())) or 1.0
    return {part: value / length for part, value in values.items()}


@cache
def subject_words() -> WordWeights:
    """The learned weights of pages."""
    return _words_in("subject.json")


@cache
def whole_words() -> WordWeights:
    """The learned weights of kinds of pages, of themes and of services served, each answer after its question."""
    return _words_in("whole.json")


@cache
def section_words() -> WordWeights:
    """The learned weights of sections."""
    return _words_in("section.json")


def _words_in(name: str) -> WordWeights:
    """A file of weights: what each answer starts with; per part how rare it is, then number and weight of answers."""
    data = json.loads((MODELS / name).read_text(encoding="utf-8"))
    answers, parts = list(data["bias"]), data["parts"]
    return WordWeights(
        data["bias"],
        {part: row[0] for part, row in parts.items()},
        {part: {answers[n]: w for n, w in zip(row[1::2], row[2::2], strict=True)} for part, row in parts.items()},
    )
