"""A study's tables in notebooks: codes as text, gaps as gaps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import kuntatutka
from study import (
    TABLES,
    ChannelEvidence,
    ServiceFinding,
    State,
    StateReason,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    UserError,
    Verification,
    create_study,
    write_table,
)


def finding(service: str, state: State, digital: bool | None) -> ServiceFinding:
    empty: dict[str, Any] = dict.fromkeys(ServiceFinding.__dataclass_fields__)
    known = {
        "municipality_code": "005",
        "theme_id": "theme",
        "service_id": service,
        "state": state,
        "state_reason": None if state is State.FOUND else StateReason.BUDGET,
        "pages_read": 7,
        "channels": (),
        "digital": digital,
        "verification": Verification.AUTOMATIC,
        "rule": "R1",
        "languages": (),
        "language_gaps": (),
        "maturity_reason": "",
        "basis": "",
        "readers": 1,
    }
    return ServiceFinding(**(empty | known))


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    config = StudyConfig(study=StudySection(title="Small", year=2026))
    return create_study(tmp_path / "study", config, (StudyMunicipality("005", "Pieni", "https://pieni.example/"),))


def test_codes_stay_text_and_gaps_stay_empty(folder: StudyFolder) -> None:
    rows = [finding("a", State.FOUND, True), finding("b", State.NOT_EXAMINED, None)]
    write_table(folder.findings / "service_findings.parquet", ServiceFinding, rows, {})
    frame = kuntatutka.open_tables(folder.root)["service_findings"]
    assert list(frame["municipality_code"]) == ["005", "005"]
    assert frame["digital"].isna().tolist() == [False, True]
    assert frame["digital"].sum() == 1
    assert frame["state"].cat.categories.tolist() == [state.value for state in State]


def test_what_is_personal_is_masked_unless_asked_for(folder: StudyFolder) -> None:
    snippet = "Palveluohjaaja Päivi Virtanen, 040 123 4567, paivi.virtanen@pieni.example"
    row = ChannelEvidence("005", "a", "phone", "direct", "https://pieni.example/", None, snippet, "", 0.9, "x", 0)
    write_table(folder.findings / "channel_evidence.parquet", ChannelEvidence, [row], {})
    (masked,) = kuntatutka.open_tables(folder.root)["channel_evidence"]["snippet"]
    (found,) = kuntatutka.open_tables(folder.root, unmasked=True)["channel_evidence"]["snippet"]
    assert masked == "Palveluohjaaja ***, 040 123 4567, ***@pieni.example"
    assert found == snippet


def test_two_studies_are_compared_value_by_value(tmp_path: Path, folder: StudyFolder) -> None:
    later = create_study(tmp_path / "later", folder.config, tuple(folder.municipalities))
    rows = [finding("a", State.FOUND, True), finding("b", State.NOT_EXAMINED, None), finding("c", State.FOUND, False)]
    changed = [replace(rows[0], digital=None, channels=("phone",)), rows[1], finding("d", State.FOUND, True)]
    write_table(folder.findings / "service_findings.parquet", ServiceFinding, rows, {})
    write_table(later.findings / "service_findings.parquet", ServiceFinding, changed, {})
    before, after = kuntatutka.open_tables(folder.root), kuntatutka.open_tables(later.root)
    changes = after.changes(before, "service_findings")
    known: Any = changes.loc[("005", "a")]
    assert known.index.tolist() == ["channels", "digital"]
    assert known.loc["channels"].tolist() == [(), ("phone",)]
    assert known.loc["digital", "before"] is True
    assert known["after"].isna().tolist() == [False, True]
    assert set(changes.index.get_level_values("service_id")) == {"a", "c", "d"}
    row: Any = ("005", "c", "state")
    state: Any = changes.loc[row]
    assert state.isna().tolist() == [False, True]
    assert after.changes(after, "service_findings").empty


def test_all_tables_are_there_and_explained(folder: StudyFolder) -> None:
    tables = kuntatutka.open_tables(folder.root)
    assert list(tables) == list(TABLES)
    assert "state" in tables.explain("service_findings").index


def test_a_table_that_is_not_made_yet_says_what_to_run(folder: StudyFolder) -> None:
    with pytest.raises(UserError, match="kuntatutka analyze"):
        kuntatutka.open_tables(folder.root)["pages"]
    with pytest.raises(KeyError):
        kuntatutka.open_tables(folder.root)["nonsense"]
