"""Good examples of a theme: pages that were looked at in a browser are shown, with words in place of the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports import build, load_study
from reports.data import StudyData
from reports.html import html
from reports.model import Examples, Section

PICTURE = "data:image/jpeg;base64,/9j/AA=="


def test_examples_show_the_page_where_there_is_a_picture_of_it(
    tmp_path: Path, inventor: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of pages that go as far the one with a picture is chosen; the picture is escaped, small and told in words."""
    data = load_study(inventor(6, audited=False).write(tmp_path / "study"))
    before = examples(build(data, "en").sections)
    assert before
    assert not any(example.picture for block in before for example in block.items)
    assert 'class="view"' not in html(build(data, "en"))
    seen = {(f.municipality_code, f.best_url) for f in data.findings() if f.municipality_code == data.codes[-1]}
    monkeypatch.setattr(StudyData, "is_viewed", lambda self, code, url: (code, url) in seen)
    monkeypatch.setattr(StudyData, "view", lambda self, code, url: PICTURE if (code, url) in seen else "")
    model = build(replace(data), "en")
    shown = [e for block in examples(model.sections) for e in block.items if e.picture]
    assert shown
    assert all("first screen" in e.picture_alt and e.runs[1].href for e in shown)
    assert html(model).count(f'<img class="view" src="{PICTURE}" alt="The page ') == len(shown)


def examples(sections: tuple[Section, ...]) -> list[Examples]:
    """All blocks of examples."""
    parts = [part for section in sections for part in (section, *section.children)]
    return [block for part in parts for block in part.blocks if isinstance(block, Examples)]
