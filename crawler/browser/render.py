"""Opens a page in the browser, waits until it has settled, and gives the DOM as HTML."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from playwright.async_api import Error, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from crawler.failures import BrowserUnavailableError, RenderError

from .session import BrowserSession

_LOAD_MS = 30_000
_QUIET_MS = 6_000
_STABLE_SECONDS = 4.0
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
        status = await _open(page, url)
        await _settle(page)
        html = await page.content()
        return Rendered(html[:_MAX_HTML], status, page.url, tuple(sorted(gateway.contacted)))
    except Error as error:
        raise RenderError(_first_line(error)) from error
    finally:
        await _close(page)


async def _open(page: Page, url: str) -> int:
    response = await page.goto(url, wait_until="domcontentloaded", timeout=_LOAD_MS)
    return response.status if response is not None else 200


async def _settle(page: Page) -> None:
    """Wait for a quiet network, then until the text stops growing; both with a ceiling, for some pages never rest."""
    with contextlib.suppress(PlaywrightTimeout):
        await page.wait_for_load_state("networkidle", timeout=_QUIET_MS)
    length, waited = -1, 0.0
    while waited < _STABLE_SECONDS:
        now = int(await page.evaluate(_TEXT_LENGTH))
        if now == length and now > 0:
            return
        length = now
        await asyncio.sleep(0.2)
        waited += 0.2


async def _close(page: Page) -> None:
    try:
        await page.close()
    except Error:
        return  # the browser crashed; the session starts a new one for the next page


def _first_line(error: Error) -> str:
    return str(error).strip().splitlines()[0][:300]
