"""Figures over labelled pages, and a quality gate that closes when a figure falls."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from analysis import cross_validate, evaluate
from analysis.findings import ChannelHit, PageFindings, PageSource, ProductHit, Reason, ServiceHit
from analysis.learning.evaluate import Tally, wilson
from analysis.learning.labels import labels_of
from taxonomy import Taxonomy, load_taxonomy
from tests.renaming import with_renamed

TAXONOMY = load_taxonomy("fi")
ROOT = Path(__file__).parents[2]
PAGE = "<html lang='fi'><title>{0}</title><main><h1>Venepaikat</h1><p>Venepaikkaa {0} haetaan puhelimitse.</p></main>"


def row(number: int, **labels: object) -> dict[str, object]:
    full: dict[str, object] = {
        "page_type": "service", "theme": "sports-leisure", "services": ["boat-berth"], "primary_service": "boat-berth",
        "channels": [{"service": "boat-berth", "type": "phone"}], "vendors": [],
    }  # fmt: skip
    return {"id": f"p{number}", "url": f"https://a{number}.example/", "html": "", "lang": "fi", "labels": full | labels}


def always(source: PageSource, taxonomy: Taxonomy) -> PageFindings:
    """An analysis that says the same of every page."""
    return PageFindings(
        url=source.url, page_type="service", page_type_score=0.9, theme="sports-leisure",
        services=(ServiceHit("boat-berth", "sports-leisure", 0.8, True),),
        channels=(ChannelHit("boat-berth", "phone", "direct", "Soita", None, "soita", 0.7),),
        vendors=(ProductHit("timmi", None, "host", "timmi.example", 0.9),),
        reasons=(Reason("service:boat-berth", "because"), Reason("page_type:service", "cues")),
    )  # fmt: skip


def test_figures_of_a_perfect_and_a_wrong_page() -> None:
    rows = [
        row(1, vendors=["timmi"]),
        row(2, page_type="news", services=[], primary_service=None, theme=None, channels=[]),
    ]
    report = evaluate(rows, TAXONOMY, always).as_json()
    assert report["pages"] == 2
    assert report["page_type"]["accuracy"] == 0.5
    assert report["services"]["micro"] | {"f1_interval": None} == {
        "right": 1, "wrong": 1, "missed": 0, "precision": 0.5, "precision_interval": wilson(1, 2), "recall": 1.0,
        "recall_interval": wilson(1, 1), "f1": 0.6667, "f1_interval": None,
    }  # fmt: skip
    assert report["channels"]["by_class"]["phone"]["f1"] == 0.6667
    assert report["vendors"]["f1_micro"] == 0.6667
    assert report["theme"]["by_language"]["fi"]["pages"] == 2
    assert report["languages"] == {"fi": 2}


def test_labels_about_some_services_measure_nothing_else() -> None:
    elsewhere = {"channels": [{"service": "boat-berth", "type": "phone"}], "vendors": ["timmi"]}
    labels = {"about": ["boat-berth"], "services": ["boat-berth"], "channels": [], "elsewhere": elsewhere}
    partial = {"id": "p", "url": "https://a.example/", "html": "", "lang": "fi", "labels": labels}
    report = evaluate([partial, row(2, vendors=["timmi"])], TAXONOMY, always).as_json()
    assert (report["page_type"]["micro"]["right"], report["page_type"]["micro"]["wrong"]) == (1, 0)
    assert (report["services"]["micro"]["right"], report["channels"]["micro"]["wrong"]) == (2, 0)
    assert report["confusions"] == []
    others = {**partial, "labels": {**labels, "about": ["dog-park"], "services": [], "elsewhere": {}}}
    assert evaluate([others], TAXONOMY, always).as_json()["services"]["micro"]["wrong"] == 0


def test_confusions_name_page_and_reason() -> None:
    report = evaluate([row(1, services=["library-services"], page_type="hub")], TAXONOMY, always).as_json()
    by_measure = {item["measure"]: item for item in report["confusions"]}
    assert by_measure["services"]["expected"] == ["library-services"]
    assert by_measure["services"]["found"] == ["boat-berth"]
    assert "because" in by_measure["services"]["reason"]
    assert by_measure["page_type"]["reason"].startswith("page_type:service")
    assert by_measure["vendors"]["reason"] == "host: timmi.example"
    assert "theme" not in by_measure


def test_calibration_bins() -> None:
    report = evaluate([row(1), row(2, services=[])], TAXONOMY, always).as_json()
    assert report["calibration"]["services"]["bins"] == [
        {"from": 0.8, "to": 0.9, "count": 2, "score": 0.8, "right": 0.5}
    ]
    assert report["calibration"]["services"]["mean_gap"] == 0.3


def test_nothing_to_find_gives_no_figures() -> None:
    report = evaluate([], TAXONOMY, always).as_json()
    assert report["services"]["f1_micro"] is None
    assert report["services"]["macro"]["classes"] == 0
    assert report["calibration"]["services"]["mean_gap"] is None
    assert wilson(0, 0) is None
    assert Tally().f1() is None


def test_a_class_only_said_wrongly_lowers_micro_and_not_macro() -> None:
    report = evaluate([row(1, vendors=[])], TAXONOMY, always).as_json()
    assert report["vendors"]["f1_micro"] == 0.0
    assert report["vendors"]["f1_macro"] is None


def test_same_rows_same_report() -> None:
    rows = [row(n, services=["boat-berth"] if n % 3 else []) for n in range(9)]
    assert evaluate(rows, TAXONOMY, always).as_json() == evaluate(rows, TAXONOMY, always).as_json()


def test_real_pages_through_the_real_analysis() -> None:
    html = (
        "<html lang='fi'><title>Venepaikat</title><h1>Venepaikat</h1>"
        "<p>Venepaikkaa haetaan puhelimitse 019 555 0101.</p>"
    )
    report = evaluate([row(1) | {"html": html}], TAXONOMY).as_json()
    assert report["services"]["f1_micro"] == 1.0
    assert report["channels"]["f1_micro"] == 1.0


# --- the gate ---------------------------------------------------------------------------------------------------------


def bench(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", ROOT / "bench" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def gate() -> ModuleType:
    return bench("quality")


def test_the_gate_closes_below_a_floor(gate: ModuleType) -> None:
    assert gate.compare({"services.f1": 0.89}, {"services.f1": 0.9}) == [
        "services.f1: 0.8900 is below its floor 0.9000"
    ]
    assert gate.compare({"services.f1": 0.9}, {"services.f1": 0.9}) == []


def test_the_gate_closes_when_a_figure_is_missing_or_no_number(gate: ModuleType) -> None:
    assert gate.compare({}, {"theme.accuracy": 0.9}) == ["theme.accuracy: no figure for this floor"]
    assert gate.compare({"theme.accuracy": float("nan")}, {"theme.accuracy": 0.9})


def test_floors_fall_only_when_asked(gate: ModuleType) -> None:
    floors = {"services.f1": 0.9}
    assert gate.new_floors({"services.f1": 0.8}, floors, lower=False) == {"services.f1": 0.9}
    assert gate.new_floors({"services.f1": 0.8}, floors, lower=True)["services.f1"] < 0.8
    assert gate.new_floors({"services.f1": 0.95}, floors, lower=False)["services.f1"] > 0.9


def test_the_gate_fails_on_a_broken_floor_and_on_changed_data(
    gate: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    floors = tmp_path / "floors.json"
    monkeypatch.setattr(gate, "FLOORS", floors)
    monkeypatch.setattr(gate, "MARKS", tmp_path / "marks.json")
    monkeypatch.setattr(gate, "measure", lambda: ({"services.f1": 0.9, "gap.services": 0.03}, 0.93))
    assert gate.main(["--raise"]) == 0
    assert gate.main([]) == 0
    assert '"found": 0.93' in (tmp_path / "marks.json").read_text(encoding="utf-8")
    monkeypatch.setattr(gate, "measure", lambda: ({"services.f1": 0.5, "gap.services": 0.2}, 0.93))
    assert gate.main([]) == 1
    told = capsys.readouterr().err
    assert "services.f1: 0.5000 is below" in told
    assert "gap.services: 0.2000 is above" in told
    assert gate.main(["--lower", "the labels were corrected"]) == 0
    assert "the labels were corrected" in floors.read_text(encoding="utf-8")
    monkeypatch.setattr(gate, "digest", lambda paths: "other")
    assert gate.main([]) == 1


# --- learning ---------------------------------------------------------------------------------------------------------


def test_no_page_set_apart_and_no_municipality_of_one_is_learned_from() -> None:
    pages, learned = bench("pages"), bench("train").fixtures_to_learn_from(TAXONOMY)
    apart = [case for case in pages.cases(pages.RIGHT, pages.OPEN) if "apart" in pages.groups_of(case)]
    assert apart
    assert learned
    assert not {row["municipality"] for row in learned} & {pages.row_of(case)["municipality"] for case in apart}


def test_cross_validation_judges_every_page_once_and_in_order() -> None:
    rows = [row(number) | {"municipality": f"m{number // 2}", "html": PAGE.format(number)} for number in range(6)]
    told: list[int] = []
    report = cross_validate(rows, TAXONOMY, 3, progress=told.append)
    assert (report.pages, report.municipalities) == (6, 3)
    assert told == [2, 4, 6]
    assert report.as_json() == cross_validate(rows, TAXONOMY, 3).as_json()


def test_pages_without_a_kind_are_judged_but_not_learned_from() -> None:
    rows = [
        row(number, page_type=None if number == 2 else "service")
        | {"municipality": f"m{number}", "html": PAGE.format(number)}
        for number in range(4)
    ]
    assert cross_validate(rows, TAXONOMY, 2).pages == 4


def test_more_folds_than_municipalities_are_refused() -> None:
    rows = [row(number) | {"municipality": "one", "html": PAGE.format(number)} for number in range(4)]
    with pytest.raises(ValueError, match="2 folds cannot be made of pages of 1 municipalities"):
        cross_validate(rows, TAXONOMY, 2)


def test_labels_with_a_former_id_count_for_the_id_of_today() -> None:
    renamed = with_renamed(TAXONOMY, "services", "boat-berth", "berth")
    labels = {
        "theme": "sports-leisure",
        "primary_service": "boat-berth",
        "services": ["boat-berth"],
        "vendors": [],
        "channels": [{"service": "boat-berth", "type": "phone"}],
    }
    read = labels_of({"labels": labels}, renamed)
    assert read["primary_service"] == "berth"
    assert read["services"] == ["berth"]
    assert read["channels"] == [{"service": "berth", "type": "phone"}]
    assert labels["services"] == ["boat-berth"]
