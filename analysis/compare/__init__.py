"""What changed between two studies, and why: five kinds of change that are never mixed.

A front of its own, since it alone needs pandas. Pure: from the tables of two studies to tables of what differs. Reads
findings, never evidence or the network.
"""

from __future__ import annotations

from .comparison import Step, Told, compare
from .method import Method
from .moves import NOT_DIGITAL, SEVERAL, UNRECOGNISED, Flow
from .places import Alignment, Group, Grouping, aligned, known_changes, same_codes
from .question import OFFERED
from .read import metadata_in, method_in, read_snapshot
from .snapshot import Snapshot

__all__ = [
    "NOT_DIGITAL",
    "OFFERED",
    "SEVERAL",
    "UNRECOGNISED",
    "Alignment",
    "Flow",
    "Group",
    "Grouping",
    "Method",
    "Snapshot",
    "Step",
    "Told",
    "aligned",
    "compare",
    "known_changes",
    "metadata_in",
    "method_in",
    "read_snapshot",
    "same_codes",
]
