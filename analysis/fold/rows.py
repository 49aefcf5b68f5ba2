"""Rows of the tables that tell a municipality's pages one by one: pages, services, channels, products."""

from __future__ import annotations

from typing import Any

from analysis.findings import PageFindings
from study import (
    SNIPPET_LENGTH,
    ChannelEvidence,
    PageRecord,
    PageService,
    UnknownEservice,
    VendorHit,
)

from .gathered import Gathered
from .grid import WEAK_SCORE
from .index import Place
from .pages import is_html

TITLE_LENGTH = 300


def page_rows(unit: Gathered) -> list[PageRecord]:
    """Every document that was answered, by address."""
    rows = []
    for url, place in sorted(unit.index.documents.items()):
        found = unit.findings.get(url)
        rows.append(
            PageRecord(
                municipality_code=unit.code,
                url=url,
                final_url=url,
                status=place.status,
                content_type=place.content_type,
                fetched_at=place.fetched_at,
                title=(found.title if found else "")[:TITLE_LENGTH],
                language=(found.language or None) if found else None,
                page_type=_page_type(unit, url, place, found),
                depth=unit.depths.get(url),
                warc_file=place.path.name,
                warc_offset=place.offset,
                sha256=unit.digests.get(url, ""),
                same_as=unit.dresses.get(url),
            )
        )
    return rows


def _page_type(unit: Gathered, url: str, place: Place, found: PageFindings | None) -> str:
    if found is not None:
        return found.page_type
    return "other" if is_html(place) or place.status >= 400 else "document"


def page_service_rows(unit: Gathered) -> list[PageService]:
    """Which services each own page serves, with the terms that told."""
    return [
        PageService(
            municipality_code=unit.code,
            url=url,
            service_id=hit.service_id,
            theme_id=hit.theme_id,
            score=round(hit.score, 4),
            is_primary=hit.is_primary,
            matched_terms=tuple(sorted({use.term for use in hit.terms})),
        )
        for url, found in unit.own_findings()
        for hit in found.services
    ]


def channel_rows(unit: Gathered) -> list[ChannelEvidence]:
    """The channels of the services that own pages serve, without repetition."""
    rows: dict[tuple[Any, ...], ChannelEvidence] = {}
    for url, found in unit.own_findings():
        kept = {hit.service_id for hit in found.services if hit.score >= WEAK_SCORE}
        place = unit.index.documents[url]
        for hit in (unit.with_form_kind(c) for c in found.channels if c.service_id in kept):
            snippet = hit.snippet[:SNIPPET_LENGTH]
            key = (hit.service_id, hit.channel, hit.subtype, url, hit.target_url, snippet, hit.cue)
            rows.setdefault(
                key,
                ChannelEvidence(
                    municipality_code=unit.code,
                    service_id=hit.service_id,
                    channel=hit.channel,
                    subtype=hit.subtype,
                    url=url,
                    target_url=hit.target_url,
                    snippet=snippet,
                    cue=hit.cue,
                    confidence=round(hit.confidence, 4),
                    warc_file=place.path.name,
                    warc_offset=place.offset,
                ),
            )
    return list(rows.values())


def vendor_rows(unit: Gathered) -> list[VendorHit]:
    """The products that own pages send to, with their makers on the study's day."""
    rows: dict[tuple[Any, ...], VendorHit] = {}
    for url, found in unit.own_findings():
        for hit in found.vendors:
            product = unit.taxonomy.products[hit.product_id]
            key = (hit.service_id, hit.product_id, hit.evidence_type, url, hit.target)
            rows.setdefault(
                key,
                VendorHit(
                    municipality_code=unit.code,
                    service_id=hit.service_id,
                    product_id=hit.product_id,
                    vendor=product.vendor_on(unit.given.day),
                    owner_type=product.owner_type,
                    category=product.category,
                    evidence_type=hit.evidence_type,
                    url=url,
                    target=hit.target,
                ),
            )
    return list(rows.values())


def vendors_of(unit: Gathered) -> dict[str, str]:
    """Makers of the products on the study's day."""
    return {product.id: product.vendor_on(unit.given.day) for product in unit.taxonomy.products.values()}


def unknown_rows(unit: Gathered) -> list[UnknownEservice]:
    """Addresses of e-services that no product claims, sorted."""
    return sorted(
        {
            UnknownEservice(unit.code, hit.service_id, hit.host, url, hit.target_url)
            for url, found in unit.own_findings()
            for hit in found.unknown_eservices
        },
        key=lambda row: (row.service_id or "", row.host, row.url, row.target_url),
    )
