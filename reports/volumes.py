"""The volumes of a printed report: the report itself, its municipalities one by one, and its proof.

On a screen they are one. On paper a reader takes the first, a municipality its own pages, and who checks the proof.
"""

from __future__ import annotations

from dataclasses import replace

from .model import ReportModel, Section

MAIN = "report"
APART = ("municipalities", "evidence")
"""Sections of the whole report that are a volume of their own."""


def volumes(model: ReportModel) -> dict[str, ReportModel]:
    """Volumes by name in their order, those without content left out; a scorecard is one volume."""
    if model.is_scorecard:
        return {MAIN: model}
    found = {}
    for name in (MAIN, *APART):
        sections = tuple(section for section in model.sections if _volume(section) == name)
        if sections:
            subtitle = model.cover.subtitle if name == MAIN else model.frame[f"volume_{name}"]
            found[name] = replace(model, sections=sections, cover=replace(model.cover, subtitle=subtitle))
    return found


def _volume(section: Section) -> str:
    return section.id if section.id in APART else MAIN
