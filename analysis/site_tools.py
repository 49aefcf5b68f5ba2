"""The tools that a municipality's own site is made and run with: publishing system, analytics, consent, chat, widgets.

Apart from e-services and never a channel. Only what the page itself loads or declares counts: words of the text, links
to other sites, comments, and what a content-security policy merely allows do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from study import SiteTool, host_of
from taxonomy import PatternHit, Product, Sighting, Taxonomy

from .channels.view import SITE_TOOL_CATEGORIES, product_index
from .findings import ProductHit
from .html import decode
from .page_model import Page

MARKUP_LENGTH = 500_000
PAGES_LOOKED_AT = 25
"""Pages per host that are looked at; a tool of the site stands on nearly all of them."""
_OWN_PARTS = ("generator", "cookie", "header", "markup")
_DEAD = re.compile(r"<!--.*?-->|<meta[^>]+content-security-policy[^>]*>|<noscript[^>]*>|</noscript>", re.I | re.S)
# Scripts are kept whole; of the rest only tags, so that a page that writes of a tool does not thereby use it.
_ALIVE = re.compile(r"<script\b.*?</script\s*>|<[a-z][^>]*>", re.I | re.S)
_LINK = re.compile(r"<a\b[^>]*?\bhref\s*=\s*[\"']?\s*(?:https?:)?//([^/\"'\s>?#]+)", re.I)


def recognise_site_tools(
    document: bytes | str,
    page: Page,
    taxonomy: Taxonomy,
    *,
    cookies: tuple[str, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> tuple[ProductHit, ...]:
    """Returns the tools of the site that a page shows, by id; `target` is the mark that was found."""
    markup = live_markup(decode(document)[:MARKUP_LENGTH], host_of(page.url))
    seen = Sighting(page.url, markup, page.generator, cookies=cookies, headers=headers or {})
    found = product_index(taxonomy).find_page(seen)
    return tuple(
        ProductHit(hit.product_id, None, *_mark(hit), 0.9)
        for hit in found
        if is_site_tool(taxonomy.products[hit.product_id])
    )


def is_site_tool(product: Product) -> bool:
    """Tells whether a product in use belongs to the site itself and not to a service."""
    return product.retired_on is None and (product.category in SITE_TOOL_CATEGORIES or not product.is_counted)


def live_markup(document: str, own_host: str) -> str:
    """What a page loads and declares: its tags and scripts, without links to other hosts, comments and policies."""
    pieces = (piece.group() for piece in _ALIVE.finditer(_DEAD.sub(" ", document)))
    return "\n".join(piece for piece in pieces if not _leads_away(piece, own_host))


def _leads_away(tag: str, own_host: str) -> bool:
    link = _LINK.match(tag)
    return link is not None and link[1].casefold().removeprefix("www.") != own_host


def _mark(hit: PatternHit) -> tuple[str, str]:
    """The kind of evidence and the mark itself."""
    parts = hit.pattern.parts
    return next(((name, parts[name]) for name in _OWN_PARTS if name in parts), ("markup", ""))


@dataclass
class ToolCount:
    """Which tools were seen on which host, page by page."""

    pages: dict[str, int] = field(default_factory=dict)
    seen: dict[tuple[str, str], list[tuple[str, ProductHit]]] = field(default_factory=dict)

    def wants(self, host: str) -> bool:
        """Whether another page of the host is to be looked at."""
        return self.pages.get(host, 0) < PAGES_LOOKED_AT

    def add(self, url: str, hits: Iterable[ProductHit]) -> None:
        """Take in what one page shows."""
        host = host_of(url)
        self.pages[host] = self.pages.get(host, 0) + 1
        for hit in hits:
            self.seen.setdefault((host, hit.product_id), []).append((url, hit))

    def rows(self, code: str, taxonomy: Taxonomy, vendors: Mapping[str, str]) -> list[SiteTool]:
        """One row per host and tool, in order of the key."""
        rows = []
        for (host, product_id), sightings in sorted(self.seen.items()):
            url, hit = min(sightings, key=lambda item: item[0])
            product = taxonomy.products[product_id]
            rows.append(
                SiteTool(
                    municipality_code=code,
                    host=host,
                    product_id=product_id,
                    category=product.category,
                    vendor=vendors.get(product_id, ""),
                    owner_type=product.owner_type,
                    evidence_type=hit.evidence_type,
                    mark=hit.target,
                    pages=len(sightings),
                    pages_seen=self.pages[host],
                    url=url,
                )
            )
        return rows
