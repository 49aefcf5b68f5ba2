"""Every table of a study by name: its record, and whether others were promised it; and the columns that hold ids."""

from __future__ import annotations

from dataclasses import dataclass, fields

from taxonomy import Kind

from .customer_records import CustomerSign, OfferedEservice
from .decided_cell import DecidedCell
from .reader_answer import ReaderAnswer
from .records import (
    AccessibilityPage,
    AccessibilityStatement,
    AccessibilityViolation,
    CellPage,
    ChannelEvidence,
    IndicatorResult,
    MunicipalityStatus,
    PageRecord,
    PageService,
    ServiceFinding,
    UnknownEservice,
    VendorHit,
)
from .register_records import RegisterCell, RegisterChannel, RegisterService
from .system_records import EservicePath, ServiceProducts, SharedInstallation, SiteTool


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a study: its record, and whether others were promised it."""

    record: type
    is_contract: bool = True


ID_COLUMNS: dict[str, tuple[Kind, ...]] = {
    "theme_id": ("theme",),
    "service_id": ("service",),
    "product_id": ("product",),
    "leading_product": ("product",),
    "channel": ("channel",),
    "channels": ("channel",),
    "services": ("service",),
    "subject": ("service", "product"),
}
"""The columns, whatever their table, that hold ids of the taxonomy: a former id is read as the present one."""


def holds_ids(record: type) -> bool:
    """Tells whether rows of a record hold ids of the taxonomy."""
    return any(field.name in ID_COLUMNS for field in fields(record))


TABLES: dict[str, Table] = {
    "municipalities": Table(MunicipalityStatus),
    "pages": Table(PageRecord),
    "page_services": Table(PageService),
    "service_findings": Table(ServiceFinding),
    "cell_pages": Table(CellPage, is_contract=False),
    "channel_evidence": Table(ChannelEvidence),
    "vendor_hits": Table(VendorHit),
    "unknown_eservices": Table(UnknownEservice),
    "eservice_paths": Table(EservicePath, is_contract=False),
    "shared_installations": Table(SharedInstallation, is_contract=False),
    "service_products": Table(ServiceProducts, is_contract=False),
    "site_tools": Table(SiteTool, is_contract=False),
    "offered_eservices": Table(OfferedEservice, is_contract=False),
    "customer_signs": Table(CustomerSign, is_contract=False),
    "decided_cells": Table(DecidedCell, is_contract=False),
    "reader_answers": Table(ReaderAnswer, is_contract=False),
    "register_services": Table(RegisterService),
    "register_channels": Table(RegisterChannel),
    "register_cells": Table(RegisterCell, is_contract=False),
    "accessibility_pages": Table(AccessibilityPage),
    "accessibility_violations": Table(AccessibilityViolation),
    "accessibility_statements": Table(AccessibilityStatement),
    "indicators": Table(IndicatorResult),
}
"""Every table of a study in order of meaning: municipalities, pages, services, products, accessibility, indicators."""
