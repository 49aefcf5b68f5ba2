"""What tests of the analysis share."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from analysis.compare import Step, Told, compare, read_snapshot
from tests.comparing import (
    TODAY,
    Rows,
    invented,
    write,
)


@pytest.fixture
def step(tmp_path: Path) -> Callable[..., Step]:
    """The step from an invented study to the same a year later, after something was done to the rows of either."""

    number = count()

    def made(then: Callable[[Rows], None], now: Callable[[Rows], None], **more: Any) -> Step:
        old, new = invented(more.get("n", 2)), invented(more.get("n", 2))
        then(old.rows)
        now(new.rows)
        place = tmp_path / str(next(number))
        first = write(old, place / "old", 2025, more.get("made", TODAY))
        second = write(new, place / "new", 2026)
        grouping = {"grouping": more["grouping"]} if "grouping" in more else {}
        (only,) = compare([Told(read_snapshot(first)), Told(read_snapshot(second))], **grouping)
        return only

    return made
