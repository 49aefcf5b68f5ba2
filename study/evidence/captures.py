"""The index of a part as lines: the one beside it where that fits, else made from the part."""

from __future__ import annotations

from pathlib import Path

from .cdxj import CaptureIndex, kept_lines
from .reader import read_events


def captures_of(part: Path, sha256: str = "") -> list[bytes]:
    """Lines of CDXJ, in order, one for each answer in a part; `sha256` is the part's digest, where it is known."""
    if sha256 and (kept := kept_lines(part, sha256)) is not None:
        return kept
    captures = CaptureIndex()
    for _ in read_events([part], captures=captures):
        pass
    return captures.lines(part)
