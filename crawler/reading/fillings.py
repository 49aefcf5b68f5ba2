"""Which pages a browser opens once more, for their scripts fill places that stand empty in the markup.

Signs are cheap and often wrong, so each has to prove itself: where three pages in a row with the same sign showed a
browser nothing more, no further one is opened for it. Pages are looked at that speak of a service, or lead to some.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from study.document import gaps_of, link_nodes, parse

from .entries import Entry, Kind
from .worth import PROMISING, SURE_HUB

_TRIES = 3
"""Pages in a row with a sign that may show nothing more before it counts for nothing."""
_ENOUGH_WORDS = 3
"""Words that a browser shows in addition from which on it shows more; clocks and counters have one or two."""
_MOST_WORDS = 100_000
_WORD = re.compile(r"\w+")
_MIDDLE = "main, [role=main], #content, article"
_CALLS = ("tel:", "mailto:", "callto:", "sms:")


class Fillings:
    """What renderings of one municipality's pages have shown so far."""

    def __init__(self) -> None:
        self._misses: Counter[tuple[str, str]] = Counter()
        self._shown: dict[str, set[int]] = defaultdict(set)

    def gaps(self, entry: Entry, html: str, services: Mapping[str, float], hub: float) -> tuple[str, ...]:
        """The signs for which a page that was read is worth a look by a browser; empty for most pages."""
        speaks = any(score >= PROMISING for score in (*services.values(), *entry.services.values()))
        if "<script" not in html or not (speaks or entry.kind is Kind.FRONT or max(hub, entry.hub) >= SURE_HUB):
            return ()
        found = gaps_of(parse(html), entry.host)
        return found if any(self._misses[entry.host, gap] < _TRIES for gap in found) else ()

    def learn(self, entry: Entry, html: str) -> bool:
        """What the browser made of the page; true where it shows more than the markup did."""
        added, before = said(html) - entry.words, self._shown[entry.host]
        shows_more = len(added) >= _ENOUGH_WORDS and not added <= before  # banners show the same on every page
        entry.words = frozenset()
        if len(before) < _MOST_WORDS:
            before |= added
        for gap in entry.gaps:
            self._misses[entry.host, gap] = 0 if shows_more else self._misses[entry.host, gap] + 1
        return shows_more

    def failed(self, entry: Entry) -> None:
        """The browser could not open the page."""
        entry.words = frozenset()
        for gap in entry.gaps:
            self._misses[entry.host, gap] += 1


def said(html: str) -> frozenset[int]:
    """The words of a page's middle, and where its links call and lead, as numbers that hold within one process."""
    tree = parse(html)
    links = [href for _, href in link_nodes(tree)]
    middle = tree.css_first(_MIDDLE) or tree.body
    if middle is None:
        return frozenset()
    for node in middle.css("script, style, template"):
        node.decompose()
    words = _WORD.findall(middle.text(deep=True, separator=" ").casefold())[:_MOST_WORDS]
    return frozenset(map(hash, (*words, *links)))
