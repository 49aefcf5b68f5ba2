"""On how many pages is it told that automation or a way over the network makes a visit or application needless?"""

from __future__ import annotations

from study import IndicatorResult

from . import Indicator, Inputs

INDICATOR = Indicator(unit="pages", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """Pages that tell it, with a sentence."""
    return inputs.told("visit-needless")
