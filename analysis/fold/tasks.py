"""The tasks of an analysis: what each municipality is given, what its results rest on, and where they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from study import StudyFolder, load_decisions, read_readings
from taxonomy import Taxonomy

from .decided import decided_for
from .found import Found
from .gathered import MunicipalityInput
from .index import EvidenceIndex
from .landing import LandingFile, keep_landing
from .product_marks import keep_catalogue
from .rests import judge_key, read_key, unit_key
from .stages import Place
from .survey import SurveyTask
from .work import Task

FOREIGN = "foreign-rows"
"""Rows from another crawler's files, while they are brought together."""


def tasks_of(folder: StudyFolder, taxonomy: Taxonomy, found: Found, *, is_whole: bool) -> list[Task]:
    """One task a municipality."""
    day = date(folder.config.study.year, 12, 31)
    log = load_decisions(folder).log
    readings = [reading for reading in read_readings(folder.review)[0] if reading.model == folder.config.reader.model]
    is_foreign = bool(found.indexes)
    shared = None if is_foreign else _share(folder, taxonomy, found)
    tasks = []
    for municipality in folder.municipalities:
        code = municipality.code
        given = MunicipalityInput(
            municipality=municipality,
            country=folder.config.study.country,
            index=found.indexes.get(code) or EvidenceIndex(),
            own_hosts=found.own_hosts[code],
            landing=found.landing if is_foreign else {},
            day=day,
            decided=decided_for(log, code),
            readings=tuple(reading for reading in readings if reading.municipality_code == code),
            is_foreign=is_foreign,
            is_vouched=is_foreign and is_whole,
        )
        tasks.append(_task(folder, taxonomy, found.tasks.get(code), given, shared))
    return tasks


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the units of a study share, as files."""

    landing: LandingFile
    products: Path


def _share(folder: StudyFolder, taxonomy: Taxonomy, found: Found) -> _Shared:
    landing = keep_landing(folder.memory, folder.evidence, found.landing)
    return _Shared(landing, keep_catalogue(folder.memory / "products", taxonomy))


def _task(
    folder: StudyFolder,
    taxonomy: Taxonomy,
    looked: SurveyTask | None,
    given: MunicipalityInput,
    shared: _Shared | None,
) -> Task:
    place = folder.memory_of(given.municipality.code)
    if looked is None or shared is None:
        return Task(given, "", place / FOREIGN)
    decided = given.decided
    own = (*decided.cells, *decided.hosts, *((decided.statement,) if decided.statement else ()))
    said = (given.municipality, given.day, own, sorted(d.id for d in own if d.id in decided.disputed), given.readings)
    read = read_key(looked.key, taxonomy, given.own_hosts)
    stages = Place(place, read, judge_key(taxonomy, given.own_hosts), shared.products)
    key = unit_key(looked.key, taxonomy, given.own_hosts, *said)
    return Task(given, key, place / "rows", looked, shared.landing, stages)
