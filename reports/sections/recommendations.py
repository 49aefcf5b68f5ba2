"""Challenges and what to do about them: the advice that the study's findings give, for each reader, with its reason."""

from __future__ import annotations

from reports.blocks.audiences import AUDIENCES, EVERY
from reports.blocks.findings import key_findings
from reports.context import Context, runs
from reports.model import Bullets, Run, Section

ORDER = 64


def section(context: Context) -> Section | None:
    """A part for each reader to whom the findings say something; None where they say nothing."""
    words = context.words
    found = {item.id: item for item in key_findings(context, EVERY)}
    parts = []
    for audience, ids in AUDIENCES.items():
        advice = [
            (Run(words(f"advice.{id}"), strong=True), Run(" "), *(_plain(run) for run in runs(found[id].sentence)))
            for id in ids
            if id in found
        ]
        if advice:
            parts.append(
                Section(f"recommendations-{audience}", words(f"audiences.{audience}"), (Bullets(tuple(advice)),))
            )
    if not parts:
        return None
    lead = context.paragraph("recommendations.lead", "lead")
    return Section("recommendations", words("recommendations.title"), (lead,), tuple(parts), page=True)


def _plain(run: Run) -> Run:
    return Run(run.text)
