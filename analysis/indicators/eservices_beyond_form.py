"""How many of the e-services go beyond a form: bookings and transactions?"""

from __future__ import annotations

from study import IndicatorResult, Outcome, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="e-services", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """E-services that book a time or place, ask who their user is, or decide by themselves."""
    offered = inputs.offered_eservices
    if not offered and not inputs.is_complete:
        return inputs.result(Outcome.UNKNOWN, "the site was not read completely")
    beyond = [row.address for row in offered if row.kind in ("booking", "transaction")]
    taking = sum(row.kind != "information" for row in offered)
    reason = f"{len(beyond)} of {counted(taking, 'e-service')}"
    return inputs.result(Outcome.PASS, reason, len(beyond), beyond, taking)
