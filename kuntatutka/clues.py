"""What a landing page says of the product behind it, for the person who completes a draft.

Read once for one person, so BeautifulSoup serves better here than the fast reader of the analysis: it mends what is
broken as browsers do and is asked in CSS.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from bs4 import BeautifulSoup

from study import host_of

_NAMED = ("application-name", "apple-mobile-web-app-title", "og:site_name", "generator", "author")
_LONGEST = 160


def clues_of(body: bytes, url: str) -> tuple[str, ...]:
    """What the page calls itself, what it was made with, its footer, and the other hosts that it loads from."""
    page = BeautifulSoup(body, "lxml")
    told = dict.fromkeys((*_named(page), *_footer(page), *_loaded(page, url)))
    return tuple(told)


def _named(page: BeautifulSoup) -> Iterator[str]:
    for name in _NAMED:
        for found in page.select(f'meta[name="{name}" i], meta[property="{name}" i]'):
            if said := _plain(str(found.get("content", ""))):
                yield f"{name}: {said}"


def _footer(page: BeautifulSoup) -> Iterator[str]:
    for found in page.select("footer, [role=contentinfo]"):
        if said := _plain(found.get_text(" ")):
            yield f"footer: {said}"


def _loaded(page: BeautifulSoup, url: str) -> Iterator[str]:
    sources = [urljoin(url, str(found["src"])) for found in page.select("script[src], iframe[src]")]
    others = sorted({host_of(source) for source in sources} - {host_of(url), ""})
    if others:
        yield f"loads from: {_plain(', '.join(others))}"


def _plain(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
