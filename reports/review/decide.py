"""From what a person sent to decisions: one cell, many cells with the same e-service, a host, a statement, an undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from study import (
    CHANNELS,
    Action,
    CellValue,
    Decision,
    Role,
    State,
    Verification,
    host_of,
    new_decision,
    normalise_url,
    subject_of,
)

from .desk import Desk

OFFERED = "offered"
"""The value of a channel that is offered without a subtype."""
_TEXT = 500


class NotAllowedError(ValueError):
    """What was sent makes no decision; the key names the sentence that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class MeanwhileError(Exception):
    """Somebody decided the same since the page was shown."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent: every field once, the last one of a name, and all of a name."""

    fields: Sequence[tuple[str, str]]

    def one(self, name: str) -> str:
        """The value of a field; empty where it was not sent."""
        return next((value.strip() for key, value in reversed(self.fields) if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """The values of all fields of a name."""
        return tuple(value.strip() for key, value in self.fields if key == name and value.strip())


def machine_value(desk: Desk, code: str, service: str) -> CellValue:
    """What the machine alone says of a cell now."""
    from analysis import cell_value

    row = desk.decided.get((code, service))
    if row is not None:
        return CellValue(
            row.machine_state, row.machine_channels, row.machine_best_url, row.machine_products, row.machine_log_in
        )
    return cell_value(desk.finding(code, service), desk.evidence(code, service), desk.products(code, service))


def standing_value(desk: Desk, code: str, service: str) -> CellValue:
    """What the cell says now: as decided, else as the machine has it."""
    decision = desk.decision(code, service)
    return (
        decision.new if decision and decision.action is not Action.CANNOT_JUDGE else machine_value(desk, code, service)
    )


def decide_cell(desk: Desk, code: str, service: str, sent: Sent) -> list[Decision]:
    """The decisions that a form about a cell makes, on the disk; raises MeanwhileError where it comes too late."""
    before = _before(desk, (code, service, ""), sent)
    machine = machine_value(desk, code, service)
    action, new = _answer(desk, (code, service, ""), sent, machine)
    if sent.one("action") == Action.CORRECT and action is Action.CORRECT:
        lacking = lacks_grounds(machine, new, desk.cells[code, service].verification)
        if lacking and not (sent.one("reason") or sent.one("note")):
            raise NotAllowedError(f"review.refused.{lacking}")
    decision = _made(desk, action, (code, service, ""), before, sent, machine, new)
    made = [decision]
    if sent.one("alike") and not desk.is_blind and action is Action.CORRECT:
        made += [_likewise(desk, decision, key) for key in alike(desk, code, service)]
    desk.book.add(made)
    return made


def lacks_grounds(machine: CellValue, new: CellValue, verification: str) -> str:
    """What nobody could explain later without a reason, by the name of its sentence; empty where nothing lacks.

    A service that is found needs a page to show, or a reason; one that the machine is sure to have seen needs a reason
    not to be there.
    """
    if new.state == State.FOUND and not new.best_url:
        return "found-where"
    is_sure = machine.state == State.FOUND and verification == Verification.AUTOMATIC
    return "not-found-why" if new.state == State.NOT_FOUND and is_sure else ""


def note_cell(desk: Desk, code: str, service: str, sent: Sent) -> Decision:
    """A note on a cell that decides nothing, or one of the reviewer's own (`take`) taken back; on the disk."""
    desk.book.refresh()
    subject = (code, service, "")
    if sent.one("take"):
        own = (d for d in desk.notes(code, service) if d.id == sent.one("take") and d.reviewer == desk.reviewer)
        note = next(own, None)
        if note is None:
            raise MeanwhileError
        like = replace(note, replaces=note.id, note="")
        made = new_decision(desk.reviewer, Action.UNDO, at=desk.book.time_after(subject), like=like)
    elif not sent.one("note"):
        raise NotAllowedError("review.refused.note")
    else:
        made = _made(desk, Action.NOTE, subject, None, sent, CellValue(), CellValue())
    desk.book.add([made])
    return made


def _answer(desk: Desk, subject: tuple[str, str, str], sent: Sent, machine: CellValue) -> tuple[Action, CellValue]:
    """What a form says of a cell; `settle` takes one of the two answers that differ."""
    match sent.one("action"):
        case "settle":
            taken = next((said for said in desk.book.rivals(subject) if said.id == sent.one("take")), None)
            if taken is None or desk.is_blind:
                raise MeanwhileError
            return taken.action, taken.new
        case Action.CONFIRM:
            return Action.CONFIRM, machine
        case Action.CORRECT:
            new = _corrected(desk, sent)
            return Action.CONFIRM if new == machine else Action.CORRECT, new
        case Action.CANNOT_JUDGE:
            return Action.CANNOT_JUDGE, CellValue(state=State.NOT_EXAMINED.value)
    raise NotAllowedError("review.refused.action")


def _before(desk: Desk, subject: tuple[str, str, str], sent: Sent) -> Decision | None:
    desk.book.refresh()
    before = desk.said.get(subject)
    if (before.id if before else "") != sent.one("replaces"):
        raise MeanwhileError
    return before


def _made(
    desk: Desk,
    action: Action,
    subject: tuple[str, str, str],
    before: Decision | None,
    sent: Sent,
    old: CellValue,
    new: CellValue,
) -> Decision:
    code, service, host = subject
    cell = desk.cells.get((code, service))
    finding, _, page = cell.basis.partition(".") if cell else ("", "", "")
    settles = subject in desk.book.disputed and not desk.is_blind and action is not Action.NOTE
    role = Role.SETTLED if settles else desk.role
    base = Decision(
        "",
        desk.book.time_after(subject),
        desk.reviewer,
        action,
        code,
        service,
        host,
        role,
        old,
        new,
        sent.one("reason")[:_TEXT],
        " ".join(sent.one("note").split())[:_TEXT],
        finding,
        page,
        before.id if before else "",
    )
    return new_decision(desk.reviewer, action, at=base.decided_at, like=base)


def _corrected(desk: Desk, sent: Sent) -> CellValue:
    state = sent.one("state")
    if state not in {item.value for item in State}:
        raise NotAllowedError("review.refused.state")
    if state != State.FOUND:
        return CellValue(state=state, best_url=_address(sent.one("best_url")) if state == State.NOT_FOUND else "")
    channels = []
    for channel in CHANNELS:
        kinds = [kind for kind in sent.all(f"channel-{channel}") if kind]
        known = desk.taxonomy.channels[channel].subtypes if channel in desk.taxonomy.channels else {}
        channels += [channel if kind == OFFERED else f"{channel}:{kind}" for kind in kinds if kind in {OFFERED, *known}]
    products = {_product(desk, name) for name in sent.all("product")}
    return CellValue(
        state=state,
        channels=tuple(sorted(set(channels))),
        best_url=_address(sent.one("best_url")),
        products=tuple(sorted(products)),
        log_in=sent.one("log_in") if any(c.startswith("digital") for c in channels) else "",
    )


def _address(text: str) -> str:
    if not text:
        return ""
    url = normalise_url(text)
    if url is None or not url.startswith(("http://", "https://")):
        raise NotAllowedError("review.refused.address")
    return url


def _product(desk: Desk, given: str) -> str:
    """The id of a product that a person wrote by id or name."""
    if given in desk.taxonomy.products:
        return given
    for product in desk.taxonomy.products.values():
        if given.casefold() in (product.name.casefold(), product.id.casefold()):
            return product.id
    raise NotAllowedError("review.refused.product")


def eservice_host(desk: Desk, code: str, service: str) -> str:
    """The host of other people's that a cell's digital channel leads to; empty where there is none."""
    own = {host_of(address) for address in desk.names[code].addresses}
    for row in desk.evidence(code, service):
        host = host_of(row.target_url) if row.channel == "digital" and row.target_url else ""
        if host and host not in own and row.confidence >= 0.5:
            return host
    return ""


def alike(desk: Desk, code: str, service: str) -> list[tuple[str, str]]:
    """Other open cells whose digital channel leads to the same host; one answer can serve them all."""
    host = eservice_host(desk, code, service)
    keys = desk.cells_of_host.get(host, ()) if host else ()
    return [key for key in keys if key != (code, service) and key in desk.cells and desk.is_open(desk.cells[key])]


def _likewise(desk: Desk, first: Decision, key: tuple[str, str]) -> Decision:
    """The same answer for another cell: log-in, products and kind of the digital channel; all else as it is there."""
    code, service = key
    machine = machine_value(desk, code, service)
    others = tuple(c for c in machine.channels if not c.startswith("digital"))
    digital = tuple(c for c in first.new.channels if c.startswith("digital"))
    new = replace(
        machine,
        channels=tuple(sorted({*others, *digital})),
        products=first.new.products,
        log_in=first.new.log_in,
    )
    subject = (code, service, "")
    finding, _, page = desk.cells[key].basis.partition(".")
    before = desk.book.in_force.get(subject)
    made = replace(
        first,
        municipality_code=code,
        service_id=service,
        old=machine,
        new=new,
        seen_finding=finding,
        seen_page=page,
        replaces=before.id if before else "",
    )
    action = Action.CONFIRM if new == machine else Action.CORRECT
    return new_decision(desk.reviewer, action, at=desk.book.time_after(subject), like=made)


def decide_host(desk: Desk, host: str, sent: Sent) -> Decision:
    """A product for a host of e-services that none claims, in all municipalities."""
    _not_blind(desk)
    subject = ("", "", host)
    before = _before(desk, subject, sent)
    named = sent.one("product")
    if not named:
        raise NotAllowedError("review.refused.product")
    value = CellValue(products=(_product(desk, named),))
    decision = _made(desk, Action.CORRECT, subject, before, sent, CellValue(), value)
    desk.book.add([decision])
    return decision


def decide_statement(desk: Desk, code: str, sent: Sent) -> Decision:
    """The address of a municipality's accessibility statement, or that there is none."""
    _not_blind(desk)
    subject = (code, "", "")
    before = _before(desk, subject, sent)
    value = CellValue(statement="none" if sent.one("no_statement") else _address(sent.one("statement")))
    if not value.statement:
        raise NotAllowedError("review.refused.address")
    found = " ".join(row.url or "none" for row in desk.statements(code))
    decision = _made(desk, Action.CORRECT, subject, before, sent, CellValue(statement=found), value)
    desk.book.add([decision])
    return decision


def _not_blind(desk: Desk) -> None:
    if desk.is_blind:
        raise NotAllowedError("review.refused.second")


def undo(desk: Desk) -> Decision | None:
    """Take this reviewer's last decision back; None where nothing is left to take back."""
    desk.book.refresh()
    mine = [d for d in desk.book.by(desk.reviewer) if (d.role is Role.SECOND) is desk.is_blind]
    standing = {d.id for d in desk.said.values()}
    last = next((d for d in reversed(mine) if d.action is not Action.UNDO and d.id in standing), None)
    if last is None:
        return None
    at = desk.book.time_after(subject_of(last))
    made = new_decision(desk.reviewer, Action.UNDO, at=at, like=replace(last, replaces=last.id, reason="", note=""))
    desk.book.add([made])
    return last
