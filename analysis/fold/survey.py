"""The first look at one municipality's evidence: an index of what it holds, kept, and the little that others need.

Before a municipality can be judged it must be known which hosts are anybody's own and where landing pages lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from study import (
    CaptureIndex,
    Kept,
    StudyMunicipality,
    has_index,
    host_of,
    normalise_url,
    open_kept,
    pack,
    registrable_domain,
    unpack,
    write_kept,
)
from taxonomy import Taxonomy, is_site

from .index import EvidenceIndex, LandingPlace, index_evidence, landing_places


@dataclass(frozen=True, slots=True)
class Survey:
    """What the evidence of one municipality means for all; small."""

    reached: tuple[str, ...] = ()
    """Where the municipality's listed addresses lead."""
    landing: dict[str, LandingPlace] = field(default_factory=dict)
    """Documents outside its listed hosts, by the address that was linked."""
    truncated: tuple[str, ...] = ()
    elsewhere: dict[str, int] = field(default_factory=dict)
    passed_kinds: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SurveyTask:
    """Everything that the survey of one municipality needs; it can travel to another process or machine."""

    municipality: StudyMunicipality
    files: tuple[Path, ...]
    digests: tuple[str, ...]
    """SHA-256 of each file."""
    key: str
    kept: Path


def survey(task: SurveyTask) -> Survey:
    """Index a municipality's evidence and keep the index; what tools of web archives read stands beside each part."""
    captures = CaptureIndex()
    index = index_evidence(task.files, captures)
    for part, sha256 in zip(task.files, task.digests, strict=True):
        captures.write(part, sha256)
    found = survey_of(index, task.municipality)
    blocks = {"index": pack(EvidenceIndex, index), "survey": pack(Survey, found)}
    write_kept(task.kept, blocks, {"key": task.key})
    return found


def kept_survey(task: SurveyTask) -> Survey | None:
    """The survey that was kept, where it rests on the same; None where there is none or it is damaged."""
    kept = _fitting(task.kept, task.key)
    has_captures = all(has_index(part, sha256) for part, sha256 in zip(task.files, task.digests, strict=True))
    if kept is None or not kept.is_whole() or not has_captures:
        return None
    data = kept.block("survey")
    try:
        found: Survey | None = unpack(Survey, data, home=_home(task.files)) if data is not None else None
    except ValueError:
        return None
    return found


def kept_index(task: SurveyTask) -> EvidenceIndex:
    """The index of a municipality's files: the kept one where it fits and is whole, else made anew."""
    kept = _fitting(task.kept, task.key)
    data = kept.block("index") if kept is not None else None
    if data is not None:
        try:
            index: EvidenceIndex = unpack(EvidenceIndex, data, home=_home(task.files))
        except ValueError:
            return index_evidence(task.files)
        return index
    return index_evidence(task.files)


def survey_of(index: EvidenceIndex, municipality: StudyMunicipality) -> Survey:
    """What an index means for all municipalities."""
    listed = frozenset(host_of(address) for address in municipality.addresses if host_of(address))
    return Survey(
        reached=reached_from(index, municipality),
        landing=landing_places([index], listed),
        truncated=tuple(index.truncated),
        elsewhere=dict(index.elsewhere),
        passed_kinds=index.passed_kinds,
    )


def reached_from(index: EvidenceIndex, municipality: StudyMunicipality) -> tuple[str, ...]:
    """Where the listed addresses of a municipality lead."""
    addresses = [address for address in municipality.addresses if host_of(address)]
    return tuple(sorted({index.resolve(normalise_url(address) or address) for address in addresses}))


def own_hosts_of(municipality: StudyMunicipality, reached: Iterable[str], taxonomy: Taxonomy) -> frozenset[str]:
    """Hosts of the municipality's own pages: the listed ones, and those that they lead to as to a site."""
    listed = {host_of(address) for address in municipality.addresses if host_of(address)}
    domains = {registrable_domain(host) for host in listed}
    adopted = (url for url in reached if registrable_domain(host_of(url)) in domains or is_site(url, taxonomy))
    return frozenset(listed | {host_of(url) for url in adopted})


def all_landing(surveys: Mapping[str, Survey], everyone: frozenset[str]) -> dict[str, LandingPlace]:
    """Landing pages outside everybody's own hosts by the address that was linked; the first municipality's wins."""
    found: dict[str, LandingPlace] = {}
    for code in sorted(surveys):
        for url, place in surveys[code].landing.items():
            if host_of(place.final_url) not in everyone:
                found.setdefault(url, place)
    return found


def _fitting(path: Path, key: str) -> Kept | None:
    kept = open_kept(path)
    return kept if kept is not None and kept.facts.get("key") == key else None


def _home(files: Sequence[Path]) -> Path:
    return files[0].parent if files else Path()
