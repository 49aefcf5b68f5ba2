"""The printed report: tagged, navigable, the same each time."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from reports import build, load_study
from reports import pdf as printing
from reports.model import Proofs
from study import UserError


@pytest.mark.browser
@pytest.mark.slow
def test_pdf_is_tagged_with_outline_pages_and_language(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """What a screen reader and a reader of 100 pages need; printed twice, the same bytes."""
    model = build(load_study(inventor(2).write(tmp_path / "study")), "fi")
    raw = printing.pdf(model)
    with pikepdf.open(io.BytesIO(raw)) as document:
        assert bool(document.Root.MarkInfo.Marked)
        assert str(document.Root.Lang) == "fi"
        assert str(document.docinfo["/Title"]) == model.cover.title
        assert "/CreationDate" not in document.docinfo
        with document.open_outline() as outline:
            titles = [item.title for top in outline.root for item in (top, *top.children)]
        assert model.sections[0].title in titles
        assert len(document.pages) > 10
    pages = printing.section_pages(raw)
    assert pages["summary"] == 3
    assert pages["summary"] < pages["grid"] < pages["m-091"] < pages["evidence"]
    assert printing.pdf(model) == raw


def test_no_browser_is_one_clear_sentence(
    tmp_path: Path, inventor: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the command that tells what is missing."""
    monkeypatch.setattr(printing, "find_chromium", lambda: str(tmp_path / "no-browser"))
    model = build(load_study(inventor(1, all_failed=True).write(tmp_path / "study")), "en")
    with pytest.raises(UserError, match="kuntatutka doctor"):
        printing.pdf(model)


def test_paper_has_the_surest_proof_of_each_channel(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """One entry per channel and cell."""
    model = printing.printable(build(load_study(inventor(1).write(tmp_path / "study")), "en"))
    groups = [
        g for s in model.sections for c in s.children for b in c.blocks if isinstance(b, Proofs) for g in b.groups
    ]
    assert groups
    for group in groups:
        channels = [item.icon for item in group.items]
        assert len(channels) == len(set(channels))


def test_appendix_longer_than_the_report_stays_in_the_html(
    tmp_path: Path, inventor: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printed report then says where the evidence is, and cells lead to their rows."""
    monkeypatch.setattr(printing, "PROOF_LIMIT", 3)
    model = printing.printable(build(load_study(inventor(1).write(tmp_path / "study")), "en"))
    evidence = next(s for s in model.sections if s.role == "evidence")
    assert evidence.children == ()
    text = printing.html(model, for_print=True)
    assert 'href="#e-' not in text
    assert "more evidence than a printed report can hold" in text
