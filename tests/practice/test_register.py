"""What the practice country declares is fresh, whole, and everybody's own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from kuntatutka.register_files import shared_out
from practice.register import register_lines
from study import StudyMunicipality
from study.register import DeclaredChannel, DeclaredService, items_of_file

FILE = Path(__file__).parents[2] / "data" / "practice" / "declared.jsonl"


def test_the_file_is_what_the_records_make() -> None:
    assert FILE.read_text(encoding="utf-8").splitlines() == list(register_lines()), "python -m practice.register FILE"


def test_every_item_is_read_and_is_one_municipalitys() -> None:
    found = items_of_file(FILE)
    assert not found.faults
    kinds = Counter(type(item.item) for item in found.items)
    assert (kinds[DeclaredService], kinds[DeclaredChannel]) == (206, 296)
    codes = [f"P0{number}" for number in range(1, 7)]
    towns = [StudyMunicipality(code, code, f"http://{code.lower()}.example/") for code in codes]
    own, nobodys = shared_out(found.items, towns)
    assert (sorted(own), nobodys) == (codes, 0)
