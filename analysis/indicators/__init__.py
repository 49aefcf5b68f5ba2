"""Comparative checks per municipality: one module per indicator, registered by being here.

Each module says in `INDICATOR` what it measures and has `run(inputs)`; its names in the report languages stand in the
TOML file of the same name. An indicator that breaks becomes a row with outcome `error`; the others go on.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Literal

from analysis.page.quality import PageQuality, PdfQuality
from study import (
    CODE_LISTS,
    AccessibilityPage,
    AccessibilityStatement,
    AccessibilityViolation,
    ChannelEvidence,
    CrawlStatus,
    CustomerSign,
    EservicePath,
    IndicatorResult,
    MunicipalityStatus,
    OfferedEservice,
    Outcome,
    PageRecord,
    PageService,
    ServiceFinding,
    State,
    counted,
)
from taxonomy import Taxonomy

logger = logging.getLogger(__name__)
LONGEST_REASON = 300
"""A count, what it is of, and a quoted sentence."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What an indicator measures; `unit` as in UCUM, empty where the outcome is all.

    One without a limit is a measure only: what would pass has the outcome "measured". One that rests on the grid moves
    with its cells, whatever moved them; one that rests on axe-core can be compared only within a version of it.
    """

    unit: str = ""
    has_limit: bool = True
    rests_on: Literal["pages", "grid", "axe"] = "pages"


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything an indicator may look at: the rows of one municipality."""

    municipality: MunicipalityStatus
    languages: tuple[str, ...]
    pages: Sequence[PageRecord]
    service_findings: Sequence[ServiceFinding]
    channel_evidence: Sequence[ChannelEvidence]
    page_services: Sequence[PageService]
    accessibility_statements: Sequence[AccessibilityStatement]
    taxonomy: Taxonomy
    accessibility_pages: Sequence[AccessibilityPage] = ()
    accessibility_violations: Sequence[AccessibilityViolation] = ()
    page_quality: Sequence[PageQuality] = ()
    pdf_quality: Sequence[PdfQuality] = ()
    eservice_paths: Sequence[EservicePath] = ()
    offered_eservices: Sequence[OfferedEservice] = ()
    customer_signs: Sequence[CustomerSign] = ()
    indicator: str = ""
    unit: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether the site was read so far that an absence is a finding."""
        return self.municipality.status is CrawlStatus.COMPLETE

    @property
    def found(self) -> tuple[ServiceFinding, ...]:
        """Cells in which a service was found."""
        return tuple(cell for cell in self.service_findings if cell.state is State.FOUND)

    @property
    def audited(self) -> tuple[AccessibilityPage, ...]:
        """Own pages that were opened in a browser; those of e-services are their makers' business."""
        return tuple(page for page in self.accessibility_pages if page.is_own and page.error is None)

    def result(
        self,
        outcome: Outcome,
        reason: str,
        value: float | None = None,
        evidence: Sequence[str] = (),
        base: int | None = None,
    ) -> IndicatorResult:
        """A row of this indicator; `base` is how many pages, forms or services the value was measured on."""
        return IndicatorResult(
            indicator=self.indicator,
            municipality_code=self.municipality.code,
            outcome=outcome,
            value=None if value is None else round(float(value), 4),
            unit=self.unit if value is not None else "",
            reason=reason,
            evidence=tuple(sorted(set(evidence)))[:20],
            base=base,
        )

    def looked(self, kind: str) -> IndicatorResult:
        """How many audited pages have a place of this kind that a person should look at, with the first as proof."""
        if not self.audited:
            return self.result(Outcome.UNKNOWN, "no page was audited")
        found = {page.url: place for page in self.audited for place in page.look_here if place.startswith(f"{kind}:")}
        first = next((place.partition(": ")[2] for _, place in sorted(found.items())), "")
        reason = f"look here: {first}"[:200] if found else f"none on {counted(len(self.audited), 'audited page')}"
        return self.result(Outcome.PASS, reason, len(found), list(found))

    def signs(self, kind: str) -> list[CustomerSign]:
        """The sentences of one sign, those of service pages first."""
        order = {place: rank for rank, place in enumerate(CODE_LISTS["customer-place"])}
        rows = (row for row in self.customer_signs if row.kind == kind)
        return sorted(rows, key=lambda row: (order[row.place], row.url, row.snippet))

    def told(self, kind: str, more: str = "") -> IndicatorResult:
        """On how many pages a sign stands, with the first sentence as proof; none is "no" only where all was read."""
        rows = self.signs(kind)
        pages = sorted({row.url for row in rows})
        if not pages and not self.is_complete:
            return self.result(Outcome.UNKNOWN, "the site was not read completely")
        proof = f': "{rows[0].snippet}"' if rows else ""
        least = "" if self.is_complete else "at least "
        says = f"{least}{counted(len(pages), 'page')}{f', {more}' if more else ''}{proof}"
        return self.result(Outcome.PASS, says[:LONGEST_REASON], len(pages), pages)

    def absent(self, reason: str) -> IndicatorResult:
        """Nothing there: a fail where everything was read, else unknown."""
        if self.is_complete:
            return self.result(Outcome.FAIL, reason)
        return self.result(Outcome.UNKNOWN, "the site was not read completely")


@cache
def indicator_modules() -> Mapping[str, ModuleType]:
    """Indicator modules by id (the file name with hyphens), sorted."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return {name.replace("_", "-"): importlib.import_module(f"{__name__}.{name}") for name in names}


@cache
def indicator_words(indicator: str) -> Mapping[str, Mapping[str, str]]:
    """Title and definition of an indicator by report language, and how it is judged, from its TOML file."""
    path = Path(__file__).with_name(f"{indicator.replace('-', '_')}.toml")
    words: dict[str, dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return words


def declared_indicators() -> dict[str, Indicator]:
    """What each indicator measures, by id, sorted."""
    return {name: module.INDICATOR for name, module in indicator_modules().items()}


def run_indicators(inputs: Inputs) -> list[IndicatorResult]:
    """One row per indicator, in the order of ids."""
    return [_run_one(name, module, inputs) for name, module in indicator_modules().items()]


def _run_one(name: str, module: ModuleType, inputs: Inputs) -> IndicatorResult:
    own = replace(inputs, indicator=name, unit=module.INDICATOR.unit)
    try:
        result: IndicatorResult = module.run(own)
        if result.outcome is Outcome.PASS and not module.INDICATOR.has_limit:
            return replace(result, outcome=Outcome.MEASURED)
        return result
    except Exception as error:
        logger.exception("indicator %s failed for %s", name, inputs.municipality.code)
        return own.result(Outcome.ERROR, f"{type(error).__name__}: {error}"[:200])
