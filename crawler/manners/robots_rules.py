"""What a robots.txt says to us, as RFC 9309 has it: 4xx means open, 5xx and silence mean closed for now."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

from crawler.settings import LONGEST_WAIT_SECONDS, ROBOTS_TOKEN
from study import FailureReason

from .robots_groups import own_lines
from .statuses import SILENT

_MAX_SITEMAPS = 20
MAX_ROBOTS = 512_000
"""Bytes of a robots.txt that are read; RFC 9309 asks for at least 500 KiB."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host's robots.txt says to us. `closed` names why the host may not be asked at all."""

    parser: Protego | None = None
    closed: FailureReason | None = None
    detail: str = ""

    def allows(self, url: str) -> bool:
        """Whether the address may be fetched."""
        return self.parser is None or bool(self.parser.can_fetch(url, ROBOTS_TOKEN))

    @property
    def delay(self) -> float:
        """Seconds that the host wants between requests; 0 where it does not say."""
        value = self.parser.crawl_delay(ROBOTS_TOKEN) if self.parser is not None else None
        seconds = float(value or 0)
        return seconds if 0 < seconds < 1e9 else 0.0

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Sitemap addresses."""
        return tuple(self.parser.sitemaps)[:_MAX_SITEMAPS] if self.parser is not None else ()


def rules_of(status: int, body: bytes) -> Rules:
    """The rules that an answer to /robots.txt means."""
    if status in SILENT:
        return Rules(closed=SILENT[status], detail=f"robots.txt answers with status {status}: nobody behind it answers")
    if status >= 500 or status == 429:
        return Rules(closed=FailureReason.ROBOTS_UNREACHABLE, detail=f"robots.txt answers with status {status}")
    if status >= 400 or b"<html" in body[:1000].lower():
        return Rules()
    text = body[:MAX_ROBOTS].decode("utf-8-sig", errors="ignore").replace("\x00", "")
    rules = Rules(parser=Protego.parse(own_lines(text, ROBOTS_TOKEN)))
    if rules.delay > LONGEST_WAIT_SECONDS:
        detail = f"robots.txt asks for {rules.delay:.0f} seconds between two requests, more than a study can wait"
        return Rules(closed=FailureReason.ROBOTS, detail=detail)
    return rules
