"""Invented regions, written by people who knew no rule of the program, are read nearly as their writers meant them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import region  # noqa: E402

# Per region: municipalities, cells that have a truth, and the least F1 of states, channels and products.
FLOORS = {
    "vesiranta": (7, 300, {"states": 0.94, "channels": 0.9, "products": 0.91}, 23),
    "harmaameri": (6, 250, {"states": 0.93, "channels": 0.85, "products": 0.8}, 44),
    "salmiranta": (6, 250, {"states": 0.95, "channels": 0.89, "products": 0.87}, 56),
    "utulahti": (6, 250, {"states": 0.95, "channels": 0.9, "products": 0.92}, 49),
}


@pytest.mark.slow(20)
@pytest.mark.parametrize("name", FLOORS)
def test_cells_of_a_region_that_others_wrote_are_right(tmp_path: Path, name: str) -> None:
    municipalities, compared, least, absent = FLOORS[name]
    said = region.judge(tmp_path / "study", region.REGIONS / name)
    assert said["municipalities"] == municipalities
    assert said["compared"] > compared
    reached = {measure for measure, floor in least.items() if said[measure]["micro"]["f1"] >= floor}
    assert reached == set(least)
    assert said["states"]["micro"]["precision"] >= 0.93
    assert said["absent"]["said_not_found"] >= absent


def test_every_region_has_floors() -> None:
    assert {path.name for path in region.REGIONS.iterdir()} == set(FLOORS)
