"""The decisions of a study as the page needs them: what is in force now, kept up to date decision by decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from study import (
    Action,
    Decision,
    DecisionLog,
    Problem,
    Stranger,
    StudyFolder,
    Subject,
    TwoReadings,
    append_decisions,
    decisions_file,
    load_decisions,
    read_twice,
    subject_of,
)

_PAUSE = timedelta(minutes=5)
"""A longer time between two decisions was not spent on one cell."""
_USUAL_SECONDS = 30.0
_PACE_OF = 200


class Book:
    """What people decided. Reads the file again where another program has written to it."""

    def __init__(self, folder: StudyFolder) -> None:
        self._folder = folder
        self._said: dict[Subject, list[Decision]] = {}
        self._stamp: tuple[int, int] | None = None
        self.in_force: dict[Subject, Decision] = {}
        self.second: dict[Subject, Decision] = {}
        self.disputed: set[Subject] = set()
        self.twice: dict[Subject, TwoReadings] = {}
        self.notes: dict[Subject, tuple[Decision, ...]] = {}
        self.notices: tuple[str, ...] = ()
        self.faults: tuple[Problem | Stranger, ...] = ()
        self.refresh()

    def refresh(self) -> None:
        """Take in what another program has added since; raises UserError where the file cannot be read any more."""
        stamp = self._stamp_now()
        if stamp == self._stamp:
            return
        found = load_decisions(self._folder)
        self._said, self.in_force, self.second, self.disputed, self.twice, self.notes = {}, {}, {}, set(), {}, {}
        self._take(found.log.decisions)
        self.notices, self.faults = found.notices(self._folder), found.faults
        self._stamp = stamp

    def _stamp_now(self) -> tuple[int, int]:
        path = decisions_file(self._folder.review)
        if not path.is_file():
            return (0, 0)
        stat = path.stat()
        return (stat.st_mtime_ns, stat.st_size)

    def _take(self, decisions: Iterable[Decision]) -> None:
        changed = set()
        for decision in decisions:
            subject = subject_of(decision)
            self._said.setdefault(subject, []).append(decision)
            changed.add(subject)
        for subject in changed:
            log = DecisionLog(tuple(self._said[subject]))
            _put(self.in_force, subject, log.in_force.get(subject))
            _put(self.second, subject, log.second.get(subject))
            self.notes.pop(subject, None)
            if noted := log.notes(subject):
                self.notes[subject] = noted
            self.disputed.discard(subject)
            self.twice.pop(subject, None)
            self.twice.update((subject, readings) for readings in read_twice(log))
            if log.conflicts or (subject in self.twice and self.twice[subject].is_open):
                self.disputed.add(subject)

    def add(self, decisions: list[Decision]) -> None:
        """Write decisions to the disk, then count with them."""
        self.refresh()
        append_decisions(self._folder.review, decisions)
        self._take(decisions)
        self._stamp = self._stamp_now()

    def history(self, subject: Subject) -> tuple[Decision, ...]:
        """Everything that was said of a subject, latest first."""
        return tuple(sorted(self._said.get(subject, ()), key=lambda d: d.order, reverse=True))

    def rivals(self, subject: Subject) -> tuple[Decision, ...]:
        """The two answers of which one has to be settled; empty where nobody disagrees."""
        readings = self.twice.get(subject)
        if readings is not None and readings.is_open:
            return (readings.first, readings.second)
        conflicts = DecisionLog(tuple(self._said.get(subject, ()))).conflicts
        return (conflicts[0].earlier, conflicts[0].later) if conflicts else ()

    def log(self) -> DecisionLog:
        """Everything that was said."""
        return DecisionLog(tuple(d for said in self._said.values() for d in said))

    def by(self, reviewer: str) -> list[Decision]:
        """What one person decided, in order of time."""
        return sorted(
            (d for said in self._said.values() for d in said if d.reviewer == reviewer), key=lambda d: d.order
        )

    def reviewers(self) -> tuple[str, ...]:
        """Everybody who decided something, by name."""
        everything = (d for said in self._said.values() for d in said)
        return tuple(sorted({d.reviewer for d in everything if d.action is not Action.NOTE}))

    def time_after(self, subject: Subject) -> datetime:
        """Now, or just after the last decision on a subject where that machine's clock is ahead of ours."""
        last = max((d.decided_at for d in self._said.get(subject, ())), default=None)
        now = datetime.now(UTC)
        return now if last is None or last < now else last + timedelta(microseconds=1)

    def seconds_a_cell(self, reviewer: str) -> float:
        """How long one person takes for a cell, the middle of the last ones; half a minute where nobody knows yet."""
        times = [d.decided_at for d in self.by(reviewer)[-_PACE_OF:] if d.action is not Action.NOTE]
        gaps = sorted(b - a for a, b in pairwise(times) if timedelta(0) < b - a < _PAUSE)
        return gaps[len(gaps) // 2].total_seconds() if len(gaps) >= 10 else _USUAL_SECONDS


def _put(where: dict[Subject, Decision], subject: Subject, decision: Decision | None) -> None:
    if decision is None:
        where.pop(subject, None)
    else:
        where[subject] = decision
