"""Which service a page's words speak of mostly, by all of them together: a second opinion beside the terms.

"none" is one of the answers. Sections are asked as well, for a second service has a section of its own, not the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from analysis.words.parts import parts_of
from analysis.words.speech import (
    NONE,
    Said,
    SubjectWords,
    add_parts,
    damped,
    said_by,
    shares_of,
    subject_words,
    times_of,
    words_of_sections,
)
from analysis.words.terms import Uses, page_name
from analysis.words.view import View

__all__ = ["NONE", "Spoken", "Words", "spoken_by", "spoken_of", "words_of"]

# How much a part counts by its place.
NAME_TIMES, MENU_TIMES = 4.0, 1.5
# What follows on longer pages repeats what was said.
_MOST_TEXT = 8_000


@dataclass(frozen=True, slots=True)
class Words:
    """The parts of words with their language, counted by place and damped: of a page, and of each of its sections."""

    page: Mapping[str, float]
    sections: Mapping[int, Mapping[str, float]]
    named: tuple[int, ...]
    """The sections in which a service is named."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The share of each service (and of none) by the words of a page and of its sections in which a service is named.

    ``said`` is what all sections say to one who knows how municipalities speak of a service in a few sentences.
    """

    page: Mapping[str, float]
    sections: Mapping[int, Mapping[str, float]]
    said: Mapping[int, Said]


def spoken_of(view: View, uses: Uses, model: SubjectWords | None = None) -> Spoken:
    """What a page's words speak of; ``model`` replaces the shipped weights of pages."""
    return spoken_by(words_of(view, uses), model or subject_words())


def words_of(view: View, uses: Uses) -> Words:
    """The words of a page and of its sections."""
    named = {view.passages[use.block].section for use in uses.terms if use.block in view.passages}
    return Words(_page_words(view), words_of_sections(view), tuple(sorted(named)))


def spoken_by(words: Words, model: SubjectWords) -> Spoken:
    """The same for words that were counted already."""
    return Spoken(
        shares_of(words.page, model),
        {section: shares_of(words.sections[section], model) for section in words.named},
        {section: said_by(own) for section, own in words.sections.items()},
    )


def _page_words(view: View) -> dict[str, float]:
    page, counts = view.page, Counter[str]()
    language = page.language if page.language in view.taxonomy.languages else next(iter(view.taxonomy.languages))
    add_parts(counts, parts_of(page_name(page), language, view.taxonomy), NAME_TIMES, language)
    menu = " ".join((*page.breadcrumb, _words_of_path(page.url)))
    add_parts(counts, parts_of(menu, language, view.taxonomy), MENU_TIMES, language)
    length = 0
    for block in page.main_blocks():
        times = times_of(block.kind)
        # The words of a block in another language say little beside the page's own.
        add_parts(counts, view.parts(block.index), times, view.language_of(block))
        length += len(block.text)
        if length > _MOST_TEXT:
            break
    return damped(counts)


def _words_of_path(url: str) -> str:
    path = unquote(urlsplit(url).path)
    return path.translate(str.maketrans("/_.-", "    "))
