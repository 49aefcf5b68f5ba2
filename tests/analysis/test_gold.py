"""The labelled pages that the judges learn from: what may be wrong with them is told with file, line and remedy."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench import first_look, gold
from taxonomy import Taxonomy, load_taxonomy

LABELS = {
    "page_type": "service", "theme": "sports-leisure", "services": ["boat-berth"], "primary_service": "boat-berth",
    "channels": [{"service": "boat-berth", "type": "phone"}], "vendors": [],
}  # fmt: skip
HTML = (
    "<html lang=fi><head><title>Venepaikat</title></head><body><main><h1>Venepaikat</h1>"
    "<p>Venepaikan voit varata puhelimitse numerosta 044 123 4567.</p></main></body></html>"
)


@pytest.fixture(scope="module")
def finland() -> Taxonomy:
    return load_taxonomy("fi")


def row(url: str, municipality: str = "Salo", **labels: Any) -> dict[str, Any]:
    return {"id": url, "url": url, "municipality": municipality, "lang": "fi", "html": HTML, "labels": LABELS | labels}


Make = Callable[[dict[str, tuple[str, list[dict[str, Any]]]]], list[gold.Batch]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes batches ({name: (use, rows)}) and reads their list."""

    def written(content: dict[str, tuple[str, list[dict[str, Any]]]]) -> list[gold.Batch]:
        lines = ["batch,use,trust,made,pages,how"]
        for name, (use, rows) in content.items():
            text = "\n".join(json.dumps(item) for item in rows)
            (tmp_path / f"{name}.jsonl").write_text(f"{text}\n", encoding="utf-8")
            lines.append(f"{name},{use},1.0,2026-11-30,{len(rows)},blind")
        (tmp_path / "batches.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return gold.batches(tmp_path)

    return written


def test_the_pages_that_are_learned_from_have_no_fault(finland: Taxonomy) -> None:
    assert list(gold.faults(gold.batches(), finland)) == []


def test_blind_batches_are_many_and_of_many_places() -> None:
    rows = [item for item in gold.rows_of(gold.batches()) if item["batch"].startswith("batch-")]
    languages = [item["lang"] for item in rows]
    assert len(rows) >= 700
    assert languages.count("sv") >= 180
    assert languages.count("en") >= 60
    assert len({item["municipality"] for item in rows}) >= 150


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (("learned", [row("https://a.example/1", "Turku")]), "stands in"),
        (("kept apart", [row("https://b.example/2")]), "a municipality's pages go all to one side"),
        (("learned", [row("https://b.example/2", page_type="pamphlet")]), "'pamphlet', which is no id"),
        (("learned", [row("https://b.example/2", theme="boats")]), "'boats', which is no id"),
        (("learned", [row("https://b.example/2", services=["boat-berths"])]), "'boat-berths', which is no id"),
        (("learned", [row("https://b.example/2", services=[])]), "not among the services"),
    ],
)
def test_a_fault_is_told_with_its_line(
    second: tuple[str, list[dict[str, Any]]], expected: str, make: Make, finland: Taxonomy
) -> None:
    found = make({"one": ("learned", [row("https://a.example/1")]), "two": second})
    with pytest.raises(gold.GoldError) as told:
        gold.check(found, finland)
    assert "two.jsonl:1: " in str(told.value)
    assert expected in str(told.value)


def test_bodies_of_several_municipalities_may_be_on_both_sides(make: Make, finland: Taxonomy) -> None:
    joint = "Lounais-Suomen Jätehuolto"
    sides = {
        "one": ("learned", [row("https://a.example/1", joint)]),
        "two": ("kept apart", [row("https://a.example/2", joint)]),
    }
    gold.check(make(sides), finland)


@pytest.mark.parametrize(
    ("line", "expected"),
    [("three,learned,1.0,x,1,x", "there is no three.jsonl"), ("one,perhaps,1.0,x,1,x", "use is 'perhaps'")],
)
def test_a_listing_that_names_no_file_or_no_use_is_refused(
    line: str, expected: str, make: Make, tmp_path: Path
) -> None:
    make({"one": ("learned", [row("https://a.example/1")])})
    listing = tmp_path / "batches.csv"
    listing.write_text(listing.read_text("utf-8").splitlines()[0] + f"\n{line}\n", encoding="utf-8")
    with pytest.raises(gold.GoldError, match=expected):
        gold.batches(tmp_path)


@pytest.mark.parametrize(
    ("saying", "expected"),
    [
        ({"lang": "fi", "services": ["boat-berths"]}, "'boat-berths' is no service"),
        ({"lang": "se", "services": []}, "lang is 'se'"),
    ],
)
def test_a_saying_with_an_unknown_id_is_refused_with_its_line(
    saying: dict[str, Any], expected: str, tmp_path: Path, finland: Taxonomy
) -> None:
    good = {"lang": "sv", "heading": "Båtplatser", "text": "Platsen hyrs ut för ett år.", "services": ["boat-berth"]}
    lines = [{**good}, {"heading": "", "text": "Laituri on auki.", **saying}]
    (tmp_path / "one.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    with pytest.raises(gold.GoldError, match=f"one.jsonl:2: .*{expected}"):
        gold.sayings(finland, tmp_path)


def test_a_batch_has_one_first_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looks, batch = tmp_path / "first_looks.csv", tmp_path / "batch-99.jsonl"
    monkeypatch.setattr(first_look, "LOOKS", looks)
    batch.write_text(json.dumps(row("https://a.example/venepaikat")) + "\n", encoding="utf-8")
    assert first_look.main([str(batch), "--commit", "abc"]) == 0
    assert first_look.main([str(batch), "--commit", "abc"]) == 1
    assert "has had its first look" in capsys.readouterr().err
    with looks.open(encoding="utf-8", newline="") as lines:
        (line,) = csv.DictReader(lines)
    assert (line["batch"], line["commit"], line["pages"], line["page_type"]) == ("batch-99", "abc", "1", "1.0")
