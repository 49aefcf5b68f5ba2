"""The chapter on development, put together from its parts."""

from __future__ import annotations

from reports.context import Context, runs
from reports.earlier import Development
from reports.model import Block, Bullets, Section, Text

from .apart import kinds_table, method_share, not_separated, places_table, services_apart
from .lines import services_table, themes_chart
from .moved import balance_table, flow_charts, moves_table
from .named import names_of
from .panel import panel
from .real import biggest_table, levels_table
from .told import sentences


def chapter(context: Context, since: Development) -> Section:
    """Key findings, themes and services over the years, products, biggest changes, and what is not comparable."""
    words = context.words
    lines = panel(context.data)
    found = sentences(context, since, lines)
    blocks: list[Block] = [_lead(context, since), *not_separated(context, since)]
    if found:
        blocks.append(Bullets(tuple(runs(sentence) for sentence in found), numbered=True))
    elif since.is_separated:
        blocks.append(Text(runs(words("development.nothing"))))
    if lines is not None:
        blocks.append(themes_chart(context, since, lines))
    children = [
        _part(context, "services", _some(services_table(context, since, lines)) if lines is not None else []),
        _part(context, "biggest", _some(biggest_table(context, since))),
        _part(context, "levels", _some(levels_table(context, since))),
        _part(
            context,
            "systems",
            [*flow_charts(context, since), *_some(moves_table(context, since), balance_table(context, since))],
        ),
        _part(
            context,
            "apart",
            [
                *services_apart(context, since),
                *method_share(context, since),
                kinds_table(context, since),
                *_some(places_table(context, since)),
            ],
        ),
    ]
    return Section(
        "development", words("development.title"), tuple(blocks), tuple(c for c in children if c is not None), page=True
    )


def _lead(context: Context, since: Development) -> Text:
    return context.paragraph("development.lead", "lead", names=context.words.listing(names_of(context, since)))


def _part(context: Context, name: str, blocks: list[Block]) -> Section | None:
    if not blocks:
        return None
    return Section(f"development-{name}-part", context.words(f"development.part.{name}"), tuple(blocks))


def _some(*blocks: Block | None) -> list[Block]:
    return [block for block in blocks if block is not None]
