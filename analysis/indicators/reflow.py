"""Do pages reflow at a width of 320 pixels, as on a phone or at a zoom of 400 % (WCAG 1.4.10)?"""

from __future__ import annotations

from study import IndicatorResult, Outcome, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="%")


def run(inputs: Inputs) -> IndicatorResult:
    """Share of audited own pages that need no sideways scrolling; passes when none does."""
    measured = [page for page in inputs.audited if page.overflow_pixels is not None]
    if not measured:
        return inputs.result(Outcome.UNKNOWN, "no page was audited")
    wide = [page for page in measured if page.overflow_pixels]
    outcome = Outcome.FAIL if wide else Outcome.PASS
    reason = f"{counted(len(measured), 'page')}, {len(wide)} of them wider than the screen"
    return inputs.result(
        outcome, reason, 100 * (1 - len(wide) / len(measured)), [page.url for page in wide], len(measured)
    )
