"""Tables: a column is its heading and its cells, so every row has as many cells as there are headings."""

from __future__ import annotations

from reports.model import Cell
from reports.model import Column as Heading
from reports.table import Column, Group, table


def test_every_item_becomes_a_row_with_a_cell_below_each_heading() -> None:
    made = table(
        "animals",
        "Animals",
        ["cat", "heron"],
        (
            Column("Name", wide=True, cell=lambda animal: Cell(animal)),
            Column("Letters", "number", cell=lambda animal: Cell(str(len(animal)), value=len(animal))),
        ),
        ("A note",),
        dense=True,
        anchor=lambda animal: f"animal-{animal}",
    )
    assert made.columns == (Heading("Name", "text", True), Heading("Letters", "number"))
    assert [[cell.text for cell in row.cells] for row in made.rows] == [["cat", "3"], ["heron", "5"]]
    assert [row.anchor for row in made.rows] == ["animal-cat", "animal-heron"]
    assert made.footnotes == ("A note",)
    assert made.dense


def test_a_group_is_a_row_that_names_those_below_it() -> None:
    items: list[str | Group] = [Group("Birds"), "heron"]
    made = table("animals", "Animals", items, (Column("Name", cell=lambda animal: Cell(animal)),))
    assert [(row.group, row.cells[0].text) for row in made.rows] == [(True, "Birds"), (False, "heron")]
