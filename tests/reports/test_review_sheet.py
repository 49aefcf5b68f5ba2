"""The spreadsheet of cells: written, changed by a second library as a person would change it, and taken in again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from reports.review.desk import Desk, open_desk
from reports.review.sheet_in import SheetResult, read_sheet
from reports.review.sheet_out import write_sheet
from study import Action, State, StudyFolder, UserError, read_decisions


@pytest.fixture
def study(six: StudyFolder, tmp_path: Path) -> StudyFolder:
    shutil.copytree(six.root, tmp_path / "study")
    return StudyFolder(tmp_path / "study")


@pytest.fixture(scope="module")
def written(six: StudyFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sheet") / "cells.xlsx"
    write_sheet(open_desk(six, "Aino"), path, "en")
    return path


@pytest.fixture
def path(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(written, tmp_path))


class Sheet:
    """The sheet as a person has it open."""

    def __init__(self, path: Path) -> None:
        self.path, self.book = path, load_workbook(path)
        self.sheet = self.book["cells"]
        self.ids = [cell.value for cell in self.sheet[1]]

    def get(self, row: int, column: str) -> Any:
        return self.sheet.cell(row, self.ids.index(column) + 1).value

    def put(self, row: int, **values: Any) -> None:
        for column, value in values.items():
            self.sheet.cell(row, self.ids.index(column) + 1).value = value

    def row(self, state: str = "found") -> int:
        return next(n for n in range(3, self.sheet.max_row + 1) if self.get(n, "state") == state)

    def save(self) -> None:
        self.book.save(self.path)


def take_in(study: StudyFolder, path: Path, who: str = "Aino") -> SheetResult:
    return read_sheet(open_desk(study, who), path)


def changed(path: Path, **values: Any) -> int:
    sheet = Sheet(path)
    number = sheet.row()
    sheet.put(number, **values)
    sheet.save()
    return number


def test_a_row_a_cell_with_lists_links_and_locked_columns(study: StudyFolder, path: Path) -> None:
    desk, sheet = open_desk(study, "Aino"), Sheet(path)
    assert sheet.sheet.max_row - 2 == len(desk.queue)
    assert [sheet.get(n, "key") for n in (3, 4)] == [f"{c.code}/{c.service}" for c in desk.queue[:2]]
    assert sheet.get(2, "digital") == "Digital service" or sheet.get(2, "digital")
    row = sheet.row()
    column = sheet.ids.index
    assert sheet.sheet.protection.sheet
    assert sheet.sheet.cell(row, column("machine") + 1).protection.locked
    assert not sheet.sheet.cell(row, column("state") + 1).protection.locked
    assert sheet.sheet.cell(row, column("page") + 1).hyperlink is not None
    lists = {str(v.sqref).split(":")[0].rstrip("0123456789"): v for v in sheet.sheet.data_validations.dataValidation}
    assert len(lists) == 10
    assert all(v.formula1.startswith("lists!") and v.showErrorMessage for v in lists.values())
    assert sheet.book["lists"].sheet_state == "hidden"
    assert sheet.sheet.row_dimensions[1].hidden


def test_nothing_changed_decides_nothing(study: StudyFolder, path: Path) -> None:
    Sheet(path).save()
    result = take_in(study, path)
    assert (result.decisions, result.refused) == ([], [])
    assert result.untouched == len(open_desk(study, "x").queue)
    assert not read_decisions(study.review).decisions


def test_answers_and_changes_become_decisions_in_any_language(study: StudyFolder, path: Path) -> None:
    sheet = Sheet(path)
    rows = [n for n in range(3, sheet.sheet.max_row + 1) if sheet.get(n, "state") == "found"][:3]
    sheet.put(rows[0], action="vahvistan", note="=1+1 is no formula here")
    sheet.put(rows[1], state="not found", reason="the page is outdated", action="correct")
    sheet.put(rows[2], action="cannot-judge")
    keys = [(code, service) for n in rows for code, _, service in [str(sheet.get(n, "key")).partition("/")]]
    sheet.save()
    result = take_in(study, path)
    assert result.refused == []
    kept = {(d.municipality_code, d.service_id): d for d in read_decisions(study.review).decisions}
    first, second, third = (kept[key] for key in keys)
    assert (first.action, first.new) == (Action.CONFIRM, first.old)
    assert (second.action, second.new.state, second.reason) == (Action.CORRECT, State.NOT_FOUND, "outdated")
    assert third.action is Action.CANNOT_JUDGE
    assert {d.reviewer for d in kept.values()} == {"Aino"}
    desk = open_desk(study, "Aino")
    assert all(not desk.is_open(desk.cells[key]) for key in keys)
    again = take_in(study, path)
    assert (again.decisions, again.known, again.refused) == ([], 3, [])


def test_channels_take_several_kinds_and_products_go_by_name(study: StudyFolder, path: Path) -> None:
    desk = open_desk(study, "Aino")
    product = next(p for p in desk.taxonomy.products.values() if p.is_counted)
    changed(path, digital="e-form; booking", phone="offered", email="-", products=product.name, log_in="")
    [decision] = take_in(study, path).decisions
    assert {"digital:e-form", "digital:booking", "phone"} <= set(decision.new.channels)
    assert not any(named.startswith("email") for named in decision.new.channels)
    assert decision.new.products == (product.id,)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"state": "perhaps"}, "“State” says “perhaps”, which is not in its list"),
        ({"state": ""}, "“State” is empty"),
        ({"digital": "carrier pigeon"}, "“Digital service” says “carrier pigeon”, which is not in its list"),
        ({"best_url": "javascript:alert(1)"}, "no web address"),
        ({"products": "Nobody's system 3000"}, "no product of the catalogue"),
        ({"action": "confirm", "state": "not found"}, "was changed as well"),
        ({"action": "correct"}, "nothing was changed"),
        ({"action": "certainly"}, "“Answer” says “certainly”, which is not in its list"),
        ({"state": "not found", "reason": "because"}, "“Reason” says “because”, which is not in its list"),
        ({"state": "not found", "code": "999"}, "The grey column “Code” was changed"),
        ({"machine": "found; Phone"}, "The grey column “The machine says” was changed"),
        ({"municipality": "Elsewhere", "service": "Something"}, "belong to different cells (Municipality, Service)"),
        ({"state": "not found", "key": "999/nothing"}, "Names no cell of this study"),
        ({"state": "not found", "reason": "outdated", "seen": "old.old"}, "has changed since"),
        ({"best_url": ""}, "nobody could see where. Fill in “Best page”, or choose a “Reason”."),
        ({"reason": "outdated"}, "Gives a reason and decides nothing"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_row_and_the_rest_is_taken(
    study: StudyFolder, path: Path, values: dict[str, Any], what: str
) -> None:
    sheet = Sheet(path)
    good = [n for n in range(3, sheet.sheet.max_row + 1) if sheet.get(n, "state") == "found"][1]
    sheet.put(good, action="confirm")
    sheet.save()
    number = changed(path, **values)
    result = take_in(study, path)
    [refused] = result.refused
    assert refused.row == number
    assert what in str(refused)
    assert refused.remedy.endswith(".")
    assert str(refused).startswith(f"row {number} (")
    assert len(result.decisions) == 1


def test_what_somebody_decided_meanwhile_is_not_overwritten(study: StudyFolder, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    shutil.copy(path, other)
    changed(path, state="not found", reason="outdated")
    changed(other, action="confirm")
    assert len(take_in(study, path, "Aino").decisions) == 1
    late = take_in(study, other, "Onni")
    assert late.decisions == []
    assert "decided by Aino since it was exported" in str(late.refused[0])


def test_spreadsheets_that_lost_zeros_or_hold_a_row_twice(study: StudyFolder, path: Path) -> None:
    number = changed(path, code=int(Sheet(path).get(Sheet(path).row(), "code")), state="not found", note="It moved.")
    sheet = Sheet(path)
    last = sheet.sheet.max_row + 1
    for at, _ in enumerate(sheet.ids, start=1):
        sheet.sheet.cell(last, at).value = sheet.sheet.cell(number, at).value
    sheet.save()
    result = take_in(study, path)
    assert len(result.decisions) == 1
    assert "Stands in the sheet twice" in str(result.refused[0])


def _text(path: Path) -> None:
    path.write_text("code;state\n", encoding="utf-8")


def _empty_book(path: Path) -> None:
    Workbook().save(path)


def _without_head(path: Path) -> None:
    sheet = Sheet(path)
    sheet.sheet.delete_rows(1)
    sheet.save()


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (_text, "no spreadsheet that can be read"),
        (_empty_book, "has no sheet"),
        (_without_head, "column code is missing"),
        (Path.unlink, "no such file"),
    ],
)
def test_what_is_no_spreadsheet_of_cells_is_one_sentence(
    study: StudyFolder, path: Path, spoil: Callable[[Path], Any], what: str
) -> None:
    spoil(path)
    with pytest.raises(UserError, match=what):
        take_in(study, path)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_language_has_its_words(study: StudyFolder, tmp_path: Path, language: str) -> None:
    desk: Desk = open_desk(study, "Aino")
    write_sheet(desk, tmp_path / "x.xlsx", language)
    sheet = Sheet(tmp_path / "x.xlsx")
    assert sheet.get(2, "state") in ("Tila", "Läge")
    assert take_in(study, tmp_path / "x.xlsx").untouched == len(desk.queue)
    sheet.put(3, action="?", machine=sheet.get(3, "machine"))
    sheet.put(4, machine="x")
    sheet.put(5, note="Nro 1")
    sheet.save()
    result = take_in(study, tmp_path / "x.xlsx")
    told = [str(refused) for refused in result.refused]
    first, second = {
        "fi": ("rivi 3 (", "”Kone sanoo” on muutettu"), "sv": ("rad 3 (", "”Maskinen säger” har ändrats"),
    }[language]  # fmt: skip
    assert told[0].startswith(first)
    assert second in told[1]
    assert (len(told), result.notes) == (2, 1)


def test_a_sure_cell_is_not_denied_without_a_reason(study: StudyFolder, path: Path) -> None:
    desk = open_desk(study, "Aino")
    keys = {f"{c.code}/{c.service}" for c in desk.queue if c.verification == "automatic" and c.state == "found"}
    sheet = Sheet(path)
    number = next(n for n in range(3, sheet.sheet.max_row + 1) if sheet.get(n, "key") in keys)
    sheet.put(number, state="not found")
    sheet.save()
    [refused] = take_in(study, path).refused
    assert "the machine is sure that it is offered. Choose a “Reason”, or write in “Note” why it is not." in str(
        refused
    )
    sheet.put(number, note="Closed in May.")
    sheet.save()
    [decision] = take_in(study, path).decisions
    assert (decision.new.state, decision.note) == (State.NOT_FOUND, "Closed in May.")


def test_a_note_alone_decides_nothing_and_is_in_the_next_sheet(study: StudyFolder, path: Path) -> None:
    number = changed(path, note="Ask the library: two pages.")
    result = take_in(study, path)
    assert (result.notes, result.refused, result.decisions[0].action) == (1, [], Action.NOTE)
    again = take_in(study, path)
    assert (again.decisions, again.known) == ([], 1)
    desk = open_desk(study, "Bo")
    assert desk.book.in_force == {}
    write_sheet(desk, path, "en")
    assert Sheet(path).get(number, "notes") == "Aino: Ask the library: two pages."
    assert not Sheet(path).get(number, "action")


def test_the_commands(kuntatutka: Callable[..., Any], study: StudyFolder, tmp_path: Path) -> None:
    out = kuntatutka("review", study.root, "--export", tmp_path / "c.xlsx", "--lang", "en")
    assert (out.status, out.out.strip()) == (0, str(tmp_path / "c.xlsx"))
    changed(tmp_path / "c.xlsx", state="perhaps")
    done = kuntatutka("review", study.root, "--import", tmp_path / "c.xlsx", "--reviewer", "Aino")
    assert done.status == 1
    assert "Choose one of the list" in done.err
    assert "1 refused" in done.err
    wrong = kuntatutka("review", study.root, "--export", tmp_path / "c.csv")
    assert wrong.status == 2
