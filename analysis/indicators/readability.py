"""How hard are the texts of service pages to read (LIX, and the length of sentences)?"""

from __future__ import annotations

from statistics import median

from study import IndicatorResult, Outcome, counted

from . import Indicator, Inputs, indicator_words

INDICATOR = Indicator(unit="LIX")
LONG_SENTENCE = 15.0
"""Words; this project's own limit: no guide that was found gives one."""


def run(inputs: Inputs) -> IndicatorResult:
    """Median LIX of service pages in the main language; passes up to the language's limit and 15 words a sentence.

    LIX was made for Swedish; languages with longer words give higher figures for equally easy texts. Limits are data of
    the indicator, where one has been published; without one the figure is a measure only, compared within a language.
    """
    primary = {row.url for row in inputs.page_services if row.is_primary}
    language = inputs.languages[0] if inputs.languages else ""
    pages = [page for page in inputs.page_quality if page.url in primary and page.language == language]
    limit = float(indicator_words(inputs.indicator).get("limit", {}).get(language, 0))
    measured = [(page.lix, page.sentence_words, page.url) for page in pages if page.lix and page.sentence_words]
    if not measured:
        return inputs.result(Outcome.UNKNOWN, "no service page with enough running text in the main language")
    lix = median(item[0] for item in measured)
    sentence = median(item[1] for item in measured)
    hardest = [url for value, _, url in sorted(measured, reverse=True)[:10] if value > limit]
    outcome = Outcome.PASS if lix <= limit and sentence <= LONG_SENTENCE else Outcome.FAIL
    if not limit:
        outcome, hardest = Outcome.MEASURED, []
    reason = f"{counted(len(measured), 'service page')}, {sentence:.1f} words a sentence"
    return inputs.result(outcome, reason, lix, hardest, len(measured))
