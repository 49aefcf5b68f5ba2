"""Tables: the contract's columns, texts everywhere, sorted rows, unique keys, equal bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from study import (
    TABLES,
    PageService,
    ServiceFinding,
    State,
    StateReason,
    StorageError,
    VendorHit,
    Verification,
    columns_of,
    key_of,
    read_arrow,
    read_table,
    table_schema,
    to_arrow,
    write_table,
)
from taxonomy import load_taxonomy
from tests.renaming import with_renamed

# The contract's columns, written out here a second time on purpose: others rely on these names.
CONTRACT = {
    "municipalities": "code name_fi name_sv region population size_class website status pages_fetched crawled_from "
    "crawled_to",
    "pages": "municipality_code url final_url status content_type fetched_at title language page_type depth warc_file "
    "warc_offset sha256",
    "page_services": "municipality_code url service_id theme_id score is_primary",
    "service_findings": "municipality_code theme_id service_id state state_reason pages_read best_url confidence "
    "click_depth channels digital phone on_site printable_form email maturity authentication verification",
    "channel_evidence": "municipality_code service_id channel subtype url target_url snippet cue confidence",
    "vendor_hits": "municipality_code service_id product_id vendor owner_type category evidence_type url target",
    "unknown_eservices": "municipality_code service_id host url target_url",
    "register_services": "municipality_code register_id service_id name language",
    "register_channels": "municipality_code register_id service_id name language channel target alive",
    "accessibility_pages": "municipality_code url engine engine_version violations incomplete passes audited_at error",
    "accessibility_violations": "municipality_code url rule_id impact wcag nodes selector html",
    "accessibility_statements": "municipality_code url found assessed_on compliance feedback_channel enforcement_body "
    "problems",
    "indicators": "indicator municipality_code outcome value unit reason evidence",
}


def finding(code: str = "091", service: str = "boat-berth", **changes: object) -> ServiceFinding:
    base = ServiceFinding(
        municipality_code=code,
        theme_id="sports-leisure",
        service_id=service,
        state=State.FOUND,
        state_reason=None,
        pages_read=12,
        best_url="https://x.example/venepaikat",
        confidence=0.9,
        click_depth=2,
        channels=("digital", "phone"),
        digital=True,
        phone=True,
        on_site=False,
        printable_form=False,
        email=False,
        maturity=5,
        authentication="suomi.fi",
        verification=Verification.AUTOMATIC,
        rule="strong-page",
        languages=("fi",),
        language_gaps=(),
        path_quality="deep-link",
        maturity_reason="digital: log-in suomi.fi",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("table", sorted(CONTRACT))
def test_every_table_has_the_columns_of_the_contract_first_and_in_order(table: str) -> None:
    names = [c.name for c in columns_of(TABLES[table].record)]
    wanted = CONTRACT[table].split()
    assert names[: len(wanted)] == wanted


def test_there_are_exactly_the_tables_of_the_contract() -> None:
    assert [name for name, table in TABLES.items() if table.is_contract] == list(CONTRACT)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_column_is_explained_and_every_table_has_a_key(table: str) -> None:
    assert all(c.text.strip().endswith((".", ")")) for c in columns_of(TABLES[table].record))
    assert key_of(TABLES[table].record)


def test_schema_carries_text_and_nullability() -> None:
    field = table_schema(ServiceFinding).field("digital")
    assert field.nullable
    assert b"gaps" in field.metadata[b"text"]
    assert not table_schema(ServiceFinding).field("state").nullable


def test_rows_come_back_as_they_went(tmp_path: Path) -> None:
    rows = [
        finding("092"),
        finding("091", state=State.BLOCKED, state_reason=StateReason.ROBOTS, digital=None, channels=()),
    ]
    path = tmp_path / "service_findings.parquet"
    write_table(path, ServiceFinding, rows)
    assert read_table(path, ServiceFinding) == [rows[1], rows[0]]


def test_terminal_escapes_and_direction_marks_of_pages_do_not_get_into_tables(tmp_path: Path) -> None:
    odd = finding("091", maturity_reason="a\x1b[31mb\u202ec\x00d", languages=("fi\u2066",))
    path = tmp_path / "service_findings.parquet"
    write_table(path, ServiceFinding, [odd])
    assert read_table(path, ServiceFinding) == [replace(odd, maturity_reason="a[31mbcd", languages=("fi",))]


def test_same_rows_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [finding(code) for code in ("091", "049", "005")]
    write_table(tmp_path / "a.parquet", ServiceFinding, rows, {"evidence_digest": "x"})
    write_table(tmp_path / "b.parquet", ServiceFinding, rows[::-1], {"evidence_digest": "x"})
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_a_key_that_occurs_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="occurs twice"):
        to_arrow(ServiceFinding, [finding(), finding()])


def test_a_code_that_is_a_number_is_refused() -> None:
    with pytest.raises(pa.ArrowTypeError):
        to_arrow(ServiceFinding, [finding(91)])  # type: ignore[arg-type]


def test_empty_key_values_are_sorted_first() -> None:
    base = VendorHit("091", "boat-berth", "timmi", "V", "private", "booking", "host", "https://x.example/", "t")
    table = to_arrow(VendorHit, [base, replace(base, service_id=None)])
    assert table["service_id"].to_pylist() == [None, "boat-berth"]


def test_an_empty_table_still_has_its_columns(tmp_path: Path) -> None:
    write_table(tmp_path / "p.parquet", PageService, [])
    assert read_arrow(tmp_path / "p.parquet", PageService).schema.names == [c.name for c in columns_of(PageService)]


def test_a_broken_table_says_which_command_rebuilds_it(tmp_path: Path) -> None:
    path = tmp_path / "pages.parquet"
    path.write_bytes(b"PAR1 not really")
    with pytest.raises(StorageError, match="analyze"):
        read_table(path, PageService)


def test_a_table_of_another_version_says_which_column_is_missing(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    path = tmp_path / "page_services.parquet"
    pq.write_table(pa.table({"municipality_code": ["091"]}), path)
    with pytest.raises(StorageError, match="url is missing"):
        read_table(path, PageService)


def test_times_keep_their_zone(tmp_path: Path) -> None:
    row = TABLES["pages"].record(
        "091", "https://x.example/", "https://x.example/", 200, "text/html", datetime(2026, 11, 1, 8, tzinfo=UTC),
        "T", "fi", "service", 1, "091-00001.warc.gz", 0, "ab",
    )  # fmt: skip
    write_table(tmp_path / "pages.parquet", TABLES["pages"].record, [row])
    assert read_table(tmp_path / "pages.parquet", TABLES["pages"].record)[0].fetched_at == row.fetched_at


def test_ids_that_were_renamed_since_a_table_was_written_are_read_as_those_of_today(tmp_path: Path) -> None:
    renamed = with_renamed(load_taxonomy(), "services", "boat-berth", "berth")
    renamed = with_renamed(renamed, "products", "timmi", "tim")
    hit = VendorHit("091", "boat-berth", "timmi", "V", "private", "booking", "host", "https://x.example/", "timmi")
    write_table(tmp_path / "hits.parquet", VendorHit, [hit, replace(hit, service_id=None)])
    read = read_table(tmp_path / "hits.parquet", VendorHit, renamed)
    assert [(row.service_id, row.product_id, row.target) for row in read] == [
        (None, "tim", "timmi"),
        ("berth", "tim", "timmi"),
    ]
    assert read_table(tmp_path / "hits.parquet", VendorHit)[1].service_id == "boat-berth"
