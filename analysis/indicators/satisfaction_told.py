"""On how many pages are figures of customers' satisfaction published?"""

from __future__ import annotations

from study import IndicatorResult

from . import Indicator, Inputs

INDICATOR = Indicator(unit="pages", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """Pages with a sentence on satisfaction and its figure."""
    return inputs.told("satisfaction-told")
