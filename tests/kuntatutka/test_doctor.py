"""`kuntatutka doctor`: what the machine lacks with the command that mends it, and whether evidence is whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kuntatutka.evidence import check_warc
from study import WarcWriter

PAGE = b"<html><title>Page</title><p>Words of the page that are long enough to matter.</p></html>" * 5


def write_series(folder: Path, pages: int = 4) -> Path:
    with WarcWriter(folder, "X1") as writer:
        for number in range(pages):
            writer.write_exchange(
                f"http://site.example/{number}",
                [(b"Host", b"site.example")],
                200,
                [(b"Content-Type", b"text/html")],
                PAGE + str(number).encode(),
                at=datetime(2026, 11, 1, tzinfo=UTC),
            )
        return writer.path


def test_whole_evidence(tmp_path: Path) -> None:
    seen = check_warc(write_series(tmp_path))
    assert seen.records["response"] == seen.records["request"] == 4
    assert (seen.damaged, seen.torn_at) == ((), None)


@pytest.mark.parametrize("cut", [1, 8, 9, 25, 120])
def test_a_torn_tail_is_found_where_it_begins(tmp_path: Path, cut: int) -> None:
    path = write_series(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    seen = check_warc(path)
    assert seen.damaged == ()
    assert seen.torn_at is not None
    path.write_bytes(whole[: seen.torn_at])
    assert check_warc(path).torn_at is None


def test_a_changed_page_is_found_by_its_digest(tmp_path: Path) -> None:
    import gzip

    plain = gzip.decompress(write_series(tmp_path).read_bytes()).replace(b"long enough", b"LONG ENOUGH", 1)
    path = tmp_path / "changed.warc"
    path.write_bytes(plain)
    seen = check_warc(path)
    assert len(seen.damaged) == 1
    assert "http://site.example/0" in seen.damaged[0]
    assert seen.torn_at is None


def test_damage_in_the_middle_is_not_taken_for_a_torn_tail(tmp_path: Path) -> None:
    path = write_series(tmp_path, 8)
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 40] = b"x" * 40
    path.write_bytes(raw)
    seen = check_warc(path)
    assert seen.torn_at is None
    assert "the next whole one begins" in seen.damaged[0]


@pytest.mark.parametrize("content", [b"no archive at all", b"\x1f\x8b\x08garbage"])
def test_what_is_no_archive_is_called_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.warc.gz"
    path.write_bytes(content)
    assert "no WARC record" in check_warc(path).damaged[0]


def test_doctor_of_a_study(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("code,name_fi,website\nX1,Pieni,http://site.example/\n", encoding="utf-8")
    kuntatutka("new", "study", "-m", "own.csv")
    empty = kuntatutka("doctor", "study")
    assert empty.status == 0
    assert "No evidence yet of 1 of 1" in empty.err

    path = write_series(tmp_path / "study" / "evidence")
    assert (done := kuntatutka("doctor", "study")).status == 0, done.err
    assert done.out.startswith("ok")
    assert "4 response" in done.out

    path.write_bytes(path.read_bytes()[:-25])
    torn = kuntatutka("doctor", "study", "--json")
    assert torn.status == 3
    assert json.loads(torn.out)[0]["torn_at"] > 0

    path.write_bytes(b"broken" + path.read_bytes())
    assert kuntatutka("doctor", "study").status == 1


def test_doctor_of_the_machine(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    done = kuntatutka("doctor", "--json", http_proxy="http://user:secret@proxy.example:3128")
    checks = {check["name"]: check for check in json.loads(done.out)}
    assert {
        "Python",
        "Chromium",
        "Browser control",
        "Sandbox",
        "Voikko",
        "Fonts",
        "Disk",
        "Write here",
        "Proxy",
        "Network",
    } <= set(checks)
    assert checks["Python"]["verdict"] == "ok"
    assert "secret" not in done.out
    assert all(check["remedy"] for check in checks.values() if check["verdict"] == "missing")


def test_what_is_missing_comes_with_the_command_that_mends_it(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    nothing = str(tmp_path)
    done = kuntatutka("doctor", PATH=nothing, PLAYWRIGHT_BROWSERS_PATH=nothing)
    assert done.status == 1
    assert "missing Chromium" in done.out.replace("  ", " ")
    assert "apt-get install -y chromium\n" in done.out


def test_passwords_in_older_evidence_are_found_and_not_told(tmp_path: Path) -> None:
    import gzip

    plain = gzip.decompress(write_series(tmp_path, pages=2).read_bytes())
    assert check_warc(tmp_path / "X1-00001.warc.gz").secrets == ()
    plain = plain.replace(b"Host: site.example", b"Proxy-Authorization: x", 1)
    length = len("GET /0 HTTP/1.1\r\nHost: site.example\r\n\r\n")
    plain = plain.replace(b"Content-Length: %d" % length, b"Content-Length: %d" % (length + 4), 1)
    plain = plain.replace(
        b"WARC-Target-URI: http://site.example/1", b"WARC-Target-URI: http://me:s3cret@site.example/1"
    )
    path = tmp_path / "older.warc"
    path.write_bytes(plain)
    seen = check_warc(path)
    assert seen.secrets == ("a password in an address in 2 records", "the header Proxy-Authorization in 1 record")
    assert seen.damaged == ()
