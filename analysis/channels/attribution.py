"""Ties a piece of evidence to the services it is about, where a page serves several.

Nearest first: what the sentence or link itself names, then the block, then the blocks above it in its section,
then the headings above it, then the whole section; where none speaks, the page's own subject.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.findings import ServiceHit
from taxonomy import Taxonomy
from taxonomy.matching import term_index

from .evidence import Evidence
from .view import View

Place = tuple[str, int, int]
_LISTED = ("item", "cell")


class Subjects:
    """Which services are named where on a page."""

    def __init__(self, view: View, services: Sequence[ServiceHit], named: Mapping[int, Sequence[Place]]) -> None:
        self._view = view
        self._all = tuple(hit.service_id for hit in services)
        self._primary = tuple(hit.service_id for hit in services if hit.is_primary) or self._all
        self._named = named
        self._sections: dict[int, list[int]] = {}
        for index, passage in view.passages.items():
            self._sections.setdefault(passage.section, []).append(index)

    @property
    def any(self) -> bool:
        """Whether the page serves anything at all."""
        return bool(self._all)

    def of(self, evidence: Evidence) -> tuple[str, ...]:
        """The services that a piece of evidence belongs to, in the page's order."""
        if evidence.only_for:
            return tuple(s for s in self._all if s in evidence.only_for)
        if len(self._all) < 2:
            return self._all
        found = self._nearest(evidence)
        return tuple(s for s in self._all if s in found)

    def _nearest(self, evidence: Evidence) -> frozenset[str]:
        if evidence.span and (here := self._in(evidence.block, *evidence.span) | self._announced(evidence)):
            return here
        passage = self._view.passages.get(evidence.block)
        if passage is None:
            return frozenset(self._primary)
        title = self._in(self._sections[passage.section][0]) if passage.section else frozenset()
        if here := self._in(evidence.block):
            return here | title
        section = self._sections[passage.section]
        is_item = passage.block.kind in _LISTED
        above = [i for i in section[1:] if i < evidence.block and (is_item or not self._is_listed(i))]
        for index in reversed(above):
            if here := self._in(index):
                return here | title
        if here := title or self._under_headings(evidence.block):
            return here
        if here := frozenset().union(*(self._in(i) for i in section)):
            return here
        return frozenset(self._primary if evidence.channel != "digital" else self._all)

    def _is_listed(self, block: int) -> bool:
        return self._view.passages[block].block.kind in _LISTED

    def _announced(self, evidence: Evidence) -> frozenset[str]:
        """The services named in the list that a sentence announces ("in the service you can:")."""
        passage = self._view.passages[evidence.block]
        text = passage.block.text.rstrip()
        if not text.endswith(":") or evidence.span is None or evidence.span[1] < len(text):
            return frozenset()
        found: set[str] = set()
        for index in (i for i in self._view.passages if i > evidence.block):
            if not self._is_listed(index):
                break
            found |= self._in(index)
        return frozenset(found)

    def _in(self, block: int, start: int = 0, end: int = 1 << 30) -> frozenset[str]:
        return frozenset(s for s, a, _ in self._named.get(block, ()) if start <= a < end)

    def _under_headings(self, block: int) -> frozenset[str]:
        path = self._view.passages[block].block.headings
        wanted = list(path)
        for passage in reversed([p for i, p in self._view.passages.items() if i < block]):
            if wanted and passage.block.kind in ("heading", "summary") and passage.block.text == wanted[-1]:
                wanted.pop()
                if here := self._in(passage.block.index):
                    return here
        return frozenset()


def find_places(view: View, services: Sequence[ServiceHit], taxonomy: Taxonomy) -> dict[int, list[Place]]:
    """Where the page names each of its services, by block; empty for a page with fewer than two."""
    if len(services) < 2:
        return {}
    index = term_index(taxonomy)
    wanted = {hit.service_id for hit in services}
    found: dict[int, list[Place]] = {}
    for block, passage in view.passages.items():
        matches = index.find(passage.block.text, view.language_of(passage.block))
        places = [(m.service_id, m.start, m.end) for m in matches if m.service_id in wanted and m.kind != "denial"]
        if places:
            found[block] = places
    return found
