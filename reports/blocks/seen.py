"""What is seen on the sites, counted so that it can stand beside what municipalities said of themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.blocks.indicators import results_of
from reports.context import Context
from reports.measures import DIGITAL
from reports.shares import Answer, Share, municipality_share, tally
from study import Outcome
from taxonomy import Pair


def seen(context: Context, pair: Pair, codes: Sequence[str] | None = None) -> Share:
    """The share that stands beside a subject: of cells for a theme, of municipalities for all else."""
    places = context.data.codes if codes is None else codes
    if pair.theme is not None:
        return context.share(DIGITAL, theme=pair.theme, codes=codes)
    if pair.statement is not None:
        return municipality_share(context.data, lambda code: _is_assessed(context, code), places)
    return tally(_of_indicator(context, pair.indicator or "", places))


def by_size(context: Context) -> list[tuple[str, list[str]]]:
    """The compared municipalities by size class, the largest class first; those of no class are left out."""
    data = context.data
    classes = [size.id for size in reversed(data.taxonomy.size_classes)]
    found = [(name, [m.code for m in data.municipalities if m.size_class == name]) for name in classes]
    return [(name, codes) for name, codes in found if codes]


def _is_assessed(context: Context, code: str) -> bool:
    statements = context.data.statements.get(code, ())
    return any(row.is_main and row.found and row.assessed_on is not None for row in statements)


def _of_indicator(context: Context, indicator: str, codes: Sequence[str]) -> Iterator[Answer]:
    results = results_of(context)
    for code in codes:
        result = results.get((indicator, code))
        if result is None or result.value is None:
            not_asked = result is not None and result.outcome is Outcome.NOT_APPLICABLE
            yield Answer.OUTSIDE if not_asked else Answer.GAP
        else:
            yield Answer.YES if result.value > 0 else Answer.NO
