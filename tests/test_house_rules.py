"""Rules of the house that a program can check: no language and no country in code, one home per fact."""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from taxonomy import load_taxonomy
from tests.knowledge import ids_in, strings, words_in

ROOT = Path(__file__).parent.parent
PACKAGES = ("taxonomy", "study", "crawler", "analysis", "reports", "practice", "kuntatutka")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def language_in(text: str) -> bool:
    """Whether a text has a word with letters that English lacks; sets of letters in patterns are no words."""
    without_sets = re.sub(r"\[[^\]]*\]", " ", text)
    return any(re.search("[äöåÄÖÅ]", word) and re.search("[a-zA-Z]", word) for word in re.findall(r"\w+", without_sets))


# What may stand in code though it looks like knowledge, and why.
EXCUSED = {
    # Names of pages of the practice country: hashes of them choose its wordings and links.
    "practice": {"asiointi", "tietosuoja", "feedback"},
    # The package of that name.
    "kuntatutka/__init__.py": {"practice"},
}


def excused(path: Path) -> set[str]:
    """What a module may name."""
    return {word for place, words in EXCUSED.items() if named(path).startswith(place) for word in words}


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def constants(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple(strings(path.read_text(encoding="utf-8")))


def broken(rule: Callable[[Path], Iterable[object]]) -> list[str]:
    """Every module that breaks a rule, with what breaks it."""
    return [f"{named(path)}: {fault}" for path in MODULES for fault in rule(path)]


def test_no_word_of_the_studied_languages_in_code() -> None:
    """Words belong in taxonomy/ or reports/locales/."""

    def words(path: Path) -> list[str]:
        return [
            f"line {line}: {text[:60]!r}"
            for line, text in constants(path)
            if language_in(text) or {word.casefold() for word in words_in(text)} - excused(path)
        ]

    assert broken(words) == []


def test_no_id_of_the_taxonomy_in_code() -> None:
    """What depends on an id is made a property of the taxonomy's file."""

    def ids(path: Path) -> list[str]:
        return [
            f"line {line}: {name}"
            for line, text in constants(path)
            for name in ids_in(text)
            if name not in excused(path)
        ]

    assert broken(ids) == []


def test_the_language_rule_catches_a_word() -> None:
    assert language_in("tulosta hakemus päivähoitoon")
    assert language_in("(?:kyllä|ei)")
    assert not language_in("print the form")
    assert not language_in("[A-ZÅÄÖ][a-zåäö]+")


@pytest.mark.parametrize("word", ["haku", "hae", "etsi", "sok", "arvio", "uutiskirje", "nyhetsbrev", "kirjaudu"])
def test_the_language_rule_sees_words_without_their_marks(word: str) -> None:
    assert words_in(word) == [word]
    assert words_in(f"form.{word}") == [word]


@pytest.mark.parametrize(
    "text", ["search", "print the form", "a byte of the program on disk", "utf-8-sig", "example.com"]
)
def test_the_language_rule_leaves_english_alone(text: str) -> None:
    assert words_in(text) == []


@pytest.mark.parametrize(
    "text",
    ["fi", "sv", "FI", "administration", "feedback", "customer-service", "decisions-and-agendas", "091", "suomi.fi"],
)
def test_the_rule_of_ids_catches_one(text: str) -> None:
    assert ids_in(text) == [text]


def test_the_rule_of_ids_catches_one_within_a_text() -> None:
    assert ids_in("fi,sv,en;q=0.5") == ["fi", "sv", "en"]
    assert ids_in("role:digital-for building-permit") == ["building-permit"]
    assert ids_in("suomi.fi, bank or account") == ["suomi.fi"]
    assert ids_in("a bank on the river") == []


def test_no_municipality_in_code() -> None:
    names = {
        municipality.name.get(language)
        for municipality in load_taxonomy("fi").municipalities.values()
        for language in municipality.name.languages
    }
    pattern = re.compile(r"\b(" + "|".join(re.escape(name) for name in sorted(names) if len(name) > 4) + r")\b")
    assert (
        broken(lambda path: [f"line {n}: {found[0]}" for n, text in constants(path) if (found := pattern.search(text))])
        == []
    )


def test_every_module_says_what_it_is_for() -> None:
    def silent(path: Path) -> list[str]:
        tree = tree_of(path)
        return [] if ast.get_docstring(tree) or not tree.body else ["the module has no docstring"]

    assert broken(silent) == []


def test_public_functions_and_classes_are_documented() -> None:
    def silent(path: Path) -> list[str]:
        body = tree_of(path).body
        public = [n for n in body if isinstance(n, ast.ClassDef | ast.FunctionDef) and not n.name.startswith("_")]
        return [node.name for node in public if not ast.get_docstring(node)]

    assert broken(silent) == []


def test_no_bare_except() -> None:
    def bare(path: Path) -> list[int]:
        return [n.lineno for n in ast.walk(tree_of(path)) if isinstance(n, ast.ExceptHandler) and n.type is None]

    assert broken(bare) == []


MOST_LINES = 400
# Files that were longer when the rule was made, and how long each may be at most. This list only gets shorter.
LONG = {
    "kuntatutka/cli.py": 600,  # one function a command, most of it help
    "taxonomy/models.py": 465,
    "analysis/page/walker.py": 460,
    "analysis/fold/grid.py": 430,
    "practice/pages.py": 420,
    "tests/analysis/test_channels.py": 750,
}


def test_files_are_short_enough_to_be_read_at_once() -> None:
    folders = (*PACKAGES, "tests", "bench", "docs")
    files = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    lines = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: count for name, count in lines.items() if count > LONG.get(name, MOST_LINES)} == {}
    assert [name for name in LONG if lines.get(name, 0) <= MOST_LINES] == [], "no exception any more: take it out"


def test_errors_that_users_read_have_one_home() -> None:
    """They stand in study/errors.py; the taxonomy, which lies below it, has its own file."""
    families = {"KuntatutkaError", "UserError", "StorageError", "TaxonomyError"}
    homes = {
        named(path)
        for path in MODULES
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef)
        and (node.name in families or families & {ast.unparse(base).split(".")[-1] for base in node.bases})
    }
    assert homes == {"study/errors.py", "taxonomy/errors.py"}


def test_the_file_name_is_the_id() -> None:
    taxonomy = ROOT / "taxonomy"
    files = [
        *(taxonomy / "products").glob("*.toml"),
        *(taxonomy / "countries").glob("*/products/*.toml"),
        *(taxonomy / "countries").glob("*/services/*.toml"),
    ]
    assert len(files) > 100
    ids = {named(path): tomllib.loads(path.read_text(encoding="utf-8")).get("id", path.stem) for path in files}
    assert {name: own for name, own in ids.items() if own != Path(name).stem} == {}
    assert [name for name in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", Path(name).stem)] == []


def test_tests_are_no_packages_and_nothing_is_put_off() -> None:
    """A test may step aside only where the machine lacks an optional system library (skipif, with the reason)."""
    assert not list((ROOT / "tests").rglob("__init__.py"))
    later = re.compile(
        r"pytest\.(skip|importorskip|mark\.(skip(?!if)|xfail))|"
        + "|".join(("NotImplemented" + "Error", "TO" + "DO", "FIX" + "ME"))
    )
    found = [
        f"{named(path)}:{number}"
        for folder in (*PACKAGES, "tests", "bench", "docs")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if later.search(line) and "later = re.compile" not in line
    ]
    assert found == []
