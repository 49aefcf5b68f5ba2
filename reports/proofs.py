"""What a report says of the evidence behind a cell: blocks of the model beside those of reports.model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence, as much of it as a reader needs to check it."""

    anchor: str
    channel: str
    icon: str
    snippet: str
    snippet_lang: str
    url: str
    url_text: str
    target_url: str
    target_text: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProofGroup:
    """The evidence of one grid cell."""

    anchor: str
    title: str
    back: str
    summary: str
    items: tuple[Proof, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Proofs:
    """Evidence of one municipality, by service."""

    labels: dict[str, str]
    groups: tuple[ProofGroup, ...]
