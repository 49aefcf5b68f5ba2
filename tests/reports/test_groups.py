"""Municipalities compared in groups: every municipality of the country has one, whatever its official languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from reports import load_study
from reports.blocks.groups import groups
from reports.context import Context
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
