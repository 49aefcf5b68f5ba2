"""The cells that every year has, and the shares of them year by year: the same basket, whatever was read when.

A cell that one year could not judge, or that moved for another reason than its site, is a gap in every year. So two
years have the same base, and their shares differ by what the sites opened and closed and by nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from analysis.compare import OFFERED
from reports.data import StudyData, once_a_study
from reports.earlier import Development
from reports.measures import DIGITAL
from reports.shares import Answer, Share, answer, is_outside, tally
from study import Change, ChangeKind, ChangeReason, ChangeSubject, ServiceFinding

DIGITAL_CHANNEL = DIGITAL.id


@dataclass(frozen=True, slots=True)
class Line:
    """A theme, a service or all: its share in each year, and how many cells gained or lost their digital channel."""

    id: str
    shares: tuple[Share, ...]
    gained: int
    lost: int

    @property
    def moved(self) -> float:
        """How much the share grew from the first year to the last; nothing where one of them is not told."""
        first, last = self.shares[0].value, self.shares[-1].value
        return 0.0 if first is None or last is None else last - first


@dataclass(frozen=True, slots=True)
class Panel:
    """All lines of the chapter."""

    whole: Line
    themes: tuple[Line, ...]
    services: tuple[Line, ...]
    municipalities: dict[str, Line]


@once_a_study
def panel(data: StudyData) -> Panel | None:
    """The lines; None where no earlier year can be held against this one."""
    since = data.development
    if since is None or len(since.points) < 2:
        return None
    gained, lost = digital_moves(since.real)
    by_service: dict[str, list[tuple[str, str]]] = defaultdict(list)
    by_code: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key in _own_tasks(since):
        by_service[key[1]].append(key)
        if key[1] not in data.apart:
            by_code[key[0]].append(key)

    shaken = _shaken(since)

    def line(id: str, keys: list[tuple[str, str]]) -> Line:
        chosen = set(keys) - shaken
        return Line(id, _shares(since, keys, shaken), len(gained & chosen), len(lost & chosen))

    def of_theme(theme: str) -> list[tuple[str, str]]:
        return [key for s in data.services(theme) if s.id not in data.apart for key in by_service[s.id]]

    return Panel(
        line("", [key for keys in by_code.values() for key in keys]),
        tuple(line(theme.id, of_theme(theme.id)) for theme in data.themes),
        tuple(line(service.id, by_service[service.id]) for service in data.services()),
        {code: line(code, by_code[code]) for code in data.codes},
    )


def digital_moves(changes: Iterable[Change]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Cells that gained, and cells that lost their digital channel."""
    gained: set[tuple[str, str]] = set()
    lost: set[tuple[str, str]] = set()
    for change in changes:
        if change.subject is ChangeSubject.CHANNEL and change.item == DIGITAL_CHANNEL and change.service_id:
            (gained if change.new == OFFERED else lost).add((change.municipality_code, change.service_id))
    return gained, lost


def _own_tasks(since: Development) -> list[tuple[str, str]]:
    """Cells that every year has, and that were the municipality's own task in each."""
    return sorted(key for key in since.common if not any(is_outside(point.cells[key]) for point in since.points))


def _shaken(since: Development) -> set[tuple[str, str]]:
    """Cells whose digital channel cannot be followed: a gap in some year, or moved by something else than the site."""
    moved = {
        (change.municipality_code, change.service_id or "")
        for change in since.changes
        if change.kind is not ChangeKind.SITE
        and change.reason is not ChangeReason.REANALYSED
        and (change.subject is ChangeSubject.STATE or change.item == DIGITAL_CHANNEL)
    }
    unread = {key for key in since.common if any(_is_gap(point.cells[key]) for point in since.points)}
    return moved | unread


def _is_gap(cell: ServiceFinding) -> bool:
    return answer(DIGITAL, cell) is Answer.GAP


def _shares(
    since: Development, keys: Sequence[tuple[str, str]], shaken: Collection[tuple[str, str]]
) -> tuple[Share, ...]:
    return tuple(
        tally(Answer.GAP if key in shaken else answer(DIGITAL, point.cells[key]) for key in keys)
        for point in since.points
    )
