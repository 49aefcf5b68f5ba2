"""Every measure of the report, declared once: what is counted, out of what, and what is left out.

The same declarations compute the figures and print the footnotes. A share is found / (found + not-found); gaps are
never in it, their number always stands beside it, and with more than a fifth of gaps a share is not ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from study import CHANNELS, STRONG_LOG_INS, ServiceFinding, State

from .data import is_outside

RANK_LIMIT = 0.2
"""Above this share of gaps a figure is printed but not ranked: the gaps could overturn any order."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole with its gaps: `count` of `base`; `gaps` unknown; `outside` nobody's task here."""

    count: int
    base: int
    gaps: int
    outside: int = 0

    @property
    def value(self) -> float | None:
        """count / base, or None where nothing could be judged."""
        return self.count / self.base if self.base else None

    @property
    def gap_share(self) -> float:
        """Gaps among the cells that are the municipality's task."""
        return self.gaps / (self.base + self.gaps) if self.base + self.gaps else 1.0

    @property
    def is_ranked(self) -> bool:
        """Whether the share may be put in an order with others."""
        return self.base > 0 and self.gap_share <= RANK_LIMIT

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most the share could be, were all gaps no or all yes."""
        whole = self.base + self.gaps
        return (self.count / whole, (self.count + self.gaps) / whole) if whole else (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Measure:
    """A declared measure over grid cells. Its words are locales' `measures.<id>`."""

    id: str
    counts: Callable[[ServiceFinding], bool]
    within: Callable[[ServiceFinding], bool] = lambda f: True


def _offers(channel: str) -> Callable[[ServiceFinding], bool]:
    column = channel.replace("-", "_")
    return lambda finding: bool(getattr(finding, column))


FOUND = Measure("found", lambda f: f.state is State.FOUND)
DIGITAL = Measure("digital", _offers("digital"))
BY_CHANNEL = {channel: Measure(f"channel-{channel}", _offers(channel)) for channel in CHANNELS}
"""Ways to identify that are not strong; the others are the country's own service and banks."""
AUTHENTICATED = Measure("strong-identification", lambda f: f.authentication in STRONG_LOG_INS, _offers("digital"))
DEEP_LINK = Measure("deep-link", lambda f: f.path_quality != "portal-root", _offers("digital"))
TWO_CHANNELS = Measure("several-channels", lambda f: len(f.channels) >= 2, lambda f: f.state is State.FOUND)

MEASURES: tuple[Measure, ...] = (FOUND, DIGITAL, *BY_CHANNEL.values(), AUTHENTICATED, DEEP_LINK, TWO_CHANNELS)


def share(measure: Measure, findings: Iterable[ServiceFinding]) -> Share:
    """A measure over these cells."""
    count = base = gaps = outside = 0
    for finding in findings:
        if is_outside(finding):
            outside += 1
        elif finding.state in (State.BLOCKED, State.NOT_EXAMINED):
            gaps += 1
        elif measure.within(finding):
            base += 1
            count += measure.counts(finding)
    return Share(count, base, gaps, outside)


def typical(values: Sequence[float | None]) -> float | None:
    """The median of the values that are known, or None."""
    known = [v for v in values if v is not None]
    return median(known) if known else None


def rank_interval(mine: Share, others: Sequence[Share]) -> tuple[int, int] | None:
    """Best and worst place among `others` (without mine) that the gaps allow; None where it is not ranked."""
    if not mine.is_ranked:
        return None
    low, high = mine.bounds
    rivals = [o.bounds for o in others if o.is_ranked]
    best = 1 + sum(1 for other_low, _ in rivals if other_low > high)
    worst = 1 + sum(1 for _, other_high in rivals if other_high > low)
    return best, max(best, worst)
