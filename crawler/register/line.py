"""One polite way out for single requests: guard, robots.txt and the host's delay before each, size and time bounded.

The same manners as the crawl's and the audit's, without a browser.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from crawler.browser.access import Access
from crawler.browser.by_gateway import Answer, ask
from crawler.browser.gateway import Gateway
from crawler.browser.robots import robots_reader
from crawler.manners.gate import HostGate
from crawler.manners.guard import Guard
from crawler.settings import user_agent
from study import StudyFolder


class Line:
    """Requests of one municipality; open it with `open_line`."""

    def __init__(self, gateway: Gateway, access: Access, agent: str, seconds: float) -> None:
        self._gateway, self._access, self._agent, self._seconds = gateway, access, agent, seconds

    @property
    def headers(self) -> dict[str, str]:
        """What every request says of us."""
        return {"User-Agent": self._agent, "Accept-Encoding": "identity"}

    async def ask(self, url: str, headers: Mapping[str, str], *, limit: int, is_secret: bool = False) -> Answer:
        """What the address answers; raises RefusalError where it may not be asked, OSError or HTTPException else."""
        await self._access.check(url)
        await self._access.enter(url)
        try:
            self._gateway.asked.note(url)
            given = {**self.headers, **headers}
            told = {"limit": limit, "seconds": self._seconds, "is_secret": is_secret}
            return await asyncio.to_thread(ask, self._gateway, url, given, **told)  # type: ignore[arg-type]
        finally:
            self._access.leave(url)


@asynccontextmanager
async def open_line(study: StudyFolder, code: str) -> AsyncIterator[Line]:
    """A way out for the requests of one municipality."""
    crawl = study.config.crawl
    guard, agent = Guard(crawl.allow_private_hosts), user_agent(crawl.contact)
    gateway = Gateway(guard)
    await gateway.start()
    try:
        gate = HostGate(study.state / "hosts", code)
        log_ins = tuple(host for item in study.taxonomy.country.identification for host in item.hosts)
        access = Access(guard, gate, crawl.delay_seconds, log_ins, robots_reader(gateway, agent))
        yield Line(gateway, access, agent, crawl.response_timeout_seconds)
    finally:
        await gateway.close()
