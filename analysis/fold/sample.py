"""Which pages an accessibility audit looks at, after WCAG-EM: a structured sample with a seeded random tenth on top.

Pure: rows of the findings tables in, addresses with their reasons out; the same tables and seed give the same sample.
It fetches nothing and leaves out addresses that are no pages: documents, errors, strong identification.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from study import (
    HTML_TYPES,
    AccessibilityStatement,
    AuditPlan,
    ChannelEvidence,
    PageRecord,
    SampledPage,
    ServiceFinding,
    SiteFolders,
    State,
    StudyFolder,
    StudyMunicipality,
    UnknownEservice,
    VendorHit,
    address_key,
    host_of,
    is_file_url,
)
from taxonomy import Taxonomy, load_taxonomy

ORDER = ("front", "service", "contact", "statement", "landing", "hub", "form", "search")
"""Kinds of pages in the order in which a small sample takes one of each."""
MOST = {"front": 3, "hub": 2, "contact": 2, "statement": 3, "form": 3, "search": 1}
"""Pages of a kind at most; services have no limit but the sample's size."""
LANDING_SHARE = 0.2
"""The largest share of e-services' pages: many municipalities use the same ones."""
RANDOM_SHARE = 0.1
_FORM_PAGES = ("form", "service", "contact", "other")


@dataclass(frozen=True, slots=True)
class SampleTables:
    """Rows of one municipality that the sample is drawn from."""

    pages: Sequence[PageRecord]
    service_findings: Sequence[ServiceFinding]
    channel_evidence: Sequence[ChannelEvidence]
    vendor_hits: Sequence[VendorHit]
    unknown_eservices: Sequence[UnknownEservice]
    statements: Sequence[AccessibilityStatement]


def draw_samples(
    folder: StudyFolder, *, only: Sequence[str] = (), size: int | None = None, seed: int | None = None
) -> dict[str, AuditPlan]:
    """Plans by municipality code; an e-service's page stands in one municipality's plan only.

    Raises UserError where `analyze` has not been run or a municipality is unknown.
    """
    taxonomy = load_taxonomy(folder.config.study.country)
    size = folder.config.audit.sample_pages if size is None else size
    seed = folder.config.audit.seed if seed is None else seed
    chosen = {folder.municipality(code).code for code in only} or {m.code for m in folder.municipalities}
    tables = _tables_by_code(folder)
    basis = {row.code: row.crawled_to for row in folder.read("municipalities")}
    taken: set[str] = set()
    plans: dict[str, AuditPlan] = {}
    # All samples are drawn even for some municipalities, so that a shared e-service stays with the same one.
    for municipality in folder.municipalities:
        rows = tables[municipality.code]
        pages = draw_sample(municipality, rows, taxonomy, size=size, seed=seed, taken=taken)
        taken |= {address_key(page.url) for page in pages if not page.is_own}
        when = basis.get(municipality.code)
        plans[municipality.code] = AuditPlan(municipality.code, pages, seed, when.isoformat() if when else "")
    return {code: plan for code, plan in plans.items() if code in chosen and plan.pages}


def _tables_by_code(folder: StudyFolder) -> dict[str, SampleTables]:
    names = ("pages", "service_findings", "channel_evidence", "vendor_hits", "unknown_eservices")
    rows: dict[str, list[Any]] = {name: folder.read(name) for name in (*names, "accessibility_statements")}
    return {
        municipality.code: SampleTables(
            *([row for row in rows[name] if row.municipality_code == municipality.code] for name in rows)
        )
        for municipality in folder.municipalities
    }


def draw_sample(
    municipality: StudyMunicipality,
    tables: SampleTables,
    taxonomy: Taxonomy,
    *,
    size: int,
    seed: int,
    taken: Collection[str] = (),
) -> tuple[SampledPage, ...]:
    """The sample of one municipality, at most `size` pages; `taken` are keys of e-service pages that others look at."""
    site = _Site(municipality, tables, taxonomy, frozenset(taken), seed)
    limits = {**MOST, "landing": max(1, math.floor(size * LANDING_SHARE))}
    groups = {kind: list(_unique(site.kind(kind), limits.get(kind))) for kind in ORDER}
    most = size if size <= 1 else size - max(1, math.floor(size * RANDOM_SHARE))
    first = (groups[kind][0] for kind in ORDER if groups[kind])
    rest = chain.from_iterable(groups[kind][1:] for kind in (*(k for k in ORDER if k != "service"), "service"))
    structured = list(_unique(chain(first, rest), most))
    extra = max(1, math.ceil(len(structured) * RANDOM_SHARE)) if structured else 0
    known = {address_key(page.url) for page in structured}
    drawn = [url for url in _shuffled(site.readable, seed, municipality.code) if address_key(url) not in known]
    return (*structured, *(SampledPage(url, "random") for url in drawn[: min(extra, size - len(structured))]))


def _unique(pages: Iterable[SampledPage], most: int | None) -> Iterator[SampledPage]:
    seen: set[str] = set()
    for page in pages:
        key = address_key(page.url)
        if key in seen:
            continue
        if most is not None and len(seen) >= most:
            return
        seen.add(key)
        yield page


def _shuffled(urls: Iterable[str], seed: int, code: str) -> list[str]:
    """An order that depends on seed and address only, so one page more or less leaves the others where they are."""
    return sorted(urls, key=lambda url: hashlib.sha256(f"{seed}|{code}|{url}".encode()).digest())


class _Site:
    """What one municipality's tables offer for each kind of page, best first."""

    def __init__(
        self,
        municipality: StudyMunicipality,
        tables: SampleTables,
        taxonomy: Taxonomy,
        taken: frozenset[str],
        seed: int,
    ) -> None:
        self._seed, self._code = seed, municipality.code
        self._tables, self._taxonomy, self._taken = tables, taxonomy, taken
        html = {page.url: page for page in tables.pages if page.status < 400 and page.content_type in HTML_TYPES}
        listed = {host_of(address) for address in (municipality.website, *municipality.hosts) if address}
        fronts = {host_of(page.url) for page in html.values() if page.depth == 0}
        self._own_hosts = frozenset(listed | fronts)
        part = SiteFolders((*municipality.addresses, *(page.url for page in html.values() if page.depth == 0)))
        self._pages = {url: page for url, page in html.items() if host_of(url) in self._own_hosts and part.holds(url)}
        self.readable = sorted(self._pages)

    def kind(self, kind: str) -> Iterator[SampledPage]:
        """Pages of one kind."""
        found: Iterator[SampledPage] = getattr(self, f"_{kind}")()
        return found

    def _front(self) -> Iterator[SampledPage]:
        return (SampledPage(page.url, "front") for page in self._near() if page.depth == 0)

    def _service(self) -> Iterator[SampledPage]:
        best = {row.service_id: row.best_url for row in self._tables.service_findings if row.state is State.FOUND}
        themes: dict[str, list[SampledPage]] = {}
        for service in self._taxonomy.services.values():
            url = best.get(service.id)
            if url is not None and url in self._pages:
                themes.setdefault(service.theme, []).append(SampledPage(url, "service", service.id))
        # Theme by theme in turn, so that a small sample is not about the first theme only.
        for turn in zip_longest(*themes.values()):
            yield from (page for page in turn if page is not None)

    def _hub(self) -> Iterator[SampledPage]:
        return self._of_type("hub")

    def _contact(self) -> Iterator[SampledPage]:
        return self._of_type("contact")

    def _statement(self) -> Iterator[SampledPage]:
        found = sorted(row.url for row in self._tables.statements if row.found and row.url)
        return (SampledPage(url, "statement") for url in found if url in self._pages)

    def _search(self) -> Iterator[SampledPage]:
        words = {
            word.casefold() for item in self._taxonomy.languages.values() for word in item.lists.get("search_pages", ())
        }
        for page in self._near():
            title = page.title.casefold()
            if any(title == word or title.startswith((f"{word} ", f"{word}:")) for word in words):
                yield SampledPage(page.url, "search")

    def _form(self) -> Iterator[SampledPage]:
        rows = sorted(self._tables.channel_evidence, key=lambda row: (-row.confidence, row.url, row.service_id))
        for row in rows:
            is_form = row.channel == "digital" and row.subtype == "e-form"
            target = row.target_url or row.url
            if is_form and target in self._pages and self._pages[target].page_type in _FORM_PAGES:
                yield SampledPage(target, "form", row.service_id)

    def _landing(self) -> Iterator[SampledPage]:
        """E-services' own pages: of each product one, then of hosts that no product claims."""
        targets: dict[str, str] = {}
        for hit in sorted(self._tables.vendor_hits, key=_landing_order):
            product = self._taxonomy.products.get(hit.product_id)
            if product is not None and product.is_counted and self._is_landing(hit.target):
                targets.setdefault(hit.product_id, hit.target)
        # Another order in each municipality, so that together they look at many products.
        for product_id in _shuffled(targets, self._seed, self._code):
            yield SampledPage(targets[product_id], "landing", product_id, is_own=False)
        hosts: set[str] = set()
        for row in sorted(
            self._tables.unknown_eservices, key=lambda row: (row.host, len(row.target_url), row.target_url)
        ):
            if row.host not in hosts and self._is_landing(row.target_url):
                hosts.add(row.host)
                yield SampledPage(row.target_url, "landing", "", is_own=False)

    def _is_landing(self, url: str) -> bool:
        if not url.startswith(("http://", "https://")) or is_file_url(url):
            return False
        host = host_of(url)
        identification = (known for item in self._taxonomy.country.identification for known in item.hosts)
        is_login = any(host == known or host.endswith(f".{known}") for known in identification)
        return not is_login and host not in self._own_hosts and address_key(url) not in self._taken

    def _of_type(self, page_type: str) -> Iterator[SampledPage]:
        return (SampledPage(page.url, page_type) for page in self._near() if page.page_type == page_type)

    def _near(self) -> list[PageRecord]:
        """Own pages, those with the shortest way from the front page first."""
        return sorted(self._pages.values(), key=lambda p: (p.depth is None, p.depth or 0, len(p.url), p.url))


def _landing_order(hit: VendorHit) -> tuple[bool, str, int, str]:
    # A page that stands for a service is worth more than one that is merely linked; shorter addresses are the door.
    return (hit.service_id is None, hit.product_id, len(hit.target), hit.target)


def sample_counts(plans: Mapping[str, AuditPlan]) -> dict[str, int]:
    """Pages of all samples by reason, sorted."""
    reasons = [page.reason for plan in plans.values() for page in plan.pages]
    return {reason: reasons.count(reason) for reason in sorted(set(reasons))}
