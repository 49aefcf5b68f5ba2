"""Reads a host's robots.txt, for crawl and audit alike: whoever asks brings the guarded way to ask.

Redirects are followed as RFC 9309 has it, five in a row; each goes the same guarded way. One that leads to another
scheme, or nowhere, is a robots.txt that does not exist.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from study import FailureReason, normalise_url

from .robots_rules import Rules, rules_of
from .statuses import SILENCES

_MAX_HOPS = 5


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What came back for one address; `location` where it leads elsewhere."""

    status: int
    body: bytes = b""
    location: str | None = None


async def read_robots(
    url: str,
    ask: Callable[[str], Awaitable[RobotsAnswer]],
    failure_of: Callable[[Exception], tuple[FailureReason, str]],
) -> Rules:
    """The rules at an address of a robots.txt; `failure_of` names why `ask` raised. Never raises itself."""
    for hop in range(_MAX_HOPS):
        try:
            answer = await ask(url)
        except Exception as error:  # noqa: BLE001 - any failure closes the host, and is a row of the evidence
            reason, detail = failure_of(error)
            is_sent_away = hop > 0 and reason is FailureReason.PRIVATE_ADDRESS
            if reason not in SILENCES or is_sent_away:  # it answers, but with nothing that can be read
                reason = FailureReason.ROBOTS_UNREACHABLE
            return Rules(closed=reason, detail=f"robots.txt: {detail}")
        if not 300 <= answer.status < 400 or answer.location is None:
            return rules_of(answer.status, answer.body)
        target = normalise_url(answer.location, url)
        if target is None:
            return Rules()
        url = target
    return Rules()
