"""How many e-services does the municipality offer in all: distinct forms, bookings and transactions?"""

from __future__ import annotations

from study import CODE_LISTS, IndicatorResult, Outcome

from . import Indicator, Inputs

INDICATOR = Indicator(unit="e-services", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """Forms, bookings and transactions; what only informs is told beside. The list is the table offered_eservices."""
    offered = inputs.offered_eservices
    if not offered and not inputs.is_complete:
        return inputs.result(Outcome.UNKNOWN, "the site was not read completely")
    kinds = [(kind, sum(row.kind == kind for row in offered)) for kind in CODE_LISTS["eservice-kind"]]
    reason = ", ".join(f"{kind} {number}" for kind, number in kinds)
    taking = [row.address for row in offered if row.kind != "information"]
    return inputs.result(Outcome.PASS, reason, len(taking), taking)
