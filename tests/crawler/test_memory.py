"""A page that fills the memory is ended from outside, and is an error of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.browser import family, memory
from crawler.browser.errors import RenderError
from crawler.browser.render import render
from crawler.browser.session import BrowserSession
from crawler.manners.guard import Guard

from .conftest import Served, html

GREEDY = {
    "arrays": "const kept = []; while (true) kept.push(new Uint8Array(20000000).fill(7));",
    "slowly": "const kept = []; setInterval(() => kept.push(new Uint8Array(30000000).fill(7)), 20);"
    " setInterval(() => document.title += '.', 100)",
    "worker": "const fill = 'const k = []; while (true) k.push(new Uint8Array(2e7).fill(7))';"
    " new Worker(URL.createObjectURL(new Blob([fill]))); setInterval(() => document.title += '.', 100)",
}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("code", GREEDY.values(), ids=GREEDY)
def test_a_page_that_takes_the_memory_is_ended_and_the_next_one_is_read(
    serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(memory, "MOST_MB", 350)
    site = serve({"/greedy": f"<main></main><script>{code}</script>", "/plain": html("Kirjasto")})

    async def look() -> tuple[str, str, str]:
        session = BrowserSession(Guard([site.host]), "test", ("fi",))
        try:
            told = "rendered"
            try:
                await render(session, f"{site.url}greedy")
            except RenderError as error:
                told = str(error)
            after = (await render(session, f"{site.url}plain")).html
            end_largest(monkeypatch)
            return told, after, (await render(session, f"{site.url}plain")).html
        finally:
            await session.close()

    told, html_after, html_in_a_new_tab = asyncio.run(look())
    assert "more than 350 MB of memory" in told
    assert "Kirjasto" in html_after
    assert "Kirjasto" in html_in_a_new_tab, "it does not pay for what the page before left in the tab"


@pytest.mark.browser
@pytest.mark.slow
def test_browsers_side_by_side_have_one_bound(serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch) -> None:
    # Undone afterwards: other tests of this process share the watch.
    monkeypatch.setattr(memory.watch_memory, "_root", None)
    memory.watch_memory.begin_families(os.getpid())
    site = serve({"/greedy": f"<main></main><script>{GREEDY['slowly']}</script>", "/plain": html("Kirjasto")})

    async def look() -> tuple[str, str]:
        patient, greedy = (BrowserSession(Guard([site.host]), "test", ("fi",)) for _ in range(2))
        try:
            await render(patient, f"{site.url}plain")
            beside = sum(map(family.share, family.below(os.getpid())))
            monkeypatch.setattr(memory, "MOST_TOGETHER_MB", 2 * beside + 300)
            try:
                await render(greedy, f"{site.url}greedy")
            except RenderError as error:
                return str(error), (await render(patient, f"{site.url}plain")).html
            return "rendered", ""
        finally:
            await patient.close()
            await greedy.close()

    told, html_beside = asyncio.run(look())
    assert "too much beside others" in told
    assert "Kirjasto" in html_beside


def test_who_would_open_a_page_gives_back_and_waits_while_there_is_no_room() -> None:
    watch, given_back = memory.Watch(), []

    async def give_back() -> None:
        given_back.append(True)

    async def look() -> bool:
        await watch.room(give_back)
        assert not given_back, "with room nobody waits"
        watch._is_full = True
        waiting = asyncio.ensure_future(watch.room(give_back))
        while not given_back:
            await asyncio.sleep(0)
        is_waiting = not waiting.done()
        watch._is_full = False
        await waiting
        return is_waiting

    assert asyncio.run(look())


def end_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the watch does where what a page left behind goes on to grow."""
    tabs = {pid: family.filled(pid) for pid in family.below(os.getpid()) if is_tab(pid)}
    os.kill(max(tabs, key=lambda pid: tabs[pid]), signal.SIGKILL)
    monkeypatch.setattr(memory.watch_memory, "_ended_at", time.monotonic())


def is_tab(pid: int) -> bool:
    try:
        return b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
