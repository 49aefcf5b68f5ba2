"""Which services a page serves, which one mainly, and which theme it belongs to.

Three learned judges (``models/services.json``) weigh the candidates: the one that the page has most evidence of, the
others, and those of a page that lists many. "None" is an answer. Scores are calibrated probabilities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from analysis.findings import Reason, ServiceHit, TermUse
from analysis.linear import Linear, load_linear
from analysis.words.terms import Use, Uses
from analysis.words.view import View
from taxonomy import Taxonomy

from .candidates import PLACE, Candidate, find_candidates
from .page_type import PageTypeVerdict
from .subject import Spoken, spoken_of
from .theme import judge_theme

YES = 0.45
"""The probability from which a service counts as served: where precision and recall weigh alike."""
STILL = 0.6
"""Of a page that says where a service went more is asked before it is said to serve it still."""
NEAR = 0.3
"""The probability from which a service is near enough to be served if the page offers a way to use it."""
LISTING = ("hub", "contact")
"""Kinds of pages on which the first service is one among many."""
_MOST_TERMS = 12
_REASONS_TOLD = 8
_MOST_NEAR = 8
# Below this share of all evidence the leading service of a hub is one among many.
_DOMINANT = 0.6
# A main service has so many times as much as the next one; else the page serves both alike.
_STANDS_OUT = 2.0
_WORDS = 0.1


@dataclass(frozen=True, slots=True)
class ServicesVerdict:
    """The services of a page, best first, its theme, why, and the probability of every candidate."""

    services: tuple[ServiceHit, ...]
    near: tuple[ServiceHit, ...]
    """Services that are not served by what was read so far, but would be if the page offers a way to use them."""
    theme: str | None
    reasons: tuple[Reason, ...]


def judge_services(
    view: View,
    uses: Uses,
    kind: PageTypeVerdict,
    model: Linear | None = None,
    spoken: Spoken | None = None,
    *,
    with_reasons: bool = True,
) -> ServicesVerdict:
    """Decides the services, the primary one and the theme of a page.

    ``model`` replaces the shipped weights, ``spoken`` what the page's words say of its subject.
    """
    if view.page.language and view.page.language not in view.taxonomy.languages:
        return ServicesVerdict((), (), None, ())
    candidates = find_candidates(view, uses, kind, spoken or spoken_of(view, uses))
    return decide(view, uses, kind, candidates, model or services_model(), with_reasons=with_reasons)


def decide(
    view: View,
    uses: Uses,
    kind: PageTypeVerdict,
    candidates: Sequence[Candidate],
    model: Linear,
    *,
    with_reasons: bool = True,
) -> ServicesVerdict:
    """The verdict over candidates that were gathered already."""
    taxonomy = view.taxonomy
    scores = {own.service_id: model.probability(judge_of(own, kind), own.signals) for own in candidates}
    found = [_hit(own, scores[own.service_id], taxonomy) for own in candidates if scores[own.service_id] >= NEAR]
    yes = STILL if uses.moved else YES
    hits = _with_primary([hit for hit in found if hit.score >= yes], candidates, kind)
    near = sorted((hit for hit in found if hit.score < yes), key=lambda hit: (-hit.score, hit.service_id))[:_MOST_NEAR]
    primary = next((hit.service_id for hit in hits if hit.is_primary), None)
    theme, why = judge_theme(view, uses, kind.page_type, primary, [hit.theme_id for hit in hits])
    spoke = _told(candidates, scores, kind, model) if with_reasons else ()
    told = (*spoke, Reason(f"theme:{theme}", why))
    return ServicesVerdict(tuple(hits), tuple(near), theme, told)


def _told(
    candidates: Sequence[Candidate], scores: Mapping[str, float], kind: PageTypeVerdict, model: Linear
) -> Iterator[Reason]:
    """What spoke for and against the services that come first."""
    for own in sorted(candidates, key=lambda own: -round(scores[own.service_id], 2))[:_REASONS_TOLD]:
        spoke = model.telling(judge_of(own, kind), own.signals)
        yield Reason(f"service:{own.service_id}", f"{scores[own.service_id]:.2f}: {spoke}", _places(own.uses))


def with_used(
    verdict: ServicesVerdict, offered: Mapping[str, float], view: View, uses: Uses, kind: PageTypeVerdict
) -> ServicesVerdict:
    """The verdict with the near services that the page offers a way to use; ``offered``: how sure of the surest."""
    used = tuple(replace(hit, score=max(hit.score, YES)) for hit in verdict.near if hit.service_id in offered)
    if not used:
        return verdict
    services = (*verdict.services, *used)
    if not verdict.services and kind.page_type not in LISTING:
        # The first of them is what the page is mainly about: they stand in order of their scores.
        services = (replace(used[0], is_primary=True), *used[1:])
    primary = next((hit.service_id for hit in services if hit.is_primary), None)
    theme, why = judge_theme(view, uses, kind.page_type, primary, [hit.theme_id for hit in services])
    reasons = tuple(reason for reason in verdict.reasons if not reason.verdict.startswith("theme:"))
    return ServicesVerdict(services, verdict.near, theme, (*reasons, Reason(f"theme:{theme}", why)))


def without(verdict: ServicesVerdict, gone: Mapping[str, str]) -> ServicesVerdict:
    """The verdict without the services that the page says are not there; ``gone``: the sentence that says so."""
    if not gone:
        return verdict
    services = tuple(hit for hit in verdict.services if hit.service_id not in gone)
    near = tuple(hit for hit in verdict.near if hit.service_id not in gone)
    told = (Reason(f"absent:{service_id}", gone[service_id]) for service_id in sorted(gone))
    return ServicesVerdict(services, near, verdict.theme, (*verdict.reasons, *told))


def judge_of(candidate: Candidate, kind: PageTypeVerdict) -> str:
    """The name of the judge that weighs a candidate."""
    if kind.page_type in LISTING:
        return "listed"
    return "leading" if candidate.is_leading else "other"


@lru_cache(maxsize=1)
def services_model() -> Linear:
    """The learned weights of the judges."""
    return load_linear("services")


def _hit(candidate: Candidate, score: float, taxonomy: Taxonomy) -> ServiceHit:
    uses = sorted(candidate.uses, key=lambda use: (-PLACE[use.where] * use.weight * (use.kind == "term"), use.term))
    distinct = dict.fromkeys((use.term, use.where, use.text) for use in uses)
    terms = tuple(TermUse(*key) for key in list(distinct)[:_MOST_TERMS])
    theme = taxonomy.services[candidate.service_id].theme
    return ServiceHit(candidate.service_id, theme, round(score, 4), False, terms)


def _with_primary(hits: list[ServiceHit], candidates: Sequence[Candidate], kind: PageTypeVerdict) -> list[ServiceHit]:
    """The services in order of what the page has most of, the first as the main one where it stands out."""
    if not hits:
        return []
    by_id = {candidate.service_id: candidate for candidate in candidates}
    # The most evidence, weighed by how surely the service is served at all and by what all words together say.
    weights = {
        hit.service_id: by_id[hit.service_id].mass
        * hit.score
        * (_WORDS + by_id[hit.service_id].signals.get("words", 0.0))
        for hit in hits
    }
    hits = sorted(hits, key=lambda hit: (-weights[hit.service_id], hit.service_id))
    first = hits[0]
    if len(hits) > 1 and weights[first.service_id] < _STANDS_OUT * weights[hits[1].service_id]:
        return hits
    total = sum(candidate.mass for candidate in candidates)
    is_one_among_many = (
        "named" not in by_id[first.service_id].signals and by_id[first.service_id].mass < _DOMINANT * total
    )
    if kind.page_type in LISTING and len(hits) >= 3 and is_one_among_many:
        return hits
    return [replace(first, is_primary=True), *hits[1:]]


def _places(uses: Iterable[Use]) -> str:
    counts = Counter(use.where for use in uses)
    return ", ".join(f"{where} {count}" for where, count in sorted(counts.items()))
