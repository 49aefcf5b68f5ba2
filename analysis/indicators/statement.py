"""Is there an accessibility statement with the parts that the law demands?"""

from __future__ import annotations

from study import IndicatorResult, Outcome

from . import Indicator, Inputs

INDICATOR = Indicator(unit="problems")


def run(inputs: Inputs) -> IndicatorResult:
    """Passes when a statement was found, and the one about the website lacks no required part and has none outdated."""
    found = [row for row in inputs.accessibility_statements if row.found]
    if not found:
        return inputs.absent("no statement was found")
    best = min(found, key=lambda row: (not row.is_main, len(row.problems), row.url or ""))
    outcome = Outcome.FAIL if best.problems else Outcome.PASS
    reason = ", ".join(best.problems) or "all required parts are there"
    return inputs.result(outcome, reason, len(best.problems), [best.url or ""])
