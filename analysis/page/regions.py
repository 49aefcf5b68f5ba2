"""Which part of a document is what it says, and which is the furniture of the site.

Works on the parsed tree, before any text is read: it names the element to read and the elements to leave out.
Landmarks and class names are used where they exist; where there are none (table layouts, component soup) the heading
that the title repeats is the fixed point, and what stands beside its ancestors is judged by place, links and words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from taxonomy import Markup, name_tokens, plain

from .text import collapse

_TITLE_SEPARATOR = re.compile(r"\s{1,40}[-–—|»«:•·/]+\s+|\s{0,40}[|»«•]\s*")
_OWN_LINK = "a[href^='http'], a[href^='mailto:'], a[href^='tel:'], a[href$='.pdf'], a[href$='.doc'], a[href$='.docx']"
_CONTACT_LINK = "a[href^='tel:'], a[href^='mailto:']"
# A page that says less than this outside its links has no running text to compare furniture with.
_REAL_TEXT = 300
_TITLE_SHARE = 0.5
_SHORT = 120
_RATING = 250
_LONGEST_CRUMBS, _CRUMB_LEVELS = 300, 6
_CRUMB_SEPARATOR = re.compile(r"\s{0,40}[>›»/|]\s*")
_FOOTER = 500
_WORD = re.compile(r"[^\W\d_]+")
# Between the texts of elements; a line break may stand in the source of one text.
_APART = "\x1f"


@dataclass(frozen=True, slots=True)
class Regions:
    """The element to read, the ids (``mem_id``) of elements to skip, and the page's own heading."""

    root: LexborNode | None
    skipped: frozenset[int]
    heading: LexborNode | None
    breadcrumb: LexborNode | None


def find_regions(tree: LexborHTMLParser, title: str, markup: Markup) -> Regions:
    """Splits the document into content and furniture."""
    body = tree.body
    if body is None:
        return Regions(None, frozenset(), None, None)
    main = _landmark(tree)
    heading = _own_heading(tree, main, title, markup)
    root = main if main is not None else body
    protected = _lineage(heading) | _lineage(root)
    skipped, breadcrumb = _named_furniture(tree, protected, markup)
    if heading is not None and root.mem_id in _lineage(heading):
        if breadcrumb is None:
            breadcrumb = _crumb_line(heading, root, markup)
            skipped |= {breadcrumb.mem_id} if breadcrumb is not None else set()
        skipped |= _judge_by_place(heading, root, skipped, markup)
    return Regions(root, frozenset(skipped), heading, breadcrumb)


def _lineage(node: LexborNode | None) -> set[int]:
    ids = set()
    while node is not None:
        ids.add(node.mem_id)
        node = node.parent
    return ids


def _landmark(tree: LexborHTMLParser) -> LexborNode | None:
    nodes = tree.css("main, [role='main']")
    best = max(nodes, key=lambda node: len(_shown(node)), default=None)
    return best if best is not None and len(_shown(best)) >= 30 else None


def title_parts(title: str) -> list[str]:
    """What a document title is made of: the page's own name and names of site and section, lower-case."""
    return [part for part in (plain(piece) for piece in _TITLE_SEPARATOR.split(title)) if part]


def _own_heading(tree: LexborHTMLParser, main: LexborNode | None, title: str, markup: Markup) -> LexborNode | None:
    parts = title_parts(title)
    within = main.css("h1") if main is not None else []
    candidates = within or tree.css("h1")
    named = [node for node in candidates if plain(node.text()) in parts[:2]]
    chosen = named or [node for node in candidates if _shown(node) and not _is_banner(node, markup)]
    if chosen:
        return chosen[0]
    whole = plain(title)
    for node in (main or tree).css(
        "h2, h3, h4, [role='heading'], [class*='title'], [class*='otsikko'], strong, b, font"
    ):
        text = plain(node.text())
        # A site's name and the page's own may both hold the separator: a good part of the title will do.
        repeats = text in parts[:2] or (text in whole and len(text) > _TITLE_SHARE * len(whole))
        if parts and text and repeats and not _is_banner(node, markup):
            return node
    if main is not None and candidates:
        return candidates[0]
    return next((node for node in (main or tree).css("h1, h2") if _shown(node)), None)


def _is_banner(node: LexborNode, markup: Markup) -> bool:
    for _ in range(6):
        if node is None or node.tag == "body":
            return False
        if node.tag in ("header", "nav", "footer", "a") or node.attributes.get("role") in markup.furniture_roles:
            return True
        node = node.parent  # type: ignore[assignment]
    return False


def _named_furniture(tree: LexborHTMLParser, protected: set[int], markup: Markup) -> tuple[set[int], LexborNode | None]:
    skipped: set[int] = set()
    breadcrumb: LexborNode | None = None
    for node in tree.css(
        "nav, footer, header, aside, dialog, [role], [class], [id], [aria-label], [hidden], [aria-hidden]"
    ):
        mem_id = node.mem_id
        if mem_id in protected:
            continue
        attributes = node.attributes
        tokens = _tokens(attributes)
        if breadcrumb is None and _is_breadcrumb(node, tokens, markup):
            breadcrumb = node
            skipped.add(mem_id)
        elif _is_named_furniture(node, node.tag or "", attributes, tokens, markup):
            skipped.add(mem_id)
    return skipped, breadcrumb


def _tokens(attributes: dict[str, str | None]) -> frozenset[str]:
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return _tokens_of(names) if len(names) > 1 else frozenset()


@lru_cache(maxsize=8_192)
def _tokens_of(names: str) -> frozenset[str]:
    """The tokens of a class: a site has the same ones on all its pages."""
    return frozenset(name_tokens(names))


def _is_breadcrumb(node: LexborNode, tokens: frozenset[str], markup: Markup) -> bool:
    label = node.attributes.get("aria-label") or ""
    named = bool(tokens & markup.tokens["breadcrumb"]) or (bool(label) and markup.says("breadcrumb", label))
    return named and 0 < len(_shown(node)) < 400 and node.css_first("h1, h2, p") is None


def _is_named_furniture(
    node: LexborNode, tag: str, attributes: dict[str, str | None], tokens: frozenset[str], markup: Markup
) -> bool:
    if attributes.get("role") in markup.furniture_roles:
        return True
    if tag in markup.furniture_tags or tag == "header":
        return not (tag == "aside" and _is_contact_card(node, markup))
    if tag in ("a", "form", "li", "button", "input", "span", "p"):
        return bool(tokens & markup.tokens["furniture"]) and tag not in ("a", "form", "input", "button")
    if tokens & markup.tokens["unfolding"]:
        return False
    if tokens & markup.tokens["furniture"]:
        return not _is_contact_card(node, markup)
    unseen = "hidden" in attributes or attributes.get("aria-hidden") == "true"
    if unseen and not tokens & markup.tokens["perhaps"] and _is_contact_card(node, markup):
        return False  # folded away until a button unfolds it, as accordions do with contacts
    if unseen or tokens & markup.tokens["perhaps"]:
        # Builders of pages call every box a widget: a box that leads somewhere of its own is content.
        if node.css_first(_OWN_LINK) is not None:
            return False
        return _is_link_dense(node, 0.5, 3) or (not unseen and len(_shown(node)) < _SHORT and _is_idle(node))
    return False


def _is_idle(node: LexborNode) -> bool:
    """A short box without a link or with a form: a search field, a language switch, a slogan."""
    return node.css_first("a[href], p, h2, h3, h4") is None


def _is_contact_card(node: LexborNode, markup: Markup) -> bool:
    if node.css_first(_CONTACT_LINK) is None and "@" not in node.text():
        return False
    return not _is_related(node, markup) and not _is_footer(node, markup)


def _is_link_dense(node: LexborNode, share: float, at_least: int) -> bool:
    links = node.css("a")
    if len(links) < at_least:
        return False
    text = len(_shown(node))
    return text == 0 or sum(len(_shown(link)) for link in links) / text > share


def _shown(node: LexborNode) -> str:
    """The text of an element as a browser shows it: its length is not that of the source's indents."""
    return collapse(node.text(strip=True))


def _is_related(node: LexborNode, markup: Markup) -> bool:
    return markup.says("related", _first_line(node))


def _first_line(node: LexborNode) -> str:
    return next((line for line in node.text(separator=_APART).split(_APART) if line.strip()), "")


def _is_footer(node: LexborNode, markup: Markup) -> bool:
    """A box of the links and lines that footers have; one with a paragraph to read holds more than a footer."""
    if any(_is_to_be_read(paragraph, markup) for paragraph in node.css("p")):
        return False
    lines = {plain(link.text()) for link in node.css("a")}
    if len(lines & markup.words["footer"]) >= 2:
        return True
    first_words = {plain(line) for line in node.text(separator=_APART).split(_APART)}
    return len(first_words & markup.words["footer"]) >= 3


def _is_to_be_read(paragraph: LexborNode, markup: Markup) -> bool:
    """Whether much of a paragraph stands outside its links, and it is no line of the switchboard's."""
    text = _shown(paragraph)
    if len(text) - sum(len(_shown(link)) for link in paragraph.css("a")) < _SHORT:
        return False
    return not _words(paragraph) & markup.words["switchboard"]


def _has_switchboard(node: LexborNode, markup: Markup) -> bool:
    """A box that says the switchboard's number and nothing to be read; a link to the page of that name is none."""
    named = _words(node) & markup.words["switchboard"]
    if not named - {word for link in node.css("a") for word in _words(link)}:
        return False
    return not any(_is_to_be_read(paragraph, markup) for paragraph in node.css("p"))


def _words(node: LexborNode) -> set[str]:
    # Texts of cells and lines stand beside each other without a blank: each is a text of its own.
    return set(_WORD.findall(node.text(separator=" ").casefold()))


def _crumb_line(heading: LexborNode, root: LexborNode, markup: Markup) -> LexborNode | None:
    """A line above the heading that leads from the front page down: "Etusivu > Asuminen > Luvat"."""
    node: LexborNode | None = heading
    for _ in range(_CRUMB_LEVELS):
        if node is None or node.mem_id == root.mem_id:
            return None
        sibling = node.prev
        while sibling is not None:
            if sibling.is_element_node:
                text = _shown(sibling)
                pieces = _CRUMB_SEPARATOR.split(text) if len(text) < _LONGEST_CRUMBS else ()
                if len(pieces) > 1 and markup.says("home", pieces[0]):
                    return sibling
            sibling = sibling.prev
        node = node.parent
    return None


def _judge_by_place(heading: LexborNode, root: LexborNode, skipped: set[int], markup: Markup) -> set[int]:
    found: set[int] = set()
    real_text = cache(lambda: max(0, len(_shown(root)) - sum(len(_shown(a)) for a in root.css("a"))))
    node: LexborNode | None = heading
    level = 0
    while node is not None and node.mem_id != root.mem_id and level < 40:
        for before, first in ((True, node.prev), (False, node.next)):
            sibling = first
            while sibling is not None:
                if sibling.is_element_node and sibling.mem_id not in skipped:
                    _judge(sibling, before, level, real_text, found, markup)
                sibling = sibling.prev if before else sibling.next
        node = node.parent
        level += 1
    return found


def _judge(
    node: LexborNode,
    before: bool,
    level: int,
    real_text: Callable[[], int],
    found: set[int],
    markup: Markup,
    depth: int = 0,
) -> None:
    text = _shown(node)
    if not text:
        return
    if _is_furniture_here(node, text, before, level, real_text, markup):
        found.add(node.mem_id)
    elif depth < 4 and level + depth >= 1:
        child = node.child
        while child is not None:
            if child.is_element_node:
                _judge(child, before, level + depth + 1, real_text, found, markup, depth + 1)
            child = child.next


def _is_furniture_here(
    node: LexborNode, text: str, before: bool, level: int, real_text: Callable[[], int], markup: Markup
) -> bool:
    if markup.mentions("cookie", text[:400].casefold()):
        return len(text) < 1500
    if len(text) < _RATING and markup.mentions("rating", plain(_first_line(node))):
        return True
    if before and _is_link_dense(node, 0.5, 1):
        return True
    if before and level >= 1:
        return len(text) < 60 or _is_footer(node, markup)
    if level == 0 and node.tag in ("p", "ul", "ol", "h2", "h3", "table"):
        return False
    if _is_related(node, markup) or (level >= 1 and _is_footer(node, markup)):
        return True
    if level >= 1 and len(text) < _FOOTER and _has_switchboard(node, markup):
        return True
    menu_like = level >= 1 and _is_link_dense(node, 0.8, 4) and real_text() > _REAL_TEXT
    return menu_like and not node.css_matches("a[href^='http'], a[href^='mailto:'], a[href$='.pdf']")
