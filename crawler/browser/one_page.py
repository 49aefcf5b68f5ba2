"""One page that a person asks for, outside of any crawl: guarded and bounded as a crawl is, robots.txt first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException, responses
from typing import TYPE_CHECKING

from crawler.manners.guard import Guard
from study import PageUnavailableError, normalise_url, origin_of

if TYPE_CHECKING:
    from .by_gateway import Answer
    from .gateway import Gateway

_HOPS = 10
_LIMIT = 20_000_000  # bytes, as the default max_response_mb of a crawl
_SECONDS = 60.0  # for one answer from asking to its last byte
_NETWORK = "Check the address and the network (`kuntatutka doctor` shows the proxy), or inspect a saved file."
_OWN = "A site of your own network can be named with --allow-private-host, or save the page and inspect the file."
_SAVE = "Save the page in a browser and inspect the file."


@dataclass(frozen=True, slots=True)
class SinglePage:
    """What a site answered; `url` is where its redirects ended."""

    url: str
    status: int
    content_type: str
    body: bytes


def read_one_page(url: str, user_agent: str, allowed_hosts: Sequence[str] = ()) -> SinglePage:
    """The page at a canonical address; raises PageUnavailableError where the guard, robots.txt or the site refuses."""
    return asyncio.run(_read(url, user_agent, Guard(allowed_hosts)))


async def _read(url: str, user_agent: str, guard: Guard) -> SinglePage:
    from .gateway import Gateway  # Playwright comes with it, and only this command needs it here

    gateway = Gateway(guard)
    await gateway.start()
    try:
        for _ in range(_HOPS):
            if why := guard.refusal(url):
                raise PageUnavailableError(f"{url}: is not asked: {why}.", _OWN)
            await _check_robots(gateway, url, user_agent)
            answer = await _ask(gateway, url, user_agent)
            target = normalise_url(answer.headers.get("Location") or "", url) if 300 <= answer.status < 400 else None
            if target is None:
                return _page(url, answer)
            url = target
        raise PageUnavailableError(f"{url}: the site leads from one address to another without an end.")
    finally:
        await gateway.close()


async def _check_robots(gateway: Gateway, url: str, user_agent: str) -> None:
    """Raise where the rules of the site forbid the address, or cannot be had."""
    from .robots import robots_reader

    rules = await robots_reader(gateway, user_agent)(f"{origin_of(url)}/robots.txt")
    if rules.closed is not None:
        raise PageUnavailableError(f"{url}: cannot be fetched ({rules.detail}).", _NETWORK)
    if not rules.allows(url):
        raise PageUnavailableError(f"{url}: robots.txt of the site forbids reading it.", _SAVE)


async def _ask(gateway: Gateway, url: str, user_agent: str) -> Answer:
    from .by_gateway import ask

    headers = {"User-Agent": user_agent, "Accept": "text/html,*/*;q=0.5", "Accept-Encoding": "identity"}
    gateway.asked.note(url)
    try:
        return await asyncio.to_thread(ask, gateway, url, headers, limit=_LIMIT, seconds=_SECONDS)
    except (OSError, HTTPException, ValueError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise PageUnavailableError(f"{url}: cannot be fetched ({why[:200]}).", _NETWORK) from error


def _page(url: str, answer: Answer) -> SinglePage:
    if answer.status >= 400:
        told = f"{answer.status} {responses.get(answer.status, '')}".strip()
        raise PageUnavailableError(f"{url}: the site answered {told}.")
    return SinglePage(url, answer.status, answer.headers.get("Content-Type") or "text/html", answer.body)
