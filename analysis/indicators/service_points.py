"""How many services can be handled on site: at an office, a service point or by oneself?"""

from __future__ import annotations

from study import IndicatorResult, Outcome, State, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="services", has_limit=False, rests_on="grid")
MOST_GAPS = 0.2
"""With more gaps than this a number would say more about the crawl than about the municipality."""


def run(inputs: Inputs) -> IndicatorResult:
    """Services with the on-site channel, as the grid has them; services that others arrange are left out."""
    own = [cell for cell in inputs.service_findings if cell.rule != "other-responsible"]
    known = [cell for cell in own if cell.state in (State.FOUND, State.NOT_FOUND)]
    gaps = len(own) - len(known)
    if not own or gaps / len(own) > MOST_GAPS:
        return inputs.result(Outcome.UNKNOWN, f"{gaps} of {len(own)} services could not be judged")
    served = [cell.service_id for cell in known if cell.on_site]
    reason = f"{len(served)} of {counted(len(known), 'service')}, {counted(gaps, 'gap')}"
    return inputs.result(Outcome.PASS, reason, len(served), served, len(known))
