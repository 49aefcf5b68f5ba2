"""What is kept so that it need not be worked out again: records there and back, damage told apart, nothing raised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import pytest

from study import StorageError, open_kept, pack, unpack, write_kept


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Leaf:
    name: str
    kind: Literal["round", "long"] = "round"


@dataclass(frozen=True, slots=True)
class Tree:
    leaves: tuple[Leaf, ...]
    pair: tuple[str, Leaf | None]
    at: datetime
    day: date | None
    colours: frozenset[Colour]
    counts: Counter[str]
    by_size: Mapping[int, list[Leaf]]
    data: Mapping[str, Any]
    place: Path = field(default_factory=Path)


def tree() -> Tree:
    leaf = Leaf("a\ud800")
    return Tree(
        leaves=(leaf, Leaf("b", "long"), Leaf("a\ud800")),
        pair=("x", leaf),
        at=datetime(2026, 11, 1, 8, 0, 0, 5, tzinfo=UTC),
        day=None,
        colours=frozenset({Colour.BLUE, Colour.RED}),
        counts=Counter({"one": 1}),
        by_size={3: [Leaf("c")], 1: []},
        data={"list": [1, None, {"deep": "ä"}]},
        place=Path("/somewhere/evidence/901-00001.warc.gz"),
    )


@pytest.mark.parametrize("shared", [(), (Leaf,)])
def test_records_come_back_as_they_were_and_paths_lie_where_the_study_lies_now(shared: tuple[type, ...]) -> None:
    found = unpack(Tree, pack(Tree, tree(), shared=shared), shared=shared, home=Path("/elsewhere"))
    assert found.place == Path("/elsewhere/901-00001.warc.gz")
    assert [getattr(found, name) for name in Tree.__slots__[:-1]] == [getattr(tree(), n) for n in Tree.__slots__[:-1]]
    assert type(found.counts) is Counter
    assert list(found.by_size) == [3, 1]


def test_equal_shared_records_are_written_once_and_are_one_object() -> None:
    many = tuple(Leaf("the same leaf") for _ in range(100))
    data = pack(tuple[Leaf, ...], many, shared=(Leaf,))
    found = unpack(tuple[Leaf, ...], data, shared=(Leaf,))
    assert data.count(b"the same leaf") == 1
    assert found == many
    assert found[0] is found[99]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"[[],[[],[],[],[],[]]]", b"[[],{}]", b"\xff", b"null", b"[[[1]],5]", b"[" * 9_000]
)
def test_what_no_record_was_written_as_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        unpack(Tree, data)


def test_blocks_and_facts_are_read_back(tmp_path: Path) -> None:
    write_kept(tmp_path / "deep" / "x", {"a": b"one" * 1000, "empty": b""}, {"key": "k"})
    kept = open_kept(tmp_path / "deep" / "x")
    assert kept is not None
    assert (kept.facts, kept.names, kept.is_whole()) == ({"key": "k"}, ("a", "empty"), True)
    assert (kept.block("a"), kept.block("empty"), kept.block("other")) == (b"one" * 1000, b"", None)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["x"]


def test_every_damaged_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "x"
    write_kept(path, {"a": b"some words", "b": b"others"}, {"key": "k"})
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        kept = open_kept(path)
        assert kept is None or not kept.is_whole()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        kept = open_kept(path)
        assert kept is None or not kept.is_whole()


def test_a_size_that_lies_costs_nothing(tmp_path: Path) -> None:
    assert open_kept(tmp_path) is None
    assert open_kept(tmp_path / "missing") is None
    (tmp_path / "x").write_bytes(b"kuntatutka-kept-1 99999999999999999 00\n")
    assert open_kept(tmp_path / "x") is None


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        write_kept(tmp_path / "file" / "x", {}, {})
