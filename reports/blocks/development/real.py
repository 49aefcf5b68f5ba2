"""The biggest real changes with the proofs of both years, as the sites made them."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.compare import OFFERED
from reports import anchors
from reports.clean import safe_href, short_url
from reports.context import Context
from reports.earlier import Development
from reports.model import Cell, Run, Table
from reports.table import Column, table
from study import Change, ChangeSubject, State

from .panel import DIGITAL_CHANNEL

ROWS = 30
"""Changes that a reader can look through; the rest is in the dataset."""


def biggest(since: Development, population: dict[str, int], codes: Sequence[str]) -> list[Change]:
    """Services that came or went and digital channels opened or closed, where most people live first."""
    wanted = {code: number for number, code in enumerate(codes)}
    gone = {(c.municipality_code, c.service_id) for c in since.real if c.subject is ChangeSubject.STATE}
    big = [
        change
        for change in since.real
        if change.municipality_code in wanted
        and (
            change.subject is ChangeSubject.STATE
            or (
                change.subject is ChangeSubject.CHANNEL
                and change.item == DIGITAL_CHANNEL
                and (change.municipality_code, change.service_id) not in gone
            )
        )
    ]
    return sorted(
        big,
        key=lambda c: (-population.get(c.municipality_code, 0), c.municipality_code, c.service_id or "", c.step),
    )


def biggest_table(context: Context, since: Development) -> Table | None:
    """The same as a table; None where nothing of the kind changed."""
    words, data = context.words, context.data
    population = {m.code: m.population or 0 for m in data.municipalities}
    found = biggest(since, population, data.codes)
    if not found:
        return None
    notes = [words("development.more", n=len(found) - ROWS)] if len(found) > ROWS else []
    return table(
        "development-biggest",
        words("development.biggest"),
        found[:ROWS],
        (
            Column(words("label.municipality"), cell=lambda c: context.municipality_cell(c.municipality_code)),
            Column(words("label.service"), wide=True, cell=lambda c: _service(context, c)),
            Column(words("development.what"), wide=True, cell=lambda c: Cell(what_words(context, c))),
            Column(words("development.proof_then"), cell=lambda c: proof(context, c.old_url)),
            Column(words("development.proof_now"), cell=lambda c: proof(context, c.new_url)),
        ),
        notes,
        dense=True,
    )


def what_words(context: Context, change: Change) -> str:
    """What happened, in a few words."""
    words = context.words
    if change.subject is ChangeSubject.STATE:
        return words("development.did.found" if change.new == State.FOUND.value else "development.did.gone")
    came = "came" if change.new == OFFERED else "went"
    if change.subject is ChangeSubject.CHANNEL:
        return words(f"development.did.channel_{came}", channel=context.channel(change.item))
    return words(f"development.did.product_{came}", product=context.product(change.item))


def proof(context: Context, url: str | None) -> Cell:
    """A page as a link; the sign for nothing where there is none."""
    return Cell("", links=(Run(short_url(url, 44), safe_href(url)),)) if url else context.nothing


def _service(context: Context, change: Change) -> Cell:
    code, service = change.municipality_code, change.service_id or ""
    return Cell(context.service(service), href=anchors.link(anchors.row(code, service)))
