"""The key findings of a study: sentences that the data carry, each with its number, base, interval, weight and sources.

The summary, slides and scorecards take them from here. A finding whose base is too small, or that too many gaps could
overturn, is not made; so a study has between none and MOST of them, the weightiest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports.context import Context

from .finding import Finding, Source
from .reach import REACH
from .services import SERVICES
from .systems import SYSTEMS

__all__ = ["MOST", "Finding", "Source", "findings_in", "key_findings"]

MOST = 12
"""Key findings that a reader takes in; what comes after has its place in the chapters."""


def key_findings(context: Context, most: int = MOST) -> tuple[Finding, ...]:
    """The weightiest findings of the study in the context's language; ids are the same in every language."""
    made = context.data.made
    key = ("key-findings", context.language, context.only)
    if key not in made:  # The summary, the advice and two chapters ask for the same.
        every: Iterable[Finding | None] = (find(context) for find in (*SERVICES, *REACH, *SYSTEMS))
        made[key] = sorted((item for item in every if item is not None), key=lambda item: (-item.weight, item.id))
    return tuple(made[key][:most])


def findings_in(contexts: Sequence[Context], most: int = MOST) -> dict[str, dict[str, Finding]]:
    """The findings by id and language, in their order."""
    found: dict[str, dict[str, Finding]] = {}
    for context in contexts:
        for item in key_findings(context, most):
            found.setdefault(item.id, {})[context.language] = item
    return found
