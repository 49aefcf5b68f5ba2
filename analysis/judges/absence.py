"""Services of which a page says that they are not there: ended, never had, sold, refused, only planned, gone elsewhere.

Such a page speaks of a service in the words of one that serves it. A claim counts where it names the service or opens
the page or section that is named after it, and where nothing beside it invites readers to use the service all the same:
"no grants for wages" on a page that tells how to apply is a condition. The words are data (roles `not-offered`,
`offered`, `other-party`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from analysis.words.negation import Sentence
from analysis.words.terms import Use, Uses
from analysis.words.view import Passage, View

_OPENING = 2
"""Sentences in which a page or section says what it is about."""
_HEADINGS = ("heading", "summary")
_OPEN = ("stated", "fallback")


def told_absent(view: View, uses: Uses, services: Iterable[tuple[str, bool]]) -> Mapping[str, str]:
    """The sentence that says so, for each service that is denied.

    Asked of these services (id, whether the page is mainly about it) and of those that the page's title names.
    """
    if not any("not-offered" in passage.roles for passage in view.passages.values()):
        return {}
    named: dict[str, list[Use]] = {}
    for use in uses.terms:
        if use.kind == "term":
            named.setdefault(use.subject, []).append(use)
    found = {}
    asked = dict.fromkeys(use.subject for use in uses.terms if use.kind == "term" and use.where == "title")
    for service_id, is_main in (dict.fromkeys(asked, False) | dict(services)).items():
        claim = _claim(view, named.get(service_id, ()), is_main=is_main)
        if claim:
            found[service_id] = claim
    return found


def _claim(view: View, uses: Sequence[Use], *, is_main: bool) -> str:
    """The sentence that says that a service is not there; empty where none does or something is offered."""
    blocks = {use.block for use in uses if use.block in view.passages}
    is_whole = is_main or any(use.where == "title" for use in uses)
    sections = {view.passages[block].section for block in blocks}
    scope = [passage for passage in view.passages.values() if is_whole or passage.section in sections]
    if _is_offered(view, scope):
        return ""
    headed = {view.passages[block].section for block in blocks if view.passages[block].block.kind in _HEADINGS}
    # Where somebody answers, only what is said first is said of the whole service.
    reached = {contact.block for contact in view.page.contacts if contact.in_main}
    is_answered = any(passage.block.index in reached for passage in scope)
    said = list(_openings(scope, headed, 1 if is_answered else _OPENING, is_whole=is_whole))
    if not is_answered:
        said += _naming(view, uses)
    return next((sentence.text for sentence in said if "not-offered" in sentence.roles), "")


def _openings(scope: Sequence[Passage], headed: set[int], most: int, *, is_whole: bool) -> Iterator[Sentence]:
    """The headings and first sentences of the page, or of the sections that are named after the service."""
    left: dict[int, int] = {}
    for passage in scope:
        if not is_whole and passage.section not in headed:
            continue
        if passage.block.kind in _HEADINGS:
            yield from passage.sentences
            continue
        key = 0 if is_whole else passage.section
        taken = passage.sentences[: left.get(key, most)]
        left[key] = left.get(key, most) - len(taken)
        yield from taken


def _naming(view: View, uses: Sequence[Use]) -> Iterator[Sentence]:
    for use in uses:
        passage = view.passages.get(use.block)
        if passage is not None and use.where in ("text", "lead"):
            yield from (own for own in passage.sentences if own.start <= use.start < own.end)


def _is_offered(view: View, scope: Sequence[Passage]) -> bool:
    """Whether readers are invited to use something: told so, by a form, or by a link to an e-service."""
    blocks = {passage.block.index for passage in scope}
    # Some systems wrap the whole page into a form: without a field or a button nothing is filled in.
    if any(form.in_main and form.block in blocks and (form.fields or form.submit) for form in view.page.forms):
        return True
    told = (passage for passage in scope if passage.block.kind not in _HEADINGS)
    return any(_invites(sentence) for passage in told for sentence in passage.sentences)


def _invites(sentence: Sentence) -> bool:
    if sentence.roles & {"not-offered", "other-party"}:
        return False
    return any("offered" in clause.roles and clause.sense in _OPEN for clause in sentence.clauses)
