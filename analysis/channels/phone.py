"""Phone: a number for this service, or phoning named as the way. Fax, the switchboard and "not by phone" are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.words.negation import Clause
from analysis.words.phrases import Mark
from analysis.words.view import Passage, View, is_signature

from .clauses import is_open, is_others, office_acts, reader_acts
from .sign import Sign, from_clause, shorten

_MANNER = frozenset({"phone-manner"})
# Other numbers than telephone numbers, numbers that the office asks for, calls that it makes, and "call the people on
# duty": an emergency line is a way of this service only where its number is given.
_NO_WAY = frozenset({"phone-not", "number-asked", "office-contacts", "duty-line"})


def find_phone(view: View) -> Iterator[Sign]:
    """Yields every telephone channel of the page."""
    yield from _from_numbers(view)
    yield from _from_words(view)


def _from_numbers(view: View) -> Iterator[Sign]:
    for contact in view.page.contacts:
        if contact.kind != "phone" or not contact.in_main:
            continue
        passage = view.passages.get(contact.block)
        roles = _roles_beside(passage, contact.text)
        if "phone-not" in roles or (passage is not None and is_signature(passage, view)):
            continue
        if "switchboard" in roles and "act" not in roles and not (passage and "contact-heading" in passage.under):
            continue
        subtype = "callback" if "callback" in roles else "switchboard" if "switchboard" in roles else "direct"
        snippet = shorten(passage.block.text) if passage else contact.text
        heading = passage.block.headings[-1] if passage and passage.block.headings else ""
        if snippet == contact.text and heading:
            snippet = shorten(f"{heading}: {snippet}")
        target = f"tel:{contact.value}" if contact.source == "tel-link" else None
        yield Sign("phone", subtype, contact.block, snippet, contact.text, 0.9, target=target)


def _roles_beside(passage: Passage | None, number: str) -> frozenset[str]:
    """The roles of the clause a number stands in, and of the words just before it."""
    if passage is None:
        return frozenset()
    at = passage.block.text.find(number)
    for sentence in passage.sentences:
        if sentence.start <= at <= sentence.end:
            before = [m.role for c in sentence.clauses for m in c.marks if at - 25 <= m.start < at]
            return frozenset(before) | (passage.heading & {"switchboard", "phone-not"})
    return passage.heading & {"switchboard", "phone-not"}


def _from_words(view: View) -> Iterator[Sign]:
    for passage, sentence, clause in view.clauses:
        if passage.block.kind in ("heading", "summary") or not clause.roles & _MANNER or not is_open(clause):
            continue
        if office_acts(clause) or is_others(clause) or clause.roles & _NO_WAY or _is_notice(clause):
            continue
        only_bare = all(m.role != "phone-manner" or _is_bare(m.start, clause.marks) for m in clause.marks)
        has_hours = "phone-hours" in clause.roles and any(sign.isdigit() for sign in sentence.text)
        if only_bare and not has_hours and reader_acts(passage, sentence, clause) < 0.9:
            continue
        subtype = "callback" if "callback" in clause.roles else "direct"
        yield from_clause("phone", subtype, (passage, sentence, clause), _MANNER, 0.7)


def _is_notice(clause: Clause) -> bool:
    """Tells whether the clause is about text messages that the office sends and the reader at most answers."""
    return "sms" in clause.roles and "office-act" in clause.roles


def _is_bare(start: int, marks: Sequence[Mark]) -> bool:
    return any(m.role == "phone-bare" and m.start == start for m in marks)
