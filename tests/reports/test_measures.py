"""Shares, gaps and places: what every figure of the report rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.measures import AUTHENTICATED, BY_CHANNEL, DEEP_LINK, DIGITAL, FOUND, MEASURES, typical
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
    others = [Share(9, 10, 0), Share(5, 10, 0), Share(1, 10, 0), Share(0, 10, 0)]
    assert rank_interval(Share(5, 10, 0), others) == (2, 2)
    assert rank_interval(Share(5, 9, 1), others) == (2, 2)
    assert rank_interval(Share(4, 8, 2), others) == (2, 3)
    assert rank_interval(Share(4, 5, 5), others) is None


def test_nobody_has_a_place_among_too_few() -> None:
    """Five that can be put in order, and half of those that could be."""
    others = [Share(9, 10, 0), Share(5, 10, 0), Share(1, 10, 0)]
    assert rank_interval(Share(5, 10, 0), others) is None
    assert rank_interval(Share(5, 10, 0), [*others, Share(0, 10, 0)]) is not None
    unread = [Share(0, 0, 10)] * 6
    assert rank_interval(Share(5, 10, 0), [*others, Share(0, 10, 0), *unread]) is None
    elsewhere = [Share(0, 0, 0, 10)] * 6
    assert rank_interval(Share(5, 10, 0), [*others, Share(0, 10, 0), *elsewhere]) is not None


@pytest.mark.parametrize(
    ("share", "shortfall"),
    [
        (Share(4, 5, 0), None),
        (Share(1, 1, 0), "few"),
        (Share(4, 4, 0), "few"),
        (Share(2, 4, 4), "few"),
        (Share(2, 4, 5), "gaps"),
        (Share(10, 14, 16), "gaps"),
        (Share(10, 15, 15), None),
        (Share(0, 0, 0, 9), "outside"),
        (Share(0, 0, 9, 9), "gaps"),
    ],
)
def test_a_share_is_told_from_half_of_those_that_could_have_it_and_never_under_five(
    share: Share, shortfall: str | None
) -> None:
    """Below that there is no per cent, and the reason is the true one."""
    assert share.shortfall == shortfall
    assert (share.value is None) is (shortfall is not None)


def test_an_unknown_log_in_is_neither_part_and_told_apart_from_what_was_not_read() -> None:
    """Neither strong nor not."""
    digital = replace(cell(State.FOUND, "digital"), authentication="unknown", path_quality=None)
    known = replace(digital, authentication="none", path_quality="portal-root")
    strong = share(AUTHENTICATED, [digital, known, cell(State.NOT_FOUND)])
    assert (strong.count, strong.base, strong.gaps, strong.unknown) == (0, 1, 1, 1)
    unread = share(AUTHENTICATED, [digital, cell(State.BLOCKED)])
    assert (unread.gaps, unread.unknown, unread.unread) == (2, 1, 1)
    assert (share(DEEP_LINK, [digital, known]).base, share(DEEP_LINK, [digital, known]).gaps) == (1, 1)


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
