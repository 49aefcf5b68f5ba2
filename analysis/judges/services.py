"""Which services a page serves; with its main one (see ``primary``) and its theme (see ``theme``).

Three learned judges (``models/services.json``) weigh the candidates: the one that the page has most evidence of, the
others, and those of a page that lists many. "None" is an answer. Scores are calibrated probabilities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.findings import Reason, ServiceHit, TermUse, Told
from analysis.linear import Linear
from analysis.words.terms import Use, Uses
from analysis.words.view import View
from taxonomy import Taxonomy

from .candidates import PLACE, Candidate, find_candidates
from .models import Models
from .page_type import PageTypeVerdict
from .primary import primary_of, weight_of
from .subject import Spoken
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


@dataclass(frozen=True, slots=True)
class ServicesVerdict:
    """The services of a page, best first, its theme, why, and the probability of every candidate."""

    services: tuple[ServiceHit, ...]
    near: tuple[ServiceHit, ...]
    """Services that are not served by what was read so far, but would be if the page offers a way to use them."""
    theme: str | None
    reasons: Sequence[Reason]


def judge_services(view: View, uses: Uses, kind: PageTypeVerdict, spoken: Spoken, models: Models) -> ServicesVerdict:
    """Decides the services, the primary one and the theme of a page; ``spoken``: what its words say together."""
    if view.page.language and view.page.language not in view.taxonomy.languages:
        return ServicesVerdict((), (), None, ())
    candidates = find_candidates(view, uses, kind, spoken)
    scores = scores_of(candidates, kind, models.services)
    hits, near = hits_of(candidates, scores, view.taxonomy, moved=uses.moved)
    by_id = {candidate.service_id: candidate for candidate in candidates}
    hits = with_primary(hits, by_id, primary_of(hits, by_id, kind, spoken, models.primary))
    theme, why = judge_theme(view, kind, spoken, hits, near, models.theme)
    told = Told(lambda: (*_told(candidates, scores, kind, models.services), Reason(f"theme:{theme}", why())))
    return ServicesVerdict(tuple(hits), tuple(near), theme, told)


def scores_of(candidates: Sequence[Candidate], kind: PageTypeVerdict, model: Linear) -> dict[str, float]:
    """The probability of each candidate."""
    return {own.service_id: model.probability(judge_of(own, kind), own.signals) for own in candidates}


def hits_of(
    candidates: Sequence[Candidate], scores: Mapping[str, float], taxonomy: Taxonomy, *, moved: bool
) -> tuple[list[ServiceHit], list[ServiceHit]]:
    """The services that are served, and those that nearly are; ``moved``: the page says where a service went."""
    found = [_hit(own, scores[own.service_id], taxonomy) for own in candidates if scores[own.service_id] >= NEAR]
    yes = STILL if moved else YES
    near = sorted((hit for hit in found if hit.score < yes), key=lambda hit: (-hit.score, hit.service_id))[:_MOST_NEAR]
    return [hit for hit in found if hit.score >= yes], near


def with_primary(
    hits: Sequence[ServiceHit], candidates: Mapping[str, Candidate], primary: str | None
) -> list[ServiceHit]:
    """The main service first and marked, the others in order of what the page has most of."""

    def place(hit: ServiceHit) -> tuple[bool, float, str]:
        return hit.service_id != primary, -weight_of(hit, candidates[hit.service_id]), hit.service_id

    return [replace(hit, is_primary=hit.service_id == primary) for hit in sorted(hits, key=place)]


def _told(
    candidates: Sequence[Candidate], scores: Mapping[str, float], kind: PageTypeVerdict, model: Linear
) -> Iterator[Reason]:
    """What spoke for and against the services that come first."""
    for own in sorted(candidates, key=lambda own: -round(scores[own.service_id], 2))[:_REASONS_TOLD]:
        spoke = model.telling(judge_of(own, kind), own.signals)
        yield Reason(f"service:{own.service_id}", f"{scores[own.service_id]:.2f}: {spoke}", _places(own.uses))


def with_used(
    verdict: ServicesVerdict,
    offered: Mapping[str, float],
    view: View,
    kind: PageTypeVerdict,
    spoken: Spoken,
    models: Models,
) -> ServicesVerdict:
    """The verdict with the near services that the page offers a way to use; ``offered``: how sure of the surest."""
    used = tuple(replace(hit, score=max(hit.score, YES)) for hit in verdict.near if hit.service_id in offered)
    if not used:
        return verdict
    services = (*verdict.services, *used)
    if not verdict.services and kind.page_type not in LISTING:
        # The first of them is what the page is mainly about: they stand in order of their scores.
        services = (replace(used[0], is_primary=True), *used[1:])
    near = tuple(hit for hit in verdict.near if hit.service_id not in offered)
    theme, why = judge_theme(view, kind, spoken, services, near, models.theme)

    def told() -> Iterator[Reason]:
        yield from (reason for reason in verdict.reasons if not reason.verdict.startswith("theme:"))
        yield Reason(f"theme:{theme}", why())

    return ServicesVerdict(services, verdict.near, theme, Told(told))


def without(verdict: ServicesVerdict, gone: Mapping[str, str]) -> ServicesVerdict:
    """The verdict without the services that the page says are not there; ``gone``: the sentence that says so."""
    if not gone:
        return verdict
    services = tuple(hit for hit in verdict.services if hit.service_id not in gone)
    near = tuple(hit for hit in verdict.near if hit.service_id not in gone)
    told = tuple(Reason(f"absent:{service_id}", gone[service_id]) for service_id in sorted(gone))
    return ServicesVerdict(services, near, verdict.theme, Told(lambda: (*verdict.reasons, *told)))


def judge_of(candidate: Candidate, kind: PageTypeVerdict) -> str:
    """The name of the judge that weighs a candidate."""
    if kind.page_type in LISTING:
        return "listed"
    return "leading" if candidate.is_leading else "other"


def _hit(candidate: Candidate, score: float, taxonomy: Taxonomy) -> ServiceHit:
    uses = sorted(candidate.uses, key=lambda use: (-PLACE[use.where] * use.weight * (use.kind == "term"), use.term))
    distinct = dict.fromkeys((use.term, use.where, use.text) for use in uses)
    terms = tuple(TermUse(*key) for key in list(distinct)[:_MOST_TERMS])
    theme = taxonomy.services[candidate.service_id].theme
    return ServiceHit(candidate.service_id, theme, round(score, 4), False, terms)


def _places(uses: Iterable[Use]) -> str:
    counts = Counter(use.where for use in uses)
    return ", ".join(f"{where} {count}" for where, count in sorted(counts.items()))
