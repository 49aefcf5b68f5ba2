"""Addresses of links: made absolute, and what they lead to. Knows no page and judges nothing."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from taxonomy.markup import Markup

from .model import LinkKind

NO_ADDRESS = "about:invalid"


@lru_cache(maxsize=64)
def _origin(base: str) -> tuple[str, str]:
    parts = urlsplit(base)
    return parts.scheme, f"{parts.scheme}://{parts.netloc}"


def absolute(base: str, href: str) -> str:
    """``href`` as an absolute address; what cannot be taken apart becomes NO_ADDRESS."""
    href = href.strip()
    if ("[" in href or "]" in href or not href.isascii()) and not _is_address(href):
        return NO_ADDRESS
    if href.startswith(("https://", "http://", "mailto:", "tel:")):
        return href
    try:
        origin = _origin(base)[1]
        if href.startswith("/") and not href.startswith("//"):
            return origin + href if "/." not in href else urljoin(base, href)
        return urljoin(base, href)
    except ValueError:
        return NO_ADDRESS


def _is_address(href: str) -> bool:
    try:
        urlsplit(href)
    except ValueError:
        return False
    return True


def link_kind(url: str, page_url: str, markup: Markup) -> LinkKind:
    """What a link leads to, by its address alone."""
    lowered = url[:8].lower()
    if lowered.startswith("mailto:"):
        return "mail"
    if lowered.startswith(("tel:", "callto:", "sms:")):
        return "tel"
    if not lowered.startswith(("http:", "https:")):
        return "other"
    bare, hash_sign, _ = url.partition("#")
    if hash_sign and bare == page_url.partition("#")[0]:
        return "anchor"
    path = bare.partition("?")[0]
    dot = path.rfind(".")
    return "file" if dot > path.rfind("/") > 7 and path[dot + 1 :].lower() in markup.file_extensions else "page"
