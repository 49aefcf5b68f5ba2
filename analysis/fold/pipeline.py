"""From evidence to every table of a study: units of work and their order. No network; same evidence, same bytes.

One unit is one municipality: index its evidence, learn what repeats on its sites, examine each page once, fold the
grid. Units run in processes of their own; only rows travel back.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from analysis.made_by import made_by
from study import (
    TABLES,
    CrawlStatus,
    MunicipalityStatus,
    ServiceFinding,
    State,
    StateReason,
    StudyFolder,
    StudyMunicipality,
    TruncatedWarc,
    UserError,
    file_digest,
    host_of,
    load_decisions,
    read_events,
    read_readings,
    write_table,
)
from taxonomy import Taxonomy, load_taxonomy

from .decided import decided_for
from .gathered import MunicipalityInput
from .index import EvidenceIndex, LandingPlace, index_evidence, landing_places, only_hosts
from .market import service_products
from .unit import UnitRows, analyze_municipality, own_hosts_of

Step = Callable[[str, int, int], None]
"""Called with what was done, how many units are done, and how many there are."""

# Captures further apart than this were made on different visits.
_ONE_VISIT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class AnalysisSummary:
    """What an analysis did, for the person who asked for it."""

    municipalities: tuple[MunicipalityStatus, ...]
    counts: dict[str, int]
    cells: tuple[tuple[State, StateReason | None, int], ...] = ()
    """How many cells of the grid have each state and reason, most frequent first."""
    truncated: tuple[str, ...] = ()
    unmatched_hosts: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, int], ...] = ()
    """Files with answers whose bodies lie in a file that was not given, and how many."""
    passed_over: tuple[tuple[str, int], ...] = ()
    """Files with records that could not be understood, and how many."""
    captured: tuple[date, date] | None = None
    """First and last day of foreign evidence that spans more than half a year; None for any other."""

    @property
    def incomplete(self) -> tuple[MunicipalityStatus, ...]:
        """Municipalities with gaps, by code."""
        return tuple(m for m in self.municipalities if m.status is not CrawlStatus.COMPLETE)


def analyze_study(
    folder: StudyFolder,
    *,
    warc_files: Sequence[Path] = (),
    is_whole: bool = False,
    workers: int | None = None,
    on_step: Step | None = None,
) -> AnalysisSummary:
    """Rebuild every table of `folder` from its evidence, or from the WARC files of another crawler.

    With `is_whole` somebody vouches that those files hold the whole sites, so that what is not in them is not found.
    `workers` is the number of processes (default: one per core; 1 keeps everything in this process).
    Raises UserError for files that are no WARC and StorageError when a table cannot be written.
    """
    taxonomy = load_taxonomy(folder.config.study.country)
    foreign = tuple(warc_files)
    _check_files(foreign)
    step = on_step or (lambda what, done, total: None)
    with _executor(workers, len(folder.municipalities)) as executor:
        indexed = _index(folder, foreign, executor)
        units = _units(folder, indexed, is_whole=is_whole)
        waiting = {executor.submit(analyze_municipality, unit): unit.municipality for unit in units}
        results: dict[str, UnitRows] = {}
        for done, future in enumerate(as_completed(waiting), start=1):
            results[waiting[future].code] = future.result()
            step(waiting[future].name_fi, done, len(units))
    return _write(folder, taxonomy, [results[code] for code in sorted(results)], indexed)


@dataclass(frozen=True, slots=True)
class _Indexed:
    """What the evidence holds, by municipality."""

    indexes: dict[str, EvidenceIndex]
    own_hosts: dict[str, frozenset[str]]
    landing: dict[str, LandingPlace]
    files: tuple[Path, ...]
    is_foreign: bool
    unmatched_hosts: tuple[str, ...] = ()


def _check_files(files: Sequence[Path]) -> None:
    for path in files:
        if not path.is_file():
            raise UserError(f"{path}: there is no such file.", "Give WARC files (*.warc or *.warc.gz).")
        first = next(iter(read_events([path])), None)
        if first is None or isinstance(first, TruncatedWarc):
            raise UserError(
                f"{path}: no record of a WARC file can be read from it; the findings are as they were.",
                "Give WARC files (*.warc or *.warc.gz).",
            )
    twice = sorted(name for name, count in Counter(path.name for path in files).items() if count > 1)
    if twice:
        raise UserError(
            f"{len(files)} WARC files were given, and several of them are named {twice[0]}.",
            "Rename them: a finding cites its evidence by the name of the file.",
        )


def _index(folder: StudyFolder, foreign: tuple[Path, ...], executor: Executor) -> _Indexed:
    municipalities, taxonomy = folder.municipalities, load_taxonomy(folder.config.study.country)
    if foreign:
        whole = index_evidence(foreign)
        own = _own_hosts(municipalities, {m.code: whole for m in municipalities}, taxonomy)
        everyone = frozenset().union(*own.values())
        indexes = {code: only_hosts(whole, hosts) for code, hosts in own.items()}
        seen = {host_of(url) for url in whole.documents} - everyone
        landing = landing_places([whole], everyone)
        return _Indexed(indexes, own, landing, foreign, True, tuple(sorted(seen)))
    waiting = {m.code: executor.submit(index_evidence, folder.warc_files(m.code)) for m in municipalities}
    indexes = {code: future.result() for code, future in waiting.items()}
    own = _own_hosts(municipalities, indexes, taxonomy)
    everyone = frozenset().union(*own.values())
    landing = landing_places([indexes[code] for code in sorted(indexes)], everyone)
    return _Indexed(indexes, own, landing, folder.warc_files(), False)


def _own_hosts(
    municipalities: Sequence[StudyMunicipality], indexes: Mapping[str, EvidenceIndex], taxonomy: Taxonomy
) -> dict[str, frozenset[str]]:
    """Own hosts by municipality. Several may have one: parts of a joint site, or towns that have merged."""
    return {m.code: own_hosts_of(m, indexes[m.code], taxonomy) for m in municipalities}


def _units(folder: StudyFolder, indexed: _Indexed, *, is_whole: bool) -> list[MunicipalityInput]:
    day = date(folder.config.study.year, 12, 31)
    log = load_decisions(folder).log
    readings = [reading for reading in read_readings(folder.review)[0] if reading.model == folder.config.reader.model]
    return [
        MunicipalityInput(
            municipality=municipality,
            country=folder.config.study.country,
            index=indexed.indexes[municipality.code],
            own_hosts=indexed.own_hosts[municipality.code],
            landing=indexed.landing,
            day=day,
            decided=decided_for(log, municipality.code),
            readings=tuple(reading for reading in readings if reading.municipality_code == municipality.code),
            is_foreign=indexed.is_foreign,
            is_vouched=indexed.is_foreign and is_whole,
        )
        for municipality in folder.municipalities
    ]


def _captured(indexed: _Indexed) -> tuple[date, date] | None:
    times = [at for index in indexed.indexes.values() for at in (index.first_at, index.last_at) if at is not None]
    first, last = min(times, default=None), max(times, default=None)
    return (first.date(), last.date()) if first and last and last - first > _ONE_VISIT else None


class _Serial(Executor):
    """Runs each unit at once in this process: for one worker, debugging and coverage."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - kept for result(), as an executor of processes does
            future.set_exception(error)
        return future


def _executor(workers: int | None, units: int) -> Executor:
    count = min(workers or os.cpu_count() or 1, units)
    return _Serial() if count <= 1 else ProcessPoolExecutor(max_workers=count)


def _write(folder: StudyFolder, taxonomy: Taxonomy, results: Sequence[UnitRows], indexed: _Indexed) -> AnalysisSummary:
    metadata = {"taxonomy_digest": taxonomy.digest, "evidence_digest": evidence_digest(indexed.files), **made_by()}
    counts = {}
    all_rows = {name: [row for result in results for row in result.rows.get(name, ())] for name in TABLES}
    all_rows["service_products"] = service_products(
        all_rows["service_findings"],
        all_rows["vendor_hits"],
        {product.id for product in taxonomy.products.values() if product.is_counted},
    )
    for name, table in TABLES.items():
        rows = all_rows[name]
        write_table(folder.findings / f"{name}.parquet", table.record, rows, metadata)
        counts[name] = len(rows)
    statuses = (row for result in results for row in result.rows["municipalities"])
    truncated = {name for index in indexed.indexes.values() for name in index.truncated}
    return AnalysisSummary(
        municipalities=tuple(sorted(statuses, key=lambda m: m.code)),
        counts=counts,
        cells=_cells(all_rows["service_findings"]),
        truncated=tuple(sorted(truncated)),
        unmatched_hosts=indexed.unmatched_hosts,
        elsewhere=tuple(sorted({item for index in indexed.indexes.values() for item in index.elsewhere.items()})),
        passed_over=tuple(sorted({item for index in indexed.indexes.values() for item in index.passed_over.items()})),
        captured=_captured(indexed) if indexed.is_foreign else None,
    )


def _cells(findings: Sequence[ServiceFinding]) -> tuple[tuple[State, StateReason | None, int], ...]:
    counts = Counter((row.state, row.state_reason) for row in findings)
    return tuple((*key, count) for key, count in sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))


def evidence_digest(files: Sequence[Path]) -> str:
    """One digest over the names and contents of evidence files."""
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.name):
        digest.update(f"{path.name} {file_digest(path)}\n".encode())
    return digest.hexdigest()
