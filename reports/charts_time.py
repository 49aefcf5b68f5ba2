"""Draws what happened between years: shares that moved, and who went from where to where."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from . import strokes
from .model import FlowChart, TrendChart
from .strokes import SIZE, SMALL, WIDE, Frame, num

AGES = ("third", "second", "digital")
"""Colours of the years, the last one the strongest."""
HALF = 6.0
"""How far above and below the middle of its line the first and the last year of a category stand."""
NODE, SIDE, MIDDLE, LEAST, GAP = 12.0, 236.0, 300.0, 3.0, 7.0
"""Width of an end of a flow, of the names beside it, and of what lies between; its least height, and the room."""
TALLEST = 220.0
"""Height of all ends of a side together, without the room between."""
MOST = 16.0
"""Height of one that went, where there are few."""


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


def flows(chart: FlowChart) -> tuple[float, float, list[str]]:
    """Ends as bars at both sides, as tall as what they hold, and a band for all that went between two of them."""
    scale = min(TALLEST / max(1, sum(count for _, _, count in chart.links)), MOST)
    sent = [sum(n for a, _, n in chart.links if a == i) for i in range(len(chart.left))]
    received = [sum(n for _, b, n in chart.links if b == i) for i in range(len(chart.right))]
    left, right = _ends(sent, scale), _ends(received, scale)
    near, far = SIDE, SIDE + NODE + MIDDLE
    out = [
        strokes.text(near + NODE, 12, chart.left_title, "bold", SMALL, anchor="end"),
        strokes.text(far, 12, chart.right_title, "bold", SMALL),
    ]
    out += _bands(chart, left, right, scale, (near + NODE, far))
    out.append(strokes.path("c-digital", [_end(near, *end) for end in left] + [_end(far, *end) for end in right]))
    for name, count, (y, height) in zip(chart.left, sent, left, strict=True):
        out.append(strokes.text(near - 8, y + height / 2 + 4, f"{name} {count}", "", SIZE, anchor="end"))
    for name, count, (y, height) in zip(chart.right, received, right, strict=True):
        out.append(strokes.text(far + NODE + 8, y + height / 2 + 4, f"{count} {name}", "", SIZE))
    bottom = max(y + height for y, height in (*left, *right)) + 8
    return far + NODE + SIDE, bottom, out


def _ends(counts: Sequence[int], scale: float) -> list[tuple[float, float]]:
    """Where each end begins and how tall it is; names of small ones do not run into one another."""
    found, y = [], 26.0
    for count in counts:
        height = max(count * scale, LEAST)
        room = max(0.0, SIZE + 3 - height) / 2
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
