"""Writes what a comparison found into a folder: the tables as CSV and Parquet, what was compared, codebooks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from study import COMPARISON, no_follow, storage_errors, to_arrow, write_table
from taxonomy import Taxonomy

from .cells import csv_bytes
from .codebook import DATASET_LANGUAGE, list_lines, table_lines
from .meanings import Meanings
from .words import available_languages


def write_comparison(
    folder: Path, rows: Mapping[str, Sequence[Any]], about: Mapping[str, Any], taxonomy: Taxonomy
) -> tuple[Path, ...]:
    """Replace the comparison's tables in `folder`; gives the tables' files."""
    written = []
    records = {name: table.record for name, table in COMPARISON.items()}
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, record in records.items():
        write_table(folder / f"{name}.parquet", record, rows[name])
        written += [_write(folder / f"{name}.csv", csv_bytes(to_arrow(record, rows[name]))), folder / f"{name}.parquet"]
    told = json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    _write(folder / "comparison.json", told.encode())
    for language in available_languages():
        name = "codebook.md" if language == DATASET_LANGUAGE else f"codebook.{language}.md"
        _write(folder / name, _codebook(records, language, taxonomy).encode())
    return tuple(written)


def _codebook(records: Mapping[str, type], language: str, taxonomy: Taxonomy) -> str:
    meanings = Meanings(language, taxonomy)
    title = meanings.frame("heading", title=meanings.table("changes"))
    lines = [f"# {title}", ""]
    for name in records:
        lines += table_lines(meanings, name, records)
    return "\n".join([*lines, *list_lines(meanings, records.values())]) + "\n"


def _write(path: Path, content: bytes) -> Path:
    with storage_errors(path), open(path, "wb", opener=no_follow) as file:
        file.write(content)
    return path
