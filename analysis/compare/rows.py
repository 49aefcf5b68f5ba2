"""What differs between two snapshots, and the kind of each difference. Vectorised: a country is 17,000 cells.

First rule that fits decides, in the order of the functions' lists; only what no rule takes is the site's doing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.indicators import declared_indicators
from study import ChangeKind, ChangeReason, ChangeSubject

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


def differences(question: Question) -> pd.DataFrame:
    """Every difference of cells, channels, products, statements and indicators, with its kind."""
    cells = _cell_pairs(question)
    offers = _offers(question, cells)
    states = _states(question, cells)
    moved = pd.concat([states, offers], ignore_index=True)
    parts = [states, offers, _statements(question), _indicators(question, moved)]
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)[COLUMNS]


def _cell_pairs(q: Question) -> pd.DataFrame:
    """Every cell that one of the two has, in places that both have."""
    both = set(q.old.places["code"]) & set(q.new.places["code"])
    old, new = (side.cells[side.cells["code"].isin(list(both))] for side in (q.old, q.new))
    return old.merge(new, on=CELL, how="outer", suffixes=("_old", "_new"))


def _states(q: Question, cells: pd.DataFrame) -> pd.DataFrame:
    pairs = cells if q.is_same_evidence else cells[cells["state_old"].notna() & cells["state_new"].notna()]
    is_other_task = pairs["status_old"].eq("outside") ^ pairs["status_new"].eq("outside")
    differs = pairs["state_old"].ne(pairs["state_new"]) | is_other_task
    pairs = pairs[differs].assign(subject=ChangeSubject.STATE.value, item="")
    pairs = pairs.assign(old=pairs["state_old"], new=pairs["state_new"])
    then, now = pairs["status_old"].eq("gap"), pairs["status_new"].eq("gap")
    verdicts = [
        *_people(q, pairs),
        (then, (ChangeKind.COVERAGE, ChangeReason.GAP_THEN)),
        (now, (ChangeKind.COVERAGE, ChangeReason.GAP_NOW)),
    ]
    outside = is_other_task[differs]
    first = [(outside, (ChangeKind.ORGANISATION, ChangeReason.RESPONSIBLE)), _mixed(q, pairs)]
    return _told(q, pairs, [*first, *verdicts])


def _offers(q: Question, cells: pd.DataFrame) -> pd.DataFrame:
    """Channels and products of cells that are known on both sides; what a gap hides is told with the cell's state."""
    pairs = q.old.offers.merge(q.new.offers, on=OFFER, how="outer", suffixes=("_old", "_new"), indicator="side")
    pairs = pairs[pairs["side"].ne("both")].drop(columns=["url_old", "url_new"]).merge(cells, on=CELL, how="inner")
    pairs = pairs[pairs["status_old"].eq("known") & pairs["status_new"].eq("known")]
    lost = pairs["side"].eq("left_only")
    pairs = pairs.assign(old=np.where(lost, OFFERED, ABSENT), new=np.where(lost, ABSENT, OFFERED))
    for side, study in (("old", q.old), ("new", q.new)):
        named = study.offers.rename(columns={"url": "proof"})
        proof = pairs[OFFER].merge(named, on=OFFER, how="left")["proof"].set_axis(pairs.index)
        pairs[f"url_{side}"] = proof.where(proof.notna(), pairs[f"url_{side}"])
    unread = (ChangeKind.COVERAGE, ChangeReason.PAGE_UNREAD)
    return _told(q, pairs, [_mixed(q, pairs), *_people(q, pairs), (_is_unread(q, pairs, lost), unread)])


def _is_unread(q: Question, pairs: pd.DataFrame, lost: pd.Series[bool]) -> pd.Series[bool]:
    """Whether no page that proves the difference was read in the study that lacks it, which was not read completely."""
    unread = pd.Series(False, index=pairs.index)
    for rows, there, lacking in ((lost, q.old, q.new), (~lost, q.new, q.old)):
        doubtful = pairs[rows & pairs["code"].isin(list(lacking.incomplete))]
        if doubtful.empty:
            continue
        proofs = doubtful[OFFER].merge(there.proofs, on=OFFER)
        read = proofs.merge(lacking.pages, on=["code", "url"])[OFFER].drop_duplicates()
        seen = doubtful[OFFER].merge(read, on=OFFER, how="left", indicator="seen")["seen"].eq("both")
        unread[doubtful.index] = ~seen.to_numpy()
    return unread


def _mixed(q: Question, pairs: pd.DataFrame) -> tuple[pd.Series[bool], Verdict]:
    return pairs["code"].isin(list(q.mixed)), (ChangeKind.ORGANISATION, ChangeReason.MERGED)


def _people(q: Question, pairs: pd.DataFrame) -> list[tuple[pd.Series[bool], Verdict]]:
    """What only one of two readings by people says otherwise than the machine; said twice it is the site's."""
    then, now = (_has(pairs, side.by_hand) for side in (q.old, q.new))
    return [
        (now & ~then, (ChangeKind.DECISION, ChangeReason.DECIDED_NOW)),
        (then & ~now, (ChangeKind.DECISION, ChangeReason.DECIDED_THEN)),
    ]


def _has(pairs: pd.DataFrame, keys: pd.DataFrame) -> pd.Series[bool]:
    found = pairs[OFFER].merge(keys.drop_duplicates(), on=OFFER, how="left", indicator="has")["has"].eq("both")
    return pd.Series(found.to_numpy(), index=pairs.index)


def _told(q: Question, pairs: pd.DataFrame, rules: Sequence[tuple[pd.Series[bool], Verdict]]) -> pd.DataFrame:
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


def _statements(q: Question) -> pd.DataFrame:
    pairs = q.old.statements.merge(q.new.statements, on=["code", "item"], how="outer", suffixes=("_old", "_new"))
    both = set(q.old.statements["code"]) & set(q.new.statements["code"])
    pairs = pairs[pairs["code"].isin(list(both)) & _said(pairs["value_old"]).ne(_said(pairs["value_new"]))]
    has = pairs.groupby("code")["item"].transform(lambda items: (items == "found").any()).astype(bool)
    pairs = pairs[
        ~has | pairs["item"].eq("found")
    ]  # the parts of a statement that came or went are not told one by one
    pairs = pairs.assign(
        subject=ChangeSubject.STATEMENT.value, service=None, old=pairs["value_old"], new=pairs["value_new"]
    )
    then, now = (pairs[f"by_hand_{side}"].eq(True) for side in ("old", "new"))
    rules = [
        (now & ~then, (ChangeKind.DECISION, ChangeReason.DECIDED_NOW)),
        (then & ~now, (ChangeKind.DECISION, ChangeReason.DECIDED_THEN)),
        (pairs["is_known_old"].eq(False), (ChangeKind.COVERAGE, ChangeReason.READ_PARTLY)),
        (pairs["is_known_new"].eq(False), (ChangeKind.COVERAGE, ChangeReason.READ_PARTLY)),
    ]
    return _told(q, pairs, rules)


def _said(values: pd.Series[Any]) -> pd.Series[Any]:
    """The values with nothing said as an empty text, also where nobody says anything."""
    return values.astype(object).fillna("")


_SILENT = ("unknown", "error")


def _indicators(q: Question, moved: pd.DataFrame) -> pd.DataFrame:
    pairs = q.old.indicators.merge(q.new.indicators, on=["code", "item"], suffixes=("_old", "_new"))
    difference = (pairs["value_new"] - pairs["value_old"]).round(4)
    differs = pairs["outcome_old"].ne(pairs["outcome_new"]) | difference.fillna(0).ne(0)
    pairs = pairs.assign(difference=difference)[differs]
    pairs = pairs.assign(subject=ChangeSubject.INDICATOR.value, service=None)
    for side in ("old", "new"):
        pairs[side] = [_outcome(*row) for row in zip(pairs[f"outcome_{side}"], pairs[f"value_{side}"], strict=True)]
    then, now = (pairs[f"outcome_{side}"].isin(_SILENT) for side in ("old", "new"))
    partly = pairs["code"].isin([*q.old.incomplete, *q.new.incomplete])
    other_axe = pairs["item"].isin(_resting_on("axe")) & pairs["axe_old"].ne(pairs["axe_new"])
    rules = [
        *_shaken(pairs, moved),
        (then, (ChangeKind.COVERAGE, ChangeReason.GAP_THEN)),
        (now, (ChangeKind.COVERAGE, ChangeReason.GAP_NOW)),
        (other_axe, (ChangeKind.METHOD, ChangeReason.OTHER_AXE)),
        (partly, (ChangeKind.COVERAGE, ChangeReason.READ_PARTLY)),
    ]
    return _told(q, pairs, rules)


def _shaken(pairs: pd.DataFrame, moved: pd.DataFrame) -> list[tuple[pd.Series[bool], Verdict]]:
    """Indicators that rest on the grid are no development where a cell below them moved for another reason."""
    rests = pairs["item"].isin(_resting_on("grid"))
    rules = []
    # A site that could not be read comes first: where one cell changed hands, too, its other cells are still unknown.
    for kind in (ChangeKind.COVERAGE, ChangeKind.ORGANISATION, ChangeKind.DECISION):
        cells = moved[moved["kind"].eq(kind.value)].drop_duplicates("code")
        for reason, codes in cells.groupby("reason")["code"]:
            rules.append((rests & pairs["code"].isin(list(codes)), (kind, ChangeReason(str(reason)))))
    return rules


def _resting_on(what: str) -> list[str]:
    return [name for name, indicator in declared_indicators().items() if indicator.rests_on == what]


def _outcome(outcome: str, value: float) -> str:
    return outcome if np.isnan(value) else f"{outcome} {value:g}"
