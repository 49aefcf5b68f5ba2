"""How far readers of the same cells agree: two people, or a language model and people; by state, channel and theme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis import Agreement, agreement
from study import CHANNELS, Action, Decision, ReaderAnswer, State, Subject, TwoReadings
from taxonomy import Taxonomy

Kind = Literal["answer", "state", "channel", "theme"]
ALL = ""
"""The id of a measure over all cells."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one reader said of a cell, as far as readers are compared."""

    state: str
    channels: frozenset[str]

    @property
    def answer(self) -> str:
        """State and channels as one class."""
        return " ".join((self.state, *sorted(self.channels)))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers about a cell of one theme."""

    theme: str
    one: Said
    two: Said


@dataclass(frozen=True, slots=True)
class Measured:
    """How far readers agree about one thing: all answers, the state or one state, one channel, one theme."""

    kind: Kind
    id: str
    agreement: Agreement


def said_by(decision: Decision) -> Said:
    """What a person said; that a cell cannot be judged is an answer of its own."""
    if decision.action is Action.CANNOT_JUDGE:
        return Said(Action.CANNOT_JUDGE.value, frozenset())
    return Said(decision.new.state, frozenset(decision.new.channel_ids))


def said_by_model(answer: ReaderAnswer) -> Said:
    """What a language model said."""
    return Said(answer.state, frozenset(answer.channels))


def pairs_of(readings: Iterable[TwoReadings], taxonomy: Taxonomy) -> list[Pair]:
    """The answers of two people, with the themes of their cells."""
    return [
        Pair(taxonomy.services[both.first.service_id].theme, said_by(both.first), said_by(both.second))
        for both in readings
        if both.first.service_id in taxonomy.services
    ]


def model_pairs(answers: Iterable[ReaderAnswer], decided: Mapping[Subject, Decision], taxonomy: Taxonomy) -> list[Pair]:
    """A language model's answers that count, beside what people decided of the same cells."""
    found = []
    for answer in answers:
        decision = decided.get((answer.municipality_code, answer.service_id, ""))
        is_judged = decision is not None and decision.action is not Action.CANNOT_JUDGE
        if answer.agrees is not None and decision is not None and is_judged and answer.service_id in taxonomy.services:
            theme = taxonomy.services[answer.service_id].theme
            found.append(Pair(theme, said_by_model(answer), said_by(decision)))
    return found


def measured(pairs: Sequence[Pair]) -> list[Measured]:
    """Share and alpha over all answers, the state, each state and channel that anybody gave, and each theme.

    A theme is measured by state and channels together; a channel in the cells that both say are found.
    """
    states = sorted({said.state for pair in pairs for said in (pair.one, pair.two)})
    found = [pair for pair in pairs if pair.one.state == pair.two.state == State.FOUND]
    themes = sorted({pair.theme for pair in pairs})
    rows = [
        Measured("answer", ALL, agreement([(pair.one.answer, pair.two.answer) for pair in pairs])),
        Measured("state", ALL, agreement([(pair.one.state, pair.two.state) for pair in pairs])),
    ]
    for state in states:
        rows.append(Measured("state", state, agreement([(_is(p.one, state), _is(p.two, state)) for p in pairs])))
    for name in CHANNELS:
        if any(name in pair.one.channels | pair.two.channels for pair in found):
            rows.append(Measured("channel", name, agreement([(_has(p.one, name), _has(p.two, name)) for p in found])))
    for theme in themes:
        own = [(p.one.answer, p.two.answer) for p in pairs if p.theme == theme]
        rows.append(Measured("theme", theme, agreement(own)))
    return rows


def _is(said: Said, state: str) -> str:
    return str(said.state == state)


def _has(said: Said, channel: str) -> str:
    return str(channel in said.channels)
