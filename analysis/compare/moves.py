"""Who moved from which product to which: what stands behind each digital service, then and now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from study import ChangeKind, Move

from .levels import GRAVEST
from .question import Question, cell_pairs
from .snapshot import CELL, Snapshot

UNRECOGNISED, NOT_DIGITAL, SEVERAL = "unrecognised", "not-digital", "several"
"""Ends of a flow that are no single product."""
MOVES = [*CELL, "move", "kind", "old_products", "new_products", "old_digital", "new_digital", "old_url", "new_url"]


@dataclass(frozen=True, slots=True)
class Flow:
    """How many municipalities went from one product of a service to another, or stayed."""

    service: str
    old: str
    new: str
    count: int


def product_moves(question: Question, changes: pd.DataFrame) -> pd.DataFrame:
    """A row for each cell whose products differ, with the gravest kind of its differences."""
    differing = changes[changes["subject"].eq("product")].rename(columns={"code": "code"})
    if differing.empty:
        return pd.DataFrame(columns=MOVES)
    cells = cell_pairs(question).set_index(CELL)
    then, now = products_of(question.old), products_of(question.new)
    rows = []
    for key, found in differing.groupby(CELL, sort=True):
        cell = cells.loc[[key]].iloc[0]
        old, new = then.get(key, ()), now.get(key, ())
        kind = next(kind for kind in GRAVEST if kind.value in set(found["kind"]))
        urls = (_first(found["old_url"]), _first(found["new_url"]))
        digital = (_truth(cell["digital_old"]), _truth(cell["digital_new"]))
        rows.append((*key, _move(old, new).value, kind.value, old, new, *digital, *urls))
    return pd.DataFrame(rows, columns=MOVES)


def flows(question: Question, changes: pd.DataFrame) -> list[Flow]:
    """What stood behind each service then and now, in cells that nothing but their site changed, stays included."""
    pairs = cell_pairs(question)
    pairs = pairs[pairs["status_old"].eq("known") & pairs["status_new"].eq("known")]
    pairs = pairs[pairs["digital_old"].eq(True) | pairs["digital_new"].eq(True)]
    shaken = changes[changes["kind"].ne(ChangeKind.SITE.value) & changes["service"].notna()]
    others = set(zip(shaken["code"], shaken["service"], strict=True))
    then, now = products_of(question.old), products_of(question.new)
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in pairs.itertuples(index=False):
        key = (row.code, row.service)
        if key not in others and row.code not in question.mixed:
            ends = (_end(then.get(key, ()), row.digital_old), _end(now.get(key, ()), row.digital_new))
            counts[(str(row.service), *ends)] += 1
    return [Flow(*key, count) for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def products_of(side: Snapshot) -> Mapping[object, tuple[str, ...]]:
    """The products of every cell that has one, sorted."""
    seen = side.offers[side.offers["subject"].eq("product")]
    return {key: tuple(sorted(set(items))) for key, items in seen.groupby(CELL)["item"]}


def _end(products: tuple[str, ...], digital: object) -> str:
    if len(products) > 1:
        return SEVERAL
    return products[0] if products else (UNRECOGNISED if digital is True else NOT_DIGITAL)


def _move(old: tuple[str, ...], new: tuple[str, ...]) -> Move:
    if not old or not new:
        return Move.DEPARTED if old else Move.ARRIVED
    if set(old) < set(new):
        return Move.ADDED
    return Move.DROPPED if set(new) < set(old) else Move.SWITCHED


def _first(urls: Iterable[object]) -> str | None:
    return next((url for url in urls if isinstance(url, str)), None)


def _truth(value: object) -> bool | None:
    return None if value is None or value is pd.NA or value != value else bool(value)
