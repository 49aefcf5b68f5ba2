"""Text from outside without what nobody sees: commands to a terminal, marks that turn the direction of what follows.

Pages may carry them; tables, reports, messages and JSON do not, for they are read in terminals, browsers, spreadsheets
and other people's programs.
"""

from __future__ import annotations

import re

# Controls but for tab and line ends, marks of direction, spaces without width, line ends of Unicode, annotations,
# the byte order mark, and letters that only programs see.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text without control, direction and zero-width characters; tabs and line ends stay."""
    return _INVISIBLE.sub("", text)
