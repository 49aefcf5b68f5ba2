"""Evidence that somebody made to do harm: an odd record costs itself, in bounded time and memory."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kuntatutka.evidence import check_warc
from study import CrawlEnd, PassedOver, StoredDocument, StoredFailure, StoredJson, WarcWriter, read_at, read_events
from study.evidence.members import MAX_HEAD, is_torn, next_record, whole_length

HOME = "http://www.testila.example/"
MEGABYTE = 1 << 20


def record(kind: str, block: bytes, url: str = HOME, lines: tuple[str, ...] = (), media: str = "") -> bytes:
    media = media or ("application/http;msgtype=response" if kind == "response" else "application/warc-fields")
    head = ["WARC/1.1", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", "WARC-Date: 2026-10-01T10:00:00Z"]
    head += ["WARC-Record-ID: <urn:uuid:1>", *lines, f"Content-Type: {media}", f"Content-Length: {len(block)}"]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + block + b"\r\n\r\n"


def answer(status: str = "200 OK", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n{more}\r\n<html>sivu</html>".encode()


def note(value: Any) -> bytes:
    text = value if isinstance(value, str) else json.dumps(value)
    return record("metadata", b"kuntatutka-note: " + text.encode() + b"\r\n")


def warc(path: Path, records: list[bytes], *, packed: bool) -> Path:
    path.write_bytes(b"".join(gzip.compress(one, 1) if packed else one for one in records))
    return path


END = {"code": "091", "status": "complete", "counters": {}}
ODD = {
    "status of 25 digits": record("response", answer("2" * 25)),
    "status of other digits": record("response", answer("²00")),
    "deep note": note('{"kind": "axe", "url": "", "data": ' + "[" * 100_000 + "]" * 100_000 + "}"),
    "failure that is a list": note({"kind": "failure", "url": HOME, "data": [1]}),
    "failure that is a text": note({"kind": "failure", "url": HOME, "data": "x"}),
    "end without a code": note({"kind": "crawl-end", "data": {"status": "complete"}}),
    "end of unknown kind": note({"kind": "crawl-end", "data": {**END, "status": "splendid"}}),
    "counters that are none": note({"kind": "crawl-end", "data": {**END, "counters": {"pages": "x"}}}),
    "odd hosts": record("conversion", b"<p>x", lines=('WARC-JSON-Metadata: {"contacted": 5}',), media="text/html"),
}


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_a_malformed_record_costs_itself_and_is_told(tmp_path: Path, odd: bytes, packed: bool) -> None:
    records = [record("response", answer(), HOME + "a"), odd, record("response", answer(), HOME + "b")]
    path = warc(tmp_path / f"odd.warc{'.gz' * packed}", records, packed=packed)
    events = list(read_events([path]))
    assert [event.url for event in events if isinstance(event, StoredDocument)] == [HOME + "a", HOME + "b"]
    (passed,) = [event for event in events if isinstance(event, PassedOver)]
    assert isinstance(read_at(path, passed.warc_offset), PassedOver)


@pytest.mark.parametrize("text", ["5", "", '{"kind": "failure", "data": {', "[1, 2]", '{"kind": 5}', "\x00"])
def test_what_is_no_note_of_ours_is_nothing(tmp_path: Path, text: str) -> None:
    path = warc(tmp_path / "x.warc.gz", [note(text), record("response", answer())], packed=True)
    assert [type(event) for event in read_events([path])] == [StoredDocument]


ODD_VALUES = {
    "numbers beyond bounds": ({"depth": 10**30, "attempt": 10**30}, None),
    "texts for numbers": ({"depth": "x", "via": 7}, None),
    "a date before all": ({}, "0001-01-01T00:00:00+23:59"),
    "a date after all": ({}, "9999-12-31T23:59:59-23:59"),
}


@pytest.mark.parametrize(("told", "date"), ODD_VALUES.values(), ids=ODD_VALUES.keys())
def test_odd_values_are_left_out_of_a_good_record(tmp_path: Path, told: dict[str, Any], date: str | None) -> None:
    made = record("response", answer(), lines=(f"WARC-JSON-Metadata: {json.dumps(told)}",))
    made = made.replace(b"2026-10-01T10:00:00Z", date.encode()) if date else made
    failed = note({"kind": "failure", "url": HOME, "data": {"reason": "timeout", **told}})
    page, failure = read_events([warc(tmp_path / "x.warc.gz", [made, failed], packed=True)])
    assert isinstance(page, StoredDocument)
    assert (page.depth, page.via, page.fetched_at.tzinfo is not None) == (None, None, True)
    assert isinstance(failure, StoredFailure)
    assert failure.attempt == 1


ENDLESS: dict[str, Callable[[int], bytes]] = {
    "a line of the record": lambda size: record("response", answer(), lines=("X: " + "a" * size,)),
    "lines of the record": lambda size: record("response", answer(), lines=("X: a",) * (size // 6)),
    "lines that go on": lambda size: record("response", answer(), lines=("X: a", *(" b",) * (size // 4))),
    "a line of the answer": lambda size: record("response", b"HTTP/1.1 200 OK\r\nX: " + b"a" * size),
    "lines of the answer": lambda size: record("response", b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * (size // 6)),
    "the first line": lambda size: record("response", b"HTTP/1.1 " + b"2" * size),
}


@pytest.mark.timed
@pytest.mark.parametrize("make", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_head_without_an_end_costs_its_record_and_little_time(tmp_path: Path, make: Callable[[int], bytes]) -> None:
    records = [record("response", answer(), HOME + "a"), make(8 * MEGABYTE), record("response", answer(), HOME + "b")]
    path = warc(tmp_path / "odd.warc.gz", records, packed=True)
    before = time.process_time()
    events = list(read_events([path]))
    assert time.process_time() - before < 10
    assert [event.url for event in events if isinstance(event, StoredDocument)] == [HOME + "a", HOME + "b"]
    assert any(isinstance(event, PassedOver) for event in events)


@pytest.mark.timed
@pytest.mark.parametrize("make", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_is_not_packed_ends_at_such_a_head_in_little_time(tmp_path: Path, make: Callable[[int], bytes]) -> None:
    path = warc(tmp_path / "odd.warc", [record("response", answer()), make(8 * MEGABYTE)], packed=False)
    before = time.process_time()
    assert isinstance(next(iter(read_events([path]))), StoredDocument)
    check_warc(path)
    assert time.process_time() - before < 10


def bomb(megabytes: int) -> bytes:
    """One gzip member that unpacks to a record of so many megabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    head = record("resource", b"", media="text/html").split(b"Content-Length")[0]
    made = packer.compress(head + f"Content-Length: {megabytes * MEGABYTE}\r\n\r\n".encode())
    return made + b"".join(packer.compress(b"\0" * MEGABYTE) for _ in range(megabytes)) + packer.flush()


@pytest.fixture(scope="module")
def packed_bomb() -> bytes:
    return bomb(192)


def peak(work: Callable[[], object]) -> float:
    """Megabytes that a piece of work holds at most."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1] / MEGABYTE
    tracemalloc.stop()
    return most


def test_a_gzip_bomb_in_evidence_costs_bounded_memory(tmp_path: Path, packed_bomb: bytes) -> None:
    assert len(packed_bomb) < MEGABYTE
    path = tmp_path / "091-00001.warc.gz"
    path.write_bytes(packed_bomb)
    for work in (
        lambda: whole_length(path),
        lambda: next_record(path, 0),
        lambda: is_torn(path, 0, 0),
        lambda: check_warc(path),
        lambda: WarcWriter(tmp_path, "091").close(),
    ):
        assert peak(work) < 100, work
    assert whole_length(path) == len(packed_bomb), "it is a whole record, and nothing was cut"


def test_a_torn_tail_is_found_after_members_of_any_size(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    for size in (0, 1, (1 << 22) - 1, 1 << 22, (1 << 22) + 1, 1 << 23):
        whole = gzip.compress(b"\0" * size)
        path.write_bytes(whole * 2 + whole[:-1])
        assert whole_length(path) == 2 * len(whole), size


def test_notes_of_a_good_crawl_are_understood(tmp_path: Path) -> None:
    notes = [note({"kind": "crawl-end", "data": END}), note({"kind": "axe", "url": HOME, "data": {"x": 1}})]
    end, axe = read_events([warc(tmp_path / "x.warc.gz", notes, packed=True)])
    assert isinstance(end, CrawlEnd)
    assert isinstance(axe, StoredJson)
    assert MAX_HEAD == MEGABYTE
