"""The wheel: everything the program needs, nothing else, names that nobody else owns, every import declared."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distributions, packages_distributions
from pathlib import Path
from typing import Any

import pytest

import kuntatutka

ROOT = Path(__file__).parent.parent
PACKAGES = ("taxonomy", "study", "crawler", "analysis", "reports", "practice", "kuntatutka")


def project() -> dict[str, Any]:
    declared: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return dict(declared["project"])


def requirement_name(line: str) -> str:
    return re.split(r"[<>=!~\[; ]", line.strip())[0].lower().replace("_", "-").replace(".", "-")


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Paths inside a wheel built from the tracked and new files of the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.slow
def test_the_wheel_holds_our_packages_and_nothing_else(wheel_names: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel_names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_our_packages(wheel_names: set[str]) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *PACKAGES],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    ours = {name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()}
    assert sorted(ours - wheel_names) == []


def test_nobody_else_owns_our_names() -> None:
    owners = packages_distributions()
    strangers = {name: set(owners.get(name, ())) - {"kuntatutka"} for name in PACKAGES}
    assert {name: who for name, who in strangers.items() if who} == {}


def test_the_guard_is_content_here() -> None:
    assert kuntatutka.foreign_packages() == {}


def test_every_import_is_a_declared_dependency() -> None:
    """What the product imports stands in pyproject.toml; what learns the weights, and a cluster, have their extras."""
    declared = {requirement_name(line) for line in project()["dependencies"]}
    rest = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    for room, extra in (("analysis/learning", "learn"), ("kuntatutka/cluster", "cluster")):
        own = [path for path in rest if path.is_relative_to(ROOT / room)]
        more = {requirement_name(line) for line in project()["optional-dependencies"][extra]}
        assert sorted(imported_by(own) - declared - more) == []
        rest = [path for path in rest if path not in own]
    assert sorted(imported_by(rest) - declared) == []


def imported_by(paths: list[Path]) -> set[str]:
    """The distributions that some files import from, without the standard library and our own packages."""
    owners = packages_distributions()
    imported = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                imported.add(node.module.split(".")[0])
    outside = imported - set(sys.stdlib_module_names) - set(PACKAGES)
    return {requirement_name(sorted(owners.get(name, [name]))[0]) for name in outside}


def test_the_lock_pins_every_declared_dependency_and_names_no_machine() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {requirement_name(line) for line in lock.splitlines() if "==" in line}
    extras = project()["optional-dependencies"]
    declared = {requirement_name(line) for line in [*project()["dependencies"], *extras["test"], *extras["dev"]]}
    assert sorted(declared - pinned) == []
    assert not re.search(r"file:/|://|--index|--find-links| @ ", lock)


def test_every_pin_of_the_lock_holds_the_digests_of_its_files() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]
    bare = [pin.splitlines()[0] for pin in pins if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", pin)]
    assert pins
    assert bare == []
    assert not [pin.splitlines()[0] for pin in pins if re.search(r"--hash=(?!sha256:[0-9a-f]{64}\b)", pin)]


def test_the_environment_is_made_of_checked_files_only() -> None:
    setup = (ROOT / ".ci" / "setup").read_text(encoding="utf-8")
    installs = [line for line in setup.splitlines() if "requirements.lock" in line and '"${pip[@]}"' in line]
    assert installs
    assert all("--require-hashes" in line for line in installs)


def test_lower_bounds_are_not_above_the_lock() -> None:
    from packaging.requirements import Requirement

    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock, flags=re.MULTILINE | re.IGNORECASE))
    pins = {requirement_name(name): version for name, version in pins.items()}
    for line in project()["dependencies"]:
        requirement = Requirement(line)
        assert pins[requirement_name(requirement.name)] in requirement.specifier, line


def test_one_version_everywhere() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {kuntatutka.__version__}\n" in citation
    installed = [d.version for d in distributions() if d.metadata["Name"] == "kuntatutka"]
    assert set(installed) <= {kuntatutka.__version__}
