"""The data package: valid, harmless in spreadsheets, free of personal addresses, the same each time."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import frictionless
import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reports import export_package
from reports.cells import spreadsheet_bytes
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
    with path.open(encoding="utf-8", newline="") as handle:
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


def test_every_reader_knows_the_encoding_and_codes_stay_text(package: Path) -> None:
    """No byte order mark, an encoding by its registered name, and 091 keeps its zero."""
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    assert {r["encoding"] for r in described["resources"] if "encoding" in r} == {"utf-8"}
    for path in package.rglob("*.csv"):
        assert not path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name
        assert path.read_bytes().split(b"\r\n", 1)[0].split(b",")[0].decode().isidentifier()
    assert "091" in {row["code"] for row in read_csv(package / "data" / "municipalities.csv")}
    assert pq.read_table(package / "data" / "municipalities.parquet").column("code").to_pylist()[0] == "049"


PROFILE = json.loads((Path(__file__).parent / "datapackage-2.0.json").read_text("utf-8"))
"""The standard's own profile (public domain), its texts left out."""


def test_the_descriptor_obeys_the_profile_it_names(package: Path) -> None:
    """Data Package v2, by the standard's own JSON schema; a wrong type of resource is seen by it."""
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    assert described["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    check = jsonschema.Draft7Validator(PROFILE)
    assert [error.message for error in check.iter_errors(described)] == []
    described["resources"][-1]["type"] = "file"
    assert not check.is_valid(described)


def test_tables_for_spreadsheets_lie_apart_and_leave_with_the_next_plain_export(six: StudyFolder) -> None:
    """Beside the package, never in it; an older one would tell of other findings."""
    folder = export_package(six, for_spreadsheets=True).parent
    described = (folder / "datapackage.json").read_text("utf-8")
    names = {path.name for path in (folder / "excel").iterdir()}
    assert names == {path.name for path in (folder / "data").glob("*.csv")}
    assert "excel/" not in described
    assert frictionless.validate(str(folder / "datapackage.json")).valid
    export_package(six)
    assert not list((folder / "excel").iterdir())


def test_a_spreadsheet_with_decimal_commas_sees_numbers() -> None:
    """Numbers bare, texts in quotation marks, nothing that is a formula, no exponent."""
    at = datetime(2026, 3, 1, 12, 30, 5, 999, tzinfo=UTC)
    table = pa.table(
        {
            "code": ["091", "049", None],
            "share": [0.5, 1e-07, None],
            "count": [12, 1_000_000, None],
            "is": [True, False, None],
            "day": [date(2026, 1, 2), None, None],
            "at": [at, None, None],
            "list": [["a", "b"], [], None],
            "text": ['say "x"; =1\r\ny', "=1+1", ""],
        }
    )
    lines = spreadsheet_bytes(table).decode("utf-8-sig").split("\r\n", 1)
    assert spreadsheet_bytes(table).startswith(b"\xef\xbb\xbf")
    assert lines[0] == '"code";"share";"count";"is";"day";"at";"list";"text"'
    assert lines[1] == (
        '"091";0,5;12;1;2026-01-02;2026-03-01 12:30:05;"a;b";"say ""x""; =1\r\ny"\r\n'
        '"049";0,0000001;1000000;0;;;;"\'=1+1"\r\n'
        ";;;;;;;\r\n"
    )
    rows = list(csv.reader(lines[1].splitlines(keepends=True), delimiter=";"))
    assert rows[0][-1] == 'say "x"; =1\r\ny'


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
