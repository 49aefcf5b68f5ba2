"""What crosses a stage and how it lies on disk: the study folder, its settings, records, tables and errors.

Everything public is imported from here; the modules are private to the package.
"""

from __future__ import annotations

from .columns import Column, column, columns_of, key_of, table_schema
from .config import (
    FORMAT_VERSION,
    AuditSection,
    CrawlSection,
    StudyConfig,
    StudySection,
    load_config,
    render_config,
)
from .errors import (
    KuntatutkaError,
    NewerStudyError,
    StorageError,
    StudyBusyError,
    UserError,
    storage_errors,
)
from .folder import StudyFolder, create_study, file_digest, open_study
from .municipalities import (
    StudyMunicipality,
    read_municipalities,
    with_size_class,
    write_municipalities,
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
    "FORMAT_VERSION",
    "TABLES",
    "AccessibilityPage",
    "AccessibilityStatement",
    "AccessibilityViolation",
    "AuditSection",
    "ChannelEvidence",
    "Column",
    "CrawlSection",
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
    "StudyConfig",
    "StudyFolder",
    "StudyMunicipality",
    "StudySection",
    "UnknownEservice",
    "UserError",
    "VendorHit",
    "Verification",
    "column",
    "columns_of",
    "create_study",
    "file_digest",
    "key_of",
    "load_config",
    "open_study",
    "read_arrow",
    "read_municipalities",
    "read_table",
    "render_config",
    "storage_errors",
    "table_schema",
    "to_arrow",
    "with_size_class",
    "write_municipalities",
    "write_table",
]
