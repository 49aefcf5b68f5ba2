"""The review page over tables that it cannot read: told before it opens, or on the page."""

from __future__ import annotations

import shutil
from html import unescape
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from reports.review.desk import open_desk
from study import StorageError, StudyFolder
from tests.review_desk import TOKEN, Browser, first


@pytest.fixture
def study(six: StudyFolder, tmp_path: Path) -> StudyFolder:
    shutil.copytree(six.root, tmp_path / "study")
    return StudyFolder(tmp_path / "study")


def test_tables_of_another_version_are_told_before_the_page_opens(study: StudyFolder) -> None:
    path = study.findings / "pages.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["title"]), path)
    with pytest.raises(StorageError, match="column title is missing; the table was written by another version"):
        open_desk(study, "Aino")


def test_what_cannot_be_read_any_more_is_one_sentence_on_the_page(study: StudyFolder) -> None:
    desk = open_desk(study, "Aino")
    (study.findings / "pages.parquet").write_bytes(b"half")
    cell = first(desk)
    status, _, page = Browser(desk).ask(f"/{TOKEN}/en/cell/{cell.code}/{cell.service}")
    assert status == 409
    assert "is not a readable Parquet file" in unescape(page)
    assert "Run `kuntatutka analyze`" in unescape(page)
