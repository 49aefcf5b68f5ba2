"""The evidence as a WACZ: as other tools check and index it, what they replay of it, and read back."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reports.web_archive import About, write_package
from study import (
    PageRecord,
    StorageError,
    StoredDocument,
    StoredRendering,
    WarcWriter,
    check_wacz,
    read_at,
    read_events,
)

AT = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)
SITE = "http://www.a.example"
SHELL = b"<html><title>Sivu</title><div id=app></div><script>fill()</script></html>"
SHOWN = "<html><title>Sivu</title><h1>Venepaikat</h1><script>fill()</script></html>"
ABOUT = About("091", "Testil\u00e4 (091), 2026", "kuntatutka/test")


def evidence(folder: Path) -> list[Path]:
    """Several parts; a page that a browser was shown later, one that it was shown in the same second."""
    with WarcWriter(folder, "091", part_mb=0.001) as writer:
        for path, seconds in (("/", 5), ("/b", 0)):
            headers = [(b"Content-Type", b"text/html; charset=utf-8")]
            record = writer.write_exchange(f"{SITE}{path}", [], 200, headers, SHELL, at=AT)
            writer.write_rendered(f"{SITE}{path}", SHOWN, AT + timedelta(seconds=seconds), record)
        writer.write_json("axe", {"violations": ["x" * 900]}, url=f"{SITE}/", at=AT)
        writer.write_exchange(f"{SITE}/file", [], 200, [(b"Content-Type", b"application/pdf")], b"%PDF-", at=AT)
    parts = sorted(folder.iterdir())
    assert len(parts) > 1
    return parts


def row(url: str, kind: str = "text/html", depth: int | None = 1) -> PageRecord:
    return PageRecord("091", url, url, 200, kind, AT, "Sivu \u2026", "fi", "other", depth, "091-00001.warc.gz", 0, "")


ROWS = [row(f"{SITE}/b"), row(f"{SITE}/", depth=0), row(f"{SITE}/file", "application/pdf")]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    target = tmp_path / "export" / "091.wacz"
    assert write_package(target, evidence(tmp_path / "evidence"), ROWS, ABOUT) == 2
    assert list(target.parent.iterdir()) == [target]
    return target


def test_parts_go_out_byte_for_byte_under_their_digests(package: Path, tmp_path: Path) -> None:
    assert check_wacz(package) == ()
    with zipfile.ZipFile(package) as opened:
        told = json.loads(opened.read("datapackage.json"))
        for item in told["resources"]:
            content = opened.read(item["path"])
            assert (item["bytes"], item["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        listed = {item["path"] for item in told["resources"]}
        assert listed == set(opened.namelist()) - {"datapackage.json", "datapackage-digest.json"}
        for part in (tmp_path / "evidence").iterdir():
            info = opened.getinfo(f"archive/{part.name}")
            assert info.compress_type == zipfile.ZIP_STORED
            assert opened.read(info) == part.read_bytes()
            # No field for large files in the local head alone: ReplayWeb.page would read past it.
            assert package.read_bytes()[info.header_offset + 28 : info.header_offset + 30] == b"\0\0"
    assert (told["title"], told["mainPageUrl"], told["wacz_version"]) == (ABOUT.title, f"{SITE}/", "1.1.1")


def test_the_index_shows_what_a_browser_was_shown(package: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(package) as opened:
        opened.extractall(tmp_path / "unpacked")
        lines = gzip.decompress(opened.read("indexes/index.cdx.gz")).splitlines(keepends=True)
        _, block = opened.read("indexes/index.idx").splitlines()
        pages = [json.loads(line) for line in opened.read("pages/pages.jsonl").splitlines()[1:]]
    place = json.loads(block.split(b" ", 2)[2])
    assert (place["offset"], block.split(b" {")[0]) == (0, lines[0].split(b" {")[0])
    assert lines == sorted(lines)
    program = Path(sys.executable).parent / "cdxj-indexer"
    archives = sorted((tmp_path / "unpacked" / "archive").iterdir())
    made = subprocess.run([str(program), "-s", *map(str, archives)], capture_output=True, check=True).stdout
    theirs = set(made.splitlines(keepends=True))
    assert len(lines) == len(theirs) - 1, "of two in one second the rendered page alone"
    assert theirs > set(lines)
    assert [(page["url"], page["ts"]) for page in pages] == [
        (f"{SITE}/", "2026-11-22T09:30:20.000Z"),
        (f"{SITE}/b", "2026-11-22T09:30:15.000Z"),
    ]
    shown = [json.loads(line.split(b" ", 2)[2]) for line in lines if b"rendered" in line]
    assert [item["url"] for item in shown] == [f"{SITE}/", f"{SITE}/b"]
    for item in shown:
        content = (tmp_path / "unpacked" / "archive" / item["filename"]).read_bytes()
        record = gzip.decompress(content[int(item["offset"]) : int(item["offset"]) + int(item["length"])])
        assert b"Venepaikat" in record
        assert b"<script" not in record


def test_read_back_it_holds_what_the_evidence_holds(package: Path, tmp_path: Path) -> None:
    ours, theirs = (
        [event for event in read_events(files) if isinstance(event, StoredDocument | StoredRendering)]
        for files in (sorted((tmp_path / "evidence").glob("*.warc.gz")), [package])
    )
    assert [(event.url, type(event)) for event in ours] == [(event.url, type(event)) for event in theirs]
    assert all(read_at(package, event.warc_offset) == event for event in theirs)


def test_the_same_evidence_gives_the_same_bytes_and_a_failure_leaves_what_stood(package: Path, tmp_path: Path) -> None:
    before = package.read_bytes()
    parts = sorted((tmp_path / "evidence").glob("*.warc.gz"))
    write_package(package, parts, ROWS, ABOUT)
    assert package.read_bytes() == before
    with pytest.raises(StorageError):
        write_package(package, [*parts, tmp_path / "gone.warc.gz"], ROWS, ABOUT)
    assert package.read_bytes() == before
    assert list(package.parent.iterdir()) == [package]
