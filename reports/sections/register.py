"""The service register beside the websites: what municipalities declare, and where the two do not say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from reports.blocks.register import TRIED, Declared, channel_name, declared, register_name, targets
from reports.context import Context
from reports.model import Cell, Note, Section, Table, Tile, Tiles
from reports.shares import Share
from reports.table import Column, table
from study import CODE_LISTS, RegisterCell, RegisterChannel
from taxonomy import Service

ORDER = 66
_AGREEMENTS = CODE_LISTS["register-agreement"]
_OUTCOMES = CODE_LISTS["register-outcome"]


def section(context: Context) -> Section | None:
    """The register's part, or None where it was not asked."""
    words, known = context.words, declared(context.data)
    if not known:
        return None
    every = [row for own in known.values() for row in targets(own.channels)]
    cells = [cell for own in known.values() for cell in own.cells]
    services = [service for own in known.values() for service in own.services]
    lead = context.paragraph(
        "register.lead",
        "lead",
        register=register_name(context),
        services=len(services),
        targets=len(every),
        municipalities=len(known),
        mapped=sum(1 for service in services if service.service_id),
    )
    witness = Note("info", words("register.witness.title"), words("register.witness.text"))
    blocks = (lead, _tiles(context, every, cells), witness, _municipalities(context, known))
    children = (
        Section(
            "register-targets",
            words("register.targets.title"),
            (context.paragraph("register.targets.lead"), _targets(context, every)),
        ),
        Section(
            "register-services",
            words("register.services.title"),
            (context.paragraph("register.services.lead"), _services(context, known)),
        ),
    )
    return Section("register", words("register.title"), blocks, children, page=True)


def _tiles(context: Context, every: Sequence[RegisterChannel], cells: Sequence[RegisterCell]) -> Tiles:
    outcomes = Counter(row.outcome for row in every)
    tried = sum(outcomes[name] for name in TRIED)
    alive = [row for row in every if row.alive is not None]
    kinds = Counter(cell.agreement for cell in cells)
    compared = sum(kinds.values()) - kinds["found-only"] - kinds["not-comparable"]
    shares = (
        ("found", outcomes["found"], tried),
        ("dead", sum(1 for row in alive if row.alive is False), len(alive)),
        ("agrees", kinds["agrees"], compared),
        ("only", kinds["declared-only"], compared),
    )
    return Tiles(tuple(_tile(context, name, count, base) for name, count, base in shares if base))


def _tile(context: Context, name: str, count: int, base: int) -> Tile:
    return context.share_tile(Share(count, base, 0), context.words(f"register.tile.{name}"))


def _municipalities(context: Context, known: Mapping[str, Declared]) -> Table:
    words = context.words

    def counted(kind: str) -> Callable[[str], Cell]:
        return lambda code: context.number_cell(sum(1 for cell in known[code].cells if cell.agreement == kind))

    def dead(code: str) -> Cell:
        return context.number_cell(sum(1 for row in targets(known[code].channels) if row.outcome == "dead"))

    def ours(code: str) -> Cell:
        return context.number_cell(sum(1 for service in known[code].services if service.service_id))

    return table(
        "register-table",
        words("register.municipalities.table"),
        [code for code in context.data.codes if code in known],
        (
            Column(words("label.municipality"), cell=context.municipality_cell),
            Column(
                words("register.label.declared"),
                "number",
                cell=lambda code: context.number_cell(len(known[code].services)),
            ),
            Column(words("register.label.ours"), "number", cell=ours),
            *(Column(words(f"register.label.{kind}"), "number", cell=counted(kind)) for kind in _AGREEMENTS),
            Column(words("register.label.dead"), "number", cell=dead),
        ),
        (words("register.municipalities.note"),),
        dense=True,
    )


def _services(context: Context, known: Mapping[str, Declared]) -> Table:
    words = context.words
    kinds: Counter[tuple[str, str]] = Counter(
        (cell.service_id, cell.agreement) for own in known.values() for cell in own.cells
    )
    told = [service for service in context.data.services() if any(kinds[service.id, kind] for kind in _AGREEMENTS)]

    def stated(service: Service) -> Cell:
        said = sum(kinds[service.id, kind] for kind in _AGREEMENTS if kind != "found-only")
        return context.number_cell(said)

    def counted(kind: str) -> Callable[[Service], Cell]:
        return lambda service: context.number_cell(kinds[service.id, kind])

    return table(
        "register-services-table",
        words("register.services.table"),
        told,
        (
            Column(words("label.service"), cell=lambda service: Cell(context.service(service.id))),
            Column(words("register.label.declared"), "number", cell=stated),
            *(Column(words(f"register.label.{kind}"), "number", cell=counted(kind)) for kind in _AGREEMENTS),
        ),
        dense=True,
    )


def _targets(context: Context, every: Sequence[RegisterChannel]) -> Table:
    words = context.words
    counts: Counter[tuple[str, str]] = Counter((row.channel, row.outcome) for row in every)
    channels = [name for name in CODE_LISTS["register-channel"] if any(counts[name, kind] for kind in _OUTCOMES)]

    def counted(kind: str) -> Callable[[str], Cell]:
        return lambda channel: context.number_cell(counts[channel, kind])

    def total(channel: str) -> Cell:
        return context.number_cell(sum(counts[channel, kind] for kind in _OUTCOMES))

    return table(
        "register-targets-table",
        words("register.targets.table"),
        channels,
        (
            Column(words("register.label.channel"), cell=lambda channel: Cell(channel_name(context, channel))),
            Column(words("register.label.targets"), "number", cell=total),
            *(Column(words(f"register.label.{kind}"), "number", cell=counted(kind)) for kind in _OUTCOMES),
        ),
        (words("register.targets.note"),),
    )
