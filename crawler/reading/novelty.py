"""Is a page that was read new, or one of many that look alike? Copies, repeats, notices in place of pages."""

from __future__ import annotations

from collections import Counter

from taxonomy import Taxonomy

from .entries import Entry
from .frontier import Frontier
from .links import LinkPage
from .scoring import LinkScorer
from .tally import Tally
from .worth import PROMISING

_PHRASES = 400_000
_FEW_NEW_PHRASES = 6
"""A page with no more pairs of words than this that no page before had tells nothing new."""
_COPIES, _COPIED_SHARE = 5, 0.6
"""A host that shows so many, and such a share, of its pages as another host does is that host under another name."""


class Novelty:
    """What the pages of a crawl have shown so far."""

    def __init__(self, frontier: Frontier, tally: Tally, scorer: LinkScorer, taxonomy: Taxonomy) -> None:
        self._frontier, self._tally, self._scorer = frontier, tally, scorer
        self._studied = frozenset(taxonomy.country.study_languages)
        self._phrases: set[int] = set()
        self._shown_by: dict[int, str] = {}
        self._host_pages: Counter[str] = Counter()
        self._host_copies: Counter[str] = Counter()

    def count(self, entry: Entry, page: LinkPage) -> None:
        """A page was read: compare it with those before, and note what that says of its address and host."""
        self._tally.pages += 1
        self._tally.signatures[page.signature] += 1
        self._note_unkept(entry, page)
        new = page.phrases - self._phrases
        if len(self._phrases) < _PHRASES:
            self._phrases |= new
        understood = not page.language or page.language in self._studied
        is_dull = len(new) <= _FEW_NEW_PHRASES
        entry.dull = entry.dull + 1 if is_dull else 0
        self._frontier.traps.compare(entry, page.signature, is_dull=is_dull, is_understood=understood)
        self._count_copy(entry.host, page.signature)

    def _count_copy(self, host: str, signature: int) -> None:
        self._host_pages[host] += 1
        self._host_copies[host] += self._shown_by.setdefault(signature, host) != host
        copies = self._host_copies[host]
        if copies >= _COPIES and copies > _COPIED_SHARE * self._host_pages[host]:
            self._frontier.drop_host(host)
            self._frontier.refused[f"copy of another host: {host}"] += 1

    def _note_unkept(self, entry: Entry, page: LinkPage) -> None:
        """A notice may stand before the pages, in words that no list of ours knows: the same behind many promises."""
        named = self._scorer.score(f"{page.title} {page.heading}".strip(), "", page.language).services
        promised = [service for service, score in entry.services.items() if score >= PROMISING]
        if promised and not any(service in named for service in promised):
            self._tally.unkept[page.signature] += 1
