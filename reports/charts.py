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
from .charts_time import flows, trends
from .model import BarChart, Chart, FlowChart, RangeChart, StackChart, TrendChart
from .strokes import HEAD, LABEL, LETTER, ROW, SMALL, STACK_WIDTH, num

PANEL, SINGLE, VALUE = 106.0, 440.0, 40.0
"""Width of a panel where there are several, of the only one, and of the number beside a bar."""


def draw(chart: Chart) -> str:
    """The chart as an SVG element to stand inside HTML; ids carry the chart's id."""
    if isinstance(chart, TrendChart):
        return _drawing(chart, *trends(chart))
    if isinstance(chart, FlowChart):
        return _drawing(chart, *flows(chart))
    if isinstance(chart, StackChart):
        return _drawing(chart, *_stacks(chart))
    if isinstance(chart, RangeChart):
        return _drawing(chart, *_ranges(chart))
    return _drawing(chart, *_bars(chart))


def _drawing(chart: Chart, width: float, height: float, parts: Iterable[str]) -> str:
    head = f'<svg class="chart" viewBox="0 0 {num(width)} {num(height)}" role="img"'
    head += f' aria-labelledby="{escape(chart.id)}-t {escape(chart.id)}-d">'
    titles = f'<title id="{escape(chart.id)}-t">{escape(chart.title)}</title>'
    titles += f'<desc id="{escape(chart.id)}-d">{escape(chart.description)}</desc>'
    return head + titles + "".join(parts) + "</svg>"


def _bars(chart: BarChart) -> tuple[float, float, list[str]]:
    """Small multiples of horizontal bars: one panel a series, one line a category."""
    count = len(chart.series)
    panel, top = (PANEL, HEAD) if count > 1 else (SINGLE, 0.0)
    whole = chart.maximum or 1.0
    out = [strokes.names_of(chart.categories, top)]
    for index, series in enumerate(chart.series):
        left, scale = LABEL + index * panel, (panel - VALUE - 6) / whole
        if count > 1:
            lines = textwrap.wrap(series.label, 16, max_lines=2, placeholder="…")
            out += [
                strokes.text(left, 12 + 13 * n, line, f"bold c-{series.key}", SMALL) for n, line in enumerate(lines)
            ]
        ends = [whole - (series.outside[row] if series.outside else 0.0) for row in range(len(chart.categories))]
        out.append(
            strokes.path("track", [strokes.box(left, left + e * scale, top, row) for row, e in enumerate(ends) if e])
        )
        gaps = [(left + (ends[r] - g) * scale, left + ends[r] * scale, r) for r, g in enumerate(series.gaps) if g]
        out.append(strokes.path("box", [strokes.box(a, b, top, row) for a, b, row in gaps]))
        out.append(strokes.path("strokes", [stroke for a, b, row in gaps for stroke in strokes.hatch(a, b, top, row)]))
        values = [strokes.box(left, left + v * scale, top, row) for row, v in enumerate(series.values) if v]
        out.append(strokes.path(f"c-{series.key}", values))
        for row, said in enumerate(series.texts):
            unmeasured = _is_unmeasured(chart, row)
            if unmeasured and index:
                continue  # said once, in the first panel: the same words in each would run into one another
            at = left if unmeasured else left + whole * scale
            out.append(
                strokes.text(at + 5, strokes.middle(top, row) + 4, said, "" if series.values[row] else "quiet", SMALL)
            )
    return LABEL + panel * count + (60 if count == 1 else 0), top + ROW * len(chart.categories), out


def _is_unmeasured(chart: BarChart, row: int) -> bool:
    """Whether a category has nothing but gaps and others' tasks in every panel, so that there is no share to print."""
    return all(
        not s.values[row] and s.gaps[row] + (s.outside[row] if s.outside else 0.0) >= chart.maximum
        for s in chart.series
    )


def _stacks(chart: StackChart) -> tuple[float, float, list[str]]:
    """One bar a category, cut into its parts; what is told of the whole stands at its end."""
    legend, top = strokes.legend(chart.parts)
    out = [*legend, strokes.names_of(chart.categories, top)]
    for row, values in enumerate(chart.values):
        whole, left = sum(values) or 1.0, LABEL
        for (key, _), value in zip(chart.parts, values, strict=True):
            width = value / whole * STACK_WIDTH
            if not value:
                continue
            box = strokes.box(left, left + width, top, row)
            out.append(strokes.path("box" if key == "gap" else f"edge c-{key}", [box]))
            if key == "gap":
                out.append(strokes.path("strokes", strokes.hatch(left, left + width, top, row)))
            left += width
        out.append(
            strokes.text(LABEL + STACK_WIDTH + 6, strokes.middle(top, row) + 4, chart.totals[row], "quiet", SMALL)
        )
    said = max(map(len, chart.totals), default=0) * SMALL * LETTER
    return LABEL + STACK_WIDTH + max(70.0, 20 + said), top + ROW * len(chart.categories), out


def _ranges(chart: RangeChart) -> tuple[float, float, list[str]]:
    """One line a category: a dot each, the middle half as a band, the median as a tick, one's own as a diamond."""
    top, scale = HEAD, STACK_WIDTH / chart.maximum
    bottom = top + ROW * len(chart.categories)
    out = []
    for at, said in chart.ticks:
        x = LABEL + at * scale
        out.append(strokes.path("axis", [f"M {num(x)} {num(top - 6)} V {num(bottom)}"]))
        out.append(strokes.text(x, 14, said, "quiet", SMALL, anchor="middle"))
    out.append(strokes.names_of(chart.categories, top))
    for row, spread in enumerate(chart.spreads):
        y = strokes.middle(top, row)
        if spread is None:
            out.append(strokes.text(LABEL + 5, y + 4, chart.nothing, "quiet", SMALL))
        else:
            low, middle, high = (LABEL + value * scale for value in spread)
            out.append(
                strokes.path(
                    "c-third",
                    [f"M {num(low)} {num(y - 7)} H {num(max(high, low + 2))} V {num(y + 7)} H {num(low)} z"],
                )
            )
            out.append(strokes.path("c-digital", [f"M {num(middle - 1)} {num(y - 9)} h 2 v 18 h -2 z"]))
        for value in sorted(set(chart.dots[row])) if chart.dots else ():
            out.append(f'<circle class="c-second" cx="{num(LABEL + value * scale)}" cy="{num(y)}" r="3"/>')
        own = chart.own[row] if chart.own else None
        if own is not None:
            out.append(
                strokes.path(
                    "edge c-on-site",
                    [f"M {num(LABEL + own * scale)} {num(y - 8)} l 7 8 l -7 8 l -7 -8 z"],
                )
            )
    return LABEL + STACK_WIDTH + 24, bottom, out
