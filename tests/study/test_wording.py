"""Numbers with their nouns."""

from __future__ import annotations

import pytest

from study import counted


@pytest.mark.parametrize(
    ("count", "noun", "told"),
    [
        (1, "promising address", "1 promising address"),
        (2, "promising address", "2 promising addresses"),
        (0, "page", "0 pages"),
        (1, "municipality", "1 municipality"),
        (3, "municipality", "3 municipalities"),
        (2, "day", "2 days"),
        (2, "match", "2 matches"),
    ],
)
def test_one_is_one(count: int, noun: str, told: str) -> None:
    assert counted(count, noun) == told
    assert counted(2, "person", "people") == "2 people"
