"""Earlier studies beside the one that is reported: what changed since, and the grids that can be held against it.

Reads tables; what changed and why is told by `analysis.compare`. A grid stands beside today's only where both were made
alike: by its own findings, or by what today's program made of its evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from analysis.compare import Flow, Grouping, Snapshot, Step, Told, aligned, compare, known_changes, read_snapshot
from study import Change, ChangeKind, ProductMove, ServiceFinding, StudyFolder, key_of, read_columns, rows_of

from .clean import mask_rows, personal_in, plain
from .years import EarlierStudy

Cells = Mapping[tuple[str, str], ServiceFinding]


@dataclass(frozen=True, slots=True)
class Point:
    """The grid of one year under the codes of today, without what is another area now."""

    year: int
    name: str
    title: str
    """The study's own; empty where it was given none."""
    cells: Cells


@dataclass(frozen=True)
class Development:
    """What changed from study to study up to the reported one.

    `points` are the years whose grids were made as today's was, oldest first, today's last; one alone where there is
    no other.
    """

    steps: tuple[Step, ...]
    points: tuple[Point, ...]
    changes: tuple[Change, ...]
    moves: tuple[ProductMove, ...]
    titles: tuple[str, ...]
    """The own title of the older study of each step; empty where it was given none."""

    @cached_property
    def real(self) -> tuple[Change, ...]:
        """What the sites changed: all that is development."""
        return tuple(change for change in self.changes if change.kind is ChangeKind.SITE)

    @cached_property
    def real_moves(self) -> tuple[ProductMove, ...]:
        """Moves from product to product that are the sites' own."""
        return tuple(move for move in self.moves if move.kind is ChangeKind.SITE)

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """What stood behind each service in the last two studies, stays included."""
        return tuple(self.steps[-1].flows)

    @property
    def first(self) -> Snapshot:
        """The oldest study."""
        return self.steps[0].old

    @property
    def is_separated(self) -> bool:
        """Whether the method's share is known for every step."""
        return all(step.is_separated for step in self.steps)

    @cached_property
    def common(self) -> frozenset[tuple[str, str]]:
        """Cells that every point has."""
        keys = [frozenset(point.cells) for point in self.points]
        return keys[0].intersection(*keys)


def development(folder: StudyFolder, earlier: Sequence[EarlierStudy]) -> Development | None:
    """What changed since the earlier studies, oldest first; None without any."""
    if not earlier:
        return None
    grouping = known_changes(folder.taxonomy)
    newest = read_snapshot(folder)
    told = [
        Told(read_snapshot(study.folder), read_snapshot(study.folder, study.today) if study.today else None)
        for study in earlier
    ]
    steps = tuple(compare([*told, Told(newest)], grouping))
    points = [
        _point(study, side, newest, grouping)
        for study, item in zip(earlier, told, strict=True)
        if (side := item.made_by(newest.method)) is not None
    ]
    today = Point(newest.year, newest.name, _title(folder), _cells(folder, folder.findings))
    personal = personal_in(folder.taxonomy.country)
    changes = mask_rows([row for step in steps for row in step.changes], key_of(Change), personal)
    moves = [row for step in steps for row in step.product_moves]
    titles = tuple(_title(study.folder) for study in earlier)
    return Development(steps, (*points, today), tuple(changes), tuple(moves), titles)


def _title(folder: StudyFolder) -> str:
    return plain(folder.config.study.title, 120)


def _point(study: EarlierStudy, side: Snapshot, newest: Snapshot, grouping: Grouping) -> Point:
    place = side.place
    alignment = aligned(side, newest, grouping)
    codes = {was: now for was, now, _ in alignment.pairs if now not in alignment.mixed}
    cells = _cells(study.folder, place)
    moved = {(codes[code], service): cell for (code, service), cell in cells.items() if code in codes}
    return Point(side.year, side.name, _title(study.folder), moved)


def _cells(folder: StudyFolder, place: Path) -> Cells:
    table = read_columns(place / "service_findings.parquet", ServiceFinding, folder.taxonomy)
    return {(row.municipality_code, row.service_id): row for row in rows_of(ServiceFinding, table)}
