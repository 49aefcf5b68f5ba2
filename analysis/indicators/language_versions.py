"""Are the services found in every official language of the municipality?"""

from __future__ import annotations

from study import IndicatorResult, Outcome, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="1", rests_on="grid")


def run(inputs: Inputs) -> IndicatorResult:
    """Share of found services that were found in every official language the taxonomy reads."""
    needed = {language for language in inputs.languages if language in inputs.taxonomy.country.languages}
    if len(needed) < 2:
        return inputs.result(Outcome.NOT_APPLICABLE, "the municipality has one official language")
    if not inputs.found:
        return inputs.result(Outcome.UNKNOWN, "no service was found")
    lacking = [cell for cell in inputs.found if not needed <= set(cell.languages)]
    share = 1 - len(lacking) / len(inputs.found)
    reason = f"{len(lacking)} of {counted(len(inputs.found), 'service')} lack a language"
    if lacking and not inputs.is_complete:
        return inputs.result(Outcome.UNKNOWN, reason + ", but the site was not read completely", share)
    outcome = Outcome.FAIL if lacking else Outcome.PASS
    return inputs.result(outcome, reason, share, [cell.service_id for cell in lacking], len(inputs.found))
