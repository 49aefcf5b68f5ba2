"""Documentation that is true: generated pages are fresh, links lead somewhere, what is named exists, commands work."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from analysis import analyze_study
from kuntatutka.selection import select_municipalities
from reports.review.desk import open_desk
from study import StudyConfig, StudyFolder, StudySection, create_study
from study.decisions import COLUMNS
from taxonomy import load_taxonomy
from tests.review_desk import Browser

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").rglob("*.md")])
STUDIES = ("my-study", "top30", "trial", "last-year")
"""Folders that documented commands name; all hold the same."""
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


@pytest.mark.parametrize(("page", "most"), [("SECURITY.md", 15), ("docs/ethics.md", 8)])
def test_every_promise_of_the_security_page_names_its_test(page: str, most: int) -> None:
    text = (ROOT / page).read_text("utf-8").rpartition("**What tells when it no longer holds**")[2]
    rows = re.findall(r"^\| (?!promise|---)(.+) \| (.+) \|$", text, re.MULTILINE)
    assert len(rows) > most
    for promise, tests in rows:
        names = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", tests)
        assert names, promise
        for file, name in names:
            assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{promise}: {file}::{name}"


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_lead_somewhere(path: Any) -> None:
    assert broken_links(path) == []


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n[here](#page) [gone](gone.md) [nowhere](#nowhere)\n", encoding="utf-8")
    assert broken_links(page) == ["gone.md", "#nowhere"]


def test_generated_pages_are_fresh(tmp_path: Path) -> None:
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


def test_commands_in_the_documentation_exist(kuntatutka: Callable[..., Any]) -> None:
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


def documented() -> list[str]:
    """Commands that the documentation gives, each once. What shows the shape of a command is none.

    The same options in another order, for another study, are the same command.
    """
    found: dict[tuple[str, ...], str] = {}
    for line in (line for _, line in command_lines() if line.startswith("kuntatutka ") and "[OPTIONS]" not in line):
        words = ["" if word in STUDIES else word for word in shlex.split(line)]
        found.setdefault(tuple(sorted(words)), line)
    return list(found.values())


def is_run_here(line: str) -> bool:
    """All but what reads websites, serves, takes minutes or changes the shell; test_end_to_end.py runs the stages."""
    command, *rest = shlex.split(line)[1:]
    reads_websites = command in ("run", "crawl", "audit") or (command == "inspect" and rest[0].startswith("http"))
    # The review page is served until its reader ends it; other uses of the command end by themselves.
    serves = command == "review" and not {"--merge", "--export", "--import", "--labels"} & {*rest}
    # A language model is asked where there is one; what it would cost is told without asking.
    reads_websites |= command == "ask" and "--tell" not in rest
    reads_websites |= command == "register" and "--from" not in rest
    # What the demo makes is not on the desk; test_two_years.py compares its years.
    is_demo = command == "demo" or any(word.partition("-")[0] == "demo" for word in rest)
    # Other machines answer a command with --cluster; test_cluster.py runs those.
    return not (
        reads_websites
        or serves
        or is_demo
        or "--cluster" in rest
        or command == "--install-completion"
        or "--folds" in rest
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that documented commands name: studies, pages, labels, archives, the source code."""
    folder = tmp_path_factory.mktemp("desk")
    page = "<html lang=en><title>Boat berths</title><main><h1>Boat berths</h1><p>Book a berth online.</main></html>"
    address = "https://www.example.org/boat-berths"
    labelled = {"url": address, "html": page, "labels": {"page_type": "service", "services": ["boat-berth"]}}
    for name in ("page.html", "saved.html"):
        (folder / name).write_text(page, encoding="utf-8")
    (folder / "pages.jsonl").write_text(json.dumps({"url": address, "html": page}) + "\n", encoding="utf-8")
    (folder / "labelled.jsonl").write_text(json.dumps(labelled) + "\n", encoding="utf-8")
    (folder / "own-list.csv").write_text("code,name_fi,website\n1,X,https://x.example/\n", encoding="utf-8")
    truth = "municipality_code,service_id,state,channels,products\n091,boat-berth,found,digital,\n"
    (folder / "truth.csv").write_text(truth, encoding="utf-8")
    declared = '{"id": "s", "names": {"fi": "Venepaikat"}, "channel_ids": ["c"]}\n'
    (folder / "services.jsonl").write_text(declared, encoding="utf-8")
    berth = '{"id": "c", "type": "Phone", "name": {"fi": "Satama"}, "urls": [], "services": ["s"]}\n'
    (folder / "channels.jsonl").write_text(berth, encoding="utf-8")
    (folder / "brand").mkdir()
    (folder / "brand" / "theme.toml").write_text('author = "Consultancy Ltd"\n', encoding="utf-8")
    (folder / "taxonomy" / "products").mkdir(parents=True)
    for name in ("languages", "countries/fi"):
        shutil.copytree(ROOT / "taxonomy" / name, folder / "taxonomy" / name)
    shutil.copy(ROOT / "taxonomy" / "markup.toml", folder / "taxonomy")
    for host in ("hel", "espoo"):
        _write_archive(folder / f"wget-{host}.warc.gz", f"https://www.{host}.fi/", page.encode())
    shutil.copy(folder / "wget-hel.warc.gz", folder / "wget.warc.gz")
    with zipfile.ZipFile(folder / "browsertrix.wacz", "w") as package:
        package.write(folder / "wget-espoo.warc.gz", "archive/data.warc.gz")
    towns = select_municipalities(load_taxonomy("fi"), "091,Espoo")
    config = StudyConfig(study=StudySection(title="T", year=2026, languages=["fi"]))
    made = create_study(folder / STUDIES[0], config, towns)
    settings = made.config_file
    text = settings.read_text(encoding="utf-8")
    for key, value in (("url", "http://127.0.0.1:9/v1"), ("model", "a-model")):
        text = re.sub(rf'^{key} = ""$', f'{key} = "{value}"', text, flags=re.MULTILINE)
    settings.write_text(text, encoding="utf-8")
    _write_archive(made.evidence / "091-00001.warc.gz", "https://www.hel.fi/", page.encode())
    analyze_study(made, workers=1)
    for name in STUDIES[1:]:
        shutil.copytree(made.root, folder / name)
    return folder


def _write_archive(path: Path, address: str, page: bytes) -> None:
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        record = writer.create_warc_record(address, "response", BytesIO(page), http_headers=head)
        writer.write_record(record)
        record.raw_stream.close()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("line", [line for line in documented() if is_run_here(line)])
def test_documented_commands_do_what_they_say(
    line: Any, desk: Path, kuntatutka: Callable[..., Any], tmp_path: Path
) -> None:
    """They end well, or name the municipalities that are incomplete, for nothing was crawled."""
    here = Path(shutil.copytree(desk, tmp_path / "desk"))
    colleague = tmp_path / "colleague" / "review" / "decisions.csv"
    colleague.parent.mkdir(parents=True)
    colleague.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    arguments = shlex.split(line)[1:]
    if arguments[0] == "new":
        shutil.rmtree(here / arguments[1], ignore_errors=True)
    if "--import" in arguments:
        sheet = arguments[arguments.index("--import") + 1]
        assert kuntatutka("review", arguments[1], "--export", sheet, cwd=here).status == 0
    if "own.jsonl" in arguments:
        _confirm_a_cell(here / "my-study")
        assert kuntatutka("review", "my-study", "--labels", "own.jsonl", cwd=here).status == 0
    done = kuntatutka(*arguments, cwd=here)
    assert done.status in (0, 3), done.err
    assert done.out


def _confirm_a_cell(folder: Path) -> None:
    """One cell with a page in the evidence, as a person confirms it."""
    desk = open_desk(StudyFolder(folder), "Aino")
    cell = next(cell for cell in desk.queue if cell.state == "found")
    Browser(desk).send(f"cell/{cell.code}/{cell.service}", action="confirm", replaces="")


def test_make_targets_in_the_documentation_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named_targets = {words[1] for _, line in command_lines() if (words := line.split())[0] == "make"}
    assert {"demo", "test"} <= named_targets <= targets


def test_the_readme_names_both_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("0*.md")}
