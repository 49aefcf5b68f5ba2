"""The part of the report on shared systems: variety, ways, shared installations, tools of the sites, unknown hosts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from reports import StudyData, available_languages, build, load_study
from reports.model import Cell, ReportModel, Section, Table
from study import (
    CrawlStatus,
    EservicePath,
    ServiceProducts,
    SharedInstallation,
    SiteTool,
    StudyFolder,
    UnknownEservice,
    columns_of,
)

BLANK = {"string": "", "int64": 0, "double": 0.0, "bool": False}
UNKNOWN = "https://lomake.tuote.example/a"


def make(record: type, **values: Any) -> Any:
    """A row; columns that are not given are empty."""
    rest = {
        c.name: None if c.nullable else () if "list" in str(c.type) else BLANK[str(c.type)] for c in columns_of(record)
    }
    return record(**{**rest, **values})


@pytest.fixture(scope="module")
def data(six: StudyFolder) -> StudyData:
    """Six municipalities with systems."""
    plain = load_study(six)
    one, two = plain.codes[:2]
    way = {"url": "https://kunta.example/a", "evidence_type": "host", "tier": "A", "is_new_host": True}
    paths = [
        make(EservicePath, municipality_code=one, product_id="timmi", target_url="https://timmi.kunta.fi/",
             final_url="https://timmi.kunta.fi/", path_quality="portal-root", language_kept="lost", log_in="account",
             **way),
        make(EservicePath, municipality_code=one, product_id="timmi", target_url="https://timmi.kunta.fi/x/y",
             final_url="https://timmi.kunta.fi/x/y", path_quality="deep-link", language_kept="kept", log_in="unknown",
             **way),
        make(EservicePath, municipality_code=two, target_url=UNKNOWN, final_url=UNKNOWN, path_quality="deep-link",
             language_kept="unknown", log_in="unknown", why="host-word", link_text="Hae paikkaa",
             **{**way, "tier": "U"}),
    ]  # fmt: skip
    extra = {
        "eservice_paths": paths,
        "unknown_eservices": [UnknownEservice(two, None, "lomake.tuote.example", "https://kunta.example/a", UNKNOWN)],
        "service_products": [
            make(ServiceProducts, service_id="boat-berth", digital=5, recognised=4, unresolved=1, products=2,
                 effective_products=1.6, leading_product="timmi", leading_share=0.75, variety="one-leads"),
            make(ServiceProducts, service_id="feedback", digital=3, unresolved=3, variety="uncertain"),
        ],
        "shared_installations": [
            make(SharedInstallation, product_id="finna", host="heili.finna.fi", municipality_code=one, is_member=True,
                 is_linked=True),
            make(SharedInstallation, product_id="finna", host="heili.finna.fi", municipality_code=two, is_member=True),
        ],
        "site_tools": [make(SiteTool, municipality_code=one, host="k.fi", product_id="wordpress", category="cms")],
    }  # fmt: skip
    return replace(plain, tables={**plain.tables, **extra})


def walk(sections: Sequence[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from walk(section.children)


def table(model: ReportModel, name: str) -> dict[str, dict[str, Cell]]:
    """A table's cells by the header of the row and the column."""
    found = next(b for s in walk(model.sections) for b in s.blocks if isinstance(b, Table) and b.id == name)
    return {
        r.cells[0].text: {c.label: cell for c, cell in zip(found.columns, r.cells, strict=True)}
        for r in found.rows
        if not r.group
    }


def test_variety_of_products_with_what_was_not_recognised(data: StudyData) -> None:
    rows = table(build(data, "en"), "systems-variety-table")
    berth = rows["Boat berths"]
    assert berth["How products are spread"].text == "one product leads"
    assert berth["Effective number of products"].text == "1.6"
    assert berth["Most used (share of recognised)"].links[0].text == "Timmi (75%)"
    assert berth["Not recognised"].value == 1
    assert rows["Feedback"]["How products are spread"].state == "gap"


def test_ways_count_each_address_once(data: StudyData) -> None:
    rows = table(build(data, "en"), "systems-ways-table")
    first = rows[next(iter(rows))]
    assert first["E-service addresses"].value == 2
    straight = first["Addresses straight to the service"]
    assert (straight.text, straight.note, straight.value) == ("1 of 2", "too few", None)
    assert (first["Other websites"].value, first["Language lost"].value, first["Landing pages not read"].value) == (
        1,
        1,
        1,
    )


def test_shared_installations_credit_members_without_a_link(data: StudyData) -> None:
    (row,) = table(build(data, "en"), "systems-shared-table").values()
    assert len({row["Municipalities that link to it"].text, row["Served by it, no link found"].text, "", "–"}) == 4


def test_the_ranking_counts_members_of_a_shared_installation_and_says_so(data: StudyData) -> None:
    """Only those that were read, and only of products that somebody was seen to use."""
    hit, member = data.hits[0], data.codes[1]
    plain = replace(data, tables={**data.tables, "vendor_hits": [replace(hit, municipality_code=data.codes[0])]})
    known, column = plain.product(hit.product_id), "Municipalities"
    assert known is not None
    product = known.name

    def ranked(**change: Any) -> tuple[Cell, str]:
        row = make(SharedInstallation, product_id=hit.product_id, municipality_code=member, is_member=True)
        shared = replace(plain, tables={**plain.tables, "shared_installations": [replace(row, **change)]})
        part = next(s for s in walk(build(shared, "en").sections) if s.id == "products")
        notes = next(" ".join(b.footnotes) for b in part.blocks if isinstance(b, Table) and b.id == "products-table")
        return table(build(shared, "en"), "products-table")[product][column], notes

    cell, notes = ranked()
    unseen = sum(1 for c in data.codes[2:] if data.status[c].status is not CrawlStatus.COMPLETE)
    assert (cell.value, cell.gaps) == (2, f"{unseen} gaps, 1 of them as a member of a shared installation")
    assert "no link to it was found" in notes
    unread = next((c for c in data.codes if data.status[c].pages_fetched == 0), None)
    assert unread is not None
    for change in ({"municipality_code": unread}, {"is_member": False}, {"product_id": "finna"}):
        cell, notes = ranked(**change)
        assert cell.value == 1
        assert "shared" not in cell.gaps
        assert "no link to it was found" not in notes


def test_site_tools_stand_apart(data: StudyData) -> None:
    model = build(data, "en")
    assert table(model, "systems-tools-table")["WordPress"]["Municipalities"].value == 1
    assert "WordPress" not in table(model, "products-table")


def test_unknown_hosts_have_links_and_a_guess(data: StudyData) -> None:
    row = table(build(data, "en"), "product-unknown-table")["lomake.tuote.example"]
    assert [(run.text, run.href) for run in row["Links"].links] == [("Hae paikkaa", UNKNOWN)]
    assert "address suggests" in row["Why it looks like an e-service"].text


@pytest.mark.parametrize("language", available_languages())
def test_every_language_has_the_part(data: StudyData, language: str) -> None:
    assert "systems" in [s.id for s in build(data, language).sections]


def test_an_older_study_has_no_such_part(six: StudyFolder) -> None:
    assert "systems" not in [s.id for s in build(load_study(six), "en").sections]
