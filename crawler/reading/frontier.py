"""Which address next, and when to stop: the queue of one municipality's crawl and its budgets.

Pure: no network, no clock (times are arguments), no evidence. The spider offers links and reports outcomes; the
scheduler asks for the next address.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping

from study import address_key, page_digest

from .entries import Budget, Entry, Kind
from .traps import Traps
from .worth import Worth

_Heap = list[tuple[float, int, Entry]]
_COUNTED_AS = {
    Kind.FRONT: "pages",
    Kind.PAGE: "pages",
    Kind.DOCUMENT: "documents",
    Kind.ESERVICE: "eservices",
    Kind.RENDER: "renders",
    Kind.SITEMAP: "sitemaps",
    Kind.PROBE: "probes",
}


class Frontier:
    """Addresses still to fetch, best first, each at most once."""

    def __init__(self, budget: Budget, forgotten: frozenset[str] = frozenset()) -> None:
        self.budget, self._forgotten = budget, forgotten
        self.read: Counter[str] = Counter()
        """Settled addresses by what they are counted as."""
        self.refused: Counter[str] = Counter()
        """Addresses refused as a trap, by the rule and pattern that refused them."""
        self.traps = Traps(budget)
        self.worth = Worth()
        self._entries: dict[str, Entry] = {}
        self._by_url: dict[str, Entry] = {}
        self._heaps: dict[tuple[str, str], _Heap] = defaultdict(list)
        self._later: _Heap = []
        self._held: dict[str, float] = {}
        self._in_flight: Counter[str] = Counter()
        self._sibling_pages: Counter[str] = Counter()
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
        if self._forgotten and page_digest(entry.url) in self._forgotten:
            self.refused["what the study was told to forget"] += 1
            return False
        if entry.hops > self.budget.hops:
            self.refused["hops"] += 1
            return False
        if len(self._by_url) >= self.budget.known and not (redirected or entry.hub or entry.services):
            self.refused["more addresses than anybody reads"] += 1
            return False
        if not redirected and (rule := self.traps.astray(entry)) is not None:
            self.refused[rule] += 1
            return False
        if not redirected and entry.sibling and not self._may_visit_sibling(entry):
            return False
        self.traps.offered(entry)
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
            self._is_open(group) and any(item[2].is_queued for item in heap) for (_, group), heap in self._heaps.items()
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

    def learn(self, entry: Entry, services: Mapping[str, float], links_with_services: int) -> None:
        """What the fetched page turned out to be: its services lower the worth of more pages of the same kind."""
        if self.worth.learn(entry, services, links_with_services):
            self.traps.bore_fruit(entry)

    def promising_left(self) -> list[Entry]:
        """Unread addresses that look like a service of which too few pages have been read, best first."""
        left = [entry for entry in self._queued() if self.worth.is_promising(entry)]
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
                if entry.is_queued and entry.order not in seen:
                    seen.add(entry.order)
                    yield entry

    def _gain(self, known: Entry, entry: Entry) -> None:
        """A better link text for a queued address lifts it."""
        if not known.is_queued:
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
        return self.worth.of(entry, self.traps.crowd(entry))

    def _refresh_top(self, heap: _Heap) -> None:
        """Bring the top of a heap up to date: worth falls as services are covered, so it is checked when reached."""
        while heap:
            worth, order, entry = heap[0]
            if not entry.is_queued:
                heapq.heappop(heap)
            elif (rule := self._trap_of(entry)) is not None:
                self.refused[rule] += 1
                entry.settled = True
                heapq.heappop(heap)
            elif (current := -self._worth(entry)) > worth + 1e-9:
                heapq.heapreplace(heap, (current, order, entry))
            else:
                return

    def _trap_of(self, entry: Entry) -> str | None:
        return self.traps.rule_against(entry, is_promising=self.worth.is_promising(entry))

    def _is_open(self, group: str) -> bool:
        busy = self._in_flight
        if self.read[group] + busy[group] >= getattr(self.budget, group):
            return False
        if group in ("sitemaps", "renders", "probes"):
            return True
        return sum(self.read[name] + busy[name] for name in ("pages", "documents", "eservices")) < self.budget.pages

    def _take(self, entry: Entry) -> None:
        entry.attempts += 1
        if entry.attempts == 1:
            self.traps.visited(entry)
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


def _key_of(url: str, kind: Kind) -> str:
    return f"render {address_key(url)}" if kind is Kind.RENDER else address_key(url)


def _group(entry: Entry) -> str:
    return _COUNTED_AS[entry.kind]


def _exact(url: str, kind: Kind) -> str:
    return f"render {url}" if kind is Kind.RENDER else url


def _key(entry: Entry) -> str:
    return _key_of(entry.url, entry.kind)
