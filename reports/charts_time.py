"""Draws what happened between years: shares that moved, and who went from where to where."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from . import strokes
from .model import FlowChart, TrendChart
from .strokes import SIZE, SMALL, WIDE, Frame, num

AGES = ("third", "second", "digital")
"""Colours of the years, the last one the strongest."""
HALF = 6.0
"""How far above and below the middle of its line the first and the last year of a category stand."""
NODE, LEAST, GAP = 12.0, 3.0, 7.0
"""Width of an end of a flow, its least height, and the room between two."""
TALLEST = 220.0
"""Height of all ends of a side together, without the room between."""
MOST = 16.0
"""Height of one that went, where there are few."""


@dataclass(frozen=True, slots=True)
class _Sides:
    """How wide a drawing of flows is: the names beside an end, and what lies between; how names are written."""

    side: float
    middle: float
    letters: int
    lines: int
    size: float


_FAR = _Sides(236.0, 300.0, 60, 1, SIZE)
_NEAR = _Sides(104.0, 68.0, 19, 3, SMALL - 0.5)
"""On a screen as narrow as a hand; names stand there in several lines."""


def trends(chart: TrendChart, frame: Frame = WIDE) -> tuple[float, float, list[str]]:
    """One line a category: a mark a year on a scale, a line for what its gaps leave open, joined in their order."""
    colours = _ages(len(chart.years))
    out, top = strokes.legend(tuple(zip(colours, chart.years, strict=True)), frame)
    start, plot = frame.label, frame.plot
    top += 22
    bottom = top + frame.row * len(chart.categories)
    for at, said in chart.ticks:
        x = start + at * plot
        out.append(strokes.path("axis", [f"M {num(x)} {num(top - 6)} V {num(bottom)}"]))
        out.append(strokes.text(x, top - 10, said, "quiet", SMALL, anchor="middle"))
    out.append(strokes.names_of(chart.categories, top, frame))
    for row, values in enumerate(chart.values):
        middle = frame.middle(top, row)
        marks = [
            (start + value * plot, middle + shift, colour, chart.bounds[row][index])
            for index, (value, shift, colour) in enumerate(zip(values, _shifts(len(values)), colours, strict=True))
            if value is not None
        ]
        if not marks:
            out.append(strokes.text(start + 5, middle + 4, chart.nothing, "quiet", SMALL))
        for (x, y, _, _), (to_x, to_y, _, _) in pairwise(marks):
            out.append(strokes.path("join", [f"M {num(x)} {num(y)} L {num(to_x)} {num(to_y)}"]))
        for x, y, colour, (low, high) in marks:
            span = f"M {num(start + low * plot)} {num(y)} H {num(start + high * plot)}"
            out.append(strokes.path("span", [span] if high > low else []))
            out.append(f'<circle class="edge c-{colour}" cx="{num(x)}" cy="{num(y)}" r="5"/>')
    return start + plot + (start if frame.is_narrow else 24), bottom, out


def _ages(count: int) -> list[str]:
    """A colour for each year, stronger as they come nearer."""
    return ["fourth"] * max(0, count - len(AGES)) + list(AGES[-min(count, len(AGES)) :] if count > 1 else AGES[-1:])


def _shifts(count: int) -> list[float]:
    return [HALF * (2 * n / (count - 1) - 1) if count > 1 else 0.0 for n in range(count)]


def flows(chart: FlowChart, frame: Frame = WIDE) -> tuple[float, float, list[str]]:
    """Ends as bars at both sides, as tall as what they hold, and a band for all that went between two of them."""
    sides = _NEAR if frame.is_narrow else _FAR
    scale = min(TALLEST / max(1, sum(count for _, _, count in chart.links)), MOST)
    sent = [sum(n for a, _, n in chart.links if a == i) for i in range(len(chart.left))]
    received = [sum(n for _, b, n in chart.links if b == i) for i in range(len(chart.right))]
    left_names = [_lines(f"{name} {count}", sides) for name, count in zip(chart.left, sent, strict=True)]
    right_names = [_lines(f"{count} {name}", sides) for name, count in zip(chart.right, received, strict=True)]
    left, right = _ends(sent, scale, left_names, sides), _ends(received, scale, right_names, sides)
    near, far = sides.side, sides.side + NODE + sides.middle
    out = [
        strokes.text(near + NODE, 12, chart.left_title, "bold", SMALL, anchor="end"),
        strokes.text(far, 12, chart.right_title, "bold", SMALL),
    ]
    out += _bands(chart, left, right, scale, (near + NODE, far))
    out.append(strokes.path("c-digital", [_end(near, *end) for end in left] + [_end(far, *end) for end in right]))
    for x, ends, names, anchor in ((near - 8, left, left_names, "end"), (far + NODE + 8, right, right_names, "")):
        for lines, end in zip(names, ends, strict=True):
            out += _written(x, end, lines, sides, anchor)
    bottom = max(y + height for y, height in (*left, *right)) + 8
    return far + NODE + sides.side, bottom, out


def _lines(name: str, sides: _Sides) -> list[str]:
    return textwrap.wrap(name, sides.letters, max_lines=sides.lines, placeholder=" …") or [""]


def _written(x: float, end: tuple[float, float], lines: Sequence[str], sides: _Sides, anchor: str) -> list[str]:
    """The name of an end beside its middle."""
    line = sides.size + 1
    first = end[0] + end[1] / 2 + 4 - line * (len(lines) - 1) / 2
    return [strokes.text(x, first + line * n, said, "", sides.size, anchor=anchor) for n, said in enumerate(lines)]


def _ends(
    counts: Sequence[int], scale: float, names: Sequence[Sequence[str]], sides: _Sides
) -> list[tuple[float, float]]:
    """Where each end begins and how tall it is; names of small ones do not run into one another."""
    found, y = [], 26.0
    for count, lines in zip(counts, names, strict=True):
        height = max(count * scale, LEAST)
        room = max(0.0, (sides.size + 1) * len(lines) + 2 - height) / 2
        found.append((y + room, height))
        y += height + 2 * room + GAP
    return found


def _end(x: float, y: float, height: float) -> str:
    return f"M {num(x)} {num(y)} h {num(NODE)} v {num(height)} h -{num(NODE)} z"


def _bands(
    chart: FlowChart,
    left: Sequence[tuple[float, float]],
    right: Sequence[tuple[float, float]],
    scale: float,
    between: tuple[float, float],
) -> list[str]:
    """A band a link, those that stayed paler than those that moved."""
    start, end = between
    bend = (start + end) / 2
    used_left, used_right = [0.0] * len(left), [0.0] * len(right)
    out = []
    for a, b, count in sorted(chart.links):
        height = count * scale
        y, to_y = left[a][0] + used_left[a], right[b][0] + used_right[b]
        used_left[a] += height
        used_right[b] += height
        shape = (
            f"M {num(start)} {num(y)} C {num(bend)} {num(y)} {num(bend)} {num(to_y)} {num(end)} {num(to_y)}"
            f" v {num(height)} C {num(bend)} {num(to_y + height)} {num(bend)} {num(y + height)}"
            f" {num(start)} {num(y + height)} z"
        )
        out.append(strokes.path("flow stayed" if chart.left[a] == chart.right[b] else "flow", [shape]))
    return out
