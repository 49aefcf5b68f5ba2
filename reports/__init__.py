"""Shows a study: the comparative report in HTML and PDF, the dataset as a data package, and the page for reviewing it.

Reads findings and taxonomy, never the network; the same study gives the same report. What is public is imported when it
is asked for, so that the review page need not wait for what draws charts.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .blocks.findings import Finding, findings_in, key_findings
    from .build import build, report_json
    from .clean import mask_names, mask_personal, personal_in
    from .compared import write_comparison
    from .data import StudyData, load_study
    from .export import export_package
    from .render import check_formats, render
    from .words import available_languages
    from .years import EarlierStudy

_HOMES = {
    "Finding": "blocks.findings",
    "EarlierStudy": "years",
    "StudyData": "data",
    "available_languages": "words",
    "build": "build",
    "check_formats": "render",
    "export_package": "export",
    "findings_in": "blocks.findings",
    "key_findings": "blocks.findings",
    "load_study": "data",
    "mask_names": "clean",
    "mask_personal": "clean",
    "personal_in": "clean",
    "render": "render",
    "report_json": "build",
    "write_comparison": "compared",
}
"""Where each public name is made; imports above are for readers and checkers of types."""

__all__ = [
    "EarlierStudy",
    "Finding",
    "StudyData",
    "available_languages",
    "build",
    "check_formats",
    "export_package",
    "findings_in",
    "key_findings",
    "load_study",
    "mask_names",
    "mask_personal",
    "personal_in",
    "render",
    "report_json",
    "write_comparison",
]


def __getattr__(name: str) -> Any:
    """What the package offers, from the module that makes it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f".{_HOMES[name]}", __name__)
    # A module that was imported stands in the package under its own name; where what it makes is called the same, that
    # is what is meant.
    for same in (known for known, home in _HOMES.items() if known == home):
        if (loaded := sys.modules.get(f"{__name__}.{same}")) is not None:
            globals()[same] = getattr(loaded, same)
    return getattr(module, name)
