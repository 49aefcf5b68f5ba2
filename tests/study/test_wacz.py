"""WACZ files: read where they lie, compared with what they say of themselves, and refused in one sentence."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from study import PassedOver, StoredDocument, TruncatedWarc, UserError, check_wacz, is_wacz, read_at, read_events

HOME = "http://www.a.example/"
PAGE = b"<html lang='fi'><title>Venepaikat</title></html>"


def record(kind: str, url: str, block: bytes, *more: str, media: str = "application/http;msgtype=response") -> bytes:
    lines = [
        "WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", "WARC-Date: 2026-10-01T10:00:00Z", *more,
        f"Content-Type: {media}", f"Content-Length: {len(block)}",
    ]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + block + b"\r\n\r\n"


def answer(body: bytes = PAGE, start: str = "HTTP/1.1 200 OK", *more: str) -> bytes:
    return "\r\n".join([start, "Content-Type: text/html", *more, "", ""]).encode() + body


def packed(*records: bytes) -> bytes:
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def response(path: str = "", body: bytes = PAGE) -> bytes:
    return record("response", HOME + path, answer(body), f"WARC-Record-ID: <urn:uuid:{path or 'home'}>")


def wacz(
    path: Path,
    archives: dict[str, bytes],
    *,
    index: bool = True,
    describe: bool = True,
    more: dict[str, bytes] | None = None,
) -> Path:
    """A package as py-wacz makes it, with local heads that have a field for large files."""
    files = {f"archive/{name}": data for name, data in archives.items()}
    if index:
        files["indexes/index.cdx.gz"] = gzip.compress(b"")
    resources = [
        {"name": name, "path": name, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data)}
        for name, data in files.items()
    ]
    told = json.dumps({"profile": "data-package", "resources": resources}).encode()
    seal = json.dumps({"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(told).hexdigest()}"}).encode()
    extra = {"datapackage.json": told, "datapackage-digest.json": seal} if describe else {}
    with zipfile.ZipFile(path, "w") as package:
        for name, data in {**files, **extra, **(more or {})}.items():
            with package.open(zipfile.ZipInfo(name), "w", force_zip64=True) as out:
                out.write(data)
    return path


def documents(*paths: Path) -> list[StoredDocument]:
    return [event for event in read_events(paths) if isinstance(event, StoredDocument)]


def test_records_are_read_where_they_lie(tmp_path: Path) -> None:
    plain = b"".join((response("c"), response("d")))
    path = wacz(tmp_path / "site.wacz", {"2.warc": plain, "1.warc.gz": packed(response(), response("b"))})
    assert is_wacz(path)
    assert check_wacz(path) == ()
    found = documents(path)
    assert [event.url for event in found] == [HOME, f"{HOME}b", f"{HOME}c", f"{HOME}d"]
    for event in found:
        assert event.warc_file == "site.wacz"
        assert read_at(path, event.warc_offset) == event
    data = bytearray(path.read_bytes())
    data[found[0].warc_offset + 30] ^= 0xFF
    path.write_bytes(bytes(data))
    events = list(read_events([path]))
    assert isinstance(events[0], TruncatedWarc)
    assert [event.url for event in documents(path)] == [HOME + name for name in "bcd"], "damage costs one record"


def test_what_a_package_lacks_is_told(tmp_path: Path) -> None:
    records = {"1.warc.gz": packed(response())}
    made = [wacz(tmp_path / f"{n}.wacz", records, index=n != 1, describe=n != 2) for n in range(3)]
    assert [len(check_wacz(path)) for path in made] == [0, 1, 1]
    assert "replay tools" in check_wacz(tmp_path / "1.wacz")[0]
    assert "datapackage.json" in check_wacz(tmp_path / "2.wacz")[0]


def changed(data: bytes) -> bytes:
    at = data.find(b"\x1f\x8b") + 40
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def locked(data: bytes) -> bytes:
    at = data.find(b"PK\x01\x02") + 8
    return data[:at] + b"\x01" + data[at + 1 :]


def endless_list(data: bytes) -> bytes:
    at = data.rfind(b"PK\x05\x06") + 12
    return data[:at] + struct.pack("<L", 900_000_000) + data[at + 4 :]


def over_each_other(data: bytes) -> bytes:
    """The second file of the list begins where the first does."""
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    return data[: second + 42] + data[first + 42 : first + 46] + data[second + 46 :]


def packed_once_more(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "more", "words"),
    [
        (changed, {}, ("archive/1.warc.gz", "digest", "Get it again")),
        (lambda data: data.replace(b'"bytes"', b'"bytez"', 1), {}, ("datapackage.json", "digest")),
        (locked, {}, ("password", "unzip")),
        (packed_once_more, {}, ("packed once more", "unzip")),
        (endless_list, {}, ("more files than any crawl",)),
        (over_each_other, {}, ("over each other",)),
        (lambda data: data[:-400], {}, ("cut off", "Get it again")),
        (lambda data: b"PK\x03\x04 no package at all", {}, ("cut off",)),
        (lambda data: b"<html>no zip</html>", {}, ("cut off",)),
        (bytes, {"../../etc/x": b""}, ("outside of it", "do not unpack")),
        (bytes, {"inner.wacz": b"PK"}, ("inner.wacz", "give those")),
    ],
)
def test_a_harmful_or_broken_package_is_refused(
    tmp_path: Path, change: Callable[[bytes], bytes], more: dict[str, bytes], words: tuple[str, ...]
) -> None:
    path = wacz(tmp_path / "x.wacz", {"1.warc.gz": packed(response()), "2.warc.gz": packed(response("b"))}, more=more)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(UserError) as refused:
        check_wacz(path)
    assert all(word in str(refused.value) for word in ("x.wacz", *words)), str(refused.value)
    assert sorted(tmp_path.iterdir()) == [path]


def test_packages_without_pages_or_in_one_piece_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no WARC file"):
        check_wacz(wacz(tmp_path / "none.wacz", {}))
    single = gzip.compress(response() + response("b"))
    with pytest.raises(UserError, match=r"one piece.*unzip"):
        check_wacz(wacz(tmp_path / "one.wacz", {"1.warc.gz": single}))


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_answers_that_point_to_another_file_are_found_in_any_order(tmp_path: Path) -> None:
    """By record, by address and time (browsertrix), without any head, and "not modified"."""
    first = wacz(tmp_path / "first.wacz", {"1.warc.gz": packed(response(), response("b", b"<html>b</html>"))})
    by_id = ("WARC-Refers-To: <urn:uuid:b>", "WARC-Truncated: length")
    by_time = (f"WARC-Refers-To-Target-URI: <{HOME}b>", "WARC-Refers-To-Date: 2026-10-01T10:00:00Z")
    unmodified = answer(b"", "HTTP/1.1 304 Not Modified", "ETag: x")
    second = tmp_path / "second.warc.gz"
    second.write_bytes(
        packed(
            record("revisit", f"{HOME}1", answer(b""), *by_id),
            record("revisit", f"{HOME}2", answer(b""), *by_time),
            record("revisit", f"{HOME}3", b"", *by_time),
            record("revisit", f"{HOME}4", unmodified, *by_time),
            record("revisit", f"{HOME}5", answer(b""), "WARC-Payload-Digest: sha1:NOWHERE"),
        )
    )
    for order in ([first, second], [second, first]):
        found = {event.url: event for event in documents(*order)}
        assert len(found) == 7
        for number in "1234":
            page = found[HOME + number]
            assert (page.body, page.status, page.is_elsewhere) == (b"<html>b</html>", 200, False)
            assert (page.content_type, page.truncated, page.warc_file) == ("text/html", False, "first.wacz")
        assert found[f"{HOME}5"].is_elsewhere


def test_what_is_no_page_is_passed_over_by_kind(tmp_path: Path) -> None:
    asked = "application/http;msgtype=request"
    post, head = b"POST / HTTP/1.1\r\nHost: a\r\n\r\na=1", b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
    part = answer(b"<html>", "HTTP/1.1 206 Partial Content", "Content-Range: bytes 500-505/900")
    all_of_it = answer(PAGE, "HTTP/1.1 206 Partial Content", f"Content-Range: bytes 0-{len(PAGE) - 1}/{len(PAGE)}")
    path = tmp_path / "x.warc.gz"
    path.write_bytes(
        packed(
            response(),
            record("response", HOME, answer(b"<html>sent</html>"), "WARC-Record-ID: <urn:uuid:p>"),
            record("request", HOME, post, "WARC-Concurrent-To: <urn:uuid:p>", media=asked),
            record("request", HOME, head, "WARC-Record-ID: <urn:uuid:h>", media=asked),
            record("response", HOME, answer(b""), "WARC-Concurrent-To: <urn:uuid:h>"),
            record("response", f"{HOME}part", part),
            record("response", f"{HOME}whole", all_of_it),
            record("response", "dns:www.a.example", b"20261001 A 192.0.2.1", media="text/dns"),
            record("continuation", f"{HOME}long", b"rest", "WARC-Segment-Number: 2"),
            record("response", f"{HOME}bare", b"<!doctype html>\n\n" + PAGE, media="text/html"),
            record("response", f"{HOME}headless", b"Content-Type: text/html\r\nServer: x\r\n\r\n" + PAGE),
            record("response", f"{HOME}bytes", b"\x16\x03\x01\x02"),
        )
    )
    events = list(read_events([path]))
    pages = [event for event in events if isinstance(event, StoredDocument)]
    assert [page.url for page in pages] == [HOME + name for name in ("", "whole", "bare", "headless")]
    assert pages[0].body == pages[-1].body == PAGE
    assert pages[2].body.endswith(PAGE)
    assert [read_at(path, page.warc_offset) for page in pages] == pages
    kinds = [event.kind.split()[0] + " " + event.kind.split()[1] for event in events if isinstance(event, PassedOver)]
    assert sorted(kinds) == ["answer something"] * 2 + ["are of", "are pieces", "begin as", "hold a"]
