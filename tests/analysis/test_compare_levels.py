"""How a service is used, compared: log-in, maturity and kinds of channel, told only where both years tell them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from study import ChannelEvidence, State, VendorHit, Verification
from taxonomy import load_taxonomy
from tests.comparing import GAP, Rows, cell, decided, fields_of, nothing, partly, put, told


def of_log_in(rows: Rows, log_in: str) -> Any:
    """The first found cell with a digital channel, whose pages say this of logging in."""
    found = cell(rows, offers="digital")
    was = replace(found, authentication=log_in, maturity=5 if log_in in ("bank", "account") else 4)
    put(rows, found, **fields_of(was))
    return was


def evidence(rows: Rows, found: Any, subtype: str) -> None:
    """One more piece that says of which kind the digital channel is, on the page behind the cell."""
    rows["channel_evidence"].append(
        ChannelEvidence(
            found.municipality_code, found.service_id, "digital", subtype, found.best_url, None, "", "x", 0.9, "", 0
        )
    )


def test_a_log_in_that_became_stronger_lifts_the_level(step: Any) -> None:
    made = step(lambda rows: of_log_in(rows, "none") and None, lambda rows: of_log_in(rows, "bank") and None)
    assert told(made) == {("log-in", "", "site", "same-method"), ("maturity", "", "site", "same-method")}
    values = {c.subject.value: (c.old, c.new, c.difference) for c in made.changes}
    assert values == {"log-in": ("none", "bank", None), "maturity": ("4", "5", 1.0)}


@pytest.mark.parametrize("silent", ["then", "now"])
def test_what_a_page_does_not_say_of_logging_in_is_not_told_and_moves_no_level(step: Any, silent: str) -> None:
    logs = ("unknown", "bank") if silent == "then" else ("bank", "unknown")
    made = step(lambda rows: of_log_in(rows, logs[0]) and None, lambda rows: of_log_in(rows, logs[1]) and None)
    assert made.changes == []


def test_a_log_in_whose_page_was_not_read_is_coverage_and_so_is_the_level(step: Any) -> None:
    def then(rows: Rows) -> None:
        found = of_log_in(rows, "bank")
        partly(rows)
        rows["pages"] = [page for page in rows["pages"] if page.url != found.best_url]
        rows["channel_evidence"] = [row for row in rows["channel_evidence"] if row.url != found.best_url]

    made = step(then, lambda rows: of_log_in(rows, "none") and None)
    assert {(subject, *rest) for subject, _, *rest in told(made) if subject in ("log-in", "maturity")} == {
        ("log-in", "coverage", "page-unread"),
        ("maturity", "coverage", "page-unread"),
    }


def test_a_log_in_that_a_person_corrected_is_a_decision(step: Any) -> None:
    def correct(rows: Rows) -> None:
        found = of_log_in(rows, "none")
        put(rows, found, authentication="bank", maturity=5, verification=Verification.CORRECTED)
        channels = ("digital:e-form", *(name for name in found.channels if name != "digital"))
        rows["decided_cells"].append(decided(found, machine_channels=channels, machine_log_in="none"))

    made = step(lambda rows: of_log_in(rows, "none") and None, correct)
    assert {(subject, kind) for subject, _, kind, _ in told(made)} == {("log-in", "decision"), ("maturity", "decision")}


def test_a_kind_of_channel_came_and_is_told_only_where_the_channel_stayed(step: Any) -> None:
    def book(rows: Rows) -> None:
        evidence(rows, cell(rows, offers="digital"), "booking")

    (change,) = step(nothing, book).changes
    assert (change.subject.value, change.item, change.old, change.new) == ("subtype", "digital:booking", "no", "yes")
    assert change.kind.value == "site"

    def closed(rows: Rows) -> None:
        put(rows, cell(rows, offers="digital"), **GAP | {"state": State.BLOCKED})

    assert {subject for subject, *_ in told(step(closed, book))} == {"state"}


def test_lists_of_services_and_older_tables_tell_no_kind(step: Any) -> None:
    def listed(rows: Rows) -> None:
        found = cell(rows, offers="digital")
        evidence(rows, found, "booking")
        rows["pages"] = [replace(p, page_type="hub") if p.url == found.best_url else p for p in rows["pages"]]

    def without_list(rows: Rows) -> None:
        url = cell(rows, offers="digital").best_url
        rows["pages"] = [replace(p, page_type="hub") if p.url == url else p for p in rows["pages"]]

    assert step(without_list, listed).changes == []

    def older(rows: Rows) -> None:
        rows["cell_pages"] = []

    assert step(older, lambda rows: evidence(rows, cell(rows, offers="digital"), "booking")).changes == []


def test_a_product_that_only_got_another_name_is_no_switch(step: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    taxonomy = load_taxonomy("fi")
    former, present = [p for p in taxonomy.products.values() if p.is_counted][:2]
    renamed = {**taxonomy.products, former.id: former.model_copy(update={"renamed_to": present.id})}

    def named(product: str) -> Callable[[Rows], None]:
        def change(rows: Rows) -> None:
            first = next(hit for hit in rows["vendor_hits"] if hit.service_id)
            place = (first.municipality_code, first.service_id)
            rest = [h for h in rows["vendor_hits"] if (h.municipality_code, h.service_id) != place]
            rows["vendor_hits"] = [*rest, VendorHit(**{**fields_of(first), "product_id": product})]

        return change

    assert step(named(former.id), named(present.id)).product_moves
    known = taxonomy.model_copy(update={"products": renamed})
    monkeypatch.setattr("study.folder.load_taxonomy", lambda country: known)
    made = step(named(former.id), named(present.id))
    assert made.changes == []
    assert made.product_moves == []
