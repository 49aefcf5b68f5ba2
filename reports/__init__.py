"""Shows a study: the comparative report in HTML and PDF, and the dataset as a data package.

Reads findings and taxonomy, never evidence and never the network; the same study gives the same report.
"""

from __future__ import annotations

from .blocks.findings import Finding, findings_in, key_findings
from .build import build, report_json
from .data import StudyData, load_study
from .export import export_package
from .render import check_formats, render
from .words import available_languages

__all__ = [
    "Finding",
    "StudyData",
    "available_languages",
    "build",
    "check_formats",
    "export_package",
    "findings_in",
    "key_findings",
    "load_study",
    "render",
    "report_json",
]
