"""Bytes of one document in, one ``Page`` out: the first step of the analysis.

It reads and does not judge: what a page is about and which channels it offers is decided by the modules that take a
``Page``. It never raises, and its time and memory are bounded whatever the input.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from study.document import (
    MAX_LINKS,
    Head,
    base_of,
    head_of,
    is_shell,
    link_nodes,
    page_text,
    parse,
    primary_language,
    resolve,
    stand_in,
    stand_in_of,
    stays_on_page,
)
from taxonomy import Country, Markup, StandIn, Taxonomy, page_markup, plain

from .contacts import find_addresses, find_emails, find_hours
from .language import LanguageVote, vote_for
from .links import link_kind
from .model import Block, Contact, Form, FormField, Link, Page
from .phones import find_phones, linked_phone
from .regions import Regions, find_regions
from .text import clean
from .walker import Reading, Walker

__all__ = ["Block", "Contact", "Form", "FormField", "Furniture", "Link", "Page", "learn_furniture", "read_page"]

# What stands on half of a site's pages says nothing about any of them; under four pages nothing can be learned.
_REPEATED_SHARE = 0.5
_PAGES_TO_LEARN_FROM = 4
_DESCRIPTION = 1_000
_HEADLINE = 500
"""Characters of a title or main heading that are read; each cue in it is looked at with all that is before it."""


Written = tuple[LexborNode, str]
"""An element that links, and the address as it is written there."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """Texts and contacts that a site repeats; learned by ``learn_furniture``."""

    texts: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()


def read_page(
    html: bytes | str, url: str, taxonomy: Taxonomy, *, content_type: str = "", furniture: Furniture | None = None
) -> Page:
    """Reads a document. Whatever is no web page gives an empty ``Page`` with the address alone."""
    text = page_text(html, content_type)
    tree = _tree_of(text)
    page = _page_of(tree, url, taxonomy) if tree is not None else _bare_page(text, url)
    return without_furniture(page, furniture) if furniture else page


def read_answer(
    html: bytes | str, url: str, taxonomy: Taxonomy, *, content_type: str, status: int, headers: Mapping[str, str]
) -> tuple[Page, StandIn | None]:
    """The same, with what the answer shows in place of the page where it does: the document is parsed once."""
    text = page_text(html, content_type)
    tree = _tree_of(text)
    if tree is None:
        return _bare_page(text, url), stand_in_of(text, status=status, headers=headers)
    written = tuple(link_nodes(tree))
    instead = stand_in(tree, text, status=status, headers=headers, links=[href for _, href in written])
    return _page_of(tree, url, taxonomy, written), instead


def _tree_of(text: str) -> LexborHTMLParser | None:
    return parse(text) if text.strip() and "<" in text[:100_000] else None


def _bare_page(text: str, url: str) -> Page:
    return Page(url=url, main_text=clean(text[:50_000]) if text.strip() else "")


def _page_of(tree: LexborHTMLParser, url: str, taxonomy: Taxonomy, written: Iterable[Written] = ()) -> Page:
    markup = page_markup()
    base = base_of(tree, url)
    head = head_of(tree, base)
    regions = find_regions(tree, _headline(head.title), markup)
    reading = Walker(url, base, regions, markup).walk()
    links = _all_links(written or link_nodes(tree), url, base, reading, markup)
    return _assemble(tree, url, head, regions, reading, links, taxonomy, markup)


def _assemble(
    tree: LexborHTMLParser,
    url: str,
    head: Head,
    regions: Regions,
    reading: Reading,
    links: tuple[Link, ...],
    taxonomy: Taxonomy,
    markup: Markup,
) -> Page:
    vote = vote_for(taxonomy)
    main_text = "\n".join(block.text for block in reading.blocks if block.in_main)
    title = _headline(head.title)
    h1 = _headline(regions.heading.text()) if regions.heading is not None else ""
    language = vote.of(f"{title}\n{main_text}", primary_language(head.language))
    blocks = tuple(_with_language(block, vote, language) for block in reading.blocks)
    json_ld = _json_ld(tree)
    return Page(
        url=url, title=title, h1=h1, language=language, html_lang=head.language,
        description=clean(head.description)[:_DESCRIPTION], generator=clean(head.generator), canonical=head.canonical,
        alternates={language[:5]: address for language, address in head.alternates},
        breadcrumb=_breadcrumb(regions, h1), blocks=blocks, links=links, forms=tuple(reading.forms),
        iframes=tuple(reading.frames), contacts=_contacts(blocks, links, taxonomy.country, markup),
        opening_hours=tuple(hours for block in blocks if block.in_main and (hours := find_hours(block.text, markup))),
        json_ld=json_ld, main_text=main_text, is_shell=is_shell(tree),
        template_signature=_signature(tree),
    )  # fmt: skip


def _headline(text: str) -> str:
    return clean(text).replace("\n", " ")[:_HEADLINE]


def _with_language(block: Block, vote: LanguageVote, language: str) -> Block:
    found = vote.of(block.text, language) if len(block.text) >= 40 else language
    return Block(block.index, block.kind, block.level, block.text, block.headings, block.in_main, found)


def _all_links(written: Iterable[Written], url: str, base: str, reading: Reading, markup: Markup) -> tuple[Link, ...]:
    """Links of the content, then those of the furniture and of maps (without context); frames are kept apart."""
    known = {(link.url, link.text) for link in reading.links}
    links = list(reading.links)
    for node, href in written:
        if len(links) >= MAX_LINKS:
            break
        if node.tag == "iframe":
            continue
        found = address, text = resolve(href, base), " ".join(node.text().split()) or _link_name(node)
        if found in known:
            continue
        known.add(found)
        if "#" in href or stays_on_page(href):
            kind = "anchor" if stays_on_page(href) else link_kind(address, url, markup)
            links.append(Link(address, text, kind=kind, position=len(links)))
        else:
            links.append(_link_of_site(address, text, len(links)))
    return tuple(links)


@lru_cache(maxsize=16_384)
def _link_of_site(url: str, text: str, position: int) -> Link:
    """A link of a menu or a footer: the same on most pages of a site."""
    return Link(url, text, kind=link_kind(url, "", page_markup()), position=position)


def _link_name(node: LexborNode) -> str:
    attributes = node.attributes
    return next(filter(None, (attributes.get(name) for name in ("aria-label", "title", "alt"))), "")


def _breadcrumb(regions: Regions, h1: str) -> tuple[str, ...]:
    node = regions.breadcrumb
    if node is None:
        return ()
    markup = page_markup()
    items = [clean(item.text()) for item in node.css("li, a")] if node.css_first("li") is not None else []
    if not items:
        text = clean(node.text(separator=" ")).replace("\n", " ")
        for separator in (" / ", " > ", " » ", " › ", " | ", "/", ">", "»", "›"):
            if separator in text:
                items = text.split(separator)
                break
    kept = [" ".join(item.split()).strip(" /›»>|") for item in items]
    return tuple(item for item in kept if item and not markup.says("home", item) and plain(item) != plain(h1))


def _contacts(blocks: Sequence[Block], links: Sequence[Link], country: Country, markup: Markup) -> tuple[Contact, ...]:
    found: dict[tuple[str, str, int], Contact] = {}

    def add(contact: Contact) -> None:
        found.setdefault((contact.kind, contact.value, contact.block), contact)

    for link in links:
        if link.kind == "tel":
            if value := linked_phone(link.url, country):
                add(Contact("phone", value, link.text or value, link.block, link.in_main, "tel-link"))
        elif link.kind == "mail":
            for value, _ in find_emails(link.url.partition(":")[2].partition("?")[0].replace("%40", "@"), markup):
                add(Contact("email", value, link.text or value, link.block, link.in_main, "mail-link"))
    before = ""
    for block in blocks:
        text = block.text
        for value, written in find_phones(text, country, markup, before):
            add(Contact("phone", value, written, block.index, block.in_main, "text"))
        before = text
        for value, written in find_emails(text, markup):
            add(Contact("email", value, written, block.index, block.in_main, "text"))
        for value, written in find_addresses(text, markup):
            add(Contact("address", value, written, block.index, block.in_main, "text"))
    return tuple(
        sorted(found.values(), key=lambda contact: (contact.block < 0, contact.block, contact.kind, contact.value))
    )


def _json_ld(tree: LexborHTMLParser) -> tuple[Mapping[str, Any], ...]:
    found: list[Mapping[str, Any]] = []
    for node in tree.css("script[type='application/ld+json']")[:20]:
        try:
            data = json.loads(node.text()[:100_000])
        except (ValueError, RecursionError):
            continue
        items = data if isinstance(data, list) else data.get("@graph", [data]) if isinstance(data, dict) else []
        if isinstance(items, list):
            found.extend(item for item in items if isinstance(item, dict))
    return tuple(found[:100])


def _signature(tree: LexborHTMLParser) -> str:
    """A short name for the template of a page: its outer elements and their classes."""
    body = tree.body
    if body is None:
        return ""
    parts = [body.attributes.get("class") or ""]
    node = body.child
    while node is not None and len(parts) < 30:
        if node.is_element_node:
            attributes = node.attributes
            parts.append(f"{node.tag}.{attributes.get('class') or ''}#{attributes.get('id') or ''}")
        node = node.next
    return blake2b("\n".join(parts).encode(), digest_size=6).hexdigest()


def learn_furniture(pages: Sequence[Page]) -> Furniture:
    """What the pages of one site repeat: their furniture. Nothing from fewer than four different pages."""
    distinct = {page.main_text: page for page in pages if page.main_text}
    if len(distinct) < _PAGES_TO_LEARN_FROM:
        return Furniture()
    needed = max(3, len(distinct) * _REPEATED_SHARE)
    texts: Counter[str] = Counter()
    contacts: Counter[str] = Counter()
    for page in distinct.values():
        texts.update({plain(block.text) for block in page.blocks if plain(block.text) != plain(page.h1)})
        contacts.update({f"{contact.kind}:{contact.value}" for contact in page.contacts})
    return Furniture(
        frozenset(text for text, count in texts.items() if count >= needed),
        frozenset(contact for contact, count in contacts.items() if count >= needed),
    )


def without_furniture(page: Page, furniture: Furniture) -> Page:
    """A page with what its site repeats marked as furniture."""
    repeated = {block.index for block in page.blocks if block.in_main and plain(block.text) in furniture.texts}
    known = furniture.contacts
    if not repeated and not known:
        return page
    blocks = tuple(replace(b, in_main=False) if b.index in repeated else b for b in page.blocks)
    return replace(
        page,
        blocks=blocks,
        links=tuple(replace(k, in_main=False) if k.in_main and k.block in repeated else k for k in page.links),
        forms=tuple(replace(f, in_main=False) if f.in_main and f.block in repeated else f for f in page.forms),
        contacts=tuple(
            replace(c, in_main=False) if c.in_main and (c.block in repeated or f"{c.kind}:{c.value}" in known) else c
            for c in page.contacts
        ),
        main_text="\n".join(block.text for block in blocks if block.in_main),
    )
