"""A study on the desk of whoever reviews it: cells in memory, evidence and pages read when somebody looks at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import pyarrow as pa

from study import (
    TABLES,
    AccessibilityStatement,
    Change,
    ChangeKind,
    ChannelEvidence,
    DecidedCell,
    Decision,
    PageRecord,
    PageService,
    ReaderAnswer,
    RegisterCell,
    Role,
    ServiceFinding,
    StateReason,
    StudyFolder,
    Subject,
    UnknownEservice,
    UserError,
    VendorHit,
    Verification,
    draw_control,
    draw_second,
    host_of,
    open_study,
    read_arrow,
    read_columns,
    rows_of,
)
from taxonomy import Taxonomy

from .book import Book
from .worth import QueueCell, Reason, ordered, weigh

_PLACES_KEPT = 4
"""Municipalities whose pages are kept at hand; more would only take memory."""
_STRONG_PAGE = 0.75
_OFFERED = 0.5


@dataclass
class Desk:
    """Everything that the review page asks of a study. `draft` gives the draft of a catalogue file for a host.

    With a `share` the reviewer is a second reader: of the cells that others decided so many are drawn, and nothing of
    what was decided about them is shown.
    """

    folder: StudyFolder
    reviewer: str
    book: Book
    share: float = 0.0
    draft: Callable[[str], str] = field(default=lambda host: "")

    @property
    def role(self) -> Role:
        """As whom the reviewer decides."""
        return Role.SECOND if self.share else Role.FIRST

    @property
    def is_blind(self) -> bool:
        """Whether the reviewer must not see what others decided."""
        return self.share > 0

    @property
    def said(self) -> dict[Subject, Decision]:
        """The answers that count for this reviewer's queue: those in force, or the second readings."""
        return self.book.second if self.is_blind else self.book.in_force

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """What the study looks for."""
        return self.folder.taxonomy

    @cached_property
    def names(self) -> dict[str, Any]:
        """Municipalities by code."""
        return {municipality.code: municipality for municipality in self.folder.municipalities}

    @cached_property
    def cells(self) -> dict[tuple[str, str], QueueCell]:
        """Every cell that the municipality answers for, weighed."""
        decided = {(row.municipality_code, row.service_id): row for row in self._decided}
        differs = self._differs()
        cells = {}
        for code, theme, service, state, reason, sure, channels, verification, gaps, basis in self._rows_of(
            "service_findings", *_QUEUE_COLUMNS
        ):
            if reason == StateReason.OTHER_RESPONSIBLE:
                continue
            cell = QueueCell(code, theme, service, state, sure, tuple(channels), verification, basis)
            machine = decided.get((code, service))
            if machine is not None:
                # The table has a person's sureness, or none, where a person decided.
                cell.state, cell.verification, cell.confidence = (
                    machine.machine_state, machine.machine_verification, None,
                )  # fmt: skip
                cell.channels = tuple(sorted({name.partition(":")[0] for name in machine.machine_channels}))
            cell.differs = (*differs.get((code, service), ()), *(("languages",) if gaps else ()))
            cells[cell.key] = cell
        weigh(list(cells.values()), draw_control(cells, self.folder.config.review.control_sample))
        return cells

    @cached_property
    def _decided(self) -> list[DecidedCell]:
        path = self.folder.findings / "decided_cells.parquet"
        return self.folder.read("decided_cells") if path.is_file() else []

    @cached_property
    def decided(self) -> dict[tuple[str, str], DecidedCell]:
        """What the machine alone said of the cells that were decided before the tables were made."""
        return {(row.municipality_code, row.service_id): row for row in self._decided}

    @cached_property
    def reader_answers(self) -> dict[tuple[str, str], ReaderAnswer]:
        """What a language model answered about cells, where one was asked."""
        path = self.folder.findings / "reader_answers.parquet"
        rows = self.folder.read("reader_answers") if path.is_file() else []
        return {(row.municipality_code, row.service_id): row for row in rows}

    @cached_property
    def register_cells(self) -> dict[tuple[str, str], RegisterCell]:
        """What the service register says of cells, where it was asked."""
        path = self.folder.findings / "register_cells.parquet"
        rows = self.folder.read("register_cells") if path.is_file() else []
        return {(row.municipality_code, row.service_id): row for row in rows}

    def _differs(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """What others say differently: a language model, two strong pages of one cell, the register, the last study."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key, answer in self.reader_answers.items():
            if answer.agrees is False and answer.machine_verification == Verification.UNCERTAIN:
                found[key].append("reader")
        for key in self._pages_differ():
            found[key].append("pages")
        for key, cell in self.register_cells.items():
            if cell.agreement == "declared-only" or cell.only_declared:
                found[key].append("register")
        for key in self._changed():
            found[key].append("last-year")
        return {key: tuple(reasons) for key, reasons in found.items()}

    def _pages_differ(self) -> Iterator[tuple[str, str]]:
        """Cells with two pages mainly about the service, of one language, that offer different channels."""
        # Compared in Python: what Arrow needs for it loads pandas and more, a third of a second before the page opens.
        pages: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)
        names = ("municipality_code", "service_id", "url")
        for code, service, url, score, is_primary in self._rows_of("page_services", *names, "score", "is_primary"):
            if is_primary and score >= _STRONG_PAGE:
                pages[code, service][url] = set()
        several = {key: urls for key, urls in pages.items() if len(urls) > 1}
        for code, service, url, channel, sure in self._rows_of("channel_evidence", *names, "channel", "confidence"):
            if sure >= _OFFERED and url in several.get((code, service), ()):
                several[code, service][url].add(channel)
        for key, urls in several.items():
            if len({frozenset(channels) for channels in urls.values()}) > 1:
                yield key

    def _rows_of(self, name: str, *columns: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a few columns of a table."""
        table = self._table(name, list(columns))
        return zip(*(table.column(column).to_pylist() for column in columns), strict=True)

    def _changed(self) -> set[tuple[str, str]]:
        """Cells that differ from the study before as the site or the machine has it, where `compare` has been run."""
        path = self.folder.comparison / "changes.parquet"
        if not path.is_file():
            return set()
        rows: list[Change] = rows_of(Change, read_columns(path, Change, self.taxonomy))
        last = max((row.step for row in rows), default=0)
        # What a gap hid, a person decided or another body took over says nothing against the machine.
        doubtful = (ChangeKind.SITE, ChangeKind.METHOD)
        return {
            (r.municipality_code, r.service_id) for r in rows if r.service_id and r.step == last and r.kind in doubtful
        }

    def _table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        path = self.folder.findings / f"{name}.parquet"
        if not path.is_file():
            raise UserError(
                f"{self.folder.root}: there are no findings to review yet.",
                f"Run `kuntatutka run {self.folder.root}` first, or `kuntatutka analyze {self.folder.root}`.",
            )
        return read_arrow(path, TABLES[name].record, self.taxonomy, columns)

    def check_tables(self) -> None:
        """Raise StorageError where a table that is read later, cell by cell, was written by another version."""
        for name in _LATER:
            self._table(name, [])

    @cached_property
    def queue(self) -> list[QueueCell]:
        """Every cell in the order of what a look changes most, decided ones too; a second reader's by their lots."""
        if self.is_blind:
            return [self.cells[key] for key in self._drawn()]
        return ordered(self.cells.values(), {c.key: "reader" for c in self.cells.values() if "reader" in c.differs})

    def _drawn(self) -> Sequence[tuple[str, str]]:
        """The cells of a second reader; those whose page or finding has changed since are not among them."""
        fresh = {key for key, cell in self.cells.items() if not self._is_outdated(cell)}
        drawn = draw_second(self.book.log(), self.share, self.reviewer, among=fresh)
        if not drawn:
            raise UserError(
                f"{self.folder.root}: nobody but {self.reviewer} has decided a cell, so none can be read again.",
                "Somebody else decides cells first: `kuntatutka review DIR --reviewer NAME`.",
            )
        return drawn

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """Where each cell stands in the queue."""
        return {cell.key: number for number, cell in enumerate(self.queue)}

    def urgency(self, cell: QueueCell) -> Reason | None:
        """Why a decided cell is asked again; None where it is not."""
        subject = (cell.code, cell.service, "")
        if self.is_blind:
            return None
        if subject in self.book.disputed:
            return "disputed"
        return "asked-again" if self._is_outdated(cell) else None

    def _is_outdated(self, cell: QueueCell) -> bool:
        decision = self.book.in_force.get((cell.code, cell.service, ""))
        return decision is not None and cell.basis.partition(".")[::2] != (decision.seen_finding, decision.seen_page)

    def is_open(self, cell: QueueCell) -> bool:
        """Whether a cell still waits for this reader."""
        return (cell.code, cell.service, "") not in self.said or self.urgency(cell) is not None

    def decision(self, code: str, service: str) -> Decision | None:
        """The decision of a cell that counts for this reviewer."""
        return self.said.get((code, service, ""))

    def notes(self, code: str, service: str) -> tuple[Decision, ...]:
        """What people noted on a cell without deciding it; a second reader sees only what is their own."""
        said = self.book.notes.get((code, service, ""), ())
        return tuple(d for d in said if d.reviewer == self.reviewer) if self.is_blind else said

    # What is read only when a cell is looked at.

    @cached_property
    def _evidence(self) -> _ByPlace:
        return _ByPlace(self._table("channel_evidence"), ChannelEvidence)

    @cached_property
    def _served(self) -> _ByPlace:
        return _ByPlace(self._table("page_services"), PageService)

    @cached_property
    def _vendors(self) -> _ByPlace:
        return _ByPlace(self._table("vendor_hits"), VendorHit)

    @cached_property
    def _pages(self) -> _ByPlace:
        return _ByPlace(self._table("pages"), PageRecord)

    @cached_property
    def _findings(self) -> _ByPlace:
        return _ByPlace(self._table("service_findings"), ServiceFinding)

    @cached_property
    def unknown(self) -> list[UnknownEservice]:
        """E-service hosts that no product claims."""
        return self.folder.read("unknown_eservices")

    def prepare_cells(self) -> None:
        """Read the tables that the first cell needs."""
        _ = self._findings, self._evidence, self._served, self._vendors, self._pages, self.cells_of_host

    def finding(self, code: str, service: str) -> ServiceFinding:
        """The cell as the tables have it."""
        found: ServiceFinding = self._findings.indexed(code, "service_id")[service]
        return found

    def evidence(self, code: str, service: str) -> list[ChannelEvidence]:
        """What the machine read for a cell, surest first."""
        rows = (row for row in self._evidence.rows(code) if row.service_id == service)
        return sorted(rows, key=lambda r: (-r.confidence, r.channel, r.subtype, r.url, r.target_url or "", r.snippet))

    def served(self, code: str, service: str) -> list[PageService]:
        """The pages that speak of a service, surest first."""
        rows = (row for row in self._served.rows(code) if row.service_id == service)
        return sorted(rows, key=lambda r: (-r.score, r.url))

    def products(self, code: str, service: str) -> tuple[str, ...]:
        """Counted products seen behind a cell."""
        known = self.taxonomy.products
        hits = {row.product_id for row in self._vendors.rows(code) if row.service_id == service}
        return tuple(sorted(name for name in hits if name not in known or known[name].is_counted))

    def product_pages(self, code: str, service: str) -> dict[str, set[str]]:
        """The pages on which each product behind a cell was seen."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self._vendors.rows(code):
            if row.service_id == service:
                found[row.product_id].add(row.url)
        return found

    def page(self, code: str, url: str) -> PageRecord | None:
        """The record of a fetched document."""
        return self._pages.indexed(code, "url").get(url)

    def statements(self, code: str) -> list[AccessibilityStatement]:
        """The accessibility statements of a municipality."""
        return [row for row in self._statements if row.municipality_code == code]

    @cached_property
    def _statements(self) -> list[AccessibilityStatement]:
        return self.folder.read("accessibility_statements")

    @cached_property
    def cells_of_host(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """The cells whose digital channel leads to each host."""
        import pyarrow.compute as pc  # takes longer than reading the table: not before the page is open

        names = ["municipality_code", "service_id", "target_url"]
        table = self._table("channel_evidence", [*names, "channel", "confidence"])
        offered = pc.and_(pc.equal(table["channel"], "digital"), pc.greater_equal(table["confidence"], _OFFERED))
        grouped = table.filter(pc.and_(offered, pc.is_valid(table["target_url"]))).group_by(names).aggregate([])
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for code, service, target in zip(*(grouped.column(n).to_pylist() for n in names), strict=True):
            found[host_of(target)].add((code, service))
        return {host: tuple(sorted(cells)) for host, cells in found.items()}

    @cached_property
    def product_cells(self) -> dict[str, frozenset[tuple[str, str]]]:
        """The cells behind which each product was seen."""
        table = self._table("vendor_hits", ["municipality_code", "service_id", "product_id"])
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for code, service, product in zip(*(table.column(n).to_pylist() for n in table.column_names), strict=True):
            if service:
                found[product].add((code, service))
        return {product: frozenset(cells) for product, cells in found.items()}


_LATER = ("channel_evidence", "page_services", "vendor_hits", "pages")
_QUEUE_COLUMNS = (
    "municipality_code",
    "theme_id",
    "service_id",
    "state",
    "state_reason",
    "confidence",
    "channels",
    "verification",
    "language_gaps",
    "basis",
)


class _ByPlace:
    """A table cut by municipality; the rows of the last few are kept."""

    def __init__(self, table: pa.Table, record: type) -> None:
        self._table, self._record = table, record
        codes = table["municipality_code"].to_pylist()
        self._spans: dict[str, tuple[int, int]] = {}
        for number, code in enumerate(codes):
            start, _ = self._spans.get(code, (number, 0))
            self._spans[code] = (start, number + 1)
        self.rows = lru_cache(_PLACES_KEPT)(self._rows)
        self.indexed = lru_cache(_PLACES_KEPT)(self._indexed)

    def _rows(self, code: str) -> Sequence[Any]:
        start, end = self._spans.get(code, (0, 0))
        rows: list[Any] = rows_of(self._record, self._table.slice(start, end - start))
        return [row for row in rows if row.municipality_code == code]

    def _indexed(self, code: str, column: str) -> dict[str, Any]:
        return {getattr(row, column): row for row in self.rows(code)}


def open_desk(
    folder: StudyFolder, reviewer: str, *, share: float = 0.0, draft: Callable[[str], str] | None = None
) -> Desk:
    """A study ready to be reviewed; raises UserError where it has no findings, or decisions that cannot be read.

    Raises StorageError where its tables are of another version.

    With a `share` of the decided cells for a second reader; raises UserError where nobody else has decided any.
    """
    study = open_study(folder.root)
    desk = Desk(study, reviewer, Book(study), share=share, draft=draft or (lambda host: ""))
    _ = desk.queue
    desk.check_tables()
    return desk
