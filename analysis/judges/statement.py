"""Reads an accessibility statement: what it claims, when it was made, how to give feedback, who supervises.

A page is taken for a statement by its title or by the parts it has; a page of the site that only links to one is
none. What the parts are called is data ([statement] and [roles] of taxonomy/languages, authorities of the country).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from analysis.findings import StatementFacts
from analysis.words.negation import Sentence
from analysis.words.phrases import Mark, PhraseBook
from analysis.words.view import Passage, View
from taxonomy import Authority, Taxonomy, page_markup

from .statement_subject import OPENING_BLOCKS, is_about_site, is_titled, other_subject

# Reasons are demanded only of exceptions, so their absence alone is no fault.
_OPTIONAL_PARTS = frozenset({"reason-or-burden"})
_PARTS_OF_A_STATEMENT = 3
# Aims, "how the site meets the law", what is not judged yet, and words about people who cannot use it: no claims.
_NO_CLAIM = frozenset({"claim-aim", "claim-open", "claim-people"})
_DEGREES = frozenset(
    {"claim-full", "claim-partial", "claim-none", "claim-none-surely", "claim-aim", "claim-excused", "claim-open"}
)
_FIRST_YEAR, _LAST_YEAR = 2018, 2100
_MADE = frozenset({"made", "dated"})
_DATING = _MADE | {"published", "statement-word", "review-next", "review-last"}
# A noun, a verb and an adverb, a preposition or an hour.
_LONGEST_STAMP = 4
_NUMERIC = re.compile(
    r"(?<![\d./])(\d{1,2})(?:\.\s?|/)(\d{1,2})(?:\.\s?|/)(20\d\d)(?!\d)|(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)"
)
# "14 May 2025", "14. toukokuuta 2025", and "May 14, 2025".
_WRITTEN = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|st|nd|rd|th)?\s+([^\W\d_]+)\s+(20\d\d)(?!\d)"
    r"|(?<![^\W\d_])([^\W\d_]{1,30})\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(20\d\d)(?!\d)"
)


def read_statement(view: View) -> StatementFacts | None:
    """Returns the facts of an accessibility statement; None where the page is none. Pure."""
    page, taxonomy = view.page, view.taxonomy
    titled = is_titled(page, taxonomy)
    text = " ".join(block.text for block in page.main_blocks()) or page.main_text
    parts = _parts(text, page.language, taxonomy)
    if not titled and len(parts) < _PARTS_OF_A_STATEMENT + 1:
        return None
    compliance = _compliance(view)
    if not titled and compliance == "unstated":
        return None
    authorities = _authorities(text, taxonomy)
    feedback = _feedback(view)
    missing = _missing(parts, compliance, bool(authorities), feedback, taxonomy)
    return StatementFacts(
        found=True,
        url=page.url,
        assessed_on=_assessed_on(view),
        compliance=compliance,
        feedback_channel=feedback,
        enforcement_body=authorities[0].id if authorities else None,
        problems=tuple(sorted({*missing, *_outdated(authorities)})),
        languages=tuple(sorted({page.language, *page.alternates} & set(taxonomy.languages))),
        other_subject=other_subject(view),
        is_about_site=is_about_site(view),
    )


def _parts(text: str, language: str, taxonomy: Taxonomy) -> frozenset[str]:
    """The parts of a statement that the words of the page's language, or any other, show."""
    books = _part_books(taxonomy)
    order = [language, *(code for code in books if code != language)]
    found = [books[code].roles(text) for code in order if code in books]
    return found[0] if found and found[0] else max(found, key=len, default=frozenset())


@lru_cache(maxsize=8)
def _part_books(taxonomy: Taxonomy) -> dict[str, PhraseBook]:
    return {code: PhraseBook(language.statement.parts) for code, language in taxonomy.languages.items()}


def _compliance(view: View) -> str:
    """The degree of the first sentence that claims one of the site as a whole; surer wordings come first."""
    claims = [(certainty, degree) for where in _sentences(view) for certainty, degree in _claims(*where)]
    best = max((certainty for certainty, _ in claims), default=0)
    return next((degree for certainty, degree in claims if certainty == best), "unstated")


def _sentences(view: View) -> Iterator[tuple[Passage, Sentence]]:
    for passage in view.passages.values():
        for sentence in passage.sentences:
            yield passage, sentence


def _claims(passage: Passage, sentence: Sentence) -> Iterator[tuple[int, str]]:
    """What a sentence claims, how surely: 3 of the requirements, 2 of accessibility, 1 by silence or of a part."""
    marks = _of_claims(sentence)
    roles = frozenset(mark.role for mark in marks)
    named = "claim-subject" in roles
    if roles & _NO_CLAIM or "claim-verb" not in roles or not (named or "claim-weak-subject" in roles):
        return
    of_a_part = "claim-part" in roles
    certainty = 1 if of_a_part and not passage.section else 3 if named else 2
    # What is denied beside the claim ("no faults are known, and it meets ...") denies nothing of it.
    negated = any("claim-verb" in clause.roles and _denies(clause.marks) for clause in sentence.clauses)
    if "claim-none-surely" in roles:
        yield certainty, "none"
    elif "claim-partial" in roles or (negated and "claim-full" in roles):
        yield (1 if of_a_part and negated else certainty), "partial"
    elif "claim-none" in roles or negated:
        if not of_a_part:
            yield certainty, "none"
    elif "claim-full" in roles:
        yield certainty, "full"
    elif named and not of_a_part and passage.block.kind == "paragraph":
        yield 1, "full"


def _denies(marks: Sequence[Mark]) -> bool:
    """Whether a clause denies something that no longer wording of it excuses ("no faults are known")."""
    excuses = [mark for mark in marks if mark.role == "claim-excused"]
    denials = (mark for mark in marks if mark.role == "negation")
    return any(not any(_covers(excuse, denial) for excuse in excuses) for denial in denials)


def _of_claims(sentence: Sentence) -> list[Mark]:
    """The marks of a sentence that say something of a claim; what a longer one of them covers it says instead."""
    marks = [mark for clause in sentence.clauses for mark in clause.marks if mark.role.startswith("claim-")]
    said = [mark for mark in marks if mark.role in _DEGREES]
    return [m for m in marks if m.role not in _DEGREES or not any(_covers(other, m) for other in said)]


def _covers(mark: Mark, other: Mark) -> bool:
    inside = mark.start <= other.start and other.end <= mark.end
    return inside and mark.role != other.role and mark.end - mark.start > other.end - other.start


def _authorities(text: str, taxonomy: Taxonomy) -> list[Authority]:
    """The authorities that a text names, the present one first."""
    lowered = text.casefold()
    named = [a for a in taxonomy.country.accessibility_authorities if any(w.casefold() in lowered for w in a.words)]
    return sorted(named, key=lambda a: (a.valid_to or date.max, a.id), reverse=True)


def _outdated(authorities: list[Authority]) -> Iterator[str]:
    if authorities and authorities[0].valid_to is not None:
        yield "outdated-authority"


def _missing(
    parts: frozenset[str], compliance: str, has_authority: bool, feedback: str | None, taxonomy: Taxonomy
) -> Iterator[str]:
    shown = set(parts)
    if compliance != "unstated":
        shown.add("status")
    if has_authority:
        shown.add("supervisory-authority")
    if feedback:
        shown.add("feedback-channel")
    if compliance == "full":
        shown.add("non-accessible-content")
    demanded = {part for language in taxonomy.languages.values() for part in language.statement.parts}
    yield from demanded - shown - _OPTIONAL_PARTS


def _feedback(view: View) -> str | None:
    """How the statement asks for feedback: by form, e-mail, phone or otherwise; None where it does not ask."""
    books = _part_books(view.taxonomy)
    sections: set[int] = set()
    for passage in view.passages.values():
        for code in books:
            if "feedback-channel" in books[code].roles(passage.block.text):
                sections.add(passage.section)
    if not sections:
        return None
    blocks = {i for i, passage in view.passages.items() if passage.section in sections}
    roles = frozenset().union(*(view.passages[i].roles for i in blocks))
    contacts = {c.kind for c in view.page.contacts if c.block in blocks and c.in_main}
    links = [item for item in view.links if item.link.block in blocks and item.link.kind == "page"]
    if any("feedback-word" in item.roles for item in links):
        return "form"
    if "email" in contacts or "email-manner" in roles:
        return "email"
    return "phone" if "phone" in contacts else "form" if roles & {"digital-thing"} else "other"


def _assessed_on(view: View) -> date | None:
    """The newest date that stands nearest to a word for making or reviewing; neither the next review nor publishing.

    When the page itself was changed counts only at its beginning, where the statement gives no date of its own.
    """
    months = _months(view.taxonomy)
    found, stamps = [], []
    beginning = {block.index for block in view.page.main_blocks()[:OPENING_BLOCKS]}
    for passage, sentence in _sentences(view):
        marks = [m for c in sentence.clauses for m in c.marks if m.role in _DATING]
        before = sentence.start
        for start, end, day in _dates(passage.block.text, sentence.start, sentence.end, months):
            is_next = _is_to_come([m for m in marks if before <= m.start < start])
            before = end
            if is_next or not _is_of_the_statement([m for m in marks if not m.role.startswith("review")], start):
                continue
            if not _is_stamp(passage, sentence, months):
                found.append(day)
            elif passage.block.index in beginning:
                stamps.append(day)
    return max(found or stamps, default=None)


def _is_to_come(marks: Sequence[Mark]) -> bool:
    """Tells whether the last word before a date says that it is the next one, not the last one."""
    told = [m for m in marks if m.role.startswith("review")]
    return bool(told) and max(told, key=lambda m: m.start).role == "review-next"


def _is_stamp(passage: Passage, sentence: Sentence, months: dict[str, int]) -> bool:
    """Tells whether a line holds nothing but a page's own date ("Updated 20 November 2026")."""
    if "statement-word" in sentence.roles:
        return False
    if page_markup().mentions("page_changed", passage.block.text[sentence.start : sentence.end].casefold()):
        return True
    if len(passage.sentences) > 1:
        return False
    words = [w.text for w in sentence.words if w.text.isalpha() and not w.text.startswith(tuple(months))]
    line = " ".join(words)
    return (
        any(line == word or line.startswith(f"{word} ") for word in page_markup().words["updated"])
        and len(words) <= _LONGEST_STAMP
    )


def _is_of_the_statement(marks: Sequence[Mark], start: int) -> bool:
    """A date is the statement's own after "made" or "reviewed", and where the statement itself was published."""
    verbs = [m for m in marks if m.role != "statement-word"]
    nearest = min(verbs, key=lambda m: _distance(m, start), default=None)
    if nearest is None or nearest.role in _MADE:
        return nearest is not None
    named = [m for m in marks if m.role == "statement-word" and m.end <= nearest.start]
    return bool(named) and nearest.end <= start


def _distance(mark: Mark, start: int) -> int:
    """Words before a date belong to it rather than words after it."""
    return start - mark.end if mark.end <= start else 2 * (mark.start - start)


@lru_cache(maxsize=8)
def _months(taxonomy: Taxonomy) -> dict[str, int]:
    return {
        name.rstrip("*").casefold(): number
        for language in taxonomy.languages.values()
        for number, name in enumerate(language.months, start=1)
    }


def _dates(text: str, start: int, end: int, months: dict[str, int]) -> Iterator[tuple[int, int, date]]:
    """The dates of a piece of text in order, with the places where they begin and end."""
    yield from sorted(_dates_written(text, start, end, months))


def _dates_written(text: str, start: int, end: int, months: dict[str, int]) -> Iterator[tuple[int, int, date]]:
    for match in _NUMERIC.finditer(text, start, end):
        day, month, year, iso_year, iso_month, iso_day = match.groups()
        values = (iso_year, iso_month, iso_day) if iso_year else (year, month, day)
        if made := _date(*map(int, values)):
            yield match.start(), match.end(), made
    for match in _WRITTEN.finditer(text, start, end):
        day, month, year, month_first, day_second, year_third = match.groups()
        word = (month or month_first).casefold()
        number = next((n for stem, n in months.items() if word.startswith(stem)), 0)
        if number and (made := _date(int(year or year_third), number, int(day or day_second))):
            yield match.start(), match.end(), made


def _date(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
