"""Learns the weights of the judges from labelled pages.

Page type, services, calibration. Used by bench/train.py and by cross-validation.

Plain penalised maximum likelihood around the start values of ``models/start.toml``; deterministic, no dependency
beyond numpy. Nothing here runs when pages are analysed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.judges.page_type import PageTypeVerdict, page_type_signals
from analysis.judges.services import find_candidates
from analysis.linear import MODELS, Linear, Models
from analysis.page.read import read_page
from analysis.words.terms import Uses, find_uses
from analysis.words.view import View, make_view
from taxonomy import Taxonomy

from .labels import labels_of

START = MODELS / "start.toml"
# How firmly the weights are held to their start values: chosen by cross-validation over municipalities (flat between
# 3 and 10).
PAGE_TYPE_HOLD = 3.0
SERVICES_HOLD = 3.0
_ROUNDS = 400
_STEP = 0.05

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled page, read once."""

    view: View
    uses: Uses
    signals: Mapping[str, float]
    page_type: str
    services: frozenset[str]
    group: str


def read_examples(rows: Sequence[Mapping[str, Any]], taxonomy: Taxonomy) -> list[Example]:
    """Reads labelled pages into examples, in order."""
    examples = []
    for row in rows:
        view = make_view(read_page(row["html"], row["url"], taxonomy), taxonomy)
        uses = find_uses(view)
        labels = labels_of(row, taxonomy)
        signals = page_type_signals(view, uses)
        group = str(row.get("municipality") or row["url"])
        services = frozenset(labels.get("services") or ())
        examples.append(Example(view, uses, signals, str(labels.get("page_type") or ""), services, group))
    return examples


def train(examples: Sequence[Example], taxonomy: Taxonomy) -> Models:
    """Learns both models. The services are learned on page types that were judged without the page itself."""
    page_type = _fit_page_type(examples)
    verdicts = _held_out_verdicts(examples)
    return Models(page_type, _fit_services(examples, verdicts, taxonomy))


def folds(examples: Sequence[Example], count: int = 10) -> list[int]:
    """The fold of each example; examples of one municipality are never parted."""
    groups = sorted({example.group for example in examples})
    # A fixed shuffle: neighbours in the alphabet share nothing, yet file order may.
    order = np.random.default_rng(20_260_101).permutation(len(groups))
    of_group = {groups[int(index)]: place % count for place, index in enumerate(order)}
    return [of_group[example.group] for example in examples]


def verdict_of(model: Linear, signals: Mapping[str, float]) -> PageTypeVerdict:
    """The page type by a model, without reasons."""
    shares = model.shares(signals)
    best = max(sorted(shares), key=lambda kind: shares[kind])
    return PageTypeVerdict(best, shares[best], shares, ())


def _start(part: str) -> dict[str, dict[str, float]]:
    data: dict[str, Any] = tomllib.loads(START.read_text(encoding="utf-8"))[part]
    return {name: {key: float(value) for key, value in values.items()} for name, values in data.items()}


def _held_out_verdicts(examples: Sequence[Example]) -> list[PageTypeVerdict]:
    fold_of = folds(examples, 8)
    verdicts: list[PageTypeVerdict | None] = [None] * len(examples)
    for fold in sorted(set(fold_of)):
        rest = [example for example, own in zip(examples, fold_of, strict=True) if own != fold]
        model = _fit_page_type(rest or examples)
        for index, own in enumerate(fold_of):
            if own == fold:
                verdicts[index] = verdict_of(model, examples[index].signals)
    return [verdict for verdict in verdicts if verdict is not None]


def _fit_page_type(examples: Sequence[Example]) -> Linear:
    start = _start("page_type")
    kinds = sorted(start)
    names = sorted(
        {name for example in examples for name in example.signals} | {n for w in start.values() for n in w} - {"bias"}
    )
    x = _matrix([example.signals for example in examples], names)
    first = np.array([[start[kind].get(name, 0.0) for name in names] + [start[kind]["bias"]] for kind in kinds])
    target = np.zeros((len(examples), len(kinds)))
    for row, example in enumerate(examples):
        target[row, kinds.index(example.page_type)] = 1.0

    def gradient(w: Matrix) -> Matrix:
        z = x @ w.T
        power = np.exp(z - z.max(axis=1, keepdims=True))
        share = power / power.sum(axis=1, keepdims=True)
        slope: Matrix = (share - target).T @ x + PAGE_TYPE_HOLD * (w - first)
        return slope

    return _as_linear(kinds, names, _descend(first, gradient))


def _fit_services(examples: Sequence[Example], verdicts: Sequence[PageTypeVerdict], taxonomy: Taxonomy) -> Linear:
    start = _start("services")
    rows: dict[str, list[tuple[Mapping[str, float], float]]] = {"leading": [], "other": []}
    for example, verdict in zip(examples, verdicts, strict=True):
        for candidate in find_candidates(example.view, example.uses, verdict):
            judge = "leading" if candidate.is_leading else "other"
            rows[judge].append((candidate.signals, float(candidate.service_id in example.services)))
    names = sorted({name for values in start.values() for name in values} - {"bias"})
    fitted = [_fit_yes_no(rows[judge], names, start[judge]) for judge in sorted(rows)]
    return _as_linear(sorted(rows), names, np.vstack(fitted))


def _fit_yes_no(
    rows: Sequence[tuple[Mapping[str, float], float]], names: Sequence[str], start: Mapping[str, float]
) -> Matrix:
    first = np.array([start.get(name, 0.0) for name in names] + [start["bias"]])
    if not rows:
        return first
    x = _matrix([signals for signals, _ in rows], names)
    y = np.array([label for _, label in rows])

    def gradient(w: Matrix) -> Matrix:
        slope: Matrix = x.T @ (1.0 / (1.0 + np.exp(-(x @ w))) - y) + SERVICES_HOLD * (w - first)
        return slope

    return _descend(first, gradient)


def _matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Matrix:
    return np.array([[row.get(name, 0.0) for name in names] + [1.0] for row in rows])


def _descend(first: Matrix, gradient: Any) -> Matrix:
    """Adam from the start values: a fixed number of steps, so equal input gives equal weights."""
    w, mean, spread = first.copy(), np.zeros_like(first), np.zeros_like(first)
    for step in range(1, _ROUNDS + 1):
        slope = gradient(w)
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.99 * spread + 0.01 * slope * slope
        w = w - _STEP * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    return w


def _as_linear(classes: Sequence[str], names: Sequence[str], weights: Matrix) -> Linear:
    bias = {name: round(float(weights[row, -1]), 3) for row, name in enumerate(classes)}
    table = {
        name: {
            signal: value
            for signal, value in zip(names, (round(float(v), 3) for v in weights[row]), strict=False)
            if value
        }
        for row, name in enumerate(classes)
    }
    return Linear(bias, table)
