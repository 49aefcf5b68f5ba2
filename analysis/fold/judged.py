"""The second stage of a unit: what the judges say of each page that was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.examine import examine_page
from analysis.findings import PageFindings, PageSource, SiteContext, StatementFacts
from taxonomy import Taxonomy

from .pages import ReadPage
from .statements import elsewhere_statement, statement_links


@dataclass(frozen=True, slots=True)
class JudgedPage:
    """What the judges say of one page; a page elsewhere can hold the municipality's statement."""

    findings: PageFindings
    statements: tuple[str, ...] = ()
    """Where its links lead that call themselves an accessibility statement."""
    elsewhere: StatementFacts | None = None


@dataclass(frozen=True, slots=True)
class Judges:
    """What judging needs beside the pages."""

    taxonomy: Taxonomy
    own_hosts: frozenset[str]
    landing: Mapping[str, PageSource]

    def of(self, read: ReadPage, *, is_own: bool) -> JudgedPage:
        """What is said of a page; why, nobody asks here."""
        page = read.page
        site = SiteContext(self.own_hosts, None, self.landing)
        findings = examine_page(page, self.taxonomy, site, with_reasons=False)
        if is_own:
            return JudgedPage(findings, tuple(statement_links(page, self.taxonomy)))
        has_statement = findings.statement is not None
        return JudgedPage(
            findings, (), elsewhere_statement(page, self.taxonomy, self.own_hosts) if has_statement else None
        )
