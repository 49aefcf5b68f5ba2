"""Every measure of the report, declared once: what is counted, out of what, and what is left out.

The same declarations compute the figures (see `shares`) and print the footnotes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from study import CHANNELS, STRONG_LOG_INS, ServiceFinding, State


@dataclass(frozen=True, slots=True)
class Measure:
    """A declared measure over grid cells. Its words are locales' `measures.<id>`."""

    id: str
    counts: Callable[[ServiceFinding], bool]
    within: Callable[[ServiceFinding], bool] = lambda f: True
    is_known: Callable[[ServiceFinding], bool] = lambda f: True
    """Whether a judged cell within tells the answer; of one that does not it is unknown."""


def _offers(channel: str) -> Callable[[ServiceFinding], bool]:
    column = channel.replace("-", "_")
    return lambda finding: bool(getattr(finding, column))


FOUND = Measure("found", lambda f: f.state is State.FOUND)
DIGITAL = Measure("digital", _offers("digital"))
BY_CHANNEL = {channel: Measure(f"channel-{channel}", _offers(channel)) for channel in CHANNELS}
AUTHENTICATED = Measure(
    "strong-identification",
    lambda f: f.authentication in STRONG_LOG_INS,
    _offers("digital"),
    lambda f: f.authentication not in (None, "", "unknown"),
)
DEEP_LINK = Measure(
    "deep-link",
    lambda f: f.path_quality != "portal-root",
    _offers("digital"),
    lambda f: bool(f.path_quality),
)
TWO_CHANNELS = Measure("several-channels", lambda f: len(f.channels) >= 2, lambda f: f.state is State.FOUND)

MEASURES: tuple[Measure, ...] = (FOUND, DIGITAL, *BY_CHANNEL.values(), AUTHENTICATED, DEEP_LINK, TWO_CHANNELS)


def typical(values: Sequence[float | None]) -> float | None:
    """The median of the values that are known, or None."""
    known = [v for v in values if v is not None]
    return median(known) if known else None
