"""On how many pages is it told what the residents' feedback has led to?"""

from __future__ import annotations

from study import IndicatorResult

from . import Indicator, Inputs

INDICATOR = Indicator(unit="pages", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """Pages that tell of feedback being used, with a sentence."""
    return inputs.told("feedback-used")
