"""What people decided, laid over what the machine found: the last step of the fold, pure and the same every time.

The machine's own value of every decided cell stays in the table decided_cells. A decision whose page or finding has
changed stays in force and is asked again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from study import (
    CHANNELS,
    NO_STATEMENT,
    AccessibilityStatement,
    Action,
    CellValue,
    ChannelEvidence,
    DecidedCell,
    Decision,
    DecisionLog,
    MaturityBasis,
    ServiceFinding,
    State,
    StateReason,
    UnknownEservice,
    VendorHit,
    Verification,
)
from taxonomy import Taxonomy

from .grid import CHANNEL_CONFIDENCE, maturity

BY_PERSON = "decision"
"""Rule, cue and evidence type of what a person said."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions in force that concern one municipality: of its cells, its statement, and hosts of e-services."""

    cells: tuple[Decision, ...] = ()
    statement: Decision | None = None
    hosts: tuple[Decision, ...] = ()
    disputed: frozenset[str] = frozenset()
    """Ids of decisions that somebody contradicted without having seen them, or that contradict somebody so."""


def decided_for(log: DecisionLog, code: str) -> Decided:
    """The part of a study's decisions that concerns one municipality."""
    in_force = log.in_force
    disputed = {item.id for conflict in log.conflicts for item in (conflict.earlier, conflict.later)}
    cells = tuple(d for (place, service, _), d in sorted(in_force.items()) if place == code and service)
    hosts = tuple(d for (place, _, host), d in sorted(in_force.items()) if host and place in ("", code))
    return Decided(cells, in_force.get((code, "", "")), hosts, frozenset(disputed))


@dataclass(frozen=True, slots=True)
class MachineRows:
    """What the machine found of one municipality, as far as a person can decide otherwise."""

    grid: Sequence[ServiceFinding]
    channels: Sequence[ChannelEvidence]
    vendors: Sequence[VendorHit]
    unknown: Sequence[UnknownEservice]
    statements: Sequence[AccessibilityStatement]


@dataclass(frozen=True, slots=True)
class DecidedRows:
    """The same with what people decided, and the cells they decided."""

    grid: list[ServiceFinding]
    channels: list[ChannelEvidence]
    vendors: list[VendorHit]
    unknown: list[UnknownEservice]
    statements: list[AccessibilityStatement]
    decided: list[DecidedCell]


def cell_value(finding: ServiceFinding, evidence: Iterable[ChannelEvidence], products: Iterable[str] = ()) -> CellValue:
    """What a cell says, as a decision writes it: the channels with the subtypes that their evidence shows."""
    kinds = {
        (row.channel, row.subtype)
        for row in evidence
        if row.channel in finding.channels and row.confidence >= CHANNEL_CONFIDENCE and row.subtype
    }
    bare = set(finding.channels) - {channel for channel, _ in kinds}
    return CellValue(
        state=finding.state.value,
        channels=tuple(sorted({*(f"{channel}:{kind}" for channel, kind in kinds), *bare})),
        best_url=finding.best_url or "",
        products=tuple(sorted(set(products))),
        log_in=finding.authentication or "",
    )


def basis_of(value: CellValue, page_digest: str) -> str:
    """Digests of a finding and of the words of its page, with a point between."""
    finding = "\n".join((value.state, value.best_url, value.log_in, *value.channels, "", *value.products))
    return f"{hashlib.sha256(finding.encode()).hexdigest()[:16]}.{page_digest}"


def with_decisions(
    rows: MachineRows, decided: Decided, page_digests: Mapping[str, str], depths: Mapping[str, int], taxonomy: Taxonomy
) -> DecidedRows:
    """The rows of one municipality with what people decided; every cell keeps what the machine's value rests on."""
    by_cell = {decision.service_id: decision for decision in decided.cells}
    vendors, unknown = _with_hosts(rows, decided.hosts, taxonomy)
    result = DecidedRows([], list(rows.channels), vendors, unknown, _statements(rows, decided.statement), [])
    evidence: dict[str, list[ChannelEvidence]] = {}
    for row in rows.channels:
        evidence.setdefault(row.service_id, []).append(row)
    products: dict[str, set[str]] = {}
    for hit in rows.vendors:
        if hit.service_id and (product := taxonomy.products.get(hit.product_id)) and product.is_counted:
            products.setdefault(hit.service_id, set()).add(hit.product_id)
    for finding in rows.grid:
        service = finding.service_id
        machine = cell_value(finding, evidence.get(service, ()), products.get(service, ()))
        known = replace(finding, basis=basis_of(machine, page_digests.get(machine.best_url, "")))
        decision = by_cell.get(service)
        if decision is None:
            result.grid.append(known)
            continue
        result.decided.append(_decided_cell(known, machine, decision, decision.id in decided.disputed))
        result.grid.append(_decided_finding(known, machine, decision, depths))
        _decide_products(result, known, machine, decision, taxonomy)
        _decide_channels(result, known, machine, decision)
    return result


def _decided_cell(finding: ServiceFinding, machine: CellValue, decision: Decision, is_disputed: bool) -> DecidedCell:
    return DecidedCell(
        municipality_code=finding.municipality_code,
        service_id=finding.service_id,
        decision_id=decision.id,
        action=decision.action.value,
        decided_at=decision.decided_at,
        reason=decision.reason,
        machine_state=machine.state,
        machine_channels=machine.channels,
        machine_best_url=machine.best_url,
        machine_products=machine.products,
        machine_log_in=machine.log_in,
        machine_verification=finding.verification.value,
        is_asked_again=finding.basis != f"{decision.seen_finding}.{decision.seen_page}",
        is_disputed=is_disputed,
    )


def _decided_finding(
    finding: ServiceFinding, machine: CellValue, decision: Decision, depths: Mapping[str, int]
) -> ServiceFinding:
    by_person = Verification.CONFIRMED if decision.action is Action.CONFIRM else Verification.CORRECTED
    if decision.action is Action.CANNOT_JUDGE:
        return _as_gap(finding, State.NOT_EXAMINED, StateReason.UNDECIDABLE, by_person)
    value = decision.new
    if value == machine:
        return replace(finding, verification=by_person)
    state = State(value.state)
    if state in (State.BLOCKED, State.NOT_EXAMINED):
        reason = finding.state_reason if state is finding.state else StateReason.UNDECIDABLE
        return _as_gap(finding, state, reason or StateReason.UNDECIDABLE, by_person)
    return _judged(finding, value, by_person, depths)


def _as_gap(finding: ServiceFinding, state: State, reason: StateReason, verification: Verification) -> ServiceFinding:
    return replace(
        finding,
        state=state,
        state_reason=reason,
        confidence=None,
        click_depth=None,
        channels=(),
        **_offers(None),
        maturity=None,
        authentication=None,
        verification=verification,
        rule=BY_PERSON,
        languages=(),
        language_gaps=(),
        path_quality=None,
        maturity_reason="",
    )


def _offers(channels: Sequence[str] | None) -> dict[str, Any]:
    """The columns that say of each channel whether it is offered; empty for a gap."""
    return {name.replace("-", "_"): None if channels is None else name in channels for name in CHANNELS}


def _judged(
    finding: ServiceFinding, value: CellValue, verification: Verification, depths: Mapping[str, int]
) -> ServiceFinding:
    """A cell that a person found or did not find, with what follows from it."""
    found = value.state == State.FOUND
    channels = value.channel_ids if found else ()
    log_in = (value.log_in or "unknown") if "digital" in channels else None
    level, why = maturity(channels, value.subtypes, log_in) if found else (0, MaturityBasis("none"))
    same_page = value.best_url == (finding.best_url or "")
    return replace(
        finding,
        state=State(value.state),
        state_reason=None if found else StateReason.SEARCHED,
        best_url=value.best_url or None,
        confidence=1.0,
        click_depth=depths.get(value.best_url) if found else None,
        channels=channels,
        **_offers(channels),
        maturity=level,
        authentication=log_in,
        verification=verification,
        rule=BY_PERSON,
        languages=finding.languages if found else (),
        language_gaps=tuple(gap for gap in finding.language_gaps if gap.partition(":")[2] in channels),
        path_quality=finding.path_quality if same_page and "digital" in channels else None,
        maturity_reason=str(why),
    )


def _decide_products(
    rows: DecidedRows, finding: ServiceFinding, machine: CellValue, decision: Decision, taxonomy: Taxonomy
) -> None:
    """Products that a person took away or named for a cell; what is not counted was never asked about."""
    if decision.action is Action.CANNOT_JUDGE:
        return
    gone = set(machine.products) - set(decision.new.products)
    rows.vendors[:] = [h for h in rows.vendors if h.service_id != finding.service_id or h.product_id not in gone]
    seen = {h.product_id for h in rows.vendors if h.service_id == finding.service_id}
    url = decision.new.best_url or machine.best_url
    for name in decision.new.products:
        if name not in seen and name in taxonomy.products:
            rows.vendors.append(_hit(finding.municipality_code, finding.service_id, name, url, url, decision, taxonomy))


def _hit(
    code: str, service: str | None, name: str, url: str, target: str, decision: Decision, taxonomy: Taxonomy
) -> VendorHit:
    product = taxonomy.products[name]
    return VendorHit(
        municipality_code=code,
        service_id=service,
        product_id=name,
        vendor=product.vendor_on(decision.decided_at.date()),
        owner_type=product.owner_type,
        category=product.category,
        evidence_type=BY_PERSON,
        url=url,
        target=target,
    )


def _decide_channels(rows: DecidedRows, finding: ServiceFinding, machine: CellValue, decision: Decision) -> None:
    """A channel that only a person saw gets a piece of evidence that says so; what the machine read stays as it is."""
    if decision.action is Action.CANNOT_JUDGE or decision.new.state != State.FOUND:
        return
    for named in decision.new.channels:
        channel, _, kind = named.partition(":")
        if named not in machine.channels:
            rows.channels.append(
                ChannelEvidence(
                    municipality_code=finding.municipality_code,
                    service_id=finding.service_id,
                    channel=channel,
                    subtype=kind,
                    url=decision.new.best_url or machine.best_url,
                    target_url=None,
                    snippet="",
                    cue=BY_PERSON,
                    confidence=1.0,
                    warc_file="",
                    warc_offset=0,
                )
            )


def _with_hosts(
    rows: MachineRows, hosts: Sequence[Decision], taxonomy: Taxonomy
) -> tuple[list[VendorHit], list[UnknownEservice]]:
    """Hosts that no product claims, given one by a person: their rows become sightings of it."""
    claimed = {d.host: d for d in hosts if d.new.products and d.action is not Action.CANNOT_JUDGE}
    vendors = list(rows.vendors)
    keys = {(h.service_id, h.product_id, h.url, h.target) for h in vendors}
    for row in rows.unknown:
        decision = claimed.get(row.host)
        for name in decision.new.products if decision else ():
            key = (row.service_id, name, row.url, row.target_url)
            if decision and name in taxonomy.products and key not in keys:
                keys.add(key)
                code = row.municipality_code
                vendors.append(_hit(code, row.service_id, name, row.url, row.target_url, decision, taxonomy))
    return vendors, [row for row in rows.unknown if row.host not in claimed]


def _statements(rows: MachineRows, decision: Decision | None) -> list[AccessibilityStatement]:
    """The statements, or the one that a person named, or that there is none."""
    statements = list(rows.statements)
    named = decision.new.statement if decision and decision.action is not Action.CANNOT_JUDGE else ""
    if not decision or not named:
        return statements
    if named != NO_STATEMENT and (known := [row for row in statements if row.url == named]):
        return known
    found = named != NO_STATEMENT
    return [
        AccessibilityStatement(
            municipality_code=decision.municipality_code,
            url=named if found else None,
            found=found,
            assessed_on=None,
            compliance="unstated" if found else None,
            feedback_channel=None,
            enforcement_body=None,
            problems=() if found else ("missing",),
        )
    ]
