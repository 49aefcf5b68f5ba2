"""Texts, order and omissions that a study's makers give their report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports.build import build
from reports.data import load_study
from reports.html import html
from reports.model import Bullets, Text
from reports.own_text import blocks
from study import StudyFolder, UserError


@pytest.fixture
def folder(tmp_path: Path, inventor: Callable[..., Any]) -> StudyFolder:
    """A small study with an empty folder for texts."""
    made: StudyFolder = inventor(2).write(tmp_path / "study")
    made.report_texts.mkdir()
    return made


def write(folder: StudyFolder, **texts: str) -> None:
    for name, text in texts.items():
        (folder.report_texts / name.replace("__", ".")).write_text(text, encoding="utf-8")


def test_foreword_paragraphs_order_and_omissions_are_the_makers(folder: StudyFolder) -> None:
    """In the language of the file only."""
    write(folder, foreword__en__md="Dear reader,\n\n- one\n- two\n", method__after__en__md="Our *own* remark.")
    write(folder, report__toml='order = ["method", "summary"]\nomit = ["coverage", "theme-administration"]\n')
    model = build(load_study(folder), "en")
    ids = [s.id for s in model.sections]
    assert ids[0] == "foreword"
    assert ids.index("method") < ids.index("summary")
    assert "coverage" not in ids
    grid = next(s for s in model.sections if s.id == "grid")
    assert "theme-administration" not in [c.id for c in grid.children]
    assert isinstance(model.sections[0].blocks[1], Bullets)
    method = next(s for s in model.sections if s.id == "method")
    assert isinstance(method.blocks[-1], Text)
    assert [(r.text, r.strong) for r in method.blocks[-1].runs] == [("Our ", False), ("own", True), (" remark.", False)]
    assert "foreword" not in [s.id for s in build(load_study(folder), "sv").sections]


def test_scripts_and_broken_marks_are_shown_as_text(folder: StudyFolder) -> None:
    write(folder, foreword__en__md="<script>alert(1)</script> **half [bad](javascript:alert(2)) `code` ](")
    text = html(build(load_study(folder), "en"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **half [bad](javascript:alert(2)) `code` ](" in text
    assert "javascript:alert" not in text.replace("[bad](javascript:alert(2))", "")


def test_links_headings_and_numbered_lists_are_understood() -> None:
    heading, listed, linked = blocks("## A heading\n1. one\n   and more\n2. two\n\nSee [us](https://example.org/).")
    assert isinstance(heading, Text)
    assert isinstance(listed, Bullets)
    assert isinstance(linked, Text)
    assert (heading.role, heading.runs[0].text) == ("list-title", "A heading")
    assert listed.numbered
    assert [item[0].text for item in listed.items] == ["one and more", "two"]
    assert [(r.text, r.href) for r in linked.runs] == [("See ", ""), ("us", "https://example.org/"), (".", "")]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("nowhere__en__md", "text", "the report has no part 'nowhere'"),
        ("foreword__md", "text", "does not say the part and the language"),
        ("report__toml", 'omit = ["nowhere"]', "the report has no part 'nowhere'"),
        ("report__toml", "omit = nothing", "cannot be read"),
        ("report__toml", 'omit = "summary"', "must be a list"),
        ("report__toml", "colour = []", "colour is not known"),
    ],
)
def test_a_faulty_file_is_one_sentence(folder: StudyFolder, name: str, text: str, told: str) -> None:
    write(folder, **{name: text})
    with pytest.raises(UserError, match=told):
        build(load_study(folder), "en")
