"""What earlier studies published beside the figures of this one: never the same basket, and said so."""

from __future__ import annotations

from reports.blocks.earlier import Basket, baskets, digital, owners, product, themes
from reports.blocks.owners import owner_words
from reports.clean import safe_href
from reports.context import Context
from reports.model import Cell, Note, Section
from reports.table import Column, table
from taxonomy import EarlierFigure

ORDER = 62


def section(context: Context) -> Section | None:
    """The figures side by side; None where the country has none, or nothing was read."""
    words, earlier = context.words, context.data.taxonomy.country.earlier
    if not earlier or not context.data.has_evidence:
        return None
    warning = Note("limit", words("then.note.title"), words("then.note.text"))
    every, same = baskets(context)
    year = str(context.data.year)
    figures = table(
        "then-and-now-table",
        words("then.table"),
        earlier,
        (
            Column(words("then.figure"), wide=True, cell=lambda f: Cell(_name(context, f))),
            Column(words("then.year"), cell=lambda f: Cell(str(f.year))),
            Column(words("then.published"), cell=lambda f: Cell(_published(context, f), note=_note(context, f))),
            Column(words("then.now", year=year), cell=lambda f: _now(context, f, every)),
            Column(words("then.same", year=year), cell=lambda f: _now(context, f, same)),
            Column(words("then.source"), cell=lambda f: Cell(f.source, href=safe_href(f.url))),
        ),
        (
            _whose(context, every),
            words("then.same_note", n=len(every.services - same.services)),
            words("measures.digital.definition"),
            words("measures.product.definition"),
        ),
    )
    lead = context.paragraph("then.lead", "lead")
    return Section("then-and-now", words("then.title"), (lead, warning, figures), page=True)


def _whose(context: Context, basket: Basket) -> str:
    """Of which municipalities this study's figures are."""
    words, country = context.words, context.data.taxonomy.country
    listed = context.data.taxonomy.peer_lists.get(country.earlier_list or "", ())
    key = "then.of_list" if basket.is_list else "then.of_all"
    return words(key, n=len(basket.codes), all=len(listed))


def _name(context: Context, figure: EarlierFigure) -> str:
    subject = context.product(figure.subject) if figure.measure == "product" else ""
    return context.words(f"then.measure.{figure.measure}", subject=subject)


def _published(context: Context, figure: EarlierFigure) -> str:
    words = context.words
    if figure.over is not None:
        return words("then.over", share=words.percent(figure.over))
    if figure.count is not None and figure.base is not None:
        return words("share.count", count=figure.count, base=figure.base)
    return owner_words(context, figure.subject) if figure.measure == "first-owner" else context.theme(figure.subject)


def _note(context: Context, figure: EarlierFigure) -> str:
    return context.name(figure.note) if figure.note else ""


def _now(context: Context, figure: EarlierFigure, basket: Basket) -> Cell:
    """Ours, as far as it is told."""
    words = context.words
    if figure.measure == "digital":
        return Cell(context.figure_words(digital(context, basket)))
    if figure.measure == "product":
        use = product(context, basket, figure.subject)
        return Cell(context.figure_words(use)) if use else Cell(words("then.unseen"))
    if figure.measure == "first-owner":
        owned = [(kind, part) for kind, part in owners(context, basket) if part.count]
        if not owned:
            return Cell(words("then.unseen"))
        return Cell(owner_words(context, owned[0][0]), note=context.figure_words(owned[0][1]))
    order = themes(context, basket)
    if not order:
        return Cell(words("share.unranked"), state="gap")
    theme, part = order[0 if figure.measure == "first-theme" else -1]
    return Cell(context.name(theme.name), note=context.figure_words(part))
