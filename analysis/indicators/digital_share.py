"""Which share of the municipality's services can be used digitally?"""

from __future__ import annotations

from study import IndicatorResult, Outcome, State, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="1", has_limit=False, rests_on="grid")
MOST_GAPS = 0.2
"""A share over more gaps than this is not given: it would say more about the crawl than about the municipality."""


def run(inputs: Inputs) -> IndicatorResult:
    """Digital among found and not found; services that others arrange are left out."""
    own = [cell for cell in inputs.service_findings if cell.rule != "other-responsible"]
    known = [cell for cell in own if cell.state in (State.FOUND, State.NOT_FOUND)]
    gaps = len(own) - len(known)
    if not own or gaps / len(own) > MOST_GAPS:
        return inputs.result(Outcome.UNKNOWN, f"{gaps} of {len(own)} services could not be judged")
    digital = sum(bool(cell.digital) for cell in known)
    reason = f"{digital} of {counted(len(known), 'service')}, {counted(gaps, 'gap')}"
    return inputs.result(Outcome.PASS, reason, digital / len(known), base=len(known))
