"""Which address next, and when to stop: scores, budgets and traps of one municipality's crawl.

Pure: no network, no clock (times are arguments), no evidence. The spider offers links and reports outcomes; the
scheduler asks for the next address.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from study import address_key, host_of

from .shapes import directory_of, is_dated, language_marks, repeats_itself, shapes_of, skeleton_of, slot_of


class Kind(StrEnum):
    """What is expected behind an address."""

    FRONT = "front"
    SITEMAP = "sitemap"
    PAGE = "page"
    RENDER = "render"
    DOCUMENT = "document"
    ESERVICE = "eservice"


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one crawl. Counts are of addresses, each counted once however often it is tried."""

    pages: int = 400
    documents: int = 60
    eservices: int = 80
    renders: int = 400
    sitemaps: int = 50
    attempts: int = 3
    hops: int = 10
    per_shape: int = 60
    per_dated_shape: int = 15
    per_query: int = 120
    per_name: int = 80
    per_folder: int = 120
    per_section: int = 200
    per_dull_shape: int = 60
    sibling_host: int = 40
    known: int = 50_000
    sitemap_pages: int = 20_000


@dataclass(slots=True)
class Entry:
    """One address and what is known of it before it is fetched."""

    url: str
    kind: Kind
    depth: int
    via: str | None = None
    services: Mapping[str, float] = field(default_factory=dict)
    hub: float = 0.0
    base: float = 0.0
    heritage: float = 0.0
    hops: int = 0
    attempts: int = 0
    order: int = 0
    taken: bool = False
    settled: bool = False
    counted: bool = False
    sibling: bool = False
    refers_to: str | None = None
    landing: bool = False
    challenged: bool = False
    cookie: bool = False
    """Whether a redirect on the way here set a cookie, so that asking again may bring another answer."""
    guess: bool = False
    dull: int = 0
    """Pages in a row, on the way here, that told nothing new."""
    host: str = ""
    shapes: tuple[str, ...] = ()
    crowds: tuple[str, ...] = ()
    directory: str = ""
    skeleton: str = ""
    slot: str = ""
    languages: tuple[str, ...] = ()
    is_dated: bool = False

    def __lt__(self, other: Entry) -> bool:
        return self.order < other.order

    def __post_init__(self) -> None:
        self.host = host_of(self.url)
        self.shapes, self.directory = shapes_of(self.url), directory_of(self.url)
        self.crowds = tuple(shape for shape in self.shapes if shape.startswith(("pattern ", "query ")))
        self.skeleton, self.languages = skeleton_of(self.url), language_marks(self.url)
        self.slot = slot_of(self.skeleton) if self.skeleton else ""
        self.is_dated = is_dated(self.url)


_Heap = list[tuple[float, int, Entry]]


@dataclass(slots=True)
class _Spellings:
    """Addresses that differ in numbers only: how many were offered, and what those that were read showed."""

    offered: int = 0
    read: int = 0
    shown: set[int] = field(default_factory=set)

    @property
    def is_noise(self) -> bool:
        return self.read >= _SURE and len(self.shown) == 1

    @property
    def may_be_noise(self) -> bool:
        return self.read >= 2 and len(self.shown) == 1


PROMISING = 0.5
"""From this link score on, an unread link stands against calling the search complete."""
ENOUGH_PAGES = 3
"""Pages read for a service after which further links to it no longer count as promising."""
_UNKEPT_PROMISE = 0.5
_CLEARLY_BETTER = 0.1
SURE_HUB = 0.5
"""Links that are surely a way to lists of services have at least this hub worth."""
HUB_DEPTH = 3
"""Unread lists of services up to this many clicks from the front page count as promising too."""

_KIND_FIRST = {Kind.FRONT: 100.0, Kind.SITEMAP: 50.0, Kind.RENDER: 3.0}
_COUNTED_AS = {
    Kind.FRONT: "pages",
    Kind.PAGE: "pages",
    Kind.DOCUMENT: "documents",
    Kind.ESERVICE: "eservices",
    Kind.RENDER: "renders",
    Kind.SITEMAP: "sitemaps",
}
_DULL_SHARE = 0.8
"""From this share of pages without new pairs of words on a shape is a trap, whatever its links promise."""
_SURE = 3
"""So many skeletons, or pages in a foreign language, prove a rule for a whole host."""


class Frontier:
    """Addresses still to fetch, best first, each at most once."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.read: Counter[str] = Counter()
        """Settled addresses by what they are counted as."""
        self.refused: Counter[str] = Counter()
        """Addresses refused as a trap, by the rule and pattern that refused them."""
        self.covered: dict[str, float] = defaultdict(float)
        """Fetched pages by the services that their titles name; half a page where only the link did."""
        self._best: dict[str, float] = {}
        self._entries: dict[str, Entry] = {}
        self._by_url: dict[str, Entry] = {}
        self._heaps: dict[tuple[str, str], _Heap] = defaultdict(list)
        self._later: _Heap = []
        self._held: dict[str, float] = {}
        self._in_flight: Counter[str] = Counter()
        self._visits: Counter[str] = Counter()
        self._fruits: Counter[str] = Counter()
        self._sibling_pages: Counter[str] = Counter()
        self._fruit: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._dull: Counter[str] = Counter()
        self._spellings: dict[str, _Spellings] = defaultdict(_Spellings)
        self._noisy: Counter[str] = Counter()
        self._numbered: Counter[str] = Counter()
        self._spoken: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._order = 0

    def knows(self, url: str) -> bool:
        """Whether the address, or another spelling of it, was offered before."""
        return address_key(url) in self._entries

    def offer(self, entry: Entry, *, redirected: bool = False) -> bool:
        """Queue an address; a known one only gains score. False where it is known or refused as a trap."""
        known = self._entries.get(_key(entry))
        if known is not None and not (redirected and _exact(entry.url, entry.kind) not in self._by_url):
            self._gain(known, entry)
            return False
        if entry.hops > self.budget.hops:
            self.refused["hops"] += 1
            return False
        if len(self._by_url) >= self.budget.known and not (redirected or entry.hub or entry.services):
            self.refused["more addresses than anybody reads"] += 1
            return False
        if not redirected and (rule := self._astray(entry)) is not None:
            self.refused[rule] += 1
            return False
        if not redirected and entry.sibling and not self._may_visit_sibling(entry):
            return False
        if entry.skeleton:
            self._spellings[entry.skeleton].offered += 1
        self._order += 1
        entry.order = self._order
        self._entries[_key(entry)] = entry
        self._by_url[_exact(entry.url, entry.kind)] = entry
        self._push(entry)
        return True

    def next(self, now: float, ready: Callable[[str], bool]) -> Entry | None:
        """The best address whose host is ready and whose budget is open; None where there is none just now."""
        while self._later and self._later[0][0] <= now:
            self._push(heapq.heappop(self._later)[2])
        best: _Heap | None = None
        for (host, group), heap in list(self._heaps.items()):
            self._refresh_top(heap)
            if not heap:
                del self._heaps[host, group]
            elif (
                (best is None or heap[0] < best[0])
                and self._is_open(group)
                and self._held.get(host, now) <= now
                and ready(host)
            ):
                best = heap
        if best is None:
            return None
        entry = heapq.heappop(best)[2]
        self._take(entry)
        return entry

    def has_pending(self) -> bool:
        """Whether anything that the budgets still allow is queued."""
        if any(self._is_open(_group(item[2])) for item in self._later):
            return True
        return any(
            self._is_open(group) and any(self._is_queued(item[2]) for item in heap)
            for (_, group), heap in self._heaps.items()
        )

    def wakes_at(self, now: float) -> float | None:
        """When something that waits for its time may be fetched; None where nothing waits."""
        times = [self._later[0][0]] if self._later else []
        times += [until for until in self._held.values() if until > now]
        return min(times, default=None)

    def retry(self, entry: Entry, not_before: float) -> bool:
        """Queue a failed address again, later; False where its attempts are used up."""
        if entry.attempts >= self.budget.attempts:
            return False
        self._release(entry)
        entry.settled = False
        heapq.heappush(self._later, (not_before, entry.order, entry))
        return True

    def ask_again(self, url: str, kind: Kind, now: float) -> bool:
        """Queue an address once more that only led elsewhere so far, for it may have wanted a cookie; once only."""
        entry = self._by_url.get(_exact(url, kind))
        if entry is None or not entry.settled or entry.counted or entry.attempts > 1:
            return False
        return self.retry(entry, now)

    def hold_host(self, host: str, until: float) -> None:
        """Keep a host's queue shut until a moment (Retry-After)."""
        self._held[host] = max(self._held.get(host, 0.0), until)

    def held_hosts(self, now: float) -> list[tuple[str, float]]:
        """Hosts that are left alone, and for how many seconds still."""
        return sorted((host, until - now) for host, until in self._held.items() if until > now)

    def drop_host(self, host: str) -> list[Entry]:
        """Forget what is queued for a host; gives what was dropped."""
        dropped = [entry for entry in self._queued() if entry.host == host]
        for entry in dropped:
            entry.settled = True
        return dropped

    def arrive(self, url: str, kind: Kind) -> Entry | None:
        """The entry of an address that is being fetched, or that a stored answer is about; None where unknown."""
        entry = self._by_url.get(_exact(url, kind)) or self._entries.get(_key_of(url, kind))
        if entry is not None and not entry.settled and not entry.taken:
            self._withdraw(entry)
        return entry

    def release(self, entry: Entry) -> None:
        """The address is no longer being fetched, whatever became of it; one left in mid-air is not fetched again."""
        if entry.taken:
            self.settle(entry)

    def settle(self, entry: Entry, *, counted: bool = True) -> None:
        """The address needs no further visit. Redirects and repeats are not counted against the budget."""
        self._release(entry)
        if entry.settled:
            return
        entry.settled, entry.counted = True, counted
        if counted:
            self.read[_group(entry)] += 1

    def reopen(self, entry: Entry) -> None:
        """A settled address is to be fetched again, as if it had never been tried."""
        if not entry.settled:
            return
        entry.settled, entry.attempts = False, 0
        self.read[_group(entry)] = max(0, self.read[_group(entry)] - entry.counted)
        entry.counted = False
        self._push(entry)

    def wants(self, services: Mapping[str, float]) -> bool:
        """Whether any of these services has been read of too little."""
        return any(score >= PROMISING and self.covered[name] < ENOUGH_PAGES for name, score in services.items())

    def compare(self, entry: Entry, shown: int, *, is_dull: bool, is_understood: bool) -> None:
        """What the fetched page showed beside others: the same once more, nothing new, a foreign language."""
        if is_dull:
            self._dull.update(entry.shapes)
        for mark in entry.languages:
            self._spoken[mark][is_understood] += 1
        if not entry.skeleton:
            return
        spellings = self._spellings[entry.skeleton]
        before = (spellings.may_be_noise, len(spellings.shown) > 1)
        spellings.read += 1
        spellings.shown.add(shown)
        self._noisy[entry.slot] += spellings.may_be_noise - before[0]
        self._numbered[entry.slot] += (len(spellings.shown) > 1) - before[1]

    def learn(self, entry: Entry, services: Mapping[str, float], links_with_services: int) -> None:
        """What the fetched page turned out to be: its services lower the worth of more pages of the same kind."""
        is_new = self.wants(services)
        for service, score in services.items():
            if score >= PROMISING:
                self.covered[service] += 1.0
                self._best[service] = max(self._best.get(service, 0.0), score)
        for service, score in entry.services.items():
            if score >= PROMISING and services.get(service, 0.0) < PROMISING:
                self.covered[service] += _UNKEPT_PROMISE
        fruit = self._fruit[entry.directory]
        fruit[0] += 1
        fruit[1] += is_new or links_with_services > 2
        if is_new or links_with_services:
            self._fruits.update(entry.shapes)

    def promising_left(self) -> list[Entry]:
        """Unread addresses that look like a service of which too few pages have been read, best first."""
        left = [entry for entry in self._queued() if self._is_promising(entry)]
        return sorted(left, key=lambda entry: (-self._worth(entry), entry.order))

    def unread_pages(self) -> int:
        """How many pages of the municipality's own sites wait."""
        return sum(1 for entry in self._queued() if entry.kind in (Kind.PAGE, Kind.FRONT, Kind.RENDER))

    def queued(self) -> int:
        """How many addresses wait."""
        return sum(1 for _ in self._queued())

    def entries(self) -> Iterator[Entry]:
        """All that was ever offered."""
        return iter(self._by_url.values())

    def _queued(self) -> Iterator[Entry]:
        seen: set[int] = set()
        for heap in (*self._heaps.values(), self._later):
            for _, _, entry in heap:
                if self._is_queued(entry) and entry.order not in seen:
                    seen.add(entry.order)
                    yield entry

    def _is_queued(self, entry: Entry) -> bool:
        return not entry.settled and not entry.taken

    def _is_promising(self, entry: Entry) -> bool:
        if entry.kind in (Kind.FRONT, Kind.RENDER):
            return True
        if entry.kind is not Kind.PAGE:
            return False
        if entry.hub >= SURE_HUB and entry.depth <= HUB_DEPTH:
            return True
        return self.wants(entry.services)

    def _gain(self, known: Entry, entry: Entry) -> None:
        """A better link text for a queued address lifts it."""
        if not self._is_queued(known):
            return
        better = {s: v for s, v in entry.services.items() if v > known.services.get(s, 0.0)}
        if not better and entry.hub <= known.hub and entry.base <= known.base + 0.2:
            return
        known.services = {**known.services, **better}
        known.hub, known.base = max(known.hub, entry.hub), max(known.base, entry.base)
        self._push(known)  # its old place in the heap is skipped when reached: by then the entry is taken or settled

    def _push(self, entry: Entry) -> None:
        heapq.heappush(self._heaps[entry.host, _group(entry)], (-self._worth(entry), entry.order, entry))

    def _worth(self, entry: Entry) -> float:
        if entry.kind in _KIND_FIRST:
            return _KIND_FIRST[entry.kind] - 0.01 * entry.depth - entry.attempts
        asked = max((self._wanted(service, score) for service, score in entry.services.items()), default=0.0)
        if entry.kind in (Kind.ESERVICE, Kind.DOCUMENT):
            return 0.4 + 0.5 * asked + entry.base - 0.2 * entry.attempts
        visits, fruitful = self._fruit[entry.directory] if entry.kind is Kind.PAGE else (0, 0)
        soil = (fruitful + 1.0) / (visits + 2.0) - 0.5
        crowd = min(0.5, 0.02 * max((self._visits[shape] for shape in entry.crowds), default=0))
        dated = 0.3 if entry.is_dated else 0.0
        later = 0.2 * entry.attempts
        return (
            2.0 * asked
            + entry.hub
            + entry.base
            + entry.heritage
            + 0.6 * soil
            - 0.2 * entry.depth
            - crowd
            - dated
            - later
        )

    def _wanted(self, service: str, score: float) -> float:
        """A link's promise of a service, worth less with each page read for it, unless none was as promising."""
        if score > self._best.get(service, 0.0) + _CLEARLY_BETTER:
            return score
        return score / (1.0 + self.covered[service])

    def _refresh_top(self, heap: _Heap) -> None:
        """Bring the top of a heap up to date: worth falls as services are covered, so it is checked when reached."""
        while heap:
            worth, order, entry = heap[0]
            if not self._is_queued(entry):
                heapq.heappop(heap)
            elif (rule := self._trap(entry)) is not None:
                self.refused[rule] += 1
                entry.settled = True
                heapq.heappop(heap)
            elif (current := -self._worth(entry)) > worth + 1e-9:
                heapq.heapreplace(heap, (current, order, entry))
            else:
                return

    def _is_open(self, group: str) -> bool:
        busy = self._in_flight
        if self.read[group] + busy[group] >= getattr(self.budget, group):
            return False
        if group in ("sitemaps", "renders"):
            return True
        return sum(self.read[name] + busy[name] for name in ("pages", "documents", "eservices")) < self.budget.pages

    def _take(self, entry: Entry) -> None:
        entry.attempts += 1
        self._visits.update(entry.shapes if entry.attempts == 1 else ())
        entry.taken = True
        self._in_flight[_group(entry)] += 1

    def _withdraw(self, entry: Entry) -> None:
        """A queued entry is dealt with outside the queue (a stored answer): its place in the heap becomes stale."""
        self._take(entry)

    def _release(self, entry: Entry) -> None:
        if entry.taken:
            entry.taken = False
            self._in_flight[_group(entry)] -= 1

    def _may_visit_sibling(self, entry: Entry) -> bool:
        if self._sibling_pages[entry.host] >= self.budget.sibling_host:
            self.refused[f"host {entry.host}"] += 1
            return False
        self._sibling_pages[entry.host] += 1
        return True

    def _trap(self, entry: Entry) -> str | None:
        """Calendars, paging, faceted searches: the shape of address of which too many were read for too little.

        A shape that bears fruit may go on, and a link that promises a service still wanted is followed all the same.
        """
        if entry.kind not in (Kind.PAGE, Kind.DOCUMENT) or entry.attempts:
            return None
        if (rule := self._astray(entry, queued=True)) is not None:
            return rule
        ease = 5 if self._is_promising(entry) else 1
        for shape in entry.shapes:
            visits = self._visits[shape]
            if visits >= ease * self._shape_budget(shape, entry) + 4 * self._fruits[shape]:
                return shape
            dull_from = (2 if ease > 1 else 1) * self.budget.per_dull_shape
            if visits >= dull_from and self._dull[shape] >= _DULL_SHARE * visits:
                return f"nothing new: {shape}"
        return None

    def _shape_budget(self, shape: str, entry: Entry) -> int:
        kind, _, rest = shape.partition(" ")
        if kind == "query":
            return self.budget.per_query
        if kind == "names":
            return self.budget.per_name
        if kind == "under":
            # The folder at the top may be a language, and all that there is lies in it.
            return self.budget.per_section if rest.count("/") == 2 else self.budget.per_folder
        return self.budget.per_dated_shape if entry.is_dated else self.budget.per_shape

    def _astray(self, entry: Entry, *, queued: bool = False) -> str | None:
        """Why an address is no page of its own: another spelling, a circle, a language nobody studies."""
        if entry.kind is not Kind.PAGE:
            return None
        if repeats_itself(entry.url):
            return "address that repeats itself"
        for mark in entry.languages:
            foreign, understood = self._spoken.get(mark, (0, 0))
            if foreign >= _SURE and not understood:
                return f"language {mark}"
        spellings = self._spellings.get(entry.skeleton) if entry.skeleton else None
        if spellings is None:
            return None
        others = spellings.offered - queued
        is_noisy = self._noisy[entry.slot] >= _SURE and self._noisy[entry.slot] > 4 * self._numbered[entry.slot]
        if spellings.is_noise or (is_noisy and (spellings.read if queued else others)):
            return f"another spelling: {entry.skeleton}"
        return None


def _key_of(url: str, kind: Kind) -> str:
    return f"render {address_key(url)}" if kind is Kind.RENDER else address_key(url)


def _group(entry: Entry) -> str:
    return _COUNTED_AS[entry.kind]


def _exact(url: str, kind: Kind) -> str:
    return f"render {url}" if kind is Kind.RENDER else url


def _key(entry: Entry) -> str:
    return _key_of(entry.url, entry.kind)
