"""How often does the path break: a link to a portal's front page, where the service must be searched again?"""

from __future__ import annotations

from study import IndicatorResult, Outcome

from . import Indicator, Inputs

INDICATOR = Indicator(unit="services", rests_on="grid")


def run(inputs: Inputs) -> IndicatorResult:
    """Number of digital services whose best link leads to a portal root."""
    digital = [cell for cell in inputs.found if cell.digital]
    if not digital:
        return inputs.result(Outcome.NOT_APPLICABLE, "no digital service was found")
    broken = [cell.service_id for cell in digital if cell.path_quality == "portal-root"]
    outcome = Outcome.FAIL if broken else Outcome.PASS
    return inputs.result(
        outcome, f"{len(broken)} of {len(digital)} digital services", len(broken), broken, len(digital)
    )
