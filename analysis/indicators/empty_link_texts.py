"""How many links say nothing of where they lead ("read more", "here")?"""

from __future__ import annotations

from study import IndicatorResult, Outcome, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="%")
MOST = 0.1


def run(inputs: Inputs) -> IndicatorResult:
    """Share of own pages whose content has such a link; passes up to 10 %. The words are data of the languages."""
    pages = [page for page in inputs.page_quality if page.links]
    if not pages:
        return inputs.result(Outcome.UNKNOWN, "no page with links in its content")
    poor = [page for page in pages if page.empty_links]
    outcome = Outcome.PASS if len(poor) <= MOST * len(pages) else Outcome.FAIL
    reason = f"{counted(len(pages), 'page')} with links, {len(poor)} with a link text that says nothing"
    return inputs.result(outcome, reason, 100 * len(poor) / len(pages), [page.url for page in poor], len(pages))
