"""Studies in a row: from each to the next what changed, the method's share measured where the old evidence was read
again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from study import Change, ChangeKind, ChangeReason, ChangeSubject, Move, ProductMove

from .method import Method
from .moves import Flow, flows, product_moves
from .places import Alignment, Grouping, aligned, same_codes
from .question import COLUMNS, NOT_SEPARATED, REANALYSED, SITE, Question
from .rows import differences
from .snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Told:
    """A study: what its own tables say, and what today's program says of the same evidence where it was asked."""

    findings: Snapshot
    today: Snapshot | None = None

    def made_by(self, method: Method) -> Snapshot | None:
        """The tables that a method made; None where there are none."""
        sides = (self.findings, self.today)
        return next((side for side in sides if side is not None and not side.method.differs(method)), None)


@dataclass(frozen=True)
class Step:
    """What changed from one study to the next.

    `question` is what was held against each other to tell the sites' changes; `differing` names the parts of the method
    that differ where its share could not be measured.
    """

    number: int
    old: Snapshot
    new: Snapshot
    question: Question
    alignment: Alignment
    rows: pd.DataFrame
    differing: tuple[str, ...] = ()

    @property
    def is_separated(self) -> bool:
        """Whether the method's share is known."""
        return not self.differing

    @cached_property
    def services_apart(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Services that only the old and only the new study looked for, sorted: nothing of them is compared."""
        then, now = (set(side.cells["service"]) for side in (self.question.old, self.question.new))
        return tuple(sorted(then - now)), tuple(sorted(now - then))

    @cached_property
    def moves(self) -> pd.DataFrame:
        """Cells whose products differ."""
        return product_moves(self.question, self._last)

    @cached_property
    def flows(self) -> list[Flow]:
        """What stood behind the services then and now."""
        return flows(self.question, self._last)

    @property
    def _last(self) -> pd.DataFrame:
        """Without what only the method changed before the sites are compared."""
        return self.rows[self.rows["reason"].ne(ChangeReason.REANALYSED.value)]

    @property
    def changes(self) -> list[Change]:
        """The rows as records, in key order."""
        return [
            Change(
                step=self.number,
                municipality_code=row["code"],
                service_id=row["service"] or None,
                subject=ChangeSubject(row["subject"]),
                item=row["item"],
                kind=ChangeKind(row["kind"]),
                old=row["old"],
                new=row["new"],
                old_url=row["old_url"],
                new_url=row["new_url"],
                reason=ChangeReason(row["reason"]),
                difference=row["difference"],
                old_year=self.old.year,
                new_year=self.new.year,
            )
            for row in _plain(self.rows)
        ]

    @property
    def product_moves(self) -> list[ProductMove]:
        """The moves as records."""
        return [
            ProductMove(
                step=self.number,
                municipality_code=row["code"],
                service_id=row["service"],
                move=Move(row["move"]),
                kind=ChangeKind(row["kind"]),
                old_products=row["old_products"],
                new_products=row["new_products"],
                old_digital=row["old_digital"],
                new_digital=row["new_digital"],
                old_url=row["old_url"],
                new_url=row["new_url"],
            )
            for row in _plain(self.moves)
        ]


def compare(studies: Sequence[Told], grouping: Grouping = same_codes) -> list[Step]:
    """What changed from each study to the next; `grouping` tells which municipalities meet."""
    return [_step(number, old, new, grouping) for number, (old, new) in enumerate(pairwise(studies), start=1)]


def _step(number: int, old: Told, new: Told, grouping: Grouping) -> Step:
    then, now, differing = _alike(old, new)
    alignment = aligned(then, now, grouping)
    base = SITE if not differing else NOT_SEPARATED
    question = Question(alignment.old, now, base, alignment.mixed)
    parts = [_of_places(alignment, old.findings, now), differences(question)]
    if then is not old.findings:
        # Under the codes of today too, so that both steps of a cell stand beside each other.
        told = aligned(replace(old.findings, year=then.year), now, grouping)
        parts.append(differences(Question(told.old, alignment.old, REANALYSED, is_same_evidence=True)))
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return Step(number, old.findings, now, question, alignment, rows, differing)


def _alike(old: Told, new: Told) -> tuple[Snapshot, Snapshot, tuple[str, ...]]:
    """Tables of both that were made alike, and what differs where there are none."""
    for now in (new.findings, new.today):
        if now is not None and (then := old.made_by(now.method)) is not None:
            return then, now, ()
    return old.findings, new.findings, old.findings.method.differs(new.findings.method)


def _of_places(alignment: Alignment, old: Snapshot, new: Snapshot) -> pd.DataFrame:
    """Municipalities that merged, were split or renamed, and those that only one study has."""
    then = dict(zip(old.places["code"], old.places["name"], strict=True))
    now = dict(zip(new.places["code"], new.places["name"], strict=True))
    rows = []
    for was, code, reason in alignment.pairs:
        if reason is None and then[was] and now[code] and then[was] != now[code]:
            reason = ChangeReason.RENAMED
        if reason is not None:
            rows.append((code, was, ChangeKind.ORGANISATION.value, then[was], now[code], reason.value))
    apart = (ChangeKind.COVERAGE.value, ChangeReason.NOT_COMPARED.value)
    rows += [(code, code, apart[0], then[code], None, apart[1]) for code in alignment.lost]
    rows += [(code, code, apart[0], None, now[code], apart[1]) for code in alignment.fresh]
    frame = pd.DataFrame(rows, columns=["code", "item", "kind", "old", "new", "reason"])
    return frame.assign(subject=ChangeSubject.MUNICIPALITY.value).reindex(columns=COLUMNS)


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with None where nothing is known."""
    plain = frame.astype(object)
    return plain.where(plain.notna(), None).to_dict("records")  # type: ignore[return-value]
