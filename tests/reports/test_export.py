"""The data package: valid, harmless in spreadsheets, free of personal addresses, the same each time."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
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

from reports import export_package, load_study
from reports.cells import spreadsheet_bytes
from reports.measures import DIGITAL
from reports.shares import share_of
from study import TABLES, StudyFolder, UserError, columns_of, open_study


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


CAST = {
    "string": "(?s).*",
    "integer": r"-?\d+",
    "number": r"-?\d+(\.\d+)?([eE][-+]?\d+)?",
    "boolean": "true|false",
    "date": r"\d{4}-\d\d-\d\d",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
}
"""What readers of the first version of the standard (npm's `datapackage` 1.1.10) know and take a cell for."""


def test_readers_of_the_first_version_read_every_table(package: Path) -> None:
    """Types without formats, cells that need no other reading than theirs, one row of heads as the schema has them."""
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    tables = [resource for resource in described["resources"] if resource["path"].endswith(".csv")]
    assert len(tables) >= len(TABLES)
    for table in tables:
        fields = table["schema"]["fields"]
        with (package / table["path"]).open(encoding=table["encoding"], newline="") as handle:
            heads, *rows = csv.reader(handle, delimiter=table["dialect"]["delimiter"])
        assert heads == [field["name"] for field in fields], table["name"]
        for number, field in enumerate(fields):
            assert "format" not in field
            cells = {row[number] for row in rows} - {""}
            odd = [cell for cell in cells if not re.fullmatch(CAST[field["type"]], cell)]
            assert odd == [], (table["name"], field["name"])


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
    assert 'name: "Authors of “Ääkköset & Co: 2026”"' in citation
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
    with pytest.raises(UserError, match="kuntatutka run"):
        export_package(folder)


def test_values_and_keys_are_declared(package: Path) -> None:
    """What a column may hold, with words, and which rows of which table its values lead to."""
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    schemas = {r["name"]: r["schema"] for r in described["resources"] if "schema" in r}
    fields = {f["name"]: f for f in schemas["service_findings"]["fields"]}
    assert fields["path_quality"]["constraints"]["enum"] == ["deep-link", "own-page", "portal-root"]
    assert {"value": "not-found", "label": "not found (searched completely)"} in fields["state"]["categories"]
    keys = [key for schema in schemas.values() for key in schema.get("foreignKeys", ())]
    assert {
        (("municipality_code",), "municipalities"),
        (("service_id",), "services"),
        (("theme_id",), "themes"),
        (("channel",), "channels"),
        (("product_id",), "products"),
        (("municipality_code", "url"), "pages"),
        (("best_url",), "pages"),
        (("municipality_code", "url"), "accessibility_pages"),
    } <= {(tuple(key["fields"]), key["reference"]["resource"]) for key in keys}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("service_findings", "state", "maybe"),
        ("service_findings", "channels", "digital;telepathy"),
        ("page_services", "url", "https://nobody.example/"),
        ("vendor_hits", "product_id", "no-such-product"),
    ],
)
def test_a_value_of_no_list_and_a_key_that_leads_nowhere_are_found(
    package: Path, tmp_path: Path, table: str, column: str, value: str
) -> None:
    """The descriptor is strict enough for an independent reader to see each kind of mistake."""
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    described["resources"] = [r for r in described["resources"] if "schema" in r]
    (tmp_path / "data").mkdir()
    for resource in described["resources"]:
        resource.pop("hash"), resource.pop("bytes")
        rows = read_csv(package / resource["path"])
        if resource["name"] == table:
            rows[0][column] = value
        with (tmp_path / resource["path"]).open("w", encoding="utf-8", newline="") as handle:
            names = [f["name"] for f in resource["schema"]["fields"]]
            writer = csv.DictWriter(handle, names)
            writer.writeheader()
            writer.writerows(rows)
    (tmp_path / "datapackage.json").write_text(json.dumps(described), "utf-8")
    report = frictionless.validate(str(tmp_path / "datapackage.json"), resource_name=table)
    assert [value in error[0] for error in report.flatten(["message"])] == [True]


def test_which_evidence_entered_a_cell(six: StudyFolder) -> None:
    """Only sure pieces on pages that the cell rests on; together they make the channels of the cell."""
    folder = export_package(six).parent
    behind = {(r["municipality_code"], r["service_id"], r["url"]) for r in read_csv(folder / "data/cell_pages.csv")}
    entered: dict[tuple[str, str], set[str]] = {}
    for row in read_csv(folder / "data" / "channel_evidence.csv"):
        is_in = row["entered_cell"] == "true"
        is_behind = (row["municipality_code"], row["service_id"], row["url"]) in behind
        assert is_in == (is_behind and float(row["confidence"]) >= 0.5)
        if is_in:
            entered.setdefault((row["municipality_code"], row["service_id"]), set()).add(row["channel"])
    grid = {(r["municipality_code"], r["service_id"]): r for r in read_csv(folder / "data" / "service_findings.csv")}
    assert {key: ";".join(sorted(channels)) for key, channels in entered.items()} == {
        key: row["channels"] for key, row in grid.items() if row["channels"]
    }


def test_codebooks_and_value_lists_speak_three_languages(package: Path) -> None:
    """Every column and value of every table is explained in each, and no explanation is left in another language."""
    books = {code: (package / f"codebook{code}.md").read_text("utf-8") for code in ("", ".fi", ".sv")}
    for name in TABLES:
        rows = [book.split(f"## {name}\n")[1].split("\n## ")[0].count("\n| ") for book in books.values()]
        assert len(set(rows)) == 1
        assert rows[0] > 3
    assert "löytyi" in books[".fi"]
    assert "hittad" in books[".sv"]
    english = {c.text for table in TABLES.values() for c in columns_of(table.record) if len(c.text) > 20}
    assert not [text for text in english if text in books[".fi"] or text in books[".sv"]]
    values = read_csv(package / "data" / "value_lists.csv")
    assert all(row["name_fi"] and row["name_sv"] and row["name_en"] for row in values)
    state = {row["value"]: row["name_fi"] for row in values if row["list_id"] == "state"}
    assert state["not-examined"] == "aukko: ei tutkittu"
    assert {row["list_id"] for row in values} >= {c.codes for t in TABLES.values() for c in columns_of(t.record)} - {""}


def test_authors_licence_and_doi_come_from_the_study(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """In the descriptor, the citation, the licence file and the metadata of three catalogues."""
    folder = inventor(2).write(tmp_path / "study")
    text = folder.config_file.read_text("utf-8")
    text = text.replace("authors = []", 'authors = ["Meri, Aino", "Example Oy"]').replace(
        'doi = ""', 'doi = "10.1/x.2"'
    )
    text = text.replace('licence = "CC-BY-4.0"', 'licence = "CC0-1.0"').replace('publisher = ""', 'publisher = "Talo"')
    folder.config_file.write_text(text, "utf-8")
    out = export_package(open_study(folder.root)).parent
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    assert package["licenses"][0]["name"] == "CC0-1.0"
    assert [c["title"] for c in package["contributors"]] == ["Meri, Aino", "Example Oy", "Talo"]
    assert "publicdomain/zero" in (out / "LICENSE.md").read_text("utf-8")
    citation = (out / "CITATION.cff").read_text("utf-8")
    assert 'family-names: "Meri"' in citation
    assert 'name: "Example Oy"' in citation
    cite = json.loads((out / "datacite.json").read_text("utf-8"))
    assert [c["nameType"] for c in cite["creators"]] == ["Personal", "Organizational"]
    assert (cite["doi"], cite["publisher"]["name"], cite["rightsList"][0]["rightsIdentifier"]) == (
        "10.1/x.2",
        "Talo",
        "CC0-1.0",
    )
    search = json.loads((out / "dataset.jsonld").read_text("utf-8"))
    assert search["identifier"] == "https://doi.org/10.1/x.2"
    assert {d["contentUrl"] for d in search["distribution"]} == {
        str(p.relative_to(out)) for p in (out / "data").iterdir()
    }
    croissant = json.loads((out / "croissant.json").read_text("utf-8"))
    assert croissant["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert "Meri, Aino; Example Oy (2026)" in croissant["citeAs"]
    fields = {f["@id"]: f for s in croissant["recordSet"] for f in s["field"]}
    assert fields["service_findings/service_id"]["references"] == {"field": {"@id": "services/service_id"}}
    for file in croissant["distribution"]:
        assert hashlib.sha256((out / file["contentUrl"]).read_bytes()).hexdigest() == file["sha256"]
    frictionless_report = frictionless.validate(str(out / "datapackage.json"))
    assert frictionless_report.valid


def test_a_study_without_licence_gives_none(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """An unknown one is named as it is; an empty one is no licence at all."""
    folder = inventor(1).write(tmp_path / "study")
    plain = folder.config_file.read_text("utf-8")
    for given, shown in (("", "No licence has been given"), ("LicenseRef-House", "LicenseRef-House.")):
        folder.config_file.write_text(plain.replace('licence = "CC-BY-4.0"', f'licence = "{given}"'), "utf-8")
        out = export_package(open_study(folder.root)).parent
        assert shown in (out / "LICENSE.md").read_text("utf-8")
        assert ("licenses" in json.loads((out / "datapackage.json").read_text("utf-8"))) == bool(given)


def test_the_notebook_rebuilds_five_figures_with_the_reports_numbers(six: StudyFolder) -> None:
    """Run as a reader would, in the folder of the package; its shares are those of the report."""
    out = export_package(six).parent
    notebook = json.loads((out / "figures.ipynb").read_text("utf-8"))
    code = "\n\n".join("".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code")
    code += (
        "\n\nimport json\n"
        "print(json.dumps({'figures': len(plt.get_fignums()), 'themes': by_theme['share'].to_dict(),"
        " 'gaps': by_theme['gaps'].to_dict(), 'products': by_product.to_dict()}))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=out,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["figures"] == 5
    data = load_study(six)
    shares = {t.id: share_of(data, DIGITAL, theme=t.id) for t in data.themes}
    expected = {theme: item for theme, item in shares.items() if item.base}
    assert {t: s for t, s in told["themes"].items() if s == s} == pytest.approx(
        {theme: item.value for theme, item in expected.items() if item.value is not None}
    )
    assert told["gaps"] == {theme: item.gaps for theme, item in expected.items()}
    users: dict[str, set[str]] = {}
    for hit in data.hits:
        users.setdefault(hit.product_id, set()).add(hit.municipality_code)
    assert told["products"] == {product: len(codes) for product, codes in users.items()}
