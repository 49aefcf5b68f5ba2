"""What earlier studies are called: by title, else by year; by their folders only where those are alike."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.compare import Step
from reports.context import Context
from reports.earlier import Development


def names_of(context: Context, since: Development) -> tuple[str, ...]:
    """What each earlier study is called in a sentence, oldest first."""
    return tuple(
        title if title and str(step.old.year) in title else _told(context, mark, title)
        for (step, title), mark in zip(_earlier(since), _marks(since), strict=True)
    )


def step_years(since: Development) -> list[tuple[str, str]]:
    """What the two studies of each step are called: their years, with more where two are of one year."""
    marks = _marks(since)
    last = (*marks, str(since.points[-1].year))
    return list(zip(marks, last[1:], strict=True))


def years_of(since: Development) -> tuple[str, ...]:
    """What each point in time is called: its year, and its study's name where two are of one year."""
    return told_apart([(point.year, point.title, point.name) for point in since.points])


def told_apart(studies: Sequence[tuple[int, str, str]]) -> tuple[str, ...]:
    """The year of each (year, title, folder); with its title, or without one its folder, where two are of one year."""
    years = [year for year, _, _ in studies]
    return tuple(f"{year} {title or name}" if years.count(year) > 1 else str(year) for year, title, name in studies)


def _marks(since: Development) -> tuple[str, ...]:
    return told_apart([(step.old.year, title, step.old.name) for step, title in _earlier(since)])


def _earlier(since: Development) -> list[tuple[Step, str]]:
    return list(zip(since.steps, since.titles, strict=True))


def _told(context: Context, mark: str, title: str) -> str:
    return f"{title} ({mark})" if title else context.words("development.untitled", year=mark)
