"""How many different systems do residents and staff juggle behind the e-services?"""

from __future__ import annotations

from study import IndicatorResult, Outcome, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="systems", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """Products, and hosts that no product claims, each once."""
    offered = inputs.offered_eservices
    if not offered and not inputs.is_complete:
        return inputs.result(Outcome.UNKNOWN, "the site was not read completely")
    systems = sorted({row.product_id or row.address.partition("/")[0] for row in offered})
    known = sum(1 for name in {row.product_id for row in offered} if name)
    reason = f"{counted(known, 'known product')}, {counted(len(systems) - known, 'other host')}"
    return inputs.result(Outcome.PASS, reason, len(systems), systems, len(offered))
