"""Downloader middleware that keeps everything: each request, answer and failure goes into the municipality's WARC.

It stands next to the wire (950), so robots.txt, redirect hops, repeated attempts and still-compressed bodies are kept.
"""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from study import StorageError

from .context import running_crawl
from .failures import failure_of


class ArchiveMiddleware:
    """Writes what goes over the wire. A full disk ends the crawl at once."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Keep the exchange; the response goes on unchanged, knowing its record's id."""
        try:
            self._keep(request, response)
        except StorageError as error:
            # Without evidence there is nothing to crawl for: the disk's refusal ends the crawl at once.
            running_crawl(self._crawler).give_up(error)
            raise IgnoreRequest(str(error)) from error
        return response

    def _keep(self, request: Request, response: Response) -> None:
        crawl = running_crawl(self._crawler)
        note = request.meta.get("note")
        if "script_redirect" in request.meta:
            crawl.writer.write_json("script-redirect", {"to": request.meta["script_redirect"]}, url=request.url)
            return
        if "rendered" in request.meta:
            html = response.body.decode("utf-8", errors="replace")
            note = {**(note or {}), **request.meta["rendered"], "status": response.status}
            crawl.writer.write_rendered(request.url, html, datetime.now(UTC), request.meta.get("refers_to"), note)
            return
        flags = {**note, "flags": list(response.flags)} if response.flags and note else note
        request.meta["record_id"] = crawl.writer.write_exchange(
            response.url,
            _headers(request.headers),
            response.status,
            _headers(response.headers),
            response.body,
            at=datetime.now(UTC),
            protocol=response.protocol or "HTTP/1.1",
            method=request.method,
            ip=str(response.ip_address) if response.ip_address else None,
            note=flags,
        )

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Keep the failure; the exception goes on."""
        if isinstance(exception, IgnoreRequest):
            return
        crawl = running_crawl(self._crawler)
        reason, detail = failure_of(exception)
        try:
            crawl.writer.write_failure(request.url, reason, detail, datetime.now(UTC), request.meta.get("note"))
        except StorageError as error:
            crawl.give_up(error)


def _headers(headers: object) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in headers.items() for value in values]  # type: ignore[attr-defined]
