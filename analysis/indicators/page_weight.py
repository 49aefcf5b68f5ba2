"""How much does a page load over the network?"""

from __future__ import annotations

from statistics import median

from study import IndicatorResult, Outcome

from . import Indicator, Inputs

INDICATOR = Indicator(unit="MB")
# On a slow mobile connection (1.5 Mbit/s) two megabytes take ten seconds, after which many have left.
MOST_MB = 2.0


def run(inputs: Inputs) -> IndicatorResult:
    """Median of the audited own pages, nothing cached; passes up to 2 MB."""
    measured = [(page.weight_bytes / 1e6, page.url) for page in inputs.audited if page.weight_bytes is not None]
    if not measured:
        return inputs.result(Outcome.UNKNOWN, "no page was audited")
    value = median(weight for weight, _ in measured)
    heavy = [url for weight, url in sorted(measured, reverse=True)[:10] if weight > MOST_MB]
    requests = median(page.requests for page in inputs.audited if page.requests is not None)
    outcome = Outcome.PASS if value <= MOST_MB else Outcome.FAIL
    return inputs.result(
        outcome, f"{len(measured)} pages, {requests:.0f} requests in the middle", value, heavy, len(measured)
    )
