"""The tools that a municipality's own site is made and run with: publishing system, analytics, consent, chat, widgets.

Apart from e-services and never a channel. Only what the page itself loads or declares counts: words of the text, links
to other sites, comments, and what a content-security policy merely allows do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from analysis.findings import ProductHit
from analysis.page.model import Page
from study import SiteTool, host_of
from study.document import page_text
from taxonomy import PatternHit, Product, Sighting, Taxonomy, eservice_links, product_index

MARKUP_LENGTH = 500_000
PAGES_LOOKED_AT = 25
"""Pages per host that are looked at; a tool of the site stands on nearly all of them."""
_UNSCRIPTED = frozenset({"social", "cms"})
_OWN_PARTS = ("generator", "cookie", "header", "markup")
_CAPITALS = re.compile("[A-Z]+")
_POLICY = re.compile(r"http-equiv\s*=\s*[\"']?content-security-policy", re.I)
_LOADED = re.compile(r"\s(?:data-)?src\s*=\s*[\"']?\s*((?:https?:)?//[^\"'\s>]+)", re.I)
_NAMED = re.compile(r"[\"'`]((?:https?:)?//[a-z0-9.-]{1,200}(?:/[^\"'`\s<>]{0,300})?)[\"'`]", re.I)
_DATA = re.compile(r"\btype\s*=\s*[\"']?application/(?:ld\+)?json", re.I)
_LINK = re.compile(r"<a\b[^<>]*?\bhref\s*=\s*[\"']?\s*(?:https?:)?//([^/\"'\s>?#]+)", re.I)


def recognise_site_tools(
    document: bytes | str,
    page: Page,
    taxonomy: Taxonomy,
    *,
    cookies: tuple[str, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> tuple[ProductHit, ...]:
    """Returns the tools of the site that a page shows, by id; `target` is the mark that was found."""
    return tools_of(live_parts(document, page, cookies=cookies, headers=headers or {}), taxonomy)


@dataclass(frozen=True, slots=True)
class LiveParts:
    """What a page loads and declares: all that its tools are recognised by."""

    url: str
    pieces: tuple[str, ...]
    generator: str
    cookies: tuple[str, ...]
    headers: Mapping[str, str]


def live_parts(document: bytes | str, page: Page, *, cookies: tuple[str, ...], headers: Mapping[str, str]) -> LiveParts:
    """What of a document tools are recognised by."""
    pieces = live_pieces(page_text(document)[:MARKUP_LENGTH], host_of(page.url))
    return LiveParts(page.url, tuple(pieces), page.generator, cookies, headers)


def tools_of(parts: LiveParts, taxonomy: Taxonomy) -> tuple[ProductHit, ...]:
    """The tools of the site that these parts of a page show, by id; `target` is the mark that was found."""
    markup = "\n".join(parts.pieces)
    seen = Sighting(parts.url, markup, parts.generator, cookies=parts.cookies, headers=parts.headers)
    found = {
        hit.product_id: ProductHit(hit.product_id, None, *_mark(hit), 0.9)
        for hit in product_index(taxonomy).find_page(seen)
        if is_site_tool(taxonomy.products[hit.product_id])
    }
    for hit in _by_host(parts.pieces, taxonomy):
        found.setdefault(hit.product_id, hit)
    return tuple(found[name] for name in sorted(found))


def _by_host(pieces: Iterable[str], taxonomy: Taxonomy) -> Iterable[ProductHit]:
    """Tools known by the host that the page loads them from, or whose address one of its scripts holds.

    A script may hold the addresses of the site's own accounts too, so networks count only where they are loaded.
    """
    loaded: dict[str, None] = {}
    named: dict[str, None] = {}
    for piece in pieces:
        tag, _, script = piece.partition(">")
        loaded.update(dict.fromkeys(_LOADED.findall(tag)))
        if script and not _DATA.search(tag):
            named.update(dict.fromkeys(_NAMED.findall(script)))
    for address in {**loaded, **named}:
        url = f"https://{address.partition('//')[2]}"
        wanted = eservice_links().tools - (frozenset() if address in loaded else _UNSCRIPTED)
        for hit in product_index(taxonomy).find_url(url):
            product = taxonomy.products[hit.product_id]
            if product.category in wanted and hit.pattern.host and is_site_tool(product):
                yield ProductHit(hit.product_id, None, "markup", host_of(url), 0.9)


def is_site_tool(product: Product) -> bool:
    """Tells whether a product in use belongs to the site itself and not to a service."""
    return product.retired_on is None and (product.category in eservice_links().tools or not product.is_counted)


def live_pieces(document: str, own_host: str) -> list[str]:
    """What a page loads and declares: its tags and whole scripts, without links to other hosts, comments, policies.

    Of the rest only tags, so that a page that writes of a tool does not thereby use it. Read once from left to right:
    the time that a hostile page takes grows with its length alone.
    """
    return [piece for piece in _pieces(document) if not _leads_away(piece, own_host) and not _POLICY.search(piece)]


def _pieces(document: str) -> Iterator[str]:
    lowered = _CAPITALS.sub(lambda found: found[0].lower(), document)  # of the same length, unlike str.lower
    place, last_end = lowered.find("<"), lowered.rfind("</script")
    while place >= 0:
        end = lowered.find("-->" if lowered.startswith("<!--", place) else ">", place)
        if end < 0:
            return
        if lowered.startswith("<script", place) and place < last_end:
            end = lowered.find("</script", place)
            yield document[place:end]
        elif lowered[place + 1 : place + 2].isalpha() and not lowered.startswith("<noscript", place):
            yield document[place : end + 1]
        place = lowered.find("<", end + 1 if lowered[end] != "<" else end + 8)


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
