"""Single requests by way of a gateway and no other, for what needs no browser: the guard sees every address.

Neither `no_proxy` nor a redirect leads past it; an answer has a greatest size, and a time for all of it.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPSConnection
from urllib.parse import urlsplit, urlunsplit

from crawler.manners.certificates import issuer_address

from .gateway import Gateway


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; nothing of it was followed. Header names are looked up in any case."""

    status: int
    headers: HTTPMessage
    body: bytes


def ask(
    gateway: Gateway, url: str, headers: Mapping[str, str], *, limit: int, seconds: float, is_secret: bool = False
) -> Answer:
    """What an address answers to a GET; raises OSError (TimeoutError where it takes longer) or HTTPException.

    Whatever certificate there is: nothing secret is asked for. Where its issuer's lacks, the browser may fetch that.
    With `is_secret` the headers hold a key, and a certificate that is not accepted raises SSLError.
    """
    try:
        return _ask(gateway, url, headers, limit, seconds, ssl.create_default_context())
    except ssl.SSLCertVerificationError:
        if is_secret:
            raise
        return _ask(gateway, url, headers, limit, seconds, ssl._create_unverified_context())


def _ask(
    gateway: Gateway, url: str, headers: Mapping[str, str], limit: int, seconds: float, context: ssl.SSLContext
) -> Answer:
    parts, key = urlsplit(url), {"Proxy-Authorization": gateway.key.header}
    sent = {**headers, "Host": parts.netloc.rpartition("@")[2]}
    line: HTTPConnection
    if parts.scheme == "https":
        line = HTTPSConnection("127.0.0.1", gateway.port, timeout=seconds, context=context)
        line.set_tunnel(parts.hostname or "", parts.port or 443, key)
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    else:
        line, target = HTTPConnection("127.0.0.1", gateway.port, timeout=seconds), url
        sent |= key
    late = threading.Event()
    timer = threading.Timer(seconds, _cut, (line, late))
    timer.daemon = True
    timer.start()
    try:
        line.request("GET", target, headers=sent)
        if context.verify_mode is ssl.CERT_NONE and isinstance(line.sock, ssl.SSLSocket):
            gateway.asked.note(issuer_address(line.sock.getpeercert(binary_form=True) or b""))
        answer = line.getresponse()
        body = answer.read(limit)
        if late.is_set():
            raise TimeoutError(f"not whole within {seconds:.0f} seconds")
        return Answer(answer.status, answer.headers, body)
    except (OSError, HTTPException) as error:
        if late.is_set():
            raise TimeoutError(f"not whole within {seconds:.0f} seconds") from error
        raise
    finally:
        timer.cancel()
        line.close()


def _cut(line: HTTPConnection, late: threading.Event) -> None:
    """End a connection that takes too long, in the middle of whatever it is at; first of all say why it ends."""
    late.set()
    with suppress(OSError):
        if line.sock is not None:
            line.sock.shutdown(socket.SHUT_RDWR)
