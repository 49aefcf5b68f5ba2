"""Does the markup of each page say the language that its text is really in?"""

from __future__ import annotations

from study import IndicatorResult, Outcome, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="%")
WRONG_SHARE = 0.05


def run(inputs: Inputs) -> IndicatorResult:
    """Share of own pages whose language is marked and right; passes from 95 % on."""
    known = [page for page in inputs.page_quality if page.language]
    if not known:
        return inputs.result(Outcome.UNKNOWN, "no page whose language can be told")
    wrong = [page.url for page in known if page.marked_language != page.language]
    missing = sum(not page.marked_language for page in known)
    outcome = Outcome.PASS if len(wrong) <= WRONG_SHARE * len(known) else Outcome.FAIL
    reason = f"{counted(len(known), 'page')}, {missing} without a mark, {len(wrong) - missing} with a wrong one"
    return inputs.result(outcome, reason, 100 * (1 - len(wrong) / len(known)), wrong, len(known))
