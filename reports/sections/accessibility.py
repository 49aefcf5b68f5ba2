"""Accessibility: the statements that the law asks for, and what the automatic audit of a sample of pages found."""

from __future__ import annotations

from collections import defaultdict

from reports.barriers import fix_first, rule_title
from reports.clean import plain, safe_href
from reports.context import Context
from reports.model import Block, Cell, Column, Note, Row, Run, Section, Table
from study import IMPACTS, AccessibilityPage, AccessibilityStatement, AccessibilityViolation

ORDER = 50
RULES = 15
"""Rules listed in the table of failures; the dataset has them all."""
BARRIERS = 12
"""Rules in the table of what to fix first."""
GRAVEST_FIRST = IMPACTS[::-1]


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


def _fix_first(context: Context, table: Table) -> Section:
    lead = context.paragraph("barriers.lead")
    return Section("accessibility-first", context.words("barriers.title"), (lead, table))


def best_statement(context: Context, code: str) -> AccessibilityStatement | None:
    """The newest found statement of a municipality, or what says that none was found; None where nobody looked."""
    every = context.data.statements.get(code, ())
    found = [s for s in every if s.found]
    if found:
        return max(found, key=lambda s: (str(s.assessed_on or ""), s.url or ""))
    return every[0] if every else None


def compliance_words(context: Context, statement: AccessibilityStatement) -> str:
    """The degree of conformance that a statement claims."""
    key = f"compliance.{statement.compliance}"
    return (
        context.words(key) if statement.compliance and context.words.has(key) else context.words("compliance.unstated")
    )


def problem_words(context: Context, problem: str) -> str:
    """A missing or outdated part of a statement in words; an id without words stays as it is."""
    key = f"problem.{problem}"
    return context.words(key) if context.words.has(key) else problem.replace("-", " ")


def authority(context: Context, body: str | None) -> str:
    """Name of the supervising authority; what the statement calls it where the taxonomy does not know it."""
    known = {a.id: a.name for a in context.data.taxonomy.country.accessibility_authorities}
    return context.name(known[body]) if body in known else plain(body, 60) or context.words("sign.nothing")


def statements(context: Context) -> Table:
    """The accessibility statement of each municipality: what it claims, whom it names, what it lacks."""
    words, data = context.words, context.data
    rows = []
    for code in context.shown:
        head = Cell(context.municipality(code), href=f"#m-{code}")
        statement = best_statement(context, code)
        blank = Cell(words("sign.nothing"))
        if statement is None or (not statement.found and data.status[code].status.value != "complete"):
            rows.append(Row((head, Cell(words("accessibility.unread"), state="gap"), blank, blank, blank, blank)))
            continue
        if not statement.found:
            rows.append(Row((head, Cell(words("accessibility.none"), state="none"), blank, blank, blank, blank)))
            continue
        problems = tuple(Run(problem_words(context, p)) for p in statement.problems)
        rows.append(
            Row(
                (
                    head,
                    Cell(words("accessibility.found"), href=safe_href(statement.url)),
                    Cell(context.date(statement.assessed_on)),
                    Cell(compliance_words(context, statement)),
                    Cell(authority(context, statement.enforcement_body)),
                    Cell("", links=problems) if problems else Cell(words("accessibility.no_problems")),
                )
            )
        )
    columns = (
        Column(words("label.municipality")),
        Column(words("label.statement")),
        Column(words("label.assessed")),
        Column(words("label.compliance")),
        Column(words("label.authority")),
        Column(words("label.problems"), wide=True),
    )
    return Table(
        "statements-table",
        words("accessibility.statements.table"),
        columns,
        tuple(rows),
        (words("accessibility.statements.note"),),
        dense=True,
    )


def _engine(context: Context) -> str:
    pages = [p for every in context.data.audited.values() for p in every]
    return ", ".join(sorted({f"{p.engine} {p.engine_version}" for p in pages}))


def _is_clean(page: AccessibilityPage) -> bool:
    return not (page.wcag_violations if page.wcag_violations is not None else page.violations)


def _share_of(context: Context, count: int, base: int) -> Cell:
    words = context.words
    if not base:
        return Cell(words("sign.nothing"))
    return Cell(
        words.percent(count / base),
        value=count / base,
        share=count / base,
        note=words("share.count", count=count, base=base),
    )


def audit(context: Context) -> Table:
    """Own pages of each municipality: how many fail no WCAG rule, how many reflow, which rules fail."""
    words, data = context.words, context.data
    own = {(p.municipality_code, p.url) for pages in data.audited.values() for p in pages if p.is_own}
    rules: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in data.violations:
        if (row.municipality_code, row.url) in own:
            rules[row.municipality_code][row.impact].add(row.rule_id)
    rows = []
    for code in context.shown:
        pages = [p for p in data.audited.get(code, ()) if p.is_own]
        good = [p for p in pages if p.error is None]
        head = Cell(context.municipality(code), href=f"#m-{code}")
        if not good:
            blank = Cell(words("sign.nothing"))
            none = Cell(words("accessibility.audit.none"), state="gap")
            rows.append(Row((head, none, blank, blank, *(blank for _ in GRAVEST_FIRST), blank)))
            continue
        measured = [p for p in good if p.overflow_pixels is not None]
        counts = [len(rules[code][impact]) for impact in GRAVEST_FIRST] + [len(pages) - len(good)]
        rows.append(
            Row(
                (
                    head,
                    Cell(words.number(len(good)), value=len(good)),
                    _share_of(context, sum(map(_is_clean, good)), len(good)),
                    _share_of(context, sum(not p.overflow_pixels for p in measured), len(measured)),
                    *(Cell(words.number(n), value=n) for n in counts),
                )
            )
        )
    columns = (
        Column(words("label.municipality")),
        Column(words("label.pages_audited"), "number"),
        Column(words("label.pages_clean"), "share"),
        Column(words("label.pages_reflow"), "share"),
        *(Column(words(f"impact.{i}"), "number") for i in GRAVEST_FIRST),
        Column(words("label.audit_errors"), "number"),
    )
    return Table(
        "audit-table",
        words("accessibility.audit.table"),
        columns,
        tuple(rows),
        (words("accessibility.audit.footnote"), words("accessibility.audit.reflow")),
        dense=True,
    )


def _products(context: Context) -> Table | None:
    """The same for pages of e-services, by product: its fault is everyone's who uses it."""
    words, data = context.words, context.data
    pages: dict[str, list[AccessibilityPage]] = defaultdict(list)
    for code in data.codes:
        for page in data.audited.get(code, ()):
            if not page.is_own and page.error is None and page.subject in data.taxonomy.products:
                pages[page.subject].append(page)
    if not pages:
        return None
    rules: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in data.violations:
        if row.level != "good-practice":
            rules[row.municipality_code, row.url].add(row.rule_id)
    rows = []
    for product in sorted(pages, key=lambda p: (context.product(p).casefold(), p)):
        failed = set().union(*(rules[p.municipality_code, p.url] for p in pages[product]))
        rows.append(
            Row(
                (
                    Cell(context.product(product), href=f"#product-{product}"),
                    Cell(words.number(len(pages[product])), value=len(pages[product])),
                    _share_of(context, sum(map(_is_clean, pages[product])), len(pages[product])),
                    Cell(", ".join(sorted(failed)) or words("sign.nothing")),
                )
            )
        )
    columns = (
        Column(words("label.product")),
        Column(words("label.pages_audited"), "number"),
        Column(words("label.pages_clean"), "share"),
        Column(words("label.failed_rules"), wide=True),
    )
    return Table("audit-products-table", words("accessibility.products.table"), columns, tuple(rows), dense=True)


def _rules(context: Context) -> Table:
    words = context.words
    places: dict[str, set[str]] = defaultdict(set)
    pages: dict[str, set[str]] = defaultdict(set)
    shared: dict[str, int] = defaultdict(int)
    first: dict[str, AccessibilityViolation] = {}
    for row in context.data.violations:
        places[row.rule_id].add(row.municipality_code)
        pages[row.rule_id].add(row.url)
        shared[row.rule_id] += row.template_pages > 1
        first.setdefault(row.rule_id, row)
    order = sorted(places, key=lambda r: (-len(places[r]), -len(pages[r]), r))[:RULES]
    rows = tuple(
        Row(
            (
                Cell(rule_title(context, rule), note=rule),
                Cell(_impact(context, first[rule].impact)),
                Cell(", ".join(first[rule].wcag) or words("accessibility.rules.practice")),
                Cell(first[rule].level if first[rule].wcag else words("sign.nothing")),
                *(Cell(words.number(n), value=n) for n in (len(places[rule]), len(pages[rule]), shared[rule])),
            )
        )
        for rule in order
    )
    columns = (
        Column(words("label.rule"), wide=True),
        Column(words("label.impact")),
        Column(words("label.wcag")),
        Column(words("label.level")),
        Column(words("label.municipalities"), "number"),
        Column(words("label.pages"), "number"),
        Column(words("label.template_pages"), "number"),
    )
    return Table(
        "rules-table",
        words("accessibility.rules.table", n=len(order)),
        columns,
        rows,
        (words("accessibility.rules.footnote"),),
        dense=True,
    )


def _impact(context: Context, impact: str) -> str:
    return context.words(f"impact.{impact}") if impact in IMPACTS else plain(impact)
