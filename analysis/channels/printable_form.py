"""Printable form: a file or page to print or fill in and deliver. Price lists, guides and plans are not forms, and
what elected members and staff fill in (travel bills, declarations) is no service to residents.

Whether a PDF can be filled on the screen is read from the file itself where it is at hand (``pdf_form``).
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.words.negation import Clause
from analysis.words.view import LinkView, Passage, View

from .clauses import is_open
from .digital import services_meant
from .sign import Sign, from_clause, shorten

_PRINT = frozenset({"print", "paper"})
# Paper that must be asked for, or is handed out at a place, is no form to print.
_HANDED_OUT = frozenset({"place", "institution", "visit-manner", "ask-for"})
_FILLED_IN = frozenset({"fill-in", "form-noun"})
_FILLABLE = (".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx")


def find_printable_form(view: View) -> Iterator[Sign]:
    """Yields every form to print or fill of the page."""
    for item in view.links:
        if _is_for_insiders(view.passages.get(item.link.block), item.roles):
            continue
        if item.link.kind == "file" and _is_form(view, item):
            yield _from_link(view, item, 0.9)
        elif item.link.kind == "page" and _is_forms_page(view, item):
            yield _from_link(view, item, 0.6)
    for where in view.clauses:
        passage, sentence, clause = where
        if not is_open(clause) or passage.block.kind in ("heading", "summary") or _is_for_insiders(passage):
            continue
        printed = "print" in clause.roles and "form-noun" in sentence.roles and not _prints_online(clause)
        if printed or ("paper" in clause.roles and ("bring" in clause.roles or not clause.roles & _HANDED_OUT)):
            yield from_clause("printable-form", "static", where, _PRINT, 0.65)


def _prints_online(clause: Clause) -> bool:
    """Tells whether what is printed is the e-service's own; "on the online form or a printed one" are two ways."""
    online = [m.start for m in clause.marks if m.role == "digital-thing"]
    printed = [m.start for m in clause.marks if m.role == "print"]
    ors = [m.start for m in clause.marks if m.role == "or-word"]
    return bool(online) and not any(min(a, b) < at < max(a, b) for a in online for b in printed for at in ors)


def _is_for_insiders(passage: Passage | None, roles: frozenset[str] = frozenset()) -> bool:
    """Tells whether a link's words or a heading above say that it is for elected members or for staff."""
    return "insider" in roles or (passage is not None and "insider" in passage.under)


def _is_form(view: View, item: LinkView) -> bool:
    """Tells whether a file is a form by its link text, else by its name, else by the heading it stands under."""
    roles = item.roles
    if roles & {"form-noun", "form-not"}:
        return "form-noun" in roles and "form-not" not in roles and not _is_called_a_guide(view, item)
    if item.name_roles & {"form-noun", "form-not"}:
        return "form-noun" in item.name_roles and "form-not" not in item.name_roles
    passage = view.passages.get(item.link.block)
    if passage is None:
        return False
    return bool("forms-heading" in passage.heading or passage.roles & _PRINT) or _is_here(view, item, passage)


def _is_called_a_guide(view: View, item: LinkView) -> bool:
    """Tells whether the last word before a link calls it no form: "read the instructions: Application (pdf)"."""
    passage = view.passages.get(item.link.block)
    at = passage.block.text.find(item.link.text) if passage else -1
    if passage is None or at <= 0 or not passage.block.text[:at].rstrip().endswith(":"):
        return False
    before = [m for s in passage.sentences for c in s.clauses for m in c.marks if m.end <= at]
    last = max((m.start for m in before), default=-1)
    return any(m.role == "form-not" for m in before if m.start == last)


def _is_here(view: View, item: LinkView, passage: Passage) -> bool:
    """Tells whether a link without words of its own ("here") stands in a sentence about a form to fill."""
    language = view.taxonomy.languages.get(view.language_of(passage.block))
    if language is None or item.link.text.casefold().strip(" .") not in language.lists.get("empty_links", ()):
        return False
    sentence = next((s for s in passage.sentences if item.link.text in s.text), None)
    return sentence is not None and "form-not" not in sentence.roles and sentence.roles >= _FILLED_IN


def _is_forms_page(view: View, item: LinkView) -> bool:
    """A link to a page of forms, where the text says that the form is to be posted or handed in."""
    if item.place != "own" or "forms-heading" not in item.roles or item.roles & {"digital-thing", "digital-manner"}:
        return False
    if services_meant(item.roles):
        return False
    passage = view.passages.get(item.link.block)
    if passage is None:
        return False
    at = passage.block.index
    section = [p for p in view.passages.values() if p.section == passage.section and abs(p.block.index - at) <= 4]
    return any("postal" in p.roles for p in section)


def _from_link(view: View, item: LinkView, confidence: float) -> Sign:
    subtype = subtype_of_file(item.link.url)
    passage = view.passages.get(item.link.block)
    snippet = shorten(passage.block.text if passage else item.link.text)
    return Sign("printable-form", subtype, item.link.block, snippet, item.link.text, confidence, target=item.link.url)


def subtype_of_file(url: str) -> str:
    """Tells by its ending whether a form can be filled on the screen; of a PDF only the file itself tells."""
    return "fillable" if url.casefold().partition("?")[0].endswith(_FILLABLE) else "static"
