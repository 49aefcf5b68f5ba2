"""What is kept of the taxonomy in the user's cache folder: the same answers, and nothing from anybody else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from taxonomy import load_taxonomy, read_taxonomy
from taxonomy.kept import keep, kept
from taxonomy.loader import ROOT
from taxonomy.matching.index import TermIndex
from taxonomy.words import StemWords, VoikkoWords

COUNTRY = "practice"
TEXT = "Hae tonttia ja varaa venepaikka, ansök om båtplats; apply for a berth"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "kuntatutka"


def test_what_was_kept_reads_and_finds_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = read_taxonomy(ROOT, COUNTRY)
    found = [TermIndex(fresh).find_all(TEXT, code) for code in fresh.languages]
    assert {path.name.split("-")[0] for path in folder.iterdir()} == {"files", "terms", "slugs"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *folder.iterdir()))
    for analyser in (StemWords, VoikkoWords):
        monkeypatch.setattr(analyser, "_split" if analyser is StemWords else "_analyse", _never)
    index = TermIndex(load_taxonomy(COUNTRY))
    monkeypatch.undo()
    assert [index.find_all(TEXT, code) for code in fresh.languages] == found


def _never(*_: object) -> None:
    raise AssertionError("a word was taken apart that had been kept")


def test_another_process_takes_the_files_as_they_were_parsed(folder: Path) -> None:
    asked = (
        "import sys, taxonomy.kept as kept; from taxonomy import load_taxonomy; "
        "kept.tomllib.loads = None if len(sys.argv) > 1 else kept.tomllib.loads; "
        f"taxonomy = load_taxonomy({COUNTRY!r}); print(taxonomy.model_dump_json())"
    )
    command = [sys.executable, "-c", asked]
    first, second = (
        subprocess.run([*command, *more], cwd=ROOT.parent, capture_output=True, check=True, env=_env(folder)).stdout
        for more in ([], ["kept"])
    )
    assert first == second


def _env(folder: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(folder.parent), "PYTHONHASHSEED": "0"}


def damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"]")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:10])


def writable_by_others(path: Path) -> None:
    path.chmod(0o622)


def in_a_folder_of_everybody(path: Path) -> None:
    path.parent.chmod(0o777)


def behind_a_link(path: Path) -> None:
    path.replace(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


@pytest.mark.parametrize("change", [damaged, cut_short, writable_by_others, in_a_folder_of_everybody, behind_a_link])
def test_what_somebody_else_may_have_put_there_is_not_read(folder: Path, change: Callable[[Path], None]) -> None:
    keep("words", "this", {"a": 1})
    assert kept("words", "this") == {"a": 1}
    assert kept("words", "that") == {}
    change(folder / "words.json")
    assert kept("words", "this") == {}


def test_where_nothing_can_be_kept_nothing_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write_text("a file stands where the folder would", encoding="utf-8")
    keep("words", "this", {"a": 1})
    assert kept("words", "this") == {}
    folder.unlink()
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    keep("words", "this", {"a": 1})
    assert list(folder.iterdir()) == []
