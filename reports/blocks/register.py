"""What the service register says, as the report and the scorecards ask it: rows by municipality, names of channels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reports.context import Context
from reports.data import StudyData, once_a_study
from study import CHANNELS, RegisterCell, RegisterChannel, RegisterService

TRIED = ("found", "differs", "not-linked", "dead")
"""Outcomes of targets that could be looked for."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What one municipality declares."""

    services: tuple[RegisterService, ...]
    channels: tuple[RegisterChannel, ...]
    cells: tuple[RegisterCell, ...]


@once_a_study
def declared(data: StudyData) -> dict[str, Declared]:
    """What is declared, by municipality; those that the register was not asked about are left out."""
    services: dict[str, list[RegisterService]] = defaultdict(list)
    channels: dict[str, list[RegisterChannel]] = defaultdict(list)
    cells: dict[str, list[RegisterCell]] = defaultdict(list)
    for service in data.rows("register_services"):
        services[service.municipality_code].append(service)
    for channel in data.rows("register_channels"):
        channels[channel.municipality_code].append(channel)
    for cell in data.rows("register_cells"):
        cells[cell.municipality_code].append(cell)
    return {
        code: Declared(tuple(services[code]), tuple(channels[code]), tuple(cells[code]))
        for code in data.codes
        if code in services or code in channels
    }


def targets(rows: Sequence[RegisterChannel]) -> list[RegisterChannel]:
    """Each declared target once, however many services it serves; the row that says most of it stands for all."""
    best: dict[tuple[str, ...], RegisterChannel] = {}
    for row in rows:
        key = (row.municipality_code, row.register_id, row.language, row.channel, row.target)
        known = best.get(key)
        if known is None or _worth(row) < _worth(known):
            best[key] = row
    return list(best.values())


def _worth(row: RegisterChannel) -> int:
    return TRIED.index(row.outcome) if row.outcome in TRIED else len(TRIED)


def register_name(context: Context) -> str:
    """What the country's register is called."""
    known = context.data.taxonomy.service_register
    return context.name(known.name) if known is not None else context.words("register.usual")


def channel_name(context: Context, channel: str) -> str:
    """Name of a channel as registers have them."""
    return context.channel(channel) if channel in CHANNELS else context.words(f"register.channel.{channel}")
