"""A page for each product: who uses it, for which services, with the share and the proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reports import build, load_study
from reports.model import BarChart, Block, ReportModel, Section, Table
from reports.volumes import volumes
from study import StudyFolder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, inventor: Callable[..., Any]) -> StudyFolder:
    made: StudyFolder = inventor(8, full=True).write(tmp_path_factory.mktemp("products") / "study")
    return made


@pytest.fixture(scope="module")
def model(folder: StudyFolder) -> ReportModel:
    return build(load_study(folder), "en")


def pages(model: ReportModel) -> dict[str, Section]:
    """Product pages by anchor."""
    return {page.id: page for s in model.sections if s.id == "product-pages" for page in s.children}


def tables(blocks: list[Block]) -> dict[str, Table]:
    """Tables of a page by id, those behind charts too."""
    found = [b.table if isinstance(b, BarChart) else b for b in blocks]
    return {table.id: table for table in found if isinstance(table, Table)}


def test_every_product_that_was_seen_has_a_page(model: ReportModel, folder: StudyFolder) -> None:
    """None of a product that does not count."""
    data = load_study(folder)
    assert set(pages(model)) == {f"product-{hit.product_id}" for hit in data.hits}


def test_a_page_names_each_municipality_and_service_with_the_way_to_its_proof(
    model: ReportModel, folder: StudyFolder
) -> None:
    """As the sightings have them."""
    data = load_study(folder)
    for anchor, page in pages(model).items():
        product = anchor.removeprefix("product-")
        seen = {(h.municipality_code, h.service_id) for h in data.hits if h.product_id == product and h.service_id}
        links = {link.href for row in tables(list(page.blocks))[f"{anchor}-places"].rows for link in row.cells[1].links}
        assert links == {f"#e-{code}-{service}" for code, service in seen}


def test_the_products_table_leads_to_the_pages(model: ReportModel) -> None:
    """The name of a product is the way to its page."""
    listed = next(b for s in model.sections if s.id == "products" for b in s.blocks if isinstance(b, Table))
    assert {f"#{anchor}" for anchor in pages(model)} == {row.cells[0].href for row in listed.rows}


def test_products_are_a_volume_of_their_own_on_paper(model: ReportModel) -> None:
    """Beside the report, its municipalities and the proof."""
    parts = volumes(model)
    assert list(parts) == ["report", "municipalities", "products", "evidence"]
    assert "product-pages" not in {s.id for s in parts["report"].sections}
