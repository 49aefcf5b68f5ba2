"""What a crawl is given, and what it gets: the plan for one municipality, and an HTTP answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from study import StudyFolder, StudyMunicipality
from taxonomy import Taxonomy

from .entries import Budget


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one municipality's crawl is given."""

    folder: StudyFolder
    municipality: StudyMunicipality
    taxonomy: Taxonomy
    budget: Budget
    shared_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, live or stored; header names are lower-case, the body is decoded."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    content_type: str
    record_id: str = ""
