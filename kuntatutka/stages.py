"""The stages of a study as the command line runs them: new, crawl, analyze, report, export, and all in order.

Each holds the study's lock while it works, shows progress, prints what it made to stdout and gives an exit status.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from study import (
    CrawlStatus,
    FailureReason,
    MunicipalityStatus,
    StudyConfig,
    StudyFolder,
    StudySection,
    UserError,
    create_study,
    file_digest,
    open_study,
)
from taxonomy import available_countries, load_taxonomy

from . import __version__
from .crawl_display import CrawlDisplay
from .freshness import Stage, inputs_digest, kept_fact
from .notices import going_on, tell_courtesy, tell_nothing_crawled, tell_of_list, tell_tables_are_older, tell_taxonomy
from .progress import Talk, counted
from .selection import select_municipalities

DONE, INCOMPLETE = 0, 3


def new_study(
    folder: Path,
    talk: Talk,
    *,
    municipalities: str,
    title: str,
    year: int | None,
    languages: tuple[str, ...],
    country: str,
    contact: str,
    delay_seconds: float | None = None,
    sample_pages: int | None = None,
) -> StudyFolder:
    """Make a study folder and print it; raises UserError before anything is written."""
    if country not in available_countries():
        raise UserError(f"There is no country {country}.", f"Countries: {', '.join(available_countries())}.")
    _check_languages(languages)
    if not (contact.isascii() and (contact.isprintable() or not contact)):
        raise UserError(
            f"--contact {contact!r} cannot be sent with a request.",
            "Give an e-mail or web address on one line, without letters such as ä and ö.",
        )
    taxonomy = load_taxonomy(country)
    chosen = select_municipalities(taxonomy, municipalities)
    described = year or datetime.now(UTC).year
    section = StudySection(
        title=title,
        year=described,
        country=country,
        languages=list(languages),
        taxonomy=taxonomy.version,
    )
    config = StudyConfig(study=section)
    crawl = {"contact": contact} | ({} if delay_seconds is None else {"delay_seconds": delay_seconds})
    config = config.model_copy(update={"crawl": config.crawl.model_copy(update=crawl)})
    if sample_pages is not None:
        config = config.model_copy(update={"audit": config.audit.model_copy(update={"sample_pages": sample_pages})})
    made = create_study(folder, config, chosen)
    sys.stdout.write(f"{made.root}\n")
    count = counted(len(chosen), "municipalities")
    talk.note(f"{count}; look through {made.config_file}, then: {going_on(made)}")
    tell_of_list(made, talk, source=municipalities)
    if not contact and country == "fi":
        talk.note(f"Please put your address at `contact` in {made.config_file}: the sites see it in the user agent.")
    return made


def _check_languages(languages: tuple[str, ...]) -> None:
    from reports import available_languages

    unknown = [language for language in languages if language not in available_languages()]
    if unknown or not languages:
        raise UserError(
            f"There is no report in {unknown[0] if unknown else 'no language'}.",
            f"Languages: {', '.join(available_languages())}. They stand at `languages` in study.toml, or after --lang.",
        )


def _check_formats(formats: tuple[str, ...]) -> None:
    from reports import check_formats

    check_formats(formats)


def _ready(folder: Path, talk: Talk, *, languages: tuple[str, ...] = ()) -> StudyFolder:
    """The study, with what a late stage would refuse refused now, and what the user should know told."""
    study = open_study(folder)
    _check_languages(languages or tuple(study.config.study.languages))
    tell_taxonomy(study, talk)
    tell_of_list(study, talk)
    return study


def crawl_study(folder: Path, talk: Talk, *, only: Sequence[str], max_pages: int | None, fresh: bool) -> int:
    """`kuntatutka crawl`."""
    study = _ready(folder, talk)
    tell_courtesy(study, talk, only)
    with study.lock(), told_how_to_go_on(study, talk):
        gaps = _crawl(study, talk, only=only, max_pages=max_pages, fresh=fresh)
    sys.stdout.write(f"{study.evidence}\n")
    return _closing(talk, gaps)


def analyze_study(folder: Path, talk: Talk, *, warc_files: Sequence[Path], workers: int | None) -> int:
    """`kuntatutka analyze`."""
    study = open_study(folder)
    tell_taxonomy(study, talk)
    tell_of_list(study, talk)
    if not warc_files:
        tell_nothing_crawled(study, talk)
    with study.lock(), told_how_to_go_on(study, talk):
        gaps = analyze_now(study, talk, warc_files=warc_files, workers=workers)
    sys.stdout.write(f"{study.findings}\n")
    return _closing(talk, gaps)


def report_study(
    folder: Path, talk: Talk, *, formats: tuple[str, ...], languages: tuple[str, ...], municipality: str
) -> int:
    """`kuntatutka report`."""
    study = open_study(folder)
    _check_languages(languages or tuple(study.config.study.languages))
    _tell_state(study, talk)
    with study.lock():
        _report(study, talk, formats=formats, languages=languages, municipality=municipality)
        gaps = _gaps(study.read("municipalities"))
    return _closing(talk, gaps)


def export_study(folder: Path, talk: Talk) -> int:
    """`kuntatutka export`."""
    study = open_study(folder)
    _tell_state(study, talk)
    with study.lock():
        _export(study, talk)
        gaps = _gaps(study.read("municipalities"))
    return _closing(talk, gaps)


def run_study(
    folder: Path,
    talk: Talk,
    *,
    only: Sequence[str] = (),
    max_pages: int | None = None,
    formats: tuple[str, ...] = ("html", "pdf"),
    languages: tuple[str, ...] = (),
    audit: bool = True,
) -> int:
    """`kuntatutka run`: all stages under one lock, those whose inputs are unchanged left out.

    A PDF that cannot be made is complained of last, when all else is done.
    """
    study = _ready(folder, talk, languages=languages)
    _check_formats(formats)
    tell_courtesy(study, talk, only)
    late: UserError | None = None
    with study.lock(), told_how_to_go_on(study, talk):
        _crawl(study, talk, only=only, max_pages=max_pages, fresh=False)
        gaps = analyze_now(study, talk, reuse=True)
        unfinished = _audit(study, talk, only) if audit else False
        if audit:
            gaps = analyze_now(study, talk, reuse=True)
        try:
            _report(study, talk, formats=formats, languages=languages, reuse=True)
        except UserError as error:
            late = error
        _export(study, talk, reuse=True)
    status = _closing(talk, gaps)
    if late is not None:
        raise late
    return INCOMPLETE if unfinished else status


def _tell_state(study: StudyFolder, talk: Talk) -> None:
    """What a reader of the tables should know before they become a report or a data package."""
    tell_nothing_crawled(study, talk)
    tell_tables_are_older(study, talk, kept_fact(study, "analyze", "municipalities"))


@dataclass(frozen=True, slots=True)
class Gap:
    """A municipality that was not read completely."""

    code: str
    name: str
    status: CrawlStatus
    why: str


def _crawl(
    study: StudyFolder, talk: Talk, *, only: Sequence[str], max_pages: int | None, fresh: bool
) -> tuple[Gap, ...]:
    from crawler.run import crawl_study as crawl

    names = {item.code: item.name_fi for item in study.municipalities}
    chosen = [study.municipality(code).code for code in only] or list(names)
    budget = max_pages or study.config.crawl.max_pages
    with talk.steps("Crawl", "pages") as steps:
        shown = CrawlDisplay(steps, names, dict.fromkeys(chosen, budget))
        outcomes = crawl(study, only=tuple(only), max_pages=max_pages, fresh=fresh, on_event=shown.show)
    return tuple(
        Gap(end.code, names[end.code], end.status, _why(end.reason, end.detail))
        for end in outcomes
        if end.status is not CrawlStatus.COMPLETE
    )


def analyze_now(
    study: StudyFolder,
    talk: Talk,
    *,
    warc_files: Sequence[Path] = (),
    workers: int | None = None,
    reuse: bool = False,
) -> tuple[Gap, ...]:
    """Rebuild the tables; the caller holds the study's lock. With `reuse` unchanged inputs leave them as they are."""
    decisions = tuple(study.review.glob("*.csv"))
    evidence = tuple(warc_files) or study.warc_files()
    inputs = inputs_digest((*evidence, *decisions, study.config_file, study.municipalities_file))
    stage = Stage(study, "analyze", inputs)
    if reuse and stage.unchanged_outputs():
        talk.note("Analyze: nothing has changed since the last time")
        return _gaps(study.read("municipalities"))
    counts, gaps = _analyze(study, talk, warc_files, workers)
    stage.keep(
        (study.findings / f"{table}.parquet" for table in counts),
        {"rows": counts, "municipalities": file_digest(study.municipalities_file)},
    )
    return gaps


def _analyze(
    study: StudyFolder, talk: Talk, warc_files: Sequence[Path], workers: int | None
) -> tuple[dict[str, int], tuple[Gap, ...]]:
    from analysis import analyze_study as analyze

    with talk.steps("Analyze", "municipalities", len(study.municipalities)) as steps:
        summary = analyze(
            study,
            warc_files=warc_files,
            workers=workers,
            on_step=lambda name, done, total: steps.update(done, total, name),
        )
    talk.detail(", ".join(f"{table}: {rows} rows" for table, rows in summary.counts.items()))
    for name in summary.truncated:
        talk.warn(f"{name} is damaged or ends in the middle of a record; every whole record was used.")
    if summary.unmatched_hosts:
        shown = ", ".join(summary.unmatched_hosts[:10]) + (" ..." if len(summary.unmatched_hosts) > 10 else "")
        talk.warn(
            f"Hosts that are no municipality's own, read only where its pages lead to them: {shown}. "
            "If one is a municipality's own, add it to the column hosts of municipalities.csv."
        )
    return dict(summary.counts), _gaps(summary.municipalities)


def _audit(study: StudyFolder, talk: Talk, only: Sequence[str]) -> bool:
    """Audit what the last run did not; tells whether some municipality's audit did not come to its end."""
    from .audit import AuditWishes, audit_now, tell_unfinished

    stage = Stage(study, "audit", inputs_digest((study.config_file, study.municipalities_file), tuple(only)))
    if stage.unchanged_outputs():
        talk.note("Audit: nothing has changed since the last time")
        return False
    unfinished = tell_unfinished(study, talk, audit_now(study, talk, AuditWishes(only=tuple(only))))
    if not unfinished:
        # Its output is evidence, and new evidence from a crawl asks for a new sample.
        stage.keep(study.warc_files())
    return unfinished


def _report(
    study: StudyFolder,
    talk: Talk,
    *,
    formats: tuple[str, ...],
    languages: tuple[str, ...],
    municipality: str = "",
    reuse: bool = False,
) -> None:
    from reports import render

    chosen = languages or tuple(study.config.study.languages)
    name = f"report-{study.municipality(municipality).code}" if municipality else "report"
    stage = Stage(study, name, _tables_digest(study, formats, chosen))
    files = stage.unchanged_outputs() if reuse else ()
    if files:
        talk.note("Report: nothing has changed since the last time")
    else:
        with talk.steps("Report", "files") as steps:
            files = render(
                study,
                languages=chosen,
                formats=formats,
                municipality=municipality or None,
                on_step=lambda what: steps.update(steps.done + 1, now=what),
                version=__version__,
            )
        stage.keep(files)
    for path in sorted(files):
        sys.stdout.write(f"{path}\n")


def _export(study: StudyFolder, talk: Talk, *, reuse: bool = False) -> None:
    from reports import export_package

    stage = Stage(study, "export", _tables_digest(study))
    if reuse and stage.unchanged_outputs():
        talk.note("Export: nothing has changed since the last time")
    else:
        export_package(study)
        stage.keep(sorted(path for path in study.export.rglob("*") if path.is_file()))
    sys.stdout.write(f"{study.export}\n")


def _tables_digest(study: StudyFolder, *choices: object) -> str:
    tables = study.findings.glob("*.parquet")
    return inputs_digest((*tables, study.config_file, study.municipalities_file), *choices)


@contextmanager
def told_how_to_go_on(study: StudyFolder, talk: Talk) -> Iterator[None]:
    """When the user stops the work in here, say that what was done is kept, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        talk.warn(f"Stopped; what was read is kept. To go on: {going_on(study)}")
        raise


def _gaps(statuses: Iterable[MunicipalityStatus]) -> tuple[Gap, ...]:
    return tuple(
        Gap(row.code, row.name_fi, row.status, _why(row.status_reason, row.status_detail))
        for row in statuses
        if row.status is not CrawlStatus.COMPLETE
    )


def _why(reason: FailureReason | None, detail: str) -> str:
    return ": ".join(part for part in (reason.value if reason else "", detail) if part) or "no reason recorded"


def _closing(talk: Talk, gaps: Sequence[Gap]) -> int:
    """Name the incomplete municipalities on stderr; gives the exit status."""
    if not gaps:
        return DONE
    talk.warn(f"Done, but {len(gaps)} municipalities are incomplete:" if len(gaps) > 1 else "Done, but incomplete:")
    for gap in gaps:
        talk.warn(f"  {gap.code} {gap.name}: {gap.status.value} ({gap.why})")
    return INCOMPLETE
