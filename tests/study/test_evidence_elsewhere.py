"""Evidence in other programs' hands: every kind of record, the documented commands, three independent readers."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from study import (
    CrawlEnd,
    CrawlStatus,
    FailureReason,
    StoredDocument,
    StoredEvent,
    StoredFailure,
    StoredJson,
    StoredRendering,
    WarcWriter,
    read_at,
    read_events,
)

AT = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)
PAGE = "<html><title>Äänekoski</title></html>".encode()
SITE = "https://www.a.example"
DOCS = Path(__file__).parents[2] / "docs"
BIN = Path(sys.executable).parent


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """A series with every kind of record that we write, in two parts; the notes of a page come after the page."""
    folder = tmp_path / "my-study" / "evidence"
    with WarcWriter(folder, "091", part_mb=0.003) as writer:
        for path in ("/", "/b"):
            record = writer.write_exchange(
                f"{SITE}{path}",
                [(b"User-Agent", b"kuntatutka/1")],
                200,
                [(b"Content-Type", b"text/html; charset=utf-8"), (b"Content-Encoding", b"gzip")],
                gzip.compress(PAGE, mtime=0),
                at=AT,
                ip="192.0.2.1",
                note={"kind": "page", "depth": 0, "via": f"{SITE}/ä"},
            )
            writer.write_rendered(f"{SITE}{path}", PAGE.decode(), AT, record, {"contacted": ["a.example"]})
            writer.write_json("axe", {"violations": ["a\u2028b\nc"] * 40}, url=f"{SITE}{path}", at=AT)
            writer.write_json("unread", {"services": []}, url=f"{SITE}{path}", at=AT)
        writer.write_exchange(f"{SITE}/old", [], 301, [(b"Location", b"/")], b"", at=AT)
        writer.write_exchange(f"{SITE}/robots.txt", [], 404, [], b"none", at=AT, note={"kind": "robots"})
        writer.write_failure(f"{SITE}/gone", FailureReason.TIMEOUT, "no answer in 45 s", AT, {"attempt": 2})
        writer.write_json("trap", {"rule": "#", "addresses": 3})
        writer.write_crawl_end(CrawlStatus.COMPLETE, None, {"pages": 2}, started_at=AT, ended_at=AT)
    assert len(list(folder.iterdir())) > 1
    return folder


def events(*paths: Path) -> list[StoredEvent]:
    return list(read_events(sorted(paths)))


def documented_commands() -> list[str]:
    """Every command line of the evidence page that a reader of web archives is given, pywb's apart."""
    text = (DOCS / "evidence.md").read_text("utf-8")
    lines = [line[2:] for block in re.findall(r"```console\n(.*?)```", text, re.S) for line in block.splitlines()]
    return [line for line in lines if line.split()[0] not in ("wb-manager", "wayback")]


@pytest.mark.parametrize("line", documented_commands())
def test_documented_commands_read_every_record(evidence: Path, line: str) -> None:
    written = line.split(" > ")[0]
    for part in sorted(evidence.iterdir()):
        found = events(part)
        pages = [event.warc_offset for event in found if isinstance(event, StoredDocument) and event.status == 200]
        for offset in pages[:1] if re.search(r" \d+$", written) else [0]:
            command = re.sub(r"\d+$", str(offset), written.replace("evidence/091-00001.warc.gz", str(part)))
            program, *options = shlex.split(command)
            done = subprocess.run([str(BIN / program), *options], capture_output=True, check=False)
            assert done.returncode == 0, done.stderr.decode()
            assert b"Traceback" not in done.stderr
            if "--payload" in written:
                assert done.stdout == PAGE
            elif "index" in written and "warcio" in written:
                assert len(done.stdout.splitlines()) == sum(1 for _ in records(part))
            else:
                assert done.stdout or "check" in written


def records(part: Path) -> list[tuple[str, str, bytes]]:
    with part.open("rb") as stream:
        return [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI") or "", record.content_stream().read())
            for record in ArchiveIterator(stream)
        ]


def test_the_documented_python_reads_every_page(evidence: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = re.findall(r"```python\n(from pathlib.*?)```", (DOCS / "evidence.md").read_text("utf-8"), re.S)
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=evidence.parent.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.count(f"200 {SITE}/") == 2


def test_three_readers_see_the_same_pages(evidence: Path) -> None:
    ours = {(e.url, e.body) for e in events(*evidence.iterdir()) if isinstance(e, StoredDocument)}
    theirs = {(url, body) for part in evidence.iterdir() for kind, url, body in records(part) if kind == "response"}
    fast = set()
    for part in evidence.iterdir():
        with part.open("rb") as stream:
            for record in FastIterator(stream, record_types=WarcRecordType.response, auto_decode="all"):
                fast.add((record.headers["WARC-Target-URI"], record.reader.read()))
    assert ours == theirs == fast


def test_an_index_for_replay_holds_pages_and_no_note(evidence: Path) -> None:
    """cdxj-indexer, and pywb by the same rule, leave out `application/warc-fields`: the newest capture is the page."""
    done = subprocess.run(
        [str(BIN / "cdxj-indexer"), *map(str, sorted(evidence.iterdir()))], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line.split(" ", 2)[2]) for line in done.stdout.splitlines()]
    assert {(line["url"], line.get("mime"), line.get("status")) for line in lines} >= {
        (f"{SITE}/", "text/html", "200"),
        (f"{SITE}/b", "text/html", "200"),
    }
    assert not [line for line in lines if line.get("mime") == "application/json"]
    assert f"{SITE}/gone" not in {line["url"] for line in lines}, "a failure is no page"


def test_notes_are_read_back_whatever_stands_in_them(evidence: Path) -> None:
    found = events(*evidence.iterdir())
    notes = [event for event in found if isinstance(event, StoredJson)]
    assert [note.kind for note in notes] == ["axe", "unread", "axe", "unread", "trap"]
    assert notes[0].data == {"violations": ["a\u2028b\nc"] * 40}
    assert notes[0].url == f"{SITE}/"
    assert read_at(evidence / notes[0].warc_file, notes[0].warc_offset) == notes[0]
    (failure,) = (event for event in found if isinstance(event, StoredFailure))
    assert (failure.reason, failure.attempt) == (FailureReason.TIMEOUT, 2)
    assert len([event for event in found if isinstance(event, StoredRendering)]) == 2
    assert isinstance(found[-1], CrawlEnd)


def older(path: Path, notes: list[tuple[str, bytes]]) -> Path:
    """A file with metadata records of these types and contents."""
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for kind, block in notes:
            record = writer.create_warc_record(f"{SITE}/", "metadata", payload=BytesIO(block), warc_content_type=kind)
            writer.write_record(record)
    return path


def test_notes_of_older_studies_are_still_read(tmp_path: Path) -> None:
    note = json.dumps({"kind": "axe", "url": f"{SITE}/", "data": {"x": 1}}).encode()
    failure = json.dumps({"kind": "failure", "url": f"{SITE}/", "data": {"reason": "dns"}}).encode()
    path = older(tmp_path / "091-00001.warc.gz", [("application/json", note), ("application/json", failure)])
    first, second = events(path)
    assert isinstance(first, StoredJson)
    assert isinstance(second, StoredFailure)


@pytest.mark.parametrize(
    ("kind", "block"),
    [
        ("application/warc-fields", b"via: https://a.example/\r\nhopsFromSeed: L\r\n"),  # Heritrix
        ("application/warc-fields", b"kuntatutka-note: {torn"),
        ("application/warc-fields", b""),
        ("application/json", b"[1, 2]"),
        ("application/json", b'{"kind": "axe"}'),
        ("text/plain", b'kuntatutka-note: {"kind": "axe", "url": "", "data": 1}'),
    ],
)
def test_metadata_of_other_programs_is_nothing_to_us(tmp_path: Path, kind: str, block: bytes) -> None:
    assert events(older(tmp_path / "other.warc.gz", [(kind, block)])) == []


def crawl_of(path: Path, revisits: Path) -> None:
    """A page and its robots.txt, and a second file that holds only revisits of them, one by digest, one by id."""
    ok = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    with path.open("wb") as out, revisits.open("wb") as again:
        writer, later = WARCWriter(out, gzip=True), WARCWriter(again, gzip=True)
        for name in ("/", "/robots.txt", "/c"):
            original = writer.create_warc_record(
                f"{SITE}{name}", "response", payload=BytesIO(PAGE + name.encode()), http_headers=ok
            )
            writer.write_record(original)
            digest = original.rec_headers.get_header("WARC-Payload-Digest") if name != "/c" else "sha1:OTHER"
            revisit = later.create_revisit_record(
                f"{SITE}{name}", digest, f"{SITE}{name}", "2026-01-01T00:00:00Z", http_headers=ok
            )
            if name == "/c":
                revisit.rec_headers.replace_header("WARC-Refers-To", original.rec_headers.get_header("WARC-Record-ID"))
            later.write_record(revisit)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_revisits_take_body_and_place_of_what_they_point_to(tmp_path: Path) -> None:
    first, second = tmp_path / "1.warc.gz", tmp_path / "2.warc.gz"
    crawl_of(first, second)
    pages = [event for event in read_events([first, second]) if isinstance(event, StoredDocument)]
    assert [page.body for page in pages[:3]] == [page.body for page in pages[3:]]
    assert [(page.warc_file, page.warc_offset) for page in pages[:3]] == [
        (p.warc_file, p.warc_offset) for p in pages[3:]
    ]
    assert not any(page.is_elsewhere for page in pages)
    assert [page.kind for page in pages] == ["", "robots", ""] * 2


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_revisits_alone_say_that_their_bodies_are_elsewhere(tmp_path: Path) -> None:
    first, second = tmp_path / "1.warc.gz", tmp_path / "2.warc.gz"
    crawl_of(first, second)
    pages = [event for event in read_events([second]) if isinstance(event, StoredDocument)]
    assert [page.is_elsewhere for page in pages] == [True] * 3
    assert [page.kind for page in pages] == ["", "robots", ""]
