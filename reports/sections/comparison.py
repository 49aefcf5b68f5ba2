"""The municipalities side by side: by theme, maturity and groups, and the services from most to least digital."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from reports import anchors
from reports.blocks.groups import groups
from reports.blocks.ladder import ladder
from reports.blocks.spread import spread_chart, states_chart
from reports.context import Context
from reports.measures import DIGITAL, FOUND
from reports.model import HEATS, Block, Cell, Note, Section, Table
from reports.shares import Share, is_enough
from reports.table import Column, table
from taxonomy import Service

ORDER = 20


def section(context: Context) -> Section | None:
    """The comparison, or None where nothing was read."""
    words, data = context.words, context.data
    if not data.has_evidence:
        return None
    blocks: list[Block] = [
        context.paragraph("comparison.lead", "lead"),
        *((spread,) if (spread := spread_chart(context)) else ()),
        states_chart(context),
        _municipalities(context),
        Note("limit", words("comparison.note.title"), words("comparison.note.text")),
    ]
    climbed = (context.paragraph("ladder.lead"), ladder(context))
    children = [
        Section("maturity", words("ladder.heading"), climbed),
        *groups(context),
        Section("services-ranked", words("comparison.services.title"), (_services(context),)),
    ]
    return Section("comparison", words("comparison.title"), tuple(blocks), tuple(children), page=True)


def _municipalities(context: Context) -> Table:
    words, data = context.words, context.data

    def digital(theme: str | None) -> Callable[[str], Cell]:
        return lambda code: _warm(context, context.share(DIGITAL, theme=theme, codes=[code]), theme, code)

    return table(
        "municipalities-digital",
        words("comparison.table"),
        data.codes,
        (
            Column(words("label.municipality"), cell=context.municipality_cell),
            Column(words("label.all_themes"), "share", cell=digital(None)),
            *(Column(context.name(t.name), "share", cell=digital(t.id)) for t in data.themes),
        ),
        (words("measures.digital.definition"), words("footnote.unranked"), *context.untold_notes()),
        dense=True,
    )


def _warm(context: Context, share: Share, theme: str | None, code: str) -> Cell:
    """A share as a cell of the heat map, which leads to the cells that it counts; one that is not told stays pale."""
    cell = context.share_cell(share)
    place = anchors.grid_row(theme, code) if theme else anchors.municipality(code)
    if share.value is None:
        return cell
    step = 1 + min(HEATS - 1, int(share.value * HEATS))
    return replace(cell, share=None, heat=step, href=anchors.link(place))


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A service with its shares; `place` is None where the gaps allow none."""

    service: Service
    digital: Share
    found: Share
    place: int | None


def _ranked(context: Context) -> list[_Ranked]:
    """Services by digital share; those with too many gaps stand last."""
    every = [
        _Ranked(s, context.share(DIGITAL, service=s.id), context.share(FOUND, service=s.id), None)
        for s in context.data.services()
    ]
    ranked = sorted(
        (item for item in every if item.digital.is_ranked),
        key=lambda item: (-(item.digital.value or 0.0), -(item.found.value or 0.0)),
    )
    is_order = is_enough(len(ranked), sum(1 for item in every if item.digital.possible))

    def place(item: _Ranked) -> int:
        return 1 + sum(1 for other in ranked if (other.digital.value or 0.0) > (item.digital.value or 0.0))

    placed = [replace(item, place=place(item) if is_order else None) for item in ranked]
    return [*placed, *(item for item in every if not item.digital.is_ranked)]


def _services(context: Context) -> Table:
    words = context.words

    def place(item: _Ranked) -> Cell:
        return Cell(words("share.unranked")) if item.place is None else context.number_cell(item.place)

    def name(item: _Ranked) -> Cell:
        return Cell(context.name(item.service.name), href=anchors.link(anchors.theme(item.service.theme)))

    return table(
        "services-ranked-table",
        words("comparison.services.table"),
        _ranked(context),
        (
            Column(words("label.service"), wide=True, cell=name),
            Column(words("label.theme"), cell=lambda item: Cell(context.theme(item.service.theme))),
            Column(words("label.place"), "number", cell=place),
            Column(
                words("measures.digital.name"), "share", cell=lambda item: context.share_cell(item.digital, gaps=False)
            ),
            Column(words("measures.found.name"), "share", cell=lambda item: context.share_cell(item.found, gaps=False)),
            Column(words("label.gaps"), "number", cell=lambda item: context.number_cell(item.digital.gaps)),
        ),
        (
            words("measures.digital.definition"),
            words("measures.found.definition"),
            words("footnote.unranked"),
            words("footnote.few"),
        ),
        dense=True,
    )
