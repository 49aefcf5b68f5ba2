"""Learns the weights of all judges from labelled pages: words, page type, services, main service, theme, channels.

Each judge is taught on what the one before it said of pages that it had not seen (held out by municipality), as it
will be when pages are analysed. Used by bench/train.py and by cross-validation; deterministic. Nothing here runs when
pages are analysed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from analysis.channels import Subjects
from analysis.channels.verdict import OFFERED, Bag, bag_signals, gather_bags, way_scores
from analysis.channels.ways import find_ways
from analysis.findings import ServiceHit
from analysis.judges.candidates import find_candidates
from analysis.judges.models import Models
from analysis.judges.page_type import PageTypeVerdict, verdict_of, words_signals
from analysis.judges.primary import MAIN, primary_of, primary_signals
from analysis.judges.services import hits_of, judge_of, scores_of, with_primary
from analysis.judges.subject import Spoken, spoken_by
from analysis.judges.theme import THEME as THEME_JUDGE
from analysis.judges.theme import theme_signals
from analysis.linear import MODELS, Linear
from analysis.words.speech import NONE
from study import CHANNELS
from taxonomy import Taxonomy

from .examples import Example
from .fit import (
    Choice,
    Matrix,
    Signals,
    as_weights,
    fit_choice,
    fit_classes,
    fit_yes_no,
    matrix,
    names_of,
)
from .training_words import fit_subject, fit_whole, short_texts

START = MODELS / "start.toml"
# How firmly weights are held to their start values: chosen by cross-validation over municipalities.
PAGE_TYPE_HOLD, SERVICES_HOLD, WAYS_HOLD, OFFERED_HOLD = 1.5, 2.0, 3.0, 1.0
PRIMARY_HOLD, THEME_HOLD = 1.0, 1.0
# A signal in fewer rows than this is a chance.
_FEWEST = 3
_FOLDS = 6
# How often the ways of a channel that is offered are looked at again, to learn which of them it was.
_LOOKS = 4
# What the looks take for offered hangs on small differences: a descent that stops early ends now here, now there.
_TO_THE_END = 1e-10
_SMALL = 0.03
# A saying counts as this much of a page where words of pages are learned.
_SAYING = 0.2

T = TypeVar("T")


def train(examples: Sequence[Example], taxonomy: Taxonomy, sayings: Sequence[Mapping[str, Any]] = ()) -> Models:
    """Learns all judges, each on what the earlier ones say of pages that they have not seen.

    Sayings (see :func:`learn_sections`) count a little where words of whole pages are learned.
    """
    fold_of = folds(examples, _FOLDS)
    short = [(words, service, count * _SAYING) for words, service, count in short_texts(sayings, taxonomy)]
    whole, subject = fit_whole(examples, taxonomy), fit_subject(examples, short, taxonomy)
    spoken = _held_out(
        examples,
        fold_of,
        lambda rest: (fit_subject(rest, short, taxonomy), fit_whole(rest, taxonomy)),
        lambda models, one: spoken_by(one.words, *models),
    )
    heard = [_Heard(*both) for both in zip(examples, spoken, strict=True)]
    page_type = _fit_page_type(heard)
    kinds = _held_out(heard, fold_of, _fit_page_type, lambda model, one: one.kind_by(model))
    known = [_Known(*both) for both in zip(heard, kinds, strict=True)]
    services = _fit_services(known)
    served = _held_out(known, fold_of, _fit_services, lambda model, one: one.served_by(model))
    primary = _fit_primary(served)
    settled = _held_out(served, fold_of, _fit_primary, lambda model, one: one.settled_by(model))
    bags = [_bags(one) for one in settled]
    return Models(whole, page_type, subject, services, primary, _fit_theme(settled), _fit_channels(bags, fold_of))


@dataclass(frozen=True, slots=True)
class _Heard:
    """An example with what its words say together."""

    example: Example
    spoken: Spoken

    def kind_by(self, model: Linear) -> PageTypeVerdict:
        return verdict_of(model, self.example.signals, self.spoken.whole)


def folds(examples: Sequence[Example], count: int = 10) -> list[int]:
    """The fold of each example; examples of one municipality are never parted."""
    groups = sorted({example.group for example in examples})
    # A fixed shuffle: neighbours in the alphabet share nothing, yet file order may.
    order = np.random.default_rng(20_260_101).permutation(len(groups))
    of_group = {groups[int(index)]: place % count for place, index in enumerate(order)}
    return [of_group[example.group] for example in examples]


M = TypeVar("M")
E = TypeVar("E")


def _held_out(
    examples: Sequence[E], fold_of: Sequence[int], learn: Callable[[Sequence[E]], M], ask: Callable[[M, E], T]
) -> list[T]:
    """What models say of each example that learned from the other folds only."""
    said: dict[int, T] = {}
    for fold in sorted(set(fold_of)):
        rest = [example for example, own in zip(examples, fold_of, strict=True) if own != fold]
        model = learn(rest or examples)
        said.update({n: ask(model, examples[n]) for n, own in enumerate(fold_of) if own == fold})
    return [said[number] for number in range(len(examples))]


# --- page types ------------------------------------------------------------------------------------


def _fit_page_type(heard: Sequence[_Heard]) -> Linear:
    examples = [one.example for one in heard]
    rows = [{**one.example.signals, **words_signals(one.spoken.whole)} for one in heard]
    start = _start("page_type")
    kinds = sorted(start)
    own = {name for weights in start.values() for name in weights} - {"bias"}
    names = sorted({*names_of(rows, _FEWEST), *own})
    first = np.array([[start[kind].get(name, 0.0) for name in names] + [start[kind]["bias"]] for kind in kinds])
    target = np.zeros((len(examples), len(kinds)))
    target[np.arange(len(examples)), [kinds.index(example.page_type) for example in examples]] = 1.0
    w = fit_classes(matrix(rows, names), target, np.ones(len(examples)), first, PAGE_TYPE_HOLD)
    fitted = {kind: as_weights(names, w[row], _SMALL) for row, kind in enumerate(kinds)}
    return Linear({kind: bias for kind, (bias, _) in fitted.items()}, {kind: own for kind, (_, own) in fitted.items()})


def _start(part: str) -> dict[str, dict[str, float]]:
    data: dict[str, Any] = tomllib.loads(START.read_text(encoding="utf-8"))[part]
    return {name: {key: float(value) for key, value in values.items()} for name, values in data.items()}


# --- services --------------------------------------------------------------------------------------


class _Known:
    """An example with what the earlier judges say of it."""

    def __init__(self, heard: _Heard, kind: PageTypeVerdict) -> None:
        self.example, self.spoken, self.kind = heard.example, heard.spoken, kind
        self.candidates = find_candidates(self.example.view, self.example.uses, kind, self.spoken)

    def served_by(self, model: Linear) -> _Served:
        """With the services that a model says, and those that it nearly says."""
        scores = scores_of(self.candidates, self.kind, model)
        moved = self.example.uses.moved
        return _Served(self, *hits_of(self.candidates, scores, self.example.view.taxonomy, moved=moved))


@dataclass(frozen=True, slots=True)
class _Served:
    """An example with its services and those that it nearly serves."""

    known: _Known
    hits: Sequence[ServiceHit]
    near: Sequence[ServiceHit]

    def settled_by(self, model: Linear) -> _Served:
        """With the main service marked."""
        by_id = {candidate.service_id: candidate for candidate in self.known.candidates}
        primary = primary_of(self.hits, by_id, self.known.kind, self.known.spoken, model)
        return _Served(self.known, with_primary(self.hits, by_id, primary), self.near)


def _fit_services(known: Sequence[_Known]) -> Linear:
    rows: dict[str, list[tuple[Signals, float, float]]] = {"leading": [], "listed": [], "other": []}
    for one in known:
        for candidate in one.candidates:
            right = float(candidate.service_id in one.example.services)
            rows[judge_of(candidate, one.kind)].append((candidate.signals, right, one.example.trust))
    fitted = {judge: _fit_judge(own, SERVICES_HOLD) for judge, own in rows.items()}
    return Linear({j: bias for j, (bias, _) in fitted.items()}, {j: own for j, (_, own) in fitted.items()})


def _fit_judge(rows: Sequence[tuple[Signals, float, float]], hold: float) -> tuple[float, dict[str, float]]:
    if not rows:
        return 0.0, {}
    names = names_of([signals for signals, _, _ in rows], _FEWEST)
    x = matrix([signals for signals, _, _ in rows], names)
    y, counts = np.array([right for _, right, _ in rows]), np.array([trust for _, _, trust in rows])
    return as_weights(names, fit_yes_no(x, y, counts, hold), _SMALL)


# --- main service and theme ------------------------------------------------------------------------


def _fit_primary(served: Sequence[_Served]) -> Linear:
    choices = []
    for one in served:
        known, right = one.known, one.known.example.primary or NONE
        by_id = {candidate.service_id: candidate for candidate in known.candidates}
        choices.append((primary_signals(one.hits, by_id, known.kind, known.spoken), right, known.example.trust))
    return _fit_choices(MAIN, choices, PRIMARY_HOLD)


def _fit_theme(settled: Sequence[_Served]) -> Linear:
    choices = [
        (theme_signals(known.example.view, known.kind, known.spoken, one.hits, one.near), known.example.theme,
         known.example.trust)
        for one in settled
        for known in (one.known,)
    ]  # fmt: skip
    return _fit_choices(THEME_JUDGE, choices, THEME_HOLD)


def _fit_choices(
    name: str, choices: Sequence[tuple[Mapping[str, Mapping[str, float]], str, float]], hold: float
) -> Linear:
    """A judge that chooses; pages whose right answer is none of the options teach nothing."""
    rows = [
        Choice(list(options.values()), list(options).index(right), counts)
        for options, right, counts in choices
        if right in options and len(options) > 1
    ]
    names, w = fit_choice(rows, hold, _FEWEST) if rows else ([], np.zeros(1))
    return Linear({name: 0.0}, {name: as_weights(names, w)[1]})


# --- channels --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Labelled:
    """All ways of a channel for a service, whether the page offers it, and how much the page counts."""

    bag: Bag
    is_offered: bool
    trust: float


def _bags(settled: _Served) -> list[_Labelled]:
    known, considered = settled.known, (*settled.hits, *settled.near)
    example, shares = known.example, known.kind.shares
    if not considered:
        return []
    subjects = Subjects(example.view, considered, is_hub=known.kind.page_type == "hub", said=known.spoken.said)
    bags = gather_bags(subjects, find_ways(example.view, shares), shares)
    return [_Labelled(bag, (bag.service_id, bag.channel) in example.channels, example.trust) for bag in bags]


def _fit_channels(bags: Sequence[Sequence[_Labelled]], fold_of: Sequence[int]) -> Linear:
    ways = _fit_ways([one for page in bags for one in page])
    scored = _held_out(
        bags,
        fold_of,
        lambda rest: _fit_ways([one for page in rest for one in page]),
        lambda model, page: [bag_signals(one.bag, way_scores(one.bag, model)) for one in page],
    )
    rows = [
        (signals, float(one.is_offered), one.trust)
        for page, own in zip(bags, scored, strict=True)
        for one, signals in zip(page, own, strict=True)
    ]
    bias, weights = _fit_judge(rows, OFFERED_HOLD)
    return Linear({**ways.bias, OFFERED: bias}, {**ways.weights, OFFERED: weights})


def _fit_ways(labelled: Sequence[_Labelled]) -> Linear:
    fitted = {channel: _fit_channel([one for one in labelled if one.bag.channel == channel]) for channel in CHANNELS}
    return Linear({c: bias for c, (bias, _) in fitted.items()}, {c: own for c, (_, own) in fitted.items()})


def _fit_channel(labelled: Sequence[_Labelled]) -> tuple[float, dict[str, float]]:
    """Learns which ways are offered from whether any of them is: of a channel that is offered the best way counts.

    Which one is best is guessed by the rules first, then by what was learned so far.
    """
    if not labelled:
        return 0.0, {}
    rows = [{**way.signals, **pair} for one in labelled for way, pair in zip(one.bag.ways, one.bag.pairs, strict=True)]
    names = names_of(rows, _FEWEST)
    x = matrix(rows, names)
    ends = np.cumsum([0, *(len(one.bag.ways) for one in labelled)])
    scores = np.array([row.get("rule-attributed", 0.0) + 0.5 * row.get("named-sentence", 0.0) for row in rows])
    w: Matrix = np.zeros(x.shape[1])
    for _ in range(_LOOKS):
        y, counts = _looked_at(labelled, ends, scores)
        w = fit_yes_no(x, y, counts, WAYS_HOLD, begin=w, gain=_TO_THE_END)
        scores = x @ w
    return as_weights(names, w, _SMALL)


def _looked_at(labelled: Sequence[_Labelled], ends: Any, scores: Matrix) -> tuple[Matrix, Matrix]:
    """A yes for the best ways of each channel that is offered, a no for every way of the others; their weights."""
    y, counts = np.zeros(len(scores)), np.zeros(len(scores))
    for number, one in enumerate(labelled):
        own = slice(ends[number], ends[number + 1])
        if one.is_offered:
            best = scores[own] >= scores[own].max() - 1e-9
            y[own] = 1.0
            counts[own] = best / np.sqrt(best.sum()) * one.trust
        else:
            counts[own] = one.trust / np.sqrt(ends[number + 1] - ends[number])
    return y, counts
