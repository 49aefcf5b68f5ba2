"""Fetches what municipalities declare, one after the other, and asks their addresses; everything becomes evidence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crawler.settings import software_version
from study import RegisterError, StudyFolder
from study.register import RegisterEvidence, Visit, note_check, note_end, note_item, note_start
from taxonomy import RegisterVersion

_MOST_IN_A_ROW = 2
"""Municipalities one after the other whose visit failed, and asking ends: the register is down, or closed to us."""
Step = Callable[[str, int, str], None]
"""Called with a municipality's code, how many are done, and what was had last."""


@dataclass(frozen=True, slots=True)
class RegisterVisit:
    """How one municipality's visit to the register ended; `failure` is empty where all was had."""

    code: str
    services: int
    channels: int
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """How the register is asked: where, with which key, whether anew, and how pauses are made."""

    base: str
    version: RegisterVersion
    secret: Mapping[str, str]
    again: bool = False
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


def fetch_register(study: StudyFolder, codes: Sequence[str], asking: Asking, on_step: Step) -> list[RegisterVisit]:
    """Ask the register for each municipality that it has not been asked for, or for all anew.

    What is had is kept as it comes, and the next call goes on from there. Raises RegisterError where the register
    fails for several in a row, UserError where it is another version or refuses.
    """
    return asyncio.run(_fetch(study, codes, asking, on_step))


async def _fetch(study: StudyFolder, codes: Sequence[str], asking: Asking, on_step: Step) -> list[RegisterVisit]:
    visits: list[RegisterVisit] = []
    for number, code in enumerate(codes):
        on_step(code, number, "")
        visits.append(await _one(study, code, asking, lambda what, c=code, n=number: on_step(c, n, what)))  # type: ignore[misc]
        on_step(code, number + 1, "")
        failed = [visit for visit in visits[-_MOST_IN_A_ROW:] if visit.failure]
        if len(failed) == min(_MOST_IN_A_ROW, len(codes)) == len(visits[-_MOST_IN_A_ROW:]):
            raise RegisterError(failed[-1].failure)
    return visits


async def _one(study: StudyFolder, code: str, asking: Asking, on_page: Callable[[str], None]) -> RegisterVisit:
    from .interface import Interface  # Playwright comes with the gateway, and few commands need it
    from .line import open_line

    evidence = RegisterEvidence(study, code)
    kept = evidence.read()
    if kept.visit is not None and kept.visit.is_whole and kept.unfinished is None and not asking.again:
        return RegisterVisit(code, len(kept.visit.services), len(kept.visit.channels))
    visit = None if asking.again else kept.unfinished
    with evidence.writer(f"kuntatutka/{software_version()}") as writer:
        if visit is None or visit.source != asking.base:
            note_start(writer, asking.base)
            visit = Visit(asking.base, datetime.now(UTC))
        async with open_line(study, code) as line:
            secret = dict(asking.secret)
            interface = Interface(asking.base, asking.version, line, writer, visit, secret, asking.pause, on_page)
            try:
                await interface.fetch(code)
            except RegisterError as error:
                return RegisterVisit(code, len(visit.services), len(visit.channels), str(error))
        note_end(writer, {"services": len(visit.services), "channels": len(visit.channels)})
    return RegisterVisit(code, len(visit.services), len(visit.channels))


def keep_items(study: StudyFolder, items: Mapping[str, Iterable[Any]], source: str, *, is_cut: bool = False) -> None:
    """Keep items that files gave, by municipality, as a visit: a whole one unless a file was cut in the middle."""
    for code, own in sorted(items.items()):
        with RegisterEvidence(study, code).writer(f"kuntatutka/{software_version()}") as writer:
            note_start(writer, source)
            count = 0
            for count, data in enumerate(own, start=1):  # noqa: B007
                note_item(writer, data)
            note_end(writer, {"items": count}, is_cut=is_cut)


def check_addresses(study: StudyFolder, addresses: Mapping[str, Sequence[str]], on_step: Step) -> int:
    """Ask each municipality's declared addresses whether they are alive and keep the answers; gives how many."""
    return asyncio.run(_check(study, addresses, on_step))


async def _check(study: StudyFolder, addresses: Mapping[str, Sequence[str]], on_step: Step) -> int:
    from .alive import is_alive
    from .line import open_line

    done = 0
    for code, urls in sorted(addresses.items()):
        if not urls:
            continue
        with RegisterEvidence(study, code).writer(f"kuntatutka/{software_version()}") as writer:
            async with open_line(study, code) as line:
                for url in urls:
                    at = datetime.now(UTC)
                    found = await is_alive(line, url)
                    note_check(writer, url, found.alive, found.reason, found.final_url, at)
                    done += 1
                    on_step(code, done, url)
    return done
