"""On site: a place named to visit or to hand papers in at. A post box or a mailing address is not, nor is a place
that only tells where something is used: rooms to rent in a hall, books to borrow in the library.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.words.negation import Clause, Sentence
from analysis.words.view import ClauseAt, Passage, PlaceCases, View, is_signature, stands_in_place

from .clauses import ACTING, is_open, is_others, office_acts
from .sign import Sign, from_clause, shorten

_MANNER = frozenset({"visit-manner"})
_OTHER_WAYS = frozenset({"digital-manner", "phone-manner", "email-manner"})
_BROUGHT = frozenset({"visit-act", "bring"})
# The "library" of "online library" is none.
_NO_PLACE = frozenset({"place-not", "digital-thing"})
# Blanks, papers and plans that are at a place are to be had or seen there.
_TO_BE_HAD = frozenset({"form-noun", "paper", "on-view"})
# An office with its opening hours is there to be visited.
_OPEN_OFFICE = frozenset({"office", "open-hours"})
_LIST_MEMBER_WORDS = 2
# "Brought or posted to": the address is for both; further apart the nearest word decides.
_WORDS_OF_A_CHOICE = 3


def find_on_site(view: View) -> Iterator[Sign]:
    """Yields every visiting place of the page."""
    yield from _from_addresses(view)
    for where in view.clauses:
        passage, _, clause = where
        if passage.block.kind in ("heading", "summary") or not is_open(clause) or is_others(clause):
            continue
        if found := _from_clause(view, where, clause):
            yield found


def _from_clause(view: View, where: ClauseAt, clause: Clause) -> Sign | None:
    if "self-service" in clause.roles and not office_acts(clause):
        return from_clause("on-site", "self-service", where, frozenset({"self-service"}), 0.7)
    is_told = not (office_acts(clause) and "visit-act" not in clause.roles) and not _is_only_addressed(clause)
    if clause.roles & _MANNER and is_told:
        subtype = "service-point" if "point-word" in clause.roles else "office"
        return from_clause("on-site", subtype, where, _MANNER, 0.75)
    if clause.roles & {"place", "institution"} and _is_visited(view, where):
        subtype = "service-point" if "point-word" in clause.roles else "office"
        return from_clause("on-site", subtype, where, frozenset({"place", "institution"}), 0.7)
    if clause.roles >= _OPEN_OFFICE and not clause.roles & _OTHER_WAYS and any(s.isdigit() for s in where[1].text):
        return from_clause("on-site", "office", where, frozenset({"office"}), 0.6)
    return None


def _is_only_addressed(clause: Clause) -> bool:
    """Tells whether the clause only sends something to a place ("send it to the service point")."""
    places = {m.start for m in clause.marks if m.role == "place"}
    return _only_sends(clause) and all(m.start in places for m in clause.marks if m.role == "visit-manner")


def _only_sends(clause: Clause) -> bool:
    """Tells whether all that is done in the clause is to send; what is sent ("the application") is no deed."""
    nouns = {m.start for m in clause.marks if m.role == "act-noun"}
    return "sending" in clause.roles and all(m.start in nouns for m in clause.marks if m.role in _BROUGHT)


def _is_visited(view: View, where: ClauseAt) -> bool:
    """Tells whether something is done at a named place, or brought to it."""
    passage, sentence, clause = where
    cases = view.place_cases.get(view.language_of(passage.block), PlaceCases())
    if "bring" in clause.roles and _names_a_place(view, where, cases.to):
        return True
    if "on-view" in clause.roles and _names_a_place(view, where, cases.at):
        return True
    # Life happens at schools and day care centres; they are offices only for enrolling and for papers.
    if "place" not in clause.roles and not (sentence.roles | passage.intro) & {"enrol", "paper"}:
        return False
    among_ways = bool(clause.roles & _OTHER_WAYS) and bool(clause.roles & ACTING)
    # "More information is available from the office" tells whom to ask; blanks and papers are fetched there.
    if "information" in clause.roles and not clause.roles & {"form-noun", "paper", "bring"}:
        return False
    if _only_sends(clause) and not clause.roles & _OTHER_WAYS:
        return False
    if _only_stands(clause) and not sentence.roles & _TO_BE_HAD:
        return False
    acts = "visit-act" in clause.roles or among_ways or bool(_before(passage, sentence, clause) & ACTING)
    # What is lent or let *at* a place is used there; what is fetched *from* it is dealt with there.
    where_said = cases.from_there if _is_only_use(clause) and not among_ways else cases.at
    return acts and not office_acts(clause) and _names_a_place(view, where, where_said)


def _only_stands(clause: Clause) -> bool:
    """Tells whether the clause only says where something is ("the berths are at the library")."""
    there = {m.start for m in clause.marks if m.role == "there-is"}
    return bool(there) and all(m.start in there for m in clause.marks if m.role == "visit-act")


def _is_only_use(clause: Clause) -> bool:
    """Tells whether all that a visitor does in the clause is to use what is lent or let ("borrow", "is rented")."""
    used = {(m.start, m.end) for m in clause.marks if m.role == "use-there"}
    return bool(used) and all((m.start, m.end) in used for m in clause.marks if m.role == "visit-act")


def _before(passage: Passage, sentence: Sentence, clause: Clause) -> frozenset[str]:
    """The roles of what comes before a clause that only goes on with a list of ways ("..., or at the office")."""
    if sum(1 for w in sentence.words if clause.start <= w.start < clause.end) > _LIST_MEMBER_WORDS:
        return frozenset()
    return passage.intro.union(*(c.roles for c in sentence.clauses if c.start < clause.start and c.sense == "stated"))


def _names_a_place(view: View, where: ClauseAt, cases: tuple[str, ...]) -> bool:
    """Tells whether a word for a place, no system's name, stands in a form or after a preposition that says where."""
    passage, sentence, clause = where
    words = [w for w in sentence.words if clause.start <= w.start < clause.end]
    excluded = [(m.start, m.end) for m in clause.marks if m.role in _NO_PLACE]
    # The "i" of "fylls i" says no place.
    particles = {w.start for m in clause.marks if m.role == "fill-in" for w in words if m.start <= w.start < m.end}
    texts = ["" if w.start in particles else w.text for w in words]
    named = {m.start for m in clause.marks if m.role in ("place", "institution")}
    starts = {at for at in named if not any(start <= at < end for start, end in excluded)}
    standing = {w.start for i, w in enumerate(words) if w.start in starts and stands_in_place(texts, i, cases)}
    if not standing:
        return False
    standing -= {name.start for name in view.products.find_names(passage.block.text)}
    ends = [w.end for w in words if w.start in standing]
    return any(not _is_address_of(view, passage, end) for end in ends)


def _is_address_of(view: View, passage: Passage, end: int) -> bool:
    """Tells whether an e-mail address follows the place at once: "is delivered to the registry (registry@town)"."""
    after = passage.block.text[end:].lstrip(" ,:(")
    contacts = (c for c in view.page.contacts if c.block == passage.block.index and c.kind == "email")
    return any(after.startswith(c.text) for c in contacts)


def _from_addresses(view: View) -> Iterator[Sign]:
    for contact in view.page.contacts:
        if contact.kind != "address" or not contact.in_main:
            continue
        passage = view.passages.get(contact.block)
        if passage is not None and (_is_mailing(passage, contact.text) or is_signature(passage, view)):
            continue
        snippet = shorten(passage.block.text) if passage else contact.text
        yield Sign("on-site", "office", contact.block, snippet, contact.text, 0.8)


def _is_mailing(passage: Passage, address: str) -> bool:
    at = passage.block.text.find(address.split("\n")[0][:20])
    for sentence in passage.sentences:
        if sentence.start <= at <= sentence.end:
            before = [m for c in sentence.clauses for m in c.marks if m.start < at]
            visited = max((m.last for m in before if m.role in ("visit-act", "visit-manner")), default=None)
            posted = max((m.first for m in before if m.role == "postal"), default=-1)
            if visited is not None:
                choice = any(m.role == "or-word" and visited < m.first < posted for m in before)
                return posted > visited + _WORDS_OF_A_CHOICE * choice
            sent = any(m.role == "sending" for m in before)
            return sent or "postal" in sentence.roles or bool(passage.intro & {"postal"})
    return bool(passage.roles & {"postal"})
