"""What differs and is no development: the method, gaps, people's decisions, other areas and other tasks; and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from reports.context import Context
from reports.earlier import Development
from reports.meanings import Meanings
from reports.model import Block, Cell, Note, Table
from reports.table import Column, table
from study import Change, ChangeKind, ChangeReason, ChangeSubject

from .named import step_years
from .real import LEVELS

_SHOWN = {
    "state": (ChangeSubject.STATE,),
    "channel": (ChangeSubject.CHANNEL,),
    "levels": LEVELS,
    "product": (ChangeSubject.PRODUCT,),
}
"""The columns of the table: what is counted in each."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """Changes of one kind that are known in one way."""

    kind: ChangeKind
    reason: ChangeReason
    changes: tuple[Change, ...]

    def count(self, *subjects: ChangeSubject) -> int:
        """How many are of these subjects."""
        return sum(1 for change in self.changes if change.subject in subjects)


def not_separated(context: Context, since: Development) -> list[Block]:
    """A warning for each step whose method's share is not known, with what to do."""
    words = context.words
    return [
        Note(
            "limit",
            words("development.mixed.title"),
            words("development.mixed.text", old=old, new=new),
        )
        for step, (old, new) in zip(since.steps, step_years(since), strict=True)
        if not step.is_separated
    ]


def method_share(context: Context, since: Development) -> list[Block]:
    """How much only the method changed, where that was measured."""
    measured = Counter(change.step for change in since.changes if change.reason is ChangeReason.REANALYSED)
    if not measured:
        return []
    words = context.words
    text = words("development.method.text", n=measured.total(), real=len(since.real))
    return [Note("info", words("development.method.title"), text)]


def kinds_table(context: Context, since: Development) -> Table:
    """How many differences there are of each kind, with the real ones first."""
    words, meanings = context.words, Meanings(context.language, context.data.taxonomy)
    groups: dict[tuple[ChangeKind, ChangeReason], list[Change]] = defaultdict(list)
    for change in since.changes:
        groups[change.kind, change.reason].append(change)
    order, reasons = list(ChangeKind), list(ChangeReason)
    rows = [
        _Kind(kind, reason, tuple(found))
        for (kind, reason), found in sorted(
            groups.items(), key=lambda item: (order.index(item[0][0]), reasons.index(item[0][1]))
        )
    ]
    shown = {subject for subjects in _SHOWN.values() for subject in subjects}
    others = tuple(subject for subject in ChangeSubject if subject not in shown)

    def count(*subjects: ChangeSubject) -> Callable[[_Kind], Cell]:
        return lambda row: context.number_cell(row.count(*subjects))

    return table(
        "development-kinds",
        words("development.kinds"),
        rows,
        (
            Column(words("development.kind"), cell=lambda row: Cell(words(f"development.whose.{row.kind.value}"))),
            Column(
                words("development.why"),
                wide=True,
                cell=lambda row: Cell(_sentence(meanings.value("change-reason", row.reason.value))),
            ),
            *(Column(words(f"development.subject.{name}"), "number", cell=count(*s)) for name, s in _SHOWN.items()),
            Column(words("development.subject.other"), "number", cell=count(*others)),
        ),
        (words("development.kinds_note"),),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def services_apart(context: Context, since: Development) -> list[Block]:
    """Which services only one of two studies looked for: nothing can be said of them."""
    words, made = context.words, []
    for step, years in zip(since.steps, step_years(since), strict=True):
        for year, services in zip(years, step.services_apart, strict=True):
            if services:
                names = words.listing([_service_name(context, service) for service in services])
                made.append(words("development.services_apart.text", n=len(services), year=year, names=names))
    if not made:
        return []
    return [Note("limit", words("development.services_apart.title"), " ".join(made))]


def _service_name(context: Context, service: str) -> str:
    known = context.data.taxonomy.services.get(service)
    return known.name.get(context.language) if known else service


def places_table(context: Context, since: Development) -> Table | None:
    """Municipalities that merged, changed or are in one study only; None without any."""
    words, meanings = context.words, Meanings(context.language, context.data.taxonomy)
    found = [change for change in since.changes if change.subject is ChangeSubject.MUNICIPALITY]
    if not found:
        return None
    found.sort(key=lambda change: (change.step, change.new or change.old or "", change.item))
    return table(
        "development-places",
        words("development.places"),
        found,
        (
            Column(words("development.then"), cell=lambda c: _named(context, c.old, c.item)),
            Column(words("development.now"), cell=lambda c: _named(context, c.new, c.municipality_code)),
            Column(
                words("development.why"),
                wide=True,
                cell=lambda c: Cell(_sentence(meanings.value("change-reason", c.reason.value))),
            ),
        ),
    )


def _named(context: Context, name: str | None, code: str) -> Cell:
    return Cell(f"{name} ({code})") if name else context.nothing
