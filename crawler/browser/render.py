"""Opens a page in the browser, waits until it has settled, and gives the DOM as HTML."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from playwright.async_api import Error, Page, Request

from crawler.failures import BrowserUnavailableError, RenderError

from .session import BrowserSession

_LOAD_MS = 30_000
_CEILING_SECONDS = 10.0  # some pages poll for ever; what they show by then is what a reader sees
_QUIET_SECONDS = 0.3  # without a request in flight and without new text: scripts that render do it at once
_EMPTY_QUIET_SECONDS = 2.0  # a page that shows nothing yet may still be about to ask for its content
_LOOK_SECONDS = 0.1
_MAX_HTML = 10_000_000
_TEXT_LENGTH = "document.body ? document.body.innerText.length : 0"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the browser made of a page."""

    html: str
    status: int
    final_url: str
    contacted: tuple[str, ...]


async def render(session: BrowserSession, url: str) -> Rendered:
    """The settled DOM of a page; raises RenderError or BrowserUnavailableError."""
    gateway = session.gateway
    gateway.contacted.clear()
    try:
        page = await session.new_page()
    except Error as error:
        raise BrowserUnavailableError(_first_line(error)) from error
    try:
        traffic = _Traffic(page)
        status = await _open(page, url)
        await _settle(page, traffic)
        html = await page.content()
        return Rendered(html[:_MAX_HTML], status, page.url, tuple(sorted(gateway.contacted)))
    except Error as error:
        raise RenderError(_first_line(error)) from error
    finally:
        await _close(page)


class _Traffic:
    """Requests of a page that have begun and not ended."""

    def __init__(self, page: Page) -> None:
        self.open = 0
        page.on("request", self._begun)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def _begun(self, _: Request) -> None:
        self.open += 1

    def _ended(self, _: Request) -> None:
        self.open -= 1


async def _open(page: Page, url: str) -> int:
    response = await page.goto(url, wait_until="domcontentloaded", timeout=_LOAD_MS)
    return response.status if response is not None else 200


async def _settle(page: Page, traffic: _Traffic) -> None:
    """Wait until no request is in flight and the text has stopped growing; with a ceiling, as some pages never rest."""
    length, quiet, waited = -1, 0.0, 0.0
    while waited < _CEILING_SECONDS:
        now = int(await page.evaluate(_TEXT_LENGTH))
        quiet = quiet + _LOOK_SECONDS if now == length and traffic.open <= 0 else 0.0
        if quiet >= (_QUIET_SECONDS if now > 0 else _EMPTY_QUIET_SECONDS):
            return
        length = now
        await asyncio.sleep(_LOOK_SECONDS)
        waited += _LOOK_SECONDS


async def _close(page: Page) -> None:
    try:
        await page.close()
    except Error:
        return  # the browser crashed; the session starts a new one for the next page


def _first_line(error: Error) -> str:
    return str(error).strip().splitlines()[0][:300]
