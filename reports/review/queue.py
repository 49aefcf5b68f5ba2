"""Which cells wait, in which order, for whom: filters over the queue, and how far a day's work gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    urgent = _urgent(desk)
    products = desk.product_cells.get(filters.product, frozenset()) if filters.product else None
    decided = desk.said
    first: list[Row] = []
    found: list[Row] = []
    fits = _fitting(filters)
    is_found = _named(desk, filters.find)
    for cell in desk.queue:
        if not fits(cell) or not is_found(cell) or (products is not None and cell.key not in products):
            continue
        reason = urgent.get(cell.key)
        decision = decided.get((cell.code, cell.service, ""))
        is_open = decision is None or reason is not None
        if not (desk.notes(*cell.key) if filters.show == "noted" else _is_shown(filters, is_open=is_open)):
            continue
        if filters.reviewer and (decision is None or decision.reviewer != filters.reviewer):
            continue
        if filters.why and filters.why != reason and filters.why not in cell.reasons:
            continue
        if reason:
            first.append(Row(cell, (reason, *cell.reasons)))
        else:
            found.append(Row(cell, cell.reasons))
    first.sort(key=lambda row: REASONS.index(row.reasons[0]))
    return [*first, *found]


def _is_shown(filters: Filters, *, is_open: bool) -> bool:
    return filters.show == "all" or is_open is (filters.show == "open")


def _urgent(desk: Desk) -> dict[tuple[str, str], Reason]:
    if desk.is_blind:
        return {}
    cells = (desk.cells.get((code, service)) for code, service, _ in (*desk.book.in_force, *desk.book.disputed))
    return {cell.key: reason for cell in cells if cell is not None and (reason := desk.urgency(cell)) is not None}


def _fitting(filters: Filters) -> Callable[[QueueCell], bool]:
    """Whether what the machine says of a cell fits; asked of every cell of a study for each page."""
    place, theme, service, state, channel = (
        filters.municipality, filters.theme, filters.service, filters.state, filters.channel,
    )  # fmt: skip
    if not (place or theme or service or state or channel):
        return lambda cell: True
    return lambda cell: (
        place in ("", cell.code)
        and theme in ("", cell.theme)
        and service in ("", cell.service)
        and state in ("", cell.state, cell.verification)
        and (not channel or channel in cell.channels)
    )


def _named(desk: Desk, find: str) -> Callable[[QueueCell], bool]:
    """Whether each of some words stands in the name of a cell's municipality or service."""
    words = [word.casefold() for word in find.split()[:8]]
    if not words:
        return lambda cell: True
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
    waiting = [row.cell for row in rows(desk, filters) if row.cell.key != (code, service)]
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
    waiting = [cell for cell in desk.queue if cell.key not in decided]
    uncertain = [number for number, cell in enumerate(waiting) if cell.verification == Verification.UNCERTAIN]
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


def page_of(found: Sequence[Row], number: int) -> tuple[Sequence[Row], int]:
    """The rows of one page of the queue, and how many pages there are."""
    pages = max(1, -(-len(found) // ROWS))
    at = min(max(number, 1), pages)
    return found[(at - 1) * ROWS : at * ROWS], pages
