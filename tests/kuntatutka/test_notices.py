"""What commands say on stderr before they work: courtesy, versions, doubtful lists, old tables, nothing crawled."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kuntatutka.notices import tell_courtesy
from kuntatutka.progress import Talk
from kuntatutka.stages.common import told_how_to_go_on
from study import WarcWriter, open_study
from tests.interrupts import obey_interrupts

HEADER = "code,name_fi,website\n"


@pytest.fixture
def study(kuntatutka: Callable[..., Any], tmp_path: Path) -> Path:
    (tmp_path / "own.csv").write_text(HEADER + "X1,Pieni,http://127.0.0.1:9/\n", encoding="utf-8")
    assert kuntatutka("new", "study", "-m", "own.csv", "--year", "2026").status == 0
    return tmp_path / "study"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def put_evidence(study: Path) -> None:
    with WarcWriter(study / "evidence", "X1") as writer:
        body = b"<html lang=en><title>Page</title><h1>Page</h1><p>Text of the page.</p>" * 20
        sent = [(b"Host", b"127.0.0.1:9")]
        got = [(b"Content-Type", b"text/html; charset=utf-8")]
        writer.write_exchange("http://127.0.0.1:9/", sent, 200, got, body, at=datetime(2026, 11, 1, tzinfo=UTC))


@pytest.mark.parametrize("command", ["run", "report", "crawl"])
def test_a_language_without_report_is_refused_before_anything_is_done(
    kuntatutka: Callable[..., Any], study: Path, command: str
) -> None:
    change(study / "study.toml", 'languages = ["fi", "sv", "en"]', 'languages = ["fi", "de"]')
    done = kuntatutka(command, study)
    assert done.status == 2
    assert "There is no report in de." in done.err
    assert not any((study / "findings").iterdir())
    assert not any((study / "evidence").iterdir())


def test_a_run_with_an_unknown_format_is_refused_before_anything_is_asked(
    kuntatutka: Callable[..., Any], study: Path
) -> None:
    done = kuntatutka("run", study, "--format", "docx")
    assert done.status == 2
    assert "'docx' is not known" in done.err
    assert not any((study / "evidence").iterdir())


@pytest.mark.parametrize(
    ("website", "contact", "delay", "said"),
    [
        ("https://www.town.fi/", "", "1.0", ["contact is empty"]),
        ("https://www.town.fi/", "a@b.fi", "1.0", []),
        ("https://www.town.fi/", "a@b.fi", "0", ["impolite"]),
        ("https://8.8.8.8/", "", "0", ["contact is empty", "impolite"]),
        ("http://127.0.0.1:9/", "", "0", []),
        ("http://10.0.0.7/", "", "0", []),
        ("http://localhost:8000/", "", "0", []),
        ("http://www.harjuvesi.example/", "", "0", []),
        ("http://staging.town.fi:8080/", "", "0", []),
    ],
)
def test_real_sites_are_read_with_contact_and_pauses(
    study: Path, capsys: pytest.CaptureFixture[str], website: str, contact: str, delay: str, said: list[str]
) -> None:
    change(study / "municipalities.csv", "http://127.0.0.1:9/", website)
    change(study / "study.toml", 'contact = ""', f'contact = "{contact}"')
    change(study / "study.toml", "delay_seconds = 1.0", f"delay_seconds = {delay}")
    change(study / "study.toml", "allow_private_hosts = []", 'allow_private_hosts = ["staging.town.fi:8080"]')
    tell_courtesy(open_study(study), Talk(quiet=True))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == len(said)
    for line, words in zip(lines, said, strict=True):
        assert words in line
        assert "study.toml" in line


def test_another_taxonomy_is_told(kuntatutka: Callable[..., Any], study: Path) -> None:
    text = (study / "study.toml").read_text(encoding="utf-8")
    assert "was made with taxonomy" not in kuntatutka("analyze", study).err
    (study / "study.toml").write_text(re.sub(r'taxonomy = ".*"', 'taxonomy = "1999.1"', text), encoding="utf-8")
    assert "The study was made with taxonomy 1999.1; this program has" in kuntatutka("analyze", study).err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "code,name_fi,website,mayor\nX1,A,https://a.example/,B\n",
            "own.csv: this column is not known and was ignored: mayor",
        ),
        (
            HEADER + "X1,A,https://a.example/\nX2,B,https://www.a.example\n",
            "X1 A and X2 B have the same website a.example",
        ),
        (HEADER + "49,Suuri,https://a.example/\n", "did you mean 049 Espoo"),
    ],
)
def test_a_doubtful_list_is_remarked_on(
    kuntatutka: Callable[..., Any], tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "own.csv").write_text(content, encoding="utf-8")
    done = kuntatutka("new", "study", "-m", "own.csv")
    assert done.status == 0, done.err
    assert said in done.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER + "49,Esbo,https://a.example/\n", "did you mean 049"),
        ("code,name_fi,website,size_class\nX1,A,https://a.example/,large\n", "size_class 'large' is not known"),
        ("code,name_fi,website,languages\nX1,A,https://a.example/,fi+xx\n", "language 'xx' is not known"),
    ],
)
def test_values_that_mean_nothing_are_refused(
    kuntatutka: Callable[..., Any], tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "own.csv").write_text(content, encoding="utf-8")
    done = kuntatutka("new", "study", "-m", "own.csv")
    assert done.status == 2
    assert "own.csv" in done.err
    assert said in done.err
    assert not (tmp_path / "study").exists()


def test_zeros_lost_in_a_study_are_noticed(kuntatutka: Callable[..., Any], study: Path) -> None:
    (study / "municipalities.csv").write_text(HEADER + "49,Espoo,http://127.0.0.1:9/\n", encoding="utf-8")
    assert "did you mean 049 Espoo" in kuntatutka("analyze", study).err


def test_tables_older_than_the_list_are_told(kuntatutka: Callable[..., Any], study: Path) -> None:
    put_evidence(study)
    kuntatutka("analyze", study)
    before = kuntatutka("report", study, "--format", "html", "--lang", "en")
    assert "has changed" not in before.err
    assert "Report: 1 file in" in before.err
    assert "a second" not in before.err
    change(study / "municipalities.csv", "Pieni", "Pienempi")
    for arguments in (("report", study, "--format", "html", "--lang", "en"), ("export", study)):
        done = kuntatutka(*arguments)
        assert "municipalities.csv has changed since the tables were made" in done.err
        assert f"kuntatutka analyze {study}" in done.err
    kuntatutka("analyze", study)
    assert "has changed" not in kuntatutka("export", study).err


def test_without_evidence_the_first_step_is_named(kuntatutka: Callable[..., Any], study: Path) -> None:
    said = f"Nothing has been crawled yet: run `kuntatutka crawl {study}` first."
    for command in ("analyze", "export"):
        done = kuntatutka(command, study)
        assert done.status == 3, done.err
        assert done.err.count(said) == 1
    put_evidence(study)
    assert said not in kuntatutka("analyze", study).err


@pytest.mark.parametrize(("country", "command"), [("fi", "run"), ("practice", "demo")])
def test_whatever_is_stopped_tells_how_to_go_on(
    study: Path, capsys: pytest.CaptureFixture[str], country: str, command: str
) -> None:
    change(study / "study.toml", 'country = "fi"', f'country = "{country}"')
    with pytest.raises(KeyboardInterrupt), told_how_to_go_on(open_study(study), Talk(quiet=True)):
        raise KeyboardInterrupt
    assert f"To go on: kuntatutka {command} {study}" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("bytes_kept", [0, 60_000])
def test_a_stopped_demo_says_so_and_how_to_go_on(tmp_path: Path, root: Path, bytes_kept: int) -> None:
    """When the first crawls have just begun, and in the middle of them."""
    command = subprocess.Popen(
        [sys.executable, "-P", "-m", "kuntatutka", "demo", "dd", "--format", "html"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
        preexec_fn=obey_interrupts,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    study = tmp_path / "dd"
    until = time.monotonic() + 120
    while time.monotonic() < until:
        kept = sum(path.stat().st_size for path in (study / "evidence").glob("*.warc.gz"))
        if len(list((study / ".state" / "logs").glob("*.log"))) >= 2 and kept >= bytes_kept:
            break
        time.sleep(0.02)
    os.kill(command.pid, signal.SIGINT)
    _, said = command.communicate(timeout=90)
    assert "crashed" not in said
    assert "Traceback" not in said
    assert said.count("To go on: kuntatutka demo dd") == 1
    assert "kuntatutka run" not in said


def test_reports_of_earlier_findings_that_stay_beside_new_ones_are_told(
    kuntatutka: Callable[..., Any], study: Path
) -> None:
    put_evidence(study)
    assert kuntatutka("analyze", study).status in (0, 3)
    first = kuntatutka("report", study, "--format", "html", "--lang", "fi,sv")
    assert "earlier findings" not in first.err
    made = (study / "findings" / "municipalities.parquet").stat().st_mtime
    os.utime(study / "reports" / "report.sv.html", (made - 60, made - 60))
    second = kuntatutka("report", study, "--format", "html", "--lang", "fi")
    assert "report.sv.html in" in second.err
    assert "tell of earlier findings" in second.err
    assert "report.fi.html in" not in second.err


def test_a_study_without_evidence_is_told_to_run_and_not_to_analyse(
    kuntatutka: Callable[..., Any], study: Path
) -> None:
    done = kuntatutka("export", study)
    assert done.status != 0
    assert "kuntatutka run" in done.err
    assert "kuntatutka analyze" not in done.err
