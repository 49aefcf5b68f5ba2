"""An invented region, written by somebody who knew no rule of the program, is read nearly as its writer meant it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import region  # noqa: E402


@pytest.mark.slow(20)
def test_cells_of_an_unseen_region_are_right(tmp_path: Path) -> None:
    said = region.judge(tmp_path / "study")
    assert said["municipalities"] == 7
    assert said["compared"] > 300
    assert said["states"]["micro"]["f1"] >= 0.94
    assert said["states"]["micro"]["precision"] >= 0.98
    assert said["channels"]["micro"]["f1"] >= 0.9
    assert said["products"]["micro"]["f1"] >= 0.87
    assert said["absent"]["said_not_found"] >= 23
