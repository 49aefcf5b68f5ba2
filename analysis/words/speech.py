"""What words speak of, by all of them together: of a page, of a section, of a block.

Weights of word parts per answer are learned, and "none" is an answer: which service a page is about
(``models/subject.json``), which kind of page it is, which theme it has and what it serves (``models/whole.json``), both
from labelled pages; which service a section speaks of, from how municipalities speak of their services in a few
sentences (``models/section.json``). bench/train.py makes them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.linear import MODELS
from taxonomy import Taxonomy

from .parts import names_of_parts
from .view import View

NONE = "none"
_TENTHS = 10.0
HEADING_TIMES = 2.0
"""How much a word of a heading counts."""


@dataclass(frozen=True, slots=True)
class WordWeights:
    """What each answer starts with; per word part (with its language) how rare it is and what it says for answers."""

    bias: Mapping[str, float]
    rarity: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]
    _known: dict[str, tuple[int, float]] = field(init=False, repr=False, compare=False)
    _first: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    _table: NDArray[Any] = field(init=False, repr=False, compare=False)
    _unit: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        place = {service: number for number, service in enumerate(self.bias)}
        table = np.zeros((len(self.weights), len(place)))
        for row, own in enumerate(self.weights.values()):
            for name, weight in own.items():
                table[row, place[name]] = weight
        # Learned weights have one decimal: as whole tenths a table is an eighth as large, and stays near the processor.
        tenths = np.clip(np.rint(table * _TENTHS), -127, 127).astype(np.int8)
        is_exact = bool((tenths / _TENTHS == table).all())
        object.__setattr__(self, "_known", {part: (row, self.rarity[part]) for row, part in enumerate(self.weights)})
        object.__setattr__(self, "_first", np.array(list(self.bias.values())))
        object.__setattr__(self, "_table", tenths if is_exact else table)
        object.__setattr__(self, "_unit", _TENTHS if is_exact else 1.0)

    def sums(self, words: Mapping[str, float]) -> list[float]:
        """What words say for each answer, in the order of ``bias``; added up in the order of the words.

        Known parts count by their rarity, together of length one whatever the length of the text.
        """
        known, numbers, counts, length = self._known, [], [], 0.0
        for part, count in words.items():
            if part in known:
                row, rarity = known[part]
                counted = count * rarity
                numbers.append(row)
                counts.append(counted)
                length += counted * counted
        if not numbers:
            return list(self.bias.values())
        rows = np.empty((len(numbers) + 1, len(self.bias)))
        rows[0] = self._first
        np.divide(self._table.take(numbers, axis=0), self._unit, out=rows[1:])
        rows[1:] *= (np.array(counts) / math.sqrt(length))[:, None]
        # Row after row, as one adds by hand: the last digit is the same on every machine.
        sums: list[float] = np.add.reduce(rows, axis=0).tolist()
        return sums


@dataclass(frozen=True, slots=True)
class Said:
    """What a short text speaks of: the share of each service (and of none), and which has most."""

    shares: Mapping[str, float]
    first: str
    most: float


def words_of_sections(view: View) -> dict[int, dict[str, float]]:
    """The words of each section of a page by its number."""
    counts: dict[int, dict[str, float]] = {}
    for index, passage in view.passages.items():
        add_parts(counts.setdefault(passage.section, {}), view.parts(index), times_of(passage.block.kind))
    return {section: damped(own) for section, own in counts.items()}


def words_of_saying(heading: str, text: str, language: str, taxonomy: Taxonomy) -> dict[str, float]:
    """The words of a section that stands alone."""
    counts: dict[str, float] = {}
    add_parts(counts, names_of_parts(heading, f"{language}:", language, taxonomy), HEADING_TIMES)
    add_parts(counts, names_of_parts(text, f"{language}:", language, taxonomy), 1.0)
    return damped(counts)


def said_of_block(view: View, index: int) -> Said:
    """What one block alone says."""
    counts: dict[str, float] = {}
    add_parts(counts, view.parts(index), 1.0)
    return said_by(damped(counts))


def times_of(kind: str) -> float:
    """How much the words of a kind of block count."""
    return HEADING_TIMES if kind in ("heading", "summary") else 1.0


def add_parts(counts: dict[str, float], parts: Iterable[str], times: float) -> None:
    """Count parts of words."""
    counted = counts.get
    for part in parts:
        counts[part] = counted(part, 0.0) + times


def damped(counts: Mapping[str, float]) -> dict[str, float]:
    """Counts of which the second says less than the first."""
    return {part: 1.0 + math.log(count) if count > 1 else count for part, count in counts.items()}


def shares_of(words: Mapping[str, float], model: WordWeights) -> dict[str, float]:
    """The share of each service (and of none); together they are one."""
    return shares_by(model.bias, model.sums(words))


def shares_by(answers: Iterable[str], sums: Sequence[float]) -> dict[str, float]:
    """Sums of answers of which one is right, as their shares."""
    highest, exp = max(sums), math.exp
    powers = [exp(value - highest) for value in sums]
    total = sum(powers)
    return dict(zip(answers, [power / total for power in powers], strict=True))


def said_by(words: Mapping[str, float]) -> Said:
    """What the words of a section or of a block say to one who knows how municipalities speak of their services."""
    shares = shares_of(words, section_words())
    most, first = max(zip(shares.values(), shares, strict=True))
    return Said(shares, first, most)


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
