"""How completely each municipality was read, why not, and where the gaps are: the measure of all other figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from reports.clean import plain
from reports.context import Context
from reports.model import Block, Cell, Section, Table
from reports.shares import Share, is_outside
from reports.table import Column, table
from study import CrawlStatus, FailureReason, MunicipalityStatus, State, StateReason

ORDER = 70
_TELLS_ALL = (FailureReason.STOPPED, FailureReason.TIME_LIMIT)
"""Reasons to which the crawler's own words, which are English, add nothing."""
_ORDER = ("none", "blocked", "unread", "outside")
"""Levels without a finding, in the order of the table."""


def section(context: Context) -> Section | None:
    """The coverage part."""
    words = context.words
    blocks: list[Block] = [context.paragraph("coverage.lead", "lead"), _municipalities(context)]
    children = (
        Section("gaps", words("coverage.gaps.title"), (context.paragraph("coverage.gaps.lead"), _reasons(context))),
    )
    return Section("coverage", words("coverage.title"), tuple(blocks), children, page=True)


def _municipalities(context: Context) -> Table:
    words, data = context.words, context.data

    def gaps(row: MunicipalityStatus) -> int:
        own = data.findings(codes=[row.code])
        return sum(1 for f in own if f.state in (State.BLOCKED, State.NOT_EXAMINED) and not is_outside(f))

    def read(kind: str) -> Callable[[MunicipalityStatus], Cell]:
        return lambda row: context.number_cell(data.pages_read([row.code])[kind])

    return table(
        "coverage-table",
        words("coverage.table"),
        data.municipalities,
        (
            Column(words("label.municipality"), cell=lambda row: context.municipality_cell(row.code)),
            Column(words("label.status"), cell=lambda row: _status(context, row)),
            Column(words("label.reason"), wide=True, cell=lambda row: _why(context, row)),
            Column(words("label.pages_read"), "number", cell=read("pages")),
            Column(words("label.documents_read"), "number", cell=read("documents")),
            Column(words("label.eservices_read"), "number", cell=read("eservices")),
            Column(words("label.failed_requests"), "number", cell=lambda row: context.number_cell(row.requests_failed)),
            Column(words("label.dates"), cell=lambda row: _days(context, row)),
            Column(words("label.gaps"), "number", cell=lambda row: context.number_cell(gaps(row))),
        ),
        (words("coverage.note"),),
        dense=True,
    )


def _status(context: Context, row: MunicipalityStatus) -> Cell:
    state = "" if row.status is CrawlStatus.COMPLETE else "gap"
    return Cell(context.words(f"status.{row.status.value}"), state=state)


def _why(context: Context, row: MunicipalityStatus) -> Cell:
    words = context.words
    reason = words(f"failure.{row.status_reason.value}") if row.status_reason else words("sign.nothing")
    return Cell(reason, detail="" if row.status_reason in _TELLS_ALL else plain(row.status_detail, 120))


def _days(context: Context, row: MunicipalityStatus) -> Cell:
    if not (row.crawled_from and row.crawled_to):
        return context.nothing
    return Cell(context.words.days(row.crawled_from.date(), row.crawled_to.date()))


@dataclass(frozen=True, slots=True)
class _Level:
    """How many cells have a level for one reason."""

    text: str
    level: str
    reason: str
    count: int


def _levels(context: Context) -> list[_Level]:
    """What was found, then the levels of all other cells by their reasons, most frequent first."""
    words, findings = context.words, context.data.findings()
    nothing = words("sign.nothing")
    found = sum(1 for f in findings if f.state is State.FOUND)
    counts: Counter[tuple[str, StateReason | None]] = Counter(
        (context.level(f), f.state_reason) for f in findings if f.state is not State.FOUND
    )
    order = sorted(counts.items(), key=lambda item: (_ORDER.index(item[0][0]), -item[1], str(item[0][1])))
    return [
        _Level(words("coverage.found"), "digital", nothing, found),
        *(
            _Level(words(f"level.{level}"), level, words(f"reason.{reason.value}") if reason else nothing, n)
            for (level, reason), n in order
        ),
    ]


def _reasons(context: Context) -> Table:
    words = context.words
    total = len(context.data.findings())
    return table(
        "gaps-table",
        words("coverage.gaps.table"),
        _levels(context),
        (
            Column(words("label.state"), cell=lambda item: Cell(item.text, state=item.level)),
            Column(words("label.reason"), wide=True, cell=lambda item: Cell(item.reason)),
            Column(words("label.cells"), "share", cell=lambda item: context.count_cell(Share(item.count, total, 0))),
        ),
    )
