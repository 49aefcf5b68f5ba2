"""What others published: figures of earlier studies, and what municipalities answered when they were asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from .base import Id, Line, Model, Text

Part = Annotated[float, Field(ge=0, le=1)]
"""A share from 0 to 1."""


class EarlierFigure(Model):
    """A figure of an earlier study, of a product, a theme, an owner or over a share: never the same basket."""

    measure: Literal["digital", "product", "first-theme", "last-theme", "first-owner"]
    subject: Line = ""
    year: int
    count: int | None = None
    base: int | None = None
    over: float | None = None
    source: Line
    url: str = ""
    note: Text | None = None


class Survey(Model):
    """A survey that asked municipalities about themselves: who answered, and where it was published."""

    id: Id
    year: int
    name: Text
    respondents: Text
    base: int | None = None
    url: Line


class Answer(Model):
    """What was answered to one question: a share, a span, the source's words where it gives no number, or nothing.

    `missing` says why nothing is known; that is a gap and no "no". A size class is given by its borders.
    """

    survey: Id
    subject: Id
    question: str = ""
    wording: Text
    share: Part | None = None
    least: Part | None = None
    most: Part | None = None
    words: Text | None = None
    missing: Text | None = None
    population_from: int = 0
    population_below: int | None = None
    base: int | None = None
    base_of: Text | None = None
    url: Line
    where: Text

    @property
    def is_known(self) -> bool:
        """Whether the source that was read says what was answered."""
        return self.missing is None


class Pair(Model):
    """What was said beside what is seen on the sites: by an indicator, a theme's digital share or a statement's date.

    `compare` says how far: "direction" (more or less, never a difference), "order" (what comes first), or "no".
    """

    subject: Id
    indicator: Id | None = None
    theme: Id | None = None
    statement: Literal["assessed"] | None = None
    compare: Literal["direction", "order", "no"]
    why: Text


class Surveys(Model):
    """Everything that municipalities of a country said of themselves: subjects by id, surveys, answers and pairs."""

    subjects: Mapping[Id, Text] = {}
    surveys: tuple[Survey, ...] = ()
    answers: tuple[Answer, ...] = ()
    pairs: tuple[Pair, ...] = ()
