"""Invented studies to compare, and what is done to their rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.compare import Step
from analysis.made_by import made_by
from bench.invented import Inventor
from bench.invented_rest import START, make
from study import (
    CHANNELS,
    CrawlStatus,
    DecidedCell,
    FailureReason,
    State,
    StudyFolder,
)
from taxonomy import load_taxonomy

TODAY = {**made_by(), "taxonomy_digest": load_taxonomy("fi").digest, "evidence_digest": "1"}
EARLIER = {**TODAY, "rules_digest": "older", "evidence_digest": "1"}
Rows = dict[str, list[Any]]


def invented(municipalities: int = 2) -> Inventor:
    """Complete municipalities only, with every table."""
    return Inventor(municipalities, full=True, of=100)


def write(inventor: Inventor, folder: Path, year: int = 2026, made: dict[str, str] = TODAY) -> StudyFolder:
    return inventor.write(folder, year=year, metadata=made)


def nothing(rows: Rows) -> None:
    """Leave the rows as they are."""


def cell(rows: Rows, state: State = State.FOUND, offers: str = "") -> Any:
    """The first cell of this state, of those that offer a channel where one is named."""
    return next(f for f in rows["service_findings"] if f.state is state and (not offers or offers in f.channels))


def put(rows: Rows, was: Any, **changes: Any) -> None:
    table = rows["service_findings"]
    table[table.index(was)] = replace(was, **changes)


def told(step: Step) -> set[tuple[str, str, str, str]]:
    return {(c.subject.value, c.item, c.kind.value, c.reason.value) for c in step.changes}


def without(channel: str, found: Any) -> dict[str, Any]:
    return {"channels": tuple(c for c in found.channels if c != channel), channel.replace("-", "_"): False}


GAP: dict[str, Any] = {
    "channels": (),
    "best_url": None,
    **{name.replace("-", "_"): None for name in CHANNELS},
}


def decided(found: Any, **machine: Any) -> Any:
    known = {
        "machine_state": found.state.value,
        "machine_channels": found.channels,
        "machine_products": (),
        "decided_at": START,
        **machine,
    }
    return make(DecidedCell, municipality_code=found.municipality_code, service_id=found.service_id, **known)


def partly(rows: Rows) -> None:
    rows["municipalities"] = [
        replace(m, status=CrawlStatus.PARTIAL, status_reason=FailureReason.BUDGET) for m in rows["municipalities"]
    ]


def lost_statement(rows: Rows) -> str:
    """The first municipality that has one has none any more."""
    table = rows["accessibility_statements"]
    row = next(s for s in table if s.found)
    gone = replace(row, url=None, found=False, compliance=None, assessed_on=None, feedback_channel=None, problems=())
    table[table.index(row)] = replace(gone, enforcement_body=None)
    return str(row.municipality_code)


def fields_of(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}
