"""Who said what last: the decisions of a study replayed, undone ones left out, disagreements told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from .model import Action, Decision, Role

Subject = tuple[str, str, str]
"""Municipality, service and host; of a cell the host is empty, of a municipality's statement service and host."""


def subject_of(decision: Decision) -> Subject:
    """What a decision is about."""
    return (decision.municipality_code, decision.service_id, decision.host)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two people who said different things of one subject, the later one without having seen the earlier answer."""

    earlier: Decision
    later: Decision


@dataclass(frozen=True)
class DecisionLog:
    """Decisions of any number of people, merged. The later one wins; a second reader's answer is never in force."""

    decisions: tuple[Decision, ...] = ()

    @cached_property
    def by_subject(self) -> Mapping[Subject, tuple[Decision, ...]]:
        """Everything that was said of each subject, in order of time, with what was taken back."""
        found: dict[Subject, list[Decision]] = defaultdict(list)
        for decision in sorted(self.decisions, key=lambda d: d.order):
            found[subject_of(decision)].append(decision)
        return {subject: tuple(said) for subject, said in found.items()}

    @cached_property
    def in_force(self) -> Mapping[Subject, Decision]:
        """The decision that counts, by subject."""
        last = {subject: self.standing(subject) for subject in self.by_subject}
        return {subject: decisions[-1] for subject, decisions in last.items() if decisions}

    def standing(self, subject: Subject, *, second: bool = False) -> tuple[Decision, ...]:
        """What was said of a subject and not taken back, by first readers or by second ones, in order of time."""
        said = (d for d in _not_undone(self.by_subject.get(subject, ())) if d.action is not Action.NOTE)
        return tuple(d for d in said if (d.role is Role.SECOND) is second)

    def notes(self, subject: Subject) -> tuple[Decision, ...]:
        """What people noted on a subject without deciding it and did not take back, in order of time."""
        return tuple(d for d in _not_undone(self.by_subject.get(subject, ())) if d.action is Action.NOTE)

    @cached_property
    def second(self) -> Mapping[Subject, Decision]:
        """The second reader's last answer, by subject."""
        last = {subject: self.standing(subject, second=True) for subject in self.by_subject}
        return {subject: decisions[-1] for subject, decisions in last.items() if decisions}

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What two people said differently without having seen each other's answer, and nobody has settled yet."""
        found = []
        for subject, last in sorted(self.in_force.items()):
            known = self._known_to(last)
            rivals = (d for d in self.standing(subject) if d.reviewer != last.reviewer and d.id not in known)
            rival = next((d for d in reversed(tuple(rivals)) if d.says != last.says), None)
            if rival is not None and last.role is not Role.SETTLED:
                found.append(Conflict(rival, last))
        return tuple(found)

    def _known_to(self, decision: Decision) -> frozenset[str]:
        """The decisions that were in force one after the other before this one was made, and itself."""
        by_id = {d.id: d for d in self.by_subject[subject_of(decision)]}
        known: set[str] = set()
        at: Decision | None = decision
        while at is not None and at.id not in known:
            known.add(at.id)
            at = by_id.get(at.replaces)
        return frozenset(known)

    @cached_property
    def reviewers(self) -> tuple[str, ...]:
        """Everybody who decided anything that is in force or was a second reading, by name."""
        return tuple(sorted({d.reviewer for d in (*self.in_force.values(), *self.second.values())}))


def _not_undone(said: Iterable[Decision]) -> list[Decision]:
    """Decisions that nobody took back; taking back a taking back restores."""
    gone: set[str] = set()
    left = []
    for decision in reversed(tuple(said)):
        if decision.id in gone:
            continue
        if decision.action is Action.UNDO:
            gone.add(decision.replaces)
        else:
            left.append(decision)
    return left[::-1]
