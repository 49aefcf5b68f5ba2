"""The control sample: cells that people look at whatever the machine says, so that they measure all the others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def draw_control(keys: Iterable[tuple[str, str]], count: int) -> frozenset[tuple[str, str]]:
    """The cells (municipality, service) that the lot takes: the same for everybody, whatever is known of them."""
    return frozenset(sorted(keys, key=lot_of)[:count])


def lot_of(key: tuple[str, str]) -> bytes:
    """A cell's lot; the lower ones are drawn first, so any beginning of the sample is a random part of it."""
    return hashlib.sha256("/".join(key).encode()).digest()
