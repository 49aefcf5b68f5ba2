"""Stages of a run that need not be done again: only while inputs, choices and outputs are what they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kuntatutka.freshness import Stage, inputs_digest
from study import StudyConfig, StudyFolder, StudyMunicipality, StudySection, create_study


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    config = StudyConfig(study=StudySection(title="Small", year=2026))
    return create_study(tmp_path / "study", config, (StudyMunicipality("X1", "Pieni", "https://pieni.example/"),))


@pytest.fixture
def output(study: StudyFolder) -> Path:
    path = study.findings / "table.parquet"
    path.write_bytes(b"made")
    return path


def test_the_same_inputs_leave_the_outputs_as_they_are(study: StudyFolder, output: Path) -> None:
    Stage(study, "analyze", "a").keep([output])
    assert Stage(study, "analyze", "a").unchanged_outputs() == (output,)


def test_nothing_is_unchanged_before_the_first_time(study: StudyFolder, output: Path) -> None:
    assert Stage(study, "analyze", "a").unchanged_outputs() == ()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"inputs": "a", "outputs": {"findings/table.parquet": 1}}'])
def test_a_broken_manifest_is_no_reason_to_skip(study: StudyFolder, output: Path, content: str) -> None:
    stage = Stage(study, "analyze", "a")
    stage.keep([output])
    (study.state / "manifests" / "analyze.json").write_text(content, encoding="utf-8")
    assert stage.unchanged_outputs() == ()


def test_other_inputs_a_changed_or_a_missing_output_mean_work(study: StudyFolder, output: Path) -> None:
    Stage(study, "analyze", "a").keep([output])
    assert Stage(study, "analyze", "b").unchanged_outputs() == ()
    assert Stage(study, "report", "a").unchanged_outputs() == ()
    output.write_bytes(b"changed")
    assert Stage(study, "analyze", "a").unchanged_outputs() == ()
    output.unlink()
    assert Stage(study, "analyze", "a").unchanged_outputs() == ()


def test_the_digest_follows_content_names_and_choices(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("same", encoding="utf-8")
    two.write_text("same", encoding="utf-8")
    digests = {
        inputs_digest([one]),
        inputs_digest([two]),
        inputs_digest([one, two]),
        inputs_digest([one], "html"),
        inputs_digest([one, tmp_path / "missing"]),
    }
    one.write_text("other", encoding="utf-8")
    digests.add(inputs_digest([one]))
    assert len(digests) == 6


def test_the_manifest_tells_what_was_used(study: StudyFolder, output: Path) -> None:
    Stage(study, "analyze", "a").keep([output], {"rows": {"table": 3}})
    kept = json.loads((study.state / "manifests" / "analyze.json").read_text(encoding="utf-8"))
    assert kept["rows"] == {"table": 3}
    assert kept["settings"]["study"]["title"] == "Small"
    assert kept["outputs"].keys() == {"findings/table.parquet"}
    assert kept["seconds"] >= 0
