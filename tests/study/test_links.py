"""Symbolic links in a study: refused when it is opened, followed by nothing that writes; strange files are not cut."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from study import (
    StorageError,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    UserError,
    WarcWriter,
    create_study,
    open_study,
)

CONFIG = StudyConfig(study=StudySection(title="Links", year=2026))
TOWNS = (StudyMunicipality("901", "Town", "https://town.example/"),)


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    return create_study(tmp_path / "study", CONFIG, TOWNS)


@pytest.mark.parametrize(
    "place",
    [
        "evidence/901-00001.warc.gz",
        "export/data",
        "reports/x/y.html",
        ".state",
        ".state/logs/901.log",
        "findings",
        "study.toml",
    ],
)
def test_a_link_anywhere_in_it_is_refused(study: StudyFolder, tmp_path: Path, place: str) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "diary.csv").write_text("mine", "utf-8")
    link = study.root / place
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_dir():
        link.rmdir()
    link.unlink(missing_ok=True)
    link.symlink_to(foreign)
    with pytest.raises(UserError, match="symbolic link"):
        open_study(study.root)
    assert (foreign / "diary.csv").read_text("utf-8") == "mine"


def test_the_folder_itself_may_be_a_link_and_so_may_things_beside_ours(study: StudyFolder, tmp_path: Path) -> None:
    (tmp_path / "short").symlink_to(study.root)
    (study.root / "notes").symlink_to(tmp_path)
    assert open_study(tmp_path / "short").municipalities == TOWNS


def test_a_new_study_is_not_made_on_links(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "study" / "export").symlink_to(tmp_path / "foreign")
    with pytest.raises(UserError, match="symbolic link"):
        create_study(tmp_path / "study", CONFIG, TOWNS)


def test_evidence_is_not_written_through_a_link(tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    diary.write_text("mine", "utf-8")
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "901-00001.warc.gz").symlink_to(diary)
    with pytest.raises(StorageError):
        WarcWriter(tmp_path / "evidence", "901")
    assert diary.read_text("utf-8") == "mine"


@pytest.mark.parametrize("content", [b"a diary", b"x" * 100_000, gzip.compress(bytes(range(256)) * 2_000, 0)[:-9]])
def test_a_file_that_is_no_evidence_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "901-00001.warc.gz"
    path.write_bytes(content)
    with pytest.raises(StorageError, match="no evidence"):
        WarcWriter(tmp_path, "901")
    assert path.read_bytes() == content


def test_a_first_record_that_a_crash_tore_is_still_mended(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, "901") as writer:
        path = writer.path
    path.write_bytes(path.read_bytes()[:40])
    with WarcWriter(tmp_path, "901") as writer:
        assert writer.path == path
    assert path.stat().st_size > 40
