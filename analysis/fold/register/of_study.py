"""The register's tables of a whole study: each municipality compared in a process of its own, and kept as its rows are.

A comparison rests on the register's evidence, the site's, and the municipality's rows of the grid; while those are the
same it is not made again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from analysis.fold.hands import Hands
from analysis.fold.rests import unit_key
from analysis.fold.work import packed_rows, table_of
from study import (
    TABLES,
    Kept,
    ServiceFinding,
    StudyFolder,
    file_digest,
    join_tables,
    open_kept,
    table_metadata,
    write_arrow,
    write_kept,
)
from study.register import RegisterEvidence
from taxonomy import Taxonomy

from .rows import RegisterInput, register_rows

REGISTER_TABLES = ("register_services", "register_channels", "register_cells")
_KEPT = "register"


def compare_with_register(
    folder: StudyFolder, *, files: Sequence[Path] = (), workers: int | None = None
) -> dict[str, int]:
    """Rebuild the register's tables beside the findings that stand; gives their numbers of rows.

    `files` are another crawler's where the findings came from these. Raises UserError where there are no findings yet.
    """
    taxonomy = folder.taxonomy
    tasks = _tasks(folder, tuple(files))
    keys = {given.municipality.code: _key(given, taxonomy) for given in tasks}
    kept = {code: _kept(folder, code, key) for code, key in keys.items()}
    again = [given for given in tasks if kept[given.municipality.code] is None]
    with Hands(workers, len(again), taxonomy) as hands:
        for given, rows in hands.each(register_rows, again):
            code = given.municipality.code
            write_kept(_place(folder, code), dict(packed_rows(rows)), {"key": keys[code]})
            kept[code] = open_kept(_place(folder, code))
    metadata = table_metadata(folder.findings / "service_findings.parquet")
    counts = {}
    for name in REGISTER_TABLES:
        parts = [table_of(own, name) for _, own in sorted(kept.items()) if own is not None and name in own.names]
        table = join_tables(TABLES[name].record, [part for part in parts if part is not None])
        write_arrow(folder.findings / f"{name}.parquet", TABLES[name].record, table, metadata)
        counts[name] = table.num_rows
    return counts


def _tasks(folder: StudyFolder, files: tuple[Path, ...]) -> list[RegisterInput]:
    """What the comparison of each municipality is made from that the register was asked about."""
    asked = [town for town in folder.municipalities if RegisterEvidence(folder, town.code).files]
    if not asked:
        return []
    statuses = {row.code: row for row in folder.read("municipalities")}
    grid: dict[str, list[ServiceFinding]] = defaultdict(list)
    for finding in folder.read("service_findings"):
        grid[finding.municipality_code].append(finding)
    return [
        RegisterInput(folder, town, files or folder.warc_files(town.code), statuses[town.code], tuple(grid[town.code]))
        for town in asked
        if town.code in statuses
    ]


def _key(given: RegisterInput, taxonomy: Taxonomy) -> str:
    """What a comparison rests on."""
    declared = RegisterEvidence(given.folder, given.municipality.code).files
    digests = [(path.name, file_digest(path)) for path in (*given.files, *declared)]
    return unit_key(_KEPT, taxonomy, frozenset(), given.municipality, digests, given.status, given.grid)


def _place(folder: StudyFolder, code: str) -> Path:
    return folder.memory_of(code) / _KEPT


def _kept(folder: StudyFolder, code: str, key: str) -> Kept | None:
    """What was kept of an earlier comparison that rests on the same; None where there is none, or it is damaged."""
    own = open_kept(_place(folder, code))
    return own if own is not None and own.facts.get("key") == key and own.is_whole() else None
