"""Starts Chromium through Playwright when the first page needs it, and again after a crash or after many pages."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Error, Page, Playwright, async_playwright

from crawler.manners.guard import Guard

from .asked import send_nothing, watch
from .chromium import launch_chromium, unavailable
from .gateway import Gateway
from .key import give_key
from .memory import watch_memory

_RECYCLE_AFTER = 150  # pages; Chromium's memory grows with every page it has shown
_TAB_FOR = 25  # pages; a tab is used again, as opening one takes as long as loading a page
_CLOSE_SECONDS = 5.0
_OPEN_SECONDS = 30.0
_WATCH = Path(__file__).parent / "scripts" / "watch.js"
# Nothing that is read: fonts, films, pictures. Style sheets stay, for they say what is hidden.
_LEFT_OUT = [
    f"*.{extension}{end}"
    for extension in ("woff", "woff2", "ttf", "otf", "mp4", "webm", "mp3", "png", "jpg", "jpeg", "gif", "webp", "avif")
    for end in ("", "?*")
]
_VIEWPORT = {"width": 1280, "height": 720}  # fixed, because what a page shows depends on it
_ARGUMENTS = (
    "--blink-settings=imagesEnabled=false",
    "--js-flags=--max-old-space-size=512",  # megabytes: a page that wants more is not read
)


class BrowserSession:
    """One Chromium for one crawl; all its traffic goes through the guarded gateway."""

    def __init__(self, guard: Guard, user_agent: str, languages: tuple[str, ...]) -> None:
        self._guard, self._user_agent, self._languages = guard, user_agent, languages
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._tab: Page | None = None
        self._closing: set[asyncio.Future[None]] = set()
        self._opened = 0
        self._is_let_in = False
        self.is_tab_new = False
        """Whether no other page was in the tab before the one that it was given for last."""
        self.gateway = Gateway(guard)

    async def tab(self) -> Page:
        """A tab for the next page, mostly the last one's; raises BrowserUnavailableError where no browser starts."""
        if self._browser is None or not self._browser.is_connected() or self._opened >= _RECYCLE_AFTER:
            await self._restart()
        self.is_tab_new = self._tab is None or self._tab.is_closed() or self._opened % _TAB_FOR == 0
        if self._tab is None or self.is_tab_new:
            await self.drop_tab()
            self._tab = await self._new_tab()
        self._opened += 1
        return self._tab

    async def room(self) -> None:
        """Wait for a while where browsers side by side take nearly all that they may; the last page's tab is closed."""
        await watch_memory.room(self.drop_tab)

    async def _new_tab(self) -> Page:
        """A tab of this browser, or of a new one where this opens none, as after the end of a process kept ready."""
        for is_last in (False, True):
            if self._context is None or is_last:
                await self._restart()
            assert self._context is not None
            try:
                return await asyncio.wait_for(self._let_in(self._context), _OPEN_SECONDS)
            except TimeoutError:
                continue
        raise unavailable(TimeoutError(f"no tab opens within {_OPEN_SECONDS:.0f} seconds"))

    async def _let_in(self, context: BrowserContext) -> Page:
        tab = await context.new_page()
        devtools = await context.new_cdp_session(tab)
        await devtools.send("Network.enable")
        await devtools.send("Network.setBlockedURLs", {"urls": _LEFT_OUT})
        if not self._is_let_in:
            await give_key(tab, devtools, self.gateway.key)
            self._is_let_in = True
        await send_nothing(devtools)
        return tab

    async def drop_tab(self) -> None:
        """Close the tab: its page hung, failed or left something behind. A browser that refuses to is ended."""
        tab, self._tab = self._tab, None
        if tab is None or tab.is_closed():
            return
        try:
            await asyncio.wait_for(tab.close(), _CLOSE_SECONDS)
        except Error:
            return  # the browser crashed; a new one is started for the next page
        except TimeoutError:
            await self._close_browser()

    async def close(self) -> None:
        """End the browser and the gateway."""
        await self._close_browser()
        if self._playwright is not None:
            await self._playwright.stop()
            self._playwright = None
        await self.gateway.close()

    async def _restart(self) -> None:
        await self._close_browser()
        await self.gateway.start()
        if self._playwright is None:
            self._playwright = await async_playwright().start()
        try:
            self._browser = await launch_chromium(self._playwright, self.gateway.url, _ARGUMENTS)
            version = self._browser.version
            self._context = await self._browser.new_context(
                user_agent=f"Mozilla/5.0 (X11; Linux x86_64) Chrome/{version} {self._user_agent}",
                viewport=_VIEWPORT,  # type: ignore[arg-type]
                locale=self._languages[0] if self._languages else None,
                accept_downloads=False,
                service_workers="block",
            )
            await self._context.add_init_script(path=_WATCH)
            await watch(self._context, self.gateway.asked)
            self._context.on("page", self._popped_up)
        except Error as error:
            raise unavailable(error) from error
        self._opened, self._is_let_in = 0, False

    async def _close_browser(self) -> None:
        browser, self._browser, self._context, self._tab = self._browser, None, None, None
        if browser is None:
            return
        with contextlib.suppress(Error, TimeoutError):  # it may have crashed, or hang
            await asyncio.wait_for(browser.close(), _CLOSE_SECONDS)

    def _popped_up(self, page: Page) -> None:
        """A window that a page opened is closed; the tab in use was opened by us."""

        async def close() -> None:
            with contextlib.suppress(Error):
                if await page.opener() is not None:
                    await page.close()

        task = asyncio.ensure_future(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
