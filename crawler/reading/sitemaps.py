"""Reads sitemaps: XML (also gzipped, also an index of others) and plain text. Bounded, entities off, never raises."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from study import normalise_url

MAX_BYTES = 50_000_000
MAX_ADDRESSES = 50_000
_MAX_ELEMENTS = 20 * MAX_ADDRESSES
_ENTITY_DECLARATION = b"<!ENTITY"


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Addresses of pages, and of further sitemaps."""

    pages: tuple[str, ...]
    sitemaps: tuple[str, ...]


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """The addresses that a sitemap lists, in its order, relative ones resolved; empty for anything else."""
    data = _unpacked(body)
    head = data[:2000].lstrip().lower()
    if not head.startswith((b"<?xml", b"<urlset", b"<sitemapindex", b"\xef\xbb\xbf<", b"<!--")):
        return Sitemap(_plain(data, url), ())
    if _ENTITY_DECLARATION in data[:100_000].upper():
        return Sitemap((), ())  # no honest sitemap declares entities
    pages: dict[str, None] = {}
    sitemaps: dict[str, None] = {}
    for parent, address in islice(_locations(data), MAX_ADDRESSES):
        target = normalise_url(address, url)
        if target is not None:
            (sitemaps if parent == "sitemap" else pages).setdefault(target)
    return Sitemap(tuple(pages), tuple(sitemaps))


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body[:MAX_BYTES]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, MAX_BYTES)
    except zlib.error:
        return b""


def _plain(data: bytes, url: str) -> tuple[str, ...]:
    lines = data[:MAX_BYTES].decode("utf-8-sig", errors="replace").splitlines()[:MAX_ADDRESSES]
    found = (normalise_url(line, url) for line in lines if line.startswith(("http://", "https://")))
    return tuple(dict.fromkeys(target for target in found if target))


def _locations(data: bytes) -> Iterator[tuple[str, str]]:
    """Pairs of parent element and address; what follows a syntax error is lost, what precedes it is kept."""
    events = etree.iterparse(
        BytesIO(data),
        events=("end",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
    )
    try:
        for _, element in islice(events, _MAX_ELEMENTS):
            name = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if name == "loc" and element.text:
                parent = element.getparent()
                kind = etree.QName(parent).localname if parent is not None else ""
                if kind in ("url", "sitemap"):  # images and films have addresses of their own inside
                    yield kind, element.text.strip()
            _forget(element)
    except etree.XMLSyntaxError:
        return


def _forget(element: Any) -> None:
    """Keep no part of the tree that was read: a sitemap may have more elements than the memory holds."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
