"""Findings about how people get to the services: links, log-ins, languages, statements and barriers."""

from __future__ import annotations

from collections.abc import Callable

from reports.blocks.accessibility import best_statement, is_clean, with_statement
from reports.blocks.barriers import barriers, own_violations, rule_title
from reports.context import Context
from reports.measures import AUTHENTICATED, DEEP_LINK, FOUND, Measure
from reports.shares import Answer, share, tally
from reports.words import lowered

from .finding import Finding, Source, of_share

GRID = "service_findings"


def links(context: Context) -> Finding | None:
    """How often the link leads to the service itself."""
    return of_share(context, "links", context.share(DEEP_LINK), 78, "#findability", (Source(GRID, DEEP_LINK.id),))


def identification(context: Context) -> Finding | None:
    """How often one identifies strongly."""
    part = context.share(AUTHENTICATED)
    return of_share(context, "identification", part, 62, "#findability", (Source(GRID, AUTHENTICATED.id),))


def languages(context: Context) -> Finding | None:
    """In bilingual municipalities: services that were found in every official language."""
    data, known = context.data, context.data.taxonomy.municipalities
    bilingual = [c for c in data.codes if c in known and len(known[c].languages) > 1]
    both = Measure(
        "both-languages",
        lambda f: set(known[f.municipality_code].languages) <= set(f.languages),
        FOUND.counts,
    )
    part = share(both, data.compared(codes=bilingual))
    return of_share(
        context,
        "languages",
        part,
        80,
        "#findability",
        (Source(GRID, both.id),),
        places=context.words("counted.bilingual", n=len(bilingual)),
    )


def statements(context: Context) -> Finding | None:
    """Municipalities with an accessibility statement."""
    source = Source("accessibility_statements", "with-statement")
    return of_share(context, "statements", with_statement(context), 64, "#accessibility", (source,))


def deficient(context: Context) -> Finding | None:
    """Municipalities' found statements that lack or have outdated a part that the law asks for."""
    best = [best_statement(context, code) for code in context.data.codes]
    part = tally(Answer.YES if s.problems else Answer.NO for s in best if s is not None and s.found)
    source = Source("accessibility_statements", "deficient")
    return of_share(context, "deficient", part, 74, "#accessibility", (source,)) if part.count else None


def pages(context: Context) -> Finding | None:
    """Audited pages of the municipalities without a failed rule, and the commonest failure."""
    own = [p for c in context.data.codes for p in context.data.audited.get(c, ()) if p.is_own and p.error is None]
    part = tally(Answer.YES if is_clean(p) else Answer.NO for p in own)
    first = barriers(own_violations(context))[:1]
    if not first:
        return None
    source = Source("accessibility_pages", "clean-pages")
    rule = lowered(rule_title(context, first[0].rule))
    return of_share(context, "pages", part, 86, "#accessibility", (source,), rule=rule)


REACH: tuple[Callable[[Context], Finding | None], ...] = (
    links,
    identification,
    languages,
    statements,
    deficient,
    pages,
)
