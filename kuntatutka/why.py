"""`kuntatutka why`: the chain from evidence to one cell of the grid, as the tables and the decisions tell it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from study import (
    Action,
    CellValue,
    ChannelEvidence,
    Decision,
    MunicipalityStatus,
    PageRecord,
    PageService,
    ReaderAnswer,
    ServiceFinding,
    StudyDecisions,
    StudyFolder,
    UserError,
    VendorHit,
    counted,
    host_of,
    load_decisions,
    open_study,
)

from .exits import ExitStatus
from .progress import Talk

_NOT_EVERYWHERE = ("decided_cells", "reader_answers")
"""Tables that tables of an earlier version lack; what they would say, nobody has said."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything that one cell rests on, in the order in which it came about."""

    municipality: MunicipalityStatus
    pages: tuple[tuple[PageService, PageRecord | None], ...]
    evidence: tuple[ChannelEvidence, ...]
    products: tuple[VendorHit, ...]
    machine: CellValue
    finding: ServiceFinding
    rule: str
    reader: ReaderAnswer | None
    """What a language model answered about the cell, where one was asked."""
    decisions: tuple[Decision, ...]
    """What people said of the cell and of the hosts that its evidence leads to, in order of time."""
    taken_back: tuple[str, ...]
    """The ids of those that somebody took back."""
    is_asked_again: bool


def tell_why(folder: Path, code: str, service: str, talk: Talk, *, as_json: bool = False) -> ExitStatus:
    """Print the chain of one cell; raises UserError for a municipality or service that the study does not have."""
    study = open_study(folder)
    decisions = load_decisions(study)
    for notice in decisions.notices(study):
        talk.warn(notice)
    chain = chain_of(study, study.municipality(code).code, _service(study, service), decisions)
    sys.stdout.write(json.dumps(_plain(asdict(chain)), ensure_ascii=False) + "\n" if as_json else in_words(chain))
    return ExitStatus.DONE


def _service(study: StudyFolder, given: str) -> str:
    taxonomy = study.taxonomy
    name = taxonomy.present("service", given)
    if name in taxonomy.services:
        return name
    near = get_close_matches(given, taxonomy.services, n=3, cutoff=0.4) or list(taxonomy.services)[:3]
    raise UserError(f"{given} is no service of this study.", f"Services are named by id, such as {', '.join(near)}.")


def chain_of(study: StudyFolder, code: str, service: str, decisions: StudyDecisions) -> Chain:
    """What the cell of a municipality and a service rests on."""
    from analysis import cell_value, rule_in_words

    def rows(table: str) -> list[Any]:
        if table in _NOT_EVERYWHERE and not (study.findings / f"{table}.parquet").is_file():
            return []
        found = study.read(table)
        return [r for r in found if r.municipality_code == code and r.service_id == service]

    findings = rows("service_findings")
    if not findings:
        raise UserError(f"The tables have no cell {code} {service}.", f"Run `kuntatutka analyze {study.root}` first.")
    finding: ServiceFinding = findings[0]
    pages = {page.url: page for page in study.read("pages") if page.municipality_code == code}
    served = sorted(rows("page_services"), key=lambda row: (-row.score, row.url))
    evidence = tuple(sorted(rows("channel_evidence"), key=lambda row: (-row.confidence, row.channel, row.url)))
    hits = tuple(rows("vendor_hits"))
    decided = rows("decided_cells")
    said, taken_back = _said(decisions, code, service, {host_of(row.target_url) for row in evidence if row.target_url})
    machine = (
        CellValue(
            decided[0].machine_state,
            decided[0].machine_channels,
            decided[0].machine_best_url,
            decided[0].machine_products,
            decided[0].machine_log_in,
        )
        if decided
        else cell_value(finding, evidence, (hit.product_id for hit in hits))
    )
    return Chain(
        municipality=next(row for row in study.read("municipalities") if row.code == code),
        pages=tuple((row, pages.get(row.url)) for row in served),
        evidence=evidence,
        products=hits,
        machine=machine,
        finding=finding,
        rule=rule_in_words(finding.rule),
        reader=next(iter(rows("reader_answers")), None),
        decisions=said,
        taken_back=taken_back,
        is_asked_again=bool(decided and decided[0].is_asked_again),
    )


def _said(
    decisions: StudyDecisions, code: str, service: str, hosts: set[str]
) -> tuple[tuple[Decision, ...], tuple[str, ...]]:
    """What people said of a cell and of hosts, and the ids of what was taken back."""
    log = decisions.log
    said: list[Decision] = []
    kept: set[str] = set()
    for subject in ((code, service, ""), *(("", "", host) for host in sorted(hosts))):
        said += log.by_subject.get(subject, ())
        standing = (*log.standing(subject), *log.standing(subject, second=True), *log.notes(subject))
        kept |= {decision.id for decision in standing}
    taken_back = tuple(d.id for d in said if d.id not in kept and d.action is not Action.UNDO)
    return tuple(sorted(said, key=lambda d: d.order)), taken_back


def in_words(chain: Chain) -> str:
    """The chain as text, from the evidence down to the cell."""
    place, finding = chain.municipality, chain.finding
    lines = [f"{place.code} {place.name_fi}, {finding.service_id}", ""]
    lines += [
        "1 What was read",
        f"  {counted(finding.pages_read, 'page')} of the municipality; crawl {place.status.value}",
    ]
    if place.status_reason:
        lines.append(f"  {place.status_reason.value}: {place.status_detail}")
    lines += ["", "2 Pages that speak of the service"]
    lines += [line for row, page in chain.pages for line in _page(row, page)] or ["  none"]
    lines += ["", "3 What was read there"]
    lines += [line for row in chain.evidence for line in _evidence(row)] or ["  nothing that offers a way to use it"]
    lines += [f"  product {hit.product_id} ({hit.evidence_type}) {hit.target}" for hit in chain.products]
    lines += ["", "4 What the machine says", *(f"  {line}" for line in _value(chain.machine))]
    if finding.rule != "decision":
        reason = f" ({finding.state_reason.value})" if finding.state_reason else ""
        sure = f", confidence {finding.confidence:.2f}" if finding.confidence is not None else ""
        lines.append(f"  by rule {finding.rule}{reason}: {chain.rule}{sure}")
    lines += _reader(chain.reader) if chain.reader else []
    lines += ["", "5 What people decided"]
    lines += [line for d in chain.decisions for line in _decision(d, is_gone=d.id in chain.taken_back)]
    lines += [] if chain.decisions else ["  nobody has looked at it"]
    if chain.is_asked_again:
        lines.append("  page or finding have changed since: it counts as confirmed earlier and is asked again")
    lines += ["", "6 The cell", f"  {finding.state.value}, {finding.verification.value}"]
    offered = f"; channels {', '.join(finding.channels)}" if finding.channels else ""
    level = "" if finding.maturity is None else f"; maturity {finding.maturity} ({finding.maturity_reason})"
    lines.append(f"  {finding.best_url or 'no page'}{offered}{level}")
    return "\n".join(lines) + "\n"


def _page(row: PageService, page: PageRecord | None) -> list[str]:
    kind = f"{page.page_type}, {page.language or '?'}" if page else "not in the table of pages"
    lines = [f"  {row.score:.2f} {'primary ' if row.is_primary else ''}{row.url}", f"       {kind}"]
    if row.matched_terms:
        lines.append(f"       terms: {', '.join(row.matched_terms[:8])}")
    if page:
        lines.append(
            f"       kept in {page.warc_file} at byte {page.warc_offset}, read {page.fetched_at:%Y-%m-%d %H:%M} UTC"
        )
    return lines


def _evidence(row: ChannelEvidence) -> list[str]:
    kind = f":{row.subtype}" if row.subtype else ""
    lines = [f"  {row.confidence:.2f} {row.channel}{kind} by {row.cue}"]
    lines += [f"       “{row.snippet}”"] if row.snippet else []
    return [*lines, f"       {row.url}" + (f" -> {row.target_url}" if row.target_url else "")]


def _value(value: CellValue) -> list[str]:
    parts = {
        "state": value.state,
        "channels": " ".join(value.channels),
        "page": value.best_url,
        "products": " ".join(value.products),
        "log-in": value.log_in,
    }
    return [f"{name} {text}" for name, text in parts.items() if text]


def _reader(row: ReaderAnswer) -> list[str]:
    """What a language model answered, and whether it counts."""
    said = f"void ({row.void})" if row.void else row.state or "cannot tell"
    counts = "" if row.is_current or row.void else ", before page or words changed: does not count"
    beside = {True: ", as the machine", False: ", against the machine", None: counts}[row.agrees]
    lines = [f"  language model {row.model}: {said}{beside}"]
    lines += [f"       “{row.quote}”"] if row.quote and not row.void else []
    return [*lines, *([f"       {row.why}"] if row.why and not row.void else []), f"       {row.url}"]


def _decision(decision: Decision, *, is_gone: bool) -> list[str]:
    when = f"{decision.decided_at:%Y-%m-%d %H:%M} UTC"
    about = f", of {decision.host} everywhere" if decision.host else ""
    because = f" because {decision.reason}" if decision.reason else ""
    gone = ", taken back" if is_gone else ""
    role = "" if decision.action is Action.NOTE else f" ({decision.role.value})"
    lines = [f"  {when} {decision.reviewer}{role}: {decision.action.value}{about}{because}{gone}"]
    lines += [f"       “{decision.note}”"] if decision.note else []
    return lines + ([f"       {line}" for line in _value(decision.new)] if decision.action is Action.CORRECT else [])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value
