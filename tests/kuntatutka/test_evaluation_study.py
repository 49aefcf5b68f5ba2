"""evaluate --study: a small study against what is true of it, and every truth table that cannot be counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from practice import truth
from study import (
    ChannelEvidence,
    PageService,
    ServiceFinding,
    State,
    StateReason,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    VendorHit,
    columns_of,
    create_study,
    write_table,
)
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("practice")
CODE = "P05"
SERVICES = [name for name, row in truth()[CODE].items() if row["state"] == "found"]
ABSENT = [name for name, row in truth()[CODE].items() if row["state"] == "not-found"]
PRODUCT = next(product.id for product in TAXONOMY.products.values() if product.is_counted)
PAGE = "http://www.a.example/page"
HEADER = "municipality_code,service_id,state,channels,products"


def row_of(record: type, **values: object) -> Any:
    """A row of a table; columns that are not given are empty."""
    blank = {"string": "", "int64": 0, "double": 0.0, "bool": False}
    rest = {
        c.name: None if c.nullable else () if "list" in str(c.type) else blank[str(c.type)]
        for c in columns_of(record)
        if c.name not in values and c.name != "municipality_code"
    }
    return record(municipality_code=CODE, **values, **rest)


def finding(service: str, state: State = State.FOUND, **values: object) -> Any:
    return row_of(
        ServiceFinding,
        service_id=service,
        theme_id=TAXONOMY.services[service].theme,
        state=state,
        verification="automatic",
        rule="some-rule",
        **{"best_url": PAGE if state is State.FOUND else None, **values},
    )


def write(folder: Path, findings: list[ServiceFinding]) -> StudyFolder:
    """A study with these cells: on one page the first service is served by telephone and a product."""
    config = StudyConfig(study=StudySection(title="A", year=2026, country="practice"))
    study = create_study(folder, config, (StudyMunicipality(CODE, "A", "http://www.a.example/"),))
    first = findings[0].service_id
    rows: dict[str, tuple[type, list[Any]]] = {
        "service_findings": (ServiceFinding, findings),
        "page_services": (
            PageService,
            [row_of(PageService, url=PAGE, service_id=row.service_id, score=0.9) for row in findings],
        ),
        "channel_evidence": (
            ChannelEvidence,
            [row_of(ChannelEvidence, service_id=first, channel="phone", url=PAGE, cue="call", confidence=0.8)],
        ),
        "vendor_hits": (
            VendorHit,
            [row_of(VendorHit, service_id=first, product_id=PRODUCT, url=PAGE, evidence_type="host")],
        ),
    }
    for name, (record, own) in rows.items():
        write_table(study.findings / f"{name}.parquet", record, own)
    return study


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    """Four cells: found with one wrong and one missing channel, missed, wrongly found, and a gap."""
    return write(
        tmp_path / "s",
        [
            finding(SERVICES[0], channels=("email", "phone")),
            finding(SERVICES[1], State.NOT_FOUND, state_reason=StateReason.SEARCHED),
            finding(ABSENT[0]),
            finding(SERVICES[2], State.BLOCKED, state_reason=StateReason.ROBOTS),
            finding(ABSENT[1], State.NOT_FOUND, state_reason=StateReason.SEARCHED),
        ],
    )


Evaluate = Callable[..., Any]


@pytest.fixture
def evaluate(kuntatutka: Callable[..., Any], study: StudyFolder, tmp_path: Path) -> Evaluate:
    """Runs the command with a truth table of these lines."""

    def run(*lines: str, options: tuple[str, ...] = ("--json",)) -> Any:
        (tmp_path / "truth.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return kuntatutka("evaluate", "--study", study.root, "truth.csv", *options)

    return run


LINES = (
    HEADER,
    f"{CODE},{SERVICES[0]},found,phone;digital,{PRODUCT}",
    f"{CODE},{SERVICES[1]},found,phone,",
    f"{CODE},{ABSENT[0]},not-found,,",
    f"{CODE},{SERVICES[2]},found,phone,",
)


def test_cells_are_counted_and_gaps_stand_apart(evaluate: Evaluate) -> None:
    content = json.loads(evaluate(*LINES).out)
    assert (content["cells"], content["compared"], content["cells_without_truth"]) == (4, 3, 1)
    states = content["states"]["micro"]
    assert (states["right"], states["wrong"], states["missed"]) == (1, 1, 1)
    assert states["precision_interval"][0] < 0.5 < states["precision_interval"][1]
    assert content["absent"]["cells"] == 1
    assert content["absent"]["said_not_found"] == 0
    channels = content["channels"]
    assert {name: (own["right"], own["wrong"], own["missed"]) for name, own in channels["by_class"].items()} == {
        "digital": (0, 0, 1),
        "email": (0, 1, 0),
        "phone": (1, 0, 1),
    }
    assert channels["by_state"]["found, said not-found"]["missed"] == 1
    assert set(channels["by_theme"]) == {TAXONOMY.services[name].theme for name in (*SERVICES[:2], ABSENT[0])}
    assert content["products"]["micro"]["f1"] == 1.0
    assert [(gap["service_id"], gap["state"], gap["reason"]) for gap in content["gaps"]] == [
        (SERVICES[2], "blocked", "robots")
    ]


def test_each_mistake_names_the_pages_that_speak_for_it(evaluate: Evaluate) -> None:
    content = json.loads(evaluate(*LINES).out)
    mistakes = {(item["measure"], item["kind"], item["service_id"]): item for item in content["mistakes"]}
    wrong = mistakes["states", "wrong", ABSENT[0]]
    assert [(page["url"], page["score"], page["is_best"]) for page in wrong["pages"]] == [(PAGE, 0.9, True)]
    assert mistakes["states", "missed", SERVICES[1]]["pages"][0]["score"] == 0.9
    assert mistakes["channels", "wrong", SERVICES[0]]["said_wrongly"] == ["email"]
    assert mistakes["channels", "wrong", SERVICES[0]]["pages"] == []
    assert mistakes["channels", "missed", SERVICES[0]]["overlooked"] == ["digital"]
    assert content["pages"] == [{"municipality_code": CODE, "url": PAGE, "mistakes": 1}]
    assert content["mistakes_by_pages"]["wrong"] == {"no page": 1, "one page": 1, "several pages": 0}


def test_a_missing_column_is_not_measured_and_a_gap_of_the_truth_not_counted(evaluate: Evaluate) -> None:
    content = json.loads(evaluate(*(f"{line.rsplit(',', 2)[0]}" for line in LINES)).out)
    assert content["channels"] is content["products"] is None
    content = json.loads(evaluate(HEADER, f"{CODE},{SERVICES[0]},not-examined,,").out)
    assert content["gaps_by_reason"] == {"the truth says not-examined": 1}
    assert content["states"] is None
    content = json.loads(evaluate(HEADER, f"{CODE},{SERVICES[3]},found,,").out)
    assert content["gaps_by_reason"] == {"no row in the findings": 1}


def test_people_get_tables(evaluate: Evaluate) -> None:
    said = evaluate(*LINES, options=()).out
    for words in ("3 compared, 1 gaps", "channels, by class", "Gaps, counted nowhere", "By reason: 1 robots", PAGE):
        assert words in said
    assert "states, by class" in evaluate(*LINES, options=("-v",)).out
    assert "Nothing is wrong" in evaluate(HEADER, f"{CODE},{ABSENT[1]},not-found,,", options=()).out


def test_the_truth_of_the_practice_country_is_read_whole(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    rows = truth()[CODE]
    cells = [finding(name, State(row["state"]), channels=tuple(row["channels"])) for name, row in rows.items()]
    folder = write(tmp_path / "p", cells)
    lines = [f'{CODE};{name};{row["state"]};"{";".join(row["channels"])}"' for name, row in rows.items()]
    (tmp_path / "t.csv").write_text(
        "\n".join(("municipality_code;service_id;state;channels", *lines)), encoding="utf-8"
    )
    content = json.loads(kuntatutka("evaluate", "--study", folder.root, "t.csv", "--json").out)
    assert content["states"]["micro"]["f1"] == content["channels"]["micro"]["f1"] == 1.0
    assert content["absent"]["share"] == 1.0
    assert content["mistakes"] == []
    assert len(content["gaps"]) == sum(row["state"] == "not-examined" for row in rows.values())


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((HEADER,), "holds no cell"),
        (("municipality_code,state", "x,y"), "column service_id is missing"),
        ((HEADER, f"5,{SERVICES[0]},found,,"), "line 2: municipality_code '5' is none of the study"),
        ((HEADER, f"{CODE},{SERVICES[0]}x,found,,"), f"line 2: service_id '{SERVICES[0]}x' is none"),
        ((HEADER, f"{CODE},{SERVICES[0]},fuond,,"), "state 'fuond' is none of a cell. The nearest are found"),
        ((HEADER, f"{CODE},{SERVICES[0]},,,"), "state is empty"),
        ((HEADER, f"{CODE},{SERVICES[0]},found,fone,"), "channels 'fone' is none"),
        ((HEADER, f"{CODE},{SERVICES[0]},found,,none-such"), "products 'none-such' is none"),
        ((HEADER, f"{CODE},{SERVICES[0]},not-found,phone,"), "channels phone of a service that is not-found"),
        ((HEADER, *[f"{CODE},{SERVICES[0]},found,,"] * 2), f"line 3: the cell {CODE} {SERVICES[0]} stands on line 2"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_line(evaluate: Evaluate, lines: tuple[str, ...], said: str) -> None:
    done = evaluate(*lines)
    assert (done.status, done.out) == (2, "")
    assert said in " ".join(done.err.split())


def test_no_study_no_findings_and_no_table_are_told(
    kuntatutka: Callable[..., Any], study: StudyFolder, tmp_path: Path
) -> None:
    for arguments, said in (
        (("--study", "nowhere", "t.csv"), "nowhere"),
        (("--study", study.root, "t.csv"), "there is no such file"),
        (("--study", study.root, "t.csv", "u.csv"), "2 files were given"),
        (("--study", study.root, "t.csv", "--folds", "3"), "without --folds"),
    ):
        done = kuntatutka("evaluate", *arguments)
        assert done.status == 2
        assert said in done.err
    (study.findings / "service_findings.parquet").unlink()
    done = kuntatutka("evaluate", "--study", study.root, "t.csv")
    assert done.status == 2
    assert "kuntatutka run" in done.err
