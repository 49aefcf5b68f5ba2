"""What people decided is laid over what the machine found, and asked again where that has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analysis.fold.decided import Decided, DecidedRows, MachineRows, cell_value, decided_for, with_decisions
from study import (
    AccessibilityStatement,
    Action,
    CellValue,
    ChannelEvidence,
    Decision,
    DecisionLog,
    ServiceFinding,
    State,
    StateReason,
    UnknownEservice,
    VendorHit,
    Verification,
    new_decision,
)
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
PRODUCTS = sorted(p.id for p in TAXONOMY.products.values() if p.is_counted)
PAGE = "https://x.example/venepaikat"
OTHER_PAGE = "https://x.example/satamat"
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def finding(**changes: object) -> ServiceFinding:
    base = ServiceFinding(
        municipality_code="091",
        theme_id="sports-leisure",
        service_id="boat-berth",
        state=State.FOUND,
        state_reason=None,
        pages_read=12,
        best_url=PAGE,
        confidence=0.7,
        click_depth=2,
        channels=("digital", "phone"),
        digital=True,
        phone=True,
        on_site=False,
        printable_form=False,
        email=False,
        maturity=4,
        authentication="unknown",
        verification=Verification.UNCERTAIN,
        rule="strong-page",
        languages=("fi",),
        language_gaps=("sv:digital", "sv:phone"),
        path_quality="deep-link",
        maturity_reason="digital: e-form",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def evidence(channel: str, subtype: str, confidence: float = 0.9) -> ChannelEvidence:
    return ChannelEvidence(
        "091", "boat-berth", channel, subtype, PAGE, None, "words", "cue", confidence, "091-00001.warc.gz", 4
    )


def hit(product: str) -> VendorHit:
    return VendorHit("091", "boat-berth", product, "", "private", "", "host", PAGE, "https://e.example/")


MACHINE = MachineRows(
    grid=[finding()],
    channels=[evidence("digital", "e-form"), evidence("phone", ""), evidence("email", "", 0.2)],
    vendors=[hit(PRODUCTS[0])],
    unknown=[UnknownEservice("091", "boat-berth", "e.example", PAGE, "https://e.example/boats")],
    statements=[AccessibilityStatement("091", PAGE, True, None, "full", "email", None, ())],
)
VALUE = CellValue("found", ("digital:e-form", "phone"), PAGE, (PRODUCTS[0],), "unknown")
DIGESTS, DEPTHS = {PAGE: "page"}, {PAGE: 2, OTHER_PAGE: 4}


def fold(*decisions: Decision, digests: dict[str, str] = DIGESTS, machine: MachineRows = MACHINE) -> DecidedRows:
    return with_decisions(machine, decided_for(DecisionLog(decisions), "091"), digests, DEPTHS, TAXONOMY)


def decide(action: Action, new: CellValue = VALUE, **more: object) -> Decision:
    seen_finding, _, seen_page = fold().grid[0].basis.partition(".")
    base = Decision("", NOW, "", action, "091", "boat-berth", old=VALUE, new=new)
    seen = replace(base, seen_finding=seen_finding, seen_page=seen_page)
    return replace(new_decision("Aino", action, at=NOW, like=seen), **more)  # type: ignore[arg-type]


def test_without_decisions_every_row_is_the_machine_s_own() -> None:
    rows = fold()
    assert rows.grid == [finding(basis=rows.grid[0].basis)]
    assert (rows.channels, rows.vendors) == (list(MACHINE.channels), list(MACHINE.vendors))
    assert (rows.unknown, rows.statements, rows.decided) == (list(MACHINE.unknown), list(MACHINE.statements), [])
    assert cell_value(finding(), MACHINE.channels, [PRODUCTS[0]]) == VALUE


def test_a_confirmed_cell_is_as_it_was_and_says_so() -> None:
    rows = fold(decide(Action.CONFIRM))
    assert replace(rows.grid[0], verification=Verification.UNCERTAIN) == fold().grid[0]
    assert rows.grid[0].verification is Verification.CONFIRMED
    assert [(c.action, c.machine_channels, c.is_asked_again) for c in rows.decided] == [
        ("confirm", VALUE.channels, False)
    ]


def test_a_corrected_cell_has_everything_that_follows_from_it() -> None:
    new = CellValue("found", ("printable-form:static", "phone"), OTHER_PAGE, (PRODUCTS[1],))
    rows = fold(decide(Action.CORRECT, new))
    cell = rows.grid[0]
    assert (cell.state, cell.best_url, cell.click_depth) == (State.FOUND, OTHER_PAGE, 4)
    assert cell.channels == ("phone", "printable-form")
    assert (cell.digital, cell.printable_form, cell.phone, cell.email) == (False, True, True, False)
    assert (cell.maturity, cell.maturity_reason, cell.authentication) == (3, "printable-form", None)
    assert (cell.verification, cell.rule, cell.path_quality) == (Verification.CORRECTED, "decision", None)
    assert cell.language_gaps == ("sv:phone",)
    assert [(h.product_id, h.evidence_type, h.url) for h in rows.vendors] == [(PRODUCTS[1], "decision", OTHER_PAGE)]
    added = [row for row in rows.channels if row.cue == "decision"]
    assert [(row.channel, row.subtype, row.url) for row in added] == [("printable-form", "static", OTHER_PAGE)]
    assert rows.decided[0].machine_state == "found"


def test_a_log_in_makes_a_transaction() -> None:
    rows = fold(decide(Action.CORRECT, replace(VALUE, log_in="account")))
    assert (rows.grid[0].maturity, rows.grid[0].authentication) == (5, "account")


def test_a_cell_corrected_to_not_found_is_a_finding() -> None:
    cell = fold(decide(Action.CORRECT, CellValue("not-found"))).grid[0]
    assert (cell.state, cell.state_reason, cell.channels, cell.digital) == (
        State.NOT_FOUND,
        StateReason.SEARCHED,
        (),
        False,
    )
    assert (cell.maturity, cell.languages, cell.language_gaps, cell.confidence) == (0, (), (), 1.0)


@pytest.mark.parametrize("action", [Action.CANNOT_JUDGE, Action.CORRECT])
def test_what_cannot_be_judged_is_a_gap(action: Action) -> None:
    cell = fold(decide(action, CellValue("not-examined"))).grid[0]
    assert (cell.state, cell.state_reason) == (State.NOT_EXAMINED, StateReason.UNDECIDABLE)
    assert (cell.digital, cell.maturity, cell.confidence, cell.channels) == (None, None, None, ())


@pytest.mark.parametrize("changed", ["page", "finding"])
def test_a_decision_whose_page_or_finding_changed_stays_in_force_and_is_asked_again(changed: str) -> None:
    decision = decide(Action.CONFIRM)
    now = replace(MACHINE, grid=[finding(channels=("phone",), digital=False, maturity=2, authentication=None)])
    rows = fold(decision, digests={PAGE: "new"}) if changed == "page" else fold(decision, machine=now)
    assert rows.decided[0].is_asked_again
    assert rows.grid[0].verification is Verification.CONFIRMED
    assert rows.grid[0].channels == ("digital", "phone")
    assert rows.decided[0].machine_channels == (("phone",) if changed == "finding" else VALUE.channels)


def test_a_host_that_is_given_a_product_claims_its_links_everywhere() -> None:
    base = Decision("", NOW, "", Action.CORRECT, host="e.example", new=CellValue(products=(PRODUCTS[1],)))
    rows = fold(new_decision("Aino", Action.CORRECT, like=base))
    assert rows.unknown == []
    assert [(h.product_id, h.evidence_type, h.target) for h in rows.vendors[1:]] == [
        (PRODUCTS[1], "decision", "https://e.example/boats")
    ]
    assert rows.grid[0].verification is Verification.UNCERTAIN


@pytest.mark.parametrize(
    ("named", "url", "found", "compliance"),
    [(PAGE, PAGE, True, "full"), (OTHER_PAGE, OTHER_PAGE, True, "unstated"), ("none", None, False, None)],
)
def test_a_statement_can_be_named_or_denied(named: str, url: str | None, found: bool, compliance: str | None) -> None:
    base = Decision("", NOW, "", Action.CORRECT, "091", new=CellValue(statement=named))
    rows = fold(new_decision("Aino", Action.CORRECT, like=base))
    assert [(s.url, s.found, s.compliance) for s in rows.statements] == [(url, found, compliance)]


def test_people_who_contradicted_each_other_unseen_are_marked() -> None:
    rows = fold(decide(Action.CONFIRM), decide(Action.CORRECT, CellValue("not-found"), reviewer="Bo"))
    assert rows.decided[0].is_disputed
    assert Decided().cells == ()
