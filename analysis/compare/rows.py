"""What differs between two snapshots, and the kind of each difference. Vectorised: a country is 17,000 cells.

First rule that fits decides, in the order of the functions' lists; only what no rule takes is the site's doing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.indicators import declared_indicators
from study import ChangeKind, ChangeReason, ChangeSubject

from .levels import levels_of
from .question import ABSENT, COLUMNS, OFFERED, Question, Verdict, cell_pairs, mixed_by, people_by, told_by
from .snapshot import CELL, OFFER


def differences(question: Question) -> pd.DataFrame:
    """Every difference of cells, of what they offer and how, of statements and indicators, with its kind."""
    cells = cell_pairs(question)
    offers = _offers(question, cells)
    states = _states(question, cells)
    moved = pd.concat([states, offers[offers["subject"].ne(ChangeSubject.SUBTYPE.value)]], ignore_index=True)
    levels = levels_of(question, cells, offers)
    parts = [states, offers, levels, _statements(question), _indicators(question, moved)]
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)[COLUMNS]


def _states(q: Question, cells: pd.DataFrame) -> pd.DataFrame:
    pairs = cells if q.is_same_evidence else cells[cells["state_old"].notna() & cells["state_new"].notna()]
    is_other_task = pairs["status_old"].eq("outside") ^ pairs["status_new"].eq("outside")
    differs = pairs["state_old"].ne(pairs["state_new"]) | is_other_task
    pairs = pairs[differs].assign(subject=ChangeSubject.STATE.value, item="")
    pairs = pairs.assign(old=pairs["state_old"], new=pairs["state_new"])
    then, now = pairs["status_old"].eq("gap"), pairs["status_new"].eq("gap")
    verdicts = [
        *people_by(q, pairs),
        (then, (ChangeKind.COVERAGE, ChangeReason.GAP_THEN)),
        (now, (ChangeKind.COVERAGE, ChangeReason.GAP_NOW)),
    ]
    outside = is_other_task[differs]
    first = [(outside, (ChangeKind.ORGANISATION, ChangeReason.RESPONSIBLE)), mixed_by(q, pairs)]
    return told_by(q, pairs, [*first, *verdicts])


def _offers(q: Question, cells: pd.DataFrame) -> pd.DataFrame:
    """What cells offer that are known on both sides; what a gap hides is told with the cell's state.

    A kind of a channel is told only where both have the channel, and both say of which kinds their channels are.
    """
    pairs = q.old.offers.merge(q.new.offers, on=OFFER, how="outer", suffixes=("_old", "_new"), indicator="side")
    pairs = pairs[pairs["side"].ne("both")].drop(columns=["url_old", "url_new"]).merge(cells, on=CELL, how="inner")
    pairs = pairs[pairs["status_old"].eq("known") & pairs["status_new"].eq("known")]
    is_kind = pairs["subject"].eq(ChangeSubject.SUBTYPE.value)
    pairs = pairs[~is_kind | (is_kind & _stayed(q, pairs))]
    lost = pairs["side"].eq("left_only")
    pairs = pairs.assign(old=np.where(lost, OFFERED, ABSENT), new=np.where(lost, ABSENT, OFFERED))
    for side, study in (("old", q.old), ("new", q.new)):
        named = study.offers.rename(columns={"url": "proof"})
        proof = pairs[OFFER].merge(named, on=OFFER, how="left")["proof"].set_axis(pairs.index)
        pairs[f"url_{side}"] = proof.where(proof.notna(), pairs[f"url_{side}"])
    # Whether a form can be filled on screen is told by its file, which the page that links to it does not prove.
    of_file = pairs["subject"].eq(ChangeSubject.SUBTYPE.value) & pairs["item"].str.startswith("printable-form:")
    partly = (of_file & pairs["code"].isin([*q.old.incomplete, *q.new.incomplete])).astype(bool)
    in_part = (ChangeKind.COVERAGE, ChangeReason.READ_PARTLY)
    unread = (ChangeKind.COVERAGE, ChangeReason.PAGE_UNREAD)
    rules = [mixed_by(q, pairs), *people_by(q, pairs), (partly, in_part), (_is_unread(q, pairs, lost), unread)]
    return told_by(q, pairs, rules)


def _stayed(q: Question, pairs: pd.DataFrame) -> pd.Series[bool]:
    """Whether both sides have the channel of which a row names the kind, and tell the kinds of the cell."""
    wanted = pairs[CELL].assign(subject=ChangeSubject.CHANNEL.value, item=pairs["item"].str.split(":").str[0])
    has = [
        wanted.merge(known, on=list(known), how="left", indicator="has")["has"].eq("both")
        for side in (q.old, q.new)
        for known in (side.offers[OFFER].drop_duplicates(), side.telling)
    ]
    both: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.logical_and.reduce(has)
    return pd.Series(both.astype(bool), index=pairs.index)


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
    return told_by(q, pairs, rules)


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
    return told_by(q, pairs, rules)


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
