"""The shape of a page as a whole: does it tell, does it list other pages, does it gather people or fields?

Signals for the judge of page types, none of them a word: what hubs, archives of news and lists of contacts look like
in any language.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from analysis.page.model import Block, Link
from analysis.words.terms import Uses
from analysis.words.view import View
from study import host_of

_DAY = re.compile(r"\b\d{1,2}\.\s?\d{1,2}\.(?:\s?(?:19|20)\d{2})?")
_FULL_DAY = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d{2}")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_SAID = re.compile(r"[”\"]|– [A-ZÅÄÖ]")
_PAGED = re.compile(r"/\d{1,3}/?$|[?&]\w+=\d{1,3}(?:&|$)")
_IN_YEAR = re.compile(r"/(?:19|20)\d{2}/")
_QUERIED = re.compile(r"\?\w+=")
_CUT = ("…", "...", "[…", "[...")
_STAMP = 60
_FIRST = 250
_MOST = 2.0


def layout_signals(view: View, uses: Uses) -> dict[str, float]:
    """Signals between nought and about two, by name; absent ones are nought."""
    page = view.page
    blocks = page.main_blocks()
    links = [item.link for item in view.links if not item.is_frame]
    signals = {
        **_of_address(page.url),
        **_of_text(page.main_text, blocks),
        **_of_links(page.url, blocks, links),
        **_of_services(uses),
        "more-links": _much(sum("guide-link" in item.roles for item in view.links)),
        "name-length": min(_MOST, len(page.h1) / 60),
        "name-year": float(bool(_YEAR.search(page.h1))),
        "phones": _much(sum(contact.in_main and contact.kind == "phone" for contact in page.contacts)),
        "emails": _much(sum(contact.in_main and contact.kind == "email" for contact in page.contacts)),
        "field-labels": _much(sum(block.kind == "label" for block in page.blocks)),
        "all-fields": _much(sum(len(form.fields) for form in page.forms if form.in_main)),
    }
    return {f"layout-{name}": value for name, value in signals.items() if value}


def _much(count: int) -> float:
    """A count damped: one is 0.35, ten are 1.2."""
    return min(_MOST, math.log1p(count) / 2)


def _of_address(url: str) -> dict[str, float]:
    parts = urlsplit(url)
    depth = len([piece for piece in parts.path.split("/") if piece])
    return {
        "depth": min(_MOST, depth / 3),
        "paged": float(bool(_PAGED.search(url))),
        "year-path": float(bool(_IN_YEAR.search(parts.path))),
        "queried": float(bool(_QUERIED.search(url))),
        "shallow": float(depth <= 1),
    }


def _of_text(text: str, blocks: Sequence[Block]) -> dict[str, float]:
    count = len(blocks) or 1
    lengths = [len(block.text) for block in blocks if block.kind not in ("heading", "summary")]
    return {
        "length": math.log1p(len(text)) / 5,
        "blocks": math.log1p(count) / 3,
        "longest": math.log1p(max(lengths, default=0)) / 5,
        "mean": math.log1p(sum(lengths) / count) / 4,
        "days": min(_MOST, math.log1p(len(_DAY.findall(text)))),
        "years": min(_MOST, math.log1p(len(_YEAR.findall(text)))),
        "day-first": float(bool(_FULL_DAY.search(" ".join(block.text for block in blocks[:4])[:_FIRST]))),
        "day-blocks": min(_MOST, math.log1p(sum(_is_dated(block) for block in blocks))),
        "said": _much(len(_SAID.findall(text))),
        "cut": min(_MOST, math.log1p(sum(block.text.rstrip(" ]").endswith(_CUT) for block in blocks))),
        "section-signs": min(_MOST, math.log1p(text.count("§"))),
        "items": sum(block.kind == "item" for block in blocks) / count,
        "headings": math.log1p(sum(block.kind in ("heading", "summary") for block in blocks)) / 2,
        "colons": _much(sum(block.text.rstrip("* ").endswith(":") for block in blocks)),
        "stars": _much(text.count("*")),
    }


def _is_dated(block: Block) -> bool:
    return len(block.text) < _STAMP and bool(_FULL_DAY.search(block.text))


def _of_links(url: str, blocks: Sequence[Block], links: Sequence[Link]) -> dict[str, float]:
    pages = [link for link in links if link.kind == "page"]
    own = [link for link in pages if host_of(link.url) == host_of(url)]
    path = urlsplit(url).path.rstrip("/")
    below = sum(urlsplit(link.url).path.startswith(f"{path}/") for link in own) if path else 0
    linked = Counter[int]()
    for link in pages:
        linked[link.block] += len(link.text)
    headings = [block for block in blocks if block.kind in ("heading", "summary")]
    only = sum(linked[block.index] >= 0.8 * len(block.text) for block in blocks if block.index in linked)
    leading = sum(block.index in linked for block in headings)
    return {
        "links": math.log1p(len(pages)) / 2,
        "own-links": math.log1p(len(own)) / 2,
        "files": math.log1p(sum(link.kind == "file" for link in links)) / 2,
        "link-text": min(1.0, sum(len(link.text) for link in links) / (sum(len(block.text) for block in blocks) + 1)),
        "below": math.log1p(below) / 2,
        "below-share": below / (len(links) + 1),
        "link-blocks": math.log1p(only) / 2,
        "link-blocks-share": only / (len(blocks) or 1),
        "heading-links": math.log1p(leading),
        "heading-links-share": leading / (len(headings) or 1),
    }


def _of_services(uses: Uses) -> dict[str, float]:
    named: dict[str, set[str]] = {}
    for use in uses.terms:
        if use.kind == "term":
            named.setdefault(use.where, set()).add(use.subject)
    return {
        f"services-in-{where}": math.log1p(len(named.get(where, ()))) / 2
        for where in ("title", "heading", "link", "text")
    }
