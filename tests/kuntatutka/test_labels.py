"""Labels that cannot be counted: refused by `evaluate` with file, line and key before a page is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kuntatutka.labels import check_labels
from kuntatutka.pages import read_jsonl
from study import UserError
from taxonomy import load_taxonomy

LABELS = {
    "page_type": "service",
    "theme": None,
    "services": ["library"],
    "primary_service": "library",
    "channels": [{"service": "library", "type": "phone"}],
    "vendors": [],
}


def write(tmp_path: Path, *changes: dict[str, Any], **row: Any) -> Path:
    path = tmp_path / "gold.jsonl"
    services = list(load_taxonomy("fi").services)[:1]
    labels = {**LABELS, "services": services, "primary_service": services[0]}
    labels["channels"] = [{"service": services[0], "type": "phone"}]
    lines = [
        json.dumps({"id": f"p{n}", "url": f"https://a.example/{n}", "html": "x", **row, "labels": {**labels, **change}})
        for n, change in enumerate(changes)
    ]
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")  # empty lines count as lines
    return path


def complaint(path: Path) -> list[str]:
    with pytest.raises(UserError) as caught:
        check_labels(path, list(read_jsonl(path)), load_taxonomy("fi"))
    return caught.value.message.splitlines()


def test_good_labels_pass_with_keys_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, {}, {"page_type": None})
    check_labels(path, list(read_jsonl(path)), load_taxonomy("fi"))
    path.write_text('{"url": "https://a.example/", "html": "", "labels": {}}\n', encoding="utf-8")
    check_labels(path, list(read_jsonl(path)), load_taxonomy("fi"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"page_type": "servise"}, ["labels.page_type 'servise' is not known", "service"]),
        ({"theme": "no-such"}, ["labels.theme 'no-such' is not known", "nearest"]),
        ({"primary_service": "librari"}, ["labels.primary_service 'librari'"]),
        ({"services": ["librari"]}, ["labels.services 'librari'"]),
        ({"vendors": ["timmmi"]}, ["labels.vendors 'timmmi'", "timmi"]),
        ({"channels": [{"service": "librari", "type": "fax"}]}, ["labels.channels service 'librari'"]),
        ({"services": None}, ["labels.services must be a list of ids", "not null"]),
        ({"channels": None}, ["labels.channels must be a list of objects", "not null"]),
    ],
)
def test_each_mistake_names_line_key_and_the_nearest_ids(
    tmp_path: Path, change: dict[str, Any], said: list[str]
) -> None:
    first = complaint(write(tmp_path, {}, change))[0]
    assert first.startswith(f"{tmp_path / 'gold.jsonl'}: line 3: ")
    for words in said:
        assert words in first


def test_a_page_that_stands_twice_is_refused(tmp_path: Path) -> None:
    assert "p stands on line 1 already" in complaint(write(tmp_path, {}, {}, id="p"))[0]
    assert "line 1 already" in complaint(write(tmp_path, {}, {}, url="https://a.example/same"))[0]


def test_at_most_five_mistakes_are_told(tmp_path: Path) -> None:
    assert len(complaint(write(tmp_path, *[{"theme": f"x{n}"} for n in range(9)]))) == 5


def test_evaluate_ends_with_status_2(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    write(tmp_path, {"page_type": "servise"})
    done = kuntatutka("evaluate", "gold.jsonl", "--json")
    assert done.status == 2
    assert "gold.jsonl: line 1: labels.page_type 'servise' is not known" in done.err
    assert done.out == ""


def test_a_missing_html_file_names_the_folder_looked_in(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text(
        '{"url": "https://a.example/", "html_file": "pages/gone.html", "labels": {}}\n', encoding="utf-8"
    )
    done = kuntatutka("evaluate", "gold.jsonl")
    assert done.status == 2
    assert "line 1: html_file pages/gone.html is not there" in done.err
    assert str(tmp_path / "pages") in done.err
