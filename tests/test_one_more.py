"""One more service, product, language, indicator and report section in a copy, as the documentation says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import CommandResult

ROOT = Path(__file__).parent.parent
COPIED = ("taxonomy", "study", "crawler", "analysis", "reports", "practice", "kuntatutka", "tests", "docs", "bench")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "pages")
# Of the suite, what knows sizes and lists, and is quick. The check tells the same of the practice country as its test.
FAST_PART = (
    "tests/taxonomy/test_finland.py",
    "tests/reports/test_build.py",
    "tests/reports/test_words.py",
    "tests/analysis/test_indicators.py",
    "tests/practice/test_sites.py::test_every_service_of_the_taxonomy_has_texts_and_nothing_else_has",
)


def given(page: str, language: str) -> str:
    """The first block of a language in a page of the documentation."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return text.partition(f"```{language}\n")[2].partition("```")[0]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source code without its labelled pages."""
    target = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        shutil.copytree(ROOT / name, target / name, ignore=LEFT_OUT)
    for path in (*ROOT.glob("*.md"), *ROOT.glob("*.toml"), ROOT / "Makefile"):
        shutil.copy(path, target)
    (target / "tests" / "pages").mkdir()
    return target


def run(copy: Path, *arguments: str, status: int = 0) -> str:
    """What a Python command says in the copy; the first one compiles the modules for those that follow."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == status, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout + done.stderr


def taxonomy(copy: Path, *arguments: str, status: int = 0) -> str:
    return run(copy, "-m", "kuntatutka", "taxonomy", *arguments, status=status)


def complete_service(path: Path) -> None:
    """What a person writes in the draft of a service."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\[terms\][^\[]*(?:\[\"\?\"\][^\[]*)+", '[terms]\nfi = ["saunavuoro"]\nsv = ["bastutur"]\n\n', text)
    for key, titles in {"hits": ("Saunavuorot", "Bastutur"), "misses": ("Uimaranta", "Badstrand")}.items():
        for title in titles:
            text = re.sub(
                rf'(\[\[{key}\]\]\nlanguage = "..")\ntitle = "\?"\ntext = "\?"',
                rf'\1\ntitle = "{title}"',
                text,
                count=1,
            )
    path.write_text(text.replace('"?"', '"Saunavuorot"'), encoding="utf-8")


def complete_language(copy: Path, code: str) -> None:
    """What a person writes in the draft of a language: here invented words, one for each of the common language."""

    def invented(found: re.Match[str]) -> str:
        words = ", ".join(f'"õ{word}"' for word in found[2].replace('"', "").split(", ") if word)
        return f"{found[1]} = [{words}]"

    path = copy / "taxonomy" / "languages" / f"{code}.toml"
    text = re.sub(r'^(\S+) = \["\?"\]  # (.*)$', invented, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text += '\n[grammar]\nstemmer = "estonian"\n'
    path.write_text(text.replace('"?"', '"Eesti"'), encoding="utf-8")
    markup = copy / "taxonomy" / "markup.toml"
    markup.write_text(markup.read_text(encoding="utf-8").replace(" = []\n", ' = ["õsõna"]\n'), encoding="utf-8")


def complete_product(path: Path) -> None:
    """What a person writes in the draft of a product."""
    text = path.read_text(encoding="utf-8")
    text = text.replace('owner_type = "?"', 'owner_type = "private"').replace('category = "?"', 'category = "booking"')
    text = text.replace('source = "?"', 'source = "the product\'s website"').replace('name = "?"', 'name = "Saunaaja"')
    path.write_text(text.replace('"?"', '"https://saunaaja.example/kunta"'), encoding="utf-8")


@pytest.mark.slow(40)
def test_one_more_of_each_is_one_file_and_the_suite_stays_green(copy: Path) -> None:
    written = taxonomy(copy, "new-service", "sauna-booking", "--theme", "sports-leisure")
    service = copy / "taxonomy" / "countries" / "fi" / "services" / "sauna-booking.toml"
    assert "tests/pages/sports-leisure/fi-sauna-booking/page.html" in written
    missing = taxonomy(copy, "check", "--country", "fi", status=2)
    assert "sauna-booking.toml: terms.fi" in missing
    assert "sauna-booking.toml: name.sv" in missing
    complete_service(service)

    taxonomy(copy, "new-product", "saunaaja.example")
    complete_product(copy / "taxonomy" / "products" / "saunaaja.toml")

    taxonomy(copy, "new-language", "et")
    missing = taxonomy(copy, "check", "--country", "fi", status=2)
    assert "languages/et.toml: grammar.stemmer: is missing" in missing
    assert "markup.toml: words.et.cookie: has no words" in missing
    complete_language(copy, "et")

    indicators, sections = copy / "analysis" / "indicators", copy / "reports" / "sections"
    for ending, language in (("py", "python"), ("toml", "toml")):
        path = indicators / f"services_found.{ending}"
        path.write_text(given("add-an-indicator.md", language), encoding="utf-8")
    (sections / "thanks.py").write_text(given("add-a-report-section.md", "python"), encoding="utf-8")
    for words in (copy / "reports" / "locales").glob("*.toml"):
        with words.open("a", encoding="utf-8") as file:
            file.write("\n" + given("add-a-report-section.md", "toml"))

    said = taxonomy(copy, "check")
    assert said.count("all rules hold") == len(list((copy / "taxonomy" / "countries").iterdir()))
    assert "sauna-booking stands on 0 labelled pages" in " ".join(said.split())
    assert "draft.toml: is a draft" in " ".join(said.split())
    reference = copy / "docs" / "reference"
    run(copy, "docs/generate.py")
    assert "sauna-booking" in (reference / "taxonomy.md").read_text(encoding="utf-8")
    assert "saunaaja" in (reference / "taxonomy.md").read_text(encoding="utf-8")
    run(copy, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *FAST_PART)


@pytest.mark.parametrize(
    ("told", "arguments"),
    [
        ("boat-berth is the service boat-berth already", ("new-service", "boat-berth", "--theme", "sports-leisure")),
        ("There is no theme boats", ("new-service", "dog-park", "--theme", "boats")),
        ("is no id", ("new-service", "Dog_Park", "--theme", "sports-leisure")),
        ("is there already", ("new-language", "sv")),
        ("is no code", ("new-language", "Swedish")),
    ],
)
def test_what_is_there_or_cannot_be_is_not_written(
    copy: Path, kuntatutka: Callable[..., CommandResult], told: str, arguments: tuple[str, ...]
) -> None:
    before = files(copy)
    done = kuntatutka("taxonomy", *arguments, cwd=copy)
    assert done.status == 2
    assert told in " ".join(done.err.split())
    assert files(copy) == before


def files(copy: Path) -> set[Path]:
    return {path for folder in ("taxonomy", "tests") for path in (copy / folder).rglob("*.*") if path.suffix != ".pyc"}
