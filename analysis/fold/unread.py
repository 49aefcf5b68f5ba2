"""Which services the addresses that were not read speak for, and why each was not read: the gaps of a grid.

An address that was closed, failed or left over stands against a "no" for the services that its links, its path or
the crawl's own note name. One whose link is the title of a list of services speaks for the theme that it names; where
it names none, for every service, unless another list of services was read. Dead addresses (404, 410, and pages that
say so with status 200) promise nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from study import FailureReason, StateReason, address_key, readable_path
from taxonomy import StandIn, Taxonomy, term_index

from .gathered import Gathered
from .graph import link_texts

CANDIDATE_SCORE = 0.5
"""Link score from which a link counts as promising a service."""
_DEAD = (404, 410)
_CUT_OFF = (FailureReason.TIME_LIMIT, FailureReason.STOPPED, FailureReason.CRASHED)
"""Ends of a crawl, other than its budget, that leave addresses unasked."""
_REASONS = {
    FailureReason.ROBOTS: StateReason.ROBOTS,
    FailureReason.ROBOTS_UNREACHABLE: StateReason.ROBOTS,
    FailureReason.BLOCK_PAGE: StateReason.BLOCK_PAGE,
    FailureReason.BUDGET: StateReason.BUDGET,
    FailureReason.TIME_LIMIT: StateReason.TIME_LIMIT,
    FailureReason.STOPPED: StateReason.STOPPED,
    FailureReason.FOREIGN_EVIDENCE: StateReason.FOREIGN_EVIDENCE,
    FailureReason.CRASHED: StateReason.CRAWL_FAILED,
}
_INSTEAD = {StandIn.LOG_IN: StateReason.LOGIN_WALL, StandIn.UNAVAILABLE: StateReason.ERRORS}
_ORDER = (
    StateReason.BLOCK_PAGE,
    StateReason.LOGIN_WALL,
    StateReason.ROBOTS,
    StateReason.ERRORS,
    StateReason.CRAWL_FAILED,
    StateReason.BUDGET,
    StateReason.TIME_LIMIT,
    StateReason.STOPPED,
)
"""Where several addresses speak for a service, the reason told is the first of these."""

_A_LIST = 5
"""Links to its own site that a page has at least which stands for the list of all services."""


def gap_reason(reason: FailureReason) -> StateReason:
    """Why a cell is a gap where an address, or the whole site, could not be read for this reason."""
    return _REASONS.get(reason, StateReason.ERRORS)


def services_in_vain(unit: Gathered) -> frozenset[str]:
    """Services that own addresses speak for which are dead: a list that links there is no find."""
    dead = {url for url, place in unit.index.documents.items() if place.status in _DEAD}
    dead |= {url for url, instead in unit.stand_ins.items() if instead is StandIn.MISSING}
    texts = link_texts(dict(unit.own_findings()))
    named = (_named(unit, url, texts.get(address_key(url), ())) for url in sorted(dead) if unit.is_own(url))
    return frozenset(service for services in named for service in services)


def unread_services(unit: Gathered) -> dict[str, StateReason]:
    """Services that own addresses speak for which were not read, with the reason."""
    reasons = _unread(unit)
    if not reasons:
        return {}
    findings = dict(unit.own_findings())
    texts = link_texts(findings)
    lists = _Lists(unit.taxonomy)
    has_list = any(found.page_type == "hub" and len(found.internal_links) >= _A_LIST for found in findings.values())
    everything = tuple(unit.taxonomy.services)
    found: dict[str, StateReason] = {}
    for url, reason in reasons.items():
        linked = texts.get(address_key(url), ())
        spoken = set(_named(unit, url, linked)) | lists.services(url, (text for text, _ in linked))
        if not has_list and lists.is_general(url, (text for text, _ in linked)):
            spoken.update(everything)
        for service in spoken:
            found[service] = min(found.get(service, reason), reason, key=_rank)
    return found


def _rank(reason: StateReason) -> int:
    return _ORDER.index(reason) if reason in _ORDER else len(_ORDER)


def _unread(unit: Gathered) -> dict[str, StateReason]:
    """Own addresses that were not read, in a fixed order, and why."""
    reasons: dict[str, StateReason] = {}
    end = unit.index.ends[-1] if unit.index.ends else None
    ended_by = end.reason if end is not None and end.reason in _CUT_OFF else FailureReason.BUDGET
    for url, left in unit.index.left.items():
        reasons[url] = gap_reason(left.reason or ended_by)
    for url, failure in unit.index.failures.items():
        reasons[url] = gap_reason(failure.reason)
    for url, place in unit.index.documents.items():
        if place.status in (401, 407):
            reasons[url] = StateReason.LOGIN_WALL
        elif place.status >= 400 and place.status not in _DEAD:
            reasons[url] = StateReason.BLOCK_PAGE if place.status in (403, 429) else StateReason.ERRORS
    for url, instead in unit.stand_ins.items():
        if instead is not StandIn.MISSING:
            reasons[url] = _INSTEAD.get(instead, StateReason.BLOCK_PAGE)
    return {url: reasons[url] for url in sorted(reasons) if unit.is_own(url)}


def _named(unit: Gathered, url: str, linked: Iterable[tuple[str, str]]) -> Iterable[str]:
    """Services that the crawl's note of an address, its links or its path name."""
    left = unit.index.left.get(url)
    yield from left.services if left is not None else ()
    index = term_index(unit.taxonomy)
    known = unit.given.municipality.languages or unit.taxonomy.country.study_languages
    for text, language in linked or (("", next(iter(known))),):
        for service, score in index.link_scores(text, readable_path(url), language).items():
            if score >= CANDIDATE_SCORE:
                yield service


class _Lists:
    """Knows the titles under which sites list services: those of one theme, and those of all."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._services = {
            theme: frozenset(service.id for service in services)
            for theme, services in taxonomy.services_by_theme.items()
        }
        self._themes = {
            phrase.casefold().removesuffix("*"): theme.id
            for theme in taxonomy.themes.values()
            for phrase in (*theme.name.root.values(), *_all(theme.nav_terms))
        }
        self._general = frozenset(title.casefold() for item in taxonomy.languages.values() for title in item.hub_titles)

    def services(self, url: str, texts: Iterable[str]) -> frozenset[str]:
        """The services of the themes whose title is the text of a link."""
        named = {self._themes.get(_plain(text)) for text in texts} if _is_plain(url) else set()
        return frozenset().union(*(self._services.get(theme, frozenset()) for theme in named if theme))

    def is_general(self, url: str, texts: Iterable[str]) -> bool:
        """Whether a link calls the address a list of services and names no theme."""
        return _is_plain(url) and any(_plain(text) in self._general for text in texts)


def _all(words: Mapping[str, Iterable[str]]) -> Iterable[str]:
    return (word for chosen in words.values() for word in chosen)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _is_plain(url: str) -> bool:
    """Whether an address is a page of its own and no search or sorting of one."""
    return "?" not in url
