"""Municipalities over time: what an older study calls by a code that a newer one does not, or not alone, know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from study import ChangeReason, State
from taxonomy import Kin, Taxonomy, kin

from .snapshot import CELL, OFFER, Snapshot


@dataclass(frozen=True, slots=True)
class Group:
    """Municipalities of two studies that are one area: usually one and one with the same code.

    `is_whole` is false where one of the studies lacks a part of the area; `reason` is what happened between.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    reason: ChangeReason | None = None
    is_whole: bool = True


Grouping = Callable[[Sequence[str], Sequence[str], int, int], Sequence[Group]]
"""Puts codes of an older and a newer study, and the years of both, into groups; every code is in one."""


def same_codes(old: Sequence[str], new: Sequence[str], since: int, until: int) -> list[Group]:
    """No municipality has changed: each meets its own code, or stands alone."""
    both = set(old) & set(new)
    alone = [Group((code,), ()) for code in old if code not in both]
    alone += [Group((), (code,)) for code in new if code not in both]
    return [*(Group((code,), (code,)) for code in sorted(both)), *alone]


@dataclass(frozen=True, slots=True)
class Alignment:
    """The older study under the codes of the newer one.

    `pairs` are older and newer code with what happened between; `mixed` codes hold more or less than before, so that
    nothing in them is the site's doing; `lost` and `fresh` are in one of the two studies only.
    """

    old: Snapshot
    pairs: tuple[tuple[str, str, ChangeReason | None], ...]
    mixed: frozenset[str]
    lost: tuple[str, ...]
    fresh: tuple[str, ...]


def aligned(old: Snapshot, new: Snapshot, grouping: Grouping = same_codes) -> Alignment:
    """The older study as the newer one would name its places."""
    then, now = (sorted(side.places["code"]) for side in (old, new))
    groups = grouping(then, now, old.year, new.year)
    pairs = [(was, code, group.reason) for group in groups for was in group.old for code in group.new]
    several = (group for group in groups if len(group.old) > 1 or len(group.new) > 1 or not group.is_whole)
    mixed = frozenset(code for group in several for code in group.new)
    lost = sorted(code for group in groups if not group.new for code in group.old)
    fresh = sorted(code for group in groups if not group.old for code in group.new)
    return Alignment(_renamed(old, pairs, mixed), tuple(sorted(pairs)), mixed, tuple(lost), tuple(fresh))


def _renamed(old: Snapshot, pairs: Sequence[tuple[str, str, ChangeReason | None]], mixed: frozenset[str]) -> Snapshot:
    became = defaultdict(list)
    for was, now, _ in pairs:
        became[was].append(now)
    if all(now == [was] for was, now in became.items()) and len(became) == len(old.places):
        return old

    def moved(frame: pd.DataFrame) -> pd.DataFrame:
        now = frame.assign(code=frame["code"].map(dict(became))).dropna(subset=["code"])
        return now.explode("code", ignore_index=True)

    cells, places = moved(old.cells), moved(old.places)
    places["is_complete"] = places.groupby("code")["is_complete"].transform("all")
    return replace(
        old,
        places=places.drop_duplicates("code"),
        cells=_united(cells),
        offers=moved(old.offers).drop_duplicates(OFFER),
        proofs=moved(old.proofs),
        by_hand=_without(moved(old.by_hand), mixed),
        statements=_without(moved(old.statements), mixed),
        indicators=_without(moved(old.indicators), mixed),
        pages=moved(old.pages),
        telling=moved(old.telling).drop_duplicates(),
    )


def _without(frame: pd.DataFrame, codes: frozenset[str]) -> pd.DataFrame:
    """What is of one municipality only: of several that became one there is no common value."""
    return frame[~frame["code"].isin(list(codes))]


_RANK = {"known": 1, "gap": 2, "outside": 4}
"""Which cell of several speaks for all; what was not found comes after a gap."""


def _united(cells: pd.DataFrame) -> pd.DataFrame:
    """One cell of several: found where one was found, else a gap where one was, else not found."""
    several = cells.duplicated(CELL, keep=False)
    some = cells[several]
    rank = some["status"].map(_RANK).astype(int)
    rank = rank.where(~(some["status"].eq("known") & some["state"].ne(State.FOUND.value)), 3)
    ordered = some.assign(rank=rank).sort_values([*CELL, "rank"], kind="stable")
    digital = ordered.groupby(CELL, sort=False)["digital"].transform(_any) if len(ordered) else ordered["digital"]
    one = ordered.assign(digital=digital).drop_duplicates(CELL).drop(columns="rank")
    return pd.concat([cells[~several], one], ignore_index=True)


def _any(values: Iterable[Any]) -> bool | None:
    """True where one is; nothing known where none is and one is not known."""
    every = list(values)
    known = [value for value in every if value is not None and value is not pd.NA]
    return True if any(known) else (False if len(known) == len(every) else None)


_HAPPENED: Mapping[str, ChangeReason] = {
    "joined": ChangeReason.MERGED,
    "united": ChangeReason.MERGED,
    "divided": ChangeReason.SPLIT,
    "split": ChangeReason.SPLIT,
    "recoded": ChangeReason.RECODED,
}
"""What the taxonomy's changes of a municipality are called here; the others leave the area as it is."""


def known_changes(taxonomy: Taxonomy) -> Grouping:
    """Municipalities as the taxonomy knows that they changed, each study taken on the last day of its year."""

    def grouping(old: Sequence[str], new: Sequence[str], since: int, until: int) -> list[Group]:
        days = (date(since, 12, 31), date(until, 12, 31))
        return [_group(found) for found in kin(taxonomy, old, new, *days)]

    return grouping


def _group(found: Kin) -> Group:
    reasons = [_HAPPENED[change.kind] for change in found.changes if change.kind in _HAPPENED]
    return Group(found.old, found.new, reasons[0] if reasons else None, found.is_whole)
