"""Do words for pictures say nothing of them?"""

from __future__ import annotations

from study import IndicatorResult

from . import Indicator, Inputs

INDICATOR = Indicator(unit="pages", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """The number of audited own pages with such a place; no limit, for a person has to look."""
    return inputs.looked("empty-picture-words")
