"""A municipality's accessibility statements: on its own pages, in PDF files, and on services where statements are kept.

A file or a page elsewhere counts where the municipality's own pages link to it as their statement. Which statement is
about the website itself is decided here, once, for the tables, the indicator and the report.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape
from itertools import islice

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from analysis.findings import StatementFacts
from analysis.judges.statement import read_statement
from analysis.judges.statement_subject import names_others_only, title_test
from analysis.page.model import Page
from analysis.page.read import read_page
from analysis.words.view import make_view
from study import AccessibilityStatement, CrawlStatus, MunicipalityStatus, address_key, host_of
from taxonomy import Taxonomy, use_of

_PAGES_READ, _LONGEST_LINE = 12, 90
_MOST_TEXT = 100_000
_MISSING, _UNREADABLE, _DEAD = "missing", "unreadable", "dead-link"
_SENTENCE_END = (".", "!", "?", ":", ";")


def statement_links(page: Page, taxonomy: Taxonomy) -> Iterator[str]:
    """Where a page's links lead that call themselves an accessibility statement, footers included."""
    is_title = title_test(taxonomy)
    for link in page.links:
        if link.kind in ("page", "file") and (is_title(link.text) or is_title(link.title)):
            yield link.url


def pdf_statement(url: str, body: bytes, taxonomy: Taxonomy, own_hosts: frozenset[str]) -> StatementFacts:
    """What a statement in a PDF says; one of which nothing can be read is found all the same."""
    page = read_page(_as_page(_text_of(body)), url, taxonomy)
    view = make_view(page, taxonomy, own_hosts)
    facts = read_statement(view)
    if facts is None:
        return StatementFacts(True, url, None, "unstated", None, None, (_UNREADABLE,), is_about_site=True)
    return replace(facts, other_subject=facts.other_subject or (_OTHERS if names_others_only(view) else None))


_OTHERS = "another site"


def elsewhere_statement(page: Page, taxonomy: Taxonomy, own_hosts: frozenset[str]) -> StatementFacts | None:
    """What a statement on somebody else's host says where it may be the municipality's; of a product it is not."""
    view = make_view(page, taxonomy, own_hosts)
    facts = read_statement(view)
    if facts is None or facts.other_subject or names_others_only(view):
        return None
    return None if use_of(f"https://{host_of(page.url)}/", host_of(page.url), taxonomy).products else facts


def _text_of(body: bytes) -> str:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        pages = islice(PdfReader(io.BytesIO(body)).pages, _PAGES_READ)
        return "\n".join(page.extract_text() for page in pages)[:_MOST_TEXT]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        return ""


def _as_page(text: str) -> str:
    """The lines of a file as a page: short ones without an end as headings, the others joined to paragraphs."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    title = next((line for line in lines if line), "")
    parts, paragraph = [f"<h1>{escape(title)}</h1>"], ""
    for line in lines[lines.index(title) + 1 if title else 0 :]:
        is_heading = line[:1].isupper() and len(line) < _LONGEST_LINE and not line.endswith(_SENTENCE_END)
        if (
            not line
            or (is_heading and (not paragraph or paragraph.endswith(_SENTENCE_END)))
            or re.match(r"[•*–-] ", line)
        ):
            parts += [f"<p>{escape(paragraph)}</p>", f"<h2>{escape(line)}</h2>" if is_heading else ""]
            paragraph = "" if is_heading else line
        else:
            paragraph = f"{paragraph} {line}".strip()
            if line.endswith(".") and len(line) < _LONGEST_LINE:
                parts, paragraph = [*parts, f"<p>{escape(paragraph)}</p>"], ""
    parts.append(f"<p>{escape(paragraph)}</p>")
    return f"<html><head><title>{escape(title)}</title></head><body><main>{''.join(parts)}</main></body></html>"


def rows_of(
    code: str,
    website: str,
    found: Iterable[tuple[str, StatementFacts]],
    status: MunicipalityStatus,
    *,
    linked: str = "",
) -> list[AccessibilityStatement]:
    """One row for each statement that is not about a product or e-service; one is missing only where all was read.

    `linked` is an address that the pages give for the statement and where nothing is.
    """
    known = {url: facts for url, facts in found if facts.found and facts.other_subject is None}
    main = max(known, key=lambda url: _claim_to_be_main(url, known[url], website), default="")
    rows = [
        AccessibilityStatement(
            municipality_code=code,
            url=url,
            found=True,
            assessed_on=facts.assessed_on,
            compliance=facts.compliance,
            feedback_channel=facts.feedback_channel,
            enforcement_body=facts.enforcement_body,
            problems=tuple(sorted(facts.problems)),
            is_main=url == main,
        )
        for url, facts in sorted(known.items())
    ]
    if rows or status.status is not CrawlStatus.COMPLETE:
        return rows
    problems = (_DEAD, _MISSING) if linked else (_MISSING,)
    return [AccessibilityStatement(code, None, False, None, None, None, None, problems)]


def _claim_to_be_main(url: str, facts: StatementFacts, website: str) -> tuple[object, ...]:
    """How surely a statement is the website's own: what it says of itself, where it stands, then the newest."""
    here = host_of(url).removeprefix("www.") == host_of(website).removeprefix("www.")
    return facts.is_about_site, here, facts.compliance != "unstated", str(facts.assessed_on or ""), address_key(url)
