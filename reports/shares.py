"""Every share of the report: how many of how many, what is not known of it, and whether that is enough to say it.

The only place that makes a denominator. A gap is in neither part of a share; a service that only few of the compared
municipalities have to arrange is told apart and is in no share of several services; below the least base there is a
count and a reason, and no per cent, no bar and no place.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from study import CrawlStatus, MunicipalityStatus, ServiceFinding, State, StateReason

from .measures import Measure

LEAST_BASE = 5
"""Fewest that are judged where a share is told: with four, one of them moves it by a quarter."""
RANK_LIMIT = 0.2
"""Above this share of gaps a figure is printed but not ranked: the gaps could overturn any order."""


class Answer(StrEnum):
    """What is known of one of those that are counted."""

    YES = "yes"
    NO = "no"
    GAP = "gap"
    """Could not be read, so nothing is known of it."""
    UNKNOWN = "unknown"
    """Was found, and what is asked of it is not known."""
    OUTSIDE = "outside"
    """Somebody else's task: no part of the whole."""
    BESIDE = "beside"
    """Not among those that are asked about, though known."""


class Shortfall(StrEnum):
    """Why a share is not told."""

    OUTSIDE = "outside"
    """It is nobody's task here."""
    FEW = "few"
    """Fewer than LEAST_BASE are judged, and there are hardly more that could be."""
    GAPS = "gaps"
    """Fewer than half of those that could be judged were."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole: `count` of `base`; `gaps` could not be judged, `unknown` of them though they were found.

    `outside` is nobody's task here.
    """

    count: int
    base: int
    gaps: int
    outside: int = 0
    unknown: int = 0

    @property
    def unread(self) -> int:
        """The gaps of which nothing could be read."""
        return self.gaps - self.unknown

    @property
    def possible(self) -> int:
        """Those that could be judged: the judged and the gaps."""
        return self.base + self.gaps

    @property
    def least(self) -> int:
        """The base from which the share is told: half of those that could be judged, and never under LEAST_BASE."""
        return max(LEAST_BASE, (self.possible + 1) // 2)

    @property
    def is_told(self) -> bool:
        """Whether the base is large enough to speak of a share."""
        return self.base >= self.least

    @property
    def shortfall(self) -> Shortfall | None:
        """Why the share is not told; None where it is."""
        if self.is_told:
            return None
        if self.outside and not self.possible:
            return Shortfall.OUTSIDE
        return Shortfall.FEW if self.possible < LEAST_BASE or 2 * self.base >= self.possible else Shortfall.GAPS

    @property
    def value(self) -> float | None:
        """count / base, or None where the base is too small to say it."""
        return self.count / self.base if self.is_told else None

    @property
    def gap_share(self) -> float:
        """Gaps among those that could be judged."""
        return self.gaps / self.possible if self.possible else 1.0

    @property
    def is_ranked(self) -> bool:
        """Whether the share may be put in an order with others."""
        return self.is_told and self.gap_share <= RANK_LIMIT

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most the share could be, were all gaps no or all yes."""
        return (self.count / self.possible, (self.count + self.gaps) / self.possible) if self.possible else (0.0, 1.0)


def tally(answers: Iterable[Answer]) -> Share:
    """The share that these answers, or a count of them, come to. Every denominator of the report is made here."""
    found = answers if isinstance(answers, Counter) else Counter(answers)
    yes, unknown = found[Answer.YES], found[Answer.UNKNOWN]
    return Share(yes, yes + found[Answer.NO], found[Answer.GAP] + unknown, found[Answer.OUTSIDE], unknown)


def share(measure: Measure, findings: Iterable[ServiceFinding]) -> Share:
    """A measure over these grid cells."""
    return tally(answer(measure, finding) for finding in findings)


def answer(measure: Measure, finding: ServiceFinding) -> Answer:
    """What a grid cell says to a measure's question."""
    if is_outside(finding):
        return Answer.OUTSIDE
    if finding.state in (State.BLOCKED, State.NOT_EXAMINED):
        return Answer.GAP
    if not measure.within(finding):
        return Answer.BESIDE
    if not measure.is_known(finding):
        return Answer.UNKNOWN
    return Answer.YES if measure.counts(finding) else Answer.NO


def is_outside(finding: ServiceFinding) -> bool:
    """Whether somebody else is responsible for the service, so that it is no task of the municipality."""
    return finding.state_reason is StateReason.OTHER_RESPONSIBLE


class Answers:
    """What the cells of one service say to a measure's question: of each municipality, and counted."""

    def __init__(self, of: Mapping[str, Answer]) -> None:
        self.of = of
        self.counted = Counter(of.values())


def answers_of(measure: Measure, findings: Iterable[ServiceFinding]) -> dict[str, Answers]:
    """What these grid cells say to a measure's question, by service."""
    found: dict[str, dict[str, Answer]] = defaultdict(dict)
    for finding in findings:
        found[finding.service_id][finding.municipality_code] = answer(measure, finding)
    return {service: Answers(of) for service, of in found.items()}


class Study(Protocol):
    """What shares need of a study (see `data.StudyData`)."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The compared municipalities."""

    @property
    def status(self) -> Mapping[str, MunicipalityStatus]:
        """How completely each was read."""

    def asked(self, *, theme: str | None = None, service: str | None = None) -> Sequence[str]:
        """Services that a share is made of."""

    def answers(self, measure: Measure) -> Mapping[str, Answers]:
        """What each grid cell says to a measure's question, by service."""


def share_of(
    data: Study,
    measure: Measure,
    *,
    theme: str | None = None,
    service: str | None = None,
    codes: Sequence[str] | None = None,
) -> Share:
    """A measure over one service, a theme's services or all, in these municipalities or all.

    Services that are told apart (`StudyData.apart`) count only where they are asked for by themselves.
    """
    answers = data.answers(measure)
    rows = [row for id in data.asked(theme=theme, service=service) if (row := answers.get(id))]
    if codes is None:
        return tally(sum((row.counted for row in rows), Counter()))
    return tally(Counter(answer for row in rows for code in codes if (answer := row.of.get(code))))


def municipality_share(data: Study, has: Callable[[str], bool], codes: Collection[str] | None = None) -> Share:
    """The municipalities of which something was seen, of those where it would have been.

    `has` says of a code whether it was seen there. Where it was not and the website was not read completely, that is a
    gap and no "no".
    """
    return tally(_of_municipality(data, code, has(code)) for code in (data.codes if codes is None else codes))


def _of_municipality(data: Study, code: str, is_seen: bool) -> Answer:
    if is_seen:
        return Answer.YES
    return Answer.NO if data.status[code].status is CrawlStatus.COMPLETE else Answer.GAP


def is_enough(known: int, possible: int) -> bool:
    """Whether so many known ones carry a median, an order or a superlative over those that there could be."""
    return Share(0, known, max(0, possible - known)).is_told


def rank_interval(mine: Share, others: Sequence[Share]) -> tuple[int, int] | None:
    """Best and worst place among `others` (without mine) that the gaps allow; None where it is not ranked.

    Nobody has a place among fewer than the least base of those that could have one.
    """
    return Order((mine, *others)).place(mine)


class Order:
    """Shares of which each has its place among the others, as far as its gaps allow one."""

    def __init__(self, shares: Sequence[Share]) -> None:
        ranked = [share for share in shares if share.is_ranked]
        bounds = [share.bounds for share in ranked]
        self._lows, self._highs = sorted(low for low, _ in bounds), sorted(high for _, high in bounds)
        self._values = sorted(share.value or 0.0 for share in ranked)
        self._tasked = sum(1 for share in shares if share.possible)

    def others(self, mine: Share) -> list[float]:
        """The ranked values without that of `mine`, which is one of the shares; empty where they are too few."""
        if not mine.is_ranked:
            rest = self._values
        else:
            own = bisect_right(self._values, mine.value or 0.0) - 1
            rest = self._values[:own] + self._values[own + 1 :]
        return rest if is_enough(len(rest), self._tasked - (mine.possible > 0)) else []

    def __len__(self) -> int:
        """How many have a place."""
        return len(self._values)

    def place(self, mine: Share) -> tuple[int, int] | None:
        """Best and worst place of `mine`, which is one of the shares; see `rank_interval`."""
        count = len(self)
        if not mine.is_ranked or not is_enough(count, self._tasked):
            return None
        low, high = mine.bounds
        best = 1 + count - bisect_right(self._lows, high)
        worst = 1 + count - bisect_right(self._highs, low) - (high > low)
        return best, max(best, worst)
