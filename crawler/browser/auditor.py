"""The browser of an audit: one Chromium that Playwright opens tabs in and runs axe-core in, over a pipe.

Started when the first page needs it, anew after a crash and after every so many pages. It listens on no port. All
traffic goes through the guarded gateway it is given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from playwright.async_api import Browser, Error, Playwright, async_playwright

from .asked import watch
from .axe import TOO_LONG, AxeRun, AxeRunner, AxeScript, BrowserLostError
from .chromium import launch_chromium, unavailable
from .gateway import Gateway
from .memory import watch_memory
from .visit import DESKTOP, Identity, Tab, Visit

RECYCLE_AFTER = 150  # pages; Chromium grows by a few MB with each, and a restart costs two seconds
_BEGIN_SECONDS = 30.0
_ARGUMENTS = ("--hide-scrollbars", "--force-color-profile=srgb", "--font-render-hinting=none")


class AuditBrowser:
    """Gives empty tabs and runs axe-core in them. Close it when done."""

    tabs = 3  # while axe-core works on one page the next one comes to rest, and the page before it is looked at narrow

    def __init__(self, gateway: Gateway, identity: Identity, script: AxeScript) -> None:
        self._identity, self._script = identity, script
        self._gateway = gateway
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._axe = AxeRunner(script)
        self._idle: list[Tab] = []
        self._opened = 0
        self.restarts = 0
        self.engine: Mapping[str, Any] = script.describe()
        self.version = ""

    async def begin(self) -> Visit:
        """An empty tab in a context of its own; raises BrowserUnavailableError where no browser can be started."""
        if self.is_lost:
            await self.restart()
        await watch_memory.room(self._close_idle)
        assert self._browser is not None
        self._opened += 1
        if self._idle:
            return Visit(self._idle.pop())
        try:
            return Visit(await asyncio.wait_for(self._tab(self._browser), _BEGIN_SECONDS))
        except (Error, TimeoutError) as error:
            raise BrowserLostError(str(error).splitlines()[0][:200] if str(error) else "no new tab") from error

    async def end(self, visit: Visit) -> None:
        """Done with a page: its tab is wiped for the next one, or closed where it does not obey any more."""
        try:
            await visit.tab.wipe()
        except (Error, TimeoutError):
            await visit.tab.close()
            return
        if not self.is_lost and visit.tab.context.browser is self._browser:
            self._idle.append(visit.tab)

    @property
    def wants_rest(self) -> bool:
        """Whether so many pages were opened that a new browser is due."""
        return self._opened >= RECYCLE_AFTER

    @property
    def is_lost(self) -> bool:
        """Whether the browser has gone away."""
        return self._browser is None or not self._browser.is_connected()

    async def axe(self, visit: Visit) -> AxeRun:
        """Run axe-core in the tab; raises BrowserLostError."""
        try:
            return await self._axe.run(visit.tab.page, visit.tab.devtools)
        except TimeoutError:
            await visit.tab.halt()
            return AxeRun(None, TOO_LONG)

    async def restart(self) -> None:
        """A new browser in place of the old one, if any."""
        if self._browser is not None:
            self.restarts += 1
        await self._end()
        if self._playwright is None:
            self._playwright = await async_playwright().start()
        try:
            self._browser = await launch_chromium(self._playwright, self._gateway.url, _ARGUMENTS)
        except Error as error:
            raise unavailable(error) from error
        self.version = self._browser.version
        self._opened = 0

    async def close(self) -> None:
        """End everything."""
        await self._end()
        if self._playwright is not None:
            await self._playwright.stop()
            self._playwright = None

    def describe(self) -> dict[str, Any]:
        """What the results depend on, for the evidence."""
        return {
            "browser": f"Chromium {self.version}",
            "engine": self.engine,
            "viewport": DESKTOP,
        }

    async def _close_idle(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _tab(self, browser: Browser) -> Tab:
        languages = self._identity.languages
        context = await browser.new_context(
            user_agent=f"Mozilla/5.0 (X11; Linux x86_64) Chrome/{browser.version} {self._identity.user_agent}",
            viewport=DESKTOP,  # type: ignore[arg-type]
            locale=languages[0] if languages else None,
            reduced_motion="reduce",
            color_scheme="light",
            accept_downloads=False,
            service_workers="block",
        )
        await watch(context, self._gateway.asked)
        return await Tab.open(context, self._gateway.key)

    async def _end(self) -> None:
        browser, self._browser = self._browser, None
        self._idle.clear()
        if browser is not None:
            try:
                await asyncio.wait_for(browser.close(), _BEGIN_SECONDS)
            except (Error, TimeoutError):
                return  # it had crashed
