"""The volumes of a printed report: the report itself, its municipalities and its products one by one, and its proof.

On a screen they are one. On paper a reader takes the first, a municipality its own pages, a buyer or maker those of the
products, and who checks the proof.
"""

from __future__ import annotations

from dataclasses import replace

from .model import ReportModel

MAIN = "report"
APART = {"municipalities": "municipalities", "product-pages": "products", "evidence": "evidence"}
"""Sections of the whole report that are a volume of their own, and what their files are called."""


def volumes(model: ReportModel) -> dict[str, ReportModel]:
    """Volumes by name in their order, those without content left out; a scorecard is one volume."""
    if model.is_scorecard:
        return {MAIN: model}
    found = {}
    for name in (MAIN, *APART.values()):
        sections = tuple(section for section in model.sections if APART.get(section.id, MAIN) == name)
        if sections:
            subtitle = model.cover.subtitle if name == MAIN else model.frame[f"volume_{name}"]
            found[name] = replace(model, sections=sections, cover=replace(model.cover, subtitle=subtitle))
    return found
