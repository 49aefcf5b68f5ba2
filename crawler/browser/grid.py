"""The browser of an audit on an existing Selenium Grid: Selenium opens the pages itself, one after the other.

Slower than the browser on this machine and with less to tell: the Grid's network is its own, so only the addresses of
pages are checked by the guard, and what a page loads is counted by the page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import JavascriptException, TimeoutException, WebDriverException
from selenium.webdriver.chromium.remote_connection import ChromiumRemoteConnection
from selenium.webdriver.remote.client_config import ClientConfig
from urllib3.exceptions import HTTPError

from study import address_key, host_of, registrable_domain

from .axe import AxeRun, AxeScript, BrowserLostError
from .errors import BrowserUnavailableError
from .scripted import QUIET_MS, Scripted
from .selenium_axe import AxeDriver, is_by_navigation, short_reason
from .visit import BUSY, CEILING_MS, DESKTOP, LOAD_MS, Identity, VisitError, check_is_page, script_source

RECYCLE_AFTER = 60
_CALL = "const done = arguments[arguments.length - 1]; Promise.resolve((SCRIPT)(arguments[0])).then(done);"


class GridBrowser:
    """One session on a Selenium Grid."""

    tabs = 1

    def __init__(self, grid_url: str, identity: Identity, script: AxeScript) -> None:
        self._url, self._identity, self._script = grid_url, identity, script
        self._axe: AxeDriver | None = None
        self._opened = 0
        self.restarts = 0
        self.engine: Mapping[str, Any] = script.describe()
        self.version = ""

    @property
    def wants_rest(self) -> bool:
        """Whether so many pages were opened that a new session is due."""
        return self._opened >= RECYCLE_AFTER

    @property
    def is_lost(self) -> bool:
        """Whether there is no session."""
        return self._axe is None

    async def begin(self) -> GridVisit:
        """The session's tab; raises BrowserUnavailableError where the Grid gives no session."""
        if self._axe is None:
            await self.restart()
        assert self._axe is not None
        self._opened += 1
        return GridVisit(self._axe)

    async def end(self, visit: GridVisit) -> None:
        """Forget the page's cookies."""
        try:
            await asyncio.to_thread(visit.driver.delete_all_cookies)
            await visit.resize(DESKTOP)
        except (WebDriverException, HTTPError, OSError, BrowserLostError):
            return  # the next page finds out, and a new session is asked for

    async def axe(self, visit: GridVisit) -> AxeRun:
        """Run axe-core in the tab; raises BrowserLostError."""
        return await asyncio.to_thread(visit.axe.run)

    async def restart(self) -> None:
        """A new session in place of the old one, if any."""
        await self.close()
        self.restarts += 1
        try:
            self._axe = await asyncio.to_thread(self._start)
        except (WebDriverException, HTTPError, OSError) as error:
            why = f"the Selenium Grid at {self._url} gives no browser ({short_reason(error)})"
            raise BrowserUnavailableError(why) from error
        self._opened = 0

    def _start(self) -> AxeDriver:
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--hide-scrollbars", "--no-sandbox", "--force-prefers-reduced-motion"):
            options.add_argument(argument)
        options.add_argument(f"--user-agent=Mozilla/5.0 (X11; Linux x86_64) {self._identity.user_agent}")
        if self._identity.languages:
            options.add_argument(f"--lang={self._identity.languages[0]}")
        config = ClientConfig(remote_server_addr=self._url, timeout=120)
        connection = ChromiumRemoteConnection(
            remote_server_addr=self._url, vendor_prefix="goog", browser_name="chrome", client_config=config
        )
        driver = webdriver.Remote(command_executor=connection, options=options)
        driver.set_page_load_timeout(LOAD_MS / 1000)
        axe = AxeDriver(driver, self._script)
        self.version = axe.browser_version
        _resize(driver, DESKTOP)
        return axe

    async def close(self) -> None:
        """End the session."""
        if self._axe is not None:
            axe, self._axe = self._axe, None
            await asyncio.to_thread(axe.close)

    def describe(self) -> dict[str, Any]:
        """What the results depend on, for the evidence."""
        return {"browser": f"Chromium {self.version} (Selenium Grid)", "engine": self.engine, "viewport": DESKTOP}


class GridVisit(Scripted):
    """One page in the session's tab."""

    def __init__(self, axe: AxeDriver) -> None:
        super().__init__()
        self.axe, self.driver = axe, axe.driver
        self._document = 0.0
        self._final = ""

    @property
    def final_url(self) -> str:
        """Where the page was when it was last looked at."""
        return self._final

    async def open(self, url: str) -> None:
        """Load the page; raises VisitError for anything that is no readable page."""
        self._final = url
        try:
            await asyncio.to_thread(self.driver.get, url)
        except TimeoutException as error:
            raise VisitError("timeout", f"no answer within {LOAD_MS // 1000} seconds") from error
        except WebDriverException as error:
            raise VisitError("unreachable", short_reason(error)) from error
        except (HTTPError, OSError) as error:
            raise BrowserLostError(short_reason(error)) from error
        self._document = await self._look()

    async def settle(self) -> None:
        """Wait until nothing changes; raises VisitError for a page that reloads itself."""
        self.settled = await self._probe("settle.js", {"quiet": QUIET_MS, "ceiling": CEILING_MS})
        self._final = await self._address()
        told = await self._probe("traffic.js")
        self._document = await self._look()
        if int(told["status"]) >= 400:
            raise VisitError(f"http-{told['status']}")
        if not self._final.startswith(("http://", "https://")):
            raise VisitError("unreachable", "the browser shows an error page")
        if not (await self._probe("facts.js"))["is_html"]:
            raise VisitError("not-html")
        check_is_page(await self._source())

    async def facts(self) -> dict[str, Any]:
        """Title, language and size of the page, and what it loaded."""
        told = await self._probe("traffic.js")
        own = registrable_domain(host_of(self._final))
        hosts = [host_of(url) for url in told["urls"] if url.startswith("http")]
        third = [host for host in hosts if registrable_domain(host) != own]
        return {
            **await self._probe("facts.js"),
            "requests": len(told["urls"]) + 1,
            "bytes": told["bytes"],
            "third_party_requests": len(third),
            "third_party_hosts": sorted(set(third)),
        }

    async def picture(self, selector: str) -> str | None:
        """The element as a picture in base64; None where there is nothing to see."""
        return None  # a Grid's pictures are PNGs of ten times the size, and the findings are the same

    async def view(self) -> str | None:
        """A picture of the page; none here, as of elements."""
        return None

    async def check_same(self) -> None:
        """Raise VisitError when the document was replaced since it had settled."""
        if await self._look() != self._document:
            raise await self._replaced()

    async def _look(self) -> float:
        """The moment at which the document at hand began: another one for each that was loaded."""
        try:
            return float(await asyncio.to_thread(self.driver.execute_script, "return performance.timeOrigin"))
        except TimeoutException as error:
            raise VisitError("timeout", BUSY) from error
        except (WebDriverException, HTTPError, OSError) as error:
            raise BrowserLostError(short_reason(error)) from error

    async def _source(self) -> str:
        try:
            return str(await asyncio.to_thread(lambda: self.driver.page_source))
        except (WebDriverException, HTTPError, OSError) as error:
            raise BrowserLostError(short_reason(error)) from error

    async def _address(self) -> str:
        try:
            return await asyncio.to_thread(lambda: self.driver.current_url)
        except (WebDriverException, HTTPError, OSError) as error:
            raise BrowserLostError(short_reason(error)) from error

    async def _replaced(self, why: str = "another document stands in its place") -> VisitError:
        """What it means that the document was replaced: the same address again is a page that loads itself."""
        before, self._final = self._final, await self._address()
        return VisitError("reloads" if address_key(before) == address_key(self._final) else "moved", why)

    async def resize(self, viewport: Mapping[str, int]) -> None:
        """Give the page this viewport."""
        try:
            await asyncio.to_thread(_resize, self.driver, viewport)
        except (WebDriverException, HTTPError, OSError) as error:
            raise BrowserLostError(short_reason(error)) from error

    async def _probe(self, script: str, argument: Any = None) -> Any:
        source = _CALL.replace("SCRIPT", script_source(script))
        try:
            return await asyncio.to_thread(self.driver.execute_async_script, source, argument)
        except TimeoutException as error:
            # Drivers also say so, at once, of a script whose document went away.
            if await self._look() != self._document:
                raise await self._replaced() from error
            raise VisitError("timeout", BUSY) from error
        except JavascriptException as error:
            raise await self._replaced(short_reason(error)) from error
        except (WebDriverException, HTTPError, OSError) as error:
            if is_by_navigation(error):
                raise await self._replaced(short_reason(error)) from error
            raise BrowserLostError(short_reason(error)) from error


def _resize(driver: webdriver.Remote, viewport: Mapping[str, int]) -> None:
    metrics = {**viewport, "deviceScaleFactor": 1, "mobile": False}
    driver.execute("executeCdpCommand", {"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics})
