"""The practice country studied in two years and compared: every change has its kind, nothing else is development."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import cell_value
from analysis.compare import Told, compare, read_snapshot
from practice import PRESENT, changes, serve
from study import (
    Action,
    Change,
    ChangeKind,
    ChangeSubject,
    Decision,
    ProductMove,
    Role,
    append_decisions,
    new_decision,
    open_study,
    read_table,
)
from taxonomy import load_taxonomy
from tests.conftest import Commands
from tests.renaming import with_renamed

pytestmark = pytest.mark.slow(12)

YEAR = 2025
TRUTH = changes(YEAR)
TIME = datetime(2026, 11, 1, 9, tzinfo=UTC)
CELLS = {ChangeSubject.STATE: "state", ChangeSubject.CHANNEL: "channel", ChangeSubject.PRODUCT: "product"}
# Sites that need no browser. Two are read in part: all that is told of them is that they were blocked, or merged.
WHOLE, IN_PART = ("P02", "P03", "P93"), ("P05", "P06")
ONLY_THEN = ("P07",)


@pytest.fixture(scope="module")
def made(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two studies, `then` and `now`, crawled and analysed. Copy what you change."""
    folder = tmp_path_factory.mktemp("years")
    for name, year in (("then", YEAR), ("now", PRESENT)):
        whole = (*WHOLE, *ONLY_THEN) if year else WHOLE
        who = ",".join((*whole, *IN_PART))
        run(commands, folder, "new", name, "--country", "practice", "-m", who, "--year", str(year or YEAR + 1))
        settings = folder / name / "study.toml"
        text = re.sub(r"(?m)^delay_seconds = .*$", "delay_seconds = 0", settings.read_text(encoding="utf-8"))
        settings.write_text(text, encoding="utf-8")
        with serve(year=year) as server:
            way = dict.fromkeys(("http_proxy", "https_proxy"), server.proxy_url) | {"no_proxy": ""}
            run(commands, folder, "crawl", name, *(f"--only={code}" for code in whole), **way)
            run(commands, folder, "crawl", name, *(f"--only={code}" for code in IN_PART), "--max-pages=25", **way)
        run(commands, folder, "analyze", name)
    return folder


def run(commands: Commands, folder: Path, *arguments: str | Path, **variables: str) -> str:
    """What a command printed; it ended well, or with a municipality that could not be read."""
    environment = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9") | variables
    done = commands.run([str(item) for item in arguments], folder, environment, 900)
    assert done.status in (0, 3), done.err
    return done.out


@pytest.fixture
def years(made: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Copies of both studies."""
    for name in ("then", "now"):
        shutil.copytree(made / name, tmp_path / name)
    return tmp_path / "then", tmp_path / "now"


@pytest.fixture(scope="module")
def told(made: Path, commands: Commands) -> list[Change]:
    """What `kuntatutka compare` says of the two."""
    run(commands, made, "compare", "then", "now", "--output", "told")
    return read_table(made / "told" / "changes.parquet", Change)


def expected(kind: str) -> set[tuple[str, str, str, str, str]]:
    """What the truth says: municipality, service, subject, item, and whether it came or went."""
    rows: set[tuple[str, str, str, str, str]] = set()
    for change in TRUTH:
        if change.kind != kind or not change.service or not change.municipality:
            continue
        cell = (change.municipality, change.service, change.subject)
        if change.subject == "state":
            rows.add((*cell, "", f"{change.old[0]} {change.new[0]}"))
        else:
            rows |= {(*cell, item, "went") for item in change.old} | {(*cell, item, "came") for item in change.new}
    return rows


def as_told(row: Change) -> tuple[str, str, str, str, str]:
    way = f"{row.old} {row.new}" if row.subject is ChangeSubject.STATE else ("went" if row.new == "no" else "came")
    return (row.municipality_code, row.service_id or "", CELLS[row.subject], row.item, way)


def test_development_is_what_changed_on_the_sites_and_nothing_else(told: list[Change]) -> None:
    site = {as_told(row) for row in told if row.kind is ChangeKind.SITE and row.subject in CELLS}
    assert site == expected("site")


def test_only_a_site_that_changed_has_indicators_that_developed(told: list[Change]) -> None:
    changed = {change.municipality for change in TRUTH if change.kind == "site"}
    assert {row.municipality_code for row in told if row.kind is ChangeKind.SITE} <= changed


def test_how_services_are_used_changed_only_where_their_sites_did(told: list[Change]) -> None:
    levels = {
        (row.municipality_code, row.service_id, row.subject.value, row.item, row.old, row.new)
        for row in told
        if row.kind is ChangeKind.SITE
        and row.subject in (ChangeSubject.SUBTYPE, ChangeSubject.LOG_IN, ChangeSubject.MATURITY)
    }
    assert levels == {
        ("P02", "boat-berth", "maturity", "", "2", "5"),
        ("P02", "invoices-and-payments", "maturity", "", "4", "2"),
        ("P02", "premises-booking", "log-in", "", "account", "bank"),
        ("P02", "premises-booking", "subtype", "digital:authenticated", "no", "yes"),
        ("P02", "sports-facility-booking", "log-in", "", "account", "bank"),
    }


def test_the_documented_example_says_what_is_told(told: list[Change]) -> None:
    """Of what no audit and no site beyond these moves."""
    page = (Path(__file__).parent.parent / "docs" / "compare.md").read_text(encoding="utf-8")
    head = re.search(r"^\| demo-2025 .*\|$", page, re.MULTILINE)
    line = re.search(r"^\| the site changed \|.*$", page, re.MULTILINE)
    assert head
    assert line
    names, counts = ([cell.strip() for cell in row[0].strip("|").split("|")] for row in (head, line))
    documented = dict(zip(names[1:], map(int, counts[1:]), strict=True))
    site = Counter(row.subject.value for row in told if row.kind is ChangeKind.SITE)
    audited = {"indicator", "all"}
    assert {n: c for n, c in documented.items() if n not in audited} == {
        n: site[n] for n in names[1:] if n not in audited
    }
    assert documented["all"] == sum(count for name, count in documented.items() if name != "all")


def test_another_system_and_layout_alone_are_no_change(told: list[Change]) -> None:
    """Every address of the site and the order of its pages are new; how pages are built is all that developed."""
    rows = [row for row in told if row.municipality_code == "P03"]
    moved = {change.service for change in TRUTH if change.kind == "organisation" and change.service}
    assert {row.service_id for row in rows if row.subject in CELLS} == moved
    site = [row for row in rows if row.kind is ChangeKind.SITE]
    assert {row.subject for row in site} <= {ChangeSubject.INDICATOR}
    of_customers = {"eservices-offered", "eservices-own-address", "digital-support", "self-service"}
    assert not of_customers & {row.item for row in site}


def test_who_was_blocked_in_one_year_is_told_as_coverage(told: list[Change]) -> None:
    """Blocked then and open now, open then and blocked now: all of their cells, and in one direction."""
    for code, reason in (("P05", "gap-then"), ("P93", "gap-now")):
        cells = [row for row in told if row.municipality_code == code and row.subject is ChangeSubject.STATE]
        moved = {change.service for change in TRUTH if change.kind == "organisation" and change.service}
        assert {row.kind for row in cells if row.service_id not in moved} == {ChangeKind.COVERAGE}
        assert {row.reason.value for row in cells if row.service_id not in moved} == {reason}
        assert len(cells) > 40


def test_a_merged_municipality_meets_both_of_which_it_is_made(told: list[Change]) -> None:
    rows = [row for row in told if row.municipality_code == "P06" and row.subject in CELLS]
    assert {row.kind for row in rows} == {ChangeKind.ORGANISATION}
    assert not [row for row in told if row.reason.value == "not-compared"]
    parts = {row.item for row in told if row.subject is ChangeSubject.MUNICIPALITY and row.municipality_code == "P06"}
    assert parts == {"P06", "P07"}


def test_a_service_that_left_the_municipalities_is_no_development(told: list[Change]) -> None:
    rows = [row for row in told if row.service_id == "informal-care-support"]
    assert {row.municipality_code for row in rows} >= {"P02", "P03"}
    assert {row.kind for row in rows} == {ChangeKind.ORGANISATION}


def test_products_that_were_switched_arrived_and_departed(made: Path, told: list[Change]) -> None:
    moves = read_table(made / "told" / "product_moves.parquet", ProductMove)
    development = [move for move in moves if move.kind is ChangeKind.SITE]
    assert {(m.service_id, m.move.value, m.old_products, m.new_products) for m in development} == {
        ("sports-facility-booking", "switched", ("vuorovirta",), ("tilatupa",)),
        ("premises-booking", "switched", ("vuorovirta",), ("tilatupa",)),
        ("boat-berth", "arrived", (), ("rantavahti",)),
        ("public-transport", "arrived", (), ("kyytikortti",)),
        ("invoices-and-payments", "departed", ("maksutori",), ()),
    }


def of_the_water(rows: list[Any]) -> list[Any]:
    return [row for row in rows if (row.municipality_code, row.service_id) == ("P02", "water-services")]


@pytest.mark.parametrize("number", [0, 1])
def test_what_a_person_corrected_in_one_year_is_a_decision(
    years: tuple[Path, Path], kuntatutka: Callable[..., Any], number: int
) -> None:
    """The water service is the same in both years; a person says in one that it is not found."""
    study = open_study(years[number])
    cell, *_ = of_the_water(study.read("service_findings"))
    old = cell_value(cell, of_the_water(study.read("channel_evidence")))
    finding, _, page = cell.basis.partition(".")
    new = type(old)(state="not-found")
    like = Decision(
        "", TIME, "", Action.CORRECT, "P02", "water-services", "", Role.FIRST, new, old, "", "", finding, page
    )
    append_decisions(study.review, [new_decision("Aino", Action.CORRECT, at=TIME, like=like)])
    assert kuntatutka("analyze", years[number]).status in (0, 3)
    assert kuntatutka("compare", *years).status == 0
    rows = read_table(years[1] / "comparison" / "changes.parquet", Change)
    mine = [row for row in rows if row.service_id == "water-services" and row.municipality_code == "P02"]
    assert mine
    assert {row.kind for row in mine} == {ChangeKind.DECISION}
    assert {as_told(row) for row in rows if row.kind is ChangeKind.SITE and row.subject in CELLS} == expected("site")


def test_a_service_that_only_got_another_id_has_not_changed(
    years: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newer study was made after the rename, the older one before it."""
    renamed = with_renamed(load_taxonomy("practice"), "services", "library-services", "libraries")
    monkeypatch.setattr("study.folder.load_taxonomy", lambda country: renamed)
    before = compare([Told(read_snapshot(open_study(place))) for place in years])
    for path in (years[1] / "findings").glob("*.parquet"):
        table = pq.read_table(path)
        if "service_id" in table.column_names:
            number = table.column_names.index("service_id")
            values = [{"library-services": "libraries"}.get(v, v) for v in table.column(number).to_pylist()]
            field = table.schema.field(number)
            pq.write_table(table.set_column(number, field, pa.array(values, field.type)), path)
    (after,) = compare([Told(read_snapshot(open_study(place))) for place in years])
    assert after.changes == before[0].changes


def test_the_demo_of_a_year_goes_on_with_that_year_or_says_what_there_is(
    kuntatutka: Callable[..., Any], made: Path, tmp_path: Path
) -> None:
    unknown = kuntatutka("demo", "other", "--year", "1999")
    assert unknown.status == 2
    assert "no such year" in unknown.err
    assert "2025" in unknown.err
    shutil.copytree(made / "now", tmp_path / "now")
    mixed = kuntatutka("demo", "now", "--year", "2025")
    assert mixed.status == 2
    assert f"practice study of {YEAR + 1}, not of {YEAR}" in mixed.err


def test_a_study_against_itself_has_no_change(made: Path, commands: Commands, tmp_path: Path) -> None:
    shutil.copytree(made / "now", tmp_path / "again")
    run(commands, tmp_path, "compare", made / "now", "again", "--output", tmp_path / "same")
    assert read_table(tmp_path / "same" / "changes.parquet", Change) == []
