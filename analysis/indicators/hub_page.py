"""Is there a page that gathers the services, and how many does it gather?

The study of 2021 judged how the role of such a page shows on each site. Passes when one is at most two clicks away.
"""

from __future__ import annotations

from collections import Counter

from study import IndicatorResult, Outcome, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="services", rests_on="grid")
MOST_CLICKS = 2


def run(inputs: Inputs) -> IndicatorResult:
    """The hub that gathers most services; fails when the nearest one is deep or none exists."""
    hubs = {page.url: page for page in inputs.pages if page.page_type == "hub" and page.status < 400}
    if not hubs:
        return inputs.absent("no page gathers the services")
    gathered = Counter(row.url for row in inputs.page_services if row.url in hubs)
    best = min(hubs.values(), key=lambda page: (-gathered[page.url], page.depth is None, page.depth or 0, page.url))
    near = [page.depth for page in hubs.values() if page.depth is not None and gathered[page.url]]
    is_near = bool(near) and min(near) <= MOST_CLICKS
    depth = counted(min(near), "click") if near else "an unknown number of clicks"
    reason = f"nearest hub {depth} from the front page"
    return inputs.result(Outcome.PASS if is_near else Outcome.FAIL, reason, gathered[best.url], [best.url])
