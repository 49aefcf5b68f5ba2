"""How services are used: log-in and maturity, told only where both years say what the difference rests on.

That a page says nothing of logging in is no "none", so a level that only silence moved is not told.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from study import ChangeKind, ChangeReason, ChangeSubject, State

from .question import COLUMNS, Question, Verdict, mixed_by, people_by, told_by
from .snapshot import CELL, Snapshot

GRAVEST = (ChangeKind.ORGANISATION, ChangeKind.DECISION, ChangeKind.METHOD, ChangeKind.COVERAGE, ChangeKind.SITE)
"""Whose change it is where it rests on changes of several kinds: it is development only where nothing else is."""
_DIGITAL = 4
"""Levels from which a digital channel is there; above it the log-in and the kind of the channel decide."""
_LIFTS = ("digital:automated", "digital:authenticated")
_OWN_STEP = ("digital", "printable-form")
"""Channels that are a step of the ladder of their own."""


def levels_of(question: Question, cells: pd.DataFrame, offers: pd.DataFrame) -> pd.DataFrame:
    """Log-ins and levels that differ in cells in which both years found the service."""
    pairs = cells[cells["state_old"].eq(State.FOUND.value) & cells["state_new"].eq(State.FOUND.value)]
    pairs = pairs[~pairs["code"].isin(list(question.mixed))]  # of several that became one there is no common level
    log_ins = _log_ins(question, pairs)
    levels = _maturity(question, pairs, pd.concat([offers, log_ins], ignore_index=True))
    return pd.concat([log_ins, levels], ignore_index=True)[COLUMNS]


def _log_ins(q: Question, pairs: pd.DataFrame) -> pd.DataFrame:
    known = pairs["log_in_old"].notna() & pairs["log_in_new"].notna()
    pairs = pairs[known & pairs["log_in_old"].ne(pairs["log_in_new"])]
    pairs = pairs.assign(subject=ChangeSubject.LOG_IN.value, item="", old=pairs["log_in_old"], new=pairs["log_in_new"])
    unread = _unread(pairs, q.old, q.new) | _unread(pairs, q.new, q.old)
    rules = [mixed_by(q, pairs), *people_by(q, pairs), (unread, (ChangeKind.COVERAGE, ChangeReason.PAGE_UNREAD))]
    return told_by(q, pairs, rules)


def _unread(pairs: pd.DataFrame, there: Snapshot, lacking: Snapshot) -> pd.Series[bool]:
    """Whether a study that was not read completely read no page that proves the digital channel in the other."""
    digital = there.proofs[there.proofs["subject"].eq("channel") & there.proofs["item"].eq("digital")]
    read = digital.merge(lacking.pages, on=["code", "url"])[CELL].drop_duplicates()
    seen = pairs[CELL].merge(read, on=CELL, how="left", indicator="seen")["seen"].eq("both")
    return pairs["code"].isin(list(lacking.incomplete)) & ~pd.Series(seen.to_numpy(), index=pairs.index)


def _maturity(q: Question, pairs: pd.DataFrame, below: pd.DataFrame) -> pd.DataFrame:
    """Levels that differ, each of the gravest kind of what moved it; where nothing that moved it is told, none is."""
    both = pairs["maturity_old"].notna() & pairs["maturity_new"].notna()
    pairs = pairs[both & pairs["maturity_old"].ne(pairs["maturity_new"])]
    levels = pairs[["maturity_old", "maturity_new"]]
    bounds = pairs[CELL].assign(lower=levels.min(axis=1), upper=levels.max(axis=1))
    causes = below.merge(bounds, on=CELL, how="inner")
    causes = causes[_moves_level(causes)]
    rank = {kind.value: number for number, kind in enumerate(GRAVEST)}
    causes = causes.assign(rank=causes["kind"].map(rank)).sort_values("rank", kind="stable").drop_duplicates(CELL)
    found = pairs.merge(causes[[*CELL, "kind", "reason"]], on=CELL, how="left" if q.is_same_evidence else "inner")
    found = found.assign(
        subject=ChangeSubject.MATURITY.value,
        item="",
        old=found["maturity_old"].map("{:g}".format),
        new=found["maturity_new"].map("{:g}".format),
        difference=found["maturity_new"] - found["maturity_old"],
    )
    base: Verdict = q.base
    told = found.assign(
        kind=found["kind"].fillna(base[0].value),
        reason=found["reason"].fillna(base[1].value),
        difference=found["difference"].astype(float),
    )
    return told.rename(columns={"url_old": "old_url", "url_new": "new_url"}).reindex(columns=COLUMNS)


def _moves_level(causes: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether a difference is one of those that can make the step between the two levels."""
    subject, item = causes["subject"], causes["item"]
    is_channel = subject.eq(ChangeSubject.CHANNEL.value)
    above, below = causes["lower"].ge(_DIGITAL), causes["upper"].lt(_DIGITAL - 1)
    lifts = subject.eq(ChangeSubject.LOG_IN.value) | (subject.eq(ChangeSubject.SUBTYPE.value) & item.isin(list(_LIFTS)))
    steps = is_channel & item.isin(list(_OWN_STEP))
    told: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.select([above, below], [lifts, is_channel], steps).astype(
        bool
    )
    return told
