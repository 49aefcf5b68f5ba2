"""The whole job as a user does it: demo, every command on its study, rebuilt bytes, findings against the truth."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from practice import municipality_truth, truth
from study import State, StudyFolder, open_study
from taxonomy import load_taxonomy

pytestmark = [pytest.mark.slow(10), pytest.mark.browser]

ROOT = Path(__file__).parent.parent
REBUILT = ("findings", "reports", "export")
TRUTH = truth()


def digests(folder: Path, *names: str) -> dict[str, str]:
    """Digest of every file below some folders of a study."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in names
        for path in sorted((folder / name).rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The practice study made by `kuntatutka demo`, and what the command said."""
    folder = tmp_path_factory.mktemp("demo") / "practice"
    done = subprocess.run(
        [sys.executable, "-m", "kuntatutka", "demo", str(folder)],
        cwd=folder.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    return folder, done


@pytest.fixture(scope="module")
def study(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> StudyFolder:
    return open_study(demo[0])


def test_demo_ends_well_and_says_where_the_report_is(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = demo
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    for language in ("fi", "sv", "en"):
        for kind in ("html", "pdf"):
            path = folder / "reports" / f"report.{language}.{kind}"
            assert str(path) in printed
            assert path.stat().st_size > 10_000


def test_every_healthy_municipality_was_read_completely(study: StudyFolder) -> None:
    expected = municipality_truth()
    rows = study.read("municipalities")
    assert len(rows) >= 5
    assert {row.code: row.status.value for row in rows} == {row.code: expected[row.code]["status"] for row in rows}
    assert all(row.pages_fetched >= 50 for row in rows)


def test_the_grid_is_full(study: StudyFolder) -> None:
    services = load_taxonomy("practice").services
    rows = study.read("service_findings")
    assert len(rows) == len(services) * len(study.municipalities)
    assert len({(row.municipality_code, row.service_id) for row in rows}) == len(rows)


def test_states_are_the_truth(study: StudyFolder) -> None:
    right, wrong = 0, []
    for row in study.read("service_findings"):
        expected = TRUTH[row.municipality_code][row.service_id]["state"]
        if row.state.value == expected:
            right += 1
        else:
            wrong.append(f"{row.municipality_code} {row.service_id}: {row.state.value}, truth {expected}")
    assert right / (right + len(wrong)) >= 0.95, "\n".join(wrong)


def test_channels_are_the_truth(study: StudyFolder) -> None:
    both = extra = missed = 0
    for row in study.read("service_findings"):
        expected = TRUTH[row.municipality_code][row.service_id]
        if row.state.value == expected["state"] == "found":
            seen, real = set(row.channels), set(expected["channels"])
            both, extra, missed = both + len(seen & real), extra + len(seen - real), missed + len(real - seen)
    assert both / (both + extra) >= 0.9, f"{extra} channels that are not there"
    assert both / (both + missed) >= 0.9, f"{missed} channels overlooked"


def test_products_are_the_truth(study: StudyFolder) -> None:
    seen = {
        (hit.municipality_code, hit.service_id, hit.product_id) for hit in study.read("vendor_hits") if hit.service_id
    }
    real = {
        (code, service, product)
        for code in {item.code for item in study.municipalities}
        for service, row in TRUTH[code].items()
        for product in row["products"]
    }
    found = {(code, product) for code, _, product in seen}
    assert {(code, product) for code, _, product in real} - found == set()
    assert len(seen & real) / len(real) >= 0.9


def test_every_link_inside_the_report_leads_somewhere(study: StudyFolder) -> None:
    front = study.reports / "report.en.html"
    ids: dict[Path, set[str]] = {}
    aims: list[tuple[Path, str, Path, str]] = []
    for path in (front, *sorted((study.reports / "report.en").rglob("*.html"))):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        named = [str(element["id"]) for element in page.find_all(id=True)]
        ids[path.resolve()] = set(named)
        assert len(set(named)) == len(named), f"{path.name}: an id is used twice"
        for link in page.find_all("a", href=True):
            target = str(link["href"])
            if not re.match(r"[a-z]+:", target):
                file, _, place = target.partition("#")
                aims.append((path, target, (path.parent / unquote(file)).resolve() if file else path.resolve(), place))
    assert len(ids) > 10
    assert len(aims) > 1000
    assert [(path.name, target) for path, target, file, _ in aims if not file.exists()] == []
    assert [(path.name, t) for path, t, file, place in aims if place and place not in ids.get(file, {place})] == []


def test_every_found_cell_has_its_page_in_the_evidence(study: StudyFolder) -> None:
    pages = {(row.municipality_code, row.url): row for row in study.read("pages")}
    for row in study.read("service_findings"):
        if row.state.value == "found":
            page = pages[row.municipality_code, row.best_url]
            assert (study.evidence / page.warc_file).stat().st_size > page.warc_offset


def test_rebuilt_byte_for_byte(study: StudyFolder, kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(study.root, copy)
    before = digests(copy, *REBUILT, "evidence")
    for name in REBUILT:
        shutil.rmtree(copy / name)
    assert kuntatutka("analyze", copy, "--workers", "1").status == 0
    assert kuntatutka("report", copy).status == 0
    assert kuntatutka("export", copy).status == 0
    after = digests(copy, *REBUILT, "evidence")
    assert [name for name in before if before[name] != after.get(name)] == []
    assert after.keys() == before.keys()


def test_a_second_demo_fetches_nothing_and_changes_nothing(
    study: StudyFolder, kuntatutka: Callable[..., Any], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(study.root, copy)
    before = digests(copy, *REBUILT, "evidence")
    done = kuntatutka("demo", copy)
    assert done.status == 0, done.err
    assert "was crawled before" in done.err
    for stage in ("Analyze", "Audit", "Report", "Export"):
        assert f"{stage}: nothing has changed" in done.err
    assert digests(copy, *REBUILT, "evidence") == before


def test_demo_refuses_a_folder_with_another_study(kuntatutka: Callable[..., Any]) -> None:
    assert kuntatutka("new", "real", "-m", "091").status == 0
    done = kuntatutka("demo", "real")
    assert done.status == 2
    assert "folder of its own" in done.err


def test_the_evidence_is_whole(study: StudyFolder, kuntatutka: Callable[..., Any]) -> None:
    done = kuntatutka("doctor", study.root)
    assert done.status == 0, done.err
    assert "damaged" not in done.out


def test_a_scorecard_of_one_municipality(study: StudyFolder, kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(study.root, copy)
    done = kuntatutka("report", copy, "--municipality", "P01", "--format", "html", "--lang", "en")
    assert done.status == 0, done.err
    assert (copy / "reports" / "municipality-P01.en.html").is_file()


def test_the_data_package_is_valid(study: StudyFolder) -> None:
    from frictionless import Package

    report = Package(str(study.export / "datapackage.json")).validate()
    assert report.valid, report.flatten(["resource", "type", "message"])[:5]


def test_evidence_read_as_another_crawlers_files_gives_the_same_services(
    study: StudyFolder, kuntatutka: Callable[..., Any], tmp_path: Path
) -> None:
    done = kuntatutka("new", "foreign", "--country", "practice", "-m", "demo", "--year", str(study.config.study.year))
    assert done.status == 0, done.err
    shutil.copytree(study.root, tmp_path / "copy")
    assert kuntatutka("export", "copy", "--only", "P01").status == 2, "--only chooses web archives"
    done = kuntatutka("export", "copy", "--wacz", "--only", "P01", "--only", "P04")
    assert done.status == 0, done.err
    _, *archives = done.out.split()
    assert [Path(name).name for name in archives] == ["P01.wacz", "P04.wacz"]
    warcs = [path for path in study.warc_files() if not path.name.startswith(("P01", "P04"))]
    done = kuntatutka("analyze", "foreign", "--warc", *archives, *warcs)
    assert done.status in (0, 3), done.err
    ours = {(r.municipality_code, r.service_id) for r in study.read("service_findings") if r.state.value == "found"}
    foreign = open_study(tmp_path / "foreign").read("service_findings")
    theirs = {(r.municipality_code, r.service_id) for r in foreign if r.state.value == "found"}
    assert len(ours & theirs) / len(ours) >= 0.98
    assert theirs <= ours | theirs


def test_a_page_explains_its_verdict(study: StudyFolder, kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    from study import StoredDocument, read_at

    row = next(r for r in study.read("service_findings") if r.state.value == "found" and r.digital)
    page = next(p for p in study.read("pages") if (p.municipality_code, p.url) == (row.municipality_code, row.best_url))
    stored = read_at(study.evidence / page.warc_file, page.warc_offset)
    assert isinstance(stored, StoredDocument)
    (tmp_path / "page.html").write_bytes(stored.body)
    arguments = ("inspect", "page.html", "--url", page.url, "--country", "practice")
    seen = json.loads(kuntatutka(*arguments, "--json").out)
    assert row.service_id in {service["service_id"] for service in seen["services"]}
    words = kuntatutka(*arguments)
    assert words.status == 0, words.err
    assert row.service_id in words.out


def test_why_tells_the_chain_of_a_cell(study: StudyFolder, kuntatutka: Callable[..., Any]) -> None:
    finding = next(row for row in study.read("service_findings") if row.state is State.FOUND and row.digital)
    done = kuntatutka("why", study.root, finding.municipality_code, finding.service_id)
    assert done.status == 0, done.err
    assert finding.best_url in done.out
    assert finding.rule not in ("", None)
    as_json = json.loads(kuntatutka("why", study.root, finding.municipality_code, finding.service_id, "--json").out)
    assert as_json["finding"]["service_id"] == finding.service_id
    assert as_json["evidence"]
    assert as_json["decisions"] == []


def test_why_of_what_is_not_there_names_the_nearest(study: StudyFolder, kuntatutka: Callable[..., Any]) -> None:
    code = study.municipalities[0].code
    done = kuntatutka("why", study.root, code, "boat-bert")
    assert done.status == 2
    assert "boat-berth" in done.err
    assert kuntatutka("why", study.root, "nowhere", "boat-berth").status == 2
