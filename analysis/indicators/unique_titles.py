"""Does every page have a title of its own?"""

from __future__ import annotations

from collections import defaultdict

from study import IndicatorResult, Outcome, counted, host_of

from . import Indicator, Inputs

INDICATOR = Indicator(unit="%")
SHARED_SHARE = 0.05


def run(inputs: Inputs) -> IndicatorResult:
    """Share of own pages with a title that no other page of their host has; passes from 95 % on.

    Two addresses of the very same document count as one page.
    """
    own = {page.url for page in inputs.page_quality}
    digests: dict[tuple[str, str], str] = {}
    for page in inputs.pages:
        if page.url in own:
            digests.setdefault((host_of(page.url), page.sha256), page.url)
    kept = set(digests.values())
    titles: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in inputs.page_quality:
        if row.url in kept:
            titles[host_of(row.url), row.title.strip().casefold()].append(row.url)
    if not kept:
        return inputs.result(Outcome.UNKNOWN, "no page was read")
    shared = [url for (_, title), urls in titles.items() if len(urls) > 1 or not title for url in urls]
    outcome = Outcome.PASS if len(shared) <= SHARED_SHARE * len(kept) else Outcome.FAIL
    reason = f"{counted(len(kept), 'page')}, {len(shared)} with no title or one that others have too"
    return inputs.result(outcome, reason, 100 * (1 - len(shared) / len(kept)), shared, len(kept))
