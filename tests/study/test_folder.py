"""A study folder: made once, never overwritten, worked in by one process at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from study import (
    StorageError,
    StudyBusyError,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    UserError,
    create_study,
    open_study,
    storage_errors,
)

CONFIG = StudyConfig(study=StudySection(title="T", year=2026))
HELSINKI = (StudyMunicipality("091", "Helsinki", "https://www.hel.fi/", "Helsingfors"),)


def test_a_new_study_opens_again(tmp_path: Path) -> None:
    create_study(tmp_path / "s", CONFIG, HELSINKI)
    folder = open_study(tmp_path / "s")
    assert folder.config == CONFIG
    assert folder.municipalities == HELSINKI
    assert folder.municipality("helsingfors").code == "091"


def test_a_study_that_stands_is_never_overwritten(tmp_path: Path) -> None:
    folder = create_study(tmp_path / "s", CONFIG, HELSINKI)
    before = folder.config_file.read_bytes()
    with pytest.raises(UserError, match="left as it is"):
        create_study(tmp_path / "s", StudyConfig(study=StudySection(title="Other", year=2027)), HELSINKI)
    assert folder.config_file.read_bytes() == before


def test_a_file_is_no_study(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("x")
    with pytest.raises(UserError, match="not a study folder"):
        open_study(tmp_path / "s")


def test_an_unknown_municipality_names_those_there_are(tmp_path: Path) -> None:
    folder = create_study(tmp_path / "s", CONFIG, HELSINKI)
    with pytest.raises(UserError, match="091 Helsinki"):
        folder.municipality("Espoo")


def test_evidence_of_a_code_is_not_taken_for_that_of_a_longer_one(tmp_path: Path) -> None:
    folder = create_study(tmp_path / "s", CONFIG, HELSINKI)
    for name in ("091-00002.warc.gz", "091-00001.warc.gz", "091-1-00001.warc.gz", "notes.txt"):
        (folder.evidence / name).write_bytes(b"")
    assert [p.name for p in folder.warc_files("091")] == ["091-00001.warc.gz", "091-00002.warc.gz"]
    assert len(folder.warc_files()) == 3


def test_a_second_command_is_refused_while_the_first_holds_the_study(tmp_path: Path) -> None:
    folder = create_study(tmp_path / "s", CONFIG, HELSINKI)
    with folder.lock(), pytest.raises(StudyBusyError, match="another kuntatutka"), StudyFolder(folder.root).lock():
        pass
    with folder.lock():
        assert str(os.getpid()) in (folder.state / "holder").read_text()


def test_a_table_that_was_not_made_names_the_command(tmp_path: Path) -> None:
    folder = create_study(tmp_path / "s", CONFIG, HELSINKI)
    with pytest.raises(UserError, match="kuntatutka run"):
        folder.read("pages")


def test_a_full_disk_is_one_sentence() -> None:
    with pytest.raises(StorageError, match="disk is full"), storage_errors(Path("/x")):
        raise OSError(28, "No space left on device", "/x/y")


@pytest.mark.parametrize("address", ["s3://bucket/study", "https://www.example.com/study"])
def test_an_address_is_no_study_folder(address: str) -> None:
    with pytest.raises(UserError, match="a study is a folder; object stores are not written to"):
        open_study(address)
    with pytest.raises(UserError, match="a study is a folder"):
        open_study(Path(address))
