"""The services that a page may serve, with the signals that the judges weigh.

A service is a candidate where its terms or its field stand on the page, or where all the words together speak of it.
Signals say where it is named, what stands beside its name, and what the page is otherwise.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import pairwise

from analysis.page.model import Link, Page
from analysis.words.offers import Offers, find_offers
from analysis.words.terms import Use, Uses
from analysis.words.view import View
from taxonomy import ACT, Taxonomy

from .company import Company
from .page_type import PageTypeVerdict
from .subject import NONE, Spoken

# How much one occurrence says by its place, and how little a word of the field beside a term.
PLACE = {"title": 6.0, "heading": 2.0, "breadcrumb": 2.0, "lead": 1.5, "link": 1.5, "text": 1.0, "description": 1.0}
_TOPIC_SHARE = 0.35
_LAST_IN_PATH, _IN_PATH = 4.0, 1.5
_SHORT_ITEM = 90
# Themes whose words (customer service, registry, feedback) stand on pages of all services weigh less.
_OFFICE_SHARE = 0.6
# Without a term of its own a service is a candidate where the words give it this share, and is among the first few.
_SPOKEN_OF, _FIRST_FEW = 0.05, 3
# So large a share of a section's words makes a candidate of a service that no term names.
_SAID = 0.3
# Added to the odds of a section's words, so that a service that is not named has none: log(0.003 / 1.003) / 3.
_EVEN = 1.94
_GONE = ("denied", "retired")
_NAMED_KINDS = ("paragraph", "item", "cell")
# A learned weight of a single term or service is held more firmly to nothing.
_ONE = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service with evidence on the page, its weight, and its signals for the judges."""

    service_id: str
    mass: float
    rank: int
    signals: Mapping[str, float]
    uses: tuple[Use, ...]

    @property
    def is_leading(self) -> bool:
        """Whether the page has most evidence of it."""
        return self.rank == 0


def find_candidates(view: View, uses: Uses, kind: PageTypeVerdict, spoken: Spoken) -> tuple[Candidate, ...]:
    """All services with evidence on the page, most evidence first; ``spoken``: what all words together speak of."""
    page, taxonomy, words = view.page, view.taxonomy, spoken.page
    grouped: dict[str, list[Use]] = defaultdict(list)
    for use in uses.terms:
        grouped[use.subject].append(use)
    for service_id in sorted(uses.path[0] | uses.path[1]):
        grouped.setdefault(service_id, [])
    for share, service_id in nsmallest(_FIRST_FEW, ((-share, name) for name, share in words.items())):
        if service_id != NONE and -share >= _SPOKEN_OF:
            grouped.setdefault(service_id, [])
    for said in spoken.said.values():
        if said.first != NONE and said.most >= _SAID:
            grouped.setdefault(said.first, [])
    named = {use.subject for use in uses.terms if use.where == "title" and use.kind == "term"}
    themes = {service_id: taxonomy.services[service_id].theme for service_id in grouped}
    above = {use.subject for use in uses.terms if use.where == "breadcrumb" and use.kind == "term"} | uses.path[1]
    # "Laskutus" below "Vesihuolto" is about water.
    offices = taxonomy.machinery
    under_another = any(themes[service_id] not in offices for service_id in above if service_id in themes)
    masses = {
        service_id: _mass(service_id, own, uses)
        * (_OFFICE_SHARE if themes[service_id] in offices and (service_id not in named or under_another) else 1.0)
        for service_id, own in grouped.items()
    }
    ranked = sorted(masses, key=lambda service_id: (-masses[service_id], service_id))
    total = sum(masses.values()) or 1.0
    items = {block.index for block in page.blocks if block.kind == "item" and len(block.text) < _SHORT_ITEM}
    acted = _acted_places(view, uses)
    systems = _system_names(taxonomy)
    sections = _useful_sections(page, acted)
    surroundings, company, speech = _Surroundings(view), Company(view), _Speech(view, spoken)
    of_page = {f"kind-{name}": share for name, share in kind.shares.items() if share > 0.02}
    of_page |= {"moved": float(uses.moved), "rivals": math.log1p(len(ranked)) / 2, "words-none": words.get(NONE, 0.0)}
    of_page |= kind.signs
    of_page |= _gone(view)
    found = []
    for rank, service_id in enumerate(ranked):
        own = grouped[service_id]
        rival = masses[ranked[1]] if rank == 0 and len(ranked) > 1 else masses[ranked[0]] if rank else 0.0
        mass = masses[service_id]
        signals = _signals(service_id, own, uses, items)
        signals |= of_page
        signals |= surroundings.of(service_id, own)
        signals |= company.of(own)
        signals |= _only_gone(own, view)
        # A page that says where a service went speaks of it in the words of one that serves it.
        if not uses.moved:
            signals |= speech.of(service_id, own)
        signals |= {
            "mass": math.log1p(mass),
            "share": mass / total,
            "against-rival": mass / (mass + rival) if mass else 0.0,
            "section": float(_has_section(own, sections)),
            "acted": _acted(own, view, acted),
            "only-system": float(_all_systems(own, systems)),
            "same-theme": float(rank > 0 and themes[service_id] == themes[ranked[0]]),
            "unnamed-office": float(themes[service_id] in offices and service_id not in named),
            "hub-link": kind.shares.get("hub", 0.0) * min(1.0, signals["link"] + signals["item"]),
            "rival-named": float(bool(named - {service_id})),
            "second": float(rank == 1),
            "far-back": min(1.0, max(0, rank - 2) / 4),
            f"service:{service_id}": _ONE,
            # Some services come in company: who applies for day care is told of pre-school too.
            f"with:{ranked[0]}:{service_id}": _ONE if rank else 0.0,
        }
        found.append(Candidate(service_id, mass, rank, _present(signals), tuple(own)))
    return tuple(found)


class _Speech:
    """What the words of the page and of its sections say; what is the same for all services is worked out once."""

    def __init__(self, view: View, spoken: Spoken) -> None:
        self._view, self._spoken, self._said = view, spoken, spoken.said
        self._best = max((share for name, share in spoken.page.items() if name != NONE), default=0.0)
        self._most_served = max(spoken.whole.served.values(), default=0.0)
        self._first_of = {section: max(share, key=share.__getitem__) for section, share in spoken.sections.items()}

    def of(self, service_id: str, own: Sequence[Use]) -> dict[str, float]:
        """Signals by name."""
        passages = self._view.passages
        named = {passages[use.block].section for use in own if use.block in passages}
        signals = self._by_words(service_id)
        signals |= self._by_section(service_id, named)
        if self._said:
            signals |= self._by_saying(service_id, named)
        odds = self._spoken.whole.served.get(service_id)
        if odds is not None:
            signals |= self._by_whole(odds)
        return signals

    def _by_words(self, service_id: str) -> dict[str, float]:
        share, best = self._spoken.page.get(service_id, 0.0), self._best
        return {
            "words": share,
            "words-odds": math.log((share + 0.003) / (1.003 - share)) / 3,
            "words-behind": math.log((share + 0.003) / (best + 0.003)) / 3,
            "words-first": float(share == best > _SPOKEN_OF),
        }

    def _by_whole(self, odds: float) -> dict[str, float]:
        """Whether pages with such words serve it, as one of many."""
        return {
            "served-words": 1.0 / (1.0 + math.exp(-odds)),
            "served-words-odds": odds / 3,
            "served-words-behind": (odds - self._most_served) / 3,
            "served-words-first": float(odds == self._most_served),
        }

    def _by_section(self, service_id: str, named: Set[int]) -> dict[str, float]:
        """What the words say where the service is named: a second service has a section of its own, not the page."""
        shares = self._spoken.sections
        sections = [section for section in named if section in shares]
        best = max((shares[section].get(service_id, 0.0) for section in sections), default=0.0)
        return {
            "section-odds": math.log((best + 0.003) / (1.003 - best)) / 3 + _EVEN,
            "section-first": float(any(self._first_of[section] == service_id for section in sections)),
        }

    def _by_saying(self, service_id: str, named: Set[int]) -> dict[str, float]:
        """The same by how municipalities speak of a service in a few sentences, in all sections, named there or not."""
        said = self._said
        best = max([own.shares.get(service_id, 0.0) for own in said.values()])
        here = [said[section].shares.get(service_id, 0.0) for section in named if section in said]
        where_named = max(here, default=0.0)
        first = [section for section, own in said.items() if own.first == service_id]
        return {
            "said-odds": math.log((best + 0.003) / (1.003 - best)) / 3 + _EVEN,
            "said-named": math.log((where_named + 0.003) / (1.003 - where_named)) / 3 + _EVEN,
            "said-first": float(bool(first)),
            "said-first-named": float(not named.isdisjoint(first)),
            "said-sections": math.log1p(len(first)) / 2,
        }


class _Surroundings:
    """What stands where a service is named: in its blocks, and under the headings that name it."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._offers: Offers = find_offers(view)
        self._order = {index: place for place, index in enumerate(view.passages)}
        self._whole = sum(self._offers.lengths.values()) or 1
        self._neighbours = dict(pairwise(view.passages))
        self._hosts = {
            service
            for hit in view.products.find_url(view.page.url)
            for service in view.taxonomy.products[hit.product_id].services
        }
        self._used_for = Counter(
            service for product in self._offers.products for service in view.taxonomy.products[product].services
        )

    def of(self, service_id: str, uses: Sequence[Use]) -> dict[str, float]:
        """Signals by name."""
        view, offers = self._view, self._offers
        blocks = sorted({use.block for use in uses if use.kind == "term" and use.block in view.passages})
        signals: dict[str, float] = {}
        headings = []
        for block in blocks:
            kind = view.passages[block].block.kind
            if kind in ("heading", "summary"):
                headings.append(block)
                continue
            for offered in offers.of(block):
                signals[f"beside-{offered}"] = 1.0
            for offered in offers.of(self._neighbours.get(block, -1)):
                signals[f"next-{offered}"] = 1.0
            if kind in _NAMED_KINDS:
                signals[f"in-{kind}"] = min(1.5, signals.get(f"in-{kind}", 0.0) + 0.5)
        length = 0
        for block in headings:
            section = view.passages[block].section
            length += offers.lengths.get(section, 0)
            for offered in offers.sections.get(section, ()):
                signals[f"under-{offered}"] = 1.0
            signals["under-nothing"] = float(not offers.lengths.get(section, 0))
        signals["under-share"] = length / self._whole
        signals["blocks"] = math.log1p(len(blocks)) / 2
        signals["block-share"] = len(blocks) / (len(self._order) or 1)
        signals["late"] = min(map(self._order.__getitem__, blocks)) / (len(self._order) or 1) if blocks else 1.0
        signals["on-its-system"] = float(service_id in self._hosts)
        signals["used-system"] = min(1.5, 0.75 * self._used_for[service_id])
        for use in uses:
            if use.kind == "term" and use.where in ("text", "lead", "link", "heading"):
                signals[f"term:{use.term}"] = _ONE
        return signals


def _gone(view: View) -> dict[str, float]:
    """How much of what the page says is that something is not, or no longer, there."""
    senses = [clause.sense for _, _, clause in view.clauses]
    gone = sum(sense in _GONE for sense in senses)
    return {"gone": gone / len(senses)} if gone else {}


def _only_gone(own: Sequence[Use], view: View) -> dict[str, float]:
    """Whether all that names the service says so of it."""
    named = [use for use in own if use.kind == "term" and use.block in view.passages]
    return {"only-gone": 1.0} if named and all(_is_gone(view, use) for use in named) else {}


def _is_gone(view: View, use: Use) -> bool:
    passage = view.passages.get(use.block)
    if passage is None:
        return False
    clauses = (clause for sentence in passage.sentences for clause in sentence.clauses)
    return any(clause.start <= use.start < clause.end and clause.sense in _GONE for clause in clauses)


def _acted_places(view: View, uses: Uses) -> dict[int, list[int]]:
    """Where readers are told to do something: places in each block; of a list, those of the line that announces it."""
    places: dict[int, list[int]] = {}
    for cue in uses.cues:
        if cue.subject == ACT and cue.block >= 0 and not _is_gone(view, cue):
            places.setdefault(cue.block, []).append(cue.start)
    announced = False
    for block in view.page.blocks:
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


def _present(signals: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in signals.items() if value}


def _mass(service_id: str, own: Sequence[Use], uses: Uses) -> float:
    """Weighted evidence; the same term again in the same kind of place counts less each time."""
    repeats: Counter[tuple[str, str]] = Counter()
    mass = _LAST_IN_PATH * (service_id in uses.path[0]) + _IN_PATH * (service_id in uses.path[1])
    for use in own:
        repeats[use.term, use.where] += 1
        share = 1.0 if use.kind == "term" else _TOPIC_SHARE
        mass += PLACE[use.where] * use.weight * share / repeats[use.term, use.where]
    return mass


def _signals(service_id: str, own: Sequence[Use], uses: Uses, items: set[int]) -> dict[str, float]:
    best: dict[tuple[str, str], float] = {}
    blocks: set[tuple[str, str, int]] = set()
    terms: set[str] = set()
    listed: set[int] = set()
    for use in own:
        where, kind, block = use.where, use.kind, use.block
        best[where, kind] = max(best.get((where, kind), 0.0), use.weight)
        blocks.add((where, kind, block))
        if kind == "term":
            terms.add(use.term)
            if block in items:
                listed.add(block)
    named = best.get
    count = Counter([(where, kind) for where, kind, _ in blocks])
    text = {block for where, kind, block in blocks if kind == "term" and where in ("text", "lead")}
    field = {block for where, kind, block in blocks if kind == "topic" and where in ("text", "lead", "link")}
    return {
        "named": named(("title", "term"), 0.0),
        "field-named": named(("title", "topic"), 0.0),
        "path-last": float(service_id in uses.path[0]),
        "path": float(service_id in uses.path[1]),
        "breadcrumb": named(("breadcrumb", "term"), 0.0),
        "field-breadcrumb": named(("breadcrumb", "topic"), 0.0),
        "heading": min(2.0, count["heading", "term"]),
        "field-heading": min(2.0, count["heading", "topic"]),
        "lead": float(count["lead", "term"] > 0),
        "link": min(2.0, count["link", "term"]),
        "item": min(2.0, len(listed)),
        "text": math.log1p(len(text)),
        "field-text": math.log1p(len(field)),
        "terms": math.log1p(len(terms)),
    }
