"""Addresses in a document: made absolute. Knows no page and judges nothing."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin, urlsplit

NO_ADDRESS = "about:invalid"


@lru_cache(maxsize=64)
def _origin(base: str) -> tuple[str, str]:
    parts = urlsplit(base)
    return parts.scheme, f"{parts.scheme}://{parts.netloc}"


def resolve(href: str, base: str) -> str:
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
