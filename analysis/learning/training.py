"""Learns the weights of all judges from labelled pages: subject words, page type, services, channels.

Each judge is taught on what the one before it said of pages that it had not seen (held out by municipality), as it
will be when pages are analysed. Used by bench/train.py and by cross-validation; deterministic. Nothing here runs when
pages are analysed.
"""

from __future__ import annotations

import tomllib
from collections import Counter
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
from analysis.judges.page_type import PageTypeVerdict, page_type_signals, verdict_of
from analysis.judges.services import decide, judge_of
from analysis.judges.subject import Spoken, Words, spoken_by, words_of
from analysis.linear import MODELS, Linear
from analysis.page.read import read_page
from analysis.words.parts import parts_of
from analysis.words.speech import NONE, SubjectWords, weighted, words_of_saying
from analysis.words.terms import Uses, find_uses
from analysis.words.view import View, make_view
from study import CHANNELS
from taxonomy import Taxonomy

from .fit import Matrix, Signals, as_weights, fit_classes, fit_yes_no, matrix, names_of
from .labels import labels_of

START = MODELS / "start.toml"
# How firmly weights are held to their start values: chosen by cross-validation over municipalities.
PAGE_TYPE_HOLD, SERVICES_HOLD, WAYS_HOLD, OFFERED_HOLD = 1.5, 2.0, 3.0, 1.0
SUBJECT_HOLD, SECTION_HOLD = 0.03, 0.1
# A signal in fewer rows than this is a chance.
_FEWEST = 3
_FOLDS = 6
# How often the ways of a channel that is offered are looked at again, to learn which of them it was.
_LOOKS = 4
_SMALL = 0.03
# The taxonomy's own words for a service count as this much of a page.
_DEFINED = 0.3
# A saying counts as this much of a page where words of pages are learned.
_SAYING = 0.2

T = TypeVar("T")
_Text = tuple[Mapping[str, float], str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled page, read once; ``trust`` is how much it counts for judges of rules that were written on it."""

    view: View
    uses: Uses
    signals: Mapping[str, float]
    words: Words
    page_type: str
    services: frozenset[str]
    primary: str | None
    channels: frozenset[tuple[str, str]]
    group: str
    trust: float = 1.0


def read_examples(rows: Sequence[Mapping[str, Any]], taxonomy: Taxonomy) -> list[Example]:
    """Reads labelled pages into examples, in order; a row's ``trust`` (1 where it has none) is kept."""
    return [read_example(row, taxonomy) for row in rows]


def read_example(row: Mapping[str, Any], taxonomy: Taxonomy) -> Example:
    """One labelled page read."""
    view = make_view(read_page(row["html"], row["url"], taxonomy), taxonomy)
    uses = find_uses(view)
    labels = labels_of(row, taxonomy)
    return Example(
        view=view,
        uses=uses,
        signals=page_type_signals(view, uses),
        words=words_of(view, uses),
        page_type=str(labels.get("page_type") or ""),
        services=frozenset(labels.get("services") or ()),
        primary=labels.get("primary_service"),
        channels=frozenset((item["service"], item["type"]) for item in labels.get("channels") or ()),
        group=str(row.get("municipality") or row["url"]),
        trust=float(row.get("trust", 1.0)),
    )


def train(examples: Sequence[Example], taxonomy: Taxonomy, sayings: Sequence[Mapping[str, Any]] = ()) -> Models:
    """Learns all judges, each on what the earlier ones say of pages that they have not seen.

    Sayings (see :func:`learn_sections`) count a little where words of whole pages are learned.
    """
    fold_of = folds(examples, _FOLDS)
    short = [(words, service, count * _SAYING) for words, service, count in _sayings(sayings, taxonomy)]
    subject = _fit_subject(examples, short, taxonomy)
    spoken = _held_out(
        examples,
        fold_of,
        lambda rest: _fit_subject(rest, short, taxonomy),
        lambda model, one: spoken_by(one.words, model),
    )
    page_type = _fit_page_type(examples)
    kinds = _held_out(examples, fold_of, _fit_page_type, lambda model, one: verdict_of(model, one.signals))
    known = [_Known(*all_of) for all_of in zip(examples, spoken, kinds, strict=True)]
    services = _fit_services(known)
    hits = _held_out(known, fold_of, _fit_services, lambda model, one: one.decided(model))
    bags = [_bags(one, served) for one, served in zip(known, hits, strict=True)]
    return Models(page_type, subject, services, _fit_channels(bags, fold_of))


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


# --- the subject by words --------------------------------------------------------------------------


def _fit_subject(examples: Sequence[Example], short: Sequence[_Text], taxonomy: Taxonomy) -> SubjectWords:
    texts: list[_Text] = [(example.words.page, example.primary or NONE, 1.0) for example in examples]
    texts += [(words, service, _DEFINED) for words, service in _definitions(taxonomy)]
    texts += short
    return _fit_words(texts, taxonomy, SUBJECT_HOLD)


def learn_sections(sayings: Sequence[Mapping[str, Any]], taxonomy: Taxonomy) -> SubjectWords:
    """Which services a section speaks of, by how municipalities speak of them (``data/gold/sayings``).

    A saying has ``lang``, ``heading``, ``text`` and ``services`` (ids, none for a section that serves none).
    """
    texts: list[_Text] = [(words, service, _DEFINED) for words, service in _definitions(taxonomy)]
    texts += _sayings(sayings, taxonomy)
    return _fit_words(texts, taxonomy, SECTION_HOLD)


def _sayings(sayings: Sequence[Mapping[str, Any]], taxonomy: Taxonomy) -> list[_Text]:
    found: list[_Text] = []
    for saying in sayings:
        words = words_of_saying(saying.get("heading") or "", saying["text"], saying["lang"], taxonomy)
        services = [taxonomy.present("service", service) for service in saying["services"]] or [NONE]
        found += [(words, service, 1.0 / len(services)) for service in services]
    return found


def _fit_words(
    texts: Sequence[tuple[Mapping[str, float], str, float]], taxonomy: Taxonomy, hold: float
) -> SubjectWords:
    seen = Counter(part for words, _, _ in texts for part in words)
    rarity = {part: round(float(np.log((len(texts) + 1) / (n + 0.5))), 2) for part, n in sorted(seen.items()) if n > 1}
    classes = [NONE, *sorted(taxonomy.services)]
    x = matrix([weighted(words, rarity) for words, _, _ in texts], sorted(rarity))
    target = np.zeros((len(texts), len(classes)))
    target[np.arange(len(texts)), [classes.index(answer) for _, answer, _ in texts]] = 1.0
    counts = np.array([count for _, _, count in texts])
    w = fit_classes(x, target, counts, np.zeros((len(classes), x.shape[1])), hold)
    rows = {
        part: {name: round(float(v), 1) for name, v in zip(classes, w[:, n], strict=True) if abs(v) >= _CLEAR}
        for n, part in enumerate(sorted(rarity))
    }
    bias = {name: round(float(value), 2) for name, value in zip(classes, w[:, -1], strict=True)}
    return SubjectWords(bias, {part: rarity[part] for part in rows}, rows)


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


# --- page types ------------------------------------------------------------------------------------


def _fit_page_type(examples: Sequence[Example]) -> Linear:
    start = _start("page_type")
    kinds = sorted(start)
    own = {name for weights in start.values() for name in weights} - {"bias"}
    names = sorted({*names_of([example.signals for example in examples], _FEWEST), *own})
    first = np.array([[start[kind].get(name, 0.0) for name in names] + [start[kind]["bias"]] for kind in kinds])
    target = np.zeros((len(examples), len(kinds)))
    target[np.arange(len(examples)), [kinds.index(example.page_type) for example in examples]] = 1.0
    x = matrix([example.signals for example in examples], names)
    w = fit_classes(x, target, np.ones(len(examples)), first, PAGE_TYPE_HOLD)
    fitted = {kind: as_weights(names, w[row], _SMALL) for row, kind in enumerate(kinds)}
    return Linear({kind: bias for kind, (bias, _) in fitted.items()}, {kind: own for kind, (_, own) in fitted.items()})


def _start(part: str) -> dict[str, dict[str, float]]:
    data: dict[str, Any] = tomllib.loads(START.read_text(encoding="utf-8"))[part]
    return {name: {key: float(value) for key, value in values.items()} for name, values in data.items()}


# --- services --------------------------------------------------------------------------------------


class _Known:
    """An example with what the earlier judges say of it."""

    def __init__(self, example: Example, spoken: Spoken, kind: PageTypeVerdict) -> None:
        self.example, self.kind, self.said = example, kind, spoken.said
        self.candidates = find_candidates(example.view, example.uses, kind, spoken)

    def decided(self, model: Linear) -> tuple[ServiceHit, ...]:
        """The services that a model says, and those that it nearly says."""
        verdict = decide(self.example.view, self.example.uses, self.kind, self.candidates, model)
        return (*verdict.services, *verdict.near)


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


# --- channels --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Labelled:
    """All ways of a channel for a service, whether the page offers it, and how much the page counts."""

    bag: Bag
    is_offered: bool
    trust: float


def _bags(known: _Known, served: Sequence[ServiceHit]) -> list[_Labelled]:
    example, shares = known.example, known.kind.shares
    if not served:
        return []
    subjects = Subjects(example.view, served, is_hub=known.kind.page_type == "hub", said=known.said)
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
        w = fit_yes_no(x, y, counts, WAYS_HOLD)
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
