"""What the evidence of a study holds, municipality by municipality: surveys, own hosts, landing pages.

Of the study's own evidence the surveys are kept; other crawlers' files are looked through each time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from study import StudyFolder, StudyMunicipality, file_digest, host_of
from taxonomy import Taxonomy

from .hands import Crew
from .index import EvidenceIndex, LandingPlace, index_evidence, landing_places, only_hosts
from .rests import evidence_key
from .survey import Survey, SurveyTask, all_landing, kept_survey, own_hosts_of, reached_from, survey, survey_of

# Captures further apart than this were made on different visits.
_ONE_VISIT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Found:
    """What the evidence holds, by municipality; `indexes` of foreign evidence alone."""

    surveys: dict[str, Survey]
    own_hosts: dict[str, frozenset[str]]
    landing: dict[str, LandingPlace]
    digest: str
    tasks: dict[str, SurveyTask] = field(default_factory=dict)
    indexes: dict[str, EvidenceIndex] = field(default_factory=dict)
    unmatched_hosts: tuple[str, ...] = ()

    @property
    def captured(self) -> tuple[date, date] | None:
        """First and last day of foreign evidence that was not captured in one visit; None for any other."""
        times = [at for index in self.indexes.values() for at in (index.first_at, index.last_at) if at is not None]
        first, last = min(times, default=None), max(times, default=None)
        return (first.date(), last.date()) if first and last and last - first > _ONE_VISIT else None


def look_at(folder: StudyFolder, taxonomy: Taxonomy, hands: Crew) -> Found:
    """The surveys of the study's own evidence: kept ones, and those that are made now."""
    digests = _digests(folder.warc_files())
    tasks = {m.code: _survey_task(folder, m, digests) for m in folder.municipalities}
    kept = {code: kept_survey(task) for code, task in tasks.items()}
    surveys = {code: found for code, found in kept.items() if found is not None}
    for task, made in hands.each(survey, [task for code, task in tasks.items() if code not in surveys]):
        surveys[task.municipality.code] = made
    own = {m.code: own_hosts_of(m, surveys[m.code].reached, taxonomy) for m in folder.municipalities}
    landing = all_landing(surveys, frozenset().union(*own.values()))
    return Found(surveys, own, landing, _digest_of(digests), tasks)


def _survey_task(folder: StudyFolder, municipality: StudyMunicipality, digests: Mapping[Path, str]) -> SurveyTask:
    files = folder.warc_files(municipality.code)
    own = tuple(digests[path] for path in files)
    key = evidence_key([(path.name, digest) for path, digest in zip(files, own, strict=True)], municipality)
    return SurveyTask(municipality, files, own, key, folder.memory_of(municipality.code) / "evidence")


def look_at_foreign(folder: StudyFolder, taxonomy: Taxonomy, files: tuple[Path, ...]) -> Found:
    """What other crawlers' files hold of each municipality; nothing of it is kept."""
    whole = index_evidence(files)
    surveys, own = {}, {}
    for municipality in folder.municipalities:
        surveys[municipality.code] = replace(survey_of(whole, municipality), landing={})
        own[municipality.code] = own_hosts_of(municipality, reached_from(whole, municipality), taxonomy)
    everyone = frozenset().union(*own.values())
    strange = {host_of(url) for url in whole.documents} - everyone
    return Found(
        surveys,
        own,
        landing_places([whole], everyone),
        _digest_of(_digests(files)),
        indexes={code: only_hosts(whole, hosts) for code, hosts in own.items()},
        unmatched_hosts=tuple(sorted(strange)),
    )


def _digests(files: Sequence[Path]) -> dict[Path, str]:
    """SHA-256 of each file, several at a time."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        return dict(zip(files, threads.map(file_digest, files), strict=True))


def _digest_of(digests: Mapping[Path, str]) -> str:
    """One digest over the names and contents of evidence files."""
    digest = hashlib.sha256()
    for path in sorted(digests, key=lambda path: path.name):
        digest.update(f"{path.name} {digests[path]}\n".encode())
    return digest.hexdigest()
