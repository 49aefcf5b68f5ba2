"""How many of the e-services bear the municipality's own name, and how many another's?"""

from __future__ import annotations

from study import IndicatorResult, Outcome

from . import Indicator, Inputs

INDICATOR = Indicator(unit="e-services", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """E-services whose page names the municipality in title or heading; pages that were not read are told beside."""
    offered = inputs.offered_eservices
    own = [row.address for row in offered if row.brand == "own"]
    read = [row for row in offered if row.brand != "unknown"]
    if (not offered and not inputs.is_complete) or (offered and not read):
        return inputs.result(Outcome.UNKNOWN, "no page of an e-service was read")
    reason = f"own {len(own)}, other {len(read) - len(own)}, not read {len(offered) - len(read)}"
    return inputs.result(Outcome.PASS, reason, len(own), own, len(read))
