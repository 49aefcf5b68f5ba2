"""Keeps the crawler on the public internet: no loopback, private, link-local or metadata address is ever asked.

Names are checked after resolution, in the resolver that the connection itself uses. With a proxy, names are the
proxy's to resolve; numeric addresses and names that only this machine or network knows are refused all the same.
study.toml [crawl] allow_private_hosts makes exceptions.
"""

from __future__ import annotations

import ipaddress
import socket
import tomllib
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

# What Python's tables call global and nobody can mean: IPv4 in old wrappings, site-local, local NAT64, unassigned.
_NOT_GLOBAL = tuple(
    map(ipaddress.ip_network, ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "fec0::/10", "5f00::/16", "3fff::/20"))
)
_LOCAL_ENDS = tuple(
    tomllib.loads((Path(__file__).parent / "special_use.toml").read_text(encoding="utf-8"))["ends"],
)


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


def is_local_name(host: str) -> bool:
    """Whether a name means this machine or this network: one without a dot, or one with a special end."""
    name = host.rstrip(".").lower()
    if ":" in name:
        return False
    return "." not in name or any(name.endswith(f".{end}") for end in _LOCAL_ENDS)


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
        if address is None and is_local_name(host):
            return f"{host} is a name of this machine or network"
        return None


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for an address, with no_proxy honoured; None for a direct connection."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    return None if not proxy or proxy_bypass(parts.hostname or "") else proxy
