"""E-mail: an address for this service or e-mail named as the way, secure mail included. Status notices are not."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.words.view import View, is_signature

from .clauses import is_open, is_others, reader_acts
from .sign import Sign, from_clause, shorten

_MANNER = frozenset({"email-manner"})
_OFFICE_WRITES = frozenset({"answered", "office-contacts", "page-shared"})
_HIDDEN = frozenset({"email-hidden"})


def find_email(view: View) -> Iterator[Sign]:
    """Yields every e-mail channel of the page."""
    for contact in view.page.contacts:
        if contact.kind != "email" or not contact.in_main:
            continue
        passage = view.passages.get(contact.block)
        if passage is not None and is_signature(passage, view):
            continue
        snippet = shorten(passage.block.text) if passage else contact.text
        yield Sign("email", "", contact.block, snippet, contact.text, 0.9, target=f"mailto:{contact.value}")
    yield from _hidden(view)
    for where in view.clauses:
        passage, sentence, clause = where
        if not clause.roles & _MANNER or not is_open(clause) or passage.block.kind in ("heading", "summary"):
            continue
        if is_others(clause) or clause.roles & _OFFICE_WRITES or sentence.roles & {"confidential", "attachment"}:
            continue
        confidence = 0.75 * reader_acts(*where)
        if confidence >= 0.5:
            yield from_clause("email", "", where, _MANNER, confidence)


def _hidden(view: View) -> Iterator[Sign]:
    """Addresses that only a script shows: the note that stands in their place says that one is there."""
    shown = {contact.block for contact in view.page.contacts if contact.kind == "email"}
    for where in view.clauses:
        if "email-hidden" in where[2].roles and where[0].block.index not in shown:
            yield from_clause("email", "", where, _HIDDEN, 0.8)
