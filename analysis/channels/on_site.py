"""On site: a place named to visit or to hand papers in at. A post box or a mailing address is not, nor is a place
that only tells where something is used: rooms to rent in a hall, books to borrow in the library.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.negation import Clause, Sentence

from .clauses import ACTING, is_open, is_others, office_acts
from .evidence import Evidence, from_clause, shorten
from .view import Passage, PlaceCases, View, is_signature, product_index, stands_in_place

_MANNER = frozenset({"visit-manner"})
_OTHER_WAYS = frozenset({"digital-manner", "phone-manner", "email-manner"})
_LIST_MEMBER_WORDS = 2


def find_on_site(view: View) -> Iterator[Evidence]:
    """Yields every visiting place of the page."""
    yield from _from_addresses(view)
    for where in view.clauses():
        passage, _, clause = where
        if passage.block.kind in ("heading", "summary") or not is_open(clause) or is_others(clause):
            continue
        if found := _from_clause(view, where, clause):
            yield found


def _from_clause(view: View, where: tuple[Passage, Sentence, Clause], clause: Clause) -> Evidence | None:
    if "self-service" in clause.roles and not office_acts(clause):
        return from_clause("on-site", "self-service", where, frozenset({"self-service"}), 0.7)
    if clause.roles & _MANNER and not (office_acts(clause) and "visit-act" not in clause.roles):
        subtype = "service-point" if "point-word" in clause.roles else "office"
        return from_clause("on-site", subtype, where, _MANNER, 0.75)
    if clause.roles & {"place", "institution"} and _is_visited(view, where):
        subtype = "service-point" if "point-word" in clause.roles else "office"
        return from_clause("on-site", subtype, where, frozenset({"place", "institution"}), 0.7)
    return None


def _is_visited(view: View, where: tuple[Passage, Sentence, Clause]) -> bool:
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
    acts = "visit-act" in clause.roles or among_ways or bool(_before(passage, sentence, clause) & ACTING)
    # What is lent or let *at* a place is used there; what is fetched *from* it is dealt with there.
    where_said = cases.from_there if _is_only_use(clause) and not among_ways else cases.at
    return acts and not office_acts(clause) and _names_a_place(view, where, where_said)


def _is_only_use(clause: Clause) -> bool:
    """Tells whether all that a visitor does in the clause is to use what is lent or let ("borrow", "is rented")."""
    used = {(m.start, m.end) for m in clause.marks if m.role == "use-there"}
    return bool(used) and all((m.start, m.end) in used for m in clause.marks if m.role == "visit-act")


def _before(passage: Passage, sentence: Sentence, clause: Clause) -> frozenset[str]:
    """The roles of what comes before a clause that only goes on with a list of ways ("..., or at the office")."""
    if sum(1 for w in sentence.words if clause.start <= w.start < clause.end) > _LIST_MEMBER_WORDS:
        return frozenset()
    return passage.intro.union(*(c.roles for c in sentence.clauses if c.start < clause.start and c.sense == "stated"))


def _names_a_place(view: View, where: tuple[Passage, Sentence, Clause], cases: tuple[str, ...]) -> bool:
    """Tells whether a word for a place, no system's name, stands in a form or after a preposition that says where."""
    passage, sentence, clause = where
    words = [w for w in sentence.words if clause.start <= w.start < clause.end]
    texts = [w.text for w in words]
    excluded = [(m.start, m.end) for m in clause.marks if m.role == "place-not"]
    named = {m.start for m in clause.marks if m.role in ("place", "institution")}
    starts = {at for at in named if not any(start <= at < end for start, end in excluded)}
    standing = {w.start for i, w in enumerate(words) if w.start in starts and stands_in_place(texts, i, cases)}
    if not standing:
        return False
    names = product_index(view.taxonomy).find_names(passage.block.text)
    return bool(standing - {name.start for name in names})


def _from_addresses(view: View) -> Iterator[Evidence]:
    for contact in view.page.contacts:
        if contact.kind != "address" or not contact.in_main:
            continue
        passage = view.passages.get(contact.block)
        if passage is not None and (_is_mailing(passage, contact.text) or is_signature(passage, view)):
            continue
        snippet = shorten(passage.block.text) if passage else contact.text
        yield Evidence("on-site", "office", contact.block, snippet, contact.text, 0.8)


def _is_mailing(passage: Passage, address: str) -> bool:
    at = passage.block.text.find(address.split("\n")[0][:20])
    for sentence in passage.sentences:
        if sentence.start <= at <= sentence.end:
            before = frozenset(m.role for c in sentence.clauses for m in c.marks if m.start < at)
            if "visit-act" in before or "visit-manner" in before:
                return False
            return "postal" in sentence.roles or bool(passage.intro & {"postal"})
    return bool(passage.roles & {"postal"})
