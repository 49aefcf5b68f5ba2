"""What a document says of itself: title, language, and the addresses that its head names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .addresses import resolve

_LONGEST = 4_000
_MOST_ALTERNATES = 100
_REFRESH = re.compile(r"^\s*(\d+)\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'>]+)", re.IGNORECASE)
_SOON = 30
"""Seconds after which a page that goes on by itself is no redirect but one that keeps itself fresh."""


@dataclass(slots=True)
class Head:
    """Texts as they are written, addresses absolute; what is not said is empty."""

    title: str = ""
    language: str = ""
    """In lower case with hyphens: "sv-fi"."""
    description: str = ""
    generator: str = ""
    canonical: str = ""
    alternates: list[tuple[str, str]] = field(default_factory=list)
    """Languages in lower case and the address of the page in each."""
    refresh_to: str = ""


def head_of(tree: LexborHTMLParser, base: str) -> Head:
    """Read what the document says of itself; of contradicting lines the first one counts."""
    root = tree.root
    attributes = root.attributes if root is not None else {}
    head = Head(language=(attributes.get("lang") or attributes.get("xml:lang") or "").strip().lower().replace("_", "-"))
    for node in tree.css("title, meta[name], meta[property], meta[http-equiv], link[rel][href]"):
        _READERS[node.tag or ""](head, node, base)
    return head


def _read_title(head: Head, node: LexborNode, _base: str) -> None:
    if not head.title:
        head.title = node.text()[:_LONGEST].strip()


def _read_meta(head: Head, node: LexborNode, base: str) -> None:
    attributes = node.attributes
    content = (attributes.get("content") or "")[:_LONGEST]
    name = (attributes.get("name") or attributes.get("property") or "").lower()
    if name == "generator":
        head.generator = head.generator or content.strip()
    elif name in ("description", "og:description"):
        head.description = head.description or content.strip()
    elif (attributes.get("http-equiv") or "").strip().lower() == "refresh" and not head.refresh_to:
        match = _REFRESH.match(content)
        if match and int(match.group(1)[:4]) <= _SOON:
            head.refresh_to = resolve(match.group(2), base)


def _read_link(head: Head, node: LexborNode, base: str) -> None:
    attributes = node.attributes
    href = attributes.get("href") or ""
    relations = (attributes.get("rel") or "").lower().split()
    if "canonical" in relations and href and not head.canonical:
        head.canonical = resolve(href, base)
    language = (attributes.get("hreflang") or "").strip().lower()
    if "alternate" in relations and language and href and len(head.alternates) < _MOST_ALTERNATES:
        head.alternates.append((language, resolve(href, base)))


_READERS: dict[str, Callable[[Head, LexborNode, str], None]] = {
    "title": _read_title,
    "meta": _read_meta,
    "link": _read_link,
}


def primary_language(tag: str) -> str:
    """The language of a tag without script and region, in lower case: "smn" of "smn-FI", "sv" of "sv_FI"."""
    return tag.strip().casefold().replace("_", "-").partition("-")[0]
