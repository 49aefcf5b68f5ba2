"""Whatever a user or a machine gets wrong: one sentence saying what to do, the right status, nothing lost."""

from __future__ import annotations

import ctypes
import gzip
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from study import WarcWriter, open_study

SITE = "code,name_fi,website\nX1,Pieni,http://127.0.0.1:9/\n"


def complaint(done: Any, status: int, *said: str) -> None:
    """The command ended with this status and one readable sentence that holds these words."""
    assert done.status == status, done.err
    assert "Traceback" not in done.err + done.out
    sentence = " ".join(line for line in done.err.splitlines() if line.strip())
    for words in said:
        assert words in sentence, sentence
    assert "kuntatutka: " in done.err or "Usage:" in done.err


@pytest.fixture
def study(kuntatutka: Callable[..., Any], tmp_path: Path) -> Path:
    """A study of one municipality whose site is down, nothing fetched yet."""
    (tmp_path / "own.csv").write_text(SITE, encoding="utf-8")
    assert kuntatutka("new", "study", "-m", "own.csv", "--year", "2026").status == 0
    return tmp_path / "study"


def change(study: Path, old: str, new: str) -> None:
    path = study / "study.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def put_evidence(study: Path, pages: int = 3) -> Path:
    with WarcWriter(study / "evidence", "X1") as writer:
        for number in range(pages):
            writer.write_exchange(
                f"http://127.0.0.1:9/{number or ''}",
                [(b"Host", b"127.0.0.1:9")],
                200,
                [(b"Content-Type", b"text/html; charset=utf-8")],
                b"<html lang=en><title>Page</title><h1>Page</h1><p>Text of the page.</p>" * 20,
                at=datetime(2026, 11, 1, tzinfo=UTC),
            )
        return writer.path


# --- study.toml ---------------------------------------------------------------------------------------------------


def test_missing_key(kuntatutka: Callable[..., Any], study: Path) -> None:
    change(study, "title = ", "# title = ")
    complaint(kuntatutka("analyze", study), 2, "study.toml", "[study] title is missing", "Add it")


def test_wrong_value(kuntatutka: Callable[..., Any], study: Path) -> None:
    change(study, "max_pages = 400", 'max_pages = "many"')
    complaint(kuntatutka("run", study), 2, "study.toml", "max_pages", "whole number")


def test_unknown_key_suggests_the_near_one(kuntatutka: Callable[..., Any], study: Path) -> None:
    change(study, "max_pages = 400", "max_page = 400")
    complaint(kuntatutka("crawl", study), 2, "max_page", "Did you mean max_pages")


def test_no_toml_at_all(kuntatutka: Callable[..., Any], study: Path) -> None:
    (study / "study.toml").write_text("title: My study\n", encoding="utf-8")
    complaint(kuntatutka("report", study), 2, "study.toml", "not valid TOML", "line 1")


def test_not_utf8(kuntatutka: Callable[..., Any], study: Path) -> None:
    (study / "study.toml").write_bytes(b'[study]\ntitle = "\xe4"\nyear = 2026\n')
    complaint(kuntatutka("export", study), 2, "study.toml", "UTF-8")


def test_study_of_a_newer_version_is_left_alone(kuntatutka: Callable[..., Any], study: Path) -> None:
    change(study, "format = 1", "format = 99")
    before = (study / "study.toml").read_bytes()
    complaint(kuntatutka("run", study), 2, "format is 99", "newer Kuntatutka")
    assert (study / "study.toml").read_bytes() == before


@pytest.mark.parametrize("command", ["crawl", "analyze", "report", "export", "run", "doctor"])
def test_no_study_there(kuntatutka: Callable[..., Any], command: str) -> None:
    complaint(kuntatutka(command, "nowhere"), 2, "nowhere", "no study here", "kuntatutka new")


def test_a_file_instead_of_a_folder(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    complaint(kuntatutka("run", "file"), 2, "file")
    complaint(kuntatutka("new", "file", "-m", "091"), 2, "file")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"


# --- municipalities -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"kunta;osoite\nPieni;https://pieni.example\n", ("line 1", "code", "code,name_fi,website")),
        ("code,name_fi,website\n1,J\u00e4rvi,https://a.example\n".encode("cp1252"), ("line 2", "UTF-8")),
        ("code,name_fi,website\n1,J\u00e4rvi,https://a.example\n".encode("utf-16"), ("spreadsheet", "CSV UTF-8")),
        (b"code,name_fi,website\n1,A,https://a.example\n1,B,https://b.example\n", ("line 3", "1 occurs twice")),
        (b"code,name_fi,website\n1,A,ftp://a.example\n", ("line 2", "not a web address")),
        (b"code,name_fi,website\n1,A,http://[::1/\n", ("line 2", "not a web address")),
        (b"code,name_fi,website\n../1,A,https://a.example\n", ("line 2", "code")),
        (b"code,name_fi,website\n1,,https://a.example\n", ("line 2", "name_fi is empty")),
        (b"code,name_fi,website\n", ("holds no municipality",)),
        (b"", ("column code is missing",)),
        (b'code,name_fi,website\n1,"A,https://a.example\n', ("CSV", "quotation")),
    ],
)
def test_bad_csv_is_explained_and_nothing_is_made(
    kuntatutka: Callable[..., Any], tmp_path: Path, content: Any, said: tuple[str, ...]
) -> None:
    (tmp_path / "own.csv").write_bytes(content)
    complaint(kuntatutka("new", "study", "-m", "own.csv"), 2, "own.csv", *said)
    assert not (tmp_path / "study").exists()


def test_unknown_municipality_of_a_study(kuntatutka: Callable[..., Any], study: Path) -> None:
    complaint(kuntatutka("crawl", study, "--only", "Suuri"), 2, "Suuri is not a municipality", "X1 Pieni")
    put_evidence(study)
    kuntatutka("analyze", study)
    complaint(kuntatutka("report", study, "--municipality", "999"), 2, "999 is not a municipality")


# --- evidence -------------------------------------------------------------------------------------------------------


def test_truncated_warc_is_used_as_far_as_it_is_whole(kuntatutka: Callable[..., Any], study: Path) -> None:
    path = put_evidence(study)
    path.write_bytes(path.read_bytes()[:-30])
    before = path.read_bytes()
    done = kuntatutka("analyze", study)
    assert done.status == 3, done.err
    assert path.name in done.err
    assert "middle of a record" in done.err
    assert path.read_bytes() == before
    assert len(open_study(study).read("pages")) >= 2


@pytest.mark.parametrize(
    "content", [b"", b"<html>no archive</html>", b"\x1f\x8b\x08\x00broken", random.Random(4).randbytes(4000)]
)
def test_unreadable_warc_is_named(kuntatutka: Callable[..., Any], study: Path, tmp_path: Path, content: Any) -> None:
    foreign = tmp_path / "foreign.warc.gz"
    foreign.write_bytes(content)
    complaint(kuntatutka("analyze", study, "--warc", foreign), 2, "foreign.warc.gz", "no record")
    assert foreign.read_bytes() == content


def test_a_web_archive_that_is_cut_off_is_named(kuntatutka: Callable[..., Any], study: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.wacz"
    foreign.write_bytes(b"PK\x03\x04 the rest did not come")
    complaint(kuntatutka("analyze", study, "--warc", foreign), 2, "foreign.wacz", "cut off", "Get it again")


def test_two_warc_files_of_one_name_are_refused(kuntatutka: Callable[..., Any], study: Path, tmp_path: Path) -> None:
    whole = put_evidence(study)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "site.warc.gz").write_bytes(whole.read_bytes())
    given = [tmp_path / folder / "site.warc.gz" for folder in ("one", "two")]
    complaint(kuntatutka("analyze", study, "--warc", *given), 2, "site.warc.gz", "Rename")


def test_missing_warc_is_named(kuntatutka: Callable[..., Any], study: Path) -> None:
    complaint(kuntatutka("analyze", study, "--warc", "gone.warc.gz"), 2, "gone.warc.gz", "no such file")


def test_report_before_analysis_says_what_to_run(kuntatutka: Callable[..., Any], study: Path) -> None:
    complaint(kuntatutka("report", study), 2, "kuntatutka run")
    complaint(kuntatutka("export", study), 2, "kuntatutka run")


# --- machine --------------------------------------------------------------------------------------------------------


def test_no_network_ends_with_an_explained_gap_and_a_report_that_says_so(
    kuntatutka: Callable[..., Any], study: Path
) -> None:
    done = kuntatutka("run", study, "--format", "html", "--lang", "en")
    assert done.status == 3, done.err
    assert "X1 Pieni: failed" in done.err
    assert "Traceback" not in done.err
    (row,) = open_study(study).read("municipalities")
    assert row.status == "failed"
    assert row.status_reason
    states = {finding.state for finding in open_study(study).read("service_findings")}
    assert states == {"not-examined"}
    assert "Pieni" in (study / "reports" / "report.en.html").read_text(encoding="utf-8")


@pytest.mark.browser
def test_no_chromium_names_the_remedy_and_keeps_the_html(
    kuntatutka: Callable[..., Any], study: Path, tmp_path: Path
) -> None:
    put_evidence(study)
    kuntatutka("analyze", study)
    nothing = tmp_path / "empty"
    nothing.mkdir()
    done = kuntatutka("report", study, "--lang", "en", PATH=str(nothing), PLAYWRIGHT_BROWSERS_PATH=str(nothing))
    complaint(done, 2, "Chromium", "kuntatutka doctor")
    assert (study / "reports" / "report.en.html").is_file()
    doctor = kuntatutka("doctor", PATH=str(nothing), PLAYWRIGHT_BROWSERS_PATH=str(nothing))
    assert doctor.status == 1
    assert "apt-get install -y chromium" in doctor.out


def test_a_second_run_in_the_same_folder_is_refused(kuntatutka: Callable[..., Any], study: Path) -> None:
    with open_study(study).lock():
        complaint(kuntatutka("run", study), 2, "another kuntatutka command", "Wait")
    assert kuntatutka("analyze", study).status in (0, 3)


def limited(arguments: list[str], prepare: Callable[[], None], cwd: Path, root: Path) -> Any:
    """Run the command line after `prepare` in the child: for limits that a process can only put on itself."""
    done = subprocess.run(
        [sys.executable, "-m", "kuntatutka", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(root), "NO_COLOR": "1", "COLUMNS": "120"},
        preexec_fn=prepare,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return type("Done", (), {"status": done.returncode, "out": done.stdout, "err": done.stderr})


def no_room() -> None:
    """Files may not grow beyond 512 bytes: what a full disk looks like to a program."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))


def obey_permissions() -> None:
    """Give up root's right to write anywhere (CAP_DAC_OVERRIDE), so that permissions hold for root too."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)


def test_full_disk(study: Path, tmp_path: Path, root: Path) -> None:
    complaint(limited(["new", "other", "-m", "top30"], no_room, tmp_path, root), 1, "other", "again")
    assert not list((tmp_path / "other").glob("*.*"))
    put_evidence(study)
    before = {path: path.read_bytes() for path in (study / "evidence").iterdir()}
    complaint(limited(["analyze", str(study)], no_room, tmp_path, root), 1, "cannot be written")
    assert {path: path.read_bytes() for path in (study / "evidence").iterdir()} == before
    assert [path.name for path in (study / "findings").iterdir() if path.suffix != ".parquet"] == []


def test_read_only_folder(study: Path, tmp_path: Path, root: Path) -> None:
    put_evidence(study)
    locked = [study, *(path for path in study.iterdir() if path.is_dir())]
    for path in locked:
        path.chmod(0o555)
    try:
        complaint(limited(["analyze", str(study)], obey_permissions, tmp_path, root), 1, str(study), "may not write")
        complaint(
            limited(["new", str(study / "inner"), "-m", "091"], obey_permissions, tmp_path, root), 1, "may not write"
        )
    finally:
        for path in locked:
            path.chmod(0o755)


# --- pages and labels -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{not json}\n", ("line 1", "not JSON")),
        ('{"html": "<p>x</p>"}\n', ("line 1", "`url` is missing")),
        (
            '{"url": "https://a.example/", "html": "x"}\n{"url": "https://b.example/"}\n',
            ("line 2", "`html` is missing"),
        ),
        ('{"url": "https://a.example/", "html_file": "gone.html"}\n', ("line 1", "gone.html")),
    ],
)
def test_bad_page_files(kuntatutka: Callable[..., Any], tmp_path: Path, content: str, said: tuple[str, ...]) -> None:
    (tmp_path / "pages.jsonl").write_text(content, encoding="utf-8")
    complaint(kuntatutka("inspect", "pages.jsonl", "--json"), 2, "pages.jsonl", *said)


def test_unlabelled_pages_are_refused_by_evaluate(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl").write_text('{"url": "https://a.example/", "html": "x"}\n', encoding="utf-8")
    complaint(kuntatutka("evaluate", "pages.jsonl"), 2, "labels")
    (tmp_path / "none.jsonl").write_text("", encoding="utf-8")
    complaint(kuntatutka("evaluate", "none.jsonl"), 2, "holds no page")


def test_neither_address_nor_file(kuntatutka: Callable[..., Any]) -> None:
    complaint(kuntatutka("inspect", "nothing-here"), 2, "nothing-here", "https://")


def test_a_page_that_cannot_be_fetched(kuntatutka: Callable[..., Any]) -> None:
    done = kuntatutka("inspect", "http://127.0.0.1:9/page")
    assert (done.status, "is not asked" in done.err) == (1, True), "addresses of this machine have to be named"
    done = kuntatutka("inspect", "http://127.0.0.1:9/page", "--allow-private-host", "127.0.0.1:9")
    assert done.status == 1
    assert "cannot be fetched" in done.err
    assert "Traceback" not in done.err


def test_any_bytes_can_be_inspected(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "odd.html").write_bytes(gzip.compress(b"<p>x</p>") + b"\x00\xff" * 500)
    done = kuntatutka("inspect", "odd.html", "--json")
    assert done.status == 0, done.err
