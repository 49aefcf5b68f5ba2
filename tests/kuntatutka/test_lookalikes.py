"""A study folder that brings Python files along: no command and no child of ours imports them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawler.processes.children import Children, isolated
from study import StudyConfig, StudyMunicipality, StudySection, create_study

pytestmark = pytest.mark.slow

NAMES = [
    *("analysis", "crawler", "practice", "reports", "study", "taxonomy", "sitecustomize", "usercustomize", "json"),
    *("logging", "socket", "ssl", "typing", "random", "multiprocessing", "encodings", "numpy", "pandas", "pyarrow"),
    *("scrapy", "twisted", "playwright", "warcio", "lxml", "pydantic", "rich", "typer", "click", "attr", "brotli"),
    *("filelock", "matplotlib", "jinja2", "pikepdf", "tldextract", "protego"),
]
COMMANDS = (
    "doctor",
    "doctor .",
    "new other -m own.csv",
    "crawl .",
    "analyze .",
    "audit .",
    "report . --format html",
    "export .",
    "compare . .",
    "review . --no-browser",
    "why . 901 boat-places",
    "ask .",
    "register .",
    "forget . http://town.example/page",
    "run . --format html",
    "inspect page.html",
    "evaluate pages.jsonl",
    "taxonomy check",
)


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A study whose folder holds a module for each of these names; imported, it leaves a mark."""
    folder = tmp_path / "trap"
    town = StudyMunicipality("901", "Town", website="http://127.0.0.1:1/")
    create_study(folder, StudyConfig(study=StudySection(title="Trap", year=2026)), (town,))
    (folder / "page.html").write_text("<html><title>Page</title><p>Words</p></html>", encoding="utf-8")
    (folder / "pages.jsonl").write_text("{}\n", encoding="utf-8")
    (folder / "own.csv").write_text("code,name_fi,website\n901,Town,http://town.example/\n", encoding="utf-8")
    for name in NAMES:
        (folder / f"{name}.py").write_text(
            f"open({str(tmp_path / 'mark')!r}, 'a').write('{name} ')\n", encoding="utf-8"
        )
    return folder


def imported(folder: Path) -> str:
    mark = folder.parent / "mark"
    return mark.read_text("utf-8") if mark.exists() else ""


@pytest.mark.parametrize("line", [*COMMANDS, "-m crawl .", "-m export .", "-m inspect page.html"])
def test_no_command_imports_from_the_current_folder(trap: Path, line: str) -> None:
    """As the command, and as `python -m kuntatutka`."""
    script = Path(sys.executable).with_name("kuntatutka")
    start = [sys.executable, "-m", "kuntatutka"] if line.startswith("-m ") else [str(script)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["https_proxy"] = "http://127.0.0.1:1"  # the register is asked, and not reached
    done = subprocess.run(
        [*start, *line.removeprefix("-m ").split()],
        cwd=trap,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert imported(trap) == ""
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1, 2, 3), done.stderr


@pytest.mark.parametrize("module", ["crawler.processes.process", "crawler.processes.audit_one"])
def test_no_child_imports_from_the_folder_the_path_or_the_users_packages(
    trap: Path, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(trap)
    monkeypatch.setenv("PYTHONPATH", str(trap))
    monkeypatch.setenv("PYTHONUSERBASE", str(trap))
    monkeypatch.setenv("PYTHONSTARTUP", str(trap / "json.py"))
    children = Children(trap / ".state" / "logs")
    children.start("901", module, [str(trap), "901"], "child.log")
    until = time.monotonic() + 60
    told = None
    while time.monotonic() < until and (told is None or told.event is not None):
        told = children.listen(1.0) or told
    children.end(5, lambda seconds: time.sleep(seconds))
    assert told is not None
    assert told.event is None, "it came to its end"
    assert imported(trap) == ""
    assert "No module named" not in (trap / ".state" / "logs" / "child.log").read_text("utf-8")


def test_programs_that_children_start_are_isolated_too() -> None:
    kept = isolated({"PATH": "/bin", "PYTHONPATH": "x", "PYTHONHOME": "y"})
    assert kept == {"PATH": "/bin", "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1"}
