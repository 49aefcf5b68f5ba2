"""May the browser open this page, and when? The crawler's rules for single visits: guard, log-ins, robots, delays."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from crawler.manners.gate import HostGate
from crawler.manners.guard import Guard
from crawler.manners.robots_rules import Rules
from study import host_of, origin_of

_GATE_SECONDS = 0.25


class RefusalError(Exception):
    """The page is not opened; `reason` is a short id, the text says more."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class Access:
    """Rules for the visits of one municipality's audit."""

    def __init__(
        self,
        guard: Guard,
        gate: HostGate,
        delay_seconds: float,
        identification_hosts: tuple[str, ...],
        read_robots: Callable[[str], Awaitable[Rules]],
    ) -> None:
        self._guard, self._gate, self._delay = guard, gate, delay_seconds
        self._identification, self._read_robots = identification_hosts, read_robots
        self._rules: dict[str, Rules] = {}
        self._held: set[str] = set()

    async def check(self, url: str) -> None:
        """Raise RefusalError for an address that is not to be opened."""
        if why := self._guard.refusal(url):
            raise RefusalError("private-address", why)
        if self.is_log_in(url):
            raise RefusalError("log-in", "the page leads to strong identification, which is never entered")
        rules = await self._rules_for(url)
        if rules.closed is not None:
            raise RefusalError(rules.closed.value, rules.detail)
        if not rules.allows(url):
            raise RefusalError("robots", "robots.txt asks not to open this address")

    def is_log_in(self, url: str) -> bool:
        """Whether an address belongs to a strong-identification service."""
        host = (urlsplit(url).hostname or "").lower()
        return any(host == known or host.endswith(f".{known}") for known in self._identification)

    async def enter(self, url: str) -> None:
        """Wait until the host may be asked again, among all processes of the study."""
        host = host_of(url)
        while (known := self._gate.enter(host)) is None:
            await asyncio.sleep(_GATE_SECONDS)
        self._held.add(host)
        delay = max(self._delay, (await self._rules_for(url)).delay)
        wait = float(known["last_visit"]) + delay - time.time()
        if wait > 0:
            await asyncio.sleep(min(wait, 600.0))

    def leave(self, url: str) -> None:
        """The page is loaded: the next visitor's delay counts from now."""
        host = host_of(url)
        if host in self._held:
            self._held.discard(host)
            self._gate.leave(host, time.time())

    async def _rules_for(self, url: str) -> Rules:
        origin = origin_of(url)
        if origin not in self._rules:
            self._rules[origin] = await self._read_robots(f"{origin}/robots.txt")
        return self._rules[origin]
