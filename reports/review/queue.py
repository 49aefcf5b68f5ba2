"""Which cells wait, in which order, for whom: filters over the queue, and how far a day's work gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from study import Verification

from .desk import Desk
from .worth import REASONS, QueueCell, Reason

A_DAY = 6 * 3600
"""Seconds of a working day that are spent on looking."""
ROWS = 50
SHOWS = ("open", "decided", "noted", "all")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person wants to see of the queue; empty is everything."""

    municipality: str = ""
    theme: str = ""
    service: str = ""
    channel: str = ""
    product: str = ""
    state: str = ""
    reviewer: str = ""
    why: str = ""
    find: str = ""
    """Words that stand in the names of the municipality or the service, in any language."""
    show: str = "open"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filters:
        """The filters of an address; what is no filter is passed over."""
        given = {name: query.get(name, "") for name in cls.__slots__}
        return cls(**{**given, "show": given["show"] if given["show"] in SHOWS else "open"})

    @property
    def query(self) -> str:
        """The same as the query of an address, without what is usual."""
        set_ = {name: getattr(self, name) for name in self.__slots__}
        return urlencode({name: value for name, value in set_.items() if value and (name, value) != ("show", "open")})


class Row(NamedTuple):
    """A cell in the queue, and why it is there."""

    cell: QueueCell
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How much is done and left."""

    cells: int
    decided: int
    uncertain: int
    urgent: int
    control_done: int
    control: int
    seconds: float
    a_day: int
    left_after_a_day: int


def rows(desk: Desk, filters: Filters) -> list[Row]:
    """The cells that fit, urgent ones first, then by what a look changes most."""
    return Found.of(desk, filters).rows()


@dataclass(frozen=True, slots=True)
class Found:
    """The cells that fit filters, in order; why they are there is told of those that are shown."""

    cells: Sequence[QueueCell]
    urgent: Mapping[tuple[str, str], Reason]

    @classmethod
    def of(cls, desk: Desk, filters: Filters) -> Found:
        """What fits, urgent ones first, then by what a look changes most."""
        urgent = _urgent(desk)
        found = desk.queue
        # Filter by filter, so that each page of a large study costs what it asks for and no more.
        for fits in _tests(desk, filters, urgent):
            found = [cell for cell in found if fits(cell)]
        if not urgent:
            return cls(found, urgent)
        first = sorted((c for c in found if c.key in urgent), key=lambda c: REASONS.index(urgent[c.key]))
        return cls([*first, *(c for c in found if c.key not in urgent)], urgent)

    def rows(self, start: int = 0, end: int | None = None) -> list[Row]:
        """The cells from one place to another, with the reasons why they are there."""
        return [Row(cell, self._reasons(cell)) for cell in self.cells[start:end]]

    def _reasons(self, cell: QueueCell) -> tuple[Reason, ...]:
        reason = self.urgent.get(cell.key)
        return (reason, *cell.reasons) if reason else cell.reasons


def _urgent(desk: Desk) -> dict[tuple[str, str], Reason]:
    if desk.is_blind:
        return {}
    cells = (desk.cells.get((code, service)) for code, service, _ in (*desk.book.in_force, *desk.book.disputed))
    return {cell.key: reason for cell in cells if cell is not None and (reason := desk.urgency(cell)) is not None}


_Test = Callable[[QueueCell], bool]


def _tests(desk: Desk, filters: Filters, urgent: Mapping[tuple[str, str], Reason]) -> Iterator[_Test]:
    """What a cell has to be, filter by filter, the ones that leave least first."""
    place, theme, service, state, channel = (
        filters.municipality, filters.theme, filters.service, filters.state, filters.channel,
    )  # fmt: skip
    if place:
        yield lambda cell: cell.code == place
    if service:
        yield lambda cell: cell.service == service
    if filters.product:
        behind = desk.product_cells.get(filters.product, frozenset())
        yield lambda cell: cell.key in behind
    if theme:
        yield lambda cell: cell.theme == theme
    if filters.find.strip():
        yield _named(desk, filters.find)
    if state:
        yield lambda cell: state in (cell.state, cell.verification)
    if channel:
        yield lambda cell: channel in cell.channels
    yield from _decided_as(desk, filters, urgent)


def _decided_as(desk: Desk, filters: Filters, urgent: Mapping[tuple[str, str], Reason]) -> Iterator[_Test]:
    """What people must have said of a cell, and why it must be worth a look."""
    why, reviewer = filters.why, filters.reviewer
    done = {(code, service) for code, service, _ in desk.said if (code, service) not in urgent}
    if filters.show == "open":
        yield lambda cell: cell.key not in done
    elif filters.show == "decided":
        yield lambda cell: cell.key in done
    elif filters.show == "noted":
        yield lambda cell: bool(desk.notes(*cell.key))
    if reviewer:
        theirs = {(code, service) for (code, service, _), said in desk.said.items() if said.reviewer == reviewer}
        yield lambda cell: cell.key in theirs
    if why:
        yield lambda cell: why in cell.reasons or why == urgent.get(cell.key)


def _named(desk: Desk, find: str) -> _Test:
    """Whether each of some words stands in the name of a cell's municipality or service."""
    words = [word.casefold() for word in find.split()[:8]]
    places = {code: _folded(code, m.name_fi, m.name_sv, m.name_en) for code, m in desk.names.items()}
    services = {id: _folded(id, *s.name.root.values()) for id, s in desk.taxonomy.services.items()}
    in_names = [
        ({code for code, name in places.items() if word in name}, {id for id, name in services.items() if word in name})
        for word in words
    ]
    return lambda cell: all(cell.code in codes or cell.service in ids for codes, ids in in_names)


def _folded(*names: str) -> str:
    return " | ".join(names).casefold()


def following(desk: Desk, filters: Filters, code: str, service: str, *, back: bool = False) -> QueueCell | None:
    """The open cell behind (or before) this one in the queue, from the other end again; None where none is left."""
    waiting = [cell for cell in Found.of(desk, filters).cells if cell.key != (code, service)]
    if not waiting:
        return None
    places = desk.places
    here = places.get((code, service), -1)
    if back:
        return next((c for c in reversed(waiting) if places[c.key] < here), waiting[-1])
    return next((c for c in waiting if places[c.key] > here), waiting[0])


def standing(desk: Desk) -> Standing:
    """How much is done, and how many uncertain cells a day's work at this person's pace would leave."""
    decided = {(code, service) for code, service, _ in desk.said if service}
    waiting = [cell.verification for cell in desk.queue if cell.key not in decided]
    uncertain = [number for number, said in enumerate(waiting) if said == Verification.UNCERTAIN]
    control = [cell for cell in desk.queue if cell.is_control]
    seconds = desk.book.seconds_a_cell(desk.reviewer)
    urgent = len(_urgent(desk))
    a_day = int(A_DAY / max(seconds, 1.0))
    return Standing(
        cells=len(desk.queue),
        decided=len(decided & desk.places.keys()),
        uncertain=len(uncertain),
        urgent=urgent,
        control_done=sum(cell.key in decided for cell in control),
        control=len(control),
        seconds=seconds,
        a_day=a_day,
        left_after_a_day=sum(number >= a_day - urgent for number in uncertain),
    )


def page_of(found: Found, number: int) -> tuple[Sequence[Row], int, int]:
    """The rows of one page of the queue, which page that is, and how many there are."""
    pages = max(1, -(-len(found.cells) // ROWS))
    at = min(max(number, 1), pages)
    return found.rows((at - 1) * ROWS, at * ROWS), at, pages
