"""One unit of analysis: everything the evidence of one municipality says, as rows of the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.indicators import Inputs, run_indicators
from study import CellPage, ServiceFinding, State, normalise_url
from taxonomy import load_taxonomy

from .accessibility import accessibility_rows
from .brand import OwnName
from .cells import grid_of
from .customer import customer_rows
from .decided import MachineRows, with_decisions
from .eservices import eservice_paths, shared_installations
from .gathered import Gathered, MunicipalityInput, gather
from .graph import click_depths
from .offered import offered_eservices
from .reader import with_readings
from .rows import (
    channel_rows,
    page_rows,
    page_service_rows,
    unknown_rows,
    vendor_rows,
    vendors_of,
)
from .stages import Place
from .statements import rows_of as statement_rows
from .status import status_of


@dataclass(frozen=True, slots=True)
class UnitRows:
    """Rows by table name."""

    rows: Mapping[str, Sequence[Any]]
    pages: int = 0
    pages_read: int = 0
    """Pages that were read now; the others had been kept."""
    pages_judged: int = 0


def analyze_municipality(given: MunicipalityInput, stages: Place | None = None) -> UnitRows:
    """Rows of every table for one municipality; with a place for its stages only what changed is done again."""
    taxonomy = load_taxonomy(given.country)
    unit = gather(given, taxonomy, stages)
    unit.depths = _depths(unit)
    status = status_of(unit)
    paths = eservice_paths(unit.code, unit.own_findings(), unit.own_hosts, unit.ways)
    found, behind = grid_of(unit, status)
    website, linked = given.municipality.website, unit.dead_statement()
    statements = statement_rows(unit.code, website, unit.statements(), status, linked=linked)
    digests = {url: look.digest for url, look in unit.looks.items()}
    grid, answers = with_readings(found, given.readings, digests)
    machine = MachineRows(grid, channel_rows(unit), vendor_rows(unit), unknown_rows(unit), statements)
    decided = with_decisions(machine, given.decided, digests, unit.depths, taxonomy)
    rows: dict[str, Sequence[Any]] = {
        "municipalities": [status],
        "pages": page_rows(unit),
        "page_services": page_service_rows(unit),
        "service_findings": decided.grid,
        "cell_pages": _still_found(behind, decided.grid),
        "channel_evidence": decided.channels,
        "vendor_hits": decided.vendors,
        "unknown_eservices": decided.unknown,
        "eservice_paths": paths,
        "shared_installations": shared_installations(unit.code, paths, taxonomy),
        "site_tools": unit.tools.rows(unit.code, taxonomy, vendors_of(unit)),
        "accessibility_statements": decided.statements,
        "offered_eservices": offered_eservices(unit.code, paths, decided.channels, unit.page_at, _names_own(unit)),
        "customer_signs": customer_rows(unit, paths),
        "decided_cells": decided.decided,
        "reader_answers": answers,
    }
    rows["accessibility_pages"], rows["accessibility_violations"] = accessibility_rows(unit.code, unit.index.audits)
    rows["indicators"] = run_indicators(_inputs(unit, rows))
    return UnitRows(rows, len(unit.findings), unit.pages_read, unit.pages_judged)


def _names_own(unit: Gathered) -> Callable[[str], bool | None]:
    """Tells whether the page of an e-service names the municipality; its own site does, and None is not read."""
    own_name = OwnName(unit.given.municipality, unit.taxonomy)

    def names_own(url: str) -> bool | None:
        if unit.is_own(url):
            return True
        said = unit.ways.said_by(url)
        return own_name.is_in(said) if said is not None else None

    return names_own


def _inputs(unit: Gathered, rows: Mapping[str, Sequence[Any]]) -> Inputs:
    """What indicators look at: the rows made so far, and what was measured on the pages."""
    (status,) = rows["municipalities"]
    return Inputs(
        municipality=status,
        languages=unit.given.municipality.languages,
        pages=[row for row in rows["pages"] if row.same_as is None],
        service_findings=rows["service_findings"],
        channel_evidence=rows["channel_evidence"],
        page_services=rows["page_services"],
        accessibility_statements=rows["accessibility_statements"],
        accessibility_pages=rows["accessibility_pages"],
        accessibility_violations=rows["accessibility_violations"],
        page_quality=unit.page_quality,
        pdf_quality=unit.pdf_quality,
        eservice_paths=rows["eservice_paths"],
        offered_eservices=rows["offered_eservices"],
        customer_signs=rows["customer_signs"],
        taxonomy=unit.taxonomy,
    )


def _still_found(behind: Sequence[CellPage], grid: Sequence[ServiceFinding]) -> list[CellPage]:
    """The pages behind the cells that are found once people's decisions are laid over them."""
    found = {row.service_id for row in grid if row.state is State.FOUND}
    return [page for page in behind if page.service_id in found]


def _depths(unit: Gathered) -> dict[str, int]:
    """Fewest clicks to each page, in whichever dress it is reached."""
    depths = click_depths(unit.findings, unit.index.resolve, _front_pages(unit))
    for url, page in sorted(unit.dresses.items()):
        if url in depths:
            depths[page] = min(depths[url], depths.get(page, depths[url]))
    return depths


def _front_pages(unit: Gathered) -> tuple[str, ...]:
    municipality = unit.given.municipality
    starts = [municipality.website, *municipality.hosts]
    return tuple(unit.index.resolve(normalise_url(start) or start) for start in starts)
