"""`kuntatutka analyze`: makes all tables from the evidence."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from kuntatutka.exits import ExitStatus
from kuntatutka.freshness import Stage, inputs_digest, kept_fact
from kuntatutka.notices import tell_nothing_crawled, tell_of_list, tell_taxonomy
from kuntatutka.progress import Talk
from study import State, StateReason, StudyFolder, counted, file_digest, load_decisions, open_study, readings_file
from study.register import register_folder

from .at_cluster import at_cluster
from .common import Gap, closing, gaps_of, told_how_to_go_on

if TYPE_CHECKING:
    from analysis import AnalysisSummary, Crew, Effort


def analyze_study(
    folder: Path,
    talk: Talk,
    *,
    warc_files: Sequence[Path],
    workers: int | None,
    is_whole: bool = False,
    as_json: bool = False,
    cluster: str = "",
) -> ExitStatus:
    """`kuntatutka analyze`."""
    study = open_study(folder.resolve() if cluster else folder)
    tell_taxonomy(study, talk)
    tell_of_list(study, talk)
    if not warc_files:
        tell_nothing_crawled(study, talk)
    with study.lock(), told_how_to_go_on(study, talk), at_cluster(cluster, study, talk) as there:
        crew = there.crew if there else None
        gaps = analyze_now(study, talk, warc_files=warc_files, workers=workers, is_whole=is_whole, crew=crew)
    sys.stdout.write(f"{_in_json(study, gaps) if as_json else study.findings}\n")
    return closing(talk, gaps)


def _in_json(study: StudyFolder, gaps: Sequence[Gap]) -> str:
    """What was made, of how much of it anew, and which municipalities are incomplete, as one JSON object."""
    told = {name: kept_fact(study, "analyze", name) for name in ("rows", "effort")}
    return json.dumps({"findings": str(study.findings), **told, "incomplete": [gap.code for gap in gaps]})


def analyze_now(
    study: StudyFolder,
    talk: Talk,
    *,
    warc_files: Sequence[Path] = (),
    workers: int | None = None,
    reuse: bool = False,
    is_whole: bool = False,
    crew: Crew | None = None,
) -> tuple[Gap, ...]:
    """Rebuild the tables; the caller holds the study's lock. With `reuse` unchanged inputs leave them as they are."""
    decisions = (*study.review.glob("*.csv"), readings_file(study.review))
    evidence = tuple(warc_files) or study.warc_files()
    declared = sorted(register_folder(study).glob("*.warc.gz"))
    inputs = inputs_digest((*evidence, *declared, *decisions, study.config_file, study.municipalities_file), is_whole)
    stage = Stage(study, "analyze", inputs)
    if reuse and stage.unchanged_outputs():
        talk.note("Analyze: nothing has changed since the last time")
        return gaps_of(study.read("municipalities"))
    summary = _analyze(study, talk, warc_files, workers, is_whole=is_whole, crew=crew)
    facts = {
        "rows": summary.counts,
        "municipalities": file_digest(study.municipalities_file),
        "effort": asdict(summary.effort),
    }
    stage.keep((study.findings / f"{table}.parquet" for table in summary.counts), facts)
    return gaps_of(summary.municipalities)


def _told(cells: Sequence[tuple[State, StateReason | None, int]]) -> str:
    """How often each state occurs, and for which reason, in one line."""
    return ", ".join(f"{count} {state.value}{f' ({reason.value})' if reason else ''}" for state, reason, count in cells)


def _taken_over(effort: Effort) -> str:
    """What had been worked out before from the same, in one line; empty where that is nothing."""
    if not effort.taken_over and effort.read == effort.judged == effort.pages:
        return ""
    whole = counted(effort.municipalities, "municipality")
    pages = f"of {counted(effort.pages, 'page')} {effort.read} were read and {effort.judged} judged now"
    return f"Taken over from before: {effort.taken_over} of {whole} as they were; {pages}"


def _analyze(
    study: StudyFolder,
    talk: Talk,
    warc_files: Sequence[Path],
    workers: int | None,
    *,
    is_whole: bool,
    crew: Crew | None,
) -> AnalysisSummary:
    from analysis import analyze_study as analyze

    for notice in load_decisions(study).notices(study):
        talk.warn(notice)
    with talk.steps("Analyze", "municipality", len(study.municipalities)) as steps:
        summary = analyze(
            study,
            warc_files=warc_files,
            is_whole=is_whole,
            workers=workers,
            crew=crew,
            on_step=lambda name, done, total: steps.update(done, total, name),
        )
    _tell(summary, talk)
    return summary


def _tell(summary: AnalysisSummary, talk: Talk) -> None:
    """What became of an analysis, and what of its evidence a person has to know."""
    talk.detail(", ".join(f"{table}: {rows} rows" for table, rows in summary.counts.items()))
    if told := _taken_over(summary.effort):
        talk.note(told)
    talk.note(f"Cells: {_told(summary.cells)}")
    for name in summary.truncated:
        talk.warn(f"{name} is damaged or ends in the middle of a record; every whole record was used.")
    for name, count in summary.elsewhere:
        talk.warn(
            f"{name} has {count} answers that only point to an earlier one (revisit records); their bodies are "
            "elsewhere, in a file that was not read. Give that file too, or those pages are missing."
        )
    for what in summary.lacking:
        talk.warn(what)
    for name, kind, count in summary.passed_over:
        talk.warn(f"{name}: {count} of its records {kind} and were passed over.")
    if summary.captured is not None:
        first, last = summary.captured
        talk.warn(
            f"The files hold answers from {first} to {last}. Of each address the newest was judged; "
            "pages that only older files hold are judged beside them. Give one year's files alone to judge that year."
        )
    if summary.unmatched_hosts:
        shown = ", ".join(summary.unmatched_hosts[:10]) + (" ..." if len(summary.unmatched_hosts) > 10 else "")
        talk.warn(
            f"Hosts that are no municipality's own, read only where its pages lead to them: {shown}. "
            "If one is a municipality's own, add it to the column hosts of municipalities.csv."
        )
