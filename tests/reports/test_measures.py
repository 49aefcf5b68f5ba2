"""Shares, gaps and places: what every figure of the report rests on."""

from __future__ import annotations

import pytest

from reports.measures import BY_CHANNEL, DIGITAL, FOUND, MEASURES, typical
from reports.shares import RANK_LIMIT, Share, rank_interval, share
from reports.words import Words
from study import ServiceFinding, State, StateReason

from .conftest import make


def cell(state: State, *channels: str, reason: StateReason | None = None) -> ServiceFinding:
    """A grid cell with these channels."""
    judged = state in (State.FOUND, State.NOT_FOUND)
    columns = {c: c in channels if judged else None for c in ("digital", "phone", "on_site", "printable_form", "email")}
    made = make(
        ServiceFinding,
        state=state,
        state_reason=reason,
        channels=tuple(sorted(channels)),
        verification="automatic",
        **columns,
    )
    assert isinstance(made, ServiceFinding)
    return made


CELLS = [
    cell(State.FOUND, "digital", "phone"),
    cell(State.FOUND, "phone"),
    cell(State.NOT_FOUND, reason=StateReason.SEARCHED),
    cell(State.BLOCKED, reason=StateReason.ROBOTS),
    cell(State.NOT_EXAMINED, reason=StateReason.BUDGET),
    cell(State.NOT_EXAMINED, reason=StateReason.OTHER_RESPONSIBLE),
]


def test_gaps_are_in_neither_part_and_other_bodies_are_not_counted() -> None:
    """found / (found + not-found), gaps beside it."""
    assert share(DIGITAL, CELLS) == Share(count=1, base=3, gaps=2, outside=1)
    assert share(FOUND, CELLS) == Share(count=2, base=3, gaps=2, outside=1)
    assert share(BY_CHANNEL["phone"], CELLS).count == 2


def test_share_of_nothing_is_no_share() -> None:
    """An unread municipality has no zero per cent."""
    nothing = share(DIGITAL, CELLS[3:])
    assert nothing.value is None
    assert not nothing.is_ranked


@pytest.mark.parametrize(("gaps", "ranked"), [(0, True), (2, True), (3, False)])
def test_more_than_a_fifth_of_gaps_is_not_ranked(gaps: int, ranked: bool) -> None:
    """The gaps could overturn any order."""
    assert Share(4, 8, gaps).is_ranked is ranked
    assert RANK_LIMIT == 0.2


def test_places_widen_with_gaps() -> None:
    """Without gaps a place is one number; with them it is a span."""
    others = [Share(9, 10, 0), Share(5, 10, 0), Share(1, 10, 0)]
    assert rank_interval(Share(5, 10, 0), others) == (2, 2)
    assert rank_interval(Share(5, 9, 1), others) == (2, 2)
    assert rank_interval(Share(4, 8, 2), others) == (2, 3)
    assert rank_interval(Share(4, 5, 5), others) is None


def test_typical_value_ignores_what_is_not_known() -> None:
    """The median of what there is."""
    assert typical([None, 1, 3]) == 2
    assert typical([None]) is None


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_measure_is_defined_in_every_language(language: str) -> None:
    """Footnotes are printed from the declarations."""
    words = Words(language)
    for measure in MEASURES:
        key = "channel" if measure.id.startswith("channel-") else measure.id
        assert words(f"measures.{key}.definition").startswith(words(f"measures.{key}.name"))
