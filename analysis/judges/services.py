"""Which services a page serves, which one mainly, and which theme it belongs to.

The candidate with the most weighted evidence is the page's main one; two learned judges (``models/services.json``)
say whether it is served at all, and whether another one is served too. "None" is an answer. Scores are calibrated
probabilities.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analysis.findings import Reason, ServiceHit, TermUse
from analysis.linear import Linear, load_linear
from analysis.page.model import Link, Page
from analysis.words.terms import Use, Uses
from analysis.words.view import View
from taxonomy import ACT, Taxonomy

from .page_type import PageTypeVerdict
from .theme import judge_theme

# How much one occurrence says by its place, and how little a word of the field beside a term.
_PLACE = {"title": 6.0, "heading": 2.0, "breadcrumb": 2.0, "lead": 1.5, "link": 1.5, "text": 1.0, "description": 1.0}
_TOPIC_SHARE = 0.35
_LAST_IN_PATH, _IN_PATH = 4.0, 1.5
_SHORT_ITEM = 90
_YES = 0.5
# The share of a theme whose words (customer service, registry, feedback) stand on pages of all services.
_OFFICE_SHARE = 0.6
_MOST_TERMS = 12
# Below this share of all evidence the leading service of a hub is one among many.
_DOMINANT = 0.4


@dataclass(frozen=True, slots=True)
class ServicesVerdict:
    """The services of a page, best first, its theme, and why."""

    services: tuple[ServiceHit, ...]
    theme: str | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service with evidence on the page, its weight, and its signals for the judges."""

    service_id: str
    mass: float
    is_leading: bool
    signals: Mapping[str, float]
    uses: tuple[Use, ...]


def judge_services(view: View, uses: Uses, kind: PageTypeVerdict, model: Linear | None = None) -> ServicesVerdict:
    """Decides the services, the primary one and the theme of a page; ``model`` replaces the shipped weights."""
    page, taxonomy = view.page, view.taxonomy
    if page.language and page.language not in taxonomy.languages:
        return ServicesVerdict((), None, ())
    candidates = find_candidates(view, uses, kind)
    model = model or services_model()
    hits: list[ServiceHit] = []
    reasons: list[Reason] = []
    for candidate in candidates:
        judge = "leading" if candidate.is_leading else "other"
        score = model.probability(judge, candidate.signals)
        if candidate.is_leading and kind.page_type == "hub":
            # On a hub the first is one among many.
            score = max(score, model.probability("other", candidate.signals))
        why = ", ".join(f"{name} {value:+.1f}" for name, value in model.strongest(judge, candidate.signals, 4))
        reasons.append(Reason(f"service:{candidate.service_id}", f"{score:.2f}: {why}", _places(candidate.uses)))
        if score >= _YES:
            hits.append(_hit(candidate, score, taxonomy))
    leading = candidates[0] if candidates and "terms" in candidates[0].signals and kind.page_type != "hub" else None
    if hits and leading is not None and leading.service_id not in {hit.service_id for hit in hits}:
        # Where something is served, it is first of all what the page has most evidence of.
        hits.append(_hit(leading, _YES, taxonomy))
    hits = _with_primary(hits, candidates, kind)
    primary = next((hit.service_id for hit in hits if hit.is_primary), None)
    served = [hit.theme_id for hit in hits]
    theme, why = judge_theme(view, uses, kind.page_type, primary, served)
    return ServicesVerdict(tuple(hits), theme, (*reasons[:8], Reason(f"theme:{theme}", why)))


@lru_cache(maxsize=1)
def services_model() -> Linear:
    """The learned weights of both judges."""
    return load_linear("services")


def _hit(candidate: Candidate, score: float, taxonomy: Taxonomy) -> ServiceHit:
    uses = sorted(candidate.uses, key=lambda use: (-_PLACE[use.where] * use.weight * (use.kind == "term"), use.term))
    distinct = dict.fromkeys((use.term, use.where, use.text) for use in uses)
    terms = tuple(TermUse(*key) for key in list(distinct)[:_MOST_TERMS])
    theme = taxonomy.services[candidate.service_id].theme
    return ServiceHit(candidate.service_id, theme, round(score, 4), False, terms)


def _with_primary(hits: list[ServiceHit], candidates: Sequence[Candidate], kind: PageTypeVerdict) -> list[ServiceHit]:
    if not hits:
        return []
    mass = {candidate.service_id: candidate.mass for candidate in candidates}
    # The most evidence, weighed by how surely the service is served at all.
    hits = sorted(hits, key=lambda hit: (-mass[hit.service_id] * hit.score, hit.service_id))
    total = sum(mass.values())
    named = any("named" in candidate.signals for candidate in candidates if candidate.service_id == hits[0].service_id)
    if kind.page_type == "hub" and len(hits) >= 3 and not named and mass[hits[0].service_id] < _DOMINANT * total:
        return hits
    first = hits[0]
    return [ServiceHit(first.service_id, first.theme_id, first.score, True, first.terms), *hits[1:]]


def _places(own: Iterable[Use]) -> str:
    counts = Counter(use.where for use in own)
    return ", ".join(f"{where} {count}" for where, count in sorted(counts.items()))


def find_candidates(view: View, uses: Uses, kind: PageTypeVerdict) -> tuple[Candidate, ...]:
    """All services with evidence on the page, most evidence first, with the signals that the judges weigh."""
    page, taxonomy = view.page, view.taxonomy
    grouped: dict[str, list[Use]] = defaultdict(list)
    for use in uses.terms:
        grouped[use.subject].append(use)
    for service_id in uses.path[0] | uses.path[1]:
        grouped.setdefault(service_id, [])
    named = {use.subject for use in uses.terms if use.where == "title" and use.kind == "term"}
    themes = {service_id: taxonomy.services[service_id].theme for service_id in grouped}
    above = {use.subject for use in uses.terms if use.where == "breadcrumb" and use.kind == "term"} | uses.path[1]
    # "Laskutus" below "Vesihuolto" is about water.
    offices = taxonomy.machinery
    under_another = any(themes[service_id] not in offices for service_id in above)
    masses = {
        service_id: _mass(service_id, own, uses)
        * (_OFFICE_SHARE if themes[service_id] in offices and (service_id not in named or under_another) else 1.0)
        for service_id, own in grouped.items()
    }
    ranked = sorted(masses, key=lambda service_id: (-masses[service_id], service_id))
    total = sum(masses.values()) or 1.0
    items = {block.index for block in page.blocks if block.kind == "item" and len(block.text) < _SHORT_ITEM}
    acted = _acted_places(page, uses)
    systems = _system_names(taxonomy)
    sections = _useful_sections(page, acted)
    found = []
    for rank, service_id in enumerate(ranked):
        rival = masses[ranked[1]] if rank == 0 and len(ranked) > 1 else masses[ranked[0]] if rank else 0.0
        signals = _signals(service_id, grouped[service_id], uses, items)
        mass = masses[service_id]
        signals |= {
            "mass": math.log1p(mass),
            "share": mass / total,
            "against-rival": mass / (mass + rival) if mass else 0.0,
            "section": float(_has_section(grouped[service_id], sections)),
            "acted": _acted(grouped[service_id], view, acted),
            "only-system": float(_all_systems(grouped[service_id], systems)),
            "same-theme": float(rank > 0 and themes[service_id] == themes[ranked[0]]),
            "unnamed-office": float(themes[service_id] in offices and service_id not in named),
            "hub-link": kind.shares.get("hub", 0.0) * min(1.0, signals["link"] + signals["item"]),
            "moved": float(uses.moved),
            "rival-named": float(bool(named - {service_id})),
            "other-kind": _none_share(kind),
            "hub-kind": kind.shares.get("hub", 0.0),
            "news-kind": kind.shares.get("news", 0.0),
        }
        found.append(Candidate(service_id, mass, rank == 0, _present(signals), tuple(grouped[service_id])))
    return tuple(found)


def _acted_places(page: Page, uses: Uses) -> dict[int, list[int]]:
    """Where readers are told to do something: places in each block; of a list, those of the line that announces it."""
    places: dict[int, list[int]] = {}
    for cue in uses.cues:
        if cue.subject == ACT and cue.block >= 0:
            places.setdefault(cue.block, []).append(cue.start)
    announced = False
    for block in page.blocks:
        if block.kind == "item":
            if announced:
                places.setdefault(block.index, []).append(-1)
        else:
            announced = block.index in places and block.text.rstrip().endswith(":")
    return places


def _useful_sections(page: Page, acted: Mapping[int, Sequence[int]]) -> frozenset[int]:
    """The headings (block numbers) under which there is something to use.

    A link that leads out, a file, a contact, a form.
    """
    useful = {
        link.block for link in page.links if link.in_main and (link.kind in ("file", "mail", "tel") or _leads_on(link))
    }
    useful |= {contact.block for contact in page.contacts if contact.in_main}
    useful |= {form.block for form in page.forms if form.in_main} | set(acted)
    found: set[int] = set()
    heading = -1
    for block in page.blocks:
        if block.kind in ("heading", "summary"):
            heading = block.index
        elif block.index in useful and heading >= 0:
            found.add(heading)
    return frozenset(found)


def _leads_on(link: Link) -> bool:
    return link.kind == "page" and len(link.text) > 3


def _has_section(own: Sequence[Use], sections: frozenset[int]) -> bool:
    """Whether a heading of the page's inner parts names the service and something can be used under it."""
    return any(use.where == "heading" and use.kind == "term" and use.block in sections for use in own)


def _acted(own: Sequence[Use], view: View, places: Mapping[int, Sequence[int]]) -> float:
    """Whether a term stands in a sentence (or an announced list) that tells the reader to do something."""
    for use in own:
        if use.kind != "term" or use.block not in places or use.where == "heading":
            continue
        for low, high in view.spans(use.block):
            if low <= use.start < high and any(place < 0 or low <= place < high for place in places[use.block]):
                return 1.0
    return 0.0


@lru_cache(maxsize=4)
def _system_names(taxonomy: Taxonomy) -> frozenset[str]:
    """Names of e-services, lower-case: on another service's page they are its channel and not a service."""
    names = {name for product in taxonomy.products.values() for name in (product.name, *product.aliases)}
    return frozenset(name.casefold() for name in names)


def _all_systems(own: Sequence[Use], systems: frozenset[str]) -> bool:
    terms = {use.term.casefold() for use in own if use.kind == "term"}
    return bool(terms) and terms <= systems


def _none_share(kind: PageTypeVerdict) -> float:
    """How likely the page is of a kind that serves nothing."""
    return sum(kind.shares.get(name, 0.0) for name in ("decision", "statement", "document", "other"))


def _present(signals: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in signals.items() if value}


def _mass(service_id: str, own: Sequence[Use], uses: Uses) -> float:
    """Weighted evidence; the same term again in the same kind of place counts less each time."""
    repeats: Counter[tuple[str, str]] = Counter()
    mass = _LAST_IN_PATH * (service_id in uses.path[0]) + _IN_PATH * (service_id in uses.path[1])
    for use in own:
        repeats[use.term, use.where] += 1
        share = 1.0 if use.kind == "term" else _TOPIC_SHARE
        mass += _PLACE[use.where] * use.weight * share / repeats[use.term, use.where]
    return mass


def _signals(service_id: str, own: Sequence[Use], uses: Uses, items: set[int]) -> dict[str, float]:
    def best(where: str, kind: str) -> float:
        return max((use.weight for use in own if use.where == where and use.kind == kind), default=0.0)

    def count(places: tuple[str, ...], kind: str) -> int:
        return len({use.block for use in own if use.where in places and use.kind == kind})

    return {
        "named": best("title", "term"),
        "field-named": best("title", "topic"),
        "path-last": float(service_id in uses.path[0]),
        "path": float(service_id in uses.path[1]),
        "breadcrumb": best("breadcrumb", "term"),
        "field-breadcrumb": best("breadcrumb", "topic"),
        "heading": min(2.0, count(("heading",), "term")),
        "field-heading": min(2.0, count(("heading",), "topic")),
        "lead": float(count(("lead",), "term") > 0),
        "link": min(2.0, count(("link",), "term")),
        "item": min(2.0, len({use.block for use in own if use.block in items and use.kind == "term"})),
        "text": math.log1p(count(("text", "lead"), "term")),
        "field-text": math.log1p(count(("text", "lead", "link"), "topic")),
        "terms": math.log1p(len({use.term for use in own if use.kind == "term"})),
    }
