"""What the accessibility audit says should be mended first: rules in plain words, with an example and their spread.

Used by the accessibility section and by the municipalities' pages. It counts rows of the tables and judges nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reports import anchors
from reports.clean import plain, safe_href, short_url
from reports.context import Context
from reports.model import Cell, Table
from reports.table import Column, table
from study import IMPACTS, AccessibilityViolation
from taxonomy import rule_text

WEIGHTS = {impact: weight for weight, impact in enumerate(IMPACTS, start=1)}
"""How much a page with a finding of this impact weighs when findings are put in order."""
_EXAMPLE = 110


@dataclass(frozen=True, slots=True)
class Barrier:
    """One failed rule over a set of pages."""

    rule: str
    impact: str
    pages: int
    municipalities: int
    repeated: int
    example: AccessibilityViolation

    @property
    def weight(self) -> int:
        """What it comes to: its impact times the pages it stands on."""
        return WEIGHTS.get(self.impact, 1) * self.pages


def barriers(rows: Sequence[AccessibilityViolation]) -> tuple[Barrier, ...]:
    """Failed WCAG A and AA rules, the gravest and most widespread first."""
    by_rule: dict[str, list[AccessibilityViolation]] = defaultdict(list)
    for row in rows:
        if row.level in ("A", "AA"):
            by_rule[row.rule_id].append(row)
    found = [_barrier(rule, rows) for rule, rows in by_rule.items()]
    return tuple(sorted(found, key=lambda item: (-item.weight, item.rule)))


def _barrier(rule: str, rows: list[AccessibilityViolation]) -> Barrier:
    # One with a picture shows it best, then one that repeats; addresses break ties, so it is the same every time.
    example = max(rows, key=lambda row: (row.has_picture, row.template_pages, row.url))
    return Barrier(
        rule=rule,
        impact=max((row.impact for row in rows), key=lambda impact: WEIGHTS.get(impact, 0)),
        pages=len({row.url for row in rows}),
        municipalities=len({row.municipality_code for row in rows}),
        repeated=sum(row.template_pages > 1 for row in rows),
        example=example,
    )


def own_violations(context: Context, code: str | None = None) -> list[AccessibilityViolation]:
    """Violations on pages of the municipalities themselves, of one or of all."""
    codes = context.data.codes if code is None else (code,)
    own = {(c, page.url) for c in codes for page in context.data.audited.get(c, ()) if page.is_own}
    return [row for row in context.data.violations if (row.municipality_code, row.url) in own]


def rule_title(context: Context, rule: str) -> str:
    """A rule in the report's language; its id where there is no text for it."""
    text = rule_text(rule, context.language)
    return text.title if text else rule


def fix_first(context: Context, most: int, code: str | None = None) -> Table | None:
    """What to mend first, over all municipalities or in one; None where nothing was found."""
    found = barriers(own_violations(context, code))[:most]
    if not found:
        return None
    words = context.words
    spread: Column[Barrier] = Column(
        words("label.municipalities"), "number", cell=lambda item: context.number_cell(item.municipalities)
    )
    columns: tuple[Column[Barrier], ...] = (
        Column(words("barriers.what"), wide=True, cell=lambda item: _what(context, item)),
        Column(words("barriers.fix"), wide=True, cell=lambda item: _remedy(context, item)),
        Column(words("label.impact"), cell=lambda item: Cell(impact_words(context, item.impact))),
        *((spread,) if code is None else ()),
        Column(words("label.pages"), "number", cell=lambda item: context.number_cell(item.pages)),
        Column(words("barriers.repeated"), "number", cell=lambda item: context.number_cell(item.repeated)),
        Column(words("barriers.example"), wide=True, cell=lambda item: _example(context, item)),
    )
    name = "barriers-table" if code is None else anchors.municipality(code, "barriers")
    caption = words("barriers.table") if code is None else words("barriers.own", name=context.municipality(code))
    return table(name, caption, found, columns, (words("barriers.note"),), dense=True)


def impact_words(context: Context, impact: str) -> str:
    """An impact in the report's language; what is none of the known ones as it is."""
    return context.words(f"impact.{impact}") if impact in IMPACTS else plain(impact)


def _what(context: Context, item: Barrier) -> Cell:
    text = rule_text(item.rule, context.language)
    return Cell(text.title, note=text.why) if text else Cell(item.rule)


def _remedy(context: Context, item: Barrier) -> Cell:
    text = rule_text(item.rule, context.language)
    fix = text.fix if text else context.words("sign.nothing")
    return Cell(fix, note=f"WCAG {', '.join(item.example.wcag)}" if item.example.wcag else "")


def _example(context: Context, item: Barrier) -> Cell:
    return Cell(
        short_url(item.example.url, 60),
        href=safe_href(item.example.url),
        note=plain(item.example.html, _EXAMPLE),
        picture=context.data.picture(item.example),
        picture_alt=context.words("barriers.picture", rule=rule_title(context, item.rule)),
    )
