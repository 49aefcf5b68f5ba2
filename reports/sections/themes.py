"""The grid, theme by theme: which municipality offers which service through which channels, and the channel shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from reports import anchors, model
from reports.blocks.story import story
from reports.context import LEVELS, Context
from reports.measures import BY_CHANNEL, DIGITAL, Measure
from reports.model import (
    BarChart,
    Block,
    Cell,
    Legend,
    LegendItem,
    Matrix,
    MatrixCell,
    MatrixRow,
    Note,
    Section,
    Series,
    Table,
)
from reports.shares import Share, Shortfall, share
from reports.table import Column, table
from study import CHANNELS, Verification
from taxonomy import Service, Theme

T = TypeVar("T")
ORDER = 30


def section(context: Context) -> Section | None:
    """The grid with its legend, one part per theme; None where nothing was read."""
    words, data = context.words, context.data
    if not data.has_evidence:
        return None
    blocks: list[Block] = [context.paragraph("grid.lead", "lead"), legend(context)]
    blocks.append(_channels_by_theme(context))
    children = tuple(_theme(context, theme, number) for number, theme in enumerate(data.themes))
    return Section("grid", words("grid.title"), tuple(blocks), children, page=True)


MARKED = (Verification.CONFIRMED, Verification.CORRECTED, Verification.UNCERTAIN)
"""What a sign in the corner of a cell tells; a cell without one is the machine's own, and sure enough."""


def legend(context: Context) -> Legend:
    """What the signs of the grid mean."""
    words = context.words
    icons = tuple(LegendItem("", c, context.channel(c)) for c in CHANNELS)
    levels = tuple(LegendItem(level, "", words(f"legend.{level}")) for level in LEVELS)
    present = {f.verification for f in context.data.findings()}
    marks = tuple(LegendItem("", m.value, words(f"verification.{m.value}")) for m in MARKED if m in present)
    return Legend(words("legend.title"), (*icons, *levels, *marks))


def _theme(context: Context, theme: Theme, number: int) -> Section:
    data = context.data
    services = data.services(theme.id)
    blocks: list[Block] = []
    total = context.share(DIGITAL, theme=theme.id)
    blocks += story(context, theme, number) if total.is_told else [_untold(context, total)]
    if apart := own_arrangement(context, theme):
        blocks.append(apart)
    if total.is_told:
        blocks.append(_chart(context, theme, services))
    blocks.append(_matrix(context, theme, services))
    return Section(anchors.theme(theme.id), context.name(theme.name), tuple(blocks), page=True, role="theme")


def _untold(context: Context, total: Share) -> Note:
    """Why it cannot be said how digital the theme is."""
    words = context.words
    if total.shortfall is Shortfall.OUTSIDE:
        return Note("info", words("grid.outside.title"), words("grid.outside.text"))
    if not total.base:
        return Note("gap", words("grid.gaps.title"), words("grid.gaps.text"))
    text = words("grid.few.text", count=total.count, base=total.base, gaps=total.gaps)
    return Note("gap", words("grid.few.title"), text)


def own_arrangement(context: Context, theme: Theme) -> Note | None:
    """Who arranges services of the theme that another body arranges for most: told apart from all shares."""
    words, data = context.words, context.data
    own = [s for s in data.services(theme.id) if s.id in data.apart]
    if not own:
        return None
    places = []
    for code in data.codes:
        offered = share(DIGITAL, data.findings(own, [code]))
        if offered.possible:
            name = context.municipality(code)
            places.append(words("grid.apart.place", name=name, count=offered.count, base=offered.base))
    return Note("info", words("grid.apart.title"), words("grid.apart.text", places=words.listing(places)))


def _matrix(context: Context, theme: Theme, services: tuple[Service, ...]) -> Matrix:
    words, data = context.words, context.data
    rows = tuple(
        MatrixRow(
            context.municipality(code),
            tuple(matrix_cell(context, code, s) for s in services),
            anchors.link(anchors.municipality(code)),
            "" if data.status[code].status.value == "complete" else words(f"status.{data.status[code].status.value}"),
            anchors.grid_row(theme.id, code),
        )
        for code in data.codes
    )
    columns = tuple(model.Column(context.name(s.name)) for s in services)
    caption = words("grid.caption", theme=context.name(theme.name))
    return Matrix(f"grid-{theme.id}", caption, words("label.municipality"), columns, rows)


def matrix_cell(context: Context, code: str, service: Service) -> MatrixCell:
    """One cell: how it is drawn, what it says aloud, and where its proof stands."""
    finding = context.data.grid.get((code, service.id))
    level = context.level(finding)
    mark = finding.verification.value if finding is not None and finding.verification in MARKED else ""
    label = f"{context.municipality(code)}, {context.name(service.name)}: {context.state_words(finding)}"
    label += f"; {context.words(f'verification.{mark}')}" if mark else ""
    return MatrixCell(level, context.offered(finding), label, context.cell_href(code, service.id), mark)


def _shares(context: Context, services: tuple[Service, ...]) -> dict[str, list[Share]]:
    return {c: [context.share(m, service=s.id) for s in services] for c, m in BY_CHANNEL.items()}


def _chart(context: Context, theme: Theme, services: tuple[Service, ...]) -> BarChart:
    """Municipalities per service and channel, gaps hatched; the table says the same in shares."""
    words, everyone = context.words, len(context.data.codes)
    names = tuple(context.name(s.name) for s in services)
    series = _series(context, services)
    told = (f"{n}: " + ", ".join(f"{x.label} {x.texts[i]}" for x in series) for i, n in enumerate(names))
    title = words("grid.chart.title", theme=context.name(theme.name))
    return BarChart(
        f"channels-{theme.id}",
        title,
        f"{words('grid.chart.description', n=everyone)} {'; '.join(told)}",
        names,
        series,
        float(everyone),
        _in_figures(context, theme, services, title),
        words("frame.as_table"),
        words("label.gaps"),
    )


def _series(context: Context, services: tuple[Service, ...]) -> tuple[Series, ...]:
    """The bars of each channel: municipalities, gaps and those outside; all outside where the base is too small."""
    whole = float(len(context.data.codes))
    return tuple(
        Series(
            context.channel(channel),
            tuple(float(share.count) if share.is_told else 0.0 for share in row),
            tuple(float(share.gaps) if share.is_told else 0.0 for share in row),
            tuple(map(context.share_words, row)),
            channel,
            tuple(float(share.outside) if share.is_told else whole for share in row),
        )
        for channel, row in _shares(context, services).items()
    )


def _in_figures(context: Context, theme: Theme, services: tuple[Service, ...], title: str) -> Table:
    """The table below a theme's chart."""
    words = context.words
    return table(
        f"channels-{theme.id}-table",
        title,
        services,
        (
            Column(words("label.service"), wide=True, cell=lambda service: Cell(context.name(service.name))),
            *_channel_columns(
                context, lambda measure, service: context.share(measure, service=service.id), is_detailed=True
            ),
        ),
        (words("measures.channel.definition"),),
        dense=True,
    )


def _channels_by_theme(context: Context) -> Table:
    words, data = context.words, context.data

    def name(theme: Theme | None) -> Cell:
        return context.theme_cell(theme) if theme else Cell(words("label.all_themes"))

    def part(measure: Measure, theme: Theme | None) -> Share:
        return context.share(measure, theme=theme.id if theme else None)

    return table(
        "channels-by-theme",
        words("grid.by_theme"),
        [*data.themes, None],
        (Column(words("label.theme"), wide=True, cell=name), *_channel_columns(context, part)),
        (words("measures.channel.definition"), *context.untold_notes()),
    )


def _channel_columns(
    context: Context, share_of: Callable[[Measure, T], Share], *, is_detailed: bool = False
) -> tuple[Column[T], ...]:
    """The share of each channel in an item, and what is not in the shares; in detail what is, too."""
    words = context.words

    def offered(measure: Measure) -> Callable[[T], Cell]:
        def cell(item: T) -> Cell:
            part = share_of(measure, item)
            # Whose task it is stands in a column of its own, once and not for each channel.
            return context.nothing if part.shortfall is Shortfall.OUTSIDE else context.share_cell(part, gaps=False)

        return cell

    def counted(count: Callable[[Share], int]) -> Callable[[T], Cell]:
        return lambda item: context.number_cell(count(share_of(BY_CHANNEL["digital"], item)))

    judged: Column[T] = Column(words("label.judged"), "number", cell=counted(lambda whole: whole.base))
    return (
        *(Column(context.channel(c), "share", cell=offered(measure)) for c, measure in BY_CHANNEL.items()),
        *((judged,) if is_detailed else ()),
        Column(words("label.gaps"), "number", cell=counted(lambda whole: whole.gaps)),
        Column(words("label.outside"), "number", cell=counted(lambda whole: whole.outside)),
    )
