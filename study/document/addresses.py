"""Where the addresses of a document lead: its base, its links, each made absolute as a browser does.

Knows no site and judges nothing: what is worth following, or is proof of anything, others decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from study.urls import normalise_url

MAX_LINKS = 4_000
"""Nobody reads more links of one page than this; it bounds time and memory on machine-made lists."""
NO_ADDRESS = "about:invalid"
_LINE_BREAKS = re.compile(r"[\t\r\n]+")


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """The address that a page's links are relative to: what its base element says, else the page's own."""
    node = tree.css_first("base[href]")
    href = node.attributes.get("href") if node is not None else None
    return (normalise_url(href, url) if href else None) or url


def link_nodes(tree: LexborHTMLParser) -> Iterator[tuple[LexborNode, str]]:
    """Links, areas of maps and frames in the order of the page, with the address as it is written."""
    for node in tree.css("a[href], area[href], iframe[src]"):
        attributes = node.attributes
        href = attributes.get("href") or attributes.get("src")
        if href:
            yield node, href


def stays_on_page(href: str) -> bool:
    """Whether a link only names a place in its own page, or nothing, whatever the base says."""
    return href.lstrip()[:1] in ("", "#")


@lru_cache(maxsize=64)
def _origin(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"


def resolve(href: str, base: str) -> str:
    """``href`` as an absolute address; what cannot be taken apart becomes NO_ADDRESS."""
    href = href.strip()
    if "\n" in href or "\r" in href or "\t" in href:
        href = _LINE_BREAKS.sub("", href)
    if ("[" in href or "]" in href or not href.isascii()) and not _is_address(href):
        return NO_ADDRESS
    if href.startswith(("https://", "http://", "mailto:", "tel:")):
        return href
    try:
        if href.startswith("/") and not href.startswith("//") and "/." not in href:
            return _origin(base) + href
        return urljoin(base, href)
    except ValueError:
        return NO_ADDRESS


def _is_address(href: str) -> bool:
    try:
        urlsplit(href)
    except ValueError:
        return False
    return True
