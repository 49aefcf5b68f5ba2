"""Labelled pages that are missing are told as sentences, in the source code only."""

from __future__ import annotations

from pathlib import Path

from kuntatutka.page_cases import missing_cases
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")


def case(tests: Path, name: str, *services: str) -> None:
    folder = tests / "pages" / name
    folder.mkdir(parents=True)
    listed = ", ".join(f'"{service}"' for service in services)
    (folder / "expected.toml").write_text(f"services = [{listed}]\n", encoding="utf-8")


def test_services_on_fewer_than_two_pages_are_named(tmp_path: Path) -> None:
    every = tuple(TAXONOMY.services)
    case(tmp_path, "all", *every)
    case(tmp_path, "nearly-all", *(service for service in every if service != "boat-berth"))
    (told,) = missing_cases(TAXONOMY, tmp_path)
    assert "boat-berth stands on 1 labelled pages" in told


def test_drafts_are_told(tmp_path: Path) -> None:
    for name in ("one", "two"):
        case(tmp_path, name, *TAXONOMY.services)
    (tmp_path / "pages" / "three").mkdir()
    (tmp_path / "pages" / "three" / "draft.toml").write_text("", encoding="utf-8")
    (told,) = missing_cases(TAXONOMY, tmp_path)
    assert "three" in told
    assert "is a draft" in told


def test_nothing_is_missing_outside_the_source_code(tmp_path: Path) -> None:
    assert list(missing_cases(TAXONOMY, tmp_path)) == []
