"""By how many different names are the municipality's service points called on its pages?"""

from __future__ import annotations

from study import IndicatorResult, Outcome, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="names", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """Different names; many of them leave a resident to guess which place serves whom."""
    rows = inputs.signs("service-point")
    names = sorted({name for row in rows for name in row.about})
    if not names and not inputs.is_complete:
        return inputs.result(Outcome.UNKNOWN, "the site was not read completely")
    pages = sorted({row.url for row in rows})
    reason = f"{', '.join(names) or 'none'} on {counted(len(pages), 'page')}"
    return inputs.result(Outcome.PASS, reason, len(names), pages, len(pages))
