"""Keeps the crawler on the public internet: no loopback, private, link-local or metadata address is ever asked.

Names are checked after resolution, in the resolver that the connection itself uses. With a proxy, names are the
proxy's to resolve and only numeric addresses are judged. study.toml [crawl] allow_private_hosts makes exceptions.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Sequence
from typing import ClassVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

# What Python's tables call global and nobody can mean: IPv4 in old wrappings, site-local, local NAT64, unassigned.
_NOT_GLOBAL = tuple(
    map(ipaddress.ip_network, ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "fec0::/10", "5f00::/16", "3fff::/20"))
)
_LOCAL_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "metadata.google.internal")


class PrivateAddressError(IgnoreRequest):
    """The address is not on the public internet and study.toml does not allow it."""


class PrivateResolutionError(DNSLookupError):
    """A public name that resolves to an address that is not public."""


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet could mean."""
    try:
        ip = ipaddress.ip_address(address.strip("[]").split("%", 1)[0])
    except ValueError:
        return False
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if inner is None and isinstance(ip, ipaddress.IPv6Address) and ip in ipaddress.ip_network("64:ff9b::/96"):
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner is not None and not is_public(str(inner)):
        return False
    if isinstance(ip, ipaddress.IPv6Address) and any(ip in network for network in _NOT_GLOBAL):
        return False
    return ip.is_global and not ip.is_multicast


def numeric_address(host: str) -> str | None:
    """The IP address that a host name spells, in any of the ways that operating systems understand; else None."""
    name = host.strip("[]")
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    if not name or not all(part.isalnum() for part in name.rstrip(".").split(".")) or not name[0].isdigit():
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(name.rstrip(".")))  # 127.1, 0x7f000001, 2130706433
    except OSError:
        return None


class Guard:
    """Decides from an address alone, before anything is resolved."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(item.strip().lower() for item in allowed)
        self._allowed_names = frozenset(item.rsplit(":", 1)[0].strip("[]") for item in self._allowed)

    def allows_name(self, name: str) -> bool:
        """Whether a host is listed, with or without a port."""
        return name.strip("[]").lower() in self._allowed_names

    def refusal(self, url: str) -> str | None:
        """Why the address may not be asked; None where it may (its name's resolution is still to be checked)."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.scheme not in ("http", "https") or not host:
            return f"{parts.scheme or 'no'} address"
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if not self._allowed.isdisjoint((host, f"{host}:{port}", f"[{host}]:{port}", f"[{host}]")):
            return None
        if self.allows_name(host):
            return f"{host} is listed in allow_private_hosts with another port"
        address = numeric_address(host)
        if address is not None and not is_public(address):
            return f"{address} is not a public address; staging sites are named in allow_private_hosts of study.toml"
        if host in _LOCAL_NAMES or host.endswith((".localhost", ".internal", ".local")):
            return f"{host} is a name of this machine or network"
        return None


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for an address, with no_proxy honoured; None for a direct connection."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    return None if not proxy or proxy_bypass(parts.hostname or "") else proxy


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
    # Twisted only says that nothing was found; the download handler asks here for the reason. It belongs to the class,
    # because a process has one resolver, made before there is a crawl that could hold it.
    refused: ClassVar[dict[str, str]] = {}
    """Names that led to an address that is not public, and that address."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        """Made by Scrapy."""
        resolver: GuardedResolver = super().from_crawler(crawler, reactor)
        resolver.guard = Guard(crawler.settings.getlist("ALLOW_PRIVATE_HOSTS"))
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
