"""Which declared targets a site shows: links, numbers, mail addresses and streets on the municipality's own pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from analysis.fold.index import EvidenceIndex, read_source
from analysis.page.model import Page
from analysis.page.read import read_page
from study import HTML_TYPES, FailureReason, address_key, host_of, normalise_url
from study.register import Check
from taxonomy import Taxonomy

from .targets import Kind, Target

_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Seen:
    """Pages that show targets, by kind and key; of several the first by address."""

    on: dict[tuple[Kind, str], str] = field(default_factory=dict)
    is_read: bool = False
    """Whether any page of the site was read."""


def look_at_site(
    index: EvidenceIndex, own_hosts: frozenset[str], targets: Iterable[Target], taxonomy: Taxonomy
) -> Seen:
    """Look for these targets on every own page of the evidence."""
    wanted: dict[Kind, set[str]] = {"url": set(), "phone": set(), "email": set(), "street": set()}
    for target in targets:
        if target.kind and target.key:
            wanted[target.kind].add(target.key)
    streets = sorted(wanted["street"])
    seen, is_read = Seen(), False
    for url, place in sorted(index.documents.items()):
        if place.status >= 400 or place.content_type not in HTML_TYPES or host_of(url) not in own_hosts:
            continue
        source = read_source(index, url)
        if source is None:
            continue
        is_read = True
        page = read_page(source.body, source.url, taxonomy, content_type=source.content_type)
        for kind, key in _shown(page, index, streets):
            if key in wanted[kind]:
                seen.on.setdefault((kind, key), url)
    for key in wanted["url"]:
        _fetched(key, index, seen)
    return Seen(seen.on, is_read)


def _shown(page: Page, index: EvidenceIndex, streets: Iterable[str]) -> Iterable[tuple[Kind, str]]:
    for link in (*page.links, *page.iframes):
        address = normalise_url(link.url)
        if address is not None:
            yield "url", address_key(address)
            yield "url", address_key(index.resolve(address))
    for form in page.forms:
        if address := normalise_url(form.action):
            yield "url", address_key(address)
    for contact in page.contacts:
        if contact.kind in ("phone", "email"):
            yield contact.kind, contact.value.casefold() if contact.kind == "email" else contact.value
    if streets:
        text = " ".join(" ".join(block.text for block in page.blocks).casefold().split())
        for street in streets:
            if street in text:
                yield "street", street


def _fetched(key: str, index: EvidenceIndex, seen: Seen) -> None:
    """A page that the crawl came to is reachable, whatever led there."""
    if ("url", key) in seen.on:
        return
    url = _document(key, index)
    if url is not None and index.documents[url].status < 400:
        seen.on["url", key] = url


def _document(key: str, index: EvidenceIndex) -> str | None:
    """The address of a document with this key, redirects followed."""
    for scheme in ("https://", "http://"):
        for written in (f"{scheme}{key}", f"{scheme}www.{key}", f"{scheme}{key}/", f"{scheme}www.{key}/"):
            found = index.resolve(written)
            if found in index.documents:
                return found
    return None


def liveness(target: Target, index: EvidenceIndex, checks: dict[str, Check]) -> tuple[bool | None, str]:
    """Whether a web address is alive, and how that is known: as the crawl met it, else as it was asked."""
    if target.kind != "url":
        return None, ""
    met = met_by_crawl(target.key, index)
    if met is not None:
        return met
    check = checks.get(target.text) or checks.get(normalise_url(target.text) or "")
    return (check.alive, check.reason) if check else (None, "")


def met_by_crawl(key: str, index: EvidenceIndex) -> tuple[bool | None, str] | None:
    """What the crawl met at an address; None where it was not there, or without an answer that says anything."""
    url = _document(key, index)
    if url is not None:
        status = index.documents[url].status
        return (True if status < 400 else False if status in _GONE else None), f"status {status}"
    for written in (f"https://{key}", f"http://{key}", f"https://www.{key}", f"http://www.{key}"):
        failure = index.failures.get(written)
        if failure is not None and failure.reason is FailureReason.DNS:
            return False, failure.reason.value
    return None
