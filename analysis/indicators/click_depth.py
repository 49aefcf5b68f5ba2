"""How many clicks from the front page are the pages of the services?"""

from __future__ import annotations

from statistics import median

from study import IndicatorResult, Outcome

from . import Indicator, Inputs

INDICATOR = Indicator(unit="clicks", rests_on="grid")
MOST_CLICKS = 3


def run(inputs: Inputs) -> IndicatorResult:
    """Median over the found services; passes up to three clicks."""
    depths = [cell.click_depth for cell in inputs.found if cell.click_depth is not None]
    if not depths:
        return inputs.result(Outcome.UNKNOWN, "no found service has a path of read pages from the front page")
    value = median(depths)
    deepest = max(depths)
    far = [cell.best_url for cell in inputs.found if cell.click_depth == deepest and cell.best_url]
    outcome = Outcome.PASS if value <= MOST_CLICKS else Outcome.FAIL
    return inputs.result(outcome, f"{len(depths)} services, the deepest at {deepest} clicks", value, far, len(depths))
