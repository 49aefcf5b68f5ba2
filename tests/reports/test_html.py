"""The HTML report: complete, harmless, accessible."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from crawler import find_chromium
from crawler.browser.axe import axe_script
from reports import build, load_study
from reports.context import Context
from reports.html import html
from reports.pdf import launch_arguments
from reports.words import Words
from study import StudyFolder
from taxonomy import Text


class Anchors(HTMLParser):
    """Collects ids, local links, outward links and tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.local: set[str] = set()
        self.outward: set[str] = set()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag declares."""
        values = dict(attrs)
        self.tags.append((tag, values))
        if values.get("id"):
            self.ids.append(str(values["id"]))
        href = values.get("href") or ""
        if href.startswith("#"):
            self.local.add(href[1:])
        elif href:
            self.outward.add(href)


def read(text: str) -> Anchors:
    """The anchors of an HTML text."""
    found = Anchors()
    found.feed(text)
    return found


@pytest.fixture(scope="module")
def page(six: StudyFolder) -> str:
    """The English report of the six."""
    return html(build(load_study(six), "en"))


def test_every_link_inside_leads_somewhere_and_ids_are_unique(page: str) -> None:
    """No dead anchors in a file that people print and quote."""
    found = read(page)
    assert found.local <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))


def test_every_grid_cell_leads_to_its_proof(page: str, six: StudyFolder) -> None:
    """Cells with evidence lead to it, others to the row that says why not, or to the municipality's status."""
    data = load_study(six)
    found = read(page)
    for code, service in data.grid:
        row = f"c-{code}-{service}" if code in data.judged else f"m-{code}"
        wanted = f"e-{code}-{service}" if (code, service) in data.evidence else row
        assert wanted in found.local


def test_file_needs_nothing_else(page: str) -> None:
    """No style sheet, script, image or font is loaded from anywhere; the font is inside."""
    loaded = [
        v for t, v in read(page).tags if t in ("link", "img", "iframe", "object") or (t == "script" and v.get("src"))
    ]
    assert loaded == []
    assert "url(" not in re.sub(r"url\((#|data:font)", "", page)


def test_gaps_are_named_beside_shares(page: str) -> None:
    """A share with gaps never stands alone."""
    assert "gaps" in page
    assert "Blocked: the website asks programs not to read it" in page


def test_hostile_texts_from_the_web_stay_texts(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """Markup, script addresses and direction marks in titles, snippets and addresses do nothing."""
    made = inventor(2)
    attack = "<script>alert(1)</script>\u202egnp.exe\x07" + "x" * 400
    rows = made.rows
    rows["channel_evidence"] = [
        replace(r, snippet=attack, target_url="javascript:alert(2)", cue="<img src=x>")
        for r in rows["channel_evidence"][:1]
    ]
    rows["service_findings"] = [replace(r, best_url="javascript:alert(3)") for r in rows["service_findings"]]
    rows["vendor_hits"] = [replace(r, vendor="<b>Vendor</b>") for r in rows["vendor_hits"]]
    folder = made.write(tmp_path / "study", title="Study </style><script>alert(4)</script>")
    text = html(build(load_study(folder), "fi"))
    found = read(text)
    assert sum(tag == "script" for tag, _ in found.tags) == 1
    assert not any(href.startswith("javascript") for href in found.outward)
    assert "\u202e" not in text
    assert "\x07" not in text
    assert "x" * 300 not in text
    assert "&lt;b&gt;Vendor" in text


def test_language_is_declared_for_quotations(page: str) -> None:
    """A Finnish quotation in an English report says that it is Finnish."""
    assert '<html lang="en">' in page
    assert '<blockquote lang="fi">' in page


def test_study_without_any_evidence_says_so(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """Thirty municipalities that could not be read give a report, and no share in it."""
    folder = inventor(30, all_failed=True).write(tmp_path / "study")
    text = html(build(load_study(folder), "en"))
    assert "No website could be read" in text
    assert "None of the 30 municipalities" in text
    assert text.count("the address of the website could not be resolved") >= 30
    assert read(text).local <= set(read(text).ids)
    assert "of services can be used digitally" not in text


@pytest.mark.browser
@pytest.mark.slow
def test_report_passes_axe_and_reflows(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """No violation by axe, best practices included, and no sideways scrolling at 320 px."""
    axe = axe_script().source
    page = html(build(load_study(inventor(2).write(tmp_path / "study")), "sv"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=launch_arguments())
        tab = browser.new_page(viewport={"width": 320, "height": 900})
        tab.set_content(page)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
        tab.set_viewport_size({"width": 1280, "height": 900})
        tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        tab.evaluate(axe)
        result = tab.evaluate("axe.run({resultTypes: ['violations']})")
        browser.close()
    assert [(v["id"], v["nodes"][0]["html"][:200], len(v["nodes"])) for v in result["violations"]] == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_no_word_is_broken_without_a_hyphen(tmp_path: Path, inventor: Callable[..., Any], language: str) -> None:
    """On a telephone: labels of the key figures break only where a hyphen shows."""
    page = html(build(load_study(inventor(2).write(tmp_path / "study")), language, "091"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=launch_arguments())
        tab = browser.new_page(viewport={"width": 390, "height": 900})
        tab.set_content(page)
        broken = tab.evaluate(BROKEN_WORDS)
        browser.close()
    assert broken == []


BROKEN_WORDS = """() => [...document.querySelectorAll('.tile .label, .tile .label a, h1, h2, h3, h4')].flatMap(box =>
  [...box.childNodes].filter(n => n.nodeType === 3).flatMap(node =>
    [...node.data.matchAll(/\\p{L}{4,}/gu)].filter(word => {
      const range = document.createRange();
      range.setStart(node, word.index + 1);
      range.setEnd(node, word.index + word[0].length);
      return new Set([...range.getClientRects()].filter(r => r.width > 1).map(r => Math.round(r.top))).size > 1;
    }).map(word => word[0])))"""
"""Runs of letters that stand on two lines. A soft hyphen ends a run; what it draws belongs to the next first letter."""


def test_a_hyphen_at_the_start_of_a_word_stays_with_it(six: StudyFolder) -> None:
    context = Context(load_study(six), Words("fi"))
    assert context.name(Text({"fi": "Viat ja -ilmoitukset, a-b"})) == "Viat ja \u2011ilmoitukset, a-b"
