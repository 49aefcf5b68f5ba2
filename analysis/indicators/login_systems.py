"""How many different ways of logging in does a resident meet?"""

from __future__ import annotations

from study import IndicatorResult, Outcome

from . import Indicator, Inputs

INDICATOR = Indicator(unit="log-ins")


def run(inputs: Inputs) -> IndicatorResult:
    """Distinct log-ins that the digital services name; unknown where none says."""
    named = {cell.authentication for cell in inputs.found if cell.digital and cell.authentication}
    known = sorted(named - {"unknown", "none"})
    if not known:
        return inputs.result(Outcome.UNKNOWN, "no page says how to log in")
    outcome = Outcome.PASS if len(known) <= 1 else Outcome.FAIL
    return inputs.result(outcome, ", ".join(known), len(known), known)
