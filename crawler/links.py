"""What the crawler needs of a fetched page: its links with text and place, its language, whether it is an empty shell.

Pure and bounded: at most MAX_HTML characters are parsed and MAX_LINKS links given. Judging content is not done here.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from study import normalise_url, origin_of
from study.document import without_giant_tags

MAX_HTML = 4_000_000
MAX_LINKS = 3_000
_MAX_TEXT = 200
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_TEXT_COMPARED = 20_000
_REFRESH = re.compile(r"^\s*(\d+)\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'>]+)", re.IGNORECASE)
_NAVIGATION = "nav a[href], header a[href], [role=navigation] a[href]"
_FOOTER = "footer a[href], aside a[href]"
_MOUNT = "#root, #app, #__next, #__nuxt, app-root, [data-reactroot], main, [role=main]"
_MANY_TAGS, _MAX_DEPTH = 10_000, 3_000
_TAG = re.compile(r"<(/?)(?!(?:br|hr|img|input|meta|link|area|wbr|source|col|embed)\b)[a-z]", re.IGNORECASE)
_OTHER_TAG = re.compile(r"<(?!/?(?:a|area|base|meta|link|title)\b)[^<>]*>", re.IGNORECASE)
_SHELL_TEXT = 200
"""A page with fewer visible characters, hardly a link and a script is taken for a shell that a browser must fill."""


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


def read_links(html: str, url: str) -> LinkPage:
    """Parse a page; never raises, whatever the markup."""
    tree = LexborHTMLParser(_flattened(without_giant_tags(html[:MAX_HTML])))
    base = _base(tree, url)
    root = tree.root
    language = (root.attributes.get("lang") or "") if root is not None else ""
    links = _links(tree, base)
    is_shell = _is_shell(tree, links)
    text = _middle(tree)  # last, for it takes the scripts out of the page
    return LinkPage(
        title=_text_of(tree.css_first("title")),
        heading=_text_of(tree.css_first("h1")),
        language=language[:2].lower(),
        links=links,
        is_shell=is_shell,
        refresh_to=_refresh(tree, base),
        canonical=_link_rel(tree, "canonical", base),
        alternates=_alternates(tree, base),
        signature=zlib.crc32(text.encode("utf-8", errors="replace")),
        phrases=_phrases(text),
        has_password=tree.css_first("input[type=password i]") is not None,
        has_content=bool(links) or any(map(str.isalnum, text)),
    )


def _phrases(text: str) -> frozenset[int]:
    words = _WORD.findall(text[:_TEXT_COMPARED].casefold())
    return frozenset(map(hash, pairwise(words)))


def _flattened(html: str) -> str:
    """Without the elements of a page that is nested beyond sense: parsing takes the square of the depth."""
    if html.count("<") < _MANY_TAGS:
        return html
    depth = 0
    for match in _TAG.finditer(html):
        depth += -1 if match.group(1) else 1
        if depth > _MAX_DEPTH:
            return _OTHER_TAG.sub(" ", html)
    return html


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    href = node.attributes.get("href") if node is not None else None
    return (normalise_url(href, url) if href else None) or url


def _links(tree: LexborHTMLParser, base: str) -> tuple[FoundLink, ...]:
    navigation = {node.mem_id for node in tree.css(_NAVIGATION)}
    footer = {node.mem_id for node in tree.css(_FOOTER)}
    origin, folder = origin_of(base), base.rpartition("/")[0]
    found: list[FoundLink] = []
    for position, node in enumerate(tree.css("a[href], area[href], iframe[src]")):
        if len(found) >= MAX_LINKS:
            break
        attributes = node.attributes
        href = attributes.get("href") or attributes.get("src")
        if not href or href[0] == "#" or attributes.get("download") == "ignore":
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
    if href[0] in "?":
        return normalise_url(href, base)
    return _resolved(href, context)


@lru_cache(maxsize=65_536)
def _resolved(href: str, context: str) -> str | None:
    return normalise_url(href, context)


def _image_text(node: LexborNode) -> str:
    image = node.css_first("img[alt]")
    return _clean(image.attributes.get("alt") or "") if image is not None else ""


def _clean(text: str) -> str:
    return _SPACE.sub(" ", text[: _MAX_TEXT * 4]).strip()[:_MAX_TEXT] if text else ""


def _text_of(node: LexborNode | None) -> str:
    return _clean(node.text(deep=True)) if node is not None else ""


def _refresh(tree: LexborHTMLParser, base: str) -> str | None:
    node = tree.css_first("meta[http-equiv=refresh i]")
    match = _REFRESH.match(node.attributes.get("content") or "") if node is not None else None
    return normalise_url(match.group(2), base) if match and int(match.group(1)[:4]) <= 30 else None


def _link_rel(tree: LexborHTMLParser, rel: str, base: str) -> str | None:
    node = tree.css_first(f"link[rel={rel} i][href]")
    href = node.attributes.get("href") if node is not None else None
    return normalise_url(href, base) if href else None


def _alternates(tree: LexborHTMLParser, base: str) -> tuple[tuple[str, str], ...]:
    found = []
    for node in tree.css("link[rel=alternate i][hreflang][href]")[:20]:
        target = normalise_url(node.attributes.get("href") or "", base)
        if target:
            found.append(((node.attributes.get("hreflang") or "")[:2].lower(), target))
    return tuple(found)


def _is_shell(tree: LexborHTMLParser, links: tuple[FoundLink, ...]) -> bool:
    """Whether a browser has to run scripts before anything can be read."""
    if tree.css_first("script") is None:
        return False
    body = tree.body
    if body is None:
        return False
    mount = tree.css_first(_MOUNT)
    if mount is not None and len(_visible(mount)) >= 40:
        return False
    few = sum(1 for link in links if link.zone == "main") <= 3
    return few and len(_visible(body if mount is None or not links else mount)) < (40 if links else _SHELL_TEXT)


def _visible(node: LexborNode) -> str:
    hidden = "".join(part.text(deep=True) for part in node.css("script, style, noscript, template"))
    whole = node.text(deep=True)
    return _SPACE.sub(" ", whole)[: max(0, len(_SPACE.sub(" ", whole)) - len(_SPACE.sub(" ", hidden)))].strip()


def _middle(tree: LexborHTMLParser) -> str:
    """The text in the middle of the page: equal for a template repeated, for a soft error page."""
    node = tree.css_first("main, [role=main], #content, article") or tree.body
    if node is not None and node.tag == "body":
        for script in node.css("script, style"):
            script.decompose()
    return _SPACE.sub(" ", node.text(deep=True)[:20_000])[:5_000] if node is not None else ""
