"""The HTML report as a folder: every link leads somewhere, nothing is inline, no page is large."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import sync_playwright

from crawler import find_chromium
from crawler.browser.axe import axe_script
from reports import render
from reports.pdf import launch_arguments
from study import StudyFolder

LANGUAGES = ("fi", "sv", "en")
LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1280), ("dark", 320))
HREF = re.compile(r'<a [^>]*?href="([^"]+)"')
ID = re.compile(r'\bid="([^"]+)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, inventor: Callable[..., Any]) -> Path:
    """The reports folder of a study of six with every table, in three languages."""
    folder: StudyFolder = inventor(6, full=True).write(tmp_path_factory.mktemp("site") / "study")
    render(folder, languages=LANGUAGES, formats=("html",))
    return folder.reports


def pages(site: Path) -> list[Path]:
    """Every page."""
    return sorted(site.rglob("*.html"))


def test_front_page_and_a_page_for_each_part(site: Path) -> None:
    """By the names that people see in the address."""
    names = {path.relative_to(site).as_posix() for path in pages(site)}
    assert {"report.fi.html", "report.en.html"} <= names
    assert {"report.fi/comparison.html", "report.fi/municipality-091.html", "report.fi/proof-091.html"} <= names
    assert "report.en/theme-early-education.html" in names


def test_every_link_leads_to_a_page_and_a_place_on_it(site: Path) -> None:
    """From any page to any other, the other language included."""
    known = {path.resolve(): set(ID.findall(path.read_text("utf-8"))) for path in pages(site)}
    for path in pages(site):
        for href in set(HREF.findall(path.read_text("utf-8"))):
            if href.startswith(("http", "mailto:", "tel:")):
                continue
            file, _, anchor = href.partition("#")
            there = (path.parent / file).resolve() if file else path.resolve()
            assert there in known, (path.name, href)
            assert not anchor or anchor in known[there], (path.name, href)


def test_nothing_is_inline_and_what_is_loaded_lies_beside(site: Path) -> None:
    """The policy allows the folder's own files only, and no element has a style or a handler of its own."""
    for path in pages(site):
        text = path.read_text("utf-8")
        assert "unsafe-inline" not in text
        assert not re.search(r"<[^>]+ (style|onclick)=", text)
        for source in re.findall(r'<(?:link|script)[^>]+(?:href|src)="([^"]+)"', text):
            assert (path.parent / source).is_file()


def test_same_study_same_bytes_and_pages_that_are_gone_go(site: Path, inventor: Callable[..., Any]) -> None:
    """A page of an earlier rendering does not stay."""
    old = site / "report.fi" / "municipality-999.html"
    before = {path: path.read_bytes() for path in site.rglob("*.*") if path.is_file()}
    old.write_text("old", "utf-8")
    folder: StudyFolder = inventor(6, full=True).write(site.parent.parent / "again")
    render(folder, languages=LANGUAGES, formats=("html",))
    again = {path: path.read_bytes() for path in folder.reports.rglob("*.*") if path.is_file()}
    assert {p.relative_to(site): b for p, b in before.items()} == {
        p.relative_to(folder.reports): b for p, b in again.items()
    }


def test_one_file_on_wish(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """Everything in one file, and no folder."""
    folder: StudyFolder = inventor(2).write(tmp_path / "study")
    render(folder, languages=("sv",), formats=("html",), one_file=True)
    assert 'id="m-091"' in (folder.reports / "report.sv.html").read_text("utf-8")
    assert not (folder.reports / "report.sv").exists()


def test_long_names_one_municipality_and_none_read_make_a_report(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """A name of sixty letters, a study of one, and one of which nothing could be read."""
    one = inventor(1)
    one.rows["municipalities"] = [replace(m, name_fi="N" * 60) for m in one.rows["municipalities"]]
    none = inventor(2, all_failed=True)
    for name, made in (("one", one), ("none", none)):
        folder: StudyFolder = made.write(tmp_path / name)
        render(folder, languages=("fi",), formats=("html",))
        assert (folder.reports / "report.fi" / "assets" / "report.css").is_file()


@pytest.mark.browser
@pytest.mark.slow
def test_pages_pass_axe_light_and_dark_wide_and_narrow(site: Path) -> None:
    """No violation, and no sideways scrolling at 320 px; the policy lets style, script and font in from the disk."""
    axe = axe_script().source
    product = next(
        path.stem for path in sorted((site / "report.sv").glob("product-*.html")) if "pages" not in path.stem
    )
    # Each kind of page in one language: only their words differ between languages.
    kinds = ("comparison", "theme-early-education", "products", product, "accessibility", "indicators", "findability",
             "systems", "municipality-091", "proof-091", "method", "coverage")  # fmt: skip
    names = ["report.sv.html", *(f"report.{LANGUAGES[n % 3]}/{kind}.html" for n, kind in enumerate(kinds))]
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=launch_arguments())
        for scheme, width in LOOKS:
            tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
            for name in names:
                tab.goto((site / name).as_uri())
                tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
                assert tab.evaluate("document.documentElement.scrollWidth") <= width
                assert tab.evaluate("document.fonts.check('1rem Report')")
                tab.evaluate(axe)
                result = tab.evaluate("axe.run({resultTypes: ['violations']})")
                found += [(scheme, name, v["id"], v["nodes"][0]["html"][:160]) for v in result["violations"]]
        browser.close()
    assert found == []
