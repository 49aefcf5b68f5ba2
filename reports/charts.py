"""Draws the report's charts as SVG: same numbers, same bytes, no date inside.

Colours are names of the style sheet, so that a theme and a dark screen hold for charts too; there is no style in the
drawing itself. What is unknown is hatched at the far end, so that nobody reads it as "no". The text alternative and the
table come from the block itself.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from functools import lru_cache

from markupsafe import escape

from .model import BarChart, RangeChart, StackChart

ROW, BAR, HEAD, LABEL = 30.0, 15.0, 30.0, 236.0
"""Height of a line, of the bar in it, of what stands above, and width of the names, in units of the drawing."""
PANEL, SINGLE, VALUE = 106.0, 440.0, 40.0
"""Width of a panel where there are several, of the only one, and of the number beside a bar."""
LABEL_CHARACTERS = 34
"""Names are broken at this width."""
SIZE, SMALL = 12.5, 11.5
STACK_WIDTH = 560.0
LETTER = 0.52
"""Mean width of a letter, as a part of its height: enough to leave room for a text."""


@lru_cache(maxsize=64)  # HTML and both printings of a PDF show the same charts.
def draw(chart: BarChart | StackChart | RangeChart) -> str:
    """The chart as an SVG element to stand inside HTML; ids carry the chart's id."""
    if isinstance(chart, StackChart):
        return _drawing(chart, *_stacks(chart))
    if isinstance(chart, RangeChart):
        return _drawing(chart, *_ranges(chart))
    return _drawing(chart, *_bars(chart))


def _drawing(chart: BarChart | StackChart | RangeChart, width: float, height: float, parts: Iterable[str]) -> str:
    head = f'<svg class="chart" viewBox="0 0 {_n(width)} {_n(height)}" role="img"'
    head += f' aria-labelledby="{escape(chart.id)}-t {escape(chart.id)}-d">'
    titles = f'<title id="{escape(chart.id)}-t">{escape(chart.title)}</title>'
    titles += f'<desc id="{escape(chart.id)}-d">{escape(chart.description)}</desc>'
    return head + titles + "".join(parts) + "</svg>"


def _bars(chart: BarChart) -> tuple[float, float, list[str]]:
    """Small multiples of horizontal bars: one panel a series, one line a category."""
    count = len(chart.series)
    panel, top = (PANEL, HEAD) if count > 1 else (SINGLE, 0.0)
    whole = chart.maximum or 1.0
    out = [_names(chart.categories, top)]
    for index, series in enumerate(chart.series):
        left, scale = LABEL + index * panel, (panel - VALUE - 6) / whole
        if count > 1:
            lines = textwrap.wrap(series.label, 16, max_lines=2, placeholder="…")
            out += [_text(left, 12 + 13 * n, line, f"bold c-{series.key}", SMALL) for n, line in enumerate(lines)]
        ends = [whole - (series.outside[row] if series.outside else 0.0) for row in range(len(chart.categories))]
        out.append(_path("track", [_box(left, left + e * scale, top, row) for row, e in enumerate(ends) if e]))
        gaps = [(left + (ends[r] - g) * scale, left + ends[r] * scale, r) for r, g in enumerate(series.gaps) if g]
        out.append(_path("box", [_box(a, b, top, row) for a, b, row in gaps]))
        out.append(_path("strokes", [stroke for a, b, row in gaps for stroke in _hatch(a, b, top, row)]))
        values = [_box(left, left + v * scale, top, row) for row, v in enumerate(series.values) if v]
        out.append(_path(f"c-{series.key}", values))
        for row, said in enumerate(series.texts):
            unmeasured = _is_unmeasured(chart, row)
            if unmeasured and index:
                continue  # said once, in the first panel: the same words in each would run into one another
            at = left if unmeasured else left + whole * scale
            out.append(_text(at + 5, _middle(top, row) + 4, said, "" if series.values[row] else "quiet", SMALL))
    return LABEL + panel * count + (60 if count == 1 else 0), top + ROW * len(chart.categories), out


def _is_unmeasured(chart: BarChart, row: int) -> bool:
    """Whether a category has nothing but gaps and others' tasks in every panel, so that there is no share to print."""
    return all(
        not s.values[row] and s.gaps[row] + (s.outside[row] if s.outside else 0.0) >= chart.maximum
        for s in chart.series
    )


def _stacks(chart: StackChart) -> tuple[float, float, list[str]]:
    """One bar a category, cut into its parts; what is told of the whole stands at its end."""
    legend, top = _legend(chart.parts)
    out = [*legend, _names(chart.categories, top)]
    for row, values in enumerate(chart.values):
        whole, left = sum(values) or 1.0, LABEL
        for (key, _), value in zip(chart.parts, values, strict=True):
            width = value / whole * STACK_WIDTH
            if not value:
                continue
            box = _box(left, left + width, top, row)
            out.append(_path("box" if key == "gap" else f"edge c-{key}", [box]))
            if key == "gap":
                out.append(_path("strokes", _hatch(left, left + width, top, row)))
            left += width
        out.append(_text(LABEL + STACK_WIDTH + 6, _middle(top, row) + 4, chart.totals[row], "quiet", SMALL))
    said = max(map(len, chart.totals), default=0) * SMALL * LETTER
    return LABEL + STACK_WIDTH + max(70.0, 20 + said), top + ROW * len(chart.categories), out


def _legend(parts: Sequence[tuple[str, str]]) -> tuple[list[str], float]:
    """What the colours mean, in the order of the parts; as many lines as they need."""
    out, x, y = [], 0.0, 6.0
    for key, label in parts:
        width = 26 + len(label) * SMALL * LETTER
        if x and x + width > LABEL + STACK_WIDTH:
            x, y = 0.0, y + 20
        box = f"M {_n(x)} {_n(y)} h 14 v 12 h -14 z"
        out.append(_path("box" if key == "gap" else f"edge c-{key}", [box]))
        if key == "gap":
            out.append(_path("strokes", [f"M {_n(x + n)} {_n(y + 12)} l 4 -12" for n in (1, 5, 9)]))
        out.append(_text(x + 20, y + 10, label, "", SMALL))
        x += width + 14
    return out, y + 26


def _ranges(chart: RangeChart) -> tuple[float, float, list[str]]:
    """One line a category: a dot each, the middle half as a band, the median as a tick, one's own as a diamond."""
    top, scale = HEAD, STACK_WIDTH / chart.maximum
    bottom = top + ROW * len(chart.categories)
    out = []
    for at, said in chart.ticks:
        x = LABEL + at * scale
        out.append(_path("axis", [f"M {_n(x)} {_n(top - 6)} V {_n(bottom)}"]))
        out.append(_text(x, 14, said, "quiet", SMALL, anchor="middle"))
    out.append(_names(chart.categories, top))
    for row, spread in enumerate(chart.spreads):
        y = _middle(top, row)
        if spread is None:
            out.append(_text(LABEL + 5, y + 4, chart.nothing, "quiet", SMALL))
        else:
            low, middle, high = (LABEL + value * scale for value in spread)
            out.append(
                _path("c-third", [f"M {_n(low)} {_n(y - 7)} H {_n(max(high, low + 2))} V {_n(y + 7)} H {_n(low)} z"])
            )
            out.append(_path("c-digital", [f"M {_n(middle - 1)} {_n(y - 9)} h 2 v 18 h -2 z"]))
        for value in sorted(set(chart.dots[row])) if chart.dots else ():
            out.append(f'<circle class="c-second" cx="{_n(LABEL + value * scale)}" cy="{_n(y)}" r="3"/>')
        own = chart.own[row] if chart.own else None
        if own is not None:
            out.append(_path("edge c-on-site", [f"M {_n(LABEL + own * scale)} {_n(y - 8)} l 7 8 l -7 8 l -7 -8 z"]))
    return LABEL + STACK_WIDTH + 24, bottom, out


def _names(categories: Sequence[str], top: float) -> str:
    """Names of the lines at their left, in one line or two."""
    out = []
    for row, name in enumerate(categories):
        lines = textwrap.wrap(name, LABEL_CHARACTERS, max_lines=2, placeholder=" …") or [""]
        first = _middle(top, row) + 4.5 - 7 * (len(lines) - 1)
        out += [_text(LABEL - 8, first + 13.5 * n, line, "", SIZE, anchor="end") for n, line in enumerate(lines)]
    return "".join(out)


def _text(x: float, y: float, said: str, names: str, size: float, anchor: str = "") -> str:
    kind = f' class="{names}"' if names else ""
    side = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}"{kind}{side}>{escape(said)}</text>'


def _path(names: str, shapes: Sequence[str]) -> str:
    """Everything that looks alike as one element: a report has a thousand bars."""
    return f'<path class="{names}" d="{" ".join(shapes)}"/>' if shapes else ""


def _middle(top: float, row: int) -> float:
    return top + ROW * row + ROW / 2


def _box(left: float, right: float, top: float, row: int) -> str:
    y = _middle(top, row) - BAR / 2
    return f"M {_n(left)} {_n(y)} H {_n(right)} V {_n(y + BAR)} H {_n(left)} z"


def _hatch(left: float, right: float, top: float, row: int) -> list[str]:
    """Diagonal strokes inside a bar. Drawn as lines: browsers turn SVG patterns into images when they print."""
    low, lean = _middle(top, row) + BAR / 2, BAR * 0.6
    strokes, start = [], left - lean
    while start < right:
        first, last = max(start, left), min(start + lean, right)
        up, down = (last - start) / lean * BAR, (first - start) / lean * BAR
        if last - first > 0.5:
            strokes.append(f"M {_n(first)} {_n(low - down)} L {_n(last)} {_n(low - up)}")
        start += 5.0
    return strokes


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
