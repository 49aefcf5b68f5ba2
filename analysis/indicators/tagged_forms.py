"""Can PDF forms be read with assistive technology: tagged, with a title and a language?"""

from __future__ import annotations

from study import IndicatorResult, Outcome, address_key, counted

from . import Indicator, Inputs

INDICATOR = Indicator(unit="%")


def run(inputs: Inputs) -> IndicatorResult:
    """Share of the services' PDF forms with tags, title and language; passes when all have them."""
    forms = {
        address_key(row.target_url)
        for row in inputs.channel_evidence
        if row.channel == "printable-form" and row.target_url
    }
    read = [pdf for pdf in inputs.pdf_quality if address_key(pdf.url) in forms]
    if not read:
        reason = "no PDF form was fetched" if forms else "no PDF form is offered"
        return inputs.result(Outcome.UNKNOWN if forms else Outcome.NOT_APPLICABLE, reason)
    lacking = [pdf.url for pdf in read if not pdf.is_usable]
    untagged = sum(not pdf.is_tagged for pdf in read)
    outcome = Outcome.FAIL if lacking else Outcome.PASS
    reason = (
        f"{counted(len(read), 'PDF form')}, {untagged} without tags, {len(lacking)} without tags, title or language"
    )
    return inputs.result(outcome, reason, 100 * (1 - len(lacking) / len(read)), lacking, len(read))
