"""Accessibility: the statements that the law asks for, and what the automatic audit of a sample of pages found."""

from __future__ import annotations

from collections import defaultdict

from reports.clean import plain, safe_href
from reports.context import Context
from reports.model import Block, Cell, Column, Note, Row, Run, Section, Table
from study import AccessibilityStatement, AccessibilityViolation

ORDER = 50
RULES = 15
"""Rules listed in the table of failures; the dataset has them all."""
IMPACTS = ("critical", "serious", "moderate", "minor")


def section(context: Context) -> Section | None:
    """The accessibility part, or None where nothing was read."""
    words, data = context.words, context.data
    if not data.has_evidence:
        return None
    blocks: list[Block] = [context.paragraph("accessibility.lead", "lead"), _statements(context)]
    children = []
    if any(data.audited.values()):
        children.append(
            Section(
                "accessibility-audit",
                words("accessibility.audit.title"),
                (
                    Note(
                        "limit",
                        words("accessibility.audit.note.title"),
                        words("accessibility.audit.note.text", engine=_engine(context)),
                    ),
                    _audit(context),
                    *((_rules(context),) if data.violations else ()),
                ),
            )
        )
    else:
        blocks.append(Note("gap", words("accessibility.unaudited.title"), words("accessibility.unaudited.text")))
    return Section("accessibility", words("accessibility.title"), tuple(blocks), tuple(children), page=True)


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


def _statements(context: Context) -> Table:
    words, data = context.words, context.data
    rows = []
    for code in data.codes:
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
                    Cell(plain(statement.enforcement_body, 60) or words("sign.nothing")),
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


def _audit(context: Context) -> Table:
    words, data = context.words, context.data
    rules: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in data.violations:
        rules[row.municipality_code][row.impact].add(row.rule_id)
    rows = []
    for code in data.codes:
        pages = data.audited.get(code, ())
        good = [p for p in pages if p.error is None]
        clean = sum(1 for p in good if not p.violations)
        head = Cell(context.municipality(code), href=f"#m-{code}")
        if not good:
            blank = Cell(words("sign.nothing"))
            rows.append(
                Row(
                    (
                        head,
                        Cell(words("accessibility.audit.none"), state="gap"),
                        blank,
                        *(blank for _ in IMPACTS),
                        blank,
                    )
                )
            )
            continue
        rows.append(
            Row(
                (
                    head,
                    Cell(words.number(len(good)), value=len(good)),
                    Cell(words.percent(clean / len(good)), value=clean / len(good), share=clean / len(good)),
                    *(Cell(words.number(len(rules[code][i])), value=len(rules[code][i])) for i in IMPACTS),
                    Cell(words.number(len(pages) - len(good)), value=len(pages) - len(good)),
                )
            )
        )
    columns = (
        Column(words("label.municipality")),
        Column(words("label.pages_audited"), "number"),
        Column(words("label.pages_clean"), "share"),
        *(Column(words(f"impact.{i}"), "number") for i in IMPACTS),
        Column(words("label.audit_errors"), "number"),
    )
    return Table(
        "audit-table",
        words("accessibility.audit.table"),
        columns,
        tuple(rows),
        (words("accessibility.audit.footnote"),),
        dense=True,
    )


def _rules(context: Context) -> Table:
    words = context.words
    places: dict[str, set[str]] = defaultdict(set)
    pages: dict[str, set[str]] = defaultdict(set)
    first: dict[str, AccessibilityViolation] = {}
    for row in context.data.violations:
        places[row.rule_id].add(row.municipality_code)
        pages[row.rule_id].add(row.url)
        first.setdefault(row.rule_id, row)
    order = sorted(places, key=lambda r: (-len(places[r]), -len(pages[r]), r))[:RULES]
    rows = tuple(
        Row(
            (
                Cell(rule),
                Cell(
                    words(f"impact.{first[rule].impact}")
                    if words.has(f"impact.{first[rule].impact}")
                    else first[rule].impact
                ),
                Cell(", ".join(first[rule].wcag) or words("sign.nothing")),
                Cell(words.number(len(places[rule])), value=len(places[rule])),
                Cell(words.number(len(pages[rule])), value=len(pages[rule])),
            )
        )
        for rule in order
    )
    columns = (
        Column(words("label.rule")),
        Column(words("label.impact")),
        Column(words("label.wcag")),
        Column(words("label.municipalities"), "number"),
        Column(words("label.pages"), "number"),
    )
    return Table("rules-table", words("accessibility.rules.table", n=len(order)), columns, rows)
