"""How many of the e-services carry the municipality's own address, and how many a maker's?"""

from __future__ import annotations

from study import CODE_LISTS, IndicatorResult, Outcome

from . import Indicator, Inputs

INDICATOR = Indicator(unit="e-services", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """E-services in the municipality's own domain; those of known makers and of others are told beside."""
    offered = inputs.offered_eservices
    if not offered and not inputs.is_complete:
        return inputs.result(Outcome.UNKNOWN, "the site was not read completely")
    owners = [(owner, [row.address for row in offered if row.owner == owner]) for owner in CODE_LISTS["eservice-owner"]]
    reason = ", ".join(f"{owner} {len(addresses)}" for owner, addresses in owners)
    own = dict(owners)["own"]
    return inputs.result(Outcome.PASS, reason, len(own), own, len(offered))
