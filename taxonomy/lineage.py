"""Municipalities and responsibilities between two days: who became whom, and which services changed hands.

Pure functions over the taxonomy's `changes` and `reforms`; the day of a study is the last of its year.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .changes import BEGINS, MunicipalityChange, Reform
from .models import Taxonomy


@dataclass(frozen=True, slots=True)
class Kin:
    """Municipalities of two studies that are the same area: usually one and one, after a merger several and one.

    `missing_old` and `missing_new` are codes of the same area that the studies lack: with any, the two sides cannot be
    compared as a whole.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    changes: tuple[MunicipalityChange, ...] = ()
    missing_old: tuple[str, ...] = ()
    missing_new: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether it is one municipality with the same code on both sides."""
        return len(self.old) == 1 and self.old == self.new and not self.missing_old and not self.missing_new

    @property
    def is_whole(self) -> bool:
        """Whether both studies have the whole area."""
        return bool(self.old) and bool(self.new) and not self.missing_old and not self.missing_new


@dataclass(frozen=True, slots=True)
class Handover:
    """A service of a municipality that somebody else arranges now; the reform is None where no day of one fits."""

    service: str
    before: str
    after: str
    reform: Reform | None


def exists(taxonomy: Taxonomy, code: str, day: dt.date) -> bool:
    """Tells whether the code was a municipality on that day, as far as the country's files know it."""
    if code not in taxonomy.changed_codes:
        return code in taxonomy.municipalities
    ended = any(change.is_end and change.code == code and change.day <= day for change in taxonomy.changes)
    return not ended and not _begins_later(taxonomy, code, day)


def changes_of(taxonomy: Taxonomy, code: str, old_day: dt.date, new_day: dt.date) -> tuple[MunicipalityChange, ...]:
    """Changes after `old_day`, up to and including `new_day`, of the municipality and of those it became, by day."""
    found: list[MunicipalityChange] = []
    current = {code}
    for change in _between(taxonomy, old_day, new_day):
        if change.code in current:
            found.append(change)
            current |= set(change.became)
    return tuple(found)


def successors(taxonomy: Taxonomy, code: str, old_day: dt.date, new_day: dt.date) -> tuple[str, ...]:
    """Codes that hold on `new_day` the area that was `code` on `old_day`: the code itself where nothing happened."""
    between = _between(taxonomy, old_day, new_day)
    if code not in taxonomy.changed_codes:
        return (code,)
    current = {code}
    for change in between:
        if change.is_end and change.code in current:
            current = (current - {change.code}) | set(change.became)
    return tuple(sorted(current))


def predecessors(taxonomy: Taxonomy, code: str, old_day: dt.date, new_day: dt.date) -> tuple[str, ...]:
    """Codes that held on `old_day` what is `code` on `new_day`: the code itself where nothing happened."""
    ended = [change for change in _between(taxonomy, old_day, new_day) if change.is_end]
    if not any(code in change.became for change in ended):
        return (code,)
    known = {code, *(change.code for change in ended)}
    reaching = (c for c in known if code in successors(taxonomy, c, old_day, new_day))
    return tuple(sorted(c for c in reaching if not _begins_later(taxonomy, c, old_day)))


def kin(
    taxonomy: Taxonomy, old_codes: Iterable[str], new_codes: Iterable[str], old_day: dt.date, new_day: dt.date
) -> tuple[Kin, ...]:
    """Returns which municipalities of an old study meet which of a new one, sorted by code.

    Every code of both studies is in exactly one of the results. A code that no file knows meets the same code. One that
    only one study has, without any change, is alone: `old` or `new` is empty, and it stands in `missing_old` or
    `missing_new`.
    """
    old, new = set(old_codes), set(new_codes)
    reached = _reached(taxonomy, old, new, old_day, new_day)
    groups: list[tuple[set[str], set[str]]] = []
    for code, after in sorted(reached.items()):
        touched = [group for group in groups if group[1] & set(after)]
        joined = ({code}.union(*(g[0] for g in touched)), set(after).union(*(g[1] for g in touched)))
        groups = [*(group for group in groups if group not in touched), joined]
    found = (
        Kin(
            old=tuple(sorted(before & old)),
            new=tuple(sorted(after & new)),
            changes=_of_all(taxonomy, before, old_day, new_day),
            missing_old=tuple(sorted(before - old)),
            missing_new=tuple(sorted(after - new)),
        )
        for before, after in groups
    )
    return tuple(sorted(found, key=lambda k: (k.old or k.missing_old, k.new)))


def handover(
    taxonomy: Taxonomy, service_id: str, old: tuple[str, dt.date], new: tuple[str, dt.date]
) -> Handover | None:
    """Returns how the service changed hands from a municipality and day to another, or None where it did not."""
    service = taxonomy.services[service_id]
    before, after = service.responsible_on(old[1], old[0]), service.responsible_on(new[1], new[0])
    if before == after:
        return None
    days = {period.valid_from for period in service.responsible if period.applies(new[1], new[0])}
    fitting = [reform for reform in taxonomy.reforms.values() if reform.day in days]
    return Handover(service_id, before, after, fitting[0] if fitting else None)


def _between(taxonomy: Taxonomy, old_day: dt.date, new_day: dt.date) -> Iterator[MunicipalityChange]:
    if new_day < old_day:
        raise ValueError(f"{new_day} lies before {old_day}")
    return (change for change in taxonomy.changes if old_day < change.day <= new_day)


def _reached(
    taxonomy: Taxonomy, old: set[str], new: set[str], old_day: dt.date, new_day: dt.date
) -> dict[str, tuple[str, ...]]:
    """Every code of the old day that belongs to what the studies have, with the codes it became."""
    reached: dict[str, tuple[str, ...]] = {}
    waiting = set(old)
    after = set(new)
    while waiting or after:
        fresh = {code: successors(taxonomy, code, old_day, new_day) for code in waiting}
        reached |= fresh
        after |= {code for codes in fresh.values() for code in codes}
        before = {c for code in after for c in predecessors(taxonomy, code, old_day, new_day)}
        waiting, after = before - reached.keys(), set()
    return reached


def _begins_later(taxonomy: Taxonomy, code: str, day: dt.date) -> bool:
    begins = [change.day for change in taxonomy.changes if change.kind in BEGINS and code in change.became]
    return bool(begins) and min(begins) > day


def _of_all(
    taxonomy: Taxonomy, codes: Iterable[str], old_day: dt.date, new_day: dt.date
) -> tuple[MunicipalityChange, ...]:
    found = {change: None for code in sorted(codes) for change in changes_of(taxonomy, code, old_day, new_day)}
    return tuple(sorted(found, key=lambda c: (c.day, c.code)))
