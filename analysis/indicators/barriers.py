"""On how many pages does the audit find a serious barrier?"""

from __future__ import annotations

from study import IndicatorResult, Outcome, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="%", rests_on="axe")
GRAVE = ("critical", "serious")


def run(inputs: Inputs) -> IndicatorResult:
    """Share of audited own pages on which a WCAG A or AA rule of grave impact fails; passes when there is none.

    A pass is no proof of conformance: axe-core sees about a third of what the guidelines ask for.
    """
    audited = [page.url for page in inputs.audited if page.error is None]
    if not audited:
        return inputs.result(Outcome.UNKNOWN, "no page was audited")
    bad = {row.url for row in inputs.accessibility_violations if row.impact in GRAVE and row.level in ("A", "AA")}
    grave = sorted(bad.intersection(audited))
    rules = {row.rule_id for row in inputs.accessibility_violations if row.url in grave and row.impact in GRAVE}
    outcome = Outcome.FAIL if grave else Outcome.PASS
    reason = f"{counted(len(audited), 'page')}, {len(grave)} with a grave barrier, {counted(len(rules), 'rule')}"
    return inputs.result(outcome, reason, 100 * len(grave) / len(audited), grave, len(audited))
