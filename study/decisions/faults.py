"""What can be wrong with decisions.csv, by name: one line of it, a decision about nothing, or the whole file.

Said here as the command line says it. Whoever shows it in another language has words under the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from study.errors import UnreadableDecisionsError

from .model import COLUMNS

_MEND = "Correct the line, or take the last good version from git; it is left out."
_LOST = "What it said is lost unless git has it: decide the cell again, or mend the line."
_OTHER_STUDY = (
    "which this study does not know; it is kept and counts for nothing.",
    "Correct the id in that line, or leave it for the study that has it.",
)

LINE_FAULTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "merge-mark": ("is a mark of a merge that git left open.", "Remove it; both sides count."),
        "same-id": (
            "has the id {id} of line {first} and says something else; the lower line counts.",
            "Remove the one that is wrong.",
        ),
        "open-quote": ("has a quotation mark that is never closed.", _LOST),
        "cells": ("has {cells} cells instead of {width}: it was cut off or edited.", _LOST),
        "id": ("id {value} is not twelve digits and letters from a to f: the line was cut off or edited.", _MEND),
        "time": ("decided_at {value} is no time such as 2026-11-30T09:15:00+00:00.", _MEND),
        "one-of": ("{column} {value} is not one of {known}.", _MEND),
        "state": ("{column} {value} is no state of a cell.", _MEND),
        "channel": ("{column}: {value} is no channel.", _MEND),
        "nobody": ("names neither a municipality nor a host.", _MEND),
    }
)
"""What is wrong with a line and what to do, by the name of the fault."""

STRANGER_FAULTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        kind: (f"decision {{id}} names {kind} {{name}}, {_OTHER_STUDY[0]}", _OTHER_STUDY[1])
        for kind in ("municipality", "service", "product")
    }
)
"""What is wrong with a decision that names something unknown, by what that is."""

FILE_FAULTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "column": (
            "line 1: column {column} is missing; the file was left as it is.",
            "Put the first line back: {head}",
        ),
        "head": ("line 1: the head is missing; the file was left as it is.", "Put the first line back: {head}"),
        "no-text": (
            "is not a CSV text (it looks like UTF-16 or a spreadsheet).",
            'Save it from the spreadsheet program as "CSV UTF-8", or take the last good version from git.',
        ),
        "no-utf8": (
            "line {line}: is not UTF-8 text (byte {byte}).",
            'Save it from the spreadsheet program as "CSV UTF-8", or take the last good version from git.',
        ),
    }
)
"""What is wrong with the whole file and what to do, by the name of the fault."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that was passed over or doubtful: which, the name of its fault, and what that speaks of."""

    line: int
    kind: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """What is wrong."""
        return LINE_FAULTS[self.kind][0].format_map(self.values)

    def __str__(self) -> str:
        return f"line {self.line}: {self.what} {LINE_FAULTS[self.kind][1]}"


def unreadable(path: Path, kind: str, **values: str) -> UnreadableDecisionsError:
    """The error that says why a whole file cannot be read as decisions."""
    given = {"head": ",".join(COLUMNS), **values}
    what, remedy = (text.format_map(given) for text in FILE_FAULTS[kind])
    return UnreadableDecisionsError(f"{path}: {what}", remedy, kind=kind, values={"path": str(path), **given})
