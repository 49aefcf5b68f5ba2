"""The tables of a comparison of studies: what changed from one to the next, and of which kind the change is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .columns import column
from .table_list import Table


class ChangeKind(StrEnum):
    """Whose change it is. Only the site's is development."""

    SITE = "site"
    METHOD = "method"
    COVERAGE = "coverage"
    DECISION = "decision"
    ORGANISATION = "organisation"


class ChangeSubject(StrEnum):
    """What changed."""

    STATE = "state"
    CHANNEL = "channel"
    SUBTYPE = "subtype"
    LOG_IN = "log-in"
    MATURITY = "maturity"
    PRODUCT = "product"
    STATEMENT = "statement"
    INDICATOR = "indicator"
    MUNICIPALITY = "municipality"


class ChangeReason(StrEnum):
    """How the kind of a change is known."""

    SAME_METHOD = "same-method"
    REANALYSED = "reanalysed"
    NOT_SEPARATED = "not-separated"
    OTHER_AXE = "other-axe"
    GAP_THEN = "gap-then"
    GAP_NOW = "gap-now"
    PAGE_UNREAD = "page-unread"
    READ_PARTLY = "read-partly"
    NOT_COMPARED = "not-compared"
    DECIDED_THEN = "decided-then"
    DECIDED_NOW = "decided-now"
    RESPONSIBLE = "responsible"
    MERGED = "merged"
    SPLIT = "split"
    RECODED = "recoded"
    RENAMED = "renamed"


class Move(StrEnum):
    """What became of the products behind a service."""

    SWITCHED = "switched"
    ADDED = "added"
    DROPPED = "dropped"
    ARRIVED = "arrived"
    DEPARTED = "departed"


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two studies that follow each other. A change of two kinds is two rows."""

    municipality_code: str = column("Code of the municipality, as in the newer study.", key=True)
    service_id: str | None = column("Service id from the taxonomy; empty where it is about no service.", key=True)
    subject: ChangeSubject = column(
        "state, channel, subtype, log-in, maturity, product, statement or indicator; municipality where it changed "
        "itself. (addition)",
        key=True,
    )
    item: str = column(
        "Id of the channel, product or indicator; channel and its kind with a colon between; part of the statement; "
        "former code of the municipality.",
        key=True,
    )
    old: str | None = column("What the older study says; empty where it says nothing.")
    new: str | None = column("What the newer study says; empty where it says nothing.")
    kind: ChangeKind = column("site, method, coverage, decision or organisation; only site is development.", key=True)
    old_url: str | None = column("Page that proves the older value.")
    new_url: str | None = column("Page that proves the newer value.")
    step: int = column("Which two studies: 1 from the first to the second, and so on. (addition)", key=True)
    reason: ChangeReason = column("How the kind is known. (addition)")
    difference: float | None = column("How much greater the newer value is, where both are numbers. (addition)")
    old_year: int = column("Year of the older study. (addition)")
    new_year: int = column("Year of the newer study. (addition)")


@dataclass(frozen=True, slots=True)
class ProductMove:
    """A service of a municipality behind which other products stand than before."""

    step: int = column("Which two studies: 1 from the first to the second, and so on.", key=True)
    municipality_code: str = column("Code of the municipality, as in the newer study.", key=True)
    service_id: str = column("Service id from the taxonomy.", key=True)
    move: Move = column(
        "switched, added, dropped, arrived (none was recognised before) or departed (none is recognised now)."
    )
    kind: ChangeKind = column("Kind of the change; only site is development.")
    old_products: tuple[str, ...] = column("Product ids in the older study, sorted.")
    new_products: tuple[str, ...] = column("Product ids in the newer study, sorted.")
    old_digital: bool | None = column("Whether there was a digital channel; empty for a gap.")
    new_digital: bool | None = column("Whether there is a digital channel; empty for a gap.")
    old_url: str | None = column("Page that shows the former products.")
    new_url: str | None = column("Page that shows the present products.")


COMPARISON: dict[str, Table] = {"changes": Table(Change), "product_moves": Table(ProductMove, is_contract=False)}
"""The tables of a comparison with an earlier study; they lie in comparison/ of the newest study."""
