"""The strokes that all charts of the report are drawn with: texts, bars, hatches and what colours mean, as SVG."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

BAR, HEAD = 15.0, 30.0
"""Height of a bar, and of what stands above the lines, in units of the drawing."""
SIZE, SMALL = 12.5, 11.5


@dataclass(frozen=True, slots=True)
class Frame:
    """How wide a drawing is: room for the names at the left, for what is drawn, and the height of a line."""

    label: float
    plot: float
    row: float
    letters: int
    """Names are broken at this width."""
    is_narrow: bool = False
    """Whether names stand above their bars, as on a screen that is as wide as a hand."""

    def middle(self, top: float, row: int) -> float:
        """Where the middle of a line's bar is."""
        return top + self.row * row + (self.row - BAR / 2 - 3 if self.is_narrow else self.row / 2)


WIDE = Frame(236.0, 560.0, 30.0, 34)
NARROW = Frame(14.0, 272.0, 40.0, 46, is_narrow=True)
LETTER = 0.52
"""Mean width of a letter, as a part of its height: enough to leave room for a text."""


def legend(parts: Sequence[tuple[str, str]], frame: Frame = WIDE) -> tuple[list[str], float]:
    """What the colours mean, in the order of the parts; as many lines as they need."""
    out, x, y = [], 0.0, 6.0
    for key, label in parts:
        width = 26 + len(label) * SMALL * LETTER
        if x and x + width > frame.label + frame.plot:
            x, y = 0.0, y + 20
        box = f"M {num(x)} {num(y)} h 14 v 12 h -14 z"
        out.append(path("box" if key == "gap" else f"edge c-{key}", [box]))
        if key == "gap":
            out.append(path("strokes", [f"M {num(x + n)} {num(y + 12)} l 4 -12" for n in (1, 5, 9)]))
        out.append(text(x + 20, y + 10, label, "", SMALL))
        x += width + 14
    return out, y + 26


def names_of(categories: Sequence[str], top: float, frame: Frame = WIDE) -> str:
    """Names of the lines at their left, in one line or two; in a narrow frame above them, in one."""
    out = []
    for row, name in enumerate(categories):
        lines = textwrap.wrap(name, frame.letters, max_lines=1 if frame.is_narrow else 2, placeholder=" …") or [""]
        if frame.is_narrow:
            out.append(text(0, frame.middle(top, row) - 13, lines[0], "", SIZE))
            continue
        first = frame.middle(top, row) + 4.5 - 7 * (len(lines) - 1)
        out += [text(frame.label - 8, first + 13.5 * n, line, "", SIZE, anchor="end") for n, line in enumerate(lines)]
    return "".join(out)


def text(x: float, y: float, said: str, names: str, size: float, anchor: str = "") -> str:
    """Words at a place, in the look of a class."""
    kind = f' class="{names}"' if names else ""
    side = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{num(x)}" y="{num(y)}" font-size="{num(size)}"{kind}{side}>{escape(said)}</text>'


def path(names: str, shapes: Sequence[str]) -> str:
    """Everything that looks alike as one element: a report has a thousand bars."""
    return f'<path class="{names}" d="{" ".join(shapes)}"/>' if shapes else ""


def box(left: float, right: float, middle: float) -> str:
    """A bar on a line."""
    y = middle - BAR / 2
    return f"M {num(left)} {num(y)} H {num(right)} V {num(y + BAR)} H {num(left)} z"


def hatch(left: float, right: float, middle: float) -> list[str]:
    """Diagonal strokes inside a bar. Drawn as lines: browsers turn SVG patterns into images when they print."""
    low, lean = middle + BAR / 2, BAR * 0.6
    strokes, start = [], left - lean
    while start < right:
        first, last = max(start, left), min(start + lean, right)
        up, down = (last - start) / lean * BAR, (first - start) / lean * BAR
        if last - first > 0.5:
            strokes.append(f"M {num(first)} {num(low - down)} L {num(last)} {num(low - up)}")
        start += 5.0
    return strokes


def num(value: float) -> str:
    """A number with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")
