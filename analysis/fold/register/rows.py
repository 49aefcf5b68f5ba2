"""Rows of the register's tables for one municipality: declared services, declared targets, and the cells compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.fold.index import index_evidence
from analysis.fold.survey import own_hosts_of, reached_from
from study import (
    CrawlStatus,
    MunicipalityStatus,
    RegisterChannel,
    RegisterService,
    ServiceFinding,
    State,
    StudyFolder,
    StudyMunicipality,
    forgotten_pages,
    normalise_url,
    page_digest,
)
from study.register import DeclaredChannel, Kept, RegisterEvidence, Visit
from taxonomy import Taxonomy, load_taxonomy

from .cells import cell_rows
from .mapping import Mapped, first_language, map_service
from .seen import Seen, liveness, look_at_site, met_by_crawl
from .targets import OF_TYPE, WEB_PAGE, Target, targets_of

_FEWEST_GENERAL = 10
_GENERAL_SHARE, _GENERAL_THEMES = 1 / 3, 5
"""A channel of so many services, of so many themes or of such a share of all, says nothing of a single one."""
_NAME_LENGTH = 300
Rows = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class RegisterInput:
    """What the comparison of one municipality needs to know; small, so that it can travel to another process."""

    folder: StudyFolder
    municipality: StudyMunicipality
    files: tuple[Path, ...]
    """The evidence of its site."""
    status: MunicipalityStatus
    grid: tuple[ServiceFinding, ...]


def register_rows(given: RegisterInput) -> Rows:
    """Rows by table; none where the register was never asked about the municipality."""
    kept = RegisterEvidence(given.folder, given.municipality.code).read()
    if kept.visit is None:
        return {"register_services": [], "register_channels": [], "register_cells": []}
    return _Comparison(given, kept, kept.visit).rows()


def declared_addresses(folder: StudyFolder, code: str) -> tuple[str, ...]:
    """Declared web addresses that the crawl did not meet and nobody has asked yet, sorted; never a forgotten one."""
    kept = RegisterEvidence(folder, code).read()
    if kept.visit is None:
        return ()
    taxonomy, index = folder.taxonomy, index_evidence(folder.warc_files(code))
    found, forgotten = set(), forgotten_pages(folder.root)
    for channel in kept.visit.channels.values():
        for target in targets_of(channel, taxonomy):
            url = normalise_url(target.text) if target.kind == "url" else None
            if url is None or url in kept.checks or page_digest(url) in forgotten:
                continue
            if met_by_crawl(target.key, index) is None:
                found.add(url)
    return tuple(sorted(found))


class _Comparison:
    """One municipality's declarations beside its site."""

    def __init__(self, given: RegisterInput, kept: Kept, visit: Visit) -> None:
        self._given, self._kept, self._visit = given, kept, visit
        self._code = given.municipality.code
        self._taxonomy: Taxonomy = load_taxonomy(given.folder.config.study.country)
        self._index = index_evidence(given.files)
        self._languages = given.municipality.languages or tuple(self._taxonomy.country.languages)
        self._grid = {finding.service_id: finding for finding in given.grid}
        self._mapped = {
            name: map_service(service, self._languages, self._taxonomy)
            for name, service in sorted(visit.services.items())
        }
        self._services_of = _services_of(visit)

    def rows(self) -> Rows:
        """Rows by table."""
        targets = {name: targets_of(item, self._taxonomy) for name, item in sorted(self._visit.channels.items())}
        every = [target for own in targets.values() for target in own]
        reached = reached_from(self._index, self._given.municipality)
        own_hosts = own_hosts_of(self._given.municipality, reached, self._taxonomy)
        seen = look_at_site(self._index, own_hosts, every, self._taxonomy)
        channels = self._channel_rows(targets, seen)
        services = self._service_rows()
        cells = cell_rows(self._code, self._grid, services, channels, self._languages, self._taxonomy)
        return {"register_services": services, "register_channels": channels, "register_cells": cells}

    def _service_rows(self) -> list[RegisterService]:
        return [self._service_row(name, mapped) for name, mapped in self._mapped.items()]

    def _service_row(self, name: str, mapped: Mapped) -> RegisterService:
        declared = self._visit.services[name]
        return RegisterService(
            municipality_code=self._code,
            register_id=name,
            service_id=mapped.service_id,
            name=mapped.name[:_NAME_LENGTH],
            language=mapped.language,
            languages=tuple(sorted(declared.names)),
            theme_id=mapped.theme_id,
            classes=tuple(sorted(declared.classes)),
            mapped_by=mapped.by,
            channels=sum(name in services for services in self._services_of.values()),
        )

    def _channel_rows(self, targets: Mapping[str, Sequence[Target]], seen: Seen) -> list[RegisterChannel]:
        rows: dict[tuple[Any, ...], RegisterChannel] = {}
        for name, own in targets.items():
            declared = self._visit.channels[name]
            served = self._services_of.get(name, frozenset())
            is_general = self._is_general(served)
            ours = sorted({found for service in served if (found := self._mapped[service].service_id)})
            for service in ours if ours and not is_general else [None]:
                for target in own:
                    row = self._channel_row(declared, service, target, seen, is_general=is_general)
                    rows.setdefault((name, service, row.language, row.channel, row.target), row)
        return list(rows.values())

    def _is_general(self, services: frozenset[str]) -> bool:
        themes = {theme for name in services if (theme := self._mapped[name].theme_id)}
        is_wide = len(services) >= _GENERAL_SHARE * len(self._mapped) or len(themes) >= _GENERAL_THEMES
        return len(services) >= _FEWEST_GENERAL and is_wide

    def _channel_row(
        self, declared: DeclaredChannel, service: str | None, target: Target, seen: Seen, *, is_general: bool
    ) -> RegisterChannel:
        alive, checked = liveness(target, self._index, self._kept.checks)
        page = seen.on.get((target.kind, target.key))
        return RegisterChannel(
            municipality_code=self._code,
            register_id=declared.id,
            service_id=service,
            name=declared.names.get(first_language(declared.names, self._languages), "")[:_NAME_LENGTH],
            language=target.language,
            channel=target.channel,
            target=target.text,
            alive=alive,
            type=declared.type if declared.type in OF_TYPE else "WebPage",
            outcome=self._outcome(target, service, page, seen, alive=alive),
            seen_on=page,
            is_general=is_general,
            checked=checked,
        )

    def _outcome(self, target: Target, service: str | None, page: str | None, seen: Seen, *, alive: bool | None) -> str:
        """How a target agrees with the site; a site that was not read to its end cannot lack anything."""
        if alive is False:
            return "dead"
        if not target.text:
            return "no-target"
        if page is not None:
            return "found"
        finding = self._grid.get(service or "")
        shown = (*finding.channels, WEB_PAGE) if finding is not None and finding.state is State.FOUND else ()
        if target.channel in shown:
            return "differs"
        is_whole = self._given.status.status is CrawlStatus.COMPLETE and seen.is_read
        return "not-linked" if is_whole else "unread"


def _services_of(visit: Visit) -> dict[str, frozenset[str]]:
    """Declared services by channel, whichever side names the other."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, service in visit.services.items():
        for channel in service.channels:
            found[channel].add(name)
    for name, own in visit.channels.items():
        found[name] |= {service for service in own.services if service in visit.services}
    return {name: frozenset(services) for name, services in found.items()}
