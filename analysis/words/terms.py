"""Where on a page the terms of services and the cues of page types stand.

Second step of the analysis: it turns the view of a page into uses with their places. What they amount to is decided by
``services`` and ``page_type``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from analysis.page.language import vote_for
from analysis.page.model import Page
from analysis.page.regions import title_parts
from taxonomy import BODY, MOVE, Taxonomy, TermIndex, plain, term_index

from .view import View

Where = Literal["title", "path", "breadcrumb", "heading", "lead", "link", "text", "description"]
# The text of a page that is read for terms; what stands later on longer pages repeats what stood before.
_MOST_TEXT = 40_000
# Blocks at the beginning that tell what has become of a service.
_OPENING = 3


@dataclass(frozen=True, slots=True)
class Use:
    """One occurrence: what it speaks for, where it stands, in which words, how fully (0-1)."""

    subject: str
    term: str
    where: Where
    text: str
    weight: float
    kind: str
    block: int = -1
    start: int = 0


@dataclass(frozen=True, slots=True)
class Uses:
    """What a page uses of the taxonomy: terms of services and cues of page types apart, and the page's own name."""

    name: str
    terms: tuple[Use, ...]
    cues: tuple[Use, ...]
    path: tuple[frozenset[str], frozenset[str]]
    moved: bool = False


def page_name(page: Page) -> str:
    """What the page calls itself: its heading, else the part of its title that is not the site's name."""
    if page.h1:
        return page.h1
    parts = title_parts(page.title)
    return max(parts, key=len, default="")


def find_uses(view: View) -> Uses:
    """Finds terms, topics and cues in the page's name, path, breadcrumb, headings, links and text."""
    page, taxonomy = view.page, view.taxonomy
    index = term_index(taxonomy)
    name = page_name(page)
    pieces = _pieces(page, name, taxonomy)
    uses: list[Use] = []
    cues: list[Use] = []
    for language in sorted({language for _, _, _, language in pieces}):
        own = [piece for piece in pieces if piece[3] == language]
        for number, match, words in index.find_lines([piece[0] for piece in own], language):
            _, where, block, _ = own[number]
            use = Use(match.service_id, match.term, where, words, match.weight, match.kind, block, match.start)
            (cues if match.kind == "cue" else uses).append(use)
    return Uses(name, tuple(_mark_links(uses, page)), tuple(cues), _path(page, index), _is_moved(view, cues))


def _is_moved(view: View, cues: Sequence[Use]) -> bool:
    """Whether the page begins by telling that another body arranges its services now."""
    opening = [block.index for block in view.page.main_blocks() if block.kind != "heading"][:_OPENING]
    for index in opening:
        verbs = [cue.start for cue in cues if cue.subject == MOVE and cue.block == index]
        bodies = [cue.start for cue in cues if cue.subject == BODY and cue.block == index]
        for low, high in view.spans(index) if verbs and bodies else ():
            if any(low <= place < high for place in verbs) and any(low <= place < high for place in bodies):
                return True
    return False


Piece = tuple[str, Where, int, str]


def _pieces(page: Page, name: str, taxonomy: Taxonomy) -> list[Piece]:
    language = page.language
    pieces: list[Piece] = [(name, "title", -1, language)]
    crumbs = " / ".join(page.breadcrumb)
    if crumbs:
        # Menus of translated pages often stay in the site's main language.
        pieces.append((crumbs, "breadcrumb", -1, vote_for(taxonomy).of(crumbs, language)))
    if page.description:
        pieces.append((page.description, "description", -1, language))
    length, leading = 0, True
    for block in page.blocks:
        if not block.in_main or (block.kind == "heading" and plain(block.text) == plain(name)):
            continue
        where: Where = "heading" if block.kind in ("heading", "summary") else "text"
        if where == "text" and leading and len(block.text) > 60:
            where, leading = "lead", False
        pieces.append((block.text, where, block.index, block.language or language))
        length += len(block.text)
        if length > _MOST_TEXT:
            break
    return pieces


def _mark_links(uses: list[Use], page: Page) -> list[Use]:
    """Marks what stands in the text of a link, a file name or a button."""
    texts: dict[int, list[str]] = {}
    for link in page.links:
        if link.in_main and link.block >= 0 and link.text and link.kind in ("page", "file"):
            texts.setdefault(link.block, []).append(link.text)
    return [
        Use(use.subject, use.term, "link", use.text, use.weight, use.kind, use.block, use.start)
        if use.where in ("text", "lead") and any(use.text in text for text in texts.get(use.block, ()))
        else use
        for use in uses
    ]


def _path(page: Page, index: TermIndex) -> tuple[frozenset[str], frozenset[str]]:
    """The services named in the last piece of the address and in the pieces before it."""
    parts = [part for part in urlsplit(page.url).path.split("/") if part]
    if not parts:
        return frozenset(), frozenset()
    last = index.path_services(parts[-1])
    return last, index.path_services("/".join(parts[:-1])) - last
