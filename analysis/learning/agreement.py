"""How far two readers of the same cells agree: the share that they said alike, and that share beyond chance.

Krippendorff's alpha by the package `krippendorff`; intervals by drawing the cells again (always the same draws).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .evaluate import wilson

_DRAWS = 400
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two readers of the same cells. Alpha is None where it has no meaning: both used one class, or too few cells."""

    cells: int
    alike: int
    share: float | None
    share_interval: tuple[float, float] | None
    alpha: float | None = None
    alpha_interval: tuple[float, float] | None = None

    @property
    def is_one_class(self) -> bool:
        """Whether both always said one and the same thing, so that chance explains nothing and everything."""
        return self.alpha is None and self.cells >= _LEAST


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """The agreement of two readers, from what each said of every cell."""
    alike = sum(first == second for first, second in pairs)
    bounds = wilson(alike, len(pairs))
    share = round(alike / len(pairs), 4) if pairs else None
    interval = (bounds[0], bounds[1]) if bounds else None
    classes = sorted({said for pair in pairs for said in pair})
    if len(pairs) < _LEAST or len(classes) < _LEAST:
        return Agreement(len(pairs), alike, share, interval)
    counts = np.array([[(one == name) + (two == name) for name in classes] for one, two in pairs])
    return Agreement(len(pairs), alike, share, interval, _alpha(counts), _interval(counts))


def _alpha(counts: np.ndarray) -> float:
    import krippendorff

    return round(float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")), 4)


def _interval(counts: np.ndarray) -> tuple[float, float] | None:
    """The middle 95 of 100 draws of the cells; draws in which only one class is left say nothing."""
    draws = np.random.default_rng(1)
    found = []
    for _ in range(_DRAWS):
        drawn = counts[draws.integers(0, len(counts), len(counts))]
        if np.count_nonzero(drawn.sum(axis=0)) >= _LEAST:
            found.append(_alpha(drawn))
    if len(found) < _DRAWS // 2:
        return None
    low, high = np.percentile(found, [2.5, 97.5])
    return (round(float(low), 4), round(float(high), 4))
