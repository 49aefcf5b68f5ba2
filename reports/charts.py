"""Draws the report's charts as SVG: same numbers, same bytes, no date inside.

Colours are names of the style sheet, so that a theme and a dark screen hold for charts too; there is no style in the
drawing itself. What is unknown is hatched at the far end, so that nobody reads it as "no". The text alternative and the
table come from the block itself.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from markupsafe import escape

from . import strokes
from .charts_map import tiles
from .charts_time import flows, trends
from .model import BarChart, Chart, FlowChart, RangeChart, StackChart, TileMap, TrendChart
from .strokes import HEAD, LETTER, NARROW, SMALL, WIDE, Frame, num

PANEL, SINGLE, VALUE = 106.0, 440.0, 40.0
"""Width of a panel where there are several, of the only one, and of the number beside a bar."""
NARROW_VALUE, LONG = 36.0, 9
"""Width of the number beside a bar on a narrow screen, and the letters from which it stands above the bar."""


def draw(chart: Chart, *, is_for_hand: bool = False) -> str:
    """The chart as an SVG element to stand inside HTML; ids carry the chart's id.

    With `is_for_hand` a second drawing follows for screens as narrow as a hand, where names stand above their bars;
    style sheets show one of the two.
    """
    wide = _drawing(chart, *_drawn(chart, WIDE))
    if not is_for_hand:
        return wide
    return wide.replace('class="chart"', 'class="chart wide"', 1) + _drawing(chart, *_drawn(chart, NARROW), "narrow")


def _drawn(chart: Chart, frame: Frame) -> tuple[float, float, list[str]]:
    if isinstance(chart, TrendChart):
        return trends(chart, frame)
    if isinstance(chart, FlowChart):
        return flows(chart, frame)
    if isinstance(chart, TileMap):
        return tiles(chart, frame)
    if isinstance(chart, StackChart):
        return _stacks(chart, frame)
    if isinstance(chart, RangeChart):
        return _ranges(chart, frame)
    return _bars(chart, frame)


def _drawing(chart: Chart, width: float, height: float, parts: Iterable[str], kind: str = "") -> str:
    names, id = f"chart {kind}".strip(), escape(f"{chart.id}-{kind}".strip("-"))
    head = f'<svg class="{names}" viewBox="0 0 {num(width)} {num(height)}" role="img"'
    head += f' aria-labelledby="{id}-t {id}-d">'
    titles = f'<title id="{id}-t">{escape(chart.title)}</title>'
    titles += f'<desc id="{id}-d">{escape(chart.description)}</desc>'
    return head + titles + "".join(parts) + "</svg>"


def _bars(chart: BarChart, frame: Frame) -> tuple[float, float, list[str]]:
    """Small multiples of horizontal bars: one panel a series, one line a category."""
    count = len(chart.series)
    panel, top = (PANEL, HEAD) if count > 1 else (SINGLE, 0.0)
    start, value, letters, size = frame.label, VALUE, 16, SMALL
    if frame.is_narrow:
        start, value, letters, size = 0.0, NARROW_VALUE, 13, 9.0
        panel = (frame.label + frame.plot + frame.label) / count
    whole = chart.maximum or 1.0
    out = [strokes.names_of(chart.categories, top, frame)]
    lines = [frame.middle(top, row) for row in range(len(chart.categories))]
    for index, series in enumerate(chart.series):
        left, scale = start + index * panel, (panel - value - 6) / whole
        if count > 1:
            said = textwrap.wrap(series.label, letters, max_lines=2, placeholder="…")
            out += [strokes.text(left, 12 + 13 * n, line, f"bold c-{series.key}", size) for n, line in enumerate(said)]
        ends = [whole - (series.outside[row] if series.outside else 0.0) for row in range(len(chart.categories))]
        out.append(
            strokes.path(
                "track", [strokes.box(left, left + e * scale, y) for e, y in zip(ends, lines, strict=True) if e]
            )
        )
        gaps = [
            (left + (ends[r] - g) * scale, left + ends[r] * scale, lines[r]) for r, g in enumerate(series.gaps) if g
        ]
        out.append(strokes.path("box", [strokes.box(a, b, y) for a, b, y in gaps]))
        out.append(strokes.path("strokes", [stroke for a, b, y in gaps for stroke in strokes.hatch(a, b, y)]))
        values = [strokes.box(left, left + v * scale, lines[row]) for row, v in enumerate(series.values) if v]
        out.append(strokes.path(f"c-{series.key}", values))
        for row, told in enumerate(series.texts):
            unmeasured = _is_unmeasured(chart, row)
            if unmeasured and index:
                continue  # said once, in the first panel: the same words in each would run into one another
            at = left if unmeasured else left + whole * scale
            look = "" if series.values[row] else "quiet"
            out.append(strokes.text(at + (3 if frame.is_narrow else 5), lines[row] + 4, told, look, SMALL))
    width = start + panel * count + (60 if count == 1 and not frame.is_narrow else 0)
    return width, top + frame.row * len(chart.categories), out


def _is_unmeasured(chart: BarChart, row: int) -> bool:
    """Whether a category has nothing but gaps and others' tasks in every panel, so that there is no share to print."""
    return all(
        not s.values[row] and s.gaps[row] + (s.outside[row] if s.outside else 0.0) >= chart.maximum
        for s in chart.series
    )


def _stacks(chart: StackChart, frame: Frame) -> tuple[float, float, list[str]]:
    """One bar a category, cut into its parts; what is told of the whole stands at its end."""
    legend, top = strokes.legend(chart.parts, frame)
    longest = max(map(len, chart.totals), default=0)
    is_above = frame.is_narrow and longest >= LONG
    if is_above:  # what is told of the whole takes a line of its own between the name and the bar
        frame = Frame(frame.label, frame.plot, frame.row + 14, frame.letters, is_narrow=True)
    start = 0.0 if frame.is_narrow else frame.label
    plot = frame.label * 2 + frame.plot - (0 if is_above else NARROW_VALUE) if frame.is_narrow else frame.plot
    names = strokes.names_of(chart.categories, top - (14 if is_above else 0), frame)
    out = [*legend, names]
    for row, values in enumerate(chart.values):
        whole, left, middle = sum(values) or 1.0, start, frame.middle(top, row)
        for (key, _), value in zip(chart.parts, values, strict=True):
            width = value / whole * plot
            if not value:
                continue
            out.append(
                strokes.path("box" if key == "gap" else f"edge c-{key}", [strokes.box(left, left + width, middle)])
            )
            if key == "gap":
                out.append(strokes.path("strokes", strokes.hatch(left, left + width, middle)))
            left += width
        x, y = (0.0, middle - 13) if is_above else (start + plot + 6, middle + 4)
        out.append(strokes.text(x, y, chart.totals[row], "quiet", SMALL))
    height = top + frame.row * len(chart.categories)
    if frame.is_narrow:
        return frame.label * 2 + frame.plot, height, out
    return start + plot + max(70.0, 20 + longest * SMALL * LETTER), height, out


def _ranges(chart: RangeChart, frame: Frame) -> tuple[float, float, list[str]]:
    """One line a category: a dot each, the middle half as a band, the median as a tick, one's own as a diamond."""
    top, start, scale = HEAD, frame.label, frame.plot / chart.maximum
    bottom = top + frame.row * len(chart.categories)
    out = []
    for at, said in chart.ticks:
        x = start + at * scale
        out.append(strokes.path("axis", [f"M {num(x)} {num(top - 6)} V {num(bottom)}"]))
        out.append(strokes.text(x, 14, said, "quiet", SMALL, anchor="middle"))
    out.append(strokes.names_of(chart.categories, top, frame))
    for row, spread in enumerate(chart.spreads):
        y = frame.middle(top, row)
        if spread is None:
            out.append(strokes.text(start + 5, y + 4, chart.nothing, "quiet", SMALL))
        else:
            low, middle, high = (start + value * scale for value in spread)
            out.append(
                strokes.path(
                    "c-third",
                    [f"M {num(low)} {num(y - 7)} H {num(max(high, low + 2))} V {num(y + 7)} H {num(low)} z"],
                )
            )
            out.append(strokes.path("c-digital", [f"M {num(middle - 1)} {num(y - 9)} h 2 v 18 h -2 z"]))
        for value in sorted(set(chart.dots[row])) if chart.dots else ():
            out.append(f'<circle class="c-second" cx="{num(start + value * scale)}" cy="{num(y)}" r="3"/>')
        own = chart.own[row] if chart.own else None
        if own is not None:
            out.append(
                strokes.path(
                    "edge c-on-site",
                    [f"M {num(start + own * scale)} {num(y - 8)} l 7 8 l -7 8 l -7 -8 z"],
                )
            )
    return start + frame.plot + (frame.label if frame.is_narrow else 24), bottom, out
