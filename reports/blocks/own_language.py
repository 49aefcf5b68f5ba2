"""Which of several pages a reader is sent to: one in the report's language where it says the same."""

from __future__ import annotations

from collections.abc import Iterable

from reports.context import Context
from study import AccessibilityStatement, PageService, ServiceFinding


def page_to_read(context: Context, finding: ServiceFinding) -> str | None:
    """The best page; one in the report's language where that is proof of the service too and the best one is not."""
    code, best = finding.municipality_code, finding.best_url
    if context.language not in finding.languages or _language(context, code, best) in ("", context.language):
        return best
    proof = context.data.evidence.get((code, finding.service_id), ())
    return next((row.url for row in proof if _language(context, code, row.url) == context.language), best)


def statement_to_read(context: Context, statement: AccessibilityStatement) -> str | None:
    """The statement's address; that of the municipality's statement in the report's language where there is one."""
    code = statement.municipality_code
    every = [s.url for s in context.data.statements.get(code, ()) if s.found]
    return next((url for url in every if _language(context, code, url) == context.language), statement.url)


def own_first(context: Context, rows: Iterable[PageService]) -> list[PageService]:
    """Pages on a service, those in the report's language first, and among them those that speak of it most."""
    return sorted(
        rows,
        key=lambda row: (
            _language(context, row.municipality_code, row.url) != context.language,
            -row.score,
            row.url,
        ),
    )


def _language(context: Context, code: str, url: str | None) -> str:
    page = context.data.pages.get((code, url or ""))
    return (page.language or "") if page else ""
