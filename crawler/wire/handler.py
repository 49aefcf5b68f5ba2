"""Where a request goes once it is its host's turn: over the wire, or to the browser for a page to be rendered."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import HtmlResponse, Response

from crawler.browser.errors import RenderError
from study import host_of

from .bounds import bound_headers
from .context import running_crawl
from .guarding import PrivateResolutionError, refused_address

_LONGEST = 90.0  # seconds; loading and settling have shorter limits of their own, this is for a browser that hangs


class Handler(HTTP11DownloadHandler):
    """HTTP by Scrapy's own handler; requests marked `render` go to the browser, in the same slot of their host."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        bound_headers()
        super().__init__(crawler)

    async def download_request(self, request: Request) -> Response:
        """Fetch or render."""
        if not request.meta.get("render"):
            return await self._over_the_wire(request)
        from crawler.browser.render import render  # Playwright is loaded when the first page needs it

        try:
            crawl, is_patient = running_crawl(self.crawler), bool(request.meta.get("patient"))
            browser = crawl.browser()
            for issuer in filter(None, crawl.issuers.values()):
                browser.gateway.asked.note(issuer)
            await browser.room()
            rendered = await asyncio.wait_for(render(browser, request.url, patient=is_patient), _LONGEST)
        except TimeoutError as error:
            raise RenderError(f"the browser did not come to an end within {_LONGEST:.0f} seconds") from error
        if host_of(rendered.final_url) != host_of(request.url):
            # What the browser ended on is another site's page: no evidence of this address, but of where it leads.
            request.meta["script_redirect"] = rendered.final_url
            return Response(request.url, 302, headers={"Location": rendered.final_url})
        request.meta["rendered"] = {
            "contacted": list(rendered.contacted),
            "final_url": rendered.final_url,
            "headers": rendered.headers,
            "cookies": list(rendered.cookies),
            **({"other_methods": rendered.other_methods} if rendered.other_methods else {}),
        }
        return HtmlResponse(request.url, rendered.status, body=rendered.html, encoding="utf-8", flags=["rendered"])

    async def _over_the_wire(self, request: Request) -> Response:
        try:
            response: Response = await super().download_request(request)
        except CannotResolveHostError as error:
            name = (urlsplit(request.url).hostname or "").lower()
            address = refused_address(name)
            if address is None:
                raise
            raise PrivateResolutionError(f"{name} leads to {address}, which is not a public address") from error
        return response

    async def close(self) -> None:
        """Close connections and the browser."""
        await running_crawl(self.crawler).close_browser()
        await super().close()
