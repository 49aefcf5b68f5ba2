"""Which of the ways that a page names are offered for which of its services: the learned judge of channels.

Two steps with learned weights (``models/channels.json``): every way is weighed for every service, then the best ways
of a service and channel together with what is known of the page. Rules count as signals, so where they are certain
they decide. All ways of a page are scored at once: what a way says of itself is summed once, for all services.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from analysis.findings import ServiceHit
from analysis.linear import Linear
from study import CHANNELS

from .attribution import Subjects
from .sign import Sign
from .ways import Way

YES = 0.45
"""The probability from which a channel counts as offered: where precision and recall weigh alike."""
OFFERED = "offered"
"""The name of the second step among the classes of the model."""
_FEW = 3.0
"""How far below the best way a missing second one counts."""


@dataclass(frozen=True, slots=True)
class Bag:
    """All ways of one channel for one service: what each says for that service, and what is known of the page."""

    service_id: str
    channel: str
    ways: tuple[Way, ...]
    pairs: tuple[Mapping[str, float], ...]
    is_by_rule: tuple[bool, ...]
    of_page: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Offer:
    """A channel of a service with its probability, the ways that prove it (best first), and what tells why."""

    service_id: str
    channel: str
    probability: float
    signs: tuple[Sign, ...]
    why: Callable[[], str]


def gather_bags(subjects: Subjects, ways: Sequence[Way], kind: Mapping[str, float]) -> list[Bag]:
    """Every pair of service and channel that the page names a way of."""
    services = subjects.services
    of_rule = [frozenset(subjects.of(way.sign)) for way in ways]
    bags = []
    for hit in services:
        of_page = _of_page(hit, services, kind)
        for channel in CHANNELS:
            own = [number for number, way in enumerate(ways) if way.sign.channel == channel]
            if own:
                pairs = tuple(_pair(ways[n], hit, of_rule[n], subjects) for n in own)
                by_rule = tuple(bool(ways[n].certainty) and hit.service_id in of_rule[n] for n in own)
                bags.append(Bag(hit.service_id, channel, tuple(ways[n] for n in own), pairs, by_rule, of_page))
    return bags


def _of_page(hit: ServiceHit, services: Sequence[ServiceHit], kind: Mapping[str, float]) -> dict[str, float]:
    return {
        "service-odds": odds(hit.score),
        "main-service": float(hit.is_primary),
        "services": math.log(len(services)),
        **{f"kind-{name}": share for name, share in kind.items()},
    }


def odds(share: float) -> float:
    """The logarithm of the odds of a probability, bounded."""
    return math.log((share + 0.01) / (1.01 - share))


def _pair(way: Way, hit: ServiceHit, of_rule: frozenset[str], subjects: Subjects) -> dict[str, float]:
    """What ties a way to one service: names of services around it, the rules of attribution, its systems."""
    service = hit.service_id
    signals = {f"{name}-{where}": 1.0 for where, name in subjects.naming(way.sign, service)}
    if not signals:
        signals["named-nowhere"] = 1.0
    signals |= subjects.speaking(way.sign, service)
    if service in of_rule:
        signals["attributed"] = 1.0
        signals["rule-attributed"] = way.certainty
    elif of_rule:
        signals["attributed-elsewhere"] = 1.0
    if way.sign.only_for:
        signals["only-for-it"] = 1.0 if service in way.sign.only_for else -1.0
    signals["for-main" if hit.is_primary else "for-other"] = 1.0
    signals["services"] = math.log(len(subjects.services))
    signals["service-odds"] = odds(hit.score)
    signals[f"service:{service}"] = 0.5
    if way.sign.products:
        products = subjects.view.taxonomy.products
        fits = any(service in products[product].services for product in way.sign.products)
        signals["system-for-it" if fits else "system-for-others"] = 1.0
    return signals


def judge_channels(bags: Sequence[Bag], model: Linear) -> list[Offer]:
    """The channels that the page offers, service by service."""
    # What a way says of itself is the same for every service.
    alone: dict[int, float] = {}
    offers = []
    for bag in bags:
        scores = way_scores(bag, model, alone)
        signals = bag_signals(bag, scores)
        probability = model.probability(OFFERED, signals)
        if probability >= YES:
            why = partial(_why, bag, scores, model)
            offers.append(Offer(bag.service_id, bag.channel, probability, _proofs(bag, scores), why))
    return offers


def way_scores(bag: Bag, model: Linear, alone: dict[int, float] | None = None) -> list[float]:
    """How much speaks for each way of a bag; ``alone`` remembers the part that does not depend on the service."""
    alone = {} if alone is None else alone
    scores = []
    for way, pair in zip(bag.ways, bag.pairs, strict=True):
        if id(way) not in alone:
            alone[id(way)] = model.sum_of(bag.channel, way.signals)
        scores.append(alone[id(way)] + model.sum_of(bag.channel, pair) + model.bias[bag.channel])
    return scores


def bag_signals(bag: Bag, scores: Sequence[float]) -> dict[str, float]:
    """The signals of the second step."""
    ranked = sorted(scores, reverse=True)
    certainty = max((w.certainty for w, by_rule in zip(bag.ways, bag.is_by_rule, strict=True) if by_rule), default=0.0)
    return {
        "best": ranked[0],
        "second": ranked[1] if len(ranked) > 1 else ranked[0] - _FEW,
        "ways": math.log(len(ranked)),
        "rule": float(certainty > 0),
        "rule-certainty": certainty,
        f"channel-{bag.channel}": 1.0,
        **bag.of_page,
    }


def _proofs(bag: Bag, scores: Sequence[float]) -> tuple[Sign, ...]:
    """The signs that prove an offer: what rules take first, then every way whose weights speak for it, at least one."""
    order = sorted(range(len(scores)), key=lambda number: (not bag.is_by_rule[number], -scores[number], number))
    kept = [number for number in order if bag.is_by_rule[number] or scores[number] > 0] or order[:1]
    return tuple(bag.ways[number].sign for number in kept)


def _why(bag: Bag, scores: Sequence[float], model: Linear) -> str:
    best = max(range(len(scores)), key=lambda number: (scores[number], -number))
    return model.telling(bag.channel, {**bag.ways[best].signals, **bag.pairs[best]})
