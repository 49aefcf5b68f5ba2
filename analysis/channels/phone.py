"""Phone: a number for this service, or phoning named as the way. Fax, the switchboard and "not by phone" are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.page.model import Contact
from analysis.words.negation import Clause
from analysis.words.phrases import Mark, phrase_books, split_words
from analysis.words.view import Passage, View, is_signature

from .clauses import is_open, is_others, office_acts, reader_acts
from .sign import Sign, from_clause, shorten

_MANNER = frozenset({"phone-manner"})
# Other numbers than telephone numbers, numbers that the office asks for, calls that it makes, and "call the people on
# duty": an emergency line is a way of this service only where its number is given.
_NO_WAY = frozenset({"phone-not", "number-asked", "office-contacts", "duty-line", "phone-as-device"})
# Words that say what the number behind them is; the last one before it counts.
_OTHER_NUMBERS = frozenset({"phone-not", "number-not"})
_SAYING_WHAT = _OTHER_NUMBERS | {"phone-label", "phone-manner"}


def find_phone(view: View) -> Iterator[Sign]:
    """Yields every telephone channel of the page."""
    yield from _from_numbers(view)
    yield from _from_words(view)


def _from_numbers(view: View) -> Iterator[Sign]:
    for contact in view.page.contacts:
        if contact.kind != "phone" or not contact.in_main:
            continue
        passage = view.passages.get(contact.block)
        roles = _roles_beside(passage, contact.text) | _roles_of_label(view, contact)
        if roles & _OTHER_NUMBERS or (passage is not None and _is_others_line(passage, contact.text)):
            continue
        lines = view.taxonomy.country.help_lines
        only_for = lines.get(contact.value, ())
        if (contact.value in lines and not only_for) or (passage is not None and is_signature(passage, view)):
            continue
        if "switchboard" in roles and "act" not in roles and not (passage and "contact-heading" in passage.under):
            continue
        subtype = "callback" if "callback" in roles else "switchboard" if "switchboard" in roles else "direct"
        snippet = shorten(passage.block.text) if passage else contact.text
        heading = passage.block.headings[-1] if passage and passage.block.headings else ""
        if snippet == contact.text and heading:
            snippet = shorten(f"{heading}: {snippet}")
        target = f"tel:{contact.value}" if contact.source == "tel-link" else None
        yield Sign("phone", subtype, contact.block, snippet, contact.text, 0.9, target=target, only_for=only_for)


def is_other_number(view: View, contact: Contact) -> bool:
    """Whether the words before a number say that it is a reference, a meter's, a contract's: surely no way."""
    beside = _roles_beside(view.passages.get(contact.block), contact.text)
    return "number-not" in beside | _roles_of_label(view, contact)


def _roles_beside(passage: Passage | None, number: str) -> frozenset[str]:
    """The roles of the clause a number stands in, and of the words just before it."""
    if passage is None:
        return frozenset()
    at = passage.block.text.find(number)
    for sentence in passage.sentences:
        if sentence.start <= at <= sentence.end:
            marks = [m for c in sentence.clauses for m in c.marks if at - 25 <= m.start < at]
            before = frozenset(m.role for m in marks if m.role not in _OTHER_NUMBERS) | _last_said(marks)
            return before | (passage.heading & {"switchboard", "phone-not"})
    return passage.heading & {"switchboard", "phone-not"}


def _last_said(marks: Sequence[Mark]) -> frozenset[str]:
    """What the last words before a number say that it is. "Service number" is a number and, where the language knows it
    for one, a telephone's; what a longer phrase covers it says instead."""
    told = [m for m in marks if m.role in _SAYING_WHAT]
    told = [m for m in told if not any(_covers(other, m) for other in told)]
    last = max((m.start for m in told), default=0)
    said = frozenset(m.role for m in told if m.start == last)
    return said - _OTHER_NUMBERS or said


def _covers(mark: Mark, other: Mark) -> bool:
    return mark.start <= other.start and other.end <= mark.end and mark.end - mark.start > other.end - other.start


def _roles_of_label(view: View, contact: Contact) -> frozenset[str]:
    """What the label in the block before says of a number that stands alone ("Reference" | "0123 456 789")."""
    at = contact.block - 1
    blocks = view.page.blocks
    if at < 0 or blocks[at].kind != "label" or blocks[contact.block].text.strip() != contact.text:
        return frozenset()
    book = phrase_books(view.taxonomy).get(view.language_of(blocks[at]))
    marks = book.marks(split_words(blocks[at].text)) if book else []
    return _last_said(marks) & _OTHER_NUMBERS | {m.role for m in marks if m.role == "switchboard"}


def _is_others_line(passage: Passage, number: str) -> bool:
    """Tells whether the clause of a number, or the heading above it, names another body as the one who answers."""
    at = passage.block.text.find(number)
    for sentence in passage.sentences:
        for clause in sentence.clauses:
            if clause.start <= at < clause.end and any(m.role == "other-party" and m.end <= at for m in clause.marks):
                return True
    return "other-party" in passage.heading


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
