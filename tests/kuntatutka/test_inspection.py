"""inspect and evaluate as people and programs use them: nothing is lost, everything is explained."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kuntatutka.signals import in_words

PAGE = (
    "<html lang='sv'><title>Båtplatser | Strandby</title><main><h1>Båtplatser</h1>"
    "<p>Båtplatsen söks i <a href='https://timmi.strandby.fi/'>Timmi</a> eller genom att ringa 040 123 4567.</p>"
    "<p>Fakturan kommer på våren.</p></main></html>"
)


def lines(*rows: object) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def test_every_line_of_a_page_file_has_its_line_in_the_output(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    rows = (
        {"url": "https://a.example/1", "html": ""},
        {"url": "https://a.example/2", "html": None},
        {"url": "http://[broken", "html": "<p>x</p>"},
        "{no json",
        {"url": "https://a.example/5", "html_file": "gone.html"},
        {"url": "https://a.example/6", "html": PAGE},
    )
    (tmp_path / "pages.jsonl").write_text(lines(*rows), encoding="utf-8")
    done = kuntatutka("inspect", "pages.jsonl", "--json")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [page["url"] for page in found] == [
        "https://a.example/1", "https://a.example/2", "http://[broken", "", "https://a.example/5", "https://a.example/6",
    ]  # fmt: skip
    assert ["problem" in page for page in found] == [False, False, False, True, True, False]
    assert found[-1]["services"][0]["service_id"] == "boat-berth"
    assert done.status == 2
    assert "line 4" in done.err
    assert "gone.html" in done.err


def test_a_page_is_explained_in_words(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    said = kuntatutka("inspect", "page.html", "--url", "https://www.strandby.fi/batplatser").out
    expected = (
        "Service page", "Swedish", "Sports and leisure", "main service", "beside its name: phone", "title: Båtplatser",
        "digital (booking)", "phone (direct)", "genom att ringa 040 123 4567", "timmi - Timmi",
    )  # fmt: skip
    for words in expected:
        assert words in said, said


def test_signals_are_told_in_words_and_unknown_ones_as_they_are() -> None:
    assert in_words("named +1.8, shiny +0.3", of="service") == "the title names it (+1.8) · shiny (+0.3)"
    assert in_words("news-crumb +3.9", of="page") == "the trail of pages says “news” (+3.9)"
    assert in_words("theme of the main service boat-berth", of="service") == "theme of the main service boat-berth"


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    labels = {
        "page_type": "service", "theme": "sports-leisure", "services": ["boat-berth"], "primary_service": "boat-berth",
        "channels": [{"service": "boat-berth", "type": "phone"}], "vendors": ["timmi"],
    }  # fmt: skip
    rows = [
        {
            "id": f"p{n}",
            "url": f"https://www.k{n}.fi/batplatser",
            "municipality": f"k{n}",
            "html": PAGE,
            "labels": labels,
        }
        for n in range(4)
    ]
    (tmp_path / "gold.jsonl").write_text(lines(*rows), encoding="utf-8")
    return tmp_path / "gold.jsonl"


def test_cross_validation_from_the_command_line(kuntatutka: Callable[..., Any], labelled: Path) -> None:
    done = kuntatutka("evaluate", labelled.name, "--folds", "2", "--json")
    assert done.status == 0, done.err
    content = json.loads(done.out)
    assert (content["folds"], content["pages"], content["municipalities"]) == (2, 4, 4)
    assert content["channels"]["micro"]["recall"] == 1.0


def test_more_folds_than_municipalities_are_refused_in_one_sentence(
    kuntatutka: Callable[..., Any], labelled: Path
) -> None:
    done = kuntatutka("evaluate", labelled.name, "--folds", "9")
    assert done.status == 2
    assert "--folds: 9 folds cannot be made of pages of 4 municipalities" in done.err


def test_an_evaluation_for_people_has_intervals_calibration_and_mistakes(
    kuntatutka: Callable[..., Any], labelled: Path
) -> None:
    said = kuntatutka("evaluate", labelled.name).out
    for words in ("4 pages of 4 municipalities", "95 %", "Calibration", "What it gets wrong", "boat-berth:digital"):
        assert words in said, said


def test_signals_with_a_name_of_their_own_are_told_with_it() -> None:
    assert in_words("term:venepaikka +0.8, kind-news -0.4", of="service") == (
        "the term “venepaikka” (+0.8) · the page may be of the kind “news” (-0.4)"
    )
    assert in_words("link-says:act +0.5, rule-attributed +2.1", of="channel") == (
        "words of the kind “act” in the link (+0.5) · a rule takes it for this service (+2.1)"
    )
