"""The accessibility of municipalities' own sites: what statements claim, and what the audit of their pages found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.clean import plain, safe_href
from reports.context import Context
from reports.model import Cell, Run, Table
from reports.shares import Share, municipality_share
from reports.table import Column, table
from study import IMPACTS, AccessibilityPage, AccessibilityStatement


def best_statement(context: Context, code: str) -> AccessibilityStatement | None:
    """The statement about the website itself, or what says that none was found; None where nobody looked."""
    every = context.data.statements.get(code, ())
    found = [s for s in every if s.found]
    if found:
        return max(found, key=lambda s: (s.is_main, str(s.assessed_on or ""), s.url or ""))
    return every[0] if every else None


def with_statement(context: Context) -> Share:
    """The municipalities with a statement, of those where it would have been found."""
    return municipality_share(context.data, lambda code: any(s.found for s in context.data.statements.get(code, ())))


def compliance_words(context: Context, statement: AccessibilityStatement) -> str:
    """The degree of conformance that a statement claims."""
    key = f"compliance.{statement.compliance}"
    return (
        context.words(key) if statement.compliance and context.words.has(key) else context.words("compliance.unstated")
    )


def statements(context: Context) -> Table:
    """The accessibility statement of each municipality: what it claims, whom it names, what it lacks."""
    words = context.words
    best = {code: best_statement(context, code) for code in context.shown}

    def claimed(read: Callable[[AccessibilityStatement], Cell]) -> Callable[[str], Cell]:
        """What a found statement says; the sign for nothing where none was found."""

        def cell(code: str) -> Cell:
            statement = best[code]
            return read(statement) if statement is not None and statement.found else context.nothing

        return cell

    return table(
        "statements-table",
        words("accessibility.statements.table"),
        context.shown,
        (
            Column(words("label.municipality"), cell=context.municipality_cell),
            Column(words("label.statement"), cell=lambda code: _presence(context, code, best[code])),
            Column(words("label.assessed"), cell=claimed(lambda s: Cell(context.date(s.assessed_on)))),
            Column(words("label.compliance"), cell=claimed(lambda s: Cell(compliance_words(context, s)))),
            Column(words("label.authority"), cell=claimed(lambda s: Cell(_authority(context, s.enforcement_body)))),
            Column(words("label.problems"), wide=True, cell=claimed(lambda s: _problems(context, s))),
        ),
        (words("accessibility.statements.note"),),
        dense=True,
    )


def _presence(context: Context, code: str, statement: AccessibilityStatement | None) -> Cell:
    """Whether there is a statement, where that is known."""
    words = context.words
    if statement is not None and statement.found:
        return Cell(words("accessibility.found"), href=safe_href(statement.url))
    if statement is None or context.data.status[code].status.value != "complete":
        return Cell(words("accessibility.unread"), state="gap")
    return Cell(words("accessibility.none"), state="none")


def _authority(context: Context, body: str | None) -> str:
    """Name of the supervising authority; what the statement calls it where the taxonomy does not know it."""
    known = {a.id: a.name for a in context.data.taxonomy.country.accessibility_authorities}
    return context.name(known[body]) if body in known else plain(body, 60) or context.words("sign.nothing")


def _problems(context: Context, statement: AccessibilityStatement) -> Cell:
    """The missing and outdated parts in words; an id without words stays as it is."""
    words = context.words
    problems = tuple(
        Run(words(f"problem.{p}") if words.has(f"problem.{p}") else p.replace("-", " ")) for p in statement.problems
    )
    return Cell("", links=problems) if problems else Cell(words("accessibility.no_problems"))


def is_clean(page: AccessibilityPage) -> bool:
    """Whether a page breaks no WCAG rule."""
    return not (page.wcag_violations if page.wcag_violations is not None else page.violations)


@dataclass(frozen=True, slots=True)
class _Audited:
    """The audit of a municipality's own pages: the pages that were to be visited, and the broken rules by impact."""

    code: str
    pages: tuple[AccessibilityPage, ...]
    rules: Mapping[str, set[str]]

    @property
    def good(self) -> list[AccessibilityPage]:
        """Those that could be audited."""
        return [page for page in self.pages if page.error is None]

    @property
    def measured(self) -> list[AccessibilityPage]:
        """Those whose width on a small screen is known."""
        return [page for page in self.good if page.overflow_pixels is not None]


def audit(context: Context) -> Table:
    """Own pages of each municipality: how many fail no WCAG rule, how many reflow, which rules fail."""
    words = context.words

    def counted(count: Callable[[_Audited], int]) -> Callable[[_Audited], Cell]:
        """A number of what was audited; the sign for nothing where no page was."""
        return lambda item: context.number_cell(count(item) if item.good else None)

    def of_impact(impact: str) -> Callable[[_Audited], Cell]:
        return counted(lambda item: len(item.rules.get(impact, ())))

    return table(
        "audit-table",
        words("accessibility.audit.table"),
        _audited(context),
        (
            Column(words("label.municipality"), cell=lambda item: context.municipality_cell(item.code)),
            Column(words("label.pages_audited"), "number", cell=lambda item: _audited_pages(context, item)),
            Column(
                words("label.pages_clean"),
                "share",
                cell=lambda item: context.part_cell(sum(map(is_clean, item.good)), len(item.good)),
            ),
            Column(
                words("label.pages_reflow"),
                "share",
                cell=lambda item: context.part_cell(
                    sum(not p.overflow_pixels for p in item.measured), len(item.measured)
                ),
            ),
            *(Column(words(f"impact.{i}"), "number", cell=of_impact(i)) for i in reversed(IMPACTS)),
            Column(words("label.audit_errors"), "number", cell=counted(lambda item: len(item.pages) - len(item.good))),
        ),
        (words("accessibility.audit.footnote"), words("accessibility.audit.reflow")),
        dense=True,
    )


def _audited(context: Context) -> list[_Audited]:
    data = context.data
    own = {(p.municipality_code, p.url) for pages in data.audited.values() for p in pages if p.is_own}
    rules: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in data.violations:
        if (row.municipality_code, row.url) in own:
            rules[row.municipality_code][row.impact].add(row.rule_id)
    return [
        _Audited(code, tuple(p for p in data.audited.get(code, ()) if p.is_own), rules[code]) for code in context.shown
    ]


def _audited_pages(context: Context, item: _Audited) -> Cell:
    if not item.good:
        return Cell(context.words("accessibility.audit.none"), state="gap")
    return context.number_cell(len(item.good))
