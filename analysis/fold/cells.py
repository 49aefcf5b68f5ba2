"""The cells of one municipality: what its pages say of each service, brought together for the rules of the grid."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.findings import ChannelHit
from study import LOG_INS, FailureReason, MunicipalityStatus, ServiceFinding, StateReason, address_key
from taxonomy import term_index

from .gathered import Gathered
from .graph import link_texts
from .grid import Cell, CellKey, Coverage, ServicePage, fold_cell

CANDIDATE_SCORE = 0.5
"""Link score from which a link counts as promising a service."""


def grid_of(unit: Gathered, status: MunicipalityStatus) -> list[ServiceFinding]:
    """One cell for each service of the taxonomy, in its order."""
    pages: dict[str, list[ServicePage]] = {}
    for url, found in unit.own_findings():
        for hit in found.services:
            channels = tuple(unit.with_form_kind(c) for c in found.channels if c.service_id == hit.service_id)
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
    coverage = Coverage(status.status, status.status_reason, len(own), covered)
    unreadable = _unreadable(unit)
    return [
        fold_cell(
            CellKey(unit.code, service.theme, service.id, unit.given.municipality.languages),
            Cell(
                responsible=service.responsible_on(unit.given.day, unit.code),
                coverage=coverage,
                pages=tuple(sorted(pages.get(service.id, ()), key=lambda page: page.url)),
                unreadable=unreadable.get(service.id),
            ),
            unit.own_hosts,
        )
        for service in unit.taxonomy.services.values()
    ]


def _log_in(unit: Gathered, stated: str, channels: Sequence[ChannelHit]) -> str:
    """What the page says of logging in; where it says nothing, what the landing pages of its e-services ask for.

    That a landing page asks for nothing proves nothing: the log-in may come later.
    """
    if stated != "unknown":
        return stated
    targets = {hit.target_url for hit in channels if hit.channel == "digital" and hit.target_url}
    asked = {unit.ways.follow(url).log_in for url in targets}
    return next((method for method in LOG_INS if method in asked), "unknown")


def _unreadable(unit: Gathered) -> dict[str, StateReason]:
    """Services that links promise on own pages which could not be read. Dead links (404, 410) promise nothing."""
    reasons: dict[str, StateReason] = {}
    for url, failure in unit.index.failures.items():
        forbidden = failure.reason in (FailureReason.ROBOTS, FailureReason.ROBOTS_UNREACHABLE)
        reasons[url] = StateReason.ROBOTS if forbidden else StateReason.ERRORS
    for url, place in unit.index.documents.items():
        if place.status in (401, 407):
            reasons[url] = StateReason.LOGIN_WALL
        elif place.status >= 400 and place.status not in (404, 410):
            reasons[url] = StateReason.BLOCK_PAGE if place.status in (403, 429) else StateReason.ERRORS
    reasons = {url: reason for url, reason in reasons.items() if unit.is_own(url)}
    if not reasons:
        return {}
    texts = link_texts(dict(unit.own_findings()))
    terms = term_index(unit.taxonomy)
    found: dict[str, StateReason] = {}
    for url in sorted(reasons):
        for text, language in texts.get(address_key(url), ()):
            for service_id, score in terms.link_scores(text, url, language).items():
                if score >= CANDIDATE_SCORE:
                    found.setdefault(service_id, reasons[url])
    return found
