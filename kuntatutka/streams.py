"""The two streams that a command writes to: whatever reaches them can be seen, and obeyed by no terminal."""

from __future__ import annotations

import io
import re
import sys

_STYLE = re.compile("(\x1b\\[[0-9;?]{0,20}[A-Za-z])")


class SeenText(io.TextIOWrapper):
    """A text stream that leaves control and direction characters out; on a terminal colours and the cursor stay."""

    def write(self, text: str) -> int:
        """Write what can be seen of a text."""
        if text.replace("\n", "").isprintable():
            return super().write(text)
        from study import visible  # with what reads tables: help needs none of it

        if self.isatty() and "\x1b" in text:
            pieces = _STYLE.split(text)
            return super().write("".join(p if number % 2 else visible(p) for number, p in enumerate(pieces)))
        return super().write(visible(text))


def see_all() -> None:
    """Put such streams in the place of stdout and stderr; half a character, or one that the terminal lacks, is told."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            is_lines = stream.line_buffering or name == "stderr"
            encoding = stream.encoding
            stream.flush()
            made = SeenText(stream.detach(), encoding, errors="backslashreplace", line_buffering=is_lines)
            setattr(sys, name, made)
