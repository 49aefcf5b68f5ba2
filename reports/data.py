"""A study as the report sees it: tables, taxonomy and settings read once, indexed, and named in one language.

Reads the study folder and the taxonomy; computes nothing but look-ups. Sections ask this and the measures only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from analysis import picture_of, view_of
from study import (
    COMPARISON,
    TABLES,
    AccessibilityPage,
    AccessibilityStatement,
    AccessibilityViolation,
    ChannelEvidence,
    DecisionLog,
    MunicipalityStatus,
    PageRecord,
    PageService,
    ServiceFinding,
    State,
    StudyFolder,
    UnknownEservice,
    UserError,
    VendorHit,
    columns_of,
    key_of,
    load_decisions,
    read_at,
    read_table,
)
from taxonomy import Product, Service, Taxonomy, Theme, load_taxonomy

from .authorship import NOBODY, Authorship, licence_of
from .clean import Personal, mask_rows, personal_in
from .measures import Measure
from .own_text import OwnText, read_own_text
from .shares import Answers, answers_of, is_outside
from .words import Words

if TYPE_CHECKING:
    from .earlier import Development

OPTIONAL = (
    "accessibility_pages",
    "accessibility_violations",
    "indicators",
    "register_services",
    "register_channels",
)
"""Tables that stand empty until audit or register has been run; a study without them still gives a report."""
_KINDS = {"document": "documents", "eservice": "eservices"}
"""Types of pages that are counted apart."""


@dataclass(frozen=True)
class StudyData:
    """Everything a report is made from. Municipalities come largest first, services in the taxonomy's order."""

    title: str
    year: int
    languages: tuple[str, ...]
    contact: str
    max_pages: int
    taxonomy: Taxonomy
    tables: Mapping[str, Sequence[Any]]
    version: str = ""
    evidence_folder: Path | None = None
    authorship: Authorship = NOBODY
    control_sample: int = 0
    """Cells drawn by lot for people to look at, as the study wishes."""
    reviewers: tuple[str, ...] = ()
    """Who looked, as the study wishes them named."""
    decisions: DecisionLog = field(default_factory=DecisionLog)
    """Everything that people decided."""
    own_text: OwnText = field(default_factory=OwnText)
    development: Development | None = None
    """What changed since earlier studies; None where none is named."""
    made: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What `once_a_study` keeps."""

    def title_in(self, words: Words) -> str:
        """The study's own title, or one in the language of `words` where it was given none."""
        return self.title or words("cover.title", n=len(self.codes), year=str(self.year))

    @cached_property
    def municipalities(self) -> tuple[MunicipalityStatus, ...]:
        """The compared municipalities, by population, then name."""
        rows: Sequence[MunicipalityStatus] = self.tables["municipalities"]
        return tuple(sorted(rows, key=lambda m: (-(m.population or 0), m.name_fi, m.code)))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Their codes in the same order."""
        return tuple(m.code for m in self.municipalities)

    @cached_property
    def status(self) -> dict[str, MunicipalityStatus]:
        """Municipality by code."""
        return {m.code: m for m in self.municipalities}

    @cached_property
    def grid(self) -> dict[tuple[str, str], ServiceFinding]:
        """Finding by municipality and service."""
        rows: Sequence[ServiceFinding] = self.tables["service_findings"]
        return {(f.municipality_code, f.service_id): f for f in rows}

    @cached_property
    def themes(self) -> tuple[Theme, ...]:
        """Themes that have at least one service in the grid."""
        present = {service for _, service in self.grid} or set(self.taxonomy.services)
        used = {s.theme for s in self.taxonomy.services.values() if s.id in present}
        return tuple(t for t in self.taxonomy.themes.values() if t.id in used)

    def services(self, theme_id: str | None = None) -> tuple[Service, ...]:
        """Services in order, of one theme or of all."""
        return self._services_by_theme.get(theme_id, ())

    @cached_property
    def _services_by_theme(self) -> dict[str | None, tuple[Service, ...]]:
        by_theme: dict[str | None, tuple[Service, ...]] = {
            t: tuple(s for s in self.taxonomy.services.values() if s.theme == t) for t in self.taxonomy.themes
        }
        return {**by_theme, None: tuple(s for t in self.themes for s in by_theme[t.id])}

    def findings(
        self, services: Sequence[Service] | None = None, codes: Sequence[str] | None = None
    ) -> list[ServiceFinding]:
        """Grid cells of these services and municipalities, all by default."""
        wanted = self.services() if services is None else services
        places = self.codes if codes is None else codes
        grid = self.grid
        return [f for s in wanted for c in places if (f := grid.get((c, s.id))) is not None]

    @cached_property
    def apart(self) -> frozenset[str]:
        """Services that only a minority of the compared municipalities arrange: in no share of several services."""
        tasked: Counter[str] = Counter(f.service_id for f in self.grid.values() if not is_outside(f))
        return frozenset(s.id for s in self.services() if 0 < 2 * tasked[s.id] < len(self.codes))

    def compared(
        self, *, theme: str | None = None, service: str | None = None, codes: Sequence[str] | None = None
    ) -> list[ServiceFinding]:
        """Grid cells that a share is made of: of one service, or of those of a theme or all that are not told apart."""
        places, grid = self.codes if codes is None else codes, self.grid
        asked = self.asked(theme=theme, service=service)
        return [f for id in asked for c in places if (f := grid.get((c, id))) is not None]

    def asked(self, *, theme: str | None = None, service: str | None = None) -> tuple[str, ...]:
        """Ids of the services that a share is made of: the one, or those of a theme or all that are not told apart."""
        return (service,) if service is not None else self._asked.get(theme, ())

    @cached_property
    def _asked(self) -> dict[str | None, tuple[str, ...]]:
        every = self._services_by_theme.items()
        return {theme: tuple(s.id for s in services if s.id not in self.apart) for theme, services in every}

    def answers(self, measure: Measure) -> Mapping[str, Answers]:
        """What each grid cell says to a measure's question, by service; asked once."""
        if measure not in self.made:
            self.made[measure] = answers_of(measure, (f for (code, _), f in self.grid.items() if code in self.status))
        answers: Mapping[str, Answers] = self.made[measure]
        return answers

    @cached_property
    def evidence(self) -> dict[tuple[str, str], tuple[ChannelEvidence, ...]]:
        """Evidence by municipality and service, surest first."""
        found: dict[tuple[str, str], list[ChannelEvidence]] = defaultdict(list)
        for row in self.tables["channel_evidence"]:
            found[row.municipality_code, row.service_id].append(row)
        return {key: tuple(sorted(rows, key=_proof_order)) for key, rows in found.items()}

    @cached_property
    def pages(self) -> dict[tuple[str, str], PageRecord]:
        """Fetched document by municipality and address."""
        return {(p.municipality_code, p.url): p for p in self.tables["pages"]}

    def pages_read(self, codes: Sequence[str]) -> dict[str, int]:
        """What was read of these municipalities: web pages ("pages"), "documents", and pages of "eservices"."""
        total: Counter[str] = Counter()
        for code in codes:
            total.update(self._pages_read.get(code, {}))
        return {kind: total[kind] for kind in ("pages", "documents", "eservices")}

    @cached_property
    def _pages_read(self) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for page in self.pages.values():
            if page.status < 400:
                found[page.municipality_code][_KINDS.get(page.page_type, "pages")] += 1
        for row in self.municipalities:
            # What was received and is in no row of the pages was not judged, so it is a page of no known kind.
            rest = row.pages_fetched - found[row.code].total()
            found[row.code]["pages"] += max(0, rest)
        return dict(found)

    @cached_property
    def services_of_page(self) -> dict[tuple[str, str], int]:
        """How many services each page serves."""
        return dict(Counter((row.municipality_code, row.url) for row in self.tables["page_services"]))

    @cached_property
    def services_on_pages(self) -> dict[tuple[str, str], tuple[PageService, ...]]:
        """The pages that speak of a service, by municipality and service."""
        found: dict[tuple[str, str], list[PageService]] = defaultdict(list)
        for row in self.tables["page_services"]:
            found[row.municipality_code, row.service_id].append(row)
        return {key: tuple(rows) for key, rows in found.items()}

    @cached_property
    def hits(self) -> tuple[VendorHit, ...]:
        """Sightings of products that count (not back-office tools or trackers)."""
        rows: Sequence[VendorHit] = self.tables["vendor_hits"]
        return tuple(h for h in rows if self.is_counted(h.product_id))

    @cached_property
    def hits_of(self) -> dict[str, tuple[VendorHit, ...]]:
        """The same by municipality."""
        return _by_code(self.hits)

    @cached_property
    def unknown(self) -> tuple[UnknownEservice, ...]:
        """E-service hosts that no product claims."""
        return tuple(self.tables["unknown_eservices"])

    def rows(self, table: str) -> Sequence[Any]:
        """Rows of a table that an older study may lack."""
        return self.tables.get(table, ())

    @cached_property
    def statements(self) -> dict[str, tuple[AccessibilityStatement, ...]]:
        """Accessibility statements by municipality."""
        return _by_code(self.tables["accessibility_statements"])

    @cached_property
    def audited(self) -> dict[str, tuple[AccessibilityPage, ...]]:
        """Audited pages by municipality."""
        return _by_code(self.tables["accessibility_pages"])

    @cached_property
    def violations(self) -> tuple[AccessibilityViolation, ...]:
        """Failed rules on audited pages."""
        return tuple(self.tables["accessibility_violations"])

    @cached_property
    def _audited(self) -> dict[tuple[str, str], AccessibilityPage]:
        return {(p.municipality_code, p.url): p for pages in self.audited.values() for p in pages}

    def picture(self, row: AccessibilityViolation) -> str:
        """A picture of the failing element as a data address, read from the evidence; empty where there is none."""
        page = self._audited.get((row.municipality_code, row.url))
        if not row.has_picture or page is None or self.evidence_folder is None or page.warc_offset is None:
            return ""
        path = self.evidence_folder / page.warc_file
        found = picture_of(read_at(path, page.warc_offset), row.rule_id) if path.is_file() else None
        return f"data:image/jpeg;base64,{found}" if found else ""

    def is_viewed(self, code: str, url: str | None) -> bool:
        """Whether a page of a municipality was looked at in a browser, so that there may be a picture of it."""
        page = self._audited.get((code, url or ""))
        return page is not None and page.warc_offset is not None and not page.error

    def view(self, code: str, url: str) -> str:
        """A picture of a page's first screen as a data address, read from the evidence; empty where there is none."""
        page = self._audited.get((code, url))
        if page is None or page.warc_offset is None or self.evidence_folder is None:
            return ""
        path = self.evidence_folder / page.warc_file
        found = view_of(read_at(path, page.warc_offset)) if path.is_file() else None
        return f"data:image/jpeg;base64,{found}" if found else ""

    @cached_property
    def crawl_days(self) -> tuple[date, date] | None:
        """First and last day on which anything was requested; None where nothing was."""
        starts = [m.crawled_from for m in self.municipalities if m.crawled_from]
        ends = [m.crawled_to for m in self.municipalities if m.crawled_to]
        return (min(starts).date(), max(ends).date()) if starts and ends else None

    @property
    def has_evidence(self) -> bool:
        """Whether any page was read at all."""
        return bool(self.judged)

    @cached_property
    def judged(self) -> frozenset[str]:
        """Codes of municipalities of which at least one service could be judged."""
        return frozenset(c for (c, _), f in self.grid.items() if f.state in (State.FOUND, State.NOT_FOUND))

    def is_counted(self, product_id: str) -> bool:
        """Whether a product is one of the services' systems."""
        product = self.product(product_id)
        return product is None or product.is_counted

    def product(self, product_id: str) -> Product | None:
        """The product, or None where the taxonomy has dropped it since."""
        return self.taxonomy.products.get(product_id)

    def products_of(self, code: str, service_id: str) -> tuple[str, ...]:
        """Product ids seen for a service of a municipality, sorted."""
        return self._products.get((code, service_id), ())

    @cached_property
    def _products(self) -> dict[tuple[str, str], tuple[str, ...]]:
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for hit in self.hits:
            if hit.service_id:
                found[hit.municipality_code, hit.service_id].add(hit.product_id)
        return {key: tuple(sorted(ids)) for key, ids in found.items()}


T = TypeVar("T")


def once_a_study(make: Callable[[StudyData], T]) -> Callable[[StudyData], T]:
    """A figure of the whole study that is computed once, however many pages and languages ask for it."""

    @wraps(make)
    def made(data: StudyData) -> T:
        if make not in data.made:
            data.made[make] = make(data)
        found: T = data.made[make]
        return found

    return made


def _proof_order(row: ChannelEvidence) -> tuple[float, str, str, str, str, str]:
    return (-row.confidence, row.channel, row.subtype, row.url, row.target_url or "", row.snippet)


def _by_code(rows: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.municipality_code].append(row)
    return {code: tuple(items) for code, items in found.items()}


def load_study(folder: StudyFolder, version: str = "", development: Development | None = None) -> StudyData:
    """Read a study's tables, personal data masked; raises UserError where `analyze` has not been run.

    `development` is what changed since earlier studies.
    """
    config = folder.config
    taxonomy = load_taxonomy(config.study.country)
    personal = personal_in(taxonomy.country)
    tables: dict[str, Sequence[Any]] = {}
    for name, table in TABLES.items():
        try:
            tables[name] = _masked(table.record, folder.read(name), personal)
        except UserError:
            if name not in OPTIONAL and table.is_contract:
                raise
            tables[name] = ()
    for name, table in COMPARISON.items():
        path = folder.comparison / f"{name}.parquet"
        rows: Sequence[Any] = read_table(path, table.record, taxonomy) if path.is_file() else ()
        tables[name] = _masked(table.record, rows, personal)
    log = load_decisions(folder).log
    return StudyData(
        title=config.study.title,
        year=config.study.year,
        languages=tuple(config.study.languages),
        contact=config.crawl.contact,
        max_pages=config.crawl.max_pages,
        taxonomy=taxonomy,
        tables=tables,
        version=version,
        evidence_folder=folder.evidence,
        authorship=Authorship(
            tuple(config.study.authors), config.study.publisher, licence_of(config.study.licence), config.study.doi
        ),
        control_sample=config.review.control_sample,
        reviewers=_reviewers(folder, log),
        decisions=log,
        own_text=read_own_text(folder.report_texts),
        development=development,
    )


def _masked(record: type, rows: Sequence[Any], personal: Personal) -> list[Any]:
    people = tuple(column.name for column in columns_of(record) if column.names_people)
    return mask_rows(rows, key_of(record), personal, people)


def _reviewers(folder: StudyFolder, log: DecisionLog) -> tuple[str, ...]:
    """Who decided something, named in full, by initials or not at all."""
    wish = folder.config.review.reviewers
    names = log.reviewers if wish != "none" else ()
    if wish == "names":
        return names
    return tuple(sorted({"".join(part[0].upper() for part in name.split()) for name in names}))
