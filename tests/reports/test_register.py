"""The service register in the report, on a scorecard and in the review queue: a second witness, told as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.invented import Inventor
from reports import build, load_study
from reports.blocks.register import declared, targets
from reports.clean import mask_names, mask_rows, personal_in
from reports.context import Context
from reports.data import StudyData
from reports.model import Note, ReportModel, Table, Tiles
from reports.review.desk import open_desk
from reports.scorecard.card import scorecard
from reports.scorecard.page import scorecard_html
from reports.words import Words, available_languages
from study import (
    RegisterCell,
    RegisterChannel,
    RegisterService,
    State,
    StudyFolder,
    key_of,
    write_table,
)
from taxonomy import load_taxonomy


def service_row(code: str, service: str | None, name: str = "Palvelu") -> RegisterService:
    return RegisterService(
        code, f"s-{service or name}", service, name, "fi", ("fi",), None, (), "class, name, words", 1
    )


def channel_row(code: str, service: str | None, outcome: str, **changes: Any) -> RegisterChannel:
    values: dict[str, Any] = {
        "municipality_code": code,
        "register_id": f"c-{service}-{outcome}",
        "service_id": service,
        "name": "Kanava",
        "language": "fi",
        "channel": "digital",
        "target": f"https://www.example.org/{service}/{outcome}",
        "alive": outcome != "dead",
        "type": "EChannel",
        "outcome": outcome,
        "seen_on": None,
        "is_general": False,
        "checked": "status 200",
    }
    return RegisterChannel(**{**values, **changes})


def cell_row(code: str, theme: str, service: str, agreement: str, **changes: tuple[str, ...]) -> RegisterCell:
    values: dict[str, Any] = {
        "declared": ("digital",),
        "found": (),
        "only_declared": (),
        "only_found": (),
        "languages_missing": (),
        "dead": (),
        "not_linked": (),
        "register_ids": (),
    }
    return RegisterCell(code, theme, service, agreement, **{**values, **changes})


class Written:
    """An invented study whose first municipality declares a few services."""

    def __init__(self, root: Path) -> None:
        self.folder: StudyFolder = Inventor(3).write(root / "study")
        grid = self.folder.read("service_findings")
        self.code = grid[0].municipality_code
        own = [f for f in grid if f.municipality_code == self.code]
        self.silent = next(f for f in own if f.state is State.NOT_FOUND)
        self.found = next(f for f in own if f.state is State.FOUND and f.best_url)
        self.other = next(f for f in own if f.state is State.FOUND and f is not self.found and f.best_url)
        code, silent, found, other = self.code, self.silent, self.found, self.other
        self._write("register_services", RegisterService, [service_row(code, f.service_id) for f in (silent, found)])
        self._write(
            "register_channels",
            RegisterChannel,
            [
                channel_row(code, silent.service_id, "not-linked"),
                channel_row(code, silent.service_id, "dead", name="Rehtori Aino Virtanen"),
                channel_row(code, found.service_id, "found"),
                channel_row(code, None, "no-target", channel="phone", type="Phone", target="", alive=None),
            ],
        )
        self._write(
            "register_cells",
            RegisterCell,
            [
                cell_row(code, silent.theme_id, silent.service_id, "declared-only", only_declared=("digital",)),
                cell_row(code, found.theme_id, found.service_id, "language-missing", languages_missing=("sv",)),
                cell_row(code, other.theme_id, other.service_id, "found-only", declared=(), found=("phone",)),
            ],
        )
        self.data: StudyData = load_study(self.folder)

    def _write(self, name: str, record: type, rows: list[Any]) -> None:
        write_table(self.folder.findings / f"{name}.parquet", record, rows)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(tmp_path_factory.mktemp("register"))


def tables_of(model: ReportModel) -> dict[str, Table]:
    part = next(section for section in model.sections if section.id == "register")
    blocks = [*part.blocks, *(block for child in part.children for block in child.blocks)]
    return {block.id: block for block in blocks if isinstance(block, Table)}


def test_the_chapter_tells_of_services_targets_and_municipalities(written: Written) -> None:
    model = build(written.data, "en")
    part = next(section for section in model.sections if section.id == "register")
    assert any(isinstance(block, Note) and "No finding" in block.text for block in part.blocks)
    (tiles,) = (block for block in part.blocks if isinstance(block, Tiles))
    assert len(tiles.items) == 4
    made = tables_of(model)
    row = {
        c.label: cell.text
        for c, cell in zip(made["register-table"].columns, made["register-table"].rows[0].cells, strict=True)
    }
    assert len(made["register-table"].rows) == 1
    assert (row["Declared"], row["Register only"], row["Website only"], row["Language lacks"], row["Dead"]) == tuple(
        "21111"
    )
    assert len(made["register-services-table"].rows) == 3
    assert [row.cells[0].text for row in made["register-targets-table"].rows] == ["Digital service", "Phone"]


@pytest.mark.parametrize("language", available_languages())
def test_the_chapter_and_the_list_exist_in_every_language(written: Written, language: str) -> None:
    assert tables_of(build(written.data, language))
    card = scorecard_html(scorecard(written.data, language, written.code))
    assert Words(language)("register.mend.dead") in card


def test_a_study_that_asked_no_register_has_no_chapter(six: StudyFolder) -> None:
    data = load_study(six)
    assert declared(data) == {}
    assert not any(section.id == "register" for section in build(data, "en").sections)


def test_a_scorecard_lists_what_to_mend(written: Written) -> None:
    card = scorecard(written.data, "en", written.code)
    kinds = {kind.title.partition(":")[0]: kind.items for kind in card.mending}
    (dead,) = kinds["Addresses that no longer work"]
    assert dead.pages[0].href == f"https://www.example.org/{written.silent.service_id}/dead"
    (only,) = kinds["In the register only"]
    assert [page.href for page in only.pages] == [f"https://www.example.org/{written.silent.service_id}/not-linked"]
    assert kinds["To describe in one more language"][0].text == "Swedish missing"
    assert kinds["Address or number lacks"][0].text == "Phone"
    assert kinds["To declare"][0].pages
    others = scorecard(written.data, "en", next(code for code in written.data.codes if code != written.code))
    assert others.mending == ()
    assert Words("en")("register.mend.title") not in scorecard_html(others)


def test_names_of_officials_are_masked_though_nothing_stands_beside_them(written: Written) -> None:
    names = {row.name for row in written.data.rows("register_channels")}
    assert not any("Virtanen" in name for name in names)
    assert "Kanava" in names
    personal = personal_in(load_taxonomy("fi").country)
    assert "Aino" not in mask_names("Rehtori Aino Virtanen", personal)
    rows = mask_rows(
        [channel_row("1", "x", "dead", name="Aino Virtanen")], key_of(RegisterChannel), personal, ("name",)
    )
    assert rows[0].name == "***"


def test_a_target_of_several_services_counts_once() -> None:
    rows = [
        channel_row("1", service, outcome, register_id="c", target="https://x.example/a")
        for service, outcome in (("a", "not-linked"), ("b", "differs"))
    ]
    assert [row.outcome for row in targets(rows)] == ["differs"]


def test_where_the_register_says_otherwise_people_look(written: Written) -> None:
    desk = open_desk(written.folder, "Aino")
    assert "register" in desk.cells[written.code, written.silent.service_id].reasons
    assert "register" not in desk.cells[written.code, written.found.service_id].reasons
    assert "register" not in desk.cells[written.code, written.other.service_id].reasons


def test_the_register_has_a_name_of_its_own_where_the_country_has_one(written: Written) -> None:
    from reports.blocks.register import register_name

    words = Words("en")
    assert register_name(Context(written.data, words)) == "Finnish Service Catalogue"
