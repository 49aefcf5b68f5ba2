"""The scorecard: what to do first, peers, what they offer, what to check; all at once, ready to mail."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from reports import available_languages, load_study, render
from reports.scorecard import scorecard, scorecard_html
from reports.shares import LEAST_BASE
from study import StudyFolder, UserError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, inventor: Callable[..., Any]) -> StudyFolder:
    """A study of twelve municipalities."""
    study: StudyFolder = inventor(12).write(tmp_path_factory.mktemp("scorecard") / "study")
    return study


def test_five_things_with_address_reason_way_and_example(folder: StudyFolder) -> None:
    """The first page says what to do, and each thing can be acted upon."""
    card = scorecard(load_study(folder), "en", "049")
    assert len(card.actions) == 5
    assert [a.weight for a in card.actions] == sorted((a.weight for a in card.actions), reverse=True)
    for action in card.actions:
        assert action.where.href.startswith("https://www.kunta049.example/")
        assert action.why
        assert action.how
    shown = [a.who for a in card.actions if a.who]
    assert shown
    assert all(who.href.startswith("https://www.kunta") and "kunta049" not in who.href for who in shown)


def test_what_peers_offer_agrees_with_the_grid(folder: StudyFolder) -> None:
    """Half of the judged peers or more offer it, here it is not digital, and the example offers it."""
    data = load_study(folder)
    card = scorecard(data, "en", "049")
    names = {s.name.get("en"): s.id for s in data.services()}
    for line in card.lacking:
        service = names[line.service]
        mine = data.grid["049", service]
        assert mine.state.value in ("found", "not-found")
        assert not mine.digital
        count, base = map(int, line.peers.split(" of "))
        assert 2 * count >= base >= LEAST_BASE
        assert line.example is not None
        code = line.example.href.removeprefix("https://www.kunta")[:3]
        assert data.grid[code, service].digital


def test_peers_by_size_region_or_choice(folder: StudyFolder) -> None:
    """Who they are stands on the card; too few of a kind are all others."""
    data = load_study(folder)
    big = [m.code for m in data.municipalities if m.size_class == data.status["091"].size_class]
    assert f"same size ({len(big) - 1})" in scorecard(data, "en", "091").peers
    assert "chosen municipalities (2)" in scorecard(data, "en", "091", "049,837").peers
    assert "30 most populous municipalities" in scorecard(data, "en", "091", "top30").peers
    assert "all compared municipalities (11)" in scorecard(data, "en", "837", "region").peers


def test_too_few_peers_have_no_quartiles(folder: StudyFolder) -> None:
    """A median of two is none; the picture says so in words."""
    card = scorecard(load_study(folder), "en", "091", "049,837")
    assert all(line.middle is None and "too few peers judged" in line.picture for line in card.themes)
    assert card.lacking == ()


def test_not_found_names_its_likeliest_pages(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """The pages that speak most of a service that was not found, three at most, the likeliest first."""
    made = inventor(2)
    missing = next(
        f for f in made.rows["service_findings"] if f.municipality_code == "049" and f.state.value == "not-found"
    )
    kind = type(made.rows["page_services"][0])
    made.rows["page_services"] = [r for r in made.rows["page_services"] if r.service_id != missing.service_id]
    for n in range(4):
        url = f"https://www.kunta049.example/sivu{n}"
        made.rows["page_services"].append(kind("049", url, missing.service_id, missing.theme_id, 0.1 * n, False, ()))
    data = load_study(made.write(tmp_path / "study"))
    card = scorecard(data, "en", "049")
    name = data.taxonomy.services[missing.service_id].name.get("en")
    item = next(i for kind in card.checks for i in kind.items if i.name == name and i.pages)
    assert [page.text for page in item.pages] == [f"kunta049.example/sivu{n}" for n in (3, 2, 1)]
    own = replace(
        made.rows["pages"][0], municipality_code="049", url="https://www.kunta049.example/sivu0", language="sv"
    )
    spoken = replace(data, tables={**data.tables, "pages": [*data.tables["pages"], own]})
    first = next(i for kind in scorecard(spoken, "sv", "049").checks for i in kind.items if len(i.pages) == 3)
    assert first.pages[0].text == "kunta049.example/sivu0", "a page in the reader's language comes first"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_holds_everything_and_runs_nothing(folder: StudyFolder, language: str) -> None:
    """One file without scripts or anything from elsewhere; texts of websites are escaped."""
    card = scorecard(load_study(folder), language, "091")
    page = scorecard_html(card)
    assert f'<html lang="{language}">' in page
    assert "<script" not in page
    assert "default-src 'none'" in unescape(page)
    for action in card.actions:
        assert action.title.replace("&", "&amp;") in page
    assert page.count("<h1>") == 1
    labelled = re.findall(r'aria-labelledby="([^"]+)"', page)
    assert len(labelled) == len(set(labelled)), "a reader could not tell these parts apart"


def test_a_municipality_that_was_not_read_says_so(folder: StudyFolder) -> None:
    """No figure is invented, and everything is to be checked."""
    data = load_study(folder)
    blocked = next(m.code for m in data.municipalities if m.status.value == "blocked")
    card = scorecard(data, "en", blocked)
    assert card.facts[0].value == "not known"
    assert card.facts[2].value == "not known"
    assert card.lacking == ()
    assert len(card.checks[0].items) > 10


def test_one_municipality_alone(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """A study of one has no peers, and a scorecard."""
    card = scorecard(load_study(inventor(1).write(tmp_path / "study")), "sv", "091")
    assert card.name == "Helsingfors"
    assert all(line.middle is None for line in card.themes)
    assert scorecard_html(card)


def test_all_at_once_with_a_list_for_the_mail(folder: StudyFolder) -> None:
    """A file for each municipality and language, and a row for each in the list."""
    written = render(folder, languages=("fi", "sv"), formats=("html",), municipality="all")
    place = folder.reports / "scorecards"
    assert {path.parent for path in written} == {place}
    rows = list(csv.DictReader(io.StringIO((place / "mailing.csv").read_text("utf-8-sig")), delimiter=";"))
    assert len(rows) == 24
    assert all((place / row["html"]).is_file() and row["subject"] for row in rows)
    assert {row["language"] for row in rows} == {"fi", "sv"}
    first = {path.name: path.read_bytes() for path in written}
    again = render(folder, languages=("fi", "sv"), formats=("html",), municipality="all")
    assert {path.name: path.read_bytes() for path in again} == first


def test_json_has_every_language(folder: StudyFolder) -> None:
    """Whatever was asked."""
    path = render(folder, languages=("fi",), formats=("json",), municipality="Espoo")[0]
    made = json.loads(path.read_text("utf-8"))
    assert set(made["scorecards"]) == set(available_languages())
    assert len(made["scorecards"]["sv"]["actions"]) == 5


@pytest.mark.browser
def test_on_paper_it_is_two_to_four_pages(folder: StudyFolder) -> None:
    """Tagged, with title and language; the first page ends with the five things."""
    from crawler import find_chromium

    written = render(folder, languages=("fi",), formats=("pdf",), municipality="all", chromium=find_chromium())
    printed = [path for path in written if path.suffix == ".pdf"]
    assert len(printed) == 12
    for path in printed:
        with pikepdf.open(path) as document:
            assert 2 <= len(document.pages) <= 4, path.name
            assert str(document.Root.Lang) == "fi"
            assert document.Root.MarkInfo.Marked


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"formats": ("xlsx",)}, "a scorecard is not made as xlsx"),
        ({"formats": ("html",), "peers": "Atlantis"}, "Atlantis is not a municipality of this study"),
        ({"formats": ("html",), "peers": "region=Atlantis"}, "no municipality of this study is one of them"),
        ({"formats": ("html",), "peers": "biggest=3"}, "'biggest' is no condition"),
    ],
)
def test_wishes_that_cannot_be_met(folder: StudyFolder, wishes: dict[str, Any], message: str) -> None:
    """One sentence with what there is."""
    with pytest.raises(UserError, match=message):
        render(folder, languages=("fi",), municipality="049", **wishes)


def test_its_policy_lets_in_its_own_style_and_nothing_else(folder: StudyFolder) -> None:
    """The style is named by its digest; no element has a style or a handler of its own."""
    text = scorecard_html(scorecard(load_study(folder), "en", "049"))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert policy is not None
    assert style is not None
    told = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"sha256-{told}" in html.unescape(policy[1])
    assert "unsafe" not in text
    assert not re.search(r"<[^>]* (?:style|on[a-z]+)=", text)
