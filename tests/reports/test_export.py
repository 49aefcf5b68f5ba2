"""The data package: valid, harmless in spreadsheets, free of personal addresses, the same each time."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import frictionless
import pyarrow.parquet as pq
import pytest

from reports import export_package
from study import TABLES, StudyFolder, UserError


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory, inventor: Callable[..., Any]) -> Path:
    """The export of three municipalities with awkward texts."""
    made = inventor(3)
    rows = made.rows["channel_evidence"]
    rows[0] = replace(rows[0], snippet="=HYPERLINK(1)", cue="@SUM(A1)")
    rows[1] = replace(rows[1], snippet="+358 40 1234567", channel=rows[1].channel)
    personal = next(r for r in rows if r.channel == "email")
    rows.append(replace(personal, snippet=personal.snippet.replace("maija", "matti")))
    return export_package(made.write(tmp_path_factory.mktemp("export") / "study", title="Ääkköset & Co: 2026")).parent


def read_csv(path: Path) -> list[dict[str, str]]:
    """Rows of an exported table as a spreadsheet would see them."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_package_is_valid(package: Path) -> None:
    """An independent reader finds no fault: schema, keys, references, sizes and digests."""
    report = frictionless.validate(str(package / "datapackage.json"))
    assert report.valid, report.to_summary()


def test_every_table_is_there_twice_with_every_column_explained(package: Path) -> None:
    """CSV for people, Parquet for programs, one text per column."""
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    schemas = {r["name"]: r["schema"] for r in described["resources"] if "schema" in r}
    assert set(TABLES) <= set(schemas)
    assert described["name"] == "aakkoset-co-2026"
    codebook = (package / "codebook.md").read_text("utf-8")
    for name in TABLES:
        parquet = pq.read_schema(package / "data" / f"{name}.parquet")
        fields = schemas[name]["fields"]
        assert [f["name"] for f in fields] == parquet.names
        assert all(len(f["description"]) > 5 for f in fields)
        assert f"## {name}\n" in codebook


def test_excel_sees_utf8_and_codes_stay_text(package: Path) -> None:
    """The byte order mark is there, and 091 keeps its zero."""
    assert (package / "data" / "municipalities.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "091" in {row["code"] for row in read_csv(package / "data" / "municipalities.csv")}
    assert pq.read_table(package / "data" / "municipalities.parquet").column("code").to_pylist()[0] == "049"


def test_no_cell_is_a_formula(package: Path) -> None:
    """Text that a spreadsheet would run has an apostrophe before it; Parquet has the text as it is."""
    for path in sorted((package / "data").glob("*.csv")):
        for row in read_csv(path):
            assert not any(value.startswith(("=", "+", "@", "\t")) for value in row.values())
    snippets = {row["snippet"] for row in read_csv(package / "data" / "channel_evidence.csv")}
    assert {"'=HYPERLINK(1)", "'+358 40 1234567"} <= snippets
    assert "=HYPERLINK(1)" in pq.read_table(package / "data" / "channel_evidence.parquet").column("snippet").to_pylist()


def test_personal_addresses_are_masked_everywhere(package: Path) -> None:
    """In both forms; two rows that differ only in a name become one."""
    for path in sorted((package / "data").iterdir()):
        assert b"meikalainen" not in path.read_bytes(), path.name
    assert any("***@kunta.example" in row["snippet"] for row in read_csv(package / "data" / "channel_evidence.csv"))


def test_licence_and_citation_stand_beside_the_data(package: Path) -> None:
    """A researcher can cite and reuse it."""
    assert "CC-BY-4.0" in (package / "LICENSE.md").read_text("utf-8")
    citation = (package / "CITATION.cff").read_text("utf-8")
    assert 'title: "Ääkköset & Co: 2026"' in citation
    assert "date-released: 2026-10-07" in citation
    assert "service_findings" in (package / "README.md").read_text("utf-8")


def test_same_study_same_bytes_and_old_tables_go(six: StudyFolder) -> None:
    """An export is replaced whole, byte for byte the same."""
    folder = export_package(six).parent
    first = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    (folder / "data" / "dropped_table.csv").write_text("old", "utf-8")
    export_package(six)
    assert {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()} == first


def test_study_without_findings_says_what_to_run(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """The message names the command."""
    folder = inventor(1).write(tmp_path / "study")
    (folder.findings / "service_findings.parquet").unlink()
    with pytest.raises(UserError, match="kuntatutka analyze"):
        export_package(folder)
