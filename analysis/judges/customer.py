"""What a page says of its customers' say and help: feedback asked and used, digital support, service points, no visit.

Each sign is a sentence of the page's own text that states it now: not a menu, not a heading, not news, not what has
ended, is only planned, is denied or is another body's. The words are data (`says-…`, `point-name-…` and `support-…`
in [roles] of taxonomy/languages); here is only how they count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from analysis.findings import CustomerHit
from analysis.words.negation import Clause, Sentence
from analysis.words.view import Passage, View
from study import SNIPPET_LENGTH
from taxonomy import Taxonomy

_SAYS, _POINT, _SUPPORT = "says-", "point-name-", "support-"
_ASKED, _TOLD, _HELP, _REMOTE = "feedback-asked", "satisfaction-told", "digital-support", "remote-service"
_GRANTED, _NEEDLESS = "says-granted-unasked", "says-visit-needless"
_NO_VISIT, _PLACE = "visit-needless", "service-point"
# News tells of what was, minutes of what was decided, a statement asks for feedback on accessibility.
_SILENT = frozenset({"news", "decision", "document", "statement"})
_HEADS = frozenset({"heading", "summary", "label", "button"})
# Widgets that rate a page, and feedback on its accessibility, ask nothing about a service.
_OF_THE_PAGE = frozenset({"furniture", "feedback-on-page", "claim-weak-subject", "survey-over"})
_BY_AUTOMATION = frozenset({"says-automatic", "digital-manner", "digital-thing"})
_WHERE = {
    "phone-manner": "where-phone",
    "visit-manner": "where-on-site",
    "place": "where-on-site",
    "institution": "where-on-site",
    f"{_SAYS}{_REMOTE}": "where-remote",
    "support-at-home": "where-home",
}
_FEWEST_WORDS = {_ASKED: 2, _PLACE: 2}
_WORDS = 3
"""Fewer words than this name a thing, as menus do, and say nothing of it."""
MOST_SIGNS = 5
"""More sentences than this that say the same on one page prove nothing more."""


def customer_hits(view: View, page_type: str) -> tuple[CustomerHit, ...]:
    """The signs of a page in reading order, a sentence once per sign."""
    if page_type in _SILENT:
        return ()
    wanted = _wanted(view.taxonomy)
    found: dict[tuple[str, tuple[str, ...], str], CustomerHit] = {}
    count: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for passage, sentence, clause in view.clauses:
        if clause.roles.isdisjoint(wanted) or passage.block.kind in _HEADS or "other-party" in clause.roles:
            continue
        for kind, about in _signs(passage, sentence, clause):
            if len(sentence.words) < _FEWEST_WORDS.get(kind, _WORDS):
                continue
            text = sentence.text[:SNIPPET_LENGTH]
            key = (kind, about, text)
            if key not in found and count[kind, about] < MOST_SIGNS:
                count[kind, about] += 1
                found[key] = CustomerHit(kind, text, about, view.language_of(passage.block))
    return tuple(found.values())


@lru_cache(maxsize=8)
def _wanted(taxonomy: Taxonomy) -> frozenset[str]:
    """The roles that may be a sign."""
    roles = {role for language in taxonomy.languages.values() for role in language.roles}
    return frozenset(role for role in roles if role.startswith((_SAYS, _POINT)))


def _signs(passage: Passage, sentence: Sentence, clause: Clause) -> Iterator[tuple[str, tuple[str, ...]]]:
    roles = clause.roles
    if _is_needless(sentence, clause):
        yield _NO_VISIT, ()
    if clause.sense != "stated":
        return
    if f"{_SAYS}{_ASKED}" in roles and not passage.roles & _OF_THE_PAGE:
        yield _ASKED, ()
    if f"{_SAYS}feedback-used" in roles:
        yield "feedback-used", ()
    if f"{_SAYS}{_TOLD}" in roles and _has_a_figure(sentence):
        yield _TOLD, ()
    if f"{_SAYS}{_HELP}" in roles:
        yield _HELP, _support(passage, sentence)
    for kind in (_REMOTE, "self-service"):
        if f"{_SAYS}{kind}" in roles:
            yield kind, ()
    if names := _point_names(clause):
        yield _PLACE, names


def _is_needless(sentence: Sentence, clause: Clause) -> bool:
    """Tells whether something is granted unasked, or whether automation or a way over the network spares a visit."""
    if _GRANTED in clause.roles and clause.sense == "stated":
        return True
    is_spared = _NEEDLESS in clause.roles and clause.sense in ("stated", "denied")
    return is_spared and bool(sentence.roles & _BY_AUTOMATION)


def _has_a_figure(sentence: Sentence) -> bool:
    text = sentence.text
    return any(letter.isdigit() for letter in text) and ("%" in text or "satisfaction-figure" in sentence.roles)


def _support(passage: Passage, sentence: Sentence) -> tuple[str, ...]:
    """For whom, by whom and where help is given, as far as the sentence or the line before it says."""
    roles = sentence.roles | passage.intro
    told = {role.removeprefix(_SUPPORT) for role in roles if role.startswith(_SUPPORT)} - {"at-home"}
    return tuple(sorted(told | {where for role, where in _WHERE.items() if role in roles}))


def _point_names(clause: Clause) -> tuple[str, ...]:
    """The names by which service points are called; of two that overlap the longer one."""
    marks = [mark for mark in clause.marks if mark.role.startswith(_POINT)]
    longest = [
        mark
        for mark in marks
        if not any(
            m.first <= mark.first and mark.last <= m.last and m.last - m.first > mark.last - mark.first for m in marks
        )
    ]
    return tuple(sorted({mark.role.removeprefix(_POINT) for mark in longest}))
