"""Everything that the evidence of one municipality says: its documents found, read and examined, each once.

Reads the WARC files it is given and nothing else, in a fixed order, so that it is equal every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from analysis.findings import ChannelHit, PageFindings, StatementFacts
from analysis.page.quality import PageQuality, PdfQuality
from study import Reading, SiteFolders, StudyMunicipality, address_key, host_of, normalise_url
from taxonomy import StandIn, Taxonomy, term_index

from .decided import Decided
from .dresses import Worn, other_dresses, worn_by
from .eservices import Ways
from .graph import link_texts
from .index import EvidenceIndex, LandingPages, LandingPlace, read_source
from .judged import JudgedPage
from .likeness import Look, dead_ends, gone_by_probe, same_instead
from .pages import ReadFile, ReadPage
from .site_tools import ToolCount, tools_of
from .stages import Given, Place, work_pages
from .statements import pdf_statement


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
    dresses: dict[str, str] = field(default_factory=dict)
    """Own addresses that show another page once more, such as to be printed, with that page's address."""
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
    pages_read: int = 0
    """Pages that were read for this; the others had been kept."""
    pages_judged: int = 0

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
        """What the municipality's own pages say, each once; what stands in place of a page says nothing."""
        passed = self.stand_ins.keys() | self.dresses.keys()
        return ((url, found) for url, found in self.findings.items() if self.is_own(url) and url not in passed)

    def page_at(self, url: str) -> str:
        """The address of the page that stands at an address, which may show it in another dress."""
        return self.dresses.get(url, url)

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


def gather(given: MunicipalityInput, taxonomy: Taxonomy, stages: Place | None = None) -> Gathered:
    """Reads and examines every document of a municipality's evidence, and the landing pages among them."""
    unit = Gathered(given, taxonomy)
    worked = work_pages(Given(unit.index, unit.is_own, unit.own_hosts, given.landing, taxonomy), stages)
    read = worked.unit
    unit.pages_read, unit.pages_judged = worked.read_now, worked.judged_now
    for url, judged in worked.judged.items():
        _take_page(unit, url, read.pages[url], judged)
    for url, parts in read.parts.items():
        unit.tools.add(url, tools_of(parts, taxonomy))
    _compare(unit, read.probes)
    worn = {url: worn_by(read.pages[url].page, look) for url, look in unit.looks.items() if url not in unit.stand_ins}
    _take_dresses(unit, worn)
    for url, file in read.files.items():
        _take_file(unit, url, file)
    return unit


def _take_page(unit: Gathered, url: str, read: ReadPage, judged: JudgedPage) -> None:
    own = unit.is_own(url)
    found = judged.findings
    unit.findings[url] = found if own and read.instead is None else _without_proofs(found, read.instead)
    unit.digests[url] = unit.index.documents[url].sha256
    if not own:
        unit.ways.take(url, read.page)
        if judged.elsewhere is not None:
            unit.other_statements[url] = judged.elsewhere
    elif read.instead is not None:
        unit.stand_ins[url] = read.instead
    else:
        unit.linked_statements.update(judged.statements)
        if read.look is not None:
            unit.looks[url] = read.look
        if read.quality is not None:
            unit.page_quality.append(read.quality)


def _compare(unit: Gathered, probes: Mapping[str, Look]) -> None:
    """Find the pages that show one and the same thing in place of what was asked, whatever its words."""
    fronts = [unit.index.resolve(normalise_url(start) or start) for start in unit.given.municipality.addresses]
    found = gone_by_probe(unit.looks, probes, fronts)
    rest = {url: look for url, look in unit.looks.items() if url not in found}
    linked, index = link_texts(dict(unit.own_findings())), term_index(unit.taxonomy)
    found |= dead_ends(rest, linked, index)
    found |= same_instead(rest, linked, index)
    for url, instead in found.items():
        unit.stand_ins[url] = instead
        unit.findings[url] = _without_proofs(unit.findings[url], instead)
    unit.page_quality = [quality for quality in unit.page_quality if quality.url not in found]


def _take_dresses(unit: Gathered, worn: Mapping[str, Worn]) -> None:
    """Tell the pages from the addresses that only show them once more; of such a page the first is measured."""
    unit.dresses = other_dresses(worn)
    unit.page_quality = [quality for quality in unit.page_quality if quality.url not in unit.dresses]


def _without_proofs(found: PageFindings, instead: StandIn | None) -> PageFindings:
    """A page of somebody else's host, or what stands in place of a page, proves nothing about this municipality."""
    page_type = "eservice" if instead is None else "other"
    return replace(
        found, page_type=page_type, services=(), channels=(), vendors=(), unknown_eservices=(), statement=None
    )


def _take_file(unit: Gathered, url: str, file: ReadFile) -> None:
    unit.digests[url] = file.sha256
    if file.is_fillable is not None:
        unit.form_kinds[address_key(url)] = "fillable" if file.is_fillable else "static"
    place = unit.index.documents[url]
    is_linked = url in {unit.index.resolve(link) for link in unit.linked_statements}
    if is_linked and place.content_type == "application/pdf" and place.status < 400:
        source = read_source(unit.index, url)
        if source is not None and isinstance(source.body, bytes):
            unit.other_statements[url] = pdf_statement(url, source.body, unit.taxonomy, unit.own_hosts)
    if file.quality is not None:
        unit.pdf_quality.append(file.quality)
