"""Which of the services of a page is the one that it is mainly about; "none" is an answer.

A learned judge (``models/primary.json``, made by bench/train.py) weighs how surely each is served, how much of the page
speaks of it, and how far it stands out from the next.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from analysis.findings import ServiceHit
from analysis.linear import Linear, odds_above_nothing

from .candidates import Candidate
from .page_type import PageTypeVerdict
from .subject import NONE, Spoken

MAIN = "main"
"""The name of the judge's weights."""
# Signals of a candidate that tell main services from others; those of the page are the same for all.
_TELLING = (
    "acted", "against-rival", "block-share", "blocks", "breadcrumb", "field-breadcrumb", "field-named", "heading",
    "late", "lead", "link", "mass", "named", "on-its-system", "only-gone", "path", "path-last", "said-odds",
    "said-sections", "section", "section-first", "section-odds", "share", "terms", "text", "under-share",
    "unnamed-office", "used-system", "words", "words-behind", "words-first", "words-odds", "served-words",
    "served-words-behind", "served-words-first",
)  # fmt: skip
# What a service weighs that none of the words together speak of.
_UNSPOKEN = 0.1


def primary_of(
    hits: Sequence[ServiceHit],
    candidates: Mapping[str, Candidate],
    kind: PageTypeVerdict,
    spoken: Spoken,
    model: Linear,
) -> str | None:
    """The main one of the services that a page serves, None where there is none."""
    if not hits:
        return None
    shares = model.choice(MAIN, primary_signals(hits, candidates, kind, spoken))
    best = max(shares, key=lambda service: (shares[service], service))
    return None if best == NONE else best


def weight_of(hit: ServiceHit, candidate: Candidate) -> float:
    """How much a page has of a service, by how surely it is served and by what all words together say."""
    return candidate.mass * hit.score * (_UNSPOKEN + candidate.signals.get("words", 0.0))


def primary_signals(
    hits: Sequence[ServiceHit], candidates: Mapping[str, Candidate], kind: PageTypeVerdict, spoken: Spoken
) -> dict[str, dict[str, float]]:
    """The signals of each service, and of none."""
    weights = {hit.service_id: weight_of(hit, candidates[hit.service_id]) for hit in hits}
    surest = max((hit.score for hit in hits), default=0.0)
    total = sum(candidates[hit.service_id].mass for hit in hits) or 1.0
    signals: dict[str, dict[str, float]] = {}
    for hit in hits:
        own, weight = candidates[hit.service_id], weights[hit.service_id]
        rival = max((other for service, other in weights.items() if service != hit.service_id), default=0.0)
        signals[hit.service_id] = {
            "score": hit.score,
            "odds": odds_above_nothing(hit.score),
            "surest": float(hit.score == surest),
            "weight": math.log(weight + 0.01) / 3,
            "weight-ahead": math.log((weight + 0.05) / (rival + 0.05)) / 2,
            "weight-first": float(weight > rival),
            "mass-share": own.mass / total,
            **{name: own.signals[name] for name in _TELLING if name in own.signals},
        }
    signals[NONE] = {
        "none": 1.0,
        "none-count": math.log1p(len(hits)),
        "none-one": float(len(hits) == 1),
        "none-surest": odds_above_nothing(surest),
        "none-words": odds_above_nothing(spoken.page.get(NONE, 0.0)),
        **{f"none-kind-{name}": share for name, share in kind.shares.items()},
        **{f"none-count-{name}": share * math.log1p(len(hits)) for name, share in kind.shares.items()},
    }
    return signals
