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

LEVELS = (ChangeSubject.MATURITY, ChangeSubject.LOG_IN, ChangeSubject.SUBTYPE)
"""How a service is used, in the order in which it is told."""
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
    return sorted(big, key=lambda c: _place(population, c))


def _place(population: dict[str, int], change: Change) -> tuple[int, str, str, int]:
    code = change.municipality_code
    return (-population.get(code, 0), code, change.service_id or "", change.step)


def biggest_table(context: Context, since: Development) -> Table | None:
    """The same as a table; None where nothing of the kind changed."""
    data = context.data
    population = {m.code: m.population or 0 for m in data.municipalities}
    return _with_proofs(context, "biggest", biggest(since, population, data.codes))


def levels_table(context: Context, since: Development) -> Table | None:
    """Maturity, identification and kinds of channel that the sites changed; None without any."""
    data = context.data
    population = {m.code: m.population or 0 for m in data.municipalities}
    found = [change for change in since.real if change.subject in LEVELS and change.municipality_code in data.status]
    found.sort(key=lambda c: (*_place(population, c), LEVELS.index(c.subject), c.item))
    return _with_proofs(context, "levels", found, context.words("development.levels_note"))


def _with_proofs(context: Context, name: str, found: Sequence[Change], *notes: str) -> Table | None:
    """Changes with the pages of both years, as many as a reader can look through; None without any."""
    words = context.words
    if not found:
        return None
    more = [words("development.more", n=len(found) - ROWS)] if len(found) > ROWS else []
    return table(
        f"development-{name}",
        words(f"development.{name}"),
        found[:ROWS],
        (
            Column(words("label.municipality"), cell=lambda c: context.municipality_cell(c.municipality_code)),
            Column(words("label.service"), wide=True, cell=lambda c: _service(context, c)),
            Column(words("development.what"), wide=True, cell=lambda c: Cell(what_words(context, c))),
            Column(words("development.proof_then"), wide=True, cell=lambda c: proof(context, c.old_url)),
            Column(words("development.proof_now"), wide=True, cell=lambda c: proof(context, c.new_url)),
        ),
        [*notes, *more],
        dense=True,
    )


def what_words(context: Context, change: Change) -> str:
    """What happened, in a few words."""
    words = context.words
    if change.subject is ChangeSubject.STATE:
        return words("development.did.found" if change.new == State.FOUND.value else "development.did.gone")
    if change.subject is ChangeSubject.MATURITY:
        return words("development.did.maturity", old=_rung(context, change.old), new=_rung(context, change.new))
    if change.subject is ChangeSubject.LOG_IN:
        old, new = (context.authentication(method) for method in (change.old, change.new))
        return words("development.did.log_in", old=old, new=new)
    came = "came" if change.new == OFFERED else "went"
    if change.subject is ChangeSubject.CHANNEL:
        return words(f"development.did.channel_{came}", channel=context.channel(change.item))
    if change.subject is ChangeSubject.SUBTYPE:
        channel, _, kind = change.item.partition(":")
        name = context.channel(channel)
        return words(f"development.did.kind_{came}", channel=name, kind=context.subtype(channel, kind) or kind)
    return words(f"development.did.product_{came}", product=context.product(change.item))


def _rung(context: Context, level: str | None) -> str:
    return f"{context.words(f'ladder.rung_{level}')} ({level})"


def proof(context: Context, url: str | None) -> Cell:
    """A page as a link; the sign for nothing where there is none."""
    return Cell("", links=(Run(short_url(url, 44), safe_href(url)),)) if url else context.nothing


def _service(context: Context, change: Change) -> Cell:
    code, service = change.municipality_code, change.service_id or ""
    return Cell(context.service(service), href=anchors.link(anchors.row(code, service)))
