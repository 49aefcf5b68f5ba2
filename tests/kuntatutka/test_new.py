"""`kuntatutka new`: which municipalities, what the folder holds, and what it says to mistakes."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "municipalities.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_top30_makes_a_study_of_thirty(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    done = kuntatutka("new", "study", "--municipalities", "top30", "--year", "2026")
    assert done.status == 0, done.err
    assert done.out == "study\n"
    folder = tmp_path / "study"
    assert len(rows(folder)) == 30
    assert {row["code"] for row in rows(folder)} >= {"091", "049"}
    settings = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    assert settings["study"]["year"] == 2026
    assert settings["crawl"]["max_pages"] == 400
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == [
        "evidence",
        "export",
        "findings",
        "reports",
        "review",
    ]


def test_towns_only_reading_differs(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    for name in ("top30", "top30-towns"):
        assert kuntatutka("new", name, "-m", name).status == 0
    both = [{row["code"] for row in rows(tmp_path / name)} for name in ("top30", "top30-towns")]
    assert len(both[0]) == len(both[1]) == 30
    assert both[0] != both[1]


def test_a_rule_chooses_municipalities(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    assert kuntatutka("new", "study", "-m", "region=Uusimaa,largest=3", "--year", "2026").status == 0
    assert [row["code"] for row in rows(tmp_path / "study")] == ["049", "091", "092"]


def test_the_thirty_of_2021_can_be_studied_again(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    assert kuntatutka("new", "study", "-m", "top30-2021").status == 0
    assert len(rows(tmp_path / "study")) == 30


def test_codes_names_and_other_languages_names(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    done = kuntatutka("new", "study", "-m", "091, espoo,Vanda", "--title", "Capital", "--language", "sv,fi")
    assert done.status == 0, done.err
    assert [row["code"] for row in rows(tmp_path / "study")] == ["049", "091", "092"]
    settings = tomllib.loads((tmp_path / "study" / "study.toml").read_text(encoding="utf-8"))
    assert settings["study"]["title"] == "Capital"
    assert settings["study"]["languages"] == ["sv", "fi"]


def test_every_setting_is_explained_where_it_stands(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    kuntatutka("new", "study", "-m", "091")
    lines = (tmp_path / "study" / "study.toml").read_text(encoding="utf-8").splitlines()
    for above, line in pairwise(lines):
        if "=" in line and not line.startswith("#"):
            assert above.startswith("# "), line


def test_own_csv_with_codes_of_its_own(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(
        "name_fi;code;website\nPieni;X1;www.pieni.example\nSuuri;X2;http://suuri.example:8000/fi\n",
        encoding="utf-8-sig",
    )
    done = kuntatutka("new", "study", "-m", "own.csv")
    assert done.status == 0, done.err
    assert [(r["code"], r["website"]) for r in rows(tmp_path / "study")] == [
        ("X1", "https://www.pieni.example/"),
        ("X2", "http://suuri.example:8000/fi"),
    ]


def test_csv_is_completed_from_the_taxonomy(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("code,name_fi,website\n049,Espoo,https://www.espoo.fi/\n", encoding="utf-8")
    assert kuntatutka("new", "study", "-m", "own.csv").status == 0
    (row,) = rows(tmp_path / "study")
    assert row["name_sv"] == "Esbo"
    assert int(row["population"]) > 300_000
    assert row["size_class"]


def test_a_study_is_never_overwritten(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    kuntatutka("new", "study", "-m", "091")
    before = (tmp_path / "study" / "study.toml").read_bytes()
    done = kuntatutka("new", "study", "-m", "top30")
    assert done.status == 2
    assert "already" in done.err
    assert (tmp_path / "study" / "study.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("Helsnki", "Helsinki"),
        ("Esboo", "Esbo"),
        ("91", "091"),
        ("091,Nowhereville", "Nowhereville"),
        ("nothing.csv", "nothing.csv"),
        (",", "names nothing"),
        ("Honkajoki", "Honkajoki ended on 2021-01-01 and belongs to 214 Kankaanpää"),
        ("588", "588 ended on 2025-01-01 and belongs to 507 Mäntyharju"),
        ("biggest=3", "'biggest' is no condition"),
        ("largest=3,year=1950", "no population of 1950 is known"),
        ("region=Utopia", "region: Ahvenanmaa"),
        ("language=fr,largest=3", "language: fi, se, sv"),
    ],
)
def test_unknown_municipality_is_named_and_the_nearest_suggested(
    kuntatutka: Callable[..., Any], tmp_path: Path, wanted: str, said: str
) -> None:
    done = kuntatutka("new", "study", "-m", wanted)
    assert done.status == 2
    assert said in done.err
    assert "ended on" not in done.err or "Did you mean" not in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--country", "atlantis"), "practice"),
        (("--language", "fi,xx"), "sv"),
        (("--year", "26"), "--year"),
    ],
)
def test_wrong_options_name_what_there_is(
    kuntatutka: Callable[..., Any], tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = kuntatutka("new", "study", "-m", "091", *arguments)
    assert done.status == 2
    assert said in done.err
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize("contact", ["a@b.example\r\nX-Other: 1", "Mäki a@b.example"])
def test_a_contact_that_no_request_can_carry_is_refused(
    kuntatutka: Callable[..., Any], tmp_path: Path, contact: str
) -> None:
    done = kuntatutka("new", "study", "-m", "091", "--contact", contact)
    assert done.status == 2
    assert "--contact" in done.err
    assert not (tmp_path / "study").exists()
