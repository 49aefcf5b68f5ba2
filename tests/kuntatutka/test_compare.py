"""`kuntatutka compare`: tables with codebook, a summary, JSON; old findings stay; one sentence for bad input."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from bench.compare import two_years
from study import COMPARISON, Change, ChangeKind, WarcWriter, columns_of, open_study, read_table
from tests.kuntatutka.test_bad_input import complaint

SITE = "code,name_fi,website\nX1,Pieni,https://pieni.example/\n"


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two invented studies, `first` and `second`, a year apart. Copy what you change."""
    folder = tmp_path_factory.mktemp("years")
    two_years(folder, 4)
    return folder


@pytest.fixture
def years(invented: Path, tmp_path: Path) -> tuple[Path, Path]:
    for name in ("first", "second"):
        shutil.copytree(invented / name, tmp_path / name)
    return tmp_path / "first", tmp_path / "second"


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_tables_lie_in_the_newest_study_with_what_they_mean(
    kuntatutka: Callable[..., Any], years: tuple[Path, Path]
) -> None:
    old, new = years
    before = digests(old), digests(new / "findings")
    done = kuntatutka("compare", old, new)
    assert done.status == 0, done.err
    place = new / "comparison"
    assert done.out.splitlines()[-4:] == [
        str(place / f"{name}.{end}") for name in COMPARISON for end in ("csv", "parquet")
    ]
    assert "the site changed" in done.out
    rows = read_table(place / "changes.parquet", Change)
    assert {row.kind for row in rows} >= {ChangeKind.SITE, ChangeKind.COVERAGE}
    with (place / "changes.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(rows)
    for book in ("codebook.md", "codebook.fi.md", "codebook.sv.md"):
        text = (place / book).read_text(encoding="utf-8")
        assert all(c.name in text for table in COMPARISON.values() for c in columns_of(table.record))
        assert "not-separated" in text
    assert (digests(old), digests(new / "findings")) == before


def test_the_data_package_holds_what_changed_and_what_was_answered(
    kuntatutka: Callable[..., Any], years: tuple[Path, Path]
) -> None:
    assert kuntatutka("compare", *years).status == 0
    assert kuntatutka("export", years[1]).status in (0, 3)
    package = json.loads((years[1] / "export" / "datapackage.json").read_text(encoding="utf-8"))
    schemas = {item["name"]: item["schema"]["fields"] for item in package["resources"] if "schema" in item}
    for name in COMPARISON:
        rows = pq.read_table(years[1] / "comparison" / f"{name}.parquet")
        assert pq.read_table(years[1] / "export" / "data" / f"{name}.parquet").num_rows == rows.num_rows > 0
        assert [field["name"] for field in schemas[name]] == rows.column_names
    answers = pq.read_table(years[1] / "export" / "data" / "survey_answers.parquet").to_pylist()
    assert {row["survey_year"] for row in answers} == {2013, 2018, 2021, 2024}
    assert all(row["wording_fi"] and row["source_url"] for row in answers)
    assert all(row["said_fi"] for row in answers if not row["is_known"])
    assert "## survey_answers" in (years[1] / "export" / "codebook.sv.md").read_text(encoding="utf-8")


def test_the_same_comparison_has_the_same_bytes(kuntatutka: Callable[..., Any], years: tuple[Path, Path]) -> None:
    assert kuntatutka("compare", *years).status == 0
    first = digests(years[1] / "comparison")
    assert kuntatutka("compare", *years).status == 0
    assert digests(years[1] / "comparison") == first


def test_json_has_every_change_and_move(
    kuntatutka: Callable[..., Any], years: tuple[Path, Path], tmp_path: Path
) -> None:
    done = kuntatutka("compare", *years, "--json", "--output", tmp_path / "elsewhere")
    assert done.status == 0, done.err
    told = json.loads(done.out)
    (step,) = told["steps"]
    assert (step["old"]["year"], step["new"]["year"], step["is_separated"]) == (2025, 2026, True)
    assert len(step["changes"]) == pq.read_table(tmp_path / "elsewhere" / "changes.parquet").num_rows
    assert sum(item["count"] for item in step["counts"]) == len(step["changes"])
    assert step["product_moves"]
    assert not (years[1] / "comparison").exists()


def test_a_study_named_twice_has_no_change(kuntatutka: Callable[..., Any], years: tuple[Path, Path]) -> None:
    done = kuntatutka("compare", years[0], years[0])
    assert done.status == 0
    assert "is named twice" in done.err
    assert "Name another year's study" in done.err
    assert "No change." in done.out
    assert not (years[0] / "comparison").exists()


def test_studies_that_were_not_made_alike_say_what_to_do(
    kuntatutka: Callable[..., Any], years: tuple[Path, Path]
) -> None:
    path = years[0] / "findings" / "service_findings.parquet"
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, b"weights_digest": b"other"}), path)
    done = kuntatutka("compare", *years)
    assert done.status == 0
    assert "weights" in done.err
    assert "--reanalyze" in done.err
    assert "method or site, not separated" in done.out
    rows = read_table(years[1] / "comparison" / "changes.parquet", Change)
    assert ChangeKind.SITE not in {row.kind for row in rows}


def edit(study: Path, pattern: str, new: str) -> None:
    path = study / "study.toml"
    text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"))
    assert count
    path.write_text(text, encoding="utf-8")


def test_studies_of_two_countries(kuntatutka: Callable[..., Any], years: tuple[Path, Path]) -> None:
    edit(years[1], 'country = "fi"', 'country = "practice"')
    complaint(kuntatutka("compare", *years), 2, "country practice", "Compare studies of one country")


def test_the_newer_study_first(kuntatutka: Callable[..., Any], years: tuple[Path, Path]) -> None:
    complaint(kuntatutka("compare", *reversed(years)), 2, "2026", "Name the older study first")


def test_a_study_without_findings(kuntatutka: Callable[..., Any], years: tuple[Path, Path]) -> None:
    shutil.rmtree(years[0] / "findings")
    complaint(kuntatutka("compare", *years), 2, "no findings", "kuntatutka analyze")


def test_a_study_of_a_newer_format(kuntatutka: Callable[..., Any], years: tuple[Path, Path]) -> None:
    edit(years[0], "format = 1", "format = 99")
    complaint(kuntatutka("compare", *years), 2, "format is 99", "Install a newer Kuntatutka")


def test_tables_of_a_newer_format(kuntatutka: Callable[..., Any], years: tuple[Path, Path]) -> None:
    path = years[0] / "findings" / "pages.parquet"
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, b"schema_version": b"99"}), path)
    complaint(kuntatutka("compare", *years), 2, "format 99", "Install a newer Kuntatutka")


def test_a_table_that_is_cut_in_the_middle(kuntatutka: Callable[..., Any], years: tuple[Path, Path]) -> None:
    path = years[0] / "findings" / "service_findings.parquet"
    path.write_bytes(path.read_bytes()[:500])
    complaint(kuntatutka("compare", *years), 1, "not a readable Parquet file", "analyze")


def test_studies_with_no_municipality_in_common(
    kuntatutka: Callable[..., Any], years: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "own.csv").write_text(SITE, encoding="utf-8")
    assert kuntatutka("new", tmp_path / "third", "-m", tmp_path / "own.csv", "--year", "2026").status == 0
    assert kuntatutka("analyze", tmp_path / "third").status in (0, 3)
    done = kuntatutka("compare", years[0], tmp_path / "third")
    complaint(done, 2, "no municipality in common", "municipalities.csv")


def test_a_municipality_that_went_without_a_known_merger(
    kuntatutka: Callable[..., Any], years: tuple[Path, Path]
) -> None:
    for name in ("municipalities", "service_findings"):
        path = years[1] / "findings" / f"{name}.parquet"
        table = pq.read_table(path)
        column = "code" if name == "municipalities" else "municipality_code"
        keep = [code != "091" for code in table[column].to_pylist()]
        pq.write_table(table.filter(keep), path)
    done = kuntatutka("compare", *years)
    assert done.status == 0
    assert "091" in done.err
    assert "nothing is known of a merger" in done.err


def test_reanalysing_a_study_without_evidence(kuntatutka: Callable[..., Any], years: tuple[Path, Path]) -> None:
    path = years[0] / "findings" / "service_findings.parquet"
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, b"rules_digest": b"older"}), path)
    done = kuntatutka("compare", *years, "--reanalyze")
    complaint(done, 2, "no evidence to analyse again", "without --reanalyze")


def crawled(kuntatutka: Callable[..., Any], folder: Path) -> Path:
    """A study of a few pages, analysed."""
    folder.parent.mkdir(exist_ok=True)
    (folder.parent / "own.csv").write_text(SITE, encoding="utf-8")
    assert kuntatutka("new", folder, "-m", folder.parent / "own.csv", "--year", "2026").status == 0
    with WarcWriter(folder / "evidence", "X1") as writer:
        for number, words in enumerate(
            ("Etusivu", "Venepaikat: varaa venepaikka verkossa", "Rakennuslupa: soita 09 1234567")
        ):
            html = f"<html lang=fi><title>{words}</title><h1>{words}</h1><p>{words} palvelee.</p>" * 3
            headers = [(b"Content-Type", b"text/html; charset=utf-8")]
            at = datetime(2026, 11, 1, tzinfo=UTC)
            writer.write_exchange(f"https://pieni.example/{number or ''}", [], 200, headers, html.encode(), at=at)
    assert kuntatutka("analyze", folder).status in (0, 3)
    return folder


def test_a_study_beside_itself_by_another_program_has_only_method_changes(
    kuntatutka: Callable[..., Any], tmp_path: Path
) -> None:
    old = crawled(kuntatutka, tmp_path / "old")
    shutil.copytree(old, tmp_path / "new")
    for path in (old / "findings").glob("*.parquet"):  # as if another program had made them, and judged otherwise
        table = pq.read_table(path)
        metadata = {**table.schema.metadata, b"rules_digest": b"older"}
        if path.stem == "service_findings":
            states = ["not-found" if n % 2 else state for n, state in enumerate(table["state"].to_pylist())]
            place = table.column_names.index("state")
            table = table.set_column(place, table.schema.field("state"), [states])
        pq.write_table(table.replace_schema_metadata(metadata), path)
    before = digests(old / "findings")
    done = kuntatutka("compare", old, tmp_path / "new", "--reanalyze")
    assert done.status == 0, done.err
    rows = read_table(tmp_path / "new" / "comparison" / "changes.parquet", Change)
    assert rows
    assert {row.kind for row in rows} == {ChangeKind.METHOD}
    assert digests(old / "findings") == before
    (place,) = (old / "reanalyzed").iterdir()
    assert (place / "service_findings.parquet").is_file()
    again = kuntatutka("compare", old, tmp_path / "new", "--reanalyze")
    assert "analysed again before" in again.err
    kept = kuntatutka("compare", old, tmp_path / "new")  # what was analysed again is used without being asked for
    assert "not separated" not in kept.err + kept.out


def test_forgetting_leaves_nothing_in_comparisons(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    study = crawled(kuntatutka, tmp_path / "study")
    for folder in ("comparison", "reanalyzed/x"):
        (study / folder).mkdir(parents=True)
        (study / folder / "changes.csv").write_text("https://pieni.example/1", encoding="utf-8")
    assert kuntatutka("forget", study, "https://pieni.example/1").status in (0, 3)
    assert not any(path.is_file() for name in ("comparison", "reanalyzed") for path in (study / name).rglob("*"))


def test_the_queue_of_a_review_hears_of_what_differs(kuntatutka: Callable[..., Any], years: tuple[Path, Path]) -> None:
    from reports.review.desk import open_desk

    assert kuntatutka("compare", *years).status == 0
    rows = read_table(years[1] / "comparison" / "changes.parquet", Change)
    desk = open_desk(open_study(years[1]), "somebody")
    told = {key for key, cell in desk.cells.items() if "last-year" in cell.differs}
    assert told == {(r.municipality_code, r.service_id) for r in rows if r.kind is ChangeKind.SITE and r.service_id}
