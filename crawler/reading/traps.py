"""Tells addresses that only cost time: calendars, paging, other spellings, circles, languages that nobody studies.

A trap is proved by what its addresses showed, never by a list of names. Pure; the frontier asks before it queues and
before it fetches.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .entries import Budget, Entry, Kind
from .shapes import repeats_itself

_DULL_SHARE = 0.8
"""From this share of pages without new pairs of words on a shape is a trap, whatever its links promise."""
_SURE = 3
"""So many skeletons, or pages in a foreign language, prove a rule for a whole host."""
_PROMISING_EASE = 5
"""A link that promises a service still wanted is followed into shapes that so many times more were read of."""


@dataclass(slots=True)
class _Spellings:
    """Addresses that differ in numbers only: how many were offered, and what those that were read showed."""

    offered: int = 0
    read: int = 0
    shown: set[int] = field(default_factory=set)

    @property
    def is_noise(self) -> bool:
        return self.read >= _SURE and len(self.shown) == 1

    @property
    def may_be_noise(self) -> bool:
        return self.read >= 2 and len(self.shown) == 1


class Traps:
    """What was read of each shape of address, and what it showed."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._visits: Counter[str] = Counter()
        self._fruits: Counter[str] = Counter()
        self._dull: Counter[str] = Counter()
        self._spellings: dict[str, _Spellings] = defaultdict(_Spellings)
        self._noisy: Counter[str] = Counter()
        self._numbered: Counter[str] = Counter()
        self._spoken: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def offered(self, entry: Entry) -> None:
        """An address was queued."""
        if entry.skeleton:
            self._spellings[entry.skeleton].offered += 1

    def visited(self, entry: Entry) -> None:
        """An address is fetched for the first time."""
        self._visits.update(entry.shapes)

    def bore_fruit(self, entry: Entry) -> None:
        """A page led to services: more of its shape may be read."""
        self._fruits.update(entry.shapes)

    def crowd(self, entry: Entry) -> int:
        """How many addresses of the same pattern were fetched."""
        return max((self._visits[shape] for shape in entry.crowds), default=0)

    def compare(self, entry: Entry, shown: int, *, is_dull: bool, is_understood: bool) -> None:
        """What the fetched page showed beside others: the same once more, nothing new, a foreign language."""
        if is_dull:
            self._dull.update(entry.shapes)
        for mark in entry.languages:
            self._spoken[mark][is_understood] += 1
        if not entry.skeleton:
            return
        spellings = self._spellings[entry.skeleton]
        before = (spellings.may_be_noise, len(spellings.shown) > 1)
        spellings.read += 1
        spellings.shown.add(shown)
        self._noisy[entry.slot] += spellings.may_be_noise - before[0]
        self._numbered[entry.slot] += (len(spellings.shown) > 1) - before[1]

    def rule_against(self, entry: Entry, *, is_promising: bool) -> str | None:
        """The rule by which a queued address is a trap: too many of its shape were read for too little.

        A shape that bears fruit may go on, and a link that promises a service still wanted is followed all the same.
        """
        if entry.kind not in (Kind.PAGE, Kind.DOCUMENT) or entry.attempts:
            return None
        if (rule := self.astray(entry, queued=True)) is not None:
            return rule
        for shape in entry.shapes:
            visits = self._visits[shape]
            ease = _PROMISING_EASE if is_promising else 1
            if visits >= ease * self._shape_budget(shape, entry) + 4 * self._fruits[shape]:
                return shape
            dull_from = (2 if is_promising else 1) * self._budget.per_dull_shape
            if visits >= dull_from and self._dull[shape] >= _DULL_SHARE * visits:
                return f"nothing new: {shape}"
        return None

    def _shape_budget(self, shape: str, entry: Entry) -> int:
        kind, _, rest = shape.partition(" ")
        if kind == "query":
            return self._budget.per_query
        if kind == "names":
            return self._budget.per_name
        if kind == "under":
            # The folder at the top may be a language, and all that there is lies in it.
            return self._budget.per_section if rest.count("/") == 2 else self._budget.per_folder
        return self._budget.per_dated_shape if entry.is_dated else self._budget.per_shape

    def astray(self, entry: Entry, *, queued: bool = False) -> str | None:
        """Why an address is no page of its own: another spelling, a circle, a language nobody studies."""
        if entry.kind is not Kind.PAGE:
            return None
        if repeats_itself(entry.url):
            return "address that repeats itself"
        for mark in entry.languages:
            foreign, understood = self._spoken.get(mark, (0, 0))
            if foreign >= _SURE and not understood:
                return f"language {mark}"
        spellings = self._spellings.get(entry.skeleton) if entry.skeleton else None
        if spellings is None:
            return None
        others = spellings.offered - queued
        is_noisy = self._noisy[entry.slot] >= _SURE and self._noisy[entry.slot] > 4 * self._numbered[entry.slot]
        if spellings.is_noise or (is_noisy and (spellings.read if queued else others)):
            return f"another spelling: {entry.skeleton}"
        return None
