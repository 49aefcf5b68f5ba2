"""Is there a network at all? Asked once before a crawl, so that a computer without one is told in one sentence."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NoAnswerError
from urllib.parse import urlsplit

from study import without_password

from .guard import Guard, is_local_name, numeric_address, proxy_for

_SECONDS = 10.0
_NAMES = 3
# Addresses kept for documentation: connecting a datagram socket sends nothing, it only looks for a way out.
_FAR = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def no_network(addresses: Iterable[str], guard: Guard) -> str | None:
    """Why none of these sites can be reached, where that lies with this computer; None where it does not seem to.

    Names of sites are looked up, as a crawl would; nothing else is asked.
    """
    far = [url for url in addresses if _is_far(urlsplit(url).hostname or "", guard)]
    proxies = sorted({proxy for url in far if (proxy := proxy_for(url)) is not None})
    direct = [urlsplit(url).hostname or "" for url in far if proxy_for(url) is None]
    if proxies and not direct:
        return _silent_proxy(proxies[0])
    if direct and not has_way_out():
        return "this computer has no network"
    if direct and not _any_name(direct[:_NAMES]):
        return "no name can be looked up; the network or its name server does not answer"
    return None


def has_way_out() -> bool:
    """Whether any interface of this computer leads to other networks. Sends nothing."""
    for family, address in _FAR:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as line:
                line.connect((address, 9))
                return True
        except OSError:
            continue
    return False


def _is_far(host: str, guard: Guard) -> bool:
    return bool(host) and numeric_address(host) is None and not is_local_name(host) and not guard.allows_name(host)


def _silent_proxy(proxy: str) -> str | None:
    parts = urlsplit(proxy)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 80), timeout=_SECONDS).close()
    except OSError as error:
        return f"the proxy {without_password(proxy)} does not answer ({error.strerror or error})"
    return None


def _any_name(hosts: list[str]) -> bool:
    """Whether a name server answers for any of these names, be it that there is no such name."""
    pool = ThreadPoolExecutor(len(hosts))
    try:
        return any(pool.map(_is_answered, hosts, timeout=_SECONDS))
    except NoAnswerError:
        return False
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _is_answered(host: str) -> bool:
    try:
        socket.getaddrinfo(host, None)
    except socket.gaierror as error:
        return error.errno != socket.EAI_AGAIN
    return True
