"""Key findings on development: sentences that are made only where sites really changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

from reports.context import Context, runs
from reports.earlier import Development
from reports.model import Bullets
from study import ChangeSubject, Move, State

from .named import names_of
from .panel import Line, Panel, panel

T = TypeVar("T")

NOTABLE, FEWEST = 0.01, 2
"""A share that moved by less, or by fewer services, is called about the same: one service makes no direction."""
MOST = 8


def in_brief(context: Context, since: Development, most: int) -> Bullets:
    """The weightiest findings under the names of the studies; why there is none where there is none."""
    words = context.words
    found = sentences(context, since, panel(context.data))[:most]
    if not found:
        found = [words(f"development.{'nothing' if since.is_separated else 'unseparated'}")]
    title = words("development.since", names=words.listing(names_of(context, since)))
    return Bullets(tuple(map(runs, found)), title=title)


def sentences(context: Context, since: Development, panel: Panel | None) -> list[str]:
    """The findings, the weightiest first; a *star* marks what is strong."""
    made = [
        *(_whole(context, since, panel) if panel else ()),
        *(_ends(context, panel) if panel else ()),
        *_states(context, since),
        *_levels(context, since),
        *_systems(context, since),
        *_statements(context, since),
    ]
    return made[:MOST]


def _whole(context: Context, since: Development, panel: Panel) -> list[str]:
    words, line = context.words, panel.whole
    first, last = line.shares[0], line.shares[-1]
    if first.value is None or last.value is None:
        return []
    moved = last.value - first.value
    kind = "same" if not _is_notable(line) else "more" if moved > 0 else "less"
    told = words(
        f"development.told.{kind}",
        old=context.figure_words(first),
        new=context.figure_words(last),
        year=str(since.points[0].year),
        now=str(since.points[-1].year),
    )
    opened = words("development.told.opened", n=line.gained) if line.gained else ""
    closed = words("development.told.closed", n=line.lost) if line.lost else ""
    if not opened and not closed:
        return [told]
    key = "doors" if opened and closed else "opened_only" if opened else "closed_only"
    return [told, words(f"development.told.{key}", opened=opened, closed=closed)]


def _ends(context: Context, panel: Panel) -> list[str]:
    """The theme and the services that moved most, up and down."""
    words = context.words
    made = []
    themes = sorted((line for line in panel.themes if _is_told(line)), key=lambda line: -line.moved)
    for kind, ends in (("theme_up", themes[:1]), ("theme_down", themes[-1:])):
        if ends and _is_notable(ends[0]) and (ends[0].moved > 0) == (kind == "theme_up"):
            made.append(_of_line(context, kind, ends[0], context.theme(ends[0].id)))
    for kind, sign in (("service_up", 1), ("service_down", -1)):
        line_of = {line.id: line for line in panel.services}
        most = _alone({id: sign * (line.gained - line.lost) for id, line in line_of.items()})
        if most is not None:
            line = line_of[most]
            name = context.service(most)
            made.append(words(f"development.told.{kind}", service=name, gained=line.gained, lost=line.lost))
    return made


def _alone(counts: Mapping[T, int]) -> T | None:
    """Who has more than everybody else, and at least two; None where several have as many."""
    most = max(counts.values(), default=0)
    first = [name for name, count in counts.items() if count == most]
    return first[0] if most >= FEWEST and len(first) == 1 else None


def _is_notable(line: Line) -> bool:
    return abs(line.moved) >= NOTABLE and abs(line.gained - line.lost) >= FEWEST


def _is_told(line: Line) -> bool:
    return line.shares[0].is_ranked and line.shares[-1].is_ranked


def _of_line(context: Context, kind: str, line: Line, name: str) -> str:
    first, last = (context.figure_words(share) for share in (line.shares[0], line.shares[-1]))
    return context.words(f"development.told.{kind}", name=name, old=first, new=last)


def _states(context: Context, since: Development) -> list[str]:
    found = Counter(change.new for change in since.real if change.subject is ChangeSubject.STATE)
    came, went = found[State.FOUND.value], found[State.NOT_FOUND.value]
    told = [context.words("development.told.came", n=came)] if came else []
    return [*told, context.words("development.told.went", n=went)] if went else told


def _levels(context: Context, since: Development) -> list[str]:
    steps = [change.difference or 0 for change in since.real if change.subject is ChangeSubject.MATURITY]
    up, down = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    return [context.words("development.told.levels", up=up, down=down)] if steps else []


def _systems(context: Context, since: Development) -> list[str]:
    """The commonest switch, and the product that came to most services."""
    words, made = context.words, []
    switched = Counter(
        (move.old_products[0], move.new_products[0])
        for move in since.real_moves
        if move.move is Move.SWITCHED and len(move.old_products) == len(move.new_products) == 1
    )
    pair = _alone(switched)
    if pair is not None:
        old, new = map(context.product, pair)
        made.append(words("development.told.switch", old=old, new=new, n=switched[pair]))
    came: Counter[str] = Counter()
    for move in since.real_moves:
        came.update(set(move.new_products) - set(move.old_products))
        came.subtract(set(move.old_products) - set(move.new_products))
    name = _alone(came)
    if name is not None:
        made.append(words("development.told.product_up", product=context.product(name), n=came[name]))
    return made


def _statements(context: Context, since: Development) -> list[str]:
    new = {
        change.municipality_code
        for change in since.real
        if change.subject is ChangeSubject.STATEMENT and change.item == "found" and change.new == "yes"
    }
    return [context.words("development.told.statements", n=len(new))] if new else []
