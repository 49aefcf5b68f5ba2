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
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_TABLE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "special_use.toml").read_text(encoding="utf-8"))
_LOCAL_ENDS = tuple(_TABLE["ends"])
WEB_PORTS = frozenset(_TABLE["ports"])
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


def _blocks(version: str) -> tuple[tuple[Network, bool], ...]:
    """Blocks of addresses and whether anybody can mean them, the narrowest first."""
    told = [
        (ipaddress.ip_network(text), kind == "open") for kind in ("open", "closed") for text in _TABLE[version][kind]
    ]
    return tuple(sorted(told, key=lambda block: -block[0].prefixlen))


_BLOCKS = {4: _blocks("ipv4"), 6: _blocks("ipv6")}


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet could mean, as IANA's registries have it."""
    try:
        ip = ipaddress.ip_address(address.strip("[]").split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None and not is_public(str(inner)):
            return False
    return next((is_open for block, is_open in _BLOCKS[ip.version] if ip in block), True)


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
    """Decides from an address alone, before anything is resolved.

    A listed host without a port means the two that web addresses have by themselves; with one it means that one.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        listed = [_listed(item) for item in allowed]
        usual = tuple(_DEFAULT_PORTS.values())
        self._allowed = {(name, one) for name, port in listed for one in (usual if port is None else (port,))}
        self._allowed_names = frozenset(name for name, _ in listed)

    def allows_name(self, name: str) -> bool:
        """Whether a host is listed, with or without a port."""
        return name.strip("[]").lower() in self._allowed_names

    def refusal(self, url: str) -> str | None:
        """Why the address may not be asked; None where it may (its name's resolution is still to be checked)."""
        try:
            parts = urlsplit(url)
            port = _DEFAULT_PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
        except ValueError:
            return "no address"
        host = (parts.hostname or "").lower()
        if parts.scheme not in _DEFAULT_PORTS or not host:
            return f"{parts.scheme or 'no'} address"
        if (host, port) in self._allowed:
            return None
        if self.allows_name(host):
            return f"{host} is listed in allow_private_hosts with another port"
        address = numeric_address(host)
        if address is not None and not is_public(address):
            return f"{address} is not a public address; staging sites are named in allow_private_hosts of study.toml"
        if address is None and is_local_name(host):
            return f"{host} is a name of this machine or network"
        if port not in WEB_PORTS:
            return f"port {port} is none of the web's; allow_private_hosts of study.toml can name {host}:{port}"
        return None


def _listed(item: str) -> tuple[str, int | None]:
    """Host and port of an entry of allow_private_hosts: "kunta.test", "127.0.0.1:8000", "[::1]:8000", "::1"."""
    text = item.strip().lower()
    name, colon, port = text.rpartition(":")
    if colon and port.isdigit() and (":" not in name or name.endswith("]")):
        return name.strip("[]"), int(port)
    return text.strip("[]"), None


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for an address, with no_proxy honoured; None for a direct connection."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    return None if not proxy or proxy_bypass(parts.hostname or "") else proxy
