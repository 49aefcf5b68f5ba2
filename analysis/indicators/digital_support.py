"""On how many pages is help with digital services offered, and for whom, by whom and where?"""

from __future__ import annotations

from study import IndicatorResult

from . import Indicator, Inputs

INDICATOR = Indicator(unit="pages", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """Pages that offer it; the reason names for whom, by whom and where as far as the sentences say."""
    about = sorted({name for row in inputs.signs("digital-support") for name in row.about})
    return inputs.told("digital-support", ", ".join(about))
