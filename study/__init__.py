"""What crosses a stage and how it lies on disk: the study folder, its settings, records, tables and errors.

Everything public is imported from here; the modules are private to the package.
"""

from __future__ import annotations

from .columns import Column, column, columns_of, key_of, table_schema
from .errors import (
    KuntatutkaError,
    NewerStudyError,
    StorageError,
    StudyBusyError,
    UserError,
    storage_errors,
)
from .records import (
    TABLES,
    AccessibilityPage,
    AccessibilityStatement,
    AccessibilityViolation,
    ChannelEvidence,
    CrawlStatus,
    FailureReason,
    IndicatorResult,
    MunicipalityStatus,
    Outcome,
    PageRecord,
    PageService,
    ServiceFinding,
    State,
    StateReason,
    UnknownEservice,
    VendorHit,
    Verification,
)
from .tables import read_arrow, read_table, to_arrow, write_table

__all__ = [
    "TABLES",
    "AccessibilityPage",
    "AccessibilityStatement",
    "AccessibilityViolation",
    "ChannelEvidence",
    "Column",
    "CrawlStatus",
    "FailureReason",
    "IndicatorResult",
    "KuntatutkaError",
    "MunicipalityStatus",
    "NewerStudyError",
    "Outcome",
    "PageRecord",
    "PageService",
    "ServiceFinding",
    "State",
    "StateReason",
    "StorageError",
    "StudyBusyError",
    "UnknownEservice",
    "UserError",
    "VendorHit",
    "Verification",
    "column",
    "columns_of",
    "key_of",
    "read_arrow",
    "read_table",
    "storage_errors",
    "table_schema",
    "to_arrow",
    "write_table",
]
