"""What the crawler needs of a fetched page: its links with text and place, its language, whether it is an empty shell.

Pure and bounded like every reading of a document (`study.document`). Links that lead nowhere else (into the page,
to a mailbox, to a script) are left out; judging content is not done here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from study import normalise_url, origin_of
from study.document import (
    MAX_LINKS,
    Head,
    base_of,
    head_of,
    is_shell,
    link_nodes,
    parse,
    primary_language,
    resolve,
    stand_in,
    stays_on_page,
)
from taxonomy import StandIn

_MAX_TEXT = 200
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_TEXT_COMPARED = 20_000
_NAVIGATION = "nav a[href], header a[href], [role=navigation] a[href]"
_FOOTER = "footer a[href], aside a[href]"
_MOST_ALTERNATES = 20


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link as the page shows it. `zone` is nav, footer or main."""

    url: str
    text: str
    title: str
    zone: str
    position: int


@dataclass(frozen=True, slots=True)
class LinkPage:
    """A page seen by the crawler."""

    title: str
    heading: str
    language: str
    links: tuple[FoundLink, ...]
    is_shell: bool
    refresh_to: str | None
    canonical: str | None
    alternates: tuple[tuple[str, str], ...]
    signature: int
    """Equal for pages that show the same text in the middle: a template repeated, a soft error page."""
    phrases: frozenset[int]
    """Pairs of neighbouring words in the middle, as hashes that hold within one process."""
    has_password: bool
    has_content: bool
    stand_in: StandIn | None = None
    """What stands in place of the page, where something does."""


def read_links(html: str, url: str, headers: Mapping[str, str] | None = None) -> LinkPage:
    """Parse a page; never raises, whatever the markup."""
    tree = parse(html)
    instead = stand_in(tree, html, status=200, headers=headers or {})
    base = base_of(tree, url)
    head = head_of(tree, base)
    links = _links(tree, base)
    shell = is_shell(tree)
    text = _middle(tree)  # last, for it takes the scripts out of the page
    return LinkPage(
        title=_clean(head.title),
        heading=_text_of(tree.css_first("h1")),
        language=primary_language(head.language),
        links=links,
        is_shell=shell,
        refresh_to=normalise_url(head.refresh_to) if head.refresh_to else None,
        canonical=normalise_url(head.canonical) if head.canonical else None,
        alternates=_alternates(head),
        signature=zlib.crc32(text.encode("utf-8", errors="replace")),
        phrases=_phrases(text),
        has_password=tree.css_first("input[type=password i]") is not None,
        has_content=bool(links) or any(map(str.isalnum, text)),
        stand_in=instead,
    )


def _phrases(text: str) -> frozenset[int]:
    words = _WORD.findall(text[:_TEXT_COMPARED].casefold())
    return frozenset(map(hash, pairwise(words)))


def _links(tree: LexborHTMLParser, base: str) -> tuple[FoundLink, ...]:
    navigation = {node.mem_id for node in tree.css(_NAVIGATION)}
    footer = {node.mem_id for node in tree.css(_FOOTER)}
    origin, folder = origin_of(base), base.rpartition("/")[0]
    found: list[FoundLink] = []
    for position, (node, href) in enumerate(link_nodes(tree)):
        if len(found) >= MAX_LINKS:
            break
        attributes = node.attributes
        if stays_on_page(href):
            continue
        target = _resolve(href, origin if href[0] == "/" and href[:2] != "//" else folder + "/", base)
        if target is None:
            continue
        zone = "nav" if node.mem_id in navigation else "footer" if node.mem_id in footer else "main"
        text = _clean(node.text(deep=True)) or _clean(attributes.get("aria-label") or "") or _image_text(node)
        found.append(FoundLink(target, text, _clean(attributes.get("title") or ""), zone, position))
    return tuple(found)


def _resolve(href: str, context: str, base: str) -> str | None:
    """Most links of a site repeat from page to page: those that do not lean on the page's own name are remembered."""
    if href.lstrip()[:1] == "?":
        return normalise_url(resolve(href, base))
    return _resolved(href, context)


@lru_cache(maxsize=65_536)
def _resolved(href: str, context: str) -> str | None:
    return normalise_url(resolve(href, context))


def _image_text(node: LexborNode) -> str:
    image = node.css_first("img[alt]")
    return _clean(image.attributes.get("alt") or "") if image is not None else ""


def _clean(text: str) -> str:
    return _SPACE.sub(" ", text[: _MAX_TEXT * 4]).strip()[:_MAX_TEXT] if text else ""


def _text_of(node: LexborNode | None) -> str:
    return _clean(node.text(deep=True)) if node is not None else ""


def _alternates(head: Head) -> tuple[tuple[str, str], ...]:
    found = ((primary_language(language), normalise_url(url)) for language, url in head.alternates[:_MOST_ALTERNATES])
    return tuple((language, url) for language, url in found if url is not None)


def _middle(tree: LexborHTMLParser) -> str:
    """The text in the middle of the page: equal for a template repeated, for a soft error page."""
    node = tree.css_first("main, [role=main], #content, article") or tree.body
    if node is not None and node.tag == "body":
        for script in node.css("script, style"):
            script.decompose()
    return _SPACE.sub(" ", node.text(deep=True)[:20_000])[:5_000] if node is not None else ""
