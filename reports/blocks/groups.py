"""Groups of municipalities side by side: by inhabitants, region and official languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.blocks.region_map import region_map, regions
from reports.context import Context
from reports.measures import DIGITAL, FOUND, TWO_CHANNELS, Measure, typical
from reports.model import BarChart, Cell, Section, Series, Table
from reports.shares import Share
from reports.table import Column, table
from study import ServiceFinding

COMPARED = (DIGITAL, FOUND, TWO_CHANNELS)
"""Measures by which groups are compared."""
Codes = list[tuple[str, list[str]]]
"""Names of groups with the codes in them."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Municipalities that are compared as one."""

    title: str
    codes: Sequence[str]
    findings: Sequence[ServiceFinding]

    @property
    def found(self) -> list[ServiceFinding]:
        """Findings of services that are offered."""
        return [f for f in self.findings if f.channels or f.maturity]

    def share(self, context: Context, measure: Measure) -> Share:
        """A measure in this group."""
        return context.share(measure, codes=self.codes)


def groups(context: Context) -> list[Section]:
    """A part for each kind of group of which the study has more than one."""
    kinds = (
        ("size-classes", "classes", "size_class", _size_classes(context)),
        ("regions", "regions", "region", regions(context)),
        ("language-groups", "languages", "languages", _languages(context)),
    )
    return [_part(context, *kind) for kind in kinds if len(kind[3]) > 1]


def _part(context: Context, id: str, key: str, label: str, codes: Codes) -> Section:
    words, data = context.words, context.data
    items = [_Group(title, of, data.compared(codes=of)) for title, of in codes]
    everybody = _Group(words("label.all"), data.codes, data.compared(codes=data.codes))
    in_figures = _table(context, f"{id}-table", key, words(f"label.{label}"), [*items, everybody])
    title = words(f"comparison.{key}.title")
    if key == "regions" and (drawn := region_map(context, in_figures)):
        return Section(id, title, (drawn,))
    # A bar for each of twenty groups of one municipality says nothing: then the table stands alone.
    told = sum(item.share(context, DIGITAL).is_told for item in items)
    return Section(id, title, (_chart(context, f"{id}-chart", key, items, in_figures) if told > 1 else in_figures,))


def _size_classes(context: Context) -> Codes:
    """Smallest class first."""
    data = context.data
    order = [c.id for c in data.taxonomy.size_classes]
    present = sorted(
        {m.size_class for m in data.municipalities if m.size_class},
        key=lambda c: (order.index(c) if c in order else len(order), c),
    )
    return [(context.size_class(c), [m.code for m in data.municipalities if m.size_class == c]) for c in present]


def _languages(context: Context) -> Codes:
    """By official languages that studies read, the largest group first."""
    data, known = context.data, context.data.taxonomy.municipalities
    found: dict[tuple[str, ...], list[str]] = {}
    for code in data.codes:
        if code in known:
            spoken = tuple(name for name in known[code].languages if name in data.taxonomy.languages)
            found.setdefault(spoken, []).append(code)
    order = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(_spoken(context, languages), codes) for languages, codes in order]


def _spoken(context: Context, languages: tuple[str, ...]) -> str:
    names = [context.name(context.data.taxonomy.languages[code].name) for code in languages]
    return context.words.language_listing(names)


def _chart(context: Context, id: str, key: str, items: Sequence[_Group], in_figures: Table) -> BarChart:
    """A panel for each measure, a bar for each group; no bar where the base is too small."""
    words = context.words

    def series(measure: Measure) -> Series:
        parts = [item.share(context, measure) for item in items]
        return Series(
            words(f"measures.{measure.id}.name"),
            tuple(s.count / s.possible if s.is_told else 0.0 for s in parts),
            tuple(s.gaps / s.possible if s.is_told else 0.0 for s in parts),
            tuple(map(context.share_words, parts)),
            "digital",
            tuple(float(not s.is_told) for s in parts),
        )

    panels = tuple(map(series, COMPARED))
    told = (", ".join(f"{p.label} {p.texts[n]}" for p in panels) for n, _ in enumerate(items))
    return BarChart(
        id,
        words(f"comparison.{key}.table"),
        "; ".join(f"{item.title}: {text}" for item, text in zip(items, told, strict=True)),
        tuple(item.title for item in items),
        panels,
        1.0,
        in_figures,
        words("frame.as_table"),
        words("label.gaps"),
    )


def _table(context: Context, id: str, key: str, label: str, items: Sequence[_Group]) -> Table:
    words = context.words

    def measured(measure: Measure) -> Callable[[_Group], Cell]:
        return lambda item: context.share_cell(item.share(context, measure))

    def median(value: Callable[[ServiceFinding], float | None]) -> Callable[[_Group], Cell]:
        return lambda item: context.number_cell(typical([value(f) for f in item.found]))

    return table(
        id,
        words(f"comparison.{key}.table"),
        items,
        (
            Column(label, cell=lambda item: Cell(item.title)),
            Column(words("label.municipalities"), "number", cell=lambda item: context.number_cell(len(item.codes))),
            *(Column(words(f"measures.{m.id}.name"), "share", cell=measured(m)) for m in COMPARED),
            Column(words("label.maturity_median"), "number", cell=median(lambda f: f.maturity)),
            Column(words("label.clicks_median"), "number", cell=median(lambda f: f.click_depth)),
        ),
        (*(words(f"measures.{m.id}.definition") for m in COMPARED), *context.untold_notes()),
    )
