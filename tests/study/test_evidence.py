from __future__ import annotations

import gzip
import os
import zlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from study import (
    CrawlEnd,
    CrawlStatus,
    FailureReason,
    StorageError,
    StoredDocument,
    StoredEvent,
    StoredFailure,
    StoredJson,
    StoredRendering,
    StudyBusyError,
    TruncatedWarc,
    WarcWriter,
    read_events,
)

AT = datetime(2026, 11, 22, 9, 30, 15, 250_000, tzinfo=UTC)
PAGE = "<html><title>Äänekoski</title></html>".encode()


def write_all(folder: Path, code: str = "091", pages: int = 3) -> Path:
    with WarcWriter(folder, code) as writer:
        for number in range(pages):
            writer.write_exchange(
                f"https://www.a.fi/{number}",
                [(b"User-Agent", b"kuntatutka/1")],
                200,
                [(b"Content-Type", b"text/html; charset=utf-8"), (b"Content-Encoding", b"gzip")],
                gzip.compress(PAGE, mtime=0),
                at=AT,
                note={"kind": "page", "depth": number, "via": "https://www.a.fi/"},
            )
        return writer.path


def read_all(*paths: Path, limit: int = 1_000_000) -> list[StoredEvent]:
    return list(read_events(paths, body_limit=limit))


SHOWN = {"contacted": ["a.fi", "b.fi"], "headers": {"Server": "nginx"}, "cookies": ["_id"]}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, "091") as writer:
        record_id = writer.write_exchange(
            "https://a.fi/x?y=1",
            [(b"Host", b"a.fi")],
            301,
            [(b"Location", b"/uusi"), (b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2")],
            b"moved",
            at=AT,
            note={"kind": "page", "depth": 2, "via": "https://a.fi/ä"},
        )
        writer.write_failure("https://b.fi/", FailureReason.DNS, "no such name", AT, {"kind": "eservice", "attempt": 2})
        writer.write_rendered("https://a.fi/x", "<p>hyvää</p>", AT, record_id, SHOWN)
        writer.write_json("axe", {"violations": []}, url="https://a.fi/x", at=AT)
        writer.write_crawl_end(CrawlStatus.PARTIAL, FailureReason.BUDGET, {"pages": 4}, started_at=AT, ended_at=AT)
    document, failure, rendering, note, end = read_all(writer.path)
    assert isinstance(document, StoredDocument)
    assert (document.status, document.redirect_to, document.body) == (301, "https://a.fi/uusi", b"moved")
    assert (document.via, document.depth, document.kind) == ("https://a.fi/ä", 2, "page")
    assert document.fetched_at == AT
    assert document.headers["set-cookie"] == "a=1\nb=2"
    assert isinstance(failure, StoredFailure)
    assert (failure.reason, failure.kind, failure.attempt) == (FailureReason.DNS, "eservice", 2)
    assert isinstance(rendering, StoredRendering)
    assert (rendering.html, rendering.refers_to) == ("<p>hyvää</p>", record_id)
    assert rendering.contacted == ("a.fi", "b.fi")
    assert (rendering.headers, rendering.cookies) == ({"server": "nginx"}, ("_id",))
    assert isinstance(note, StoredJson)
    assert (note.kind, note.url, note.data) == ("axe", "https://a.fi/x", {"violations": []})
    assert isinstance(end, CrawlEnd)
    assert (end.code, end.status, end.reason, end.counters) == (
        "091",
        CrawlStatus.PARTIAL,
        FailureReason.BUDGET,
        {"pages": 4},
    )


def test_other_tools_read_our_files_and_their_digests_hold(tmp_path: Path) -> None:
    path = write_all(tmp_path)
    with path.open("rb") as stream:
        records = []
        for record in ArchiveIterator(stream, check_digests="raise"):
            records.append((record.rec_type, record.content_stream().read()))
            assert record.rec_headers.protocol == "WARC/1.1"
    assert [kind for kind, _ in records] == ["warcinfo", *["response", "request"] * 3]
    assert records[1][1] == PAGE


def test_a_record_is_found_by_its_offset(tmp_path: Path) -> None:
    path = write_all(tmp_path)
    for event in read_all(path):
        assert isinstance(event, StoredDocument)
        with path.open("rb") as stream:
            stream.seek(event.warc_offset)
            record = next(iter(ArchiveIterator(stream)))
            assert record.rec_headers.get_header("WARC-Target-URI") == event.url


def test_a_series_goes_on_in_further_parts_and_pairs_stay_together(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, "091", part_mb=0.01) as writer:
        for number in range(30):
            writer.write_exchange(f"http://a.fi/{number}", [], 200, [], os.urandom(1500), at=AT)
    parts = sorted(tmp_path.iterdir())
    assert [part.name for part in parts] == [f"091-{number:05d}.warc.gz" for number in range(1, len(parts) + 1)]
    assert len(parts) > 3
    for part in parts:
        with part.open("rb") as stream:
            kinds = [record.rec_type for record in ArchiveIterator(stream)]
        assert kinds.count("request") == kinds.count("response")
    assert len(read_all(*parts)) == 30
    with WarcWriter(tmp_path, "091") as writer:
        assert writer.path == parts[-1]


@pytest.mark.parametrize("cut", [1, 7, 40, 150])
def test_a_torn_tail_is_cut_on_opening_and_noted(tmp_path: Path, cut: int) -> None:
    path = write_all(tmp_path)
    whole = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(whole - cut)
    before = read_all(path)
    assert cut < 10 or isinstance(before[-1], TruncatedWarc), "only a missing checksum leaves the record readable"
    with WarcWriter(tmp_path, "091") as writer:
        writer.write_exchange("http://a.fi/new", [], 200, [], b"x", at=AT)
    after = read_all(path)
    assert not any(isinstance(event, TruncatedWarc) for event in after)
    notes = [event for event in after if isinstance(event, StoredJson)]
    assert [note.kind for note in notes] == ["torn-tail"]
    assert notes[0].data["bytes_cut"] > 0
    kept = [event.url for event in after if isinstance(event, StoredDocument)]
    assert kept[-1] == "http://a.fi/new"
    assert kept[:-1] == [f"https://www.a.fi/{number}" for number in range(3)]


def test_opening_a_whole_file_changes_nothing(tmp_path: Path) -> None:
    path = write_all(tmp_path)
    before = path.read_bytes()
    WarcWriter(tmp_path, "091").close()
    assert path.read_bytes() == before


def test_two_processes_do_not_write_one_series(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, "091"), pytest.raises(StudyBusyError):
        WarcWriter(tmp_path, "091")
    WarcWriter(tmp_path, "091").close()


def test_a_disk_that_refuses_leaves_the_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = WarcWriter(tmp_path, "091")
    writer.write_exchange("http://a.fi/1", [], 200, [], b"x", at=AT)
    real = writer._series._file

    class Full:
        closed = False

        def write(self, data: bytes) -> int:
            real.write(bytes(data)[: len(data) // 2])
            raise OSError(28, "No space left on device")

        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

    monkeypatch.setattr(writer._series, "_file", Full())
    with pytest.raises(StorageError, match="disk is full"):
        writer.write_exchange("http://a.fi/2", [], 200, [], b"y" * 1000, at=AT)
    monkeypatch.setattr(writer._series, "_file", real)
    writer.close()
    assert [event.url for event in read_all(writer.path) if isinstance(event, StoredDocument)] == ["http://a.fi/1"]


def foreign(path: Path, *, compress: bool = True) -> Path:
    """A file as wget or browsertrix might write it: chunks kept, brackets round addresses, revisits."""
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=compress)
        headers = [("Content-Type", "text/html"), ("Transfer-Encoding", "chunked")]
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "other"}))
        writer.write_record(
            writer.create_warc_record(
                "<http://a.fi/1>",
                "response",
                payload=BytesIO(chunked),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )
        )
        plain = [("Content-Type", "text/html")]
        ok = StatusAndHeaders("200 OK", plain, protocol="HTTP/1.1")
        original = writer.create_warc_record("http://a.fi/2", "response", payload=BytesIO(PAGE), http_headers=ok)
        writer.write_record(original)
        digest = original.rec_headers.get_header("WARC-Payload-Digest")
        writer.write_record(
            writer.create_revisit_record(
                "http://a.fi/3", digest, "http://a.fi/2", "2026-01-01T00:00:00Z", http_headers=ok
            )
        )
        writer.write_record(
            writer.create_warc_record("dns:a.fi", "response", payload=BytesIO(b"1.2.3.4"), warc_content_type="text/dns")
        )
    return path


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # warcio leaves its buffers to the garbage collector
@pytest.mark.parametrize("compress", [True, False])
def test_files_of_other_crawlers_are_read(tmp_path: Path, compress: bool) -> None:
    path = foreign(tmp_path / "other.warc.gz", compress=compress)
    events = read_all(path)
    assert [(e.url, e.body) for e in events if isinstance(e, StoredDocument)] == [
        (f"http://a.fi/{number}", PAGE) for number in (1, 2, 3)
    ]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_file_packed_into_one_gzip_member_is_read(tmp_path: Path) -> None:
    plain = foreign(tmp_path / "plain.warc", compress=False)
    packed = tmp_path / "packed.warc.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert len([event for event in read_all(packed) if isinstance(event, StoredDocument)]) == 3


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x1f\x8b garbage", gzip.compress(b"no warc at all", mtime=0), b"WARC/1.1\r\n"]
)
def test_garbage_gives_a_notice_never_an_exception(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(content)
    events = read_all(path)
    assert len(events) <= 1
    assert all(isinstance(event, TruncatedWarc) for event in events)


def test_damage_in_the_middle_costs_one_record(tmp_path: Path) -> None:
    path = write_all(tmp_path, pages=20)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 30] = os.urandom(30)
    path.write_bytes(bytes(data))
    events = read_all(path)
    assert sum(isinstance(event, TruncatedWarc) for event in events) == 1
    assert sum(isinstance(event, StoredDocument) for event in events) >= 18


def test_damage_in_the_middle_is_never_cut_off(tmp_path: Path) -> None:
    path = write_all(tmp_path, pages=20)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(bytes(data))
    before = len(read_all(path))
    with WarcWriter(path.parent, path.name[:3]) as writer:
        writer.write_json("later", {})
    assert path.read_bytes() == bytes(data), "what is behind the damage is evidence too"
    later = [event for event in read_events(sorted(path.parent.glob("*.warc.gz"))) if isinstance(event, StoredJson)]
    assert {"damaged-part", "later"} <= {event.kind for event in later}
    assert len(read_all(path)) == before


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        read_all(tmp_path / "none.warc.gz")


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("br", brotli.compress(PAGE)),
        ("gzip, br", brotli.compress(gzip.compress(PAGE, mtime=0))),
        ("gzip", PAGE),
        ("deflate", PAGE),
        ("br", PAGE),
        ("identity", PAGE),
        ("unknown", PAGE),
    ],
)
def test_content_encodings_are_undone_also_where_they_lie(tmp_path: Path, encoding: str, packed: bytes) -> None:
    with WarcWriter(tmp_path, "091") as writer:
        writer.write_exchange("http://a.fi/", [], 200, [(b"Content-Encoding", encoding.encode())], packed, at=AT)
    (event,) = read_all(writer.path)
    assert isinstance(event, StoredDocument)
    assert event.body == PAGE


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_decompression_bomb_stays_small(tmp_path: Path, encoding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[encoding]
    with WarcWriter(tmp_path, "091") as writer:
        body = pack(b"\0" * 20_000_000)
        writer.write_exchange("http://a.fi/", [], 200, [(b"Content-Encoding", encoding.encode())], body, at=AT)
    (event,) = read_all(writer.path, limit=100_000)
    assert isinstance(event, StoredDocument)
    assert len(event.body) == 100_000
