"""The municipalities side by side: digital share by theme, size classes, and services from most to least digital."""

from __future__ import annotations

from collections.abc import Sequence

from reports.context import Context
from reports.measures import DIGITAL, FOUND, TWO_CHANNELS, share, typical
from reports.model import Block, Cell, Column, Note, Row, Section, Table

ORDER = 20


def section(context: Context) -> Section | None:
    """The comparison, or None where nothing was read."""
    words, data = context.words, context.data
    if not data.has_evidence:
        return None
    blocks: list[Block] = [
        context.paragraph("comparison.lead", "lead"),
        _municipalities(context),
        Note("limit", words("comparison.note.title"), words("comparison.note.text")),
    ]
    children = [Section("services-ranked", words("comparison.services.title"), (_services(context),))]
    if len(classes(context)) > 1:
        children.insert(0, Section("size-classes", words("comparison.classes.title"), (_classes(context),)))
    return Section("comparison", words("comparison.title"), tuple(blocks), tuple(children), page=True)


def _municipalities(context: Context) -> Table:
    words, data = context.words, context.data
    rows = []
    for code in data.codes:
        own = data.findings(codes=[code])
        cells = [Cell(context.municipality(code), href=f"#m-{code}"), context.share_cell(share(DIGITAL, own))]
        cells += [context.share_cell(share(DIGITAL, data.findings(data.services(t.id), [code]))) for t in data.themes]
        rows.append(Row(tuple(cells)))
    columns = (
        Column(words("label.municipality")),
        Column(words("label.all_themes"), "share"),
        *(Column(context.name(t.name), "share") for t in data.themes),
    )
    return Table(
        "municipalities-digital",
        words("comparison.table"),
        columns,
        tuple(rows),
        (words("measures.digital.definition"), words("footnote.unranked")),
        dense=True,
    )


def classes(context: Context) -> list[tuple[str, list[str]]]:
    """Size classes with the codes in them, smallest class first."""
    data = context.data
    order = [c.id for c in data.taxonomy.size_classes]
    present = sorted(
        {m.size_class for m in data.municipalities if m.size_class},
        key=lambda c: (order.index(c) if c in order else len(order), c),
    )
    return [(c, [m.code for m in data.municipalities if m.size_class == c]) for c in present]


def _classes(context: Context) -> Table:
    words, data = context.words, context.data
    columns = (
        Column(words("label.size_class")),
        Column(words("label.municipalities"), "number"),
        *(Column(words(f"measures.{m.id}.name"), "share") for m in (DIGITAL, FOUND, TWO_CHANNELS)),
        Column(words("label.maturity_median"), "number"),
        Column(words("label.clicks_median"), "number"),
    )
    rows = [
        Row(
            (
                Cell(context.size_class(label)),
                Cell(words.number(len(codes)), value=len(codes)),
                *_figures(context, codes),
            )
        )
        for label, codes in classes(context)
    ]
    rows.append(
        Row(
            (
                Cell(words("label.all")),
                Cell(words.number(len(data.codes)), value=len(data.codes)),
                *_figures(context, data.codes),
            )
        )
    )
    return Table(
        "size-classes-table",
        words("comparison.classes.table"),
        columns,
        tuple(rows),
        tuple(words(f"measures.{m.id}.definition") for m in (DIGITAL, FOUND, TWO_CHANNELS)),
    )


def _figures(context: Context, codes: Sequence[str]) -> list[Cell]:
    own = context.data.findings(codes=codes)
    cells = [context.share_cell(share(m, own)) for m in (DIGITAL, FOUND, TWO_CHANNELS)]
    found = [f for f in own if f.channels or f.maturity]
    return [
        *cells,
        number_cell(context, typical([f.maturity for f in found])),
        number_cell(context, typical([f.click_depth for f in found])),
    ]


def number_cell(context: Context, value: float | None) -> Cell:
    """A number, or the sign for nothing."""
    return Cell(context.words.number(value), value=value) if value is not None else Cell(context.words("sign.nothing"))


def _services(context: Context) -> Table:
    """All services by digital share; those with too many gaps stand last, without a place."""
    words, data = context.words, context.data
    shares = [
        (share(DIGITAL, data.findings([s])), share(FOUND, data.findings([s])), i, s)
        for i, s in enumerate(data.services())
    ]
    ranked = sorted(
        (x for x in shares if x[0].is_ranked), key=lambda x: (-(x[0].value or 0.0), -(x[1].value or 0.0), x[2])
    )
    rest = [x for x in shares if not x[0].is_ranked]
    rows = []
    for digital, found, _, service in ranked + rest:
        place = 1 + sum(1 for other, *_ in ranked if (other.value or 0.0) > (digital.value or 0.0))
        rows.append(
            Row(
                (
                    Cell(context.name(service.name), href=f"#theme-{service.theme}"),
                    Cell(context.theme(service.theme)),
                    Cell(words.number(place), value=place) if digital.is_ranked else Cell(words("share.unranked")),
                    context.share_cell(digital, gaps=False),
                    context.share_cell(found, gaps=False),
                    Cell(words.number(digital.gaps), value=digital.gaps),
                )
            )
        )
    columns = (
        Column(words("label.service"), wide=True),
        Column(words("label.theme")),
        Column(words("label.place"), "number"),
        Column(words("measures.digital.name"), "share"),
        Column(words("measures.found.name"), "share"),
        Column(words("label.gaps"), "number"),
    )
    return Table(
        "services-ranked-table",
        words("comparison.services.table"),
        columns,
        tuple(rows),
        (words("measures.digital.definition"), words("measures.found.definition"), words("footnote.unranked")),
        dense=True,
    )
