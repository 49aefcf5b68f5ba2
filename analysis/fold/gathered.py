"""Everything that the evidence of one municipality says: its documents found, read and examined, each once.

Reads the WARC files it is given and nothing else, in a fixed order, so that it is equal every time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from analysis.channels import fillable_from_pdf
from analysis.examine import examine_page
from analysis.findings import ChannelHit, PageFindings, PageSource, ProductHit, SiteContext, StatementFacts
from analysis.page.model import Page
from analysis.page.quality import PageQuality, PdfQuality, measure_page, measure_pdf
from analysis.page.read import Furniture, learn_furniture, read_page
from study import HTML_TYPES, Reading, SiteFolders, StudyMunicipality, address_key, host_of, normalise_url
from study.document import page_text, stand_in_of
from taxonomy import StandIn, Taxonomy, term_index

from .decided import Decided
from .eservices import Ways
from .graph import link_texts
from .index import EvidenceIndex, LandingPages, LandingPlace, Place, read_place, read_source
from .likeness import Look, gone_by_probe, look_of, same_instead
from .site_tools import ToolCount, recognise_site_tools
from .statements import elsewhere_statement, pdf_statement, statement_links

FURNITURE_SAMPLE = 60
"""Pages per host from which repeated furniture is learned; more changes little and costs time."""


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
    decided: Decided = field(default_factory=Decided)
    """What people decided of this municipality."""
    readings: tuple[Reading, ...] = ()
    """What the study's language model answered about it."""
    is_vouched: bool = False
    """Whether somebody says that foreign evidence holds all of the site."""


@dataclass
class Gathered:
    """Everything gathered on the way to the rows; own pages are those of the municipality's hosts."""

    given: MunicipalityInput
    taxonomy: Taxonomy
    findings: dict[str, PageFindings] = field(default_factory=dict)
    stand_ins: dict[str, StandIn] = field(default_factory=dict)
    """Own addresses that show something in place of the page: walls, log-ins, pages that are gone."""
    looks: dict[str, Look] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    form_kinds: dict[str, str] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)
    page_quality: list[PageQuality] = field(default_factory=list)
    pdf_quality: list[PdfQuality] = field(default_factory=list)
    tools: ToolCount = field(default_factory=ToolCount)
    linked_statements: set[str] = field(default_factory=set)
    """Addresses that the municipality's own pages link to as their accessibility statement."""
    other_statements: dict[str, StatementFacts] = field(default_factory=dict)
    """Statements in files and on others' hosts, by address."""

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

    @cached_property
    def folders(self) -> SiteFolders:
        """The municipality's part of its hosts: what its addresses name, and where they lead."""
        addresses = self.given.municipality.addresses
        folders = SiteFolders(addresses)
        for address in addresses:
            reached = self.index.resolve(normalise_url(address) or address)
            if not folders.holds(reached):
                folders.add(reached)
        return folders

    def is_own(self, url: str) -> bool:
        return host_of(url) in self.own_hosts and self.folders.holds(url)

    def own_findings(self) -> Iterable[tuple[str, PageFindings]]:
        """What the municipality's own pages say, by address; what stands in place of a page says nothing."""
        return ((url, found) for url, found in self.findings.items() if self.is_own(url) and url not in self.stand_ins)

    def statements(self) -> list[tuple[str, StatementFacts]]:
        """The statements of own pages, and those in files and elsewhere to which own pages link as theirs."""
        own = [(url, found.statement) for url, found in self.own_findings() if found.statement is not None]
        linked = {address_key(self.index.resolve(url)) for url in self.linked_statements}
        return [*own, *((url, facts) for url, facts in self.other_statements.items() if address_key(url) in linked)]

    def dead_statement(self) -> str:
        """A linked statement's address that answers that nothing is there; empty where there is none."""
        for url in sorted(self.linked_statements):
            place = self.index.documents.get(self.index.resolve(url))
            if (place is not None and place.status >= 400) or url in self.stand_ins:
                return url
        return ""

    def with_form_kind(self, hit: ChannelHit) -> ChannelHit:
        """A printable form whose file was fetched is static or fillable by what the file says, not the page's words."""
        if hit.channel != "printable-form" or not hit.target_url:
            return hit
        kind = self.form_kinds.get(address_key(self.index.resolve(hit.target_url)))
        return replace(hit, subtype=kind) if kind else hit


def is_html(place: Place) -> bool:
    """Whether the answer at a place is a page that can be read."""
    return place.content_type in HTML_TYPES


def _readable(unit: Gathered) -> list[str]:
    """Addresses of HTML documents that were answered, in a fixed order."""
    found = (url for url, place in unit.index.documents.items() if is_html(place) and place.status < 400)
    return sorted(found)


def gather(given: MunicipalityInput, taxonomy: Taxonomy) -> Gathered:
    """Reads and examines every document of a municipality's evidence, and the landing pages among them."""
    unit = Gathered(given, taxonomy)
    readable = _readable(unit)
    furniture: dict[str, Furniture] = {}
    for host in sorted({host_of(url) for url in readable if unit.is_own(url)}):
        furniture[host] = _furniture(unit, [url for url in readable if host_of(url) == host])
    for url in readable:
        _read_page(unit, url, furniture.get(host_of(url)))
    _compare(unit, furniture)
    for url, place in sorted(unit.index.documents.items()):
        if url not in unit.digests:
            _read_document(unit, url, place)
    return unit


def _compare(unit: Gathered, furniture: Mapping[str, Furniture]) -> None:
    """Find the pages that show one and the same thing in place of what was asked, whatever its words."""
    probes: dict[str, Look] = {}
    for url, place in sorted(unit.index.probes.items()):
        source = read_place(url, place)
        if source is not None and _instead(source) is None:
            learned = furniture.get(host_of(url))
            page = read_page(source.body, url, unit.taxonomy, content_type=source.content_type, furniture=learned)
            probes[host_of(url)] = look_of(page)
    fronts = [unit.index.resolve(normalise_url(start) or start) for start in unit.given.municipality.addresses]
    found = gone_by_probe(unit.looks, probes, fronts)
    rest = {url: look for url, look in unit.looks.items() if url not in found}
    found |= same_instead(rest, link_texts(dict(unit.own_findings())), term_index(unit.taxonomy))
    for url, instead in found.items():
        unit.stand_ins[url] = instead
        unit.findings[url] = _without_proofs(unit.findings[url], instead)
    unit.page_quality = [quality for quality in unit.page_quality if quality.url not in found]


def _read_page(unit: Gathered, url: str, furniture: Furniture | None) -> None:
    source = read_source(unit.index, url)
    if source is None:
        return
    page = read_page(source.body, source.url, unit.taxonomy, content_type=source.content_type, furniture=furniture)
    found = examine_page(page, unit.taxonomy, SiteContext(unit.own_hosts, furniture, unit.ways.landing))
    instead = _instead(source) if unit.is_own(url) else None
    unit.findings[url] = found if unit.is_own(url) and instead is None else _without_proofs(found, instead)
    # The answer that warc_offset points to, also where the page was read as the browser made it.
    answer = (read_place(url, unit.index.documents[url]) if source.rendered else source) or source
    unit.digests[url] = _digest(answer.body)
    if not unit.is_own(url):
        unit.ways.take(url, page)
        if found.statement is not None and (facts := elsewhere_statement(page, unit.taxonomy, unit.own_hosts)):
            unit.other_statements[url] = facts
        return
    if instead is not None:
        unit.stand_ins[url] = instead
        return
    unit.linked_statements.update(statement_links(page, unit.taxonomy))
    unit.looks[url] = look_of(page)
    unit.page_quality.append(measure_page(page, unit.taxonomy))
    if unit.tools.wants(host_of(url)):
        unit.tools.add(url, _site_tools(unit, source, answer, page))


def _site_tools(unit: Gathered, source: PageSource, answer: PageSource, page: Page) -> tuple[ProductHit, ...]:
    """The tools a page shows, with the cookies and headers of the server's answer and of the browser's."""
    cookies = tuple(sorted({*answer.cookies, *source.cookies}))
    headers = {**source.headers, **answer.headers}
    return recognise_site_tools(source.body, page, unit.taxonomy, cookies=cookies, headers=headers)


def _instead(source: PageSource) -> StandIn | None:
    """What an answer shows in place of the page, where it does."""
    return stand_in_of(page_text(source.body, source.content_type), status=source.status, headers=source.headers)


def _without_proofs(found: PageFindings, instead: StandIn | None) -> PageFindings:
    """A page of somebody else's host, or what stands in place of a page, proves nothing about this municipality."""
    page_type = "eservice" if instead is None else "other"
    return replace(
        found, page_type=page_type, services=(), channels=(), vendors=(), unknown_eservices=(), statement=None
    )


def _furniture(unit: Gathered, urls: Sequence[str]) -> Furniture:
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


def _read_document(unit: Gathered, url: str, place: Place) -> None:
    """Digest of a document that is no page, and for a PDF whether its form can be filled on screen."""
    source = read_source(unit.index, url)
    if source is None:
        return
    unit.digests[url] = _digest(source.body)
    if place.content_type == "application/pdf" and isinstance(source.body, bytes) and place.status < 400:
        fillable = fillable_from_pdf(source.body)
        if fillable is not None:
            unit.form_kinds[address_key(url)] = "fillable" if fillable else "static"
        if url in {unit.index.resolve(link) for link in unit.linked_statements}:
            unit.other_statements[url] = pdf_statement(url, source.body, unit.taxonomy, unit.own_hosts)
        quality = measure_pdf(url, source.body, unit.taxonomy)
        if quality is not None:
            unit.pdf_quality.append(quality)
