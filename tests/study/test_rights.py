"""Who may read a study: its owner alone, or the group where study.toml says so; nothing is written wider."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from study import StudyConfig, StudyMunicipality, StudySection, WarcWriter, create_study, open_to_others


def modes(root: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*"))}


@pytest.fixture(autouse=True)
def usual_umask() -> Any:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize(("shared", "expected"), [(False, {0o700, 0o600}), (True, {0o770, 0o660})])
def test_a_study_and_what_is_written_into_it_is_for_those_whom_it_is_for(
    tmp_path: Path, shared: bool, expected: set[int]
) -> None:
    config = StudyConfig(study=StudySection(title="T", year=2026, shared_with_group=shared))
    town = StudyMunicipality(code="091", name_fi="Kunta", website="https://kunta.example/")
    folder = create_study(tmp_path / "study", config, (town,))
    with folder.lock():
        with WarcWriter(folder.evidence, "091") as writer:
            writer.write_json("axe", {})
        folder.write_manifest("crawl", {})
    assert modes(folder.root) == expected
    assert open_to_others([folder.root], shared_with_group=shared) == []
    assert os.umask(0o022) == 0o022, "only for as long as the study is held"


def test_what_commands_write_is_private_and_doctor_tells_of_what_is_not(
    kuntatutka: Callable[..., Any], tmp_path: Path
) -> None:
    made = kuntatutka("new", "s", "--municipalities", "091", "--title", "T")
    assert made.status == 0, made.err
    study = tmp_path / "s"
    assert kuntatutka("analyze", "s").status in (0, 3)
    assert modes(study) <= {0o700, 0o600}
    assert "may read" not in kuntatutka("doctor", "s").err
    for path in (study, study / "findings"):
        path.chmod(0o755)
    told = kuntatutka("doctor", "s")
    assert f"chmod -R go-rwx {study.name}" in told.err
