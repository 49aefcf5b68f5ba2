"""Bounds on what a server may send: decoded bodies, cookies, headers, and files of which the beginning is enough.

Downloader middlewares and an extension of Scrapy. What is too large ends as a failure with a reason.
"""

from __future__ import annotations

import re

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import _LenientHTTPClientParser
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Response

from study import decode_body

_ENCODINGS = b"gzip"  # what every reader of web archives undoes; br and zstd stop some of them
_MAX_COOKIES = 60
"""Set-Cookie lines of one answer that are heeded; browsers keep 180 a site."""
_MAX_COOKIE = 4_096
_MAX_JAR = 180
MAX_HEAD = 262_144
"""Bytes of status line and headers of one answer, as in browsers."""
_HEADER_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*")


class HeadTooLargeError(Exception):
    """An answer's headers are larger than any server's that means well."""


class DecodingMiddleware:
    """Undoes the body's compression as the readers of evidence do, so that live and stored answers mean the same."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DecodingMiddleware:
        """Made by Scrapy."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Say what we can read."""
        request.headers.setdefault(b"Accept-Encoding", _ENCODINGS)

    def process_response(self, request: Request, response: Response) -> Response:
        """The decoded answer; raises IgnoreRequest for one that grows beyond the limit."""
        encodings = b",".join(response.headers.getlist(b"Content-Encoding")).decode("latin-1")
        if not encodings or not response.body:
            return response
        body = decode_body(response.body, {"content-encoding": encodings}, self._limit)
        if len(body) >= self._limit and "partial" not in request.meta:
            raise IgnoreRequest(f"the decoded answer exceeded {self._limit // 1_000_000} MB")
        return response.replace(body=body)


class BoundedCookiesMiddleware(CookiesMiddleware):
    """Keeps cookies like a browser: some, none of them huge."""

    def process_response(self, request: Request, response: Response, spider: object = None) -> Response:
        """Take the answer's cookies."""
        cookies = response.headers.getlist(b"Set-Cookie")
        if not cookies:
            return response
        kept = [cookie for cookie in cookies if len(cookie) <= _MAX_COOKIE][:_MAX_COOKIES]
        jar = self.jars[request.meta.get("cookiejar")]
        if len(jar) < _MAX_JAR:
            bare = Response(response.url, status=response.status, headers={b"Set-Cookie": kept})
            jar.extract_cookies(bare, request)
        return response


class PartialReading:
    """Scrapy extension: requests with `partial` in their meta end after so many bytes, with what has come by then."""

    def __init__(self, crawler: Crawler) -> None:
        crawler.signals.connect(self._received, signal=signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PartialReading:
        """Made by Scrapy."""
        return cls(crawler)

    def _received(self, data: bytes, request: Request) -> None:
        limit = request.meta.get("partial")
        if limit is None:
            return
        request.meta["received"] = request.meta.get("received", 0) + len(data)
        if request.meta["received"] >= limit:
            raise StopDownload(fail=False)


def partially(limit: int) -> dict[str, int]:
    """Meta of a request of which the first `limit` bytes are enough."""
    return {"partial": limit, "download_maxsize": 0}


class _BoundedParser(_LenientHTTPClientParser):
    """Counts the bytes of the headers, without which a server can fill the memory, and reads lines as long as that.

    Headers without a name that HTTP knows are skipped, as in browsers: one of them is no reason to lose the page.
    """

    MAX_LENGTH = MAX_HEAD  # of a line; Twisted's own 16 kB is less than some cookies and security policies
    _head_bytes = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        self._head_bytes += len(line)
        if self._head_bytes > MAX_HEAD:
            self.lineLengthExceeded(line)
        if self._partialHeader is None and line[:1] in (b" ", b"\t"):
            return  # goes on with a header that never began
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        raise HeadTooLargeError(f"more than {MAX_HEAD // 1024} kB of headers")

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802
        if _HEADER_NAME.fullmatch(name):
            super().headerReceived(name.rstrip(), value)  # type: ignore[no-untyped-call]


def bound_headers() -> None:
    """Make Scrapy read answers with the bounded parser: it has no setting for that."""
    from scrapy.core.downloader.handlers import http11

    http11._LenientHTTPClientParser = _BoundedParser  # type: ignore[misc]
