"""What is asked of two snapshots, and how a difference gets its kind: the first rule that fits it decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from study import ChangeKind, ChangeReason

from .snapshot import CELL, OFFER, Snapshot

COLUMNS = ["code", "service", "subject", "item", "kind", "old", "new", "old_url", "new_url", "reason", "difference"]
Verdict = tuple[ChangeKind, ChangeReason]
SITE: Verdict = (ChangeKind.SITE, ChangeReason.SAME_METHOD)
REANALYSED: Verdict = (ChangeKind.METHOD, ChangeReason.REANALYSED)
NOT_SEPARATED: Verdict = (ChangeKind.METHOD, ChangeReason.NOT_SEPARATED)
OFFERED, ABSENT = "yes", "no"


@dataclass(frozen=True, slots=True)
class Question:
    """Two snapshots under the same codes. `base` is whose change it is where no rule says otherwise.

    With `is_same_evidence` both were made from the same pages: nothing but the method can differ, and decisions.
    """

    old: Snapshot
    new: Snapshot
    base: Verdict
    mixed: frozenset[str] = frozenset()
    is_same_evidence: bool = False


def cell_pairs(q: Question) -> pd.DataFrame:
    """Every cell that one of the two has, in places that both have."""
    both = set(q.old.places["code"]) & set(q.new.places["code"])
    old, new = (side.cells[side.cells["code"].isin(list(both))] for side in (q.old, q.new))
    return old.merge(new, on=CELL, how="outer", suffixes=("_old", "_new"))


def mixed_by(q: Question, pairs: pd.DataFrame) -> tuple[pd.Series[bool], Verdict]:
    """Rows of municipalities that hold more or less than before: nothing in them is the site's doing."""
    return pairs["code"].isin(list(q.mixed)), (ChangeKind.ORGANISATION, ChangeReason.MERGED)


def people_by(q: Question, pairs: pd.DataFrame) -> list[tuple[pd.Series[bool], Verdict]]:
    """What only one of two readings by people says otherwise than the machine; said twice it is the site's."""
    then, now = (_has(pairs, side.by_hand) for side in (q.old, q.new))
    return [
        (now & ~then, (ChangeKind.DECISION, ChangeReason.DECIDED_NOW)),
        (then & ~now, (ChangeKind.DECISION, ChangeReason.DECIDED_THEN)),
    ]


def _has(pairs: pd.DataFrame, keys: pd.DataFrame) -> pd.Series[bool]:
    found = pairs[OFFER].merge(keys.drop_duplicates(), on=OFFER, how="left", indicator="has")["has"].eq("both")
    return pd.Series(found.to_numpy(), index=pairs.index)


def told_by(q: Question, pairs: pd.DataFrame, rules: Sequence[tuple[pd.Series[bool], Verdict]]) -> pd.DataFrame:
    """The rows with the verdict of the first rule that fits them; on the same evidence only people's count."""
    if q.is_same_evidence:
        rules = [rule for rule in rules if rule[1][0] is ChangeKind.DECISION]
    fits = [rule[0].to_numpy() for rule in rules] or [np.zeros(len(pairs), bool)]
    verdicts = [rule[1] for rule in rules] or [q.base]
    kind = np.select(fits, [verdict[0].value for verdict in verdicts], q.base[0].value)
    reason = np.select(fits, [verdict[1].value for verdict in verdicts], q.base[1].value)
    told = pairs.assign(kind=kind, reason=reason, difference=pairs.get("difference", np.nan))
    told = told.rename(columns={"url_old": "old_url", "url_new": "new_url"})
    return told.reindex(columns=COLUMNS)
