"""On how many pages is remote service offered: an appointment by video, advice over a remote connection?"""

from __future__ import annotations

from study import IndicatorResult

from . import Indicator, Inputs

INDICATOR = Indicator(unit="pages", has_limit=False)


def run(inputs: Inputs) -> IndicatorResult:
    """Pages that offer it, with a sentence."""
    return inputs.told("remote-service")
