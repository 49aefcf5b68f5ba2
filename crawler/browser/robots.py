"""Asks for a robots.txt through the gateway of the audit's browser: the guard sees every address, time is bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from crawler.manners.robots_reading import RobotsAnswer, read_robots
from crawler.manners.robots_rules import MAX_ROBOTS, Rules
from study import FailureReason

from .by_gateway import ask
from .gateway import Gateway

_WHOLE_SECONDS = 20.0  # for one answer from its first byte to its last, however slowly they come


def robots_reader(gateway: Gateway, user_agent: str) -> Callable[[str], Awaitable[Rules]]:
    """A function that reads the robots.txt at an address by way of this gateway, and no other."""

    def fetched(url: str) -> RobotsAnswer:
        answer = ask(gateway, url, {"User-Agent": user_agent}, limit=MAX_ROBOTS, seconds=_WHOLE_SECONDS)
        return RobotsAnswer(answer.status, answer.body, answer.headers.get("Location"))

    async def asked(url: str) -> RobotsAnswer:
        gateway.asked.note(url)
        return await asyncio.to_thread(fetched, url)

    async def read(url: str) -> Rules:
        return await read_robots(url, asked, _failure_of)

    return read


def _failure_of(error: Exception) -> tuple[FailureReason, str]:
    reason = FailureReason.TIMEOUT if isinstance(error, TimeoutError) else FailureReason.ROBOTS_UNREACHABLE
    return reason, (" ".join(str(error).split()) or type(error).__name__)[:200]
