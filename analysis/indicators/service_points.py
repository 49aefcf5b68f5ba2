"""How many services can be handled at a service point?"""

from __future__ import annotations

from study import IndicatorResult, Outcome

from . import Indicator, Inputs

INDICATOR = Indicator(unit="services")


def run(inputs: Inputs) -> IndicatorResult:
    """Services with evidence of a service point, as the municipality's own pages tell it."""
    rows = [row for row in inputs.channel_evidence if row.channel == "on-site" and row.subtype == "service-point"]
    if not rows:
        return inputs.absent("no page names a service point")
    services = {row.service_id for row in rows}
    return inputs.result(Outcome.PASS, f"{len(services)} services", len(services), [row.url for row in rows])
