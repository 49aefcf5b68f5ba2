"""Draws the map of a country as tiles: a square for each region, about where it lies, as dark as its share is high."""

from __future__ import annotations

import textwrap

from . import strokes
from .model import ABSENT, UNTOLD, MapTile, TileMap
from .strokes import SMALL, WIDE, Frame, num

TILE, GAP, LINE = (98.0, 58.0), 4.0, 13.0
"""Width and height of a tile, what lies between two, and the height of a line of text."""
HAND_TILE, HAND_SIZE = (56.0, 48.0), 8.6
"""A tile and its letters on a screen as wide as a hand."""
BESIDE = 40.0
"""Room between the map and its key."""


def tiles(chart: TileMap, frame: Frame) -> tuple[float, float, list[str]]:
    """Width, height and strokes of a map; its key stands at the right, on a narrow screen below."""
    wide, high = HAND_TILE if frame.is_narrow else TILE
    right = max((tile.column for tile in chart.tiles), default=0) + 1
    bottom = max((tile.row for tile in chart.tiles), default=0) + 1
    out = [stroke for tile in chart.tiles for stroke in _tile(tile, wide, high, frame)]
    across, down = right * (wide + GAP), bottom * (high + GAP)
    left, top = (0.0, down + 12) if frame.is_narrow else (across + BESIDE, 0.0)
    out += _key(chart, left, top)
    length = 20.0 * len(chart.key)
    if frame.is_narrow:
        return frame.label * 2 + frame.plot, top + length, out
    return max(WIDE.label + WIDE.plot + 24, left + 160), max(down, length), out


def _tile(tile: MapTile, wide: float, high: float, frame: Frame) -> list[str]:
    """One region: its name in two lines at most, and below it what is told of it."""
    x, y = tile.column * (wide + GAP), tile.row * (high + GAP)
    shape = f"M {num(x)} {num(y)} h {num(wide)} v {num(high)} h -{num(wide)} z"
    out = [strokes.path(_look(tile.heat), [shape])]
    size = HAND_SIZE if frame.is_narrow else SMALL
    line = size * LINE / SMALL
    look = f"on-h{tile.heat}" if tile.heat > UNTOLD else "quiet"
    names = textwrap.wrap(tile.name, 12 if frame.is_narrow else 15, max_lines=2, placeholder="…")
    above = y + (high - line * (len(names) + bool(tile.said))) / 2 + line * 0.8
    middle = x + wide / 2
    out += [strokes.text(middle, above + line * n, said, look, size, "middle") for n, said in enumerate(names)]
    if tile.said:
        out.append(strokes.text(middle, above + line * len(names), tile.said, f"bold {look}", size, "middle"))
    return out


def _key(chart: TileMap, left: float, top: float) -> list[str]:
    """What the colours mean, one below the other."""
    out = []
    for row, (heat, said) in enumerate(chart.key):
        y = top + 20 * row
        out.append(strokes.path(_look(heat), [f"M {num(left)} {num(y)} h 14 v 12 h -14 z"]))
        out.append(strokes.text(left + 20, y + 10, said, "", SMALL))
    return out


def _look(heat: int) -> str:
    return {UNTOLD: "box", ABSENT: "absent"}.get(heat, f"edge c-h{heat}")
