"""Where a request goes once it is its host's turn: over the wire, or to the browser for a page to be rendered."""

from __future__ import annotations

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response


class Handler(HTTP11DownloadHandler):
    """HTTP by Scrapy's own handler."""

    lazy = False

    async def download_request(self, request: Request) -> Response:
        """Fetch over HTTP."""
        response: Response = await super().download_request(request)
        return response
