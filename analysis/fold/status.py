"""How completely a municipality was read, and why not completely, from how its crawl ended."""

from __future__ import annotations

from study import SNIPPET_LENGTH, CrawlStatus, FailureReason, MunicipalityStatus
from taxonomy import StandIn

from .gathered import Gathered


def status_of(unit: Gathered) -> MunicipalityStatus:
    """The municipality's row: who it is, how much of it was read, and why not all."""
    municipality, index = unit.given.municipality, unit.index
    answered = sum(place.status < 400 for place in index.documents.values())
    own_read = sum(1 for _ in unit.own_findings())
    status, reason, detail = _how_complete(unit, own_read)
    return MunicipalityStatus(
        code=municipality.code,
        name_fi=municipality.name_fi,
        name_sv=municipality.name_sv,
        region=municipality.region,
        population=municipality.population,
        size_class=municipality.size_class,
        website=municipality.website,
        status=status,
        pages_fetched=answered,
        crawled_from=index.first_at,
        crawled_to=index.last_at,
        status_reason=reason,
        status_detail=detail,
        requests_failed=len(index.failures) + sum(p.status >= 400 for p in index.documents.values()),
    )


def _how_complete(unit: Gathered, own_read: int) -> tuple[CrawlStatus, FailureReason | None, str]:
    end = unit.index.ends[-1] if unit.index.ends else None
    if unit.given.is_vouched and own_read:
        return CrawlStatus.COMPLETE, None, ""
    if own_read == 0 and _is_walled(unit):
        return CrawlStatus.BLOCKED, FailureReason.BLOCK_PAGE, "every page that was read is a wall"
    if unit.given.is_foreign and own_read:
        return CrawlStatus.PARTIAL, FailureReason.FOREIGN_EVIDENCE, ""
    if end is not None:
        status, reason = CrawlStatus(end.status), FailureReason(end.reason) if end.reason else None
        if status is CrawlStatus.COMPLETE and own_read == 0:
            return CrawlStatus.FAILED, FailureReason.TOO_FEW_PAGES, ""
        return status, reason, end.detail[:SNIPPET_LENGTH]
    if own_read:
        return CrawlStatus.PARTIAL, FailureReason.STOPPED, ""
    return CrawlStatus.FAILED, FailureReason.NOT_STARTED, ""


def _is_walled(unit: Gathered) -> bool:
    return any(instead is not StandIn.MISSING for instead in unit.stand_ins.values())
