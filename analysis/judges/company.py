"""The words that stand next to the names of services: whether one is applied for, fetched, ended or only mentioned.

Which words say what was learned from labelled pages, for all services alike. Words count by their first letters, for
endings differ and beginnings tell.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Sequence

from analysis.words.terms import Use
from analysis.words.view import View

_TOKEN = re.compile(r"[^\W\d_]+|\d+|[€@?!:;,.()]")
# So many words on either side say something of a name; so many letters of a word, and of the end of the name.
_REACH, _LETTERS, _ENDING = 6, 6, 3
# Names so near each other in a block have the same company.
_NEXT = 40
# All words together weigh as much as one strong signal, whatever their number.
_TOGETHER = 1.5
_PLACES = {"heading": "heading", "summary": "heading"}


class Company:
    """Looks at a page's sentences once for all services."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._sentences: dict[tuple[int, int], tuple[list[int], list[str]]] = {}
        self._found: dict[tuple[int, int, str, str], list[str]] = {}

    def of(self, uses: Sequence[Use]) -> dict[str, float]:
        """The words beside the names of one service, as signals of equal weight."""
        names: dict[str, None] = {}
        seen: set[tuple[int, int]] = set()
        for use in uses:
            place = (use.block, use.start // _NEXT)
            if use.kind == "term" and place not in seen and use.block in self._view.passages:
                seen.add(place)
                names |= dict.fromkeys(self._beside(use))
        weight = _TOGETHER / math.sqrt(len(names)) if names else 0.0
        return dict.fromkeys(names, weight)

    def _beside(self, use: Use) -> list[str]:
        # The same words often name several services.
        place = (use.block, use.start, use.text, use.where)
        if place not in self._found:
            self._found[place] = self._around(use)
        return self._found[place]

    def _around(self, use: Use) -> list[str]:
        block = self._view.passages[use.block].block
        where = "link" if use.where == "link" else _PLACES.get(block.kind, "text")
        key = f"{self._view.language_of(block)}:{where}:"
        starts, words = self._sentence(use)
        first = bisect_left(starts, use.start)
        after = bisect_left(starts, use.start + len(use.text), first)
        before, behind = words[max(0, first - _REACH) : first], words[after : after + _REACH]
        earlier, later = f"before:{key}", f"after:{key}"
        found = [earlier + word[:_LETTERS] for word in before]
        found += [later + word[:_LETTERS] for word in behind]
        found.append(f"just-before:{key}{before[-1] if before else ''}")
        found.append(f"just-after:{key}{behind[0] if behind else ''}")
        found.append(f"ending:{key}{use.text[-_ENDING:].lower()}")
        return found

    def _sentence(self, use: Use) -> tuple[list[int], list[str]]:
        """The words of the sentence that holds a use, and where they begin in its block."""
        spans = self._view.spans(use.block)
        low, high = next(((a, b) for a, b in spans if a <= use.start < b), (0, 0))
        if (use.block, low) not in self._sentences:
            text = self._view.page.blocks[use.block].text
            found = [(match.start(), match.group().lower()) for match in _TOKEN.finditer(text, low, high)]
            self._sentences[use.block, low] = [at for at, _ in found], [word for _, word in found]
        return self._sentences[use.block, low]
