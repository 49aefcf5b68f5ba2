"""Which of several pages a reader is sent to: one in the report's language where it says the same."""

from __future__ import annotations

from collections.abc import Iterable

from reports.context import Context
from study import AccessibilityStatement, PageService, ServiceFinding


def page_to_read(context: Context, finding: ServiceFinding) -> str | None:
    """The best page; where that is in another language, the page in the report's that speaks of the service most."""
    code, best = finding.municipality_code, finding.best_url
    if context.language not in finding.languages or _language(context, code, best) in ("", context.language):
        return best
    key = (code, finding.service_id)
    proof = {row.url for row in context.data.evidence.get(key, ())}
    spoken = [url for url in proof if _language(context, code, url) == context.language]
    told = {row.url: (row.is_primary, row.score) for row in context.data.services_on_pages.get(key, ())}
    return max(spoken, key=lambda url: (*told.get(url, (False, 0.0)), url), default=best)


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
