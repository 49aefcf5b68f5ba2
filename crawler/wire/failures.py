"""Why a request failed: exceptions of Scrapy and Twisted as the study's failure reasons."""

from __future__ import annotations

import re

from scrapy import exceptions
from scrapy.exceptions import IgnoreRequest
from twisted.internet import error

from crawler.browser.errors import BrowserUnavailableError, RenderError
from study import FailureReason, without_password

from .bounds import HeadTooLargeError
from .guarding import PrivateAddressError, PrivateResolutionError


class HeldElsewhereError(IgnoreRequest):
    """Another municipality's evidence of the same study holds this landing page."""

    def __init__(self, code: str) -> None:
        super().__init__(f"held in the evidence of {code}")
        self.code = code


class RobotsForbidError(IgnoreRequest):
    """robots.txt asks us not to fetch this address."""


class RobotsUnreachableError(IgnoreRequest):
    """robots.txt gave a server error or no answer: the host is closed for now."""

    def __init__(self, reason: FailureReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


_REASONS: tuple[tuple[type[BaseException], FailureReason], ...] = (
    (PrivateAddressError, FailureReason.PRIVATE_ADDRESS),
    (PrivateResolutionError, FailureReason.PRIVATE_ADDRESS),
    (HeadTooLargeError, FailureReason.TOO_LARGE),
    (RobotsForbidError, FailureReason.ROBOTS),
    (exceptions.CannotResolveHostError, FailureReason.DNS),
    (error.DNSLookupError, FailureReason.DNS),
    (exceptions.DownloadConnectionRefusedError, FailureReason.REFUSED),
    (error.ConnectionRefusedError, FailureReason.REFUSED),
    (exceptions.DownloadTimeoutError, FailureReason.TIMEOUT),
    (error.TimeoutError, FailureReason.TIMEOUT),
    (exceptions.DownloadCancelledError, FailureReason.TOO_LARGE),
    (exceptions.ResponseDataLossError, FailureReason.CONNECTION_LOST),
    (error.ConnectionLost, FailureReason.CONNECTION_LOST),
    (error.ConnectionDone, FailureReason.CONNECTION_LOST),
    (exceptions.NotSupported, FailureReason.BAD_ADDRESS),
    (exceptions.UnsupportedURLSchemeError, FailureReason.BAD_ADDRESS),
    (RenderError, FailureReason.RENDER_FAILED),
    (BrowserUnavailableError, FailureReason.RENDER_FAILED),
)


_WRAPPED = re.compile(r"<(?:twisted\.python\.failure\.Failure )?[\w.]+: ([^<>]*)>")
_TLS_TRIPLE = re.compile(r"\('[^']*', '[^']*', '([^']*)'\)")
_OBJECT = re.compile(r"<[^<>]* object at 0x[0-9a-f]+>|<class '([^']*)'>")
_LISTED = re.compile(r"^\[(.*)\]$")


def failure_of(exception: BaseException) -> tuple[FailureReason, str]:
    """Reason and detail of a failed request; looks through wrapped causes."""
    detail = in_words(exception)[:300] or type(exception).__name__
    if type(exception) is IgnoreRequest and "exceeded" in detail:
        return FailureReason.TOO_LARGE, detail  # Scrapy's way to refuse a decompression bomb
    if isinstance(exception, RobotsUnreachableError):
        return exception.reason, detail
    chain = list(_chain(exception))
    for kind, reason in _REASONS[:3]:
        if any(isinstance(item, kind) for item in chain):
            return reason, detail
    if any("SSL" in type(item).__module__ or type(item).__name__ == "SSLError" for item in chain) or "SSL" in str(
        exception
    ):
        return FailureReason.TLS, detail
    for item in chain:
        for kind, reason in _REASONS:
            if isinstance(item, kind):
                return reason, detail
    return FailureReason.OTHER, f"{type(exception).__name__}: {detail}"


def in_words(exception: BaseException) -> str:
    """What an exception says to people: what libraries print of their own objects is left out, and so are passwords."""
    text = " ".join(str(exception).split())
    text = _WRAPPED.sub(r"\1", text)
    text = _TLS_TRIPLE.sub(r"\1", text)
    text = _OBJECT.sub("", text)
    return without_password(_LISTED.sub(r"\1", text)).strip()


def _chain(exception: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    todo = [exception]
    while todo and len(found) < 20:
        item = todo.pop()
        if item is None or item in found:
            continue
        found.append(item)
        todo += [item.__cause__, item.__context__]
        todo += [getattr(reason, "value", None) for reason in getattr(item, "reasons", None) or ()]
    return found
