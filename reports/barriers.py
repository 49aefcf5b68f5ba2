"""What the accessibility audit says should be mended first: rules in plain words, with an example and their spread.

Used by the accessibility section and by the municipalities' pages. It counts rows of the tables and judges nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from study import IMPACTS, AccessibilityViolation
from taxonomy import rule_text

from .clean import plain, safe_href, short_url
from .context import Context
from .model import Cell, Column, Row, Table

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
    columns = [
        Column(words("barriers.what"), wide=True),
        Column(words("barriers.fix"), wide=True),
        Column(words("label.impact")),
        Column(words("label.pages"), "number"),
        Column(words("barriers.repeated"), "number"),
        Column(words("barriers.example"), wide=True),
    ]
    if code is None:
        columns.insert(3, Column(words("label.municipalities"), "number"))
    rows = tuple(_row(context, item, shows_municipalities=code is None) for item in found)
    name = "barriers-table" if code is None else f"m-{code}-barriers"
    caption = words("barriers.table") if code is None else words("barriers.own", name=context.municipality(code))
    return Table(name, caption, tuple(columns), rows, (words("barriers.note"),), dense=True)


def _row(context: Context, item: Barrier, *, shows_municipalities: bool) -> Row:
    words = context.words
    text = rule_text(item.rule, context.language)
    impact = words(f"impact.{item.impact}") if words.has(f"impact.{item.impact}") else plain(item.impact)
    counts = [item.municipalities] if shows_municipalities else []
    counts += [item.pages, item.repeated]
    return Row(
        (
            Cell(text.title if text else item.rule, note=text.why if text else ""),
            Cell(text.fix if text else words("sign.nothing"), note=f"{item.rule} · {', '.join(item.example.wcag)}"),
            Cell(impact),
            *(Cell(words.number(count), value=count) for count in counts),
            Cell(
                short_url(item.example.url, 60),
                href=safe_href(item.example.url),
                note=plain(item.example.html, _EXAMPLE),
                picture=context.data.picture(item.example),
                picture_alt=words("barriers.picture", rule=text.title if text else item.rule),
            ),
        )
    )
