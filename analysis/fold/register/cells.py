"""Each service of a municipality as declared and as found: where register and site say the same, and where not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from study import CHANNELS, RegisterCell, RegisterChannel, RegisterService, ServiceFinding, State
from taxonomy import Taxonomy

from .targets import OF_TYPE

_DECLARABLE = frozenset(OF_TYPE.values())


def cell_rows(
    code: str,
    grid: Mapping[str, ServiceFinding],
    services: Iterable[RegisterService],
    channels: Iterable[RegisterChannel],
    languages: Sequence[str],
    taxonomy: Taxonomy,
) -> list[RegisterCell]:
    """The cells of which register or site says anything; `languages` are the municipality's."""
    declared: dict[str, list[RegisterService]] = defaultdict(list)
    for service in services:
        if service.service_id:
            declared[service.service_id].append(service)
    ways: dict[str, list[RegisterChannel]] = defaultdict(list)
    for channel in channels:
        if channel.service_id:
            ways[channel.service_id].append(channel)
    rows = []
    for service_id, known in taxonomy.services.items():
        finding = grid.get(service_id)
        if finding is not None and (declared[service_id] or finding.state is State.FOUND):
            own = _cell(code, known.theme, finding, declared[service_id], ways[service_id])
            rows.append(_with_languages(own, finding, declared[service_id], languages))
    return rows


def _cell(
    code: str,
    theme: str,
    finding: ServiceFinding,
    declared: Sequence[RegisterService],
    ways: Sequence[RegisterChannel],
) -> RegisterCell:
    said = {way.channel for way in ways} & set(CHANNELS)
    shown = set(finding.channels) if finding.state is State.FOUND else set()
    # A place has a telephone, whether or not anybody declares it; registers have no channel that is mail.
    only_found = (shown & _DECLARABLE) - said - ({"phone"} if "on-site" in said else set())
    only_declared = said - shown
    differs = bool(only_declared or only_found)
    return RegisterCell(
        municipality_code=code,
        theme_id=theme,
        service_id=finding.service_id,
        agreement=_agreement(finding, is_declared=bool(declared), differs=differs),
        declared=tuple(sorted(said)),
        found=tuple(sorted(shown)),
        only_declared=tuple(sorted(only_declared)) if finding.state in (State.FOUND, State.NOT_FOUND) else (),
        only_found=tuple(sorted(only_found)),
        languages_missing=(),
        dead=tuple(sorted({way.target for way in ways if way.outcome == "dead"})),
        not_linked=tuple(sorted({way.target for way in ways if way.outcome == "not-linked"})),
        register_ids=tuple(sorted(service.register_id for service in declared)),
    )


def _with_languages(
    cell: RegisterCell, finding: ServiceFinding, declared: Sequence[RegisterService], languages: Sequence[str]
) -> RegisterCell:
    """The cell with those of the municipality's languages in which the site alone speaks of the service."""
    if not declared or finding.state is not State.FOUND:
        return cell
    described = {language for service in declared for language in service.languages}
    missing = tuple(sorted((set(finding.languages) & set(languages)) - described))
    lacks = "language-missing" if missing and cell.agreement == "agrees" else cell.agreement
    return replace(cell, languages_missing=missing, agreement=lacks)


def _agreement(finding: ServiceFinding, *, is_declared: bool, differs: bool) -> str:
    if not is_declared:
        return "found-only"
    if finding.state is State.NOT_FOUND:
        return "declared-only"
    if finding.state is not State.FOUND:
        return "not-comparable"
    return "channel-differs" if differs else "agrees"
