"""Accessibility: the statements that the law asks for, and what the automatic audit of a sample of pages found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from reports.blocks.accessibility import audit, is_clean, statements
from reports.blocks.barriers import fix_first, impact_words, rule_title
from reports.context import Context
from reports.model import Block, Cell, Note, Section, Table
from reports.table import Column, table
from study import AccessibilityPage, AccessibilityViolation

ORDER = 50
RULES = 15
"""Rules listed in the table of failures; the dataset has them all."""
BARRIERS = 12
"""Rules in the table of what to fix first."""


def section(context: Context) -> Section | None:
    """The accessibility part, or None where nothing was read."""
    words, data = context.words, context.data
    if not data.has_evidence:
        return None
    blocks: list[Block] = [context.paragraph("accessibility.lead", "lead"), statements(context)]
    if not any(data.audited.values()):
        blocks.append(Note("gap", words("accessibility.unaudited.title"), words("accessibility.unaudited.text")))
        return Section("accessibility", words("accessibility.title"), tuple(blocks), page=True)
    warning = words("accessibility.audit.note.text", engine=_engine(context))
    tables = [audit(context), _products(context), _rules(context) if data.violations else None]
    first = fix_first(context, BARRIERS)
    audited = Section(
        "accessibility-audit",
        words("accessibility.audit.title"),
        (Note("limit", words("accessibility.audit.note.title"), warning), *(t for t in tables if t)),
    )
    children = (audited, *(() if first is None else (_fix_first(context, first),)))
    return Section("accessibility", words("accessibility.title"), tuple(blocks), children, page=True)


def _fix_first(context: Context, found: Table) -> Section:
    lead = context.paragraph("barriers.lead")
    return Section("accessibility-first", context.words("barriers.title"), (lead, found))


def _engine(context: Context) -> str:
    pages = [p for every in context.data.audited.values() for p in every]
    return ", ".join(sorted({f"{p.engine} {p.engine_version}" for p in pages}))


def _products(context: Context) -> Table | None:
    """Pages of e-services by product: its fault is everyone's who uses it."""
    words, data = context.words, context.data
    pages: dict[str, list[AccessibilityPage]] = defaultdict(list)
    for code in data.codes:
        for page in data.audited.get(code, ()):
            if not page.is_own and page.error is None and page.subject in data.taxonomy.products:
                pages[page.subject].append(page)
    if not pages:
        return None
    order = sorted(pages, key=lambda p: (context.product(p).casefold(), p))
    broken: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in data.violations:
        if row.level != "good-practice":
            broken[row.municipality_code, row.url].add(row.rule_id)

    def failed(product: str) -> Cell:
        rules = set().union(*(broken[p.municipality_code, p.url] for p in pages[product]))
        return Cell("; ".join(sorted(rule_title(context, rule) for rule in rules)) or words("sign.nothing"))

    return table(
        "audit-products-table",
        words("accessibility.products.table"),
        order,
        (
            Column(words("label.product"), cell=lambda p: Cell(context.product(p), href=context.product_href(p))),
            Column(words("label.pages_audited"), "number", cell=lambda p: context.number_cell(len(pages[p]))),
            Column(
                words("label.pages_clean"),
                "share",
                cell=lambda p: context.part_cell(sum(map(is_clean, pages[p])), len(pages[p])),
            ),
            Column(words("label.failed_rules"), wide=True, cell=failed),
        ),
        dense=True,
    )


@dataclass(frozen=True, slots=True)
class _Rule:
    """Where one rule is broken."""

    first: AccessibilityViolation
    places: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    repeated: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.first.rule_id


def _rules(context: Context) -> Table:
    words = context.words
    found: dict[str, _Rule] = {}
    for row in context.data.violations:
        rule = found.setdefault(row.rule_id, _Rule(row))
        rule.places.add(row.municipality_code)
        rule.pages.add(row.url)
        rule.repeated.extend([row.url] if row.template_pages > 1 else [])
    order = sorted(found.values(), key=lambda r: (-len(r.places), -len(r.pages), r.id))[:RULES]
    practice, nothing = words("accessibility.rules.practice"), words("sign.nothing")
    return table(
        "rules-table",
        words("accessibility.rules.table", n=len(order)),
        order,
        (
            Column(words("label.rule"), wide=True, cell=lambda r: Cell(rule_title(context, r.id))),
            Column(words("label.impact"), cell=lambda r: Cell(impact_words(context, r.first.impact))),
            Column(words("label.wcag"), cell=lambda r: Cell(", ".join(r.first.wcag) or practice)),
            Column(words("label.level"), cell=lambda r: Cell(r.first.level if r.first.wcag else nothing)),
            Column(words("label.municipalities"), "number", cell=lambda r: context.number_cell(len(r.places))),
            Column(words("label.pages"), "number", cell=lambda r: context.number_cell(len(r.pages))),
            Column(words("label.template_pages"), "number", cell=lambda r: context.number_cell(len(r.repeated))),
        ),
        (words("accessibility.rules.footnote"),),
        dense=True,
    )
