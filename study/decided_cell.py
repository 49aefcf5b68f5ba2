"""The table of cells that people decided: what the machine says of them now, and whether to ask again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .columns import column


@dataclass(frozen=True, slots=True)
class DecidedCell:
    """A cell of the grid that a person decided, with what the machine alone says of it."""

    municipality_code: str = column("Code of the municipality.", key=True)
    service_id: str = column("Service id from the taxonomy.", key=True)
    decision_id: str = column("Id of the decision in review/decisions.csv that is in force.")
    action: str = column("confirm, correct or cannot-judge.")
    decided_at: datetime = column("When it was decided, UTC.")
    reason: str = column("Why it was corrected, as the person chose it; empty where no reason was given.")
    machine_state: str = column("State that the machine alone gives the cell now.")
    machine_channels: tuple[str, ...] = column("Its channels, with their subtypes, sorted.")
    machine_best_url: str = column("Its best page; empty without one.")
    machine_products: tuple[str, ...] = column("Products that it saw behind the cell, sorted.")
    machine_log_in: str = column("The log-in that it read; empty without a digital channel.")
    machine_verification: str = column("automatic or uncertain: how sure the machine is.")
    is_asked_again: bool = column(
        "Whether page or finding have changed since: the decision counts as confirmed earlier until it is made anew."
    )
    is_disputed: bool = column(
        "Whether another person said something else without having seen this answer; the later answer counts."
    )
