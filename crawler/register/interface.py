"""Reads the lists of a register's interface page by page, and goes on where it was stopped.

Busy servers are given the time that they ask for, cut answers are asked for again; every answer becomes evidence as it
came. A key is sent and never kept.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import quote

from crawler.browser.access import RefusalError
from crawler.browser.by_gateway import Answer
from crawler.manners.statuses import RETRIED
from study import RegisterError, UserError, WarcWriter
from study.register import BrokenItemError as BrokenItem
from study.register import Visit, page_of, read_item, version_of
from taxonomy import RegisterVersion

from .line import Line

_TRIES = 5
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 300.0
"""An interface that wants a longer pause than this has closed for the day; the command goes on another time."""
_LIMIT = 60_000_000
"""Bytes of one page: a thousand services with all their texts are some ten millions."""
_MOST_PAGES = 500
_KEY = "The key is missing or wrong: see key_env and key_header in [service_register] of study.toml."
_LATER = "Run the same command again later; it goes on where it stopped."


@dataclass
class Interface:
    """One register as one municipality's visit asks it."""

    base: str
    version: RegisterVersion
    line: Line
    writer: WarcWriter
    visit: Visit
    secret: dict[str, str]
    pause: Callable[[float], Awaitable[None]]
    on_page: Callable[[str], None]

    async def fetch(self, code: str) -> None:
        """Everything that a municipality declares, into evidence and visit; raises RegisterError or UserError."""
        paths = self.version.paths
        await self._list(paths.organisations.format(code=quote(code)))
        owners = self._owners(code)
        for owner in owners:
            await self._list(paths.services.format(id=quote(owner)))
            await self._list(paths.channels.format(id=quote(owner)))
        if paths.connections:
            for names in _parts(sorted(self.visit.services), paths.most_connected):
                ids = "&".join(paths.connected.format(id=quote(name)) for name in names)
                await self._list(paths.connections.format(ids=ids))
        missing = sorted(
            {name for service in self.visit.services.values() for name in service.channels} - self.visit.channels.keys()
        )
        for names in _parts(missing, paths.most_ids):
            await self._page(self.base + paths.channels_by_id.format(ids=",".join(map(quote, names))))

    def _owners(self, code: str) -> list[str]:
        """Ids of the municipality's own organisation and of those below it."""
        known = self.visit.organisations
        own = {
            item.id
            for item in known.values()
            if item.municipality == code and item.type == self.version.paths.municipality_type
        }
        while more := {item.id for item in known.values() if item.parent in own} - own:
            own |= more
        return sorted(own)

    async def _list(self, path: str) -> None:
        """All pages of one list."""
        sign = "&" if "?" in path else "?"
        pages, number = 1, 1
        while number <= min(pages, _MOST_PAGES):
            url = f"{self.base}{path}{sign}{self.version.paths.page}={number}"
            pages = max(pages, await self._page(url))
            number += 1

    async def _page(self, url: str) -> int:
        """One page into evidence and visit, unless it is there; gives how many pages its list has."""
        if url in self.visit.answered:
            return self.visit.answered[url]
        answer = await self._answer(url)
        if answer is None:
            return 1
        items, pages = self._understood(url, answer)
        self.on_page(f"{url.removeprefix(self.base)}: {len(items)}")
        self.visit.answered[url] = pages
        for item in items:
            self.visit.take(item)
        return pages

    def _understood(self, url: str, answer: Any) -> tuple[list[Any], int]:
        told = version_of(answer)
        if told not in (None, self.version.number):
            raise UserError(
                f"{url}: answers in the shape of version {told} of the interface, and [service_register] version of "
                f"study.toml is {self.version.number}.",
                f"Write version = {told} there, or the address of version {self.version.number} at `url`.",
            )
        items, pages = page_of(answer)
        try:
            for item in items[:1]:
                read_item(item)
        except BrokenItem as error:
            raise UserError(
                f"{url}: answers with something that is no list of the register ({error}).",
                "Check `url` in [service_register] of study.toml.",
            ) from error
        return items, pages

    async def _answer(self, url: str) -> Any:
        """The parsed answer of an address, None where the register has nothing there; after several tries an error."""
        wait = _FIRST_PAUSE
        for number in range(1, _TRIES + 1):
            trouble, asked_for = await self._try(url)
            if isinstance(trouble, _Had):
                return trouble.data
            if number == _TRIES or asked_for > _LONGEST_PAUSE:
                told = f"; it asks to wait {asked_for:.0f} s" if asked_for > _LONGEST_PAUSE else ""
                raise RegisterError(f"{url}: {trouble}{told}.", _LATER)
            await self.pause(max(wait, asked_for))
            wait *= 2
        raise AssertionError

    async def _try(self, url: str) -> tuple[_Had | str, float]:
        """What was had, or the trouble in words and how long the server asks to wait."""
        at = datetime.now(UTC)
        sent = {"Accept": "application/json", **self.secret}
        try:
            answer = await self.line.ask(url, sent, limit=_LIMIT, is_secret=bool(self.secret))
        except RefusalError as error:
            raise RegisterError(f"{url}: is not asked ({error}).", "See docs/register.md.") from error
        except (OSError, HTTPException, ValueError) as error:
            return f"no answer ({' '.join(str(error).split()) or type(error).__name__})"[:200], 0.0
        self._keep(url, answer, at)
        if answer.status == 404:
            return _Had(None), 0.0
        if answer.status in (401, 403):
            raise UserError(f"{url}: the register answers {answer.status}.", _KEY)
        if answer.status in RETRIED:
            return f"the register answers {answer.status}", _wait_of(answer)
        if answer.status != 200:
            raise RegisterError(f"{url}: the register answers {answer.status}.", "Check `url` in study.toml.")
        if len(answer.body) < int(answer.headers.get("Content-Length") or 0):
            return "its answer was cut off in the middle", 0.0
        try:
            return _Had(json.loads(answer.body)), 0.0
        except (ValueError, RecursionError):
            return "its answer is no JSON, or was cut off", 0.0

    def _keep(self, url: str, answer: Answer, at: datetime) -> None:
        """The answer as it came, and the request without its key."""
        told = [(name.encode(), value.encode("latin-1", "replace")) for name, value in self.line.headers.items()]
        got = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in answer.headers.items()]
        self.writer.write_exchange(url, told, answer.status, got, answer.body, at=at)


@dataclass(frozen=True, slots=True)
class _Had:
    """What an address answered."""

    data: Any


def _wait_of(answer: Answer) -> float:
    """Seconds that a busy server asks to wait, given as a number or as a date; 0 where it does not say."""
    told = (answer.headers.get("Retry-After") or "").strip()
    if told.isdigit():
        return float(told)
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _parts(names: list[str], most: int) -> Iterator[Iterable[str]]:
    for start in range(0, len(names), most):
        yield names[start : start + most]
