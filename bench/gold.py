"""The labelled pages in data/gold: which batches there are, what is learned from, and what may not be wrong with them.

``batches.csv`` names every file in the order in which it was made, with how much it counts for judges (``trust``):
rules were written while looking at the pages of dev.jsonl, so that rules look better there than they are.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from taxonomy import Taxonomy

FOLDER = Path(__file__).resolve().parent.parent / "data" / "gold"
LEARNED, KEPT = "learned", "kept apart"


class GoldError(Exception):
    """Labelled pages that cannot be used as they are: file, line, what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A file of labelled pages made by one reader."""

    name: str
    path: Path
    use: str
    trust: float


def batches(folder: Path = FOLDER) -> list[Batch]:
    """All batches in the order in which they were made. Raises GoldError for a row that names no file or no use."""
    listing = folder / "batches.csv"
    found = []
    with listing.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            path = folder / f"{row['batch']}.jsonl"
            if not path.is_file():
                raise GoldError(f"{listing}:{number}: there is no {path.name}; add the file or take the line out.")
            if row["use"] not in (LEARNED, KEPT):
                raise GoldError(f"{listing}:{number}: use is {row['use']!r}; write {LEARNED!r} or {KEPT!r}.")
            found.append(Batch(row["batch"], path, row["use"], float(row["trust"])))
    return found


def rows_of(chosen: Sequence[Batch]) -> list[dict[str, Any]]:
    """The labelled pages of some batches in order, each with its batch and how much it counts."""
    return [
        {**json.loads(line), "batch": batch.name, "trust": batch.trust}
        for batch in chosen
        for line in batch.path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def learned(taxonomy: Taxonomy, folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The pages to learn from. Raises GoldError where they cannot be told from the pages that are kept apart."""
    everything = batches(folder)
    check(everything, taxonomy)
    return rows_of([batch for batch in everything if batch.use == LEARNED])


def kept_apart(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The pages that nothing has been learned from yet."""
    return rows_of([batch for batch in batches(folder) if batch.use == KEPT])


def sayings(taxonomy: Taxonomy, folder: Path = FOLDER / "sayings") -> list[dict[str, Any]]:
    """How municipalities speak of their services in a section: language, heading, text, services. Raises GoldError."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            row = json.loads(line)
            if row["lang"] not in taxonomy.languages:
                raise GoldError(f"{path}:{number}: lang is {row['lang']!r}; known are {', '.join(taxonomy.languages)}.")
            for service in row["services"]:
                if service not in taxonomy.services:
                    raise GoldError(f"{path}:{number}: {service!r} is no service of the taxonomy; write an id of it.")
            found.append(row)
    return found


def check(everything: Sequence[Batch], taxonomy: Taxonomy) -> None:
    """Raises GoldError for the first fault: a page in two batches, a municipality that is learned and kept apart, a
    label that is no id."""
    for fault in faults(everything, taxonomy):
        raise GoldError(fault)


def faults(everything: Sequence[Batch], taxonomy: Taxonomy) -> Iterator[str]:
    """What is wrong, one sentence each with file, line and remedy."""
    codes = {
        name.casefold(): place.code for place in taxonomy.municipalities.values() for name in place.name.root.values()
    }
    pages: dict[str, str] = {}
    places: dict[str, tuple[str, str]] = {}
    for batch in everything:
        for number, row in enumerate(rows_of([batch]), start=1):
            where = f"{batch.path}:{number}"
            if row["url"] in pages:
                yield f"{where}: {row['url']} stands in {pages[row['url']]} too; keep one of the two."
            pages.setdefault(row["url"], where)
            yield from (f"{where}: {fault}" for fault in _labels(row["labels"], taxonomy))
            # Bodies that several municipalities share are in every batch; municipalities are not.
            code = codes.get(str(row.get("municipality")).casefold())
            if code is None:
                continue
            use, first = places.setdefault(code, (batch.use, where))
            if use != batch.use:
                yield (
                    f"{where}: {row['municipality']} is {batch.use} here and {use} in {first}; a municipality's pages"
                    " go all to one side, move or leave out the fewer."
                )


def _labels(labels: dict[str, Any], taxonomy: Taxonomy) -> Iterator[str]:
    known = {
        "page_type": (taxonomy.page_types, [labels["page_type"]]),
        "theme": (taxonomy.themes, [labels["theme"]] if labels.get("theme") else []),
        "services": (taxonomy.services, labels["services"]),
        "vendors": (taxonomy.products, labels.get("vendors", [])),
        "channels": (taxonomy.channels, [item["type"] for item in labels["channels"]]),
    }
    for key, (ids, given) in known.items():
        for value in given:
            if value not in ids:
                yield f"{key} has {value!r}, which is no id of the taxonomy; see taxonomy/ for the ids there are."
    for item in labels["channels"]:
        if item["service"] not in labels["services"]:
            yield f"channels has {item['service']!r}, which is not among the services; add it there or take it out."
