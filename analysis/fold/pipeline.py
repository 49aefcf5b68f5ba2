"""From evidence to every table of a study: units of work and their order. No network; same evidence, same bytes.

One unit is one municipality: index its evidence, learn what repeats on its sites, examine each page once, fold the
grid. Units run in processes of their own and keep what they made; what is still good is not made again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from analysis.made_by import made_by
from study import (
    CrawlStatus,
    Kept,
    MunicipalityStatus,
    State,
    StateReason,
    StudyFolder,
    StudyMunicipality,
    TruncatedWarc,
    UserError,
    file_digest,
    host_of,
    load_decisions,
    open_kept,
    read_events,
    read_readings,
)
from taxonomy import Taxonomy, load_taxonomy

from .collect import Collector
from .decided import decided_for
from .gathered import MunicipalityInput
from .hands import Hands
from .index import EvidenceIndex, LandingPlace, index_evidence, landing_places, only_hosts
from .landing import LandingFile, keep_landing
from .product_marks import keep_catalogue
from .register import compare_with_register
from .rests import evidence_key, judge_key, read_key, unit_key
from .stages import Place
from .survey import Survey, SurveyTask, all_landing, kept_survey, own_hosts_of, reached_from, survey, survey_of
from .work import Done, Task, kept_rows, work

_FOREIGN = "foreign-rows"
"""Rows from another crawler's files, while they are brought together."""

Step = Callable[[str, int, int], None]
"""Called with what was done, how many units are done, and how many there are."""

_FOREIGN = "foreign-rows"
"""Rows from another crawler's files, while they are brought together."""
_CATALOGUES = 8
"""Product catalogues that are kept: pages that were judged with an older one are judged again."""
# Captures further apart than this were made on different visits.
_ONE_VISIT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much of an analysis was done now; the rest had been worked out before from the same."""

    municipalities: int = 0
    taken_over: int = 0
    """Municipalities with nothing to do."""
    pages: int = 0
    read: int = 0
    judged: int = 0

    def with_unit(self, done: Done) -> Effort:
        """The same with one more unit that was done."""
        pages, read, judged = self.pages + done.pages, self.read + done.read, self.judged + done.judged
        return replace(self, pages=pages, read=read, judged=judged)


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
    effort: Effort = Effort()
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

    Of its own evidence only that part is worked through whose result, kept under `.state/memory`, does not rest on the
    same any more; the tables are the same bytes. With `is_whole` somebody vouches that foreign files hold the whole
    sites, so that what is not in them is not found. `workers` is the number of processes (default: one per core; 1
    keeps everything in this process). Raises UserError for files that are no WARC and StorageError when a table cannot
    be written.
    """
    taxonomy = load_taxonomy(folder.config.study.country)
    foreign = tuple(warc_files)
    _check_files(foreign)
    step = on_step or (lambda what, done, total: None)
    with Hands(workers, len(folder.municipalities), taxonomy) as hands:
        try:
            found = _look_at_foreign(folder, taxonomy, foreign) if foreign else _look(folder, taxonomy, hands)
            tasks = _tasks(folder, taxonomy, found, is_whole=is_whole)
            summary = _write(folder, taxonomy, _parts(tasks, hands, step), found)
        finally:
            _tidy(folder)
    declared = compare_with_register(folder, files=foreign, workers=workers)
    return replace(summary, counts={**summary.counts, **declared})


@dataclass(frozen=True, slots=True)
class _Found:
    """What the evidence holds, by municipality; `indexes` of foreign evidence alone."""

    surveys: dict[str, Survey]
    own_hosts: dict[str, frozenset[str]]
    landing: dict[str, LandingPlace]
    digest: str
    tasks: dict[str, SurveyTask] = field(default_factory=dict)
    indexes: dict[str, EvidenceIndex] = field(default_factory=dict)
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


def _look(folder: StudyFolder, taxonomy: Taxonomy, hands: Hands) -> _Found:
    """The surveys of the study's own evidence: kept ones, and those that are made now."""
    digests = _digests(folder.warc_files())
    tasks = {m.code: _survey_task(folder, m, digests) for m in folder.municipalities}
    kept = {code: kept_survey(task) for code, task in tasks.items()}
    surveys = {code: found for code, found in kept.items() if found is not None}
    for task, made in hands.each(survey, [task for code, task in tasks.items() if code not in surveys]):
        surveys[task.municipality.code] = made
    own = {m.code: own_hosts_of(m, surveys[m.code].reached, taxonomy) for m in folder.municipalities}
    landing = all_landing(surveys, frozenset().union(*own.values()))
    return _Found(surveys, own, landing, _digest_of(digests), tasks)


def _survey_task(folder: StudyFolder, municipality: StudyMunicipality, digests: Mapping[Path, str]) -> SurveyTask:
    files = folder.warc_files(municipality.code)
    key = evidence_key([(path.name, digests[path]) for path in files], municipality)
    return SurveyTask(municipality, files, key, folder.memory_of(municipality.code) / "evidence")


def _look_at_foreign(folder: StudyFolder, taxonomy: Taxonomy, files: tuple[Path, ...]) -> _Found:
    """What other crawlers' files hold of each municipality; nothing of it is kept."""
    whole = index_evidence(files)
    surveys, own = {}, {}
    for municipality in folder.municipalities:
        surveys[municipality.code] = replace(survey_of(whole, municipality), landing={})
        own[municipality.code] = own_hosts_of(municipality, reached_from(whole, municipality), taxonomy)
    everyone = frozenset().union(*own.values())
    strange = {host_of(url) for url in whole.documents} - everyone
    return _Found(
        surveys,
        own,
        landing_places([whole], everyone),
        _digest_of(_digests(files)),
        indexes={code: only_hosts(whole, hosts) for code, hosts in own.items()},
        unmatched_hosts=tuple(sorted(strange)),
    )


def _digests(files: Sequence[Path]) -> dict[Path, str]:
    """SHA-256 of each file, several at a time."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        return dict(zip(files, threads.map(file_digest, files), strict=True))


def _digest_of(digests: Mapping[Path, str]) -> str:
    """One digest over the names and contents of evidence files."""
    digest = hashlib.sha256()
    for path in sorted(digests, key=lambda path: path.name):
        digest.update(f"{path.name} {digests[path]}\n".encode())
    return digest.hexdigest()


def _tasks(folder: StudyFolder, taxonomy: Taxonomy, found: _Found, *, is_whole: bool) -> list[Task]:
    day = date(folder.config.study.year, 12, 31)
    log = load_decisions(folder).log
    readings = [reading for reading in read_readings(folder.review)[0] if reading.model == folder.config.reader.model]
    is_foreign = bool(found.indexes)
    shared = None if is_foreign else _share(folder, taxonomy, found)
    tasks = []
    for municipality in folder.municipalities:
        code = municipality.code
        given = MunicipalityInput(
            municipality=municipality,
            country=folder.config.study.country,
            index=found.indexes.get(code) or EvidenceIndex(),
            own_hosts=found.own_hosts[code],
            landing=found.landing if is_foreign else {},
            day=day,
            decided=decided_for(log, code),
            readings=tuple(reading for reading in readings if reading.municipality_code == code),
            is_foreign=is_foreign,
            is_vouched=is_foreign and is_whole,
        )
        tasks.append(_task(folder, taxonomy, found.tasks.get(code), given, shared))
    return tasks


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the units of a study share, as files."""

    landing: LandingFile
    products: Path


def _share(folder: StudyFolder, taxonomy: Taxonomy, found: _Found) -> _Shared:
    landing = keep_landing(folder.memory, folder.evidence, found.landing)
    return _Shared(landing, keep_catalogue(folder.memory / "products", taxonomy))


def _task(
    folder: StudyFolder,
    taxonomy: Taxonomy,
    looked: SurveyTask | None,
    given: MunicipalityInput,
    shared: _Shared | None,
) -> Task:
    place = folder.memory_of(given.municipality.code)
    if looked is None or shared is None:
        return Task(given, "", place / _FOREIGN)
    decided = given.decided
    own = (*decided.cells, *decided.hosts, *((decided.statement,) if decided.statement else ()))
    said = (given.municipality, given.day, own, sorted(d.id for d in own if d.id in decided.disputed), given.readings)
    read = read_key(looked.key, taxonomy, given.own_hosts)
    stages = Place(place, read, judge_key(read, taxonomy), shared.products)
    key = unit_key(looked.key, taxonomy, given.own_hosts, *said)
    return Task(given, key, place / "rows", looked, shared.landing, stages)


def _parts(tasks: Sequence[Task], hands: Hands, step: Step) -> _Parts:
    """The rows of every municipality, in order of codes: those that were kept, and those that are made now."""
    parts = {task.given.municipality.code: kept_rows(task) for task in tasks}
    again = [task for task in tasks if parts[task.given.municipality.code] is None]
    taken_over = len(tasks) - len(again)
    pages = sum(int(kept.facts.get("pages", 0)) for kept in parts.values() if kept is not None)
    effort = Effort(len(tasks), taken_over, pages)
    if taken_over:
        step("", taken_over, len(tasks))
    for number, (task, done) in enumerate(hands.each(work, again), start=taken_over + 1):
        parts[task.given.municipality.code] = open_kept(task.rows)
        effort = effort.with_unit(done)
        step(task.given.municipality.name_fi, number, len(tasks))
    return _Parts([kept for _, kept in sorted(parts.items()) if kept is not None], effort)


@dataclass(frozen=True, slots=True)
class _Parts:
    rows: list[Kept]
    effort: Effort


def _captured(found: _Found) -> tuple[date, date] | None:
    times = [at for index in found.indexes.values() for at in (index.first_at, index.last_at) if at is not None]
    first, last = min(times, default=None), max(times, default=None)
    return (first.date(), last.date()) if first and last and last - first > _ONE_VISIT else None


def _write(folder: StudyFolder, taxonomy: Taxonomy, parts: _Parts, found: _Found) -> AnalysisSummary:
    collector = Collector(parts.rows, taxonomy)
    metadata = {"taxonomy_digest": taxonomy.digest, "evidence_digest": found.digest, **made_by()}
    counts = collector.write(folder, metadata)
    surveys = found.surveys.values()
    return AnalysisSummary(
        municipalities=tuple(sorted(collector.statuses(), key=lambda m: m.code)),
        counts=counts,
        cells=collector.cells(),
        truncated=tuple(sorted({name for survey in surveys for name in survey.truncated})),
        unmatched_hosts=found.unmatched_hosts,
        elsewhere=tuple(sorted({item for survey in surveys for item in survey.elsewhere.items()})),
        passed_over=tuple(sorted({item for survey in surveys for item in survey.passed_over.items()})),
        effort=parts.effort,
        captured=_captured(found),
    )


def _tidy(folder: StudyFolder) -> None:
    """Take away what is kept of municipalities that the study has no more, and the rows of foreign evidence."""
    known = {municipality.code for municipality in folder.municipalities}
    for path in folder.memory_of().iterdir() if folder.memory_of().is_dir() else ():
        (path / _FOREIGN).unlink(missing_ok=True)
        if path.name not in known:
            shutil.rmtree(path)
    for old in sorted((folder.memory / "products").glob("*"), key=lambda path: path.stat().st_mtime)[:-_CATALOGUES]:
        old.unlink()
