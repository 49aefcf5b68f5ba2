"""From evidence to every table of a study: units of work and their order. No network; same evidence, same bytes.

One unit is one municipality: index its evidence, learn what repeats on its sites, examine each page once, fold the
grid. Units run in processes of their own and keep what they made; what is still good is not made again.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from analysis.made_by import made_by
from study import (
    CrawlStatus,
    Kept,
    MunicipalityStatus,
    State,
    StateReason,
    StudyFolder,
    TruncatedWarc,
    UserError,
    check_wacz,
    is_wacz,
    open_kept,
    read_events,
)
from taxonomy import Taxonomy, load_taxonomy

from .collect import Collector
from .found import Found, look_at, look_at_foreign
from .hands import Crew, Hands
from .register import compare_with_register
from .survey import Survey
from .tasks import FOREIGN, tasks_of
from .work import Done, Task, kept_rows, work

Step = Callable[[str, int, int], None]
"""Called with what was done, how many units are done, and how many there are."""

_WHAT_TO_GIVE = "Give WARC files (*.warc or *.warc.gz), or WACZ files that hold them."
_CATALOGUES = 8
"""Product catalogues that are kept: pages that were judged with an older one are judged again."""


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
    passed_over: tuple[tuple[str, str, int], ...] = ()
    """Files with records that could not be used, of which kind, and how many."""
    lacking: tuple[str, ...] = ()
    """What WACZ files lack, though their records were read."""
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
    crew: Crew | None = None,
    on_step: Step | None = None,
) -> AnalysisSummary:
    """Rebuild every table of `folder` from its evidence, or from the WARC files of another crawler.

    Of its own evidence only that part is worked through whose result, kept under `.state/memory`, does not rest on the
    same any more; the tables are the same bytes. With `is_whole` somebody vouches that foreign files hold the whole
    sites, so that what is not in them is not found. `workers` is the number of processes (default: one per core; 1
    keeps everything in this process); a `crew` from elsewhere does the work in their place. Raises UserError for files
    that are no WARC or WACZ, or not as they were packed, and StorageError when a table cannot be written.
    """
    taxonomy = load_taxonomy(folder.config.study.country)
    foreign = tuple(warc_files)
    lacking = _check_files(foreign)
    step = on_step or (lambda what, done, total: None)
    with Hands(workers, len(folder.municipalities), taxonomy) as hands:
        try:
            found = look_at_foreign(folder, taxonomy, foreign) if foreign else look_at(folder, taxonomy, crew or hands)
            tasks = tasks_of(folder, taxonomy, found, is_whole=is_whole)
            summary = _write(folder, taxonomy, _parts(tasks, crew or hands, step), found)
        finally:
            _tidy(folder)
    declared = compare_with_register(folder, files=foreign, workers=workers)
    return replace(summary, counts={**summary.counts, **declared}, lacking=lacking)


def _check_files(files: Sequence[Path]) -> tuple[str, ...]:
    """Refuse what cannot be read; gives what the rest lacks."""
    lacking = []
    for path in files:
        if not path.is_file():
            raise UserError(f"{path}: there is no such file.", _WHAT_TO_GIVE)
        if is_wacz(path):
            lacking += [f"{path.name} {what}." for what in check_wacz(path)]
        first = next(iter(read_events([path])), None)
        if first is None or isinstance(first, TruncatedWarc):
            raise UserError(
                f"{path}: no record of a WARC file can be read from it; the findings are as they were.",
                _WHAT_TO_GIVE,
            )
    twice = sorted(name for name, count in Counter(path.name for path in files).items() if count > 1)
    if twice:
        raise UserError(
            f"{len(files)} WARC files were given, and several of them are named {twice[0]}.",
            "Rename them: a finding cites its evidence by the name of the file.",
        )
    return tuple(lacking)


def _parts(tasks: Sequence[Task], hands: Crew, step: Step) -> _Parts:
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


def _write(folder: StudyFolder, taxonomy: Taxonomy, parts: _Parts, found: Found) -> AnalysisSummary:
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
        passed_over=tuple(sorted(set(_passed_over(surveys)))),
        effort=parts.effort,
        captured=found.captured,
    )


def _passed_over(surveys: Iterable[Survey]) -> Iterator[tuple[str, str, int]]:
    for survey in surveys:
        for file, kinds in survey.passed_kinds.items():
            yield from ((file, kind, count) for kind, count in kinds.items())


def _tidy(folder: StudyFolder) -> None:
    """Take away what is kept of municipalities that the study has no more, and the rows of foreign evidence."""
    known = {municipality.code for municipality in folder.municipalities}
    for path in folder.memory_of().iterdir() if folder.memory_of().is_dir() else ():
        (path / FOREIGN).unlink(missing_ok=True)
        if path.name not in known:
            shutil.rmtree(path)
    for old in sorted((folder.memory / "products").glob("*"), key=lambda path: path.stat().st_mtime)[:-_CATALOGUES]:
        old.unlink()
