"""Draws the report's bar charts as SVG with matplotlib: same numbers, same bytes, no date inside.

A chart is small multiples of horizontal bars: one panel per series, one line per category. What is unknown is hatched
at the far end, so that nobody reads it as "no". The text alternative and the table come from the block itself.
"""

from __future__ import annotations

import io
import re
import textwrap
from functools import lru_cache
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from .model import BarChart

COLOURS = {
    "digital": "#0b5563",
    "phone": "#5b4a8a",
    "on-site": "#8a5a1f",
    "printable-form": "#9b3b52",
    "email": "#3d6b35",
    "product": "#0b5563",
}
"""One colour per channel, all dark enough for white paper and told apart by position and label too."""
TRACK, GAP, INK, QUIET = "#edf1f2", "#aab4b8", "#17262b", "#55656b"
LABEL_CHARACTERS = 34
"""Category labels are broken at this width."""
ROW_INCHES, PANEL_INCHES, LABEL_INCHES, HEAD_INCHES = 0.3, 1.06, 2.3, 0.3
BAR = 0.52
"""Height of a bar in rows."""
SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "kuntatutka",
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.unicode_minus": False,
}


@lru_cache(maxsize=64)  # HTML and both printings of a PDF show the same charts.
def draw(chart: BarChart) -> str:
    """The chart as an SVG element to stand inside HTML; ids carry the chart's id."""
    with mpl.rc_context(SETTINGS):
        figure = _figure(chart)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _inline(stream.getvalue(), chart)


def _figure(chart: BarChart) -> Figure:
    labels = [_broken(c) for c in chart.categories]
    count = len(chart.series)
    panel = PANEL_INCHES if count > 1 else 4.4
    head = HEAD_INCHES if count > 1 else 0.0
    height = ROW_INCHES * len(labels) + head
    width = LABEL_INCHES + panel * count
    figure = Figure(figsize=(width, height))
    for index, series in enumerate(chart.series):
        left = (LABEL_INCHES + panel * index) / width
        axes = figure.add_axes((left, 0.0, (panel - 0.1) / width, ROW_INCHES * len(labels) / height))
        _panel(axes, chart, index, count)
        if index == 0:
            for line, label in enumerate(labels):
                _label(axes, line, label)
        if count > 1:
            axes.set_title(series.label, loc="left", fontsize=7.5, color=_colour(series.key), pad=4, fontweight="bold")
    return figure


def _broken(text: str) -> list[str]:
    """At most two lines; what does not fit ends in an ellipsis."""
    return textwrap.wrap(text, LABEL_CHARACTERS, max_lines=2, placeholder=" …") or [""]


def _label(axes: Any, row: int, lines: list[str]) -> None:
    """A category's name, each line its own text: SVG viewers align lines one by one."""
    for index, text in enumerate(lines):
        rise = 5.0 * (len(lines) - 1) - 10.0 * index
        axes.annotate(
            text,
            (0, row),
            xytext=(-6, rise),
            textcoords="offset points",
            ha="right",
            va="center",
            color=INK,
            annotation_clip=False,
        )


def _panel(axes: Any, chart: BarChart, index: int, count: int) -> None:
    series = chart.series[index]
    rows = range(len(chart.categories))
    whole = chart.maximum or 1.0
    room = 0.5 if count > 1 else 0.16
    ends = [whole - (series.outside[row] if series.outside else 0.0) for row in rows]
    gaps = [(ends[row] - series.gaps[row], ends[row], row) for row in rows if series.gaps[row]]
    values = [(0.0, series.values[row], row) for row in rows if series.values[row]]
    slope = whole * (1 + room) / axes.get_figure().get_figwidth() / axes.get_position().width * ROW_INCHES
    _paint(axes, [_box(0.0, ends[row], row) for row in rows if ends[row]], facecolor=TRACK, linewidth=0)
    _paint(axes, [_box(*gap) for gap in gaps], facecolor="#ffffff", edgecolor=GAP, linewidth=0.5)
    _paint(axes, [line for gap in gaps for line in _hatch(*gap, slope)], fill=False, edgecolor=GAP, linewidth=0.6)
    _paint(axes, [_box(*value) for value in values], facecolor=_colour(series.key), linewidth=0)
    for row in rows:
        unmeasured = _is_unmeasured(chart, row)
        if unmeasured and index:
            continue  # said once, in the first panel: the same words in each would run into one another
        axes.annotate(
            series.texts[row],
            (0.0 if unmeasured else whole, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=7.2,
            color=QUIET if not series.values[row] else INK,
            annotation_clip=False,
            zorder=9,
            bbox={"facecolor": "#ffffff", "edgecolor": "none", "pad": 1.0} if unmeasured else None,
        )
    axes.set_xlim(0, whole * (1 + room))
    axes.set_ylim(len(chart.categories) - 0.5, -0.5)
    axes.axis("off")


def _is_unmeasured(chart: BarChart, row: int) -> bool:
    """Whether a category has nothing but gaps and others' tasks in every panel, so that there is no share to print."""
    return all(
        not s.values[row] and s.gaps[row] + (s.outside[row] if s.outside else 0.0) >= chart.maximum
        for s in chart.series
    )


def _paint(axes: Any, paths: list[Path], **look: Any) -> None:
    """Everything that looks alike as one element: a report has a thousand bars."""
    if paths:
        axes.add_patch(PathPatch(Path.make_compound_path(*paths), clip_on=False, **look))


def _box(left: float, right: float, row: int) -> Path:
    low, high = row + BAR / 2, row - BAR / 2
    return Path([(left, low), (right, low), (right, high), (left, high), (left, low)], closed=True)


def _hatch(left: float, right: float, row: int, slope: float) -> list[Path]:
    """Diagonal strokes inside a bar. Drawn as lines: browsers turn SVG patterns into images when they print."""
    low, high = row + BAR / 2, row - BAR / 2
    lean = slope * BAR
    strokes = []
    start = left - lean
    while start < right:
        ends = []
        for x, y in ((start, low), (start + lean, high)):
            bounded = min(max(x, left), right)
            ends.append((bounded, y + (bounded - x) / lean * (high - low)))
        strokes.append(Path(ends))
        start += lean * 0.42
    return strokes


def _colour(key: str) -> str:
    return COLOURS.get(key, COLOURS["digital"])


def _inline(svg: str, chart: BarChart) -> str:
    """Strip what may not stand inside HTML (prologue, metadata, global style) and make ids the chart's own."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>", "", body, flags=re.DOTALL)
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', body))
    body = re.sub(r' id="([^"]*)"', lambda m: f' id="{chart.id}-{m[1]}"' if m[1] in used else "", body)
    body = re.sub(r"url\(#([^)]+)\)", lambda m: f"url(#{chart.id}-{m[1]})", body)
    body = re.sub(r'(xlink:href|href)="#([^"]+)"', lambda m: f'href="#{chart.id}-{m[2]}"', body)
    body = body.replace("'DejaVu Sans'", "inherit")
    body = re.sub(r"\d+\.\d{3,}", lambda m: f"{float(m[0]):.2f}", body)
    body = re.sub(r' d="([^"]*)"', lambda m: f' d="{" ".join(m[1].split())}"', body)
    box = re.search(r'viewBox="([^"]+)"', body)
    head = (
        f'<svg class="chart" viewBox="{box[1] if box else ""}" role="img" aria-labelledby="{chart.id}-t {chart.id}-d"'
    )
    head += ' stroke-linejoin="round" stroke-linecap="butt">'
    titles = f'<title id="{chart.id}-t">{_escape(chart.title)}</title>'
    titles += f'<desc id="{chart.id}-d">{_escape(chart.description)}</desc>'
    return head + titles + re.sub(r">\s+<", "><", body[body.index(">") + 1 :].strip())


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
