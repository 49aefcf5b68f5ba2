"""Own brands: what a theme file changes, and each fault as one sentence with its remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports import render
from reports.html import templates
from reports.theme import contrast, load_theme
from study import StudyFolder, UserError


def written(folder: Path, text: str) -> Path:
    """A theme file."""
    path = folder / "theme.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, inventor: Callable[..., Any]) -> StudyFolder:
    """A study of two municipalities."""
    study: StudyFolder = inventor(2).write(tmp_path_factory.mktemp("theme") / "study")
    return study


def test_a_brand_is_on_every_page(tmp_path: Path, inventor: Callable[..., Any]) -> None:
    """Logo, title, colours, imprint and an own footer."""
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', "utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "page.html.j2").write_text(
        '{% extends "base/page.html.j2" %}{% block head %}<meta name="author" content="Own & Co">{% endblock %}',
        "utf-8",
    )
    path = written(
        tmp_path,
        'logo = { file = "logo.svg", alt = "Own" }\ntitles = { fi = "Oma otsikko" }\nimprint = "<Katu> 1"\n'
        'templates = "own"\n[colours]\nbrand = "#5b1a4f"\n',
    )
    folder: StudyFolder = inventor(2).write(tmp_path / "study")
    render(folder, languages=("fi",), formats=("html",), theme=path)
    front = (folder.reports / "report.fi.html").read_text("utf-8")
    page = (folder.reports / "report.fi" / "municipality-091.html").read_text("utf-8")
    assert "<h1>Oma otsikko</h1>" in front
    assert 'class="logo" src="data:image/svg+xml;base64,' in front
    assert "&lt;Katu&gt; 1" in page
    assert '<meta name="author" content="Own & Co">' in page
    assert "--deep:#5b1a4f" in (folder.reports / "report.fi" / "assets" / "report.css").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[colours]\nbrand = "#ffee99"\n', "colours.brand: #ffee99 on #ffffff has a contrast of 1.2"),
        ('[colours]\nbrand = "teal"\n', "'teal' is no colour"),
        ('[colours]\nshade = "#000000"\n', "colours.shade: is not known"),
        ('logo = "missing.svg"\n', "logo: there is no file"),
        ('[fonts]\nregular = "theme.toml"\n', "theme.toml is no WOFF2 file"),
        ('templates = "none"\n', "templates: there is no folder"),
        ('templates = "own"\n', "blocks/tabel.html.j2 is the name of no block"),
        ("colour = 1\n", "colour: is not known"),
        ("= \n", "is not a readable TOML file"),
        ("titles = 3\n", "titles: has to be a text or a table of languages"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path: Path, text: str, message: str) -> None:
    """File, key and remedy."""
    (tmp_path / "own" / "blocks").mkdir(parents=True)
    (tmp_path / "own" / "blocks" / "tabel.html.j2").write_text("", "utf-8")
    with pytest.raises(UserError, match=message.replace("(", r"\(")):
        load_theme(written(tmp_path, text), templates())


@pytest.mark.parametrize(
    ("name", "template", "message"),
    [
        ("page.html.j2", '{% extends "base/page.html.j2" %}{% block nosuch %}x{% endblock %}', "block nosuch is none"),
        ("page.html.j2", "\n{% if %}", "page.html.j2, line 2: "),
        ("blocks/text.html.j2", "<p>\n{{ b.nothing.more }}</p>", "blocks/text.html.j2, line 2: "),
        ("blocks/text.html.j2", "{{ ().__class__ }}", "blocks/text.html.j2, line 1: .*unsafe"),
        ("blocks/text.html.j2", "{{ 1 / 0 }}", "blocks/text.html.j2, line 1: division by zero"),
    ],
)
def test_what_fails_in_an_own_template_is_told_with_its_line(
    tmp_path: Path, two: StudyFolder, name: str, template: str, message: str
) -> None:
    """It is the theme's fault and not the program's."""
    own = tmp_path / "own" / name
    own.parent.mkdir(parents=True)
    own.write_text(template, "utf-8")
    with pytest.raises(UserError, match=message):
        render(two, languages=("fi",), formats=("html",), theme=written(tmp_path, 'templates = "own"\n'))


def test_contrast_is_that_of_the_guidelines() -> None:
    """Black on white is 21, a colour on itself 1."""
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert contrast("#336699", "#336699") == 1
