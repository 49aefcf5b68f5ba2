"""The digital share of every theme as a chart, with the gaps hatched."""

from __future__ import annotations

from reports.context import Context
from reports.measures import DIGITAL
from reports.model import BarChart, Series
from reports.table import Column, table


def themes_chart(context: Context) -> BarChart:
    """Digital share of each theme; no bar where the base is too small."""
    words, data = context.words, context.data
    shares = [context.share(DIGITAL, theme=t.id) for t in data.themes]
    names = tuple(context.name(t.name) for t in data.themes)
    in_figures = table(
        "themes-digital-table",
        words("summary.chart.title"),
        list(zip(data.themes, shares, strict=True)),
        (
            Column(words("label.theme"), cell=lambda item: context.theme_cell(item[0])),
            Column(
                words("label.services"), "number", cell=lambda item: context.number_cell(len(data.services(item[0].id)))
            ),
            Column(words("measures.digital.name"), "share", cell=lambda item: context.share_cell(item[1], gaps=False)),
            Column(words("label.gaps"), "number", cell=lambda item: context.number_cell(item[1].gaps)),
            Column(words("label.outside"), "number", cell=lambda item: context.number_cell(item[1].outside)),
        ),
        (words("measures.digital.definition"),),
    )
    values = tuple(s.count / s.possible if s.is_told else 0.0 for s in shares)
    gaps = tuple(s.gaps / s.possible if s.is_told else 0.0 for s in shares)
    outside = tuple(float(not s.is_told) for s in shares)
    texts = tuple(map(context.share_words, shares))
    described = "; ".join(f"{n}: {t}" for n, t in zip(names, texts, strict=True))
    return BarChart(
        "themes-digital",
        words("summary.chart.title"),
        described,
        names,
        (Series(words("measures.digital.name"), values, gaps, texts, "digital", outside),),
        1.0,
        in_figures,
        words("frame.as_table"),
        words("label.gaps"),
    )
