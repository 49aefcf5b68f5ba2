"""The cells of one municipality: what its pages say of each service, brought together for the rules of the grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.findings import ChannelHit, PageFindings, ServiceHit
from study import LOG_INS, CellPage, CrawlStatus, MunicipalityStatus, ServiceFinding, State, StateReason, address_key

from .gathered import Gathered
from .grid import WEAK_SCORE, Cell, CellKey, Coverage, ServicePage, counting_pages, fold_cell
from .unread import gap_reason, services_in_vain, unread_services


def grid_of(unit: Gathered, status: MunicipalityStatus) -> tuple[list[ServiceFinding], list[CellPage]]:
    """One cell for each service of the taxonomy, in its order, and the pages that the found ones rest on."""
    unread = unread_services(unit)
    in_vain = unread.keys() | services_in_vain(unit)
    absent = _told_absent(unit)
    served = _served_elsewhere(unit)
    read = frozenset(address_key(url) for url, _ in unit.own_findings())
    offline = _offline_pages(unit)
    pages: dict[str, list[ServicePage]] = {}
    for url, found in unit.own_findings():
        for hit in found.services:
            if found.page_type == "hub" and (
                (hit.service_id in in_vain and _is_mere_list(found, hit.service_id))
                or (hit.service_id not in served and _is_led_to(found, hit, read))
                or (hit.service_id in absent and _leads_there(found, hit.service_id, absent[hit.service_id]))
            ):
                continue
            channels = tuple(
                unit.with_form_kind(c)
                for c in found.channels
                if c.service_id == hit.service_id and not _leads_offline(c, offline)
            )
            pages.setdefault(hit.service_id, []).append(
                ServicePage(
                    url=url,
                    page_type=found.page_type,
                    language=found.language or None,
                    score=hit.score,
                    is_primary=hit.is_primary,
                    depth=unit.depths.get(url),
                    channels=channels,
                    authentication=_log_in(unit, found.authentication, channels),
                    title=found.title,
                )
            )
    own = [found for _, found in unit.own_findings()]
    covered = not own or any(found.language in unit.taxonomy.languages for found in own)
    coverage = Coverage(status.status, status.status_reason, len(own), covered, _whole_gap(unit, status))
    grid: list[ServiceFinding] = []
    behind: list[CellPage] = []
    for service in unit.taxonomy.services.values():
        cell = Cell(
            responsible=service.responsible_on(unit.given.day, unit.code),
            coverage=coverage,
            pages=tuple(sorted(pages.get(service.id, ()), key=lambda page: page.url)),
            unread=unread.get(service.id),
        )
        key = CellKey(unit.code, service.theme, service.id, unit.given.municipality.languages)
        grid.append(fold_cell(key, cell, unit.own_hosts))
        behind += _pages_behind(grid[-1], cell)
    return grid, behind


def _pages_behind(finding: ServiceFinding, cell: Cell) -> list[CellPage]:
    """The pages whose channels entered a cell; none where the service was not found."""
    if finding.state is not State.FOUND:
        return []
    return [
        CellPage(
            municipality_code=finding.municipality_code,
            service_id=finding.service_id,
            url=page.url,
            strength="strong" if page.is_strong else "weak",
            is_best=page.url == finding.best_url,
        )
        for page in counting_pages(cell.pages)
    ]


def _served_elsewhere(unit: Gathered) -> frozenset[str]:
    """Services that a page of the municipality serves which is no list."""
    return frozenset(
        hit.service_id
        for _, found in unit.own_findings()
        if found.page_type != "hub"
        for hit in found.services
        if hit.score >= WEAK_SCORE
    )


def _told_absent(unit: Gathered) -> Mapping[str, frozenset[str]]:
    """Services of which pages of the municipality say that they are not there, and the addresses of these pages."""
    told: dict[str, set[str]] = {}
    for url, found in unit.own_findings():
        for service in found.absent:
            told.setdefault(service, set()).add(address_key(url))
    return {service: frozenset(urls) for service, urls in told.items()}


def _offline_pages(unit: Gathered) -> frozenset[tuple[str, str]]:
    """Addresses of the municipality's own pages of a service, with the service, that offer no way to use it online."""
    return frozenset(
        (address_key(url), hit.service_id)
        for url, found in unit.own_findings()
        if found.page_type == "service"
        for hit in found.services
        if not any(c.service_id == hit.service_id and c.channel == "digital" for c in found.channels)
    )


def _leads_offline(hit: ChannelHit, offline: frozenset[tuple[str, str]]) -> bool:
    """Whether a link that looks like an e-service leads to a page that was read and offers none."""
    if hit.channel != "digital" or not hit.target_url:
        return False
    return (address_key(hit.target_url), hit.service_id) in offline


def _leads_there(found: PageFindings, service_id: str, pages: frozenset[str]) -> bool:
    """Whether a list offers no way to a service but to these pages."""
    own = (hit for hit in found.channels if hit.service_id == service_id)
    return all(hit.target_url is not None and address_key(hit.target_url) in pages for hit in own)


def _is_mere_list(found: PageFindings, service_id: str) -> bool:
    """Whether a list names the service only as a link: behind it nothing could be read."""
    return not any(hit.service_id == service_id for hit in found.channels)


def _is_led_to(found: PageFindings, hit: ServiceHit, read: frozenset[str]) -> bool:
    """Whether a list has a service in the words of links alone, and one of them leads to a page that was read."""
    if not _is_mere_list(found, hit.service_id):
        return False
    words = {use.text.casefold() for use in hit.terms}
    return any(
        address_key(url) in read and any(word in text.casefold() for word in words)
        for url, text in found.internal_links
    )


def _log_in(unit: Gathered, stated: str, channels: Sequence[ChannelHit]) -> str:
    """What the page says of logging in; where it says nothing, what the landing pages of its e-services ask for.

    That a landing page asks for nothing proves nothing: the log-in may come later.
    """
    if stated != "unknown":
        return stated
    targets = {hit.target_url for hit in channels if hit.channel == "digital" and hit.target_url}
    asked = {unit.ways.follow(url).log_in for url in targets}
    return next((method for method in LOG_INS if method in asked), "unknown")


def _whole_gap(unit: Gathered, status: MunicipalityStatus) -> StateReason | None:
    """Why silence about any service means nothing; None where only certain addresses were left unread.

    Evidence of a crawl that did not note what it left says nothing of single services, so all are gaps.
    """
    if status.status is CrawlStatus.COMPLETE or status.status_reason is None:
        return None
    end = unit.index.ends[-1] if unit.index.ends else None
    is_whole = unit.given.is_foreign or end is None or bool(end.counters.get("whole_gap", 1))
    return gap_reason(status.status_reason) if is_whole else None
