"""What earlier studies published beside the figures of this one: never the same basket, and said so."""

from __future__ import annotations

from reports.blocks.standing import theme_order
from reports.clean import safe_href
from reports.context import Context
from reports.measures import DIGITAL
from reports.model import Cell, Note, Section
from reports.product_use import uses
from reports.table import Column, table
from taxonomy import EarlierFigure

ORDER = 62


def section(context: Context) -> Section | None:
    """The figures side by side; None where the country has none, or nothing was read."""
    words, earlier = context.words, context.data.taxonomy.country.earlier
    if not earlier or not context.data.has_evidence:
        return None
    warning = Note("limit", words("then.note.title"), words("then.note.text"))
    figures = table(
        "then-and-now-table",
        words("then.table"),
        earlier,
        (
            Column(words("then.figure"), wide=True, cell=lambda f: Cell(_name(context, f))),
            Column(words("then.year"), cell=lambda f: Cell(str(f.year))),
            Column(words("then.published"), cell=lambda f: Cell(_published(context, f), note=_note(context, f))),
            Column(words("then.now", year=str(context.data.year)), cell=lambda f: _now(context, f)),
            Column(words("then.source"), cell=lambda f: Cell(f.source, href=safe_href(f.url))),
        ),
        (words("measures.digital.definition"), words("measures.product.definition")),
    )
    lead = context.paragraph("then.lead", "lead")
    return Section("then-and-now", words("then.title"), (lead, warning, figures), page=True)


def _name(context: Context, figure: EarlierFigure) -> str:
    subject = context.product(figure.subject) if figure.measure == "product" else ""
    return context.words(f"then.measure.{figure.measure}", subject=subject)


def _published(context: Context, figure: EarlierFigure) -> str:
    words = context.words
    if figure.over is not None:
        return words("then.over", share=words.percent(figure.over))
    if figure.count is not None and figure.base is not None:
        return words("share.count", count=figure.count, base=figure.base)
    return context.theme(figure.subject)


def _note(context: Context, figure: EarlierFigure) -> str:
    return context.name(figure.note) if figure.note else ""


def _now(context: Context, figure: EarlierFigure) -> Cell:
    """Ours, as far as it is told."""
    words = context.words
    if figure.measure == "digital":
        return Cell(context.figure_words(context.share(DIGITAL)))
    if figure.measure == "product":
        use = uses(context).get(figure.subject)
        return Cell(context.figure_words(use)) if use else Cell(words("then.unseen"))
    order = theme_order(context).ranked
    if not order:
        return Cell(words("share.unranked"), state="gap")
    theme, part = order[0 if figure.measure == "first-theme" else -1]
    return Cell(context.name(theme.name), note=context.figure_words(part))
