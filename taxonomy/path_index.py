"""Which path patterns can fit an address at all: a look-up by the words of the path, before any pattern is tried.

Most links of a page fit none, so the test must cost less than taking the address apart. It may let too many through,
never too few.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item")
# Lower case, and everything that may end a word of a path as a slash: one pass over the text instead of several.
_TO_WORDS = {code: chr(code).lower() if chr(code).isalnum() or chr(code) in "_-" else "/" for code in range(128)}
_CUT = re.compile(r"[^\w*-]+")


class PathIndex(Generic[Item]):
    """Items filed by a word that their path pattern cannot do without."""

    def __init__(self, patterns: Iterable[tuple[str, Item]]) -> None:
        self._by_word: dict[str, list[Item]] = defaultdict(list)
        self._by_piece: list[tuple[str, Item]] = []
        for path, item in patterns:
            whole = [word for word in _CUT.split(path.lower()) if word and "*" not in word]
            if whole:
                self._by_word[max(whole, key=len)].append(item)
            else:
                pieces = _CUT.sub("*", path.lower()).split("*")
                self._by_piece.append((max(pieces, key=len), item))
        self._words = frozenset(self._by_word)

    def candidates(self, path: str) -> list[Item]:
        """Items whose pattern may fit a path; what follows the path, such as a query, may stand at its end."""
        words = path.translate(_TO_WORDS)
        parts = words.split("/")
        found = []
        if not self._words.isdisjoint(parts):
            found = [item for word in dict.fromkeys(parts) if word in self._words for item in self._by_word[word]]
        for piece, item in self._by_piece:
            if piece in words:
                found.append(item)
        return found
