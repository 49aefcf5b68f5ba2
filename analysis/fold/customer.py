"""Rows of the sentences by which a municipality's pages, and its e-services' landing pages, speak of customers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analysis.findings import PageFindings
from study import CustomerSign, EservicePath

from .gathered import Gathered


def customer_rows(unit: Gathered, paths: Sequence[EservicePath]) -> list[CustomerSign]:
    """One row a sign, page and sentence, in order of the key."""
    rows = {(row.kind, row.url, row.snippet): row for row in _rows(unit, paths)}
    return [rows[key] for key in sorted(rows)]


def _rows(unit: Gathered, paths: Sequence[EservicePath]) -> Iterator[CustomerSign]:
    for url, found, place in _pages(unit, paths):
        at = unit.index.documents[url]
        for hit in found.customer:
            yield CustomerSign(
                municipality_code=unit.code,
                kind=hit.kind,
                url=url,
                snippet=hit.sentence,
                place=place,
                about=hit.about,
                language=hit.language or None,
                warc_file=at.path.name,
                warc_offset=at.offset,
            )


def _pages(unit: Gathered, paths: Sequence[EservicePath]) -> Iterable[tuple[str, PageFindings, str]]:
    own = set()
    for url, found in unit.own_findings():
        own.add(url)
        yield url, found, "service-page" if found.page_type == "service" else "other-page"
    landed = {unit.page_at(path.final_url) for path in paths} - own
    for url in sorted(landed & unit.findings.keys()):
        if url not in unit.stand_ins and url in unit.index.documents:
            yield url, unit.findings[url], "e-service"
