"""What a page's words speak of, by all of them together: a second opinion beside terms, cues and the page's shape.

They are asked which service the page is about, which kind of page it is, which theme it has and which services it
serves; "none" is one of the answers. Sections are asked as well, for a second service has a section of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from analysis.page.regions import title_parts
from analysis.words.parts import names_of_parts
from analysis.words.speech import (
    NONE,
    Said,
    WordWeights,
    add_parts,
    damped,
    said_by,
    shares_by,
    shares_of,
    times_of,
    words_of_sections,
)
from analysis.words.terms import Uses, page_name
from analysis.words.view import View
from taxonomy import plain

__all__ = [
    "KIND",
    "NONE",
    "SERVED",
    "THEME",
    "Spoken",
    "Whole",
    "Words",
    "spoken_by",
    "spoken_of",
    "whole_by",
    "words_of",
]

KIND, THEME, SERVED = "kind:", "theme:", "served:"
"""What stands before an answer of the words of whole pages: the question."""
_SURE = 6.0

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
class Whole:
    """What a page's words say of the page as a whole: shares of kinds and of themes (and of none), odds of services.

    Odds are logarithmic, between -6 and 6: a page may serve many.
    """

    kinds: Mapping[str, float]
    themes: Mapping[str, float]
    served: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The share of each service (and of none) by the words of a page and of its sections in which a service is named.

    ``said`` is what all sections say to one who knows how municipalities speak of a service in a few sentences.
    """

    whole: Whole
    page: Mapping[str, float]
    sections: Mapping[int, Mapping[str, float]]
    said: Mapping[int, Said]


def spoken_of(view: View, uses: Uses, subject: WordWeights, whole: WordWeights) -> Spoken:
    """What a page's words speak of."""
    return spoken_by(words_of(view, uses), subject, whole)


def words_of(view: View, uses: Uses) -> Words:
    """The words of a page and of its sections."""
    named = {view.passages[use.block].section for use in uses.terms if use.block in view.passages}
    return Words(_page_words(view), words_of_sections(view), tuple(sorted(named)))


def spoken_by(words: Words, subject: WordWeights, whole: WordWeights) -> Spoken:
    """The same for words that were counted already."""
    return Spoken(
        whole_by(words, whole),
        shares_of(words.page, subject),
        {section: shares_of(words.sections[section], subject) for section in words.named},
        {section: said_by(own) for section, own in words.sections.items()},
    )


def whole_by(words: Words, model: WordWeights) -> Whole:
    """What the words of a page say of it as a whole."""
    sums = dict(zip(model.bias, model.sums(words.page), strict=True))
    kinds, themes, served = (
        {answer.removeprefix(question): value for answer, value in sums.items() if answer.startswith(question)}
        for question in (KIND, THEME, SERVED)
    )
    odds = {service: max(-_SURE, min(_SURE, value)) for service, value in served.items()}
    return Whole(shares_by(kinds, [*kinds.values()]), shares_by(themes, [*themes.values()]), odds)


def _page_words(view: View) -> dict[str, float]:
    page, counts = view.page, dict[str, float]()
    language = page.language if page.language in view.taxonomy.languages else next(iter(view.taxonomy.languages))
    add_parts(counts, names_of_parts(page_name(page), f"{language}:", language, view.taxonomy), NAME_TIMES)
    # A company's name says what it is for, where its pages do not: "Kauhajoen Asunnot".
    site = (part for part in title_parts(page.title) if part != plain(page_name(page)))
    menu = " ".join((*page.breadcrumb, *site, _words_of_path(page.url)))
    add_parts(counts, names_of_parts(menu, f"{language}:", language, view.taxonomy), MENU_TIMES)
    length = 0
    for block in page.main_blocks():
        # The words of a block in another language say little beside the page's own.
        add_parts(counts, view.parts(block.index), times_of(block.kind))
        length += len(block.text)
        if length > _MOST_TEXT:
            break
    return damped(counts)


def _words_of_path(url: str) -> str:
    path = unquote(urlsplit(url).path)
    return path.translate(str.maketrans("/_.-", "    "))
