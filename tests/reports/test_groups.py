"""Municipalities compared in groups: every municipality of the country has one, whatever its official languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from reports import load_study
from reports.blocks.groups import groups
from reports.charts import draw
from reports.context import Context
from reports.model import ABSENT, UNTOLD, TileMap
from reports.words import Words


def test_an_official_language_that_no_study_reads_makes_no_group(inventor: Callable[..., Any], tmp_path: Path) -> None:
    """Four municipalities of the country have a language that pages are not read in."""
    made = inventor(12, audited=False)
    known = made.taxonomy.municipalities
    for number, code in enumerate(code for code, m in known.items() if "se" in m.languages):
        old = made.rows["municipalities"][number].code
        for name, rows in made.rows.items():
            key = "code" if name == "municipalities" else "municipality_code"
            made.rows[name] = [replace(row, **{key: code}) if getattr(row, key, "") == old else row for row in rows]
    context = Context(load_study(made.write(tmp_path / "study")), Words("fi"))
    assert groups(context)


def test_the_map_has_a_tile_for_each_region_and_what_its_key_says(inventor: Callable[..., Any], tmp_path: Path) -> None:
    """Shares are those of the table beside it; a region that nobody compares has none; all is in the alternative."""
    made = inventor(30, audited=False)
    context = Context(load_study(made.write(tmp_path / "study")), Words("sv"))
    part = next(s for s in groups(context) if s.id == "regions")
    (drawn,) = part.blocks
    assert isinstance(drawn, TileMap)
    assert len(drawn.tiles) == len({m.region_code for m in made.taxonomy.municipalities.values()})
    rows = {row.cells[0].text: row.cells[2] for row in drawn.table.rows}
    for tile in drawn.tiles:
        assert (tile.heat == ABSENT) == (tile.name not in rows)
        if tile.heat > UNTOLD:
            assert tile.said == rows[tile.name].text
            assert f"{tile.name}: {tile.said}" in drawn.description
    assert {tile.heat for tile in drawn.tiles} <= {step for step, _ in drawn.key}
    wide, narrow = draw(drawn, is_for_hand=True).split("</svg>")[:2]
    for text in (wide, narrow):
        assert text.count("<text") >= len(drawn.tiles) + len(drawn.key)
    assert float(re.findall(r'viewBox="0 0 ([\d.]+)', narrow)[0]) <= 300


def test_a_municipality_of_no_known_region_leaves_no_map(inventor: Callable[..., Any], tmp_path: Path) -> None:
    """A map that leaves some out would mislead: then groups are bars."""
    made = inventor(8, audited=False)
    made.taxonomy = made.taxonomy.model_copy(
        update={"country": made.taxonomy.country.model_copy(update={"region_tiles": {"01": (0, 0)}})}
    )
    data = replace(load_study(made.write(tmp_path / "study")), taxonomy=made.taxonomy)
    assert not any(isinstance(b, TileMap) for s in groups(Context(data, Words("en"))) for b in s.blocks)
