"""Measures of a page or document beyond what axe-core can see: language, links, readability, tags of a PDF.

Pure functions of what has been read already; the indicators turn them into outcomes.
"""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass
from itertools import islice

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, IndirectObject

from study.document import primary_language
from taxonomy import Taxonomy, page_markup

from .language import vote_for
from .model import Page

LEAST_WORDS = 60
"""Fewer words of running text than this say nothing of how readable a page is."""
LONG_WORD = 6
"""LIX counts words of more letters than this as long."""
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?:]+(?=\s|$)")
_NUMBER = re.compile(r"(?<![\d\s().])[\d\s().]+$")
_PAGES_READ = 2
_DRESSING = " \t\r\n.…:;,!?»«›‹<>→»()[]\"'’"


@dataclass(frozen=True, slots=True)
class PageQuality:
    """Measures of one page. `language` is what its text is in, `marked_language` what its markup says."""

    url: str
    title: str
    language: str
    marked_language: str
    links: int
    empty_links: tuple[str, ...]
    words: int
    sentence_words: float | None
    lix: float | None


@dataclass(frozen=True, slots=True)
class PdfQuality:
    """What a PDF offers to assistive technology."""

    url: str
    is_tagged: bool
    has_title: bool
    has_language: bool

    @property
    def is_usable(self) -> bool:
        """Whether it has all three: tags, title and language."""
        return self.is_tagged and self.has_title and self.has_language


def measure_page(page: Page, taxonomy: Taxonomy) -> PageQuality:
    """Measures of a page that has been read."""
    empty = frozenset(word for item in taxonomy.languages.values() for word in item.lists.get("empty_links", ()))
    links = [link for link in page.links if link.kind in ("page", "file") and link.in_main]
    texts = sorted({link.text for link in links if _plain(link.text) in empty})
    prose = [block.text for block in page.blocks if block.in_main and block.kind == "paragraph"]
    words, sentence_words, lix = readability(prose)
    return PageQuality(
        url=page.url,
        title=page.title,
        language=page.language,
        marked_language=primary_language(page.html_lang),
        links=len(links),
        empty_links=tuple(texts),
        words=words,
        sentence_words=sentence_words,
        lix=lix,
    )


def readability(paragraphs: list[str]) -> tuple[int, float | None, float | None]:
    """Words in all, mean words of a sentence, and LIX; the latter two None where there is too little text."""
    words = [word for text in paragraphs for word in _WORD.findall(text)]
    if len(words) < LEAST_WORDS:
        return len(words), None, None
    sentences = sum(max(1, len(_SENTENCE.findall(text))) for text in paragraphs if _WORD.search(text))
    long_words = sum(len(word) > LONG_WORD for word in words)
    mean = len(words) / sentences
    return len(words), round(mean, 2), round(mean + 100 * long_words / len(words), 1)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(_DRESSING)


def measure_pdf(url: str, body: bytes, taxonomy: Taxonomy) -> PdfQuality | None:
    """What a PDF offers; None for one that cannot be read.

    A title that a program left ("untitled") is none, and a language that the text is not in helps no reader.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(body))
        root = reader.root_object
        marks = _dictionary(root.get("/MarkInfo"))
        is_tagged = bool(marks.get("/Marked")) and "/StructTreeRoot" in root
        title = ((reader.metadata and reader.metadata.title) or "").strip()
        has_title = bool(title) and not page_markup().says("untitled", _NUMBER.sub("", title))
        marked = str(root.get("/Lang") or "").strip()
        return PdfQuality(url, is_tagged, has_title, bool(marked) and _is_in(reader, marked, taxonomy))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        return None


def _is_in(reader: PdfReader, marked: str, taxonomy: Taxonomy) -> bool:
    """Tells whether the first pages may be in the language that the file names; without a text that says, they may."""
    text = " ".join(page.extract_text() for page in islice(reader.pages, _PAGES_READ))
    found = vote_for(taxonomy).of(text)
    return not found or found == primary_language(marked)


def _dictionary(value: object) -> DictionaryObject:
    found = value.get_object() if isinstance(value, IndirectObject) else value
    return found if isinstance(found, DictionaryObject) else DictionaryObject()
