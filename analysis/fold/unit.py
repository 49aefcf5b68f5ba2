"""One unit of analysis: everything the evidence of one municipality says, as rows of the tables.

Reads the WARC files it is given and nothing else; the rows are made in a fixed order, so they are equal every time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from analysis.channels import fillable_from_pdf
from analysis.examine import examine_page
from analysis.findings import ChannelHit, PageFindings, PageSource, ProductHit, SiteContext
from analysis.indicators import Inputs, run_indicators
from analysis.page.model import Page
from analysis.page.quality import PageQuality, PdfQuality, measure_page, measure_pdf
from analysis.page.read import Furniture, learn_furniture, read_page
from study import (
    HTML_TYPES,
    AccessibilityStatement,
    ChannelEvidence,
    CrawlStatus,
    FailureReason,
    MunicipalityStatus,
    PageRecord,
    PageService,
    ServiceFinding,
    StateReason,
    StudyMunicipality,
    UnknownEservice,
    VendorHit,
    address_key,
    host_of,
    normalise_url,
    registrable_domain,
)
from taxonomy import Taxonomy, load_taxonomy
from taxonomy.matching import term_index

from .accessibility import accessibility_rows
from .eservices import Ways, eservice_paths, shared_installations
from .graph import click_depths, link_texts
from .grid import WEAK_SCORE, Cell, CellKey, Coverage, ServicePage, fold_cell
from .index import EvidenceIndex, LandingPages, LandingPlace, Place, read_place, read_source
from .site_tools import ToolCount, recognise_site_tools

FURNITURE_SAMPLE = 60
"""Pages per host from which repeated furniture is learned; more changes little and costs time."""
CANDIDATE_SCORE = 0.5
"""Link score from which a link counts as promising a service."""
SNIPPET_LENGTH = 200
TITLE_LENGTH = 300
_ASKED = ("suomi.fi", "bank", "library-card", "account")
"""Log-ins that a landing page can prove; that it shows none proves nothing, for it may come later."""


@dataclass(frozen=True, slots=True)
class MunicipalityInput:
    """What a unit needs to know; small, so that it can travel to another process."""

    municipality: StudyMunicipality
    country: str
    index: EvidenceIndex
    own_hosts: frozenset[str]
    landing: Mapping[str, LandingPlace]
    day: date
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class UnitRows:
    """Rows by table name."""

    rows: Mapping[str, Sequence[Any]]


@dataclass
class _Unit:
    """Everything gathered on the way to the rows."""

    given: MunicipalityInput
    taxonomy: Taxonomy
    findings: dict[str, PageFindings] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    form_kinds: dict[str, str] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)
    page_quality: list[PageQuality] = field(default_factory=list)
    pdf_quality: list[PdfQuality] = field(default_factory=list)
    tools: ToolCount = field(default_factory=ToolCount)

    @cached_property
    def ways(self) -> Ways:
        """Landing pages of e-services, each read once."""
        return Ways(self.taxonomy, LandingPages(self.given.landing))

    @property
    def code(self) -> str:
        return self.given.municipality.code

    @property
    def index(self) -> EvidenceIndex:
        return self.given.index

    @property
    def own_hosts(self) -> frozenset[str]:
        return self.given.own_hosts

    def is_own(self, url: str) -> bool:
        return host_of(url) in self.own_hosts


def analyze_municipality(given: MunicipalityInput) -> UnitRows:
    """Rows of every table for one municipality."""
    taxonomy = load_taxonomy(given.country)
    unit = _Unit(given, taxonomy)
    _examine_all(unit)
    unit.depths = click_depths(unit.findings, unit.index.resolve, _front_pages(unit))
    status = _status(unit)
    paths = eservice_paths(unit.code, _own_findings(unit), unit.own_hosts, unit.ways)
    grid = _grid(unit, status)
    rows: dict[str, Sequence[Any]] = {
        "municipalities": [status],
        "pages": _page_rows(unit),
        "page_services": _page_service_rows(unit),
        "service_findings": grid,
        "channel_evidence": _channel_rows(unit),
        "vendor_hits": _vendor_rows(unit),
        "unknown_eservices": _unknown_rows(unit),
        "eservice_paths": paths,
        "shared_installations": shared_installations(unit.code, paths, taxonomy),
        "site_tools": unit.tools.rows(unit.code, taxonomy, _vendors(unit)),
        "accessibility_statements": _statement_rows(unit, status),
    }
    rows["accessibility_pages"], rows["accessibility_violations"] = accessibility_rows(unit.code, unit.index.audits)
    rows["indicators"] = run_indicators(
        Inputs(
            municipality=status,
            languages=given.municipality.languages,
            pages=rows["pages"],
            service_findings=grid,
            channel_evidence=rows["channel_evidence"],
            page_services=rows["page_services"],
            accessibility_statements=rows["accessibility_statements"],
            accessibility_pages=rows["accessibility_pages"],
            accessibility_violations=rows["accessibility_violations"],
            page_quality=unit.page_quality,
            pdf_quality=unit.pdf_quality,
            eservice_paths=paths,
            taxonomy=taxonomy,
        )
    )
    return UnitRows(rows)


def own_hosts_of(municipality: StudyMunicipality, index: EvidenceIndex) -> frozenset[str]:
    """Hosts of the municipality's own pages: the listed ones and those of the same domain that they redirect to."""
    addresses = [address for address in (municipality.website, *municipality.hosts) if host_of(address)]
    listed = {host_of(address) for address in addresses}
    domains = {registrable_domain(host) for host in listed}
    reached = {host_of(index.resolve(normalise_url(address) or address)) for address in addresses}
    return frozenset(listed | {host for host in reached if registrable_domain(host) in domains})


def _front_pages(unit: _Unit) -> tuple[str, ...]:
    municipality = unit.given.municipality
    starts = [municipality.website, *municipality.hosts]
    return tuple(unit.index.resolve(normalise_url(start) or start) for start in starts)


def _is_html(place: Place) -> bool:
    return place.content_type in HTML_TYPES


def _readable(unit: _Unit) -> list[str]:
    """Addresses of HTML documents that were answered, in a fixed order."""
    found = (url for url, place in unit.index.documents.items() if _is_html(place) and place.status < 400)
    return sorted(found)


def _examine_all(unit: _Unit) -> None:
    furniture: dict[str, Furniture] = {}
    landing = unit.ways.landing
    readable = _readable(unit)
    for host in sorted({host_of(url) for url in readable if unit.is_own(url)}):
        furniture[host] = _furniture(unit, [url for url in readable if host_of(url) == host])
    for url in readable:
        source = read_source(unit.index, url)
        if source is None:
            continue
        context = SiteContext(unit.own_hosts, furniture.get(host_of(url)), landing)
        page = read_page(
            source.body, source.url, unit.taxonomy, content_type=source.content_type, furniture=context.furniture
        )
        found = examine_page(page, unit.taxonomy, context)
        unit.findings[url] = found if unit.is_own(url) else _as_landing(found)
        # The answer that warc_offset points to, also where the page was read as the browser made it.
        answer = (read_place(url, unit.index.documents[url]) if source.rendered else source) or source
        unit.digests[url] = _digest(answer.body)
        if unit.is_own(url):
            unit.page_quality.append(measure_page(page, unit.taxonomy))
            if unit.tools.wants(host_of(url)):
                unit.tools.add(url, _site_tools(unit, source, answer, page))
        else:
            unit.ways.take(url, page)
    for url, place in sorted(unit.index.documents.items()):
        if url not in unit.digests:
            _read_document(unit, url, place)


def _site_tools(unit: _Unit, source: PageSource, answer: PageSource, page: Page) -> tuple[ProductHit, ...]:
    """The tools a page shows, with the cookies and headers of the server's answer and of the browser's."""
    cookies = tuple(sorted({*answer.cookies, *source.cookies}))
    headers = {**source.headers, **answer.headers}
    return recognise_site_tools(source.body, page, unit.taxonomy, cookies=cookies, headers=headers)


def _as_landing(found: PageFindings) -> PageFindings:
    """A page of somebody else's host proves nothing about this municipality by itself."""
    return replace(
        found, page_type="eservice", services=(), channels=(), vendors=(), unknown_eservices=(), statement=None
    )


def _furniture(unit: _Unit, urls: Sequence[str]) -> Furniture:
    step = max(1, len(urls) // FURNITURE_SAMPLE)
    sources = (read_source(unit.index, url) for url in urls[::step][:FURNITURE_SAMPLE])
    pages = [
        read_page(source.body, source.url, unit.taxonomy, content_type=source.content_type)
        for source in sources
        if source is not None
    ]
    return learn_furniture(pages)


def _digest(body: bytes | str) -> str:
    return hashlib.sha256(body.encode() if isinstance(body, str) else body).hexdigest()


def _read_document(unit: _Unit, url: str, place: Place) -> None:
    """Digest of a document that is no page, and for a PDF whether its form can be filled on screen."""
    source = read_source(unit.index, url)
    if source is None:
        return
    unit.digests[url] = _digest(source.body)
    if place.content_type == "application/pdf" and isinstance(source.body, bytes) and place.status < 400:
        fillable = fillable_from_pdf(source.body)
        if fillable is not None:
            unit.form_kinds[address_key(url)] = "fillable" if fillable else "static"
        quality = measure_pdf(url, source.body)
        if quality is not None:
            unit.pdf_quality.append(quality)


def _status(unit: _Unit) -> MunicipalityStatus:
    municipality, index = unit.given.municipality, unit.index
    answered = sum(place.status < 400 for place in index.documents.values())
    own_read = sum(unit.is_own(url) for url in unit.findings)
    status, reason, detail = _how_complete(unit, own_read)
    return MunicipalityStatus(
        code=municipality.code,
        name_fi=municipality.name_fi,
        name_sv=municipality.name_sv,
        region=municipality.region,
        population=municipality.population,
        size_class=municipality.size_class,
        website=municipality.website,
        status=status,
        pages_fetched=answered,
        crawled_from=index.first_at,
        crawled_to=index.last_at,
        status_reason=reason,
        status_detail=detail,
        requests_failed=len(index.failures) + sum(p.status >= 400 for p in index.documents.values()),
    )


def _how_complete(unit: _Unit, own_read: int) -> tuple[CrawlStatus, FailureReason | None, str]:
    end = unit.index.ends[-1] if unit.index.ends else None
    if unit.given.is_foreign and own_read:
        return CrawlStatus.PARTIAL, FailureReason.FOREIGN_EVIDENCE, ""
    if end is not None:
        status, reason = CrawlStatus(end.status), FailureReason(end.reason) if end.reason else None
        if status is CrawlStatus.COMPLETE and own_read == 0:
            return CrawlStatus.FAILED, FailureReason.TOO_FEW_PAGES, ""
        return status, reason, end.detail[:SNIPPET_LENGTH]
    if own_read:
        return CrawlStatus.PARTIAL, FailureReason.STOPPED, ""
    return CrawlStatus.FAILED, FailureReason.NOT_STARTED, ""


def _own_findings(unit: _Unit) -> Iterable[tuple[str, PageFindings]]:
    return ((url, found) for url, found in unit.findings.items() if unit.is_own(url))


def _grid(unit: _Unit, status: MunicipalityStatus) -> list[ServiceFinding]:
    pages: dict[str, list[ServicePage]] = {}
    for url, found in _own_findings(unit):
        for hit in found.services:
            channels = tuple(_with_form_kind(unit, c) for c in found.channels if c.service_id == hit.service_id)
            pages.setdefault(hit.service_id, []).append(
                ServicePage(
                    url=url,
                    page_type=found.page_type,
                    language=found.language or None,
                    score=hit.score,
                    is_primary=hit.is_primary,
                    depth=unit.depths.get(url),
                    channels=channels,
                    authentication=_log_in(unit, found.authentication, channels),
                    title=found.title,
                )
            )
    own = [found for _, found in _own_findings(unit)]
    covered = not own or any(found.language in unit.taxonomy.languages for found in own)
    coverage = Coverage(status.status, status.status_reason, len(own), covered)
    unreadable = _unreadable(unit)
    return [
        fold_cell(
            CellKey(unit.code, service.theme, service.id, unit.given.municipality.languages),
            Cell(
                responsible=service.responsible_on(unit.given.day, unit.code),
                coverage=coverage,
                pages=tuple(sorted(pages.get(service.id, ()), key=lambda page: page.url)),
                unreadable=unreadable.get(service.id),
            ),
            unit.own_hosts,
            host_of,
        )
        for service in unit.taxonomy.services.values()
    ]


def _log_in(unit: _Unit, stated: str, channels: Sequence[ChannelHit]) -> str:
    """What the page says of logging in; where it says nothing, what the landing pages of its e-services ask for."""
    if stated != "unknown":
        return stated
    targets = {hit.target_url for hit in channels if hit.channel == "digital" and hit.target_url}
    asked = {unit.ways.follow(url).log_in for url in targets}
    return next((method for method in _ASKED if method in asked), "unknown")


def _with_form_kind(unit: _Unit, hit: ChannelHit) -> ChannelHit:
    """A printable form whose file was fetched is static or fillable by what the file says, not by the page's words."""
    if hit.channel != "printable-form" or not hit.target_url:
        return hit
    kind = unit.form_kinds.get(address_key(unit.index.resolve(hit.target_url)))
    return replace(hit, subtype=kind) if kind else hit


def _unreadable(unit: _Unit) -> dict[str, StateReason]:
    """Services that links promise on own pages which could not be read. Dead links (404, 410) promise nothing."""
    reasons: dict[str, StateReason] = {}
    for url, failure in unit.index.failures.items():
        forbidden = failure.reason in (FailureReason.ROBOTS, FailureReason.ROBOTS_UNREACHABLE)
        reasons[url] = StateReason.ROBOTS if forbidden else StateReason.ERRORS
    for url, place in unit.index.documents.items():
        if place.status in (401, 407):
            reasons[url] = StateReason.LOGIN_WALL
        elif place.status >= 400 and place.status not in (404, 410):
            reasons[url] = StateReason.BLOCK_PAGE if place.status in (403, 429) else StateReason.ERRORS
    reasons = {url: reason for url, reason in reasons.items() if unit.is_own(url)}
    if not reasons:
        return {}
    texts = link_texts(dict(_own_findings(unit)))
    terms = term_index(unit.taxonomy)
    found: dict[str, StateReason] = {}
    for url in sorted(reasons):
        for text, language in texts.get(address_key(url), ()):
            for service_id, score in terms.link_scores(text, url, language).items():
                if score >= CANDIDATE_SCORE:
                    found.setdefault(service_id, reasons[url])
    return found


def _page_rows(unit: _Unit) -> list[PageRecord]:
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
            )
        )
    return rows


def _page_type(unit: _Unit, url: str, place: Place, found: PageFindings | None) -> str:
    if found is not None:
        return found.page_type
    return "other" if _is_html(place) or place.status >= 400 else "document"


def _page_service_rows(unit: _Unit) -> list[PageService]:
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
        for url, found in _own_findings(unit)
        for hit in found.services
    ]


def _channel_rows(unit: _Unit) -> list[ChannelEvidence]:
    rows: dict[tuple[Any, ...], ChannelEvidence] = {}
    for url, found in _own_findings(unit):
        kept = {hit.service_id for hit in found.services if hit.score >= WEAK_SCORE}
        place = unit.index.documents[url]
        for hit in (_with_form_kind(unit, c) for c in found.channels if c.service_id in kept):
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


def _vendor_rows(unit: _Unit) -> list[VendorHit]:
    rows: dict[tuple[Any, ...], VendorHit] = {}
    for url, found in _own_findings(unit):
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


def _vendors(unit: _Unit) -> dict[str, str]:
    """Makers of the products on the study's day."""
    return {product.id: product.vendor_on(unit.given.day) for product in unit.taxonomy.products.values()}


def _unknown_rows(unit: _Unit) -> list[UnknownEservice]:
    return sorted(
        {
            UnknownEservice(unit.code, hit.service_id, hit.host, url, hit.target_url)
            for url, found in _own_findings(unit)
            for hit in found.unknown_eservices
        },
        key=lambda row: (row.service_id or "", row.host, row.url, row.target_url),
    )


def _statement_rows(unit: _Unit, status: MunicipalityStatus) -> list[AccessibilityStatement]:
    """Statements of own hosts, not of a product that they tell about; one is missing only where everything was read."""
    rows = [
        AccessibilityStatement(
            municipality_code=unit.code,
            url=url,
            found=True,
            assessed_on=facts.assessed_on,
            compliance=facts.compliance,
            feedback_channel=facts.feedback_channel,
            enforcement_body=facts.enforcement_body,
            problems=tuple(sorted(facts.problems)),
        )
        for url, found in _own_findings(unit)
        if (facts := found.statement) is not None and facts.found and facts.other_subject is None
    ]
    if rows or status.status is not CrawlStatus.COMPLETE:
        return rows
    return [
        AccessibilityStatement(
            municipality_code=unit.code,
            url=None,
            found=False,
            assessed_on=None,
            compliance=None,
            feedback_channel=None,
            enforcement_body=None,
            problems=("missing",),
        )
    ]
