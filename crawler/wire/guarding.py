"""The guard at work: refuses private addresses by their looks, and names that lead to one when they are resolved."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.manners.guard import Guard, is_public


class PrivateAddressError(IgnoreRequest):
    """The address is not on the public internet and study.toml does not allow it."""


class PrivateResolutionError(DNSLookupError):
    """A public name that resolves to an address that is not public."""


class GuardMiddleware:
    """Refuses requests to addresses that are private by their looks."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        """Made by Scrapy."""
        return cls(Guard(crawler.settings.getlist("ALLOW_PRIVATE_HOSTS")))

    def process_request(self, request: Request) -> None:
        """Raise PrivateAddressError for a refused address."""
        if why := self._guard.refusal(request.url):
            raise PrivateAddressError(why)


class GuardedResolver(CachingThreadedResolver):
    """Resolves names and refuses those that lead to an address that is not public."""

    guard: Guard
    proxies: frozenset[str]
    refused: dict[str, str]
    """Names that led to an address that is not public, and that address."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        """Made by Scrapy."""
        resolver: GuardedResolver = super().from_crawler(crawler, reactor)
        resolver.guard = Guard(crawler.settings.getlist("ALLOW_PRIVATE_HOSTS"))
        resolver.refused = {}
        # The proxy itself may stand on this machine or network.
        resolver.proxies = frozenset(urlsplit(url).hostname or "" for url in getproxies().values())
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802
        """Resolve; fails with PrivateResolutionError for an address that is not public."""
        deferred = super().getHostByName(name, timeout)
        deferred.addCallback(self._checked, name)
        return deferred

    def _checked(self, address: str, name: str) -> str:
        if is_public(address) or self.guard.allows_name(name) or name in self.proxies:
            return address
        self.refused[name.lower()] = address
        raise PrivateResolutionError(f"{name} leads to {address}, which is not a public address")


def refused_address(name: str) -> str | None:
    """The address for which this process's resolver refused a name: Twisted only says that nothing was found."""
    from twisted.internet import reactor  # there is none before Scrapy has chosen it

    resolver = reactor.resolver
    return resolver.refused.get(name) if isinstance(resolver, GuardedResolver) else None
