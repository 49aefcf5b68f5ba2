"""On how many pages is self-service offered, such as a library without staff?"""

from __future__ import annotations

from study import IndicatorResult

from . import Indicator, Inputs

INDICATOR = Indicator(unit="pages", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """Pages that offer it, with a sentence."""
    return inputs.told("self-service")
