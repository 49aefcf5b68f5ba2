"""How completely each municipality was read, why not, and where the gaps are: the measure of all other figures."""

from __future__ import annotations

from collections import Counter

from reports.clean import plain
from reports.context import Context
from reports.data import is_outside
from reports.model import Block, Cell, Column, Row, Section, Table
from study import CrawlStatus, FailureReason, State, StateReason

ORDER = 70


def section(context: Context) -> Section | None:
    """The coverage part."""
    words = context.words
    blocks: list[Block] = [context.paragraph("coverage.lead", "lead"), _municipalities(context)]
    children = (
        Section("gaps", words("coverage.gaps.title"), (context.paragraph("coverage.gaps.lead"), _reasons(context))),
    )
    return Section("coverage", words("coverage.title"), tuple(blocks), children, page=True)


_TELLS_ALL = (FailureReason.STOPPED, FailureReason.TIME_LIMIT)
"""Reasons to which the crawler's own words, which are English, add nothing."""


def _municipalities(context: Context) -> Table:
    words, data = context.words, context.data
    rows = []
    for row in data.municipalities:
        own = data.findings(codes=[row.code])
        gaps = sum(1 for f in own if f.state in (State.BLOCKED, State.NOT_EXAMINED) and not is_outside(f))
        reason = words(f"failure.{row.status_reason.value}") if row.status_reason else ""
        detail = "" if row.status_reason in _TELLS_ALL else plain(row.status_detail, 120)
        days = words.days(row.crawled_from.date(), row.crawled_to.date()) if row.crawled_from and row.crawled_to else ""
        state = "" if row.status is CrawlStatus.COMPLETE else "gap"
        rows.append(
            Row(
                (
                    Cell(context.municipality(row.code), href=f"#m-{row.code}"),
                    Cell(words(f"status.{row.status.value}"), state=state),
                    Cell(reason or words("sign.nothing"), detail=detail),
                    Cell(words.number(row.pages_fetched), value=row.pages_fetched),
                    Cell(words.number(row.requests_failed), value=row.requests_failed),
                    Cell(days or words("sign.nothing")),
                    Cell(words.number(gaps), value=gaps),
                )
            )
        )
    columns = (
        Column(words("label.municipality")),
        Column(words("label.status")),
        Column(words("label.reason"), wide=True),
        Column(words("label.pages_read"), "number"),
        Column(words("label.failed_requests"), "number"),
        Column(words("label.dates")),
        Column(words("label.gaps"), "number"),
    )
    return Table("coverage-table", words("coverage.table"), columns, tuple(rows), (words("coverage.note"),), dense=True)


def _reasons(context: Context) -> Table:
    words, data = context.words, context.data
    counts: Counter[tuple[str, StateReason | None]] = Counter(
        (context.level(f), f.state_reason) for f in data.findings() if f.state is not State.FOUND
    )
    order = ("none", "blocked", "unread", "outside")
    total = len(data.findings())
    found = sum(1 for f in data.findings() if f.state is State.FOUND)
    rows = [
        Row(
            (Cell(words("coverage.found"), state="digital"), Cell(words("sign.nothing")), _count(context, found, total))
        )
    ]
    for (level, reason), n in sorted(counts.items(), key=lambda i: (order.index(i[0][0]), -i[1], str(i[0][1]))):
        text = words(f"reason.{reason.value}") if reason else words("sign.nothing")
        rows.append(Row((Cell(words(f"level.{level}"), state=level), Cell(text), _count(context, n, total))))
    columns = (
        Column(words("label.state")),
        Column(words("label.reason"), wide=True),
        Column(words("label.cells"), "share"),
    )
    return Table("gaps-table", words("coverage.gaps.table"), columns, tuple(rows))


def _count(context: Context, n: int, total: int) -> Cell:
    words = context.words
    part = n / total if total else 0.0
    return Cell(words.number(n), value=n, share=part, note=words.percent(part))
