"""What a look at a cell is worth: how likely the machine errs there, times what the published figures would move.

Pure: from cells to an order. A control sample is drawn by a fixed lot over all cells, so it measures those that nobody
looks at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, get_args

from study import State, Verification, lot_of

Reason = Literal[
    "disputed",
    "asked-again",
    "reader",
    "register",
    "last-year",
    "uncertain",
    "languages",
    "pages",
    "figure",
    "control",
    "rest",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""Why a cell is worth a look, most urgent first."""

# How likely the machine errs, beyond its own doubt: of cells that it calls sure about 3 in 100 are wrong; a source that
# says otherwise is right as often as not; versions that differ are more often the site's fault than the machine's.
_SURE_DOUBT = 0.03
_SURE = 1.0 - _SURE_DOUBT
_DOUBT: Mapping[str, float] = {"reader": 0.5, "register": 0.5, "last-year": 0.3, "languages": 0.12, "pages": 0.08}
_FIGURE = 2.0
"""A cell that can move a place or let a figure be said counts as much as this many others."""
_GAP_LIMIT = 0.2
_JUDGED = frozenset((State.FOUND.value, State.NOT_FOUND.value))
_EVERY = 10
"""Every so many-th place in the queue is a control cell, so that a day's work measures the rest too."""


@dataclass(slots=True)
class QueueCell:
    """One cell of the grid as the queue sees it: what the machine alone says, and what speaks for a look."""

    code: str
    theme: str
    service: str
    state: str
    confidence: float | None
    channels: tuple[str, ...]
    verification: str
    basis: str
    differs: tuple[str, ...] = ()
    """Reasons that others give: reader, register, last-year, languages, pages."""
    is_control: bool = False
    worth: float = 0.0
    reasons: tuple[Reason, ...] = field(default=())
    key: tuple[str, str] = field(init=False)
    """Municipality and service; kept, as each page asks it of every cell."""

    def __post_init__(self) -> None:
        self.key = (self.code, self.service)


def weigh(cells: Sequence[QueueCell], control: frozenset[tuple[str, str]]) -> None:
    """Give every cell its worth and reasons, in place."""
    figures = _Figures(cells)
    for cell in cells:
        doubt = _doubt(cell)
        moves = figures.moved_by(cell)
        cell.worth = round(doubt * moves, 6)
        cell.is_control = cell.key in control
        found: list[Reason] = [reason for reason in REASONS if reason in cell.differs] if cell.differs else []
        if cell.verification == Verification.UNCERTAIN:
            found.append("uncertain")
        if moves >= _FIGURE and (found or doubt > _SURE_DOUBT):
            found.append("figure")
        if cell.is_control:
            found.append("control")
        cell.reasons = tuple(sorted(found, key=REASONS.index) if len(found) > 1 else found) or ("rest",)


def _doubt(cell: QueueCell) -> float:
    right = _SURE
    if cell.verification == Verification.UNCERTAIN:
        right = min(right, cell.confidence if cell.confidence is not None else 0.5)
    for reason in cell.differs:
        right *= 1.0 - _DOUBT.get(reason, 0.0)
    return 1.0 - right


class _Figures:
    """The published figures that one cell goes into: its service's share, its municipality's share and place."""

    def __init__(self, cells: Sequence[QueueCell]) -> None:
        self._judged_of_service: Counter[str] = Counter()
        self._all_of_service: Counter[str] = Counter()
        self._judged: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        self._digital: Counter[str] = Counter()
        for cell in cells:
            self._all[cell.code] += 1
            self._all_of_service[cell.service] += 1
            if _is_judged(cell):
                self._judged[cell.code] += 1
                self._judged_of_service[cell.service] += 1
                self._digital[cell.code] += "digital" in cell.channels
        self._sharing: dict[float, int] = defaultdict(int)
        for code in self._all:
            self._sharing[self._share(code)] += 1
        # The same for all cells of a municipality, or of a service.
        self._turns_place, self._turns_limit = cache(self._turns_place_of), cache(self._turns_limit_of)
        self._share_of_service = cache(lambda service: 1.0 / max(1, self._judged_of_service[service]))
        self._share_of_place = cache(lambda code: 1.0 / max(1, self._judged[code]))

    def _share(self, code: str, change: int = 0) -> float:
        judged = self._judged[code]
        return round((self._digital[code] + change) / judged, 4) if judged else 0.0

    def moved_by(self, cell: QueueCell) -> float:
        """How much this one cell moves: 1 for its share of the figures it is in, more where a place or limit turns."""
        moved = 1.0 + 10.0 * (self._share_of_service(cell.service) + self._share_of_place(cell.code))
        if _is_judged(cell):
            return moved + (_FIGURE if self._turns_place(cell.code, "digital" in cell.channels) else 0.0)
        return moved + (_FIGURE if self._turns_limit(cell.service) else 0.0)

    def _turns_limit_of(self, service: str) -> bool:
        """Whether one gap less would let a figure of a service be ranked."""
        gaps = 1.0 - self._judged_of_service[service] / self._all_of_service[service]
        one = 1.0 / self._all_of_service[service]
        return gaps > _GAP_LIMIT >= gaps - one

    def _turns_place_of(self, code: str, is_digital: bool) -> bool:
        """Whether the other answer about one cell would change a municipality's place."""
        mine, other = self._share(code), self._share(code, -1 if is_digital else 1)
        low, high = min(mine, other), max(mine, other)
        passed = sum(count for share, count in self._sharing.items() if low < share <= high and share != mine)
        return passed > 0 or self._sharing[mine] > 1


def _is_judged(cell: QueueCell) -> bool:
    return cell.state in _JUDGED


def ordered(cells: Iterable[QueueCell], urgent: Mapping[tuple[str, str], Reason]) -> list[QueueCell]:
    """Cells in the order of what a look changes most; `urgent` ones first, a control cell every tenth place."""
    first = sorted((c for c in cells if c.key in urgent), key=lambda c: (REASONS.index(urgent[c.key]), -c.worth, c.key))
    rest = sorted((c for c in cells if c.key not in urgent), key=lambda c: (-c.worth, c.key))
    # In the order of their lots: however many of them get done, those are a random part.
    control = sorted((c for c in rest if c.is_control), key=lambda c: lot_of(c.key))
    others = [c for c in rest if not c.is_control]
    mixed: list[QueueCell] = []
    for start in range(0, len(others), _EVERY - 1):
        mixed += others[start : start + _EVERY - 1]
        if control:
            mixed.append(control.pop(0))
    return [*first, *mixed, *control]
