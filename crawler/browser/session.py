"""Starts Chromium through Playwright when the first page needs it, and again after a crash or after many pages."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Error, Page, Playwright, async_playwright

from crawler.failures import BrowserUnavailableError
from crawler.guard import Guard
from study import find_chromium

from .gateway import Gateway

_RECYCLE_AFTER = 150  # pages; Chromium's memory grows with every page it has shown
_VIEWPORT = {"width": 1280, "height": 720}  # fixed, because what a page shows depends on it
_ARGUMENTS = (
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--blink-settings=imagesEnabled=false",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)


class BrowserSession:
    """One Chromium for one crawl; all its traffic goes through the guarded gateway."""

    def __init__(self, guard: Guard, user_agent: str, languages: tuple[str, ...]) -> None:
        self._guard, self._user_agent, self._languages = guard, user_agent, languages
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._opened = 0
        self.gateway = Gateway(guard)
        self._port = 0

    async def new_page(self) -> Page:
        """An empty tab; raises BrowserUnavailableError where no browser can be started."""
        if self._browser is None or not self._browser.is_connected() or self._opened >= _RECYCLE_AFTER:
            await self._restart()
        assert self._context is not None
        self._opened += 1
        return await self._context.new_page()

    async def close(self) -> None:
        """End the browser and the gateway."""
        await self._close_browser()
        if self._playwright is not None:
            await self._playwright.stop()
            self._playwright = None
        await self.gateway.close()

    async def _restart(self) -> None:
        await self._close_browser()
        if not self._port:
            self._port = await self.gateway.start()
        if self._playwright is None:
            self._playwright = await async_playwright().start()
        arguments = [*_ARGUMENTS, f"--proxy-server=http://127.0.0.1:{self._port}", "--proxy-bypass-list=<-loopback>"]
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        try:
            self._browser = await self._playwright.chromium.launch(
                executable_path=find_chromium(),
                args=arguments,
                chromium_sandbox=not is_root,  # Chromium refuses its sandbox to root
                env={**os.environ, "HOME": os.environ.get("HOME", str(Path.cwd()))},
            )
            version = self._browser.version
            self._context = await self._browser.new_context(
                user_agent=f"Mozilla/5.0 (X11; Linux x86_64) Chrome/{version} {self._user_agent}",
                viewport=_VIEWPORT,  # type: ignore[arg-type]
                locale=self._languages[0] if self._languages else "fi",
                accept_downloads=False,
                service_workers="block",
            )
        except Error as error:
            first = str(error).strip().splitlines()[0][:200]
            raise BrowserUnavailableError(
                f"Chromium could not be started ({first}); `kuntatutka doctor` says what is missing"
            ) from error
        self._opened = 0

    async def _close_browser(self) -> None:
        if self._browser is None:
            return
        with contextlib.suppress(Error):  # it may have crashed
            await self._browser.close()
        self._browser = self._context = None
