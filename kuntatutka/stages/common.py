"""What several stages do alike: complain of a language early, name the gaps, close with an exit status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kuntatutka.exits import ExitStatus
from kuntatutka.freshness import inputs_digest, kept_fact
from kuntatutka.notices import going_on, tell_nothing_crawled, tell_of_list, tell_tables_are_older, tell_taxonomy
from kuntatutka.progress import Talk
from study import CrawlStatus, FailureReason, MunicipalityStatus, StudyFolder, UserError, open_study

from .earlier import opened

_MANY = 10
"""Municipalities that ended alike from which on one line tells of all of them."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A municipality that was not read completely."""

    code: str
    name: str
    status: CrawlStatus
    why: str


def gaps_of(statuses: Iterable[MunicipalityStatus]) -> tuple[Gap, ...]:
    """The municipalities that were not read completely, in the order of the rows."""
    return tuple(
        Gap(row.code, row.name_fi, row.status, why_of(row.status_reason, row.status_detail))
        for row in statuses
        if row.status is not CrawlStatus.COMPLETE
    )


def why_of(reason: FailureReason | None, detail: str) -> str:
    """A failure in words: its reason and what is known beyond it."""
    return ": ".join(part for part in (reason.value if reason else "", detail) if part) or "no reason recorded"


def closing(talk: Talk, gaps: Sequence[Gap]) -> ExitStatus:
    """Name the incomplete municipalities on stderr; gives the exit status."""
    if not gaps:
        return ExitStatus.DONE
    talk.warn(f"Done, but {len(gaps)} municipalities are incomplete:" if len(gaps) > 1 else "Done, but incomplete:")
    for alike in _alike(gaps):
        first = alike[0]
        more = f" and {len(alike) - 1} more" if len(alike) > 1 else ""
        talk.warn(f"  {first.code} {first.name}{more}: {first.status.value} ({first.why})")
    return ExitStatus.INCOMPLETE


def _alike(gaps: Sequence[Gap]) -> list[list[Gap]]:
    """Gaps one by one; where many ended in the same way for the same reason, these together."""
    ways: dict[tuple[CrawlStatus, str], list[Gap]] = {}
    for gap in gaps:
        ways.setdefault((gap.status, gap.why.partition(":")[0]), []).append(gap)
    return [part for way in ways.values() for part in ([way] if len(way) > _MANY else [[gap] for gap in way])]


@contextmanager
def told_how_to_go_on(study: StudyFolder, talk: Talk) -> Iterator[None]:
    """When the user stops the work in here, say that what was done is kept, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        talk.warn(f"Stopped; what was read is kept. To go on: {going_on(study)}")
        raise


def check_languages(languages: tuple[str, ...]) -> None:
    """Refuse a language that has no report, and none at all."""
    from reports import available_languages

    unknown = [language for language in languages if language not in available_languages()]
    if unknown or not languages:
        raise UserError(
            f"There is no report in {unknown[0] if unknown else 'no language'}.",
            f"Languages: {', '.join(available_languages())}. They stand at `languages` in study.toml, or after --lang.",
        )


def ready(folder: Path, talk: Talk, *, languages: tuple[str, ...] = ()) -> StudyFolder:
    """The study, with what a late stage would refuse refused now, and what the user should know told."""
    study = open_study(folder)
    check_languages(languages or tuple(study.config.study.languages))
    opened(study)
    tell_taxonomy(study, talk)
    tell_of_list(study, talk)
    return study


def tell_state(study: StudyFolder, talk: Talk) -> None:
    """What a reader of the tables should know before they become a report or a data package."""
    tell_nothing_crawled(study, talk)
    tell_tables_are_older(study, talk, kept_fact(study, "analyze", "municipalities"))


def tables_digest(study: StudyFolder, *choices: object) -> str:
    """One digest over what the report and the data package are made from."""
    tables = study.findings.glob("*.parquet")
    return inputs_digest((*tables, study.config_file, study.municipalities_file), *choices)
