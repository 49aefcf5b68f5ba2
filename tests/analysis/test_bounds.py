"""Whatever a page holds, it is read in a time that grows with its length, not with the square of it."""

from __future__ import annotations

import time

import pytest

from analysis.examine import examine
from analysis.findings import PageSource
from taxonomy import load_taxonomy

TAXONOMY = load_taxonomy("fi")
PAGE = "<html lang='fi'><title>{0}</title><main><h1>{0}</h1><p>{1}</p><p>Rakennuslupa haetaan verkossa.</p></main>"


@pytest.mark.timed
@pytest.mark.parametrize("piece", ["P", "1-", "A-", "hae ", "Aa-Bb ", "a@", "Kuja ", "040 ", "a (at) ", "klo 8-16 "])
def test_pieces_without_end_are_read_in_bounded_time(piece: str) -> None:
    examine(PageSource("https://kunta.example/", PAGE.format("Kunta", "")), TAXONOMY)
    long = piece * (20_000 // len(piece))
    began = time.process_time()
    found = examine(PageSource("https://kunta.example/x", PAGE.format(long, long)), TAXONOMY)
    assert time.process_time() - began < 4
    assert len(found.title) <= 500
