"""Second readings: cells that another person judges without seeing the first answer, and how the two compare."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection
from dataclasses import dataclass

from .log import DecisionLog, Subject
from .model import Decision, Role

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """Two people's answers about one cell and the same page, neither of whom had seen the other's."""

    first: Decision
    second: Decision
    settled: Decision | None = None
    """What somebody decided who saw both answers."""

    @property
    def is_alike(self) -> bool:
        """Whether they said the same in every part of the cell."""
        return self.first.says == self.second.says

    @property
    def is_open(self) -> bool:
        """Whether they differ and nobody has settled it."""
        return not self.is_alike and self.settled is None


def read_twice(log: DecisionLog) -> tuple[TwoReadings, ...]:
    """The cells that a second person read, by subject; left out where the page had changed between the two looks."""
    found = (_readings(log, subject, second) for subject, second in sorted(log.second.items()))
    return tuple(readings for readings in found if readings is not None)


def _readings(log: DecisionLog, subject: Subject, second: Decision) -> TwoReadings | None:
    said = [d for d in log.standing(subject) if d.reviewer != second.reviewer or d.role is Role.SETTLED]
    settled = [d for d in said if d.role is Role.SETTLED and d.order > second.order]
    before = [d for d in said if d not in settled]
    if not before or before[-1].reviewer == second.reviewer or before[-1].seen_page != second.seen_page:
        return None
    return TwoReadings(before[-1], second, settled[-1] if settled else None)


def draw_second(log: DecisionLog, share: float, reviewer: str, *, among: Collection[Key]) -> tuple[Key, ...]:
    """The cells that the lot gives to a second reader, of those that others decided and nobody has read again.

    None that this reviewer has decided. In the order of their lots, which are others than those of the control sample:
    however many get read, those are a random part. What this reviewer has read again already stays among them.
    """
    seen = {(d.municipality_code, d.service_id) for d in log.decisions if _knows(d, reviewer)}
    read = {(code, service) for (code, service, _), said in log.second.items() if said.reviewer != reviewer}
    decided = {(code, service) for code, service, host in log.in_force if service and not host}
    keys = sorted((decided & set(among)) - seen - read, key=second_lot)
    return tuple(keys[: math.ceil(share * len(keys))])


def _knows(decision: Decision, reviewer: str) -> bool:
    return decision.reviewer == reviewer and decision.role is not Role.SECOND


def second_lot(key: Key) -> bytes:
    """A cell's lot for a second reading."""
    return hashlib.sha256("/".join(("second", *key)).encode()).digest()
