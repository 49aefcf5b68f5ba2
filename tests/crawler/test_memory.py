"""A page that fills the memory is ended from outside, and is an error of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from crawler.browser import memory
from crawler.browser.errors import RenderError
from crawler.browser.render import render
from crawler.browser.session import BrowserSession
from crawler.manners.guard import Guard

from .conftest import Served, html

GREEDY = {
    "arrays": "const kept = []; while (true) kept.push(new Uint8Array(20000000).fill(7));",
    "slowly": "const kept = []; setInterval(() => kept.push(new Uint8Array(30000000).fill(7)), 20);",
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

    async def look() -> tuple[str, str]:
        session = BrowserSession(Guard([site.host]), "test", ("fi",))
        try:
            told = "rendered"
            try:
                await render(session, f"{site.url}greedy")
            except RenderError as error:
                told = str(error)
            return told, (await render(session, f"{site.url}plain")).html
        finally:
            await session.close()

    told, html_after = asyncio.run(look())
    assert "more than 350 MB of memory" in told
    assert "Kirjasto" in html_after
