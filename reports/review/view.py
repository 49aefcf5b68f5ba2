"""What the page of one cell shows: the machine's answer and its reasons, what people said, pages to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from study import (
    CHANNELS,
    LOG_INS,
    CellValue,
    ChannelEvidence,
    Decision,
    PageRecord,
    ServiceFinding,
    StateReason,
)

from .decide import OFFERED, Sent, alike, eservice_host, machine_value, standing_value
from .desk import Desk
from .worth import QueueCell

_MOST_PAGES = 12
_MOST_PROOFS = 12
_READ_FROM = 0.2
"""Weaker pieces of evidence were not read as an offer by anybody; they would only fill the page."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page that speaks of the service."""

    url: str
    record: PageRecord | None
    score: float
    terms: tuple[str, ...]
    is_best: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What the fields of a correction hold: what stands, or what was sent and could not be kept."""

    state: str
    best_url: str
    products: tuple[str, ...]
    add: tuple[str, ...]
    """Products as they were written, by name."""
    log_in: str
    channels: Sequence[tuple[str, Sequence[str], frozenset[str]]]
    """Each channel with its subtypes and the values that are chosen."""
    reason: str = ""
    note: str = ""
    fault: str = ""
    """The key of the sentence that says why it could not be kept."""


@dataclass(frozen=True, slots=True)
class CellView:
    """Everything that the template of a cell needs."""

    cell: QueueCell
    finding: ServiceFinding
    machine: CellValue
    reason: StateReason | None
    """Why the machine has a gap; not known of a cell that was decided before the tables were made."""
    form: Form
    decision: Decision | None
    notes: tuple[Decision, ...]
    """What people noted without deciding."""
    history: tuple[Decision, ...]
    proofs: Sequence[tuple[ChannelEvidence, tuple[str, ...]]]
    """What was read, once a sentence and page, with the addresses that it leads to."""
    candidates: Sequence[Candidate]
    shown: Candidate | None
    urgency: str | None
    rivals: tuple[Decision, ...]
    """The answers of two people who differ, of which one has to be settled."""
    host: str
    alike: int
    log_ins: tuple[str, ...]
    is_blind: bool


def view_cell(
    desk: Desk, code: str, service: str, url: str = "", *, refused: tuple[Sent, str] | None = None
) -> CellView:
    """The view of one cell, with a certain page or the best one beside it. KeyError where there is no such cell.

    `refused` is a form that could not be kept, and why: its fields are shown as they were sent.
    """
    cell = desk.queue[desk.places[code, service]]
    machine, standing = machine_value(desk, code, service), standing_value(desk, code, service)
    subject = (code, service, "")
    is_blind = desk.is_blind
    decision = desk.decision(code, service)
    best = (decision.new.best_url if decision and decision.new.best_url else "") or machine.best_url
    candidates = _candidates(desk, code, service, best)
    shown = next((c for c in candidates if c.url == (url or best)), None)
    if shown is None and url and desk.page(code, url) is not None:
        shown = Candidate(url, desk.page(code, url), 0.0, (), False)
    return CellView(
        cell=cell,
        finding=desk.finding(code, service),
        machine=machine,
        reason=None if (code, service) in desk.decided else desk.finding(code, service).state_reason,
        form=_sent_form(desk, standing, *refused) if refused else _form(desk, standing),
        decision=decision,
        notes=desk.notes(code, service),
        history=() if is_blind else desk.book.history(subject),
        proofs=_proofs(desk, code, service)[:_MOST_PROOFS],
        candidates=candidates[:_MOST_PAGES],
        shown=shown or (candidates[0] if candidates else None),
        urgency=desk.urgency(cell),
        rivals=() if is_blind else desk.book.rivals(subject),
        host=eservice_host(desk, code, service),
        alike=0 if is_blind else len(alike(desk, code, service)),
        log_ins=("", *LOG_INS, "none", "unknown"),
        is_blind=is_blind,
    )


def _proofs(desk: Desk, code: str, service: str) -> list[tuple[ChannelEvidence, tuple[str, ...]]]:
    found: dict[tuple[str, str, str, str], tuple[ChannelEvidence, list[str]]] = {}
    for row in desk.evidence(code, service):
        if row.confidence >= _READ_FROM:
            _, targets = found.setdefault((row.channel, row.subtype, row.url, row.snippet), (row, []))
            if row.target_url and row.target_url not in targets:
                targets.append(row.target_url)
    return [(row, tuple(targets)) for row, targets in found.values()]


def _candidates(desk: Desk, code: str, service: str, best: str) -> list[Candidate]:
    found = [
        Candidate(row.url, desk.page(code, row.url), row.score, row.matched_terms, row.url == best)
        for row in desk.served(code, service)
    ]
    if best and not any(c.is_best for c in found):
        found.append(Candidate(best, desk.page(code, best), 0.0, (), True))
    return sorted(found, key=lambda c: (not c.is_best, -c.score, c.url))


def _form(desk: Desk, value: CellValue) -> Form:
    chosen: dict[str, set[str]] = {channel: set() for channel in CHANNELS}
    for named in value.channels:
        channel, _, kind = named.partition(":")
        chosen.setdefault(channel, set()).add(kind or OFFERED)
    return Form(value.state, value.best_url, value.products, (), value.log_in, _channels(desk, chosen))


def _sent_form(desk: Desk, standing: CellValue, sent: Sent, fault: str) -> Form:
    if not any(name == "reason" for name, _ in sent.fields):
        return replace(_form(desk, standing), state=sent.one("state"), fault=fault)  # one key, without fields
    products = sent.all("product")
    known = tuple(name for name in products if name in desk.taxonomy.products)
    return Form(
        state=sent.one("state"),
        best_url=sent.one("best_url"),
        products=known,
        add=tuple(name for name in products if name not in known),
        log_in=sent.one("log_in"),
        channels=_channels(desk, {channel: set(sent.all(f"channel-{channel}")) for channel in CHANNELS}),
        reason=sent.one("reason"),
        note=sent.one("note"),
        fault=fault,
    )


def _channels(desk: Desk, chosen: Mapping[str, set[str]]) -> list[tuple[str, Sequence[str], frozenset[str]]]:
    rows: list[tuple[str, Sequence[str], frozenset[str]]] = []
    for channel in CHANNELS:
        known = desk.taxonomy.channels.get(channel)
        rows.append((channel, tuple(known.subtypes) if known else (), frozenset(chosen[channel])))
    return rows
