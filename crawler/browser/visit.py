"""One live visit for the audit: opens a page as a visitor sees it, lets it settle, stops what moves.

A consent layer is recorded and hidden. The tab is then handed to axe-core and measured at phone width. Nothing is
clicked, typed or sent.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Error, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from study import address_key, host_of, registrable_domain

from .axe import read_script

DESKTOP = {"width": 1280, "height": 720}
"""Viewport of the audit; what axe-core finds depends on it, so it is fixed and recorded."""
PHONE = {"width": 320, "height": 720}
"""Viewport of the reflow check: 1280 pixels at a zoom of 400 %, as WCAG 1.4.10 means it."""
LOAD_MS = 30_000
_QUIET_MS = 400  # no change for so long is settled: animations are off, slower changes are tickers that never end
_CEILING_MS = 6_000
_EVENT_SECONDS = 0.1  # until the browser has told of a document that has just replaced another
_HOPS = 2  # scripted redirects that are followed, such as from / to /fi/
_PROBE_SECONDS = 20.0  # for a small script in the page to answer; a page that blocks longer is not usable


class VisitError(Exception):
    """The page cannot be audited; `reason` is a short id, the text says more."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ConsentCues:
    """How a consent layer is known: selectors of products, words in any studied language (lower case)."""

    selectors: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass
class Traffic:
    """What a page loaded, counted from the DevTools events of its tab."""

    requests: int = 0
    bytes: int = 0
    hosts: dict[str, int] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    status: int = 0
    main_frame: str = ""

    def listen(self, cdp: CDPSession) -> None:
        """Count from now on."""
        cdp.on("Network.responseReceived", self._on_response)
        cdp.on("Network.requestWillBeSent", self._on_request)
        cdp.on("Network.loadingFinished", self._on_finished)
        cdp.on("Page.frameNavigated", self._on_commit)

    def _on_request(self, event: dict[str, Any]) -> None:
        url = str(event["request"]["url"])
        if url.startswith(("http://", "https://")):
            self.requests += 1
            host = host_of(url)
            self.hosts[host] = self.hosts.get(host, 0) + 1

    def _on_response(self, event: dict[str, Any]) -> None:
        if event.get("type") == "Document" and event.get("frameId") == self.main_frame:
            self.status = int(event["response"]["status"])

    def _on_finished(self, event: dict[str, Any]) -> None:
        self.bytes += int(event.get("encodedDataLength", 0))

    def _on_commit(self, event: dict[str, Any]) -> None:
        frame = event["frame"]
        if not frame.get("parentId"):
            self.commits.append(str(frame["url"]))

    def summary(self, url: str) -> dict[str, Any]:
        """Requests, bytes over the wire and the hosts of third parties."""
        own = registrable_domain(host_of(url))
        third = {host: count for host, count in self.hosts.items() if registrable_domain(host) != own}
        return {
            "requests": self.requests,
            "bytes": self.bytes,
            "third_party_requests": sum(third.values()),
            "third_party_hosts": sorted(third),
        }


class Visit:
    """A page open in its own browser context, so that no cookie of another page changes it."""

    def __init__(self, context: BrowserContext, page: Page, cdp: CDPSession, target: str, traffic: Traffic) -> None:
        self._context, self._page, self._cdp, self._traffic = context, page, cdp, traffic
        self.target = target
        self.settled: dict[str, Any] = {}
        self.consent: list[dict[str, Any]] = []
        self._commits = 0

    @classmethod
    async def begin(cls, context: BrowserContext) -> Visit:
        """An empty tab with its events counted."""
        page = await context.new_page()
        page.on("dialog", lambda dialog: asyncio.ensure_future(_dismiss(dialog)))
        cdp = await context.new_cdp_session(page)
        traffic = Traffic()
        traffic.listen(cdp)
        await cdp.send("Network.enable")
        await cdp.send("Page.enable")
        info = await cdp.send("Target.getTargetInfo")
        tree = await cdp.send("Page.getFrameTree")
        traffic.main_frame = str(tree["frameTree"]["frame"]["id"])
        return cls(context, page, cdp, str(info["targetInfo"]["targetId"]), traffic)

    @property
    def final_url(self) -> str:
        """Where the page is now."""
        return self._page.url

    async def open(self, url: str) -> None:
        """Load the page; raises VisitError for anything that is no readable page."""
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

    async def settle(self, url: str) -> None:
        """Wait until nothing changes; raises VisitError for a page that reloads itself."""
        for attempt in range(_HOPS + 1):
            try:
                self.settled = await self._probe("settle.js", {"quiet": _QUIET_MS, "ceiling": _CEILING_MS})
                break
            except VisitError as error:
                await asyncio.sleep(_EVENT_SECONDS)
                self._check_commits(url)
                if error.reason != "moved" or attempt == _HOPS:
                    raise
        self._check_commits(url)
        self._commits = len(self._traffic.commits)
        if not self.final_url.startswith(("http://", "https://")):
            raise VisitError("moved", "the page goes on to an address that gives no answer")
        if self._traffic.status >= 400:
            raise VisitError(f"http-{self._traffic.status}")
        facts = await self._probe("facts.js")
        if not facts["is_html"]:
            raise VisitError("not-html")

    async def calm(self, cues: ConsentCues) -> None:
        """Stop movement and hide the consent layer."""
        arguments = {"selectors": list(cues.selectors), "words": list(cues.words)}
        self.consent = await self._probe("calm.js", arguments)

    async def facts(self) -> dict[str, Any]:
        """Title, language and size of the page, and what it loaded."""
        return {**await self._probe("facts.js"), **self._traffic.summary(self.final_url)}

    async def reflow(self) -> dict[str, Any]:
        """How the page does at phone width. Comes last, for the page is not turned back."""
        await self._page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        await self._probe("settle.js", {"quiet": 100, "ceiling": 1_000})
        found: dict[str, Any] = await self._probe("reflow.js")
        return found

    def check_same(self, url: str) -> None:
        """Raise VisitError when the document was replaced since it had settled: the results belong to no page."""
        if len(self._traffic.commits) != self._commits:
            self._check_commits(url)
            raise VisitError("moved", f"went on to {self.final_url[:200]} during the audit")

    async def close(self) -> None:
        """Close the tab and forget its cookies."""
        try:
            await asyncio.wait_for(self._context.close(), _PROBE_SECONDS)
        except (Error, TimeoutError):
            return  # a browser that is gone has no tabs

    def _check_commits(self, url: str) -> None:
        commits = [address_key(commit) for commit in self._traffic.commits if commit != "about:blank"]
        if len(commits) != len(set(commits)):
            raise VisitError("reloads", "the page loads itself again")

    async def _probe(self, script: str, argument: Any = None) -> Any:
        try:
            return await asyncio.wait_for(self._page.evaluate(_source(script), argument), _PROBE_SECONDS)
        except TimeoutError as error:
            raise VisitError("timeout", "the page's own scripts keep the browser busy") from error
        except Error as error:
            if "Execution context was destroyed" in str(error):
                raise VisitError("moved", "the page is replaced while it is looked at") from error
            raise VisitError("tab-lost", _first_line(error)) from error


def _source(name: str) -> str:
    """A script without its leading comment: Playwright takes a text that starts with a function for one."""
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
    return str(error).strip().splitlines()[0][:200]
