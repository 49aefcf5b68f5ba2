"""The workbook as another reader sees it: types, heads, filters, links, words, and no formula anywhere."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reports import load_study, render
from reports.meanings import Meanings, all_tables
from reports.reference import REFERENCE
from reports.sheets import SHEET_NAME
from study import StudyFolder, columns_of, open_study


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, inventor: Callable[..., Any]) -> StudyFolder:
    """A study with awkward texts and addresses."""
    made = inventor(6)
    rows = made.rows["channel_evidence"]
    rows[0] = replace(rows[0], snippet="=HYPERLINK(1)")
    rows[1] = replace(rows[1], target_url="tel:+358401234567", snippet="+358 40 1234567")
    rows[2] = replace(rows[2], target_url="https://pitka.example/" + "x" * 3000)
    study: StudyFolder = made.write(tmp_path_factory.mktemp("workbook") / "study")
    return study


@pytest.fixture(scope="module")
def written(folder: StudyFolder) -> Path:
    """The workbook in Finnish with heads in two languages."""
    return render(folder, languages=("fi", "sv"), formats=("xlsx",))[-1]


@pytest.fixture(scope="module")
def book(written: Path) -> Any:
    """It, read by another program."""
    return openpyxl.load_workbook(written)


def column(book: Any, sheet: str, head: str) -> list[Any]:
    """Cells of a column by the first line of its head."""
    table = book[sheet]
    index = next(c.column for c in table[1] if str(c.value).split("\n")[0] == head)
    return [table.cell(row, index) for row in range(2, table.max_row + 1)]


def test_a_sheet_for_every_table_with_frozen_heads_and_filters(book: Any, folder: StudyFolder) -> None:
    """The first explains and leads to every other; all heads stay in view and filter."""
    meanings = Meanings("fi", load_study(folder).taxonomy)
    wanted = {meanings.table(name) for name in (*all_tables(), *REFERENCE)}
    assert wanted <= set(book.sheetnames)
    first, *others = book.worksheets
    assert first.title == "Lue tämä ensin"
    links = {cell.hyperlink.location for row in first.iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'{sheet.title}'!A1" for sheet in others}
    for sheet in others:
        assert sheet.freeze_panes is not None, sheet.title
        assert sheet.max_row < 2 or sheet["A2"].value is None or sheet.auto_filter.ref, sheet.title
        assert len(sheet.title) <= SHEET_NAME
    listed = [row[3].value for row in first.iter_rows() if str(row[0].value).startswith("Taulukko ")]
    assert listed
    assert len(set(listed)) == len(listed), "two tables of the report are called alike"
    texts = [str(cell.value) for row in first.iter_rows() for cell in row if cell.value]
    assert any("aukko" in text.lower() for text in texts)
    assert any("lucka" in text.lower() for text in texts)


def test_types_are_right(book: Any) -> None:
    """Codes are text with their zero, counts numbers, shares per cent, moments dates, truths booleans."""
    codes = column(book, "Kunnat", "Koodi")
    assert {cell.value for cell in codes} >= {"091", "049"}
    assert {cell.data_type for cell in codes} == {"s"}
    assert {cell.data_type for cell in column(book, "Kunnat", "Asukkaita")} == {"n"}
    moments = [cell.value for cell in column(book, "Luetut sivut", "Saatu")]
    assert all(isinstance(value, datetime) for value in moments)
    assert {cell.data_type for cell in column(book, "Sivujen palvelut", "Pääaihe")} == {"b"}
    digital = {cell.value for cell in column(book, "Kuntien palvelut (ruudukko)", "Sähköinen")}
    assert digital == {True, False, None}
    shares = [c for s in book.worksheets for row in s.iter_rows() for c in row if c.number_format == "0%"]
    assert shares
    assert all(cell.data_type == "n" and 0 <= cell.value <= 1 for cell in shares)


def test_it_speaks_its_first_language_and_its_heads_all(book: Any) -> None:
    """States and services in words, municipalities beside their codes."""
    states = {cell.value for cell in column(book, "Kuntien palvelut (ruudukko)", "Tila")}
    assert "löytyi" in states
    assert "found" not in states
    names = {cell.value for cell in column(book, "Kuntien palvelut (ruudukko)", "Kunta")}
    assert "Helsinki" in names
    assert book["Kunnat"]["A1"].value == "Koodi\nKod"


def test_no_formula_and_no_dead_link(book: Any) -> None:
    """Text of websites stays text; telephone numbers and endless addresses are no links."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                if cell.hyperlink and cell.hyperlink.target:
                    assert cell.hyperlink.target.startswith(("http://", "https://", "mailto:"))
                    assert len(cell.hyperlink.target) < 2080
    snippets = {cell.value for cell in column(book, "Kanavien todisteet", "Sanat sivulla")}
    assert {"=HYPERLINK(1)", "+358 40 1234567"} <= snippets


def test_same_study_same_bytes(folder: StudyFolder, written: Path) -> None:
    """No clock inside."""
    first = written.read_bytes()
    assert render(folder, languages=("fi", "sv"), formats=("xlsx",))[-1].read_bytes() == first


def test_what_is_too_long_is_told(folder: StudyFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table beyond the limit has no sheet, and the first one says where it is."""
    monkeypatch.setattr("reports.workbook.MOST_ROWS", 50)
    path = render(folder, languages=("en",), formats=("xlsx",))[-1]
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    assert "Evidence of the channels" not in book.sheetnames
    texts = [str(c.value) for row in book.worksheets[0].iter_rows() for c in row if c.value]
    assert any("too long for a workbook" in text for text in texts)


@pytest.mark.parametrize(("count", "failed"), [(1, False), (2, True)])
def test_one_municipality_and_none_read(tmp_path: Path, inventor: Callable[..., Any], count: int, failed: bool) -> None:
    """A study of one, and one of which nothing could be read, have a workbook too."""
    folder = inventor(count, all_failed=failed).write(tmp_path / "study")
    path = render(open_study(folder.root), languages=("sv",), formats=("xlsx",))[-1]
    assert openpyxl.load_workbook(path).sheetnames[0] == "Läs detta först"


def test_json_has_every_language_whatever_was_asked(folder: StudyFolder) -> None:
    """Where JSON is asked for; else those of the report."""
    made = json.loads(render(folder, languages=("fi",), formats=("json",))[0].read_text("utf-8"))
    assert set(made["reports"]) == {"fi", "sv", "en"}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_column_and_table_has_its_words(language: str, six: StudyFolder) -> None:
    """A new column needs its name in the three languages, and its meaning in two."""
    meanings = Meanings(language, load_study(six).taxonomy)
    lacking = meanings.lacking({**all_tables(), **REFERENCE})
    assert lacking == []
    for name, record in {**all_tables(), **REFERENCE}.items():
        for declared in columns_of(record):
            assert meanings.column(name, declared.name)


def test_a_remark_stands_over_the_columns_of_its_table_and_rows_are_as_high_as_they_need(book: Any) -> None:
    """A remark beside them would make the printed page wide, and its letters tiny."""
    report = [sheet for sheet in book.worksheets[1:] if sheet.title.split()[-1].isdigit()]
    assert report
    for sheet in report:
        over = {str(merged).partition(":")[0] for merged in sheet.merged_cells.ranges}
        columns = sum(cell.value is not None for cell in sheet[1])
        for row in sheet.iter_rows(min_row=2, max_col=1):
            if row[0].font.italic and row[0].value:
                assert row[0].coordinate in over, (sheet.title, row[0].value)
                lines = len(str(row[0].value)) / (60 * columns)
                assert (sheet.row_dimensions[row[0].row].height or 15) >= 13 * min(lines, 2), row[0].value
