"""Tables and plain text for people on a terminal: the pieces that inspect and evaluate share. Results go to stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from study import visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# Outside a terminal nobody folds the lines for us; 80 columns would cut every address in pieces.
_WIDTH_OF_FILES = 140


def console() -> Console:
    """Where results are printed."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH_OF_FILES)


def table(title: str, *columns: str, numbers: tuple[str, ...] = ()) -> Table:
    """A table with a title; the columns named in ``numbers`` stand to the right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold", justify="right" if column in numbers else "left")
    return made


def grid() -> Table:
    """Two columns without lines: what is said, and what of it."""
    from rich.table import Table

    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    return made


def safe(text: str) -> str:
    """Text of a page for Rich: brackets are no markup, control characters no commands to the terminal."""
    from rich.markup import escape

    return escape(printable(text))


def printable(text: str) -> str:
    """Text of a page without what a terminal would obey."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in visible(text))


def to_json(value: Any, indent: int | None = None) -> str:
    """A value as JSON with a line end; of its texts what can be seen."""
    return json.dumps(_seen(value), ensure_ascii=False, indent=indent) + "\n"


def _seen(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {visible(str(key)): _seen(inner) for key, inner in value.items()}
    return [_seen(inner) for inner in value] if isinstance(value, list | tuple) else value


def figure(value: float | None) -> str:
    """A share with three decimals; a dash where there was nothing to measure."""
    return "-" if value is None else f"{value:.3f}"


def interval(bounds: Sequence[float] | None) -> str:
    """The bounds of an interval with two decimals; a dash where there was nothing to measure."""
    return f"{bounds[0]:.2f}-{bounds[1]:.2f}" if bounds else "-"
