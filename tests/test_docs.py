"""Documentation that is true: generated pages are fresh, links lead somewhere, commands and settings named exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def headings(path: Path) -> set[str]:
    """Anchors that a page offers, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(path: Path) -> list[str]:
    broken = []
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        aim = (path.parent / file).resolve() if file else path
        if not aim.exists() or (anchor and aim.suffix == ".md" and anchor not in headings(aim)):
            broken.append(target)
    return broken


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_lead_somewhere(path):
    assert broken_links(path) == []


def test_a_broken_link_is_noticed(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Page\n[here](#page) [gone](gone.md) [nowhere](#nowhere)\n", encoding="utf-8")
    assert broken_links(page) == ["gone.md", "#nowhere"]


def test_generated_pages_are_fresh(tmp_path):
    subprocess.run([sys.executable, ROOT / "docs" / "generate.py", tmp_path], check=True, capture_output=True, cwd=ROOT)
    for page in sorted(tmp_path.iterdir()):
        kept = (ROOT / "docs" / "reference" / page.name).read_text(encoding="utf-8")
        assert page.read_text(encoding="utf-8") == kept, f"docs/reference/{page.name} is stale: run `make docs`"


def command_lines() -> list[tuple[str, str]]:
    pages = [path for path in PAGES if path.parent.name != "decisions"]
    return [
        (named(path), line.split("#")[0].strip().removeprefix("$ "))
        for path in pages
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("$ ")
    ]


def test_commands_in_the_documentation_exist(kuntatutka):
    """Every `$ kuntatutka ...` line names a command, and every option in it is one of that command."""
    helps: dict[str, str] = {}
    for page, line in command_lines():
        words = line.split()
        if words[0] != "kuntatutka" or words[1].startswith("-"):
            continue
        name = " ".join(words[1:3]) if words[1] == "taxonomy" else words[1]
        if name not in helps:
            done = kuntatutka(*name.split(), "--help")
            assert done.status == 0, f"{page}: {line}"
            helps[name] = done.out
        for option in (word for word in words if re.fullmatch(r"--[a-z-]+", word)):
            assert option in helps[name], f"{page}: {line}"


def test_make_targets_in_the_documentation_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named_targets = {words[1] for _, line in command_lines() if (words := line.split())[0] == "make"}
    assert {"demo", "test"} <= named_targets <= targets


def test_the_readme_names_both_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme


def test_every_decision_is_listed():
    folder = ROOT / "docs" / "decisions"
    listed = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("0*.md")}
