"""WARC files of other crawlers: odd records, pages without headers, several captures, evidence that is vouched for."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest

from analysis.fold.index import index_evidence, read_source
from analysis.fold.pipeline import analyze_study
from study import PassedOver, State, StoredDocument, StudyFolder, read_events

from .test_pipeline import SITE, cell, folder, store  # noqa: F401

HOME = "http://www.testila.example/"
PAGE = b"<html lang='fi'><title>Venepaikat</title><main><h1>Venepaikat</h1></main></html>"


def record(
    kind: str, url: str, block: bytes, day: str = "2026-10-01", media: str = "application/http;msgtype=response"
) -> bytes:
    lines = [
        "WARC/1.1", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", f"WARC-Date: {day}T10:00:00Z",
        f"WARC-Record-ID: <urn:uuid:{abs(hash((url, day, block))):032x}>", f"Content-Type: {media}",
        f"Content-Length: {len(block)}",
    ]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + block + b"\r\n\r\n"


def answer(start: bytes = b"HTTP/1.1 200 OK", body: bytes = PAGE) -> bytes:
    return start + b"\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body


def warc(path: Path, records: list[bytes], *, packed: bool) -> Path:
    path.write_bytes(b"".join(gzip.compress(one) if packed else one for one in records))
    return path


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    "block",
    [
        answer(b"HTTP/2 200"),
        answer(b"ICY 200 OK"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\xff\xfe\n\n",
        b"no answer at all",
    ],
)
def test_an_odd_record_costs_itself_alone(tmp_path: Path, block: bytes, packed: bool) -> None:
    records = [
        record("response", HOME, answer()),
        record("response", f"{HOME}b", block),
        record("response", f"{HOME}c", answer()),
    ]
    events = list(read_events([warc(tmp_path / f"odd.warc{'.gz' * packed}", records, packed=packed)]))
    assert [e.url for e in events if isinstance(e, StoredDocument)] == [HOME, f"{HOME}c"]
    assert any(not isinstance(e, StoredDocument) for e in events), "and it is told"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"WARC-Target-URI: %sb\r\n" % HOME.encode(), b""),
        (b"WARC/1.1", b"WARC/2.0"),
        (b"Content-Length: %d" % len(answer()), b"Content-Length: much"),
        (b"Content-Length: %d" % len(answer()), b"Content-Length: 7"),
    ],
)
def test_a_record_with_a_broken_head_costs_itself_alone_in_a_file_that_is_not_packed(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    records = [record("response", f"{HOME}{name}", answer()) for name in "abc"]
    assert old in records[1]
    records[1] = records[1].replace(old, new, 1)
    events = list(read_events([warc(tmp_path / "odd.warc", records, packed=False)]))
    assert [e.url for e in events if isinstance(e, StoredDocument) and e.body == PAGE] == [f"{HOME}a", f"{HOME}c"]
    assert any(not isinstance(e, StoredDocument) for e in events), "and it is told"


def test_what_is_passed_over_is_told_by_file(tmp_path: Path) -> None:
    file = warc(tmp_path / "odd.warc.gz", [record("response", HOME, answer(b"HTTP/2 200"))], packed=True)
    assert [type(event) for event in read_events([file])] == [PassedOver]
    assert dict(index_evidence([file]).passed_over) == {"odd.warc.gz": 1}


def test_pages_stored_as_resources_are_pages(tmp_path: Path) -> None:
    file = warc(tmp_path / "r.warc.gz", [record("resource", HOME, PAGE, media="text/html; charset=utf-8")], packed=True)
    (page,) = read_events([file])
    assert isinstance(page, StoredDocument)
    assert (page.status, page.content_type, page.body) == (200, "text/html", PAGE)


def test_of_several_captures_the_newest_is_judged_in_any_order(tmp_path: Path) -> None:
    files = [
        warc(
            tmp_path / f"{year}.warc.gz",
            [record("response", HOME, answer(body=f"<p>{year}</p>".encode()), f"{year}-10-01")],
            packed=True,
        )
        for year in (2024, 2025, 2026)
    ]
    for order in permutations(files):
        source = read_source(index_evidence(order), HOME)
        assert source is not None
        assert "2026" in (source.body if isinstance(source.body, str) else source.body.decode())


def test_a_page_that_took_the_place_of_a_redirect_is_read(tmp_path: Path) -> None:
    moved = b"HTTP/1.1 301 Moved\r\nLocation: /uusi\r\n\r\n"
    old = warc(tmp_path / "old.warc.gz", [record("response", HOME, moved, "2024-01-01")], packed=True)
    new = warc(tmp_path / "new.warc.gz", [record("response", HOME, answer(), "2026-01-01")], packed=True)
    assert index_evidence([old, new]).resolve(HOME) == index_evidence([new, old]).resolve(HOME) == HOME


def test_a_mix_of_years_is_told(folder: StudyFolder, tmp_path: Path) -> None:  # noqa: F811
    home = folder.municipalities[0].website
    files = [
        warc(tmp_path / f"{year}.warc.gz", [record("response", home, answer(), f"{year}-10-01")], packed=True)
        for year in (2024, 2026)
    ]
    assert analyze_study(folder, warc_files=files[:1], workers=1).captured is None
    days = (datetime(2024, 10, 1, tzinfo=UTC).date(), datetime(2026, 10, 1, tzinfo=UTC).date())
    assert analyze_study(folder, warc_files=files, workers=1).captured == days


def test_evidence_that_is_vouched_for_may_say_not_found(folder: StudyFolder, tmp_path: Path) -> None:  # noqa: F811
    elsewhere = StudyFolder(tmp_path / "other")
    store(elsewhere, "foreign", SITE).close()
    files = elsewhere.warc_files()
    analyze_study(folder, warc_files=files, workers=1)
    assert cell(folder, "901", "parking-permit").state is State.NOT_EXAMINED
    analyze_study(folder, warc_files=files, is_whole=True, workers=1)
    assert cell(folder, "901", "parking-permit").state is State.NOT_FOUND
    assert cell(folder, "901", "boat-berth").state is State.FOUND
    assert cell(folder, "902", "boat-berth").state is State.NOT_EXAMINED, "of which the files hold nothing"
