"""One live visit for the audit: opens a page as a visitor sees it, lets it settle, stops what moves.

A consent layer is recorded and hidden. The tab is then handed to axe-core and measured at phone width. Nothing is
clicked, typed or sent.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Error, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from study import address_key, host_of, origin_of, registrable_domain
from study.document import MAX_CHARACTERS, stand_in_of
from taxonomy import StandIn

from .asked import PLAIN, send_nothing
from .axe import read_script
from .devtools import evaluate, is_gone
from .first_screen import first_screen
from .key import GatewayKey, give_key
from .memory import watch_memory
from .scripted import QUIET_MS, Scripted

DESKTOP = {"width": 1280, "height": 720}
"""Viewport of the audit; what axe-core finds depends on it, so it is fixed and recorded."""
LOAD_MS = 30_000
CEILING_MS = 6_000
_HOPS = 2  # scripted redirects that are followed, such as from / to /fi/
_PICTURE_MS = 4_000
_WIPE_SECONDS = 5.0
_RELOADS = "the page loads itself again"
BUSY = "the page's own scripts keep the browser busy"
_PROBE_SECONDS = 20.0  # for a small script in the page to answer; a page that blocks longer is not usable


class VisitError(Exception):
    """The page cannot be audited; `reason` is a short id, the text says more."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the browser says it is."""

    user_agent: str
    languages: tuple[str, ...] = ()


@dataclass
class Traffic:
    """What a page loaded, counted from the DevTools events of its tab since the page was asked for."""

    main_frame: str
    url: str = ""
    is_counting: bool = False
    requests: int = 0
    bytes: int = 0
    hosts: dict[str, int] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    status: int = 0
    otherwise: dict[str, int] = field(default_factory=dict)
    """What the page's scripts asked for with another method than GET and HEAD: "POST host", and how often."""

    def request(self, event: dict[str, Any]) -> None:
        """A request goes out. Those of the page that stood in the tab before are not ours."""
        url = str(event["request"]["url"])
        if not self.is_counting:
            is_main = event.get("type") == "Document" and event.get("frameId") == self.main_frame
            self.is_counting = is_main and address_key(url) == address_key(self.url)
        if self.is_counting and url.startswith(("http://", "https://")):
            self.requests += 1
            host = host_of(url)
            self.hosts[host] = self.hosts.get(host, 0) + 1
            if (method := str(event["request"].get("method"))) not in PLAIN:
                self.otherwise[f"{method} {host}"] = self.otherwise.get(f"{method} {host}", 0) + 1

    def response(self, event: dict[str, Any]) -> None:
        """An answer begins; that of the page itself tells its status."""
        if self.is_counting and event.get("type") == "Document" and event.get("frameId") == self.main_frame:
            self.status = int(event["response"]["status"])

    def finished(self, event: dict[str, Any]) -> None:
        """An answer was loaded."""
        if self.is_counting:
            self.bytes += int(event.get("encodedDataLength", 0))

    def committed(self, event: dict[str, Any]) -> None:
        """A document takes its place in the tab."""
        frame = event["frame"]
        if self.is_counting and not frame.get("parentId"):
            self.commits.append(str(frame["url"]))

    def summary(self, url: str) -> dict[str, Any]:
        """Requests, bytes over the wire, the hosts of third parties, and what was not asked for plainly."""
        own = registrable_domain(host_of(url))
        third = {host: count for host, count in self.hosts.items() if registrable_domain(host) != own}
        return {
            "requests": self.requests,
            "bytes": self.bytes,
            "third_party_requests": sum(third.values()),
            "third_party_hosts": sorted(third),
            "other_methods": dict(sorted(self.otherwise.items())),
        }


class Tab:
    """A tab in a browser context of its own, used for one page after another and wiped in between.

    A new tab for each page would cost half a second of processor time.
    """

    def __init__(self, context: BrowserContext, page: Page, cdp: CDPSession, main_frame: str) -> None:
        self.context, self.page = context, page
        self.devtools, self._main_frame = cdp, main_frame
        self.traffic = Traffic(main_frame)
        page.on("dialog", lambda dialog: asyncio.ensure_future(_dismiss(dialog)))
        cdp.on("Network.requestWillBeSent", lambda event: self.traffic.request(event))
        cdp.on("Network.responseReceived", lambda event: self.traffic.response(event))
        cdp.on("Network.loadingFinished", lambda event: self.traffic.finished(event))
        cdp.on("Page.frameNavigated", lambda event: self.traffic.committed(event))

    @classmethod
    async def open(cls, context: BrowserContext, key: GatewayKey) -> Tab:
        """An empty tab whose traffic is counted and never cached, let in at the gateway."""
        page = await context.new_page()
        cdp = await context.new_cdp_session(page)
        await cdp.send("Network.enable")
        await cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
        await cdp.send("Page.enable")
        await give_key(page, cdp, key)
        await send_nothing(cdp)
        tree = await cdp.send("Page.getFrameTree")
        return cls(context, page, cdp, str(tree["frameTree"]["frame"]["id"]))

    def expect(self, url: str) -> Traffic:
        """Count anew, from the request for this address on."""
        self.traffic = Traffic(self._main_frame, url)
        return self.traffic

    async def wipe(self) -> None:
        """Forget the page, its cookies and what it stored, and take back the viewport; raises Error or TimeoutError.

        The page is left for an empty one: its timers would otherwise break off the loading of the next.
        """
        await self.halt()
        async with asyncio.timeout(_WIPE_SECONDS):
            origin = origin_of(self.page.url)
            await self.run("() => { try { sessionStorage.clear(); } catch {} window.name = ''; }")
            await self.page.goto("about:blank", wait_until="commit")
            if origin.startswith("http"):
                await self.devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
            await self.context.clear_cookies()
            await self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    async def run(self, function: str, argument: Any = None) -> Any:
        """What a function gives back in the document that stands in the tab; raises Error."""
        return await evaluate(self.devtools, f"({function}\n)({json.dumps(argument)})")

    async def document(self) -> str:
        """Which document stands in the tab: another id for each that was loaded; raises Error or TimeoutError.

        The answer comes after everything that the browser had to tell before, so the traffic is complete by then.
        """
        async with asyncio.timeout(_PROBE_SECONDS):
            tree = await self.devtools.send("Page.getFrameTree")
        return str(tree["frameTree"]["frame"]["loaderId"])

    async def view(self) -> str | None:
        """A small picture of the first screen in base64; None where none is had."""
        return await first_screen(self.devtools, DESKTOP, script_source("blank.js"))

    async def halt(self) -> None:
        """Break off the script that the page is running, if any."""
        try:
            await asyncio.wait_for(self.devtools.send("Runtime.terminateExecution"), _WIPE_SECONDS)
        except (Error, TimeoutError):
            return  # whoever waits for the script finds out

    async def close(self) -> None:
        """Close the tab for good."""
        try:
            await asyncio.wait_for(self.context.close(), _WIPE_SECONDS)
        except (Error, TimeoutError):
            return  # a browser that is gone has no tabs


class Visit(Scripted):
    """One page in a tab, from its opening to the last look at it."""

    def __init__(self, tab: Tab) -> None:
        super().__init__()
        self.tab, self._page, self._traffic = tab, tab.page, tab.traffic
        self._document = self._place = ""

    @property
    def final_url(self) -> str:
        """Where the page is now."""
        return self._page.url

    async def open(self, url: str) -> None:
        """Load the page; raises VisitError for anything that is no readable page."""
        self._traffic = self.tab.expect(url)
        try:
            response = await self._page.goto(url, wait_until="load", timeout=LOAD_MS)
        except PlaywrightTimeout as error:
            if not self._traffic.commits:
                raise VisitError("timeout", f"no answer within {LOAD_MS // 1000} seconds") from error
            response = None
        except Error as error:
            if self._traffic.status >= 400:
                raise VisitError(f"http-{self._traffic.status}") from error
            raise _load_error(url, error) from error
        if response is not None and response.status >= 400:
            raise VisitError(f"http-{response.status}")
        if not self.final_url.startswith(("http://", "https://")):
            raise VisitError("unreachable", "the browser shows an error page")

    async def settle(self) -> None:
        """Wait until nothing changes; raises VisitError for a page that reloads itself."""
        for attempt in range(_HOPS + 1):
            try:
                self.settled = await self._probe("settle.js", {"quiet": QUIET_MS, "ceiling": CEILING_MS})
                break
            except VisitError as error:
                if error.reason != "moved" or attempt == _HOPS:
                    raise
        self._document, self._place = await self._look(), self.final_url
        if self._is_reloaded():
            raise VisitError("reloads", _RELOADS)
        if not self.final_url.startswith(("http://", "https://")):
            raise VisitError("moved", "the page goes on to an address that gives no answer")
        if self._traffic.status >= 400:
            raise VisitError(f"http-{self._traffic.status}")
        stands = await self._probe("stands.js", {"most": MAX_CHARACTERS})
        if not stands["is_html"]:
            raise VisitError("not-html")
        check_is_page(stands["html"])

    async def facts(self) -> dict[str, Any]:
        """Title, language and size of the page, and what it loaded."""
        return {**await self._probe("facts.js"), **self._traffic.summary(self.final_url)}

    async def picture(self, selector: str) -> str | None:
        """The element with its surroundings as a JPEG in base64, outlined; None where there is nothing to see."""
        try:
            box = await self._probe("outline.js", selector)
            if box is None:
                return None
            area = _around(box)
            raw = await self._page.screenshot(type="jpeg", quality=60, full_page=True, clip=area, timeout=_PICTURE_MS)  # type: ignore[arg-type]
        except (Error, VisitError):
            return None
        return base64.b64encode(raw).decode()

    async def resize(self, viewport: Mapping[str, int]) -> None:
        """Give the page this viewport; raises VisitError where its tab is gone."""
        try:
            await self._page.set_viewport_size(viewport)  # type: ignore[arg-type]
        except Error as error:
            raise VisitError("tab-lost", _first_line(error)) from error

    async def view(self) -> str | None:
        """A small picture of the first screen in base64; None where none is had."""
        return await self.tab.view()

    async def check_same(self) -> None:
        """Raise VisitError when the document was replaced since it had settled: the results belong to no page."""
        if await self._look() != self._document:
            raise self._replaced(self._place)

    async def _look(self) -> str:
        """The id of the document at hand, when all is told that went before."""
        try:
            return await self.tab.document()
        except TimeoutError as error:
            raise VisitError("timeout", BUSY) from error
        except Error as error:
            raise VisitError("tab-lost", _first_line(error)) from error

    def _replaced(self, before: str) -> VisitError:
        """What it means that another document took the place of the one that stood at an address.

        The same address again is a page that loads itself, at whatever moment it was looked at.
        """
        if self._is_reloaded() or address_key(before) == address_key(self.final_url):
            return VisitError("reloads", _RELOADS)
        return VisitError("moved", f"went on to {self.final_url[:200]} while it was looked at")

    def _is_reloaded(self) -> bool:
        commits = [address_key(commit) for commit in self._traffic.commits if commit != "about:blank"]
        return len(commits) != len(set(commits))

    async def _probe(self, script: str, argument: Any = None) -> Any:
        before = self.final_url
        try:
            return await asyncio.wait_for(self.tab.run(script_source(script), argument), _PROBE_SECONDS)
        except TimeoutError as error:
            raise VisitError("timeout", BUSY) from error
        except Error as error:
            if is_gone(error):
                await self._look()
                raise self._replaced(before) from error
            raise VisitError("tab-lost", _first_line(error)) from error


def check_is_page(html: str) -> None:
    """Raise VisitError for what stands in place of a page: its barriers are nobody's but its maker's.

    A log-in is a page that residents use.
    """
    instead = stand_in_of(html[:MAX_CHARACTERS])
    if instead is StandIn.MISSING:
        raise VisitError("missing", "the page says that there is no such page")
    if instead is not None and instead is not StandIn.LOG_IN:
        raise VisitError("wall", f"a {instead.value} stands in place of the page")


def _around(box: dict[str, float]) -> dict[str, float]:
    """The part of the page that shows an element: wide enough to know the place, cut where the element is large."""
    width = min(max(box["width"] + 80, 360), 640, box["pageWidth"])
    height = min(max(box["height"] + 60, 120), 300)
    x = min(max(0, box["x"] - (width - box["width"]) / 2 if box["width"] < width else box["x"] - 10), box["pageWidth"])
    y = max(0, box["y"] - (height - box["height"]) / 2 if box["height"] < height else box["y"] - 10)
    x = max(0, min(x, box["pageWidth"] - width))
    return {"x": x, "y": y, "width": width, "height": min(height, max(1, box["pageHeight"] - y))}


def script_source(name: str) -> str:
    """A small script that is a function, without its leading comment, so that Playwright knows it for a function."""
    return re.sub(r"\A(\s*//[^\n]*\n)+", "", read_script(name))


async def _dismiss(dialog: Any) -> None:
    try:
        await dialog.dismiss()
    except Error:
        return


def _load_error(url: str, error: Error) -> VisitError:
    text = _first_line(error)
    if other := re.search(r'interrupted by another navigation to "([^"]*)"', str(error)):
        is_same = address_key(other.group(1)) == address_key(url)
        return VisitError("reloads" if is_same else "moved", text)
    if "Download is starting" in text or "net::ERR_ABORTED" in text:
        return VisitError("not-html", "the address gives a file or nothing")
    if "has been closed" in text or "crash" in text.lower():
        return VisitError("tab-lost", text)
    return VisitError("unreachable", text)


def _first_line(error: Error) -> str:
    first = str(error).strip().splitlines()[0][:200]
    return watch_memory.told(first) if "crash" in first.lower() or "closed" in first else first
