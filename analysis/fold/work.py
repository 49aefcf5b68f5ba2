"""The unit of work: one municipality's evidence in, its part of every table out, kept as a file.

A task is small and names files, so it can go to another process, or to another machine that sees the study folder.
What comes back is smaller still: the rows stay on disk, where whoever brings the parts together finds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from study import TABLES, Kept, open_kept, pack, to_arrow, unpack, write_kept

from .gathered import MunicipalityInput
from .index import LandingPlace
from .landing import AskedLanding, LandingFile, changed_answers, landing_of
from .stages import Place
from .survey import SurveyTask, kept_index
from .unit import analyze_municipality

_ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Task:
    """What the analysis of one municipality needs. Of the study's own evidence `given` lacks index and landing pages:
    they are files."""

    given: MunicipalityInput
    key: str
    """What the rows rest on, but for landing pages."""
    rows: Path
    """Where the rows are kept."""
    evidence: SurveyTask | None = None
    landing: LandingFile | None = None
    stages: Place | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """How many pages a unit has, and how many of them were read and judged now."""

    pages: int
    read: int
    judged: int


def work(task: Task) -> Done:
    """Analyse one municipality and keep its rows."""
    given = task.given
    if task.evidence is not None:
        given = replace(given, index=kept_index(task.evidence))
    landing = AskedLanding(_landing(task))
    made = analyze_municipality(replace(given, landing=landing), task.stages)
    done = Done(made.pages, made.pages_read, made.pages_judged)
    blocks = {_ASKED: pack(dict[str, str], landing.answers()), **dict(packed_rows(made.rows))}
    write_kept(task.rows, blocks, {"key": task.key, "pages": done.pages})
    return done


def kept_rows(task: Task) -> Kept | None:
    """The rows that were kept, where they rest on the same and are whole."""
    kept = open_kept(task.rows) if task.key else None
    if kept is None or kept.facts.get("key") != task.key or not kept.is_whole():
        return None
    try:
        asked = unpack(dict[str, str], kept.block(_ASKED) or b"")
    except ValueError:
        return None
    return None if changed_answers(_landing(task), asked) else kept


def _landing(task: Task) -> Mapping[str, LandingPlace]:
    return task.given.landing if task.landing is None else landing_of(task.landing)


def table_of(kept: Kept, name: str) -> pa.Table | None:
    """One municipality's part of a table; None where it has no row of it."""
    data = kept.block(name)
    return None if data is None else pa.ipc.open_stream(data).read_all()


def packed_rows(rows: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, bytes]]:
    """Rows by table as they are kept; a table without a row is left out."""
    for name, own in rows.items():
        if own:
            table = to_arrow(TABLES[name].record, own)
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table)
            yield name, sink.getvalue().to_pybytes()
