"""The index beside a part of the evidence: as another indexer makes it, sorted, and made anew when it does not fit."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from study import CaptureIndex, FailureReason, WarcWriter, has_index, read_events

AT = datetime(2026, 11, 1, 8, 0, 0, 123_000, tzinfo=UTC)
BIN = Path(sys.executable).parent
HOST = "http://www.Kunta.example"


def part(folder: Path) -> Path:
    with WarcWriter(folder, "901") as writer:
        for number, path in enumerate(("/", "/b?y=2&x=1", "/a/", "/%C3%A4", "/a/#alku", "/tyhj%C3%A4")):
            headers = [(b"Content-Type", b"text/html; charset=utf-8")] if path != "/tyhj%C3%A4" else []
            at = AT + timedelta(seconds=number)
            writer.write_exchange(f"{HOST}{path}", [(b"Host", b"x")], 200, headers, b"<p>%d</p>" % number, at=at)
        writer.write_exchange(f"{HOST}/pois", [], 404, [(b"Content-Type", b"text/plain")], b"", at=AT)
        writer.write_failure(f"{HOST}/rikki", FailureReason.TIMEOUT, "", AT)
        writer.write_rendered(f"{HOST}/", "<p>rendered</p>", AT)
    return folder / "901-00001.warc.gz"


def indexed(path: Path) -> Path:
    captures = CaptureIndex()
    list(read_events([path], captures=captures))
    captures.write(path, digest(path))
    return path.with_name(path.name.replace(".warc.gz", ".cdxj"))


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def test_lines_are_those_of_another_indexer_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    path = part(tmp_path)
    made = subprocess.run([str(BIN / "cdxj-indexer"), str(path)], capture_output=True, check=True).stdout
    first, *lines = indexed(path).read_bytes().splitlines()
    assert first.startswith(b"!meta 0 {")
    assert lines == sorted(made.splitlines())
    assert len(lines) == 7
    assert first < lines[0]


def test_a_length_reaches_to_the_next_record_also_where_that_is_damaged(tmp_path: Path) -> None:
    path = part(tmp_path)
    whole = set(indexed(path).read_bytes().splitlines()[1:])
    starts = [event.warc_offset for event in read_events([path])]
    data = bytearray(path.read_bytes())
    data[starts[3] + 30] ^= 0xFF
    path.write_bytes(bytes(data))
    left = set(indexed(path).read_bytes().splitlines()[1:])
    assert len(left) == 6
    assert left < whole


@pytest.mark.parametrize(
    "change",
    [
        lambda index, path: index.unlink(),
        lambda index, path: index.write_bytes(index.read_bytes()[:-5]),
        lambda index, path: index.write_bytes(index.read_bytes().replace(b'"200"', b'"404"', 1)),
        lambda index, path: index.write_bytes(b""),
        lambda index, path: path.write_bytes(path.read_bytes() + b"\x1f\x8b"),
    ],
)
def test_what_does_not_fit_its_part_is_noticed(tmp_path: Path, change: object) -> None:
    path = part(tmp_path)
    index = indexed(path)
    assert has_index(path, digest(path))
    change(index, path)  # type: ignore[operator]
    assert not has_index(path, digest(path))
    indexed(path)
    assert has_index(path, digest(path))


def test_files_that_are_not_packed_have_none(tmp_path: Path) -> None:
    plain = tmp_path / "901-00001.warc"
    plain.write_bytes(b"")
    CaptureIndex().write(plain, digest(plain))
    assert [path.name for path in tmp_path.iterdir()] == [plain.name]
    assert has_index(plain, digest(plain))
