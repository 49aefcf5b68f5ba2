"""What the findings mean for those who decide, who head services and who make the websites."""

from __future__ import annotations

from reports.blocks.findings import key_findings
from reports.context import Context
from reports.model import Definition, Definitions

AUDIENCES = {
    "decision": ("spread", "themes", "concentration", "owner", "size", "product"),
    "service": ("rare", "paper", "information", "channels", "identification"),
    "web": ("links", "languages", "pages", "deficient", "statements"),
}
"""Whom a finding concerns; the first of them that the study has is what they read."""
MOST = 2
EVERY = 100
"""More findings than there are."""


def audiences(context: Context, most: int = MOST) -> Definitions:
    """For each reader the advice that the study's findings give; readers for whom there is none are left out."""
    found = {item.id for item in key_findings(context, EVERY)}
    items = []
    for audience, ids in AUDIENCES.items():
        advice = [context.words(f"advice.{id}") for id in ids if id in found][:most]
        if advice:
            items.append(Definition(context.words(f"audiences.{audience}"), " ".join(advice)))
    return Definitions(tuple(items), context.words("audiences.title"))
