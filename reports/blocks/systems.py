"""The way from the municipalities' pages to their e-services."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from reports.context import Context
from reports.model import Cell, Table
from reports.table import Column, table
from study import EservicePath


@dataclass(frozen=True, slots=True)
class _Way:
    """The links of one municipality to e-services, one an address, and its log-in systems where they were counted."""

    code: str
    paths: list[EservicePath]
    log_ins: float | None

    @property
    def deep(self) -> int:
        """Links that lead to the service itself."""
        return sum(path.path_quality != "portal-root" for path in self.paths)

    @property
    def hosts(self) -> int:
        """Hosts that they lead to beside the municipality's own."""
        return len({path.final_url.split("/")[2] for path in self.paths if path.is_new_host and "//" in path.final_url})

    @property
    def lost(self) -> int:
        """Links that lose the reader's language."""
        return sum(path.language_kept == "lost" for path in self.paths)

    @property
    def compared(self) -> int:
        """Links of which it is known whether they keep it."""
        return sum(path.language_kept != "unknown" for path in self.paths)

    @property
    def unread(self) -> int:
        """Links of which it is not known how one logs in."""
        return sum(path.log_in == "unknown" for path in self.paths)


def ways(context: Context) -> Table:
    """The way to the e-services of each municipality shown, counted by address."""
    words = context.words

    def lost(way: _Way) -> Cell:
        note = words("share.count", count=way.lost, base=way.compared)
        return Cell(words.number(way.lost), value=way.lost, note=note)

    return table(
        "systems-ways-table",
        words("systems.ways.title"),
        _ways(context),
        (
            Column(words("label.municipality"), wide=True, cell=lambda way: context.municipality_cell(way.code)),
            Column(words("systems.ways.links"), "number", cell=lambda way: context.number_cell(len(way.paths))),
            Column(words("systems.ways.deep"), "share", cell=lambda way: context.part_cell(way.deep, len(way.paths))),
            Column(words("systems.ways.hosts"), "number", cell=lambda way: context.number_cell(way.hosts)),
            Column(words("systems.ways.lost"), "number", cell=lost),
            Column(words("systems.ways.log_ins"), "number", cell=lambda way: context.number_cell(way.log_ins)),
            Column(words("systems.ways.unread"), "number", cell=lambda way: context.number_cell(way.unread)),
        ),
        (words("systems.ways.note"), words("systems.ways.log_in_note")),
        dense=True,
    )


def _ways(context: Context) -> list[_Way]:
    by_code: dict[str, dict[str, EservicePath]] = defaultdict(dict)
    for path in context.data.rows("eservice_paths"):
        by_code[path.municipality_code].setdefault(path.target_url, path)
    return [
        _Way(code, [by_code[code][url] for url in sorted(by_code[code])], _log_ins(context, code))
        for code in context.shown
        if by_code[code]
    ]


def _log_ins(context: Context, code: str) -> float | None:
    rows = context.data.rows("indicators")
    return next((r.value for r in rows if r.indicator == "login-systems" and r.municipality_code == code), None)
