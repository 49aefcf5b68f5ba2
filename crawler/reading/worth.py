"""How much an address is worth: by its link's promise, by what was read already, by the soil it grows on.

Pure numbers; which address is fetched when is the frontier's business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from .entries import Entry, Kind

PROMISING = 0.5
"""From this link score on, an unread link stands against calling the search complete."""
ENOUGH_PAGES = 3
"""Pages read for a service after which further links to it no longer count as promising."""
SURE_HUB = 0.5
"""Links that are surely a way to lists of services have at least this hub worth."""
HUB_DEPTH = 3
"""Unread lists of services up to this many clicks from the front page count as promising too."""
_UNKEPT_PROMISE = 0.5
_CLEARLY_BETTER = 0.1
_KIND_FIRST = {Kind.FRONT: 100.0, Kind.SITEMAP: 50.0, Kind.RENDER: 3.0, Kind.PROBE: 2.0}


class Worth:
    """Knows what has been read so far, and so what is still wanted."""

    def __init__(self) -> None:
        self.covered: dict[str, float] = defaultdict(float)
        """Fetched pages by the services that their titles name; half a page where only the link did."""
        self._best: dict[str, float] = {}
        self._soil: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        """By folder: pages read, and those of them that led on."""

    def wants(self, services: Mapping[str, float]) -> bool:
        """Whether any of these services has been read of too little."""
        return any(score >= PROMISING and self.covered[name] < ENOUGH_PAGES for name, score in services.items())

    def wanted(self, entry: Entry) -> list[str]:
        """The services that an address promises and of which too little has been read, sorted."""
        return sorted(name for name, score in entry.services.items() if self.wants({name: score}))

    def is_promising(self, entry: Entry) -> bool:
        """Whether an address, unread, stands against calling the search complete."""
        if entry.kind in (Kind.FRONT, Kind.RENDER):
            return not entry.gaps or self.wants(entry.services)
        if entry.kind is not Kind.PAGE:
            return False
        if entry.hub >= SURE_HUB and entry.depth <= HUB_DEPTH:
            return True
        return self.wants(entry.services)

    def learn(self, entry: Entry, services: Mapping[str, float], links_with_services: int) -> bool:
        """What the fetched page turned out to be; true where it bore fruit."""
        is_new = self.wants(services)
        for service, score in services.items():
            if score >= PROMISING:
                self.covered[service] += 1.0
                self._best[service] = max(self._best.get(service, 0.0), score)
        for service, score in entry.services.items():
            if score >= PROMISING and services.get(service, 0.0) < PROMISING:
                self.covered[service] += _UNKEPT_PROMISE
        soil = self._soil[entry.directory]
        soil[0] += 1
        soil[1] += is_new or links_with_services > 2
        return is_new or bool(links_with_services)

    def of(self, entry: Entry, crowd: int) -> float:
        """The worth of an address, of whose shape `crowd` were fetched already."""
        if entry.kind in _KIND_FIRST:
            return _KIND_FIRST[entry.kind] - 0.01 * entry.depth - entry.attempts
        asked = max((self._wanted(service, score) for service, score in entry.services.items()), default=0.0)
        if entry.kind in (Kind.ESERVICE, Kind.DOCUMENT):
            return 0.4 + 0.5 * asked + entry.base - 0.2 * entry.attempts
        visits, fruitful = self._soil[entry.directory] if entry.kind is Kind.PAGE else (0, 0)
        soil = (fruitful + 1.0) / (visits + 2.0) - 0.5
        dated = 0.3 if entry.is_dated else 0.0
        return (
            2.0 * asked
            + entry.hub
            + entry.base
            + entry.heritage
            + 0.6 * soil
            - 0.2 * entry.depth
            - min(0.5, 0.02 * crowd)
            - dated
            - 0.2 * entry.attempts
        )

    def _wanted(self, service: str, score: float) -> float:
        """A link's promise of a service, worth less with each page read for it, unless none was as promising."""
        if score > self._best.get(service, 0.0) + _CLEARLY_BETTER:
            return score
        return score / (1.0 + self.covered[service])
