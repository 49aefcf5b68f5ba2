"""One decision of a person: which cell, what it was and what it is now, what was seen, by whom and why."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum


class Action(StrEnum):
    """What a person did."""

    CONFIRM = "confirm"
    CORRECT = "correct"
    CANNOT_JUDGE = "cannot-judge"
    UNDO = "undo"
    NOTE = "note"
    """A word to whoever looks next; it decides nothing."""


class Role(StrEnum):
    """As whom: the first reader, a second one who did not see the first's answer, or who settled their difference."""

    FIRST = "first"
    SECOND = "second"
    SETTLED = "settled"


NO_STATEMENT = "none"
"""The value of `statement` where a person says that there is none."""


@dataclass(frozen=True, slots=True)
class CellValue:
    """What a cell says. Channels carry their subtype behind a colon (`digital:e-form`) where it is known.

    `statement` is of a whole municipality: the address of its accessibility statement, or "none".
    """

    state: str = ""
    channels: tuple[str, ...] = ()
    best_url: str = ""
    products: tuple[str, ...] = ()
    log_in: str = ""
    statement: str = ""

    @property
    def channel_ids(self) -> tuple[str, ...]:
        """The channels without their subtypes, sorted, each once."""
        return tuple(sorted({channel.partition(":")[0] for channel in self.channels}))

    @property
    def subtypes(self) -> frozenset[str]:
        """The subtypes of all channels."""
        return frozenset(kind for channel in self.channels if (kind := channel.partition(":")[2]))


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of decisions.csv.

    Its subject is a cell (municipality and service), a municipality (no service), or a host of e-services (`host`).
    """

    id: str
    decided_at: datetime
    reviewer: str
    action: Action
    municipality_code: str = ""
    service_id: str = ""
    host: str = ""
    role: Role = Role.FIRST
    old: CellValue = CellValue()
    new: CellValue = CellValue()
    reason: str = ""
    note: str = ""
    seen_finding: str = ""
    seen_page: str = ""
    replaces: str = ""
    """The decision that was in force when this one was made; of an undo, the one that is taken back."""

    @property
    def order(self) -> tuple[datetime, str]:
        """The later decision wins; of two of the same moment, always the same one."""
        return (self.decided_at, self.id)

    @property
    def says(self) -> tuple[Action, CellValue]:
        """What it says of its subject, for comparing readers: a value confirmed and the same one corrected agree."""
        action = Action.CONFIRM if self.action is Action.CORRECT else self.action
        return (action, self.new)


VALUE_FIELDS = ("state", "channels", "best_url", "products", "log_in", "statement")
COLUMNS = (
    "decided_at",
    "reviewer",
    "role",
    "municipality_code",
    "service_id",
    "host",
    "action",
    *(f"{age}_{field}" for field in VALUE_FIELDS for age in ("new", "old")),
    "reason",
    "note",
    "seen_finding",
    "seen_page",
    "replaces",
    "id",
)
"""Columns of decisions.csv, in the order in which the program writes them."""


def new_decision(
    reviewer: str, action: Action, *, at: datetime | None = None, like: Decision | None = None
) -> Decision:
    """A decision with an id of its own, made now; `like` gives everything but who, what, when and the id."""
    base = like or Decision("", datetime.min.replace(tzinfo=UTC), "", action)
    return replace(base, id=secrets.token_hex(6), decided_at=at or datetime.now(UTC), reviewer=reviewer, action=action)
