"""Opens a page in the browser as a reader does: waits until it has settled, scrolls, opens what is closed; gives HTML.

Shadow roots stand in the HTML in place of what they stand for.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Dialog, Error, Page, Request

from study import address_key, host_of
from taxonomy import page_markup

from .asked import PLAIN
from .errors import BrowserUnavailableError, RenderError
from .memory import watch_memory
from .scripted import SCROLL
from .session import BrowserSession
from .visit import script_source

_LOAD_MS = 20_000
_CEILING_SECONDS = 10.0  # some pages poll for ever; what they show by then is what a reader sees
_ANSWER_SECONDS = 5.0  # a page that computes for ever answers no question
# How long nothing may change, with no request and no short timer pending, until a page counts as settled: one that
# shows something, one that shows little, one that shows nothing and may still be about to ask for its content.
_QUIET_MS, _LITTLE_QUIET_MS, _EMPTY_QUIET_MS = 80.0, 300.0, 2_000.0
_BUSY_QUIET_MS = 1_500.0  # with requests that never end: long polling, a counter
_LITTLE_TEXT = 200
_LOOK_SECONDS = 0.03
_MAX_HTML = 10_000_000
_MAX_HEADERS, _MAX_HEADER = 40, 200
_STATE = "window.__kuntatutka ? window.__kuntatutka() : [0, 0, 0, 1, 0]"
_KEEP = "on => window.__kuntatutka && window.__kuntatutka.keep(on)"
_OPENED = {"most": 30, "milliseconds": 6_000}
"""Accordions, tabs and buttons for more that are opened on one page, and for how long."""
_REVEAL_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the browser made of a page."""

    html: str
    status: int
    final_url: str
    contacted: tuple[str, ...]
    headers: dict[str, str]
    cookies: tuple[str, ...]
    """Names alone: what is kept of a cookie's value may be a person's."""
    other_methods: dict[str, int]
    """What the page's scripts asked for with another method than GET and HEAD: "POST host", and how often."""


async def render(session: BrowserSession, url: str, *, patient: bool = False) -> Rendered:
    """The settled DOM of a page; raises RenderError or BrowserUnavailableError. `patient`: more is to come."""
    try:
        return await _render(session, url, patient=patient)
    except RenderError:
        # What took the memory may be what the page before left in the tab: this one is asked again in one of its own.
        if session.is_tab_new or not watch_memory.has_just_ended_one:
            raise
        return await _render(session, url, patient=patient)


async def _render(session: BrowserSession, url: str, *, patient: bool) -> Rendered:
    gateway = session.gateway
    gateway.contacted.clear()
    try:
        page = await session.tab()
    except Error as error:
        raise BrowserUnavailableError(_first_line(error)) from error
    whole = False
    traffic = _Traffic(page)
    try:
        status, headers = await _open(page, url)
        await _settle(page, traffic, patient=patient)
        html = await _revealed(page, traffic)
        cookies = await asyncio.wait_for(page.context.cookies(page.url), _ANSWER_SECONDS)
        whole = not gateway.lines  # a page that keeps its lines open would make the next one wait for them
        names = tuple(sorted({str(cookie.get("name", ""))[:_MAX_HEADER] for cookie in cookies})[:_MAX_HEADERS])
        contacted, others = tuple(sorted(gateway.contacted)), dict(sorted(traffic.others.items()))
        return Rendered(html[:_MAX_HTML], status, page.url, contacted, headers, names, others)
    except Error as error:
        raise RenderError(_first_line(error)) from error
    except TimeoutError as error:
        raise RenderError("the page's scripts do not come to an end") from error
    finally:
        traffic.close()
        if not whole:
            await session.drop_tab()


class _Traffic:
    """Requests of a page that have begun and not ended, and its dialogs, which are answered at once."""

    def __init__(self, page: Page) -> None:
        self.open: set[Request] = set()
        self.others: Counter[str] = Counter()
        self.last = time.monotonic()
        self._page = page
        self._heard: tuple[tuple[Any, Callable[[Any], object]], ...] = (
            ("request", self._begun),
            ("requestfinished", self._ended),
            ("requestfailed", self._ended),
            ("dialog", self._dialog),
        )
        for event, hear in self._heard:
            page.on(event, hear)  # type: ignore[call-overload]

    def close(self) -> None:
        """Listen no longer."""
        for event, hear in self._heard:
            self._page.remove_listener(event, hear)

    def _begun(self, request: Request) -> None:
        self.open.add(request)
        if request.method not in PLAIN:
            self.others[f"{request.method} {host_of(request.url)}"] += 1

    def _ended(self, request: Request) -> None:
        self.open.discard(request)
        self.last = time.monotonic()

    async def _dialog(self, dialog: Dialog) -> None:
        with contextlib.suppress(Error):
            await (dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())


async def _open(page: Page, url: str) -> tuple[int, dict[str, str]]:
    """Status and headers of the document; of the latter no cookies, and no more than a server needs."""
    response = await page.goto(url, wait_until="domcontentloaded", timeout=_LOAD_MS)
    if response is None:
        return 200, {}
    kept = sorted((k, v) for k, v in response.headers.items() if k != "set-cookie" and len(v) <= _MAX_HEADER)
    return response.status, dict(kept[:_MAX_HEADERS])


async def _revealed(page: Page, traffic: _Traffic) -> str:
    """The page as HTML after it was scrolled through and opened; as it was before where that leads elsewhere."""
    before, place = await _flat(page), address_key(page.url.partition("?")[0])
    try:
        await page.evaluate(_KEEP, True)
        screens = await asyncio.wait_for(page.evaluate(script_source("scroll.js"), SCROLL), _REVEAL_SECONDS)
        if screens:
            await _settle(page, traffic)
        words = sorted(page_markup().words["show_more"])
        opened = await asyncio.wait_for(
            page.evaluate(script_source("reveal.js"), {**_OPENED, "words": words}), _REVEAL_SECONDS
        )
        await page.evaluate(_KEEP, False)
        if not screens and not opened:
            return before
        await _settle(page, traffic)
        after = await _flat(page)
    except (Error, TimeoutError):
        return before
    return after if address_key(page.url.partition("?")[0]) == place else before


async def _flat(page: Page) -> str:
    html = await asyncio.wait_for(page.evaluate(script_source("flat.js")), _ANSWER_SECONDS)
    return str(html) if html else await asyncio.wait_for(page.content(), _ANSWER_SECONDS)


async def _settle(page: Page, traffic: _Traffic, *, patient: bool = False) -> None:
    """Wait until nothing is under way and the page has stopped changing; with a ceiling, as some pages never rest."""
    until = time.monotonic() + _CEILING_SECONDS
    while time.monotonic() < until:
        length, quiet, timers, loading, late = await asyncio.wait_for(page.evaluate(_STATE), _ANSWER_SECONDS)
        wanted = _EMPTY_QUIET_MS if not length else _LITTLE_QUIET_MS if length < _LITTLE_TEXT else _QUIET_MS
        silent = min(quiet, 1000 * (time.monotonic() - traffic.last))
        waits = timers or loading or (patient and late)
        if not traffic.open and not waits and silent >= wanted:
            return
        if length >= _LITTLE_TEXT and quiet >= _BUSY_QUIET_MS and not (patient and late):
            return
        await asyncio.sleep(_LOOK_SECONDS)


def _first_line(error: Error) -> str:
    first = str(error).strip().splitlines()[0][:300]
    return watch_memory.told(first) if "crash" in first.lower() or "closed" in first else first
