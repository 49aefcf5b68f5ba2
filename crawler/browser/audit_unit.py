"""Audits the sample of one municipality in this process: visits each page once and keeps the raw results as evidence.

While axe-core works on one page the next one is loaded and settles, so the waiting costs nothing. A page that cannot
be audited is kept too, with the reason; a lost browser costs the page it showed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from study import AuditPlan, SampledPage, StoredJson, StudyFolder, WarcWriter, read_events

from .access import Access, RefusalError
from .axe import AxeRun, BrowserLostError
from .scripted import ConsentCues
from .visit import VisitError

EVENT, SAMPLE_EVENT, END_EVENT = "axe", "audit-sample", "audit-end"
FORMAT = 1
_PICTURED = ("critical", "serious")
_MOST_PICTURES = 12  # per municipality: enough for a report, and a few hundred kilobytes
_PAGE_SECONDS = 150.0  # for one page in all; axe-core alone may take 45
_log = logging.getLogger(__name__)


class OpenPage(Protocol):
    """A page in a browser, wherever that browser runs."""

    consent: list[dict[str, Any]]
    settled: dict[str, Any]

    @property
    def final_url(self) -> str: ...
    async def open(self, url: str) -> None: ...
    async def settle(self) -> None: ...
    async def scroll(self) -> None: ...
    async def calm(self, cues: ConsentCues) -> None: ...
    async def facts(self) -> dict[str, Any]: ...
    async def look_here(self) -> list[dict[str, Any]]: ...
    async def picture(self, selector: str) -> str | None: ...
    async def reflow(self) -> dict[str, Any]: ...
    async def check_same(self) -> None: ...


class PageBrowser(Protocol):
    """What the audit asks of a browser."""

    works_ahead: bool
    restarts: int
    engine: Mapping[str, Any]

    @property
    def wants_rest(self) -> bool: ...
    @property
    def is_lost(self) -> bool: ...
    async def begin(self) -> Any: ...
    async def end(self, visit: Any) -> None: ...
    async def axe(self, visit: Any) -> AxeRun: ...
    async def restart(self) -> None: ...
    async def close(self) -> None: ...
    def describe(self) -> dict[str, Any]: ...


@dataclass(slots=True)
class _Ready:
    """A page that has settled, or the error that kept it from doing so."""

    visit: OpenPage | None
    error: str = ""
    restarts: int = 0
    at: datetime | None = None


class AuditUnit:
    """The audit of one municipality."""

    def __init__(
        self,
        plan: AuditPlan,
        browser: PageBrowser,
        access: Access,
        writer: WarcWriter,
        cues: ConsentCues,
        on_page: Callable[[int, str], None] = lambda done, error: None,
    ) -> None:
        self._plan, self._browser, self._access, self._writer = plan, browser, access, writer
        self._cues, self._on_page = cues, on_page
        self._is_stopping = False
        self._pictured: set[str] = set()

    def stop(self) -> None:
        """End after the page at hand."""
        self._is_stopping = True

    async def run(self, done: frozenset[str] = frozenset()) -> int:
        """Audit the pages of the plan that are not in `done`; gives how many pages of the plan are done by then.

        Raises BrowserUnavailableError where no browser can be started.
        """
        pages = [page for page in self._plan.pages if page.url not in done]
        write_sample(self._writer, self._plan)
        count = len(self._plan.pages) - len(pages)
        coming: asyncio.Task[_Ready] | None = None
        for position, page in enumerate(pages):
            if self._is_stopping:
                break
            ready = await coming if coming is not None else await self._prepare(page)
            if self._is_stale(ready):
                ready = await self._prepare(page)
            rest = self._browser.wants_rest
            following = pages[position + 1] if position + 1 < len(pages) else None
            is_ahead = following is not None and self._browser.works_ahead and not rest
            coming = asyncio.ensure_future(self._prepare(following)) if following and is_ahead else None
            error = await self._finish(page, ready)
            count += 1
            self._on_page(count, error)
            if rest:
                await self._browser.restart()
        if coming is not None:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
        if not self._is_stopping:
            end = {"format": FORMAT, "plan": self._plan.digest, "pages": count, "engine": self._browser.engine}
            self._writer.write_json(END_EVENT, end)
        return count

    def _is_stale(self, ready: _Ready) -> bool:
        """Whether the page went down with a browser in which another page was being audited."""
        return ready.restarts != self._browser.restarts or (ready.visit is not None and self._browser.is_lost)

    async def _prepare(self, page: SampledPage) -> _Ready:
        at, restarts = datetime.now(UTC), self._browser.restarts
        visit: OpenPage | None = None
        try:
            await self._access.check(page.url)
            await self._access.enter(page.url)
            at = datetime.now(UTC)
            try:
                visit = await self._browser.begin()
                restarts = self._browser.restarts
                await visit.open(page.url)
                await visit.settle()
            finally:
                self._access.leave(page.url)
            if visit.final_url != page.url:
                await self._access.check(visit.final_url)
            await visit.scroll()
            await visit.calm(self._cues)
        except (RefusalError, VisitError, BrowserLostError) as error:
            if visit is not None:
                await self._browser.end(visit)
            text = f"browser-lost: {error}" if isinstance(error, BrowserLostError) else str(error)
            return _Ready(None, text, restarts, at)
        return _Ready(visit, "", restarts, at)

    async def _finish(self, page: SampledPage, ready: _Ready) -> str:
        """Run axe-core and the probes, keep what they say; gives the error or an empty text."""
        data: dict[str, Any] = {"format": FORMAT, "page": asdict(page), "plan": self._plan.digest, "error": ready.error}
        visit = ready.visit
        if visit is not None:
            try:
                data |= await asyncio.wait_for(self._audit(page, visit), _PAGE_SECONDS)
            except VisitError as error:
                data["error"] = str(error)
            except BrowserLostError as error:
                data["error"] = f"browser-lost: {error}"
            except TimeoutError:
                data["error"] = f"timeout: not done within {_PAGE_SECONDS:.0f} seconds"
            data |= {"final_url": visit.final_url, "settled": visit.settled, "consent": visit.consent}
            await self._browser.end(visit)
        if str(data["error"]).startswith(("browser-lost", "timeout: not done")):
            await self._browser.restart()
        data |= self._browser.describe()
        self._writer.write_json(EVENT, data, url=page.url, at=ready.at or datetime.now(UTC))
        _log.info("%s %s", data["error"] or "audited", page.url)
        return str(data["error"])

    async def _audit(self, page: SampledPage, visit: OpenPage) -> dict[str, Any]:
        run = await self._browser.axe(visit)
        await visit.check_same()
        if run.error:
            return {"error": run.error}
        found: dict[str, Any] = {
            "axe": run.results,
            "frames": {"met": run.frames, "reached": run.frames_reached},
            "facts": await visit.facts(),
        }
        found["pictures"] = await self._pictures(run.results or {}, visit)
        found |= await _or_nothing("look_here", visit.look_here)
        # The narrow look comes last and may fail without taking the audit along.
        return found | await _or_nothing("reflow", visit.reflow)

    async def _pictures(self, results: Mapping[str, Any], visit: OpenPage) -> list[dict[str, str]]:
        """One picture of each grave rule, the first time that it is seen in this audit."""
        taken = []
        for rule in results.get("violations", ()):
            is_grave = rule.get("impact") in _PICTURED and any(tag.startswith("wcag") for tag in rule["tags"])
            if not is_grave or rule["id"] in self._pictured or len(self._pictured) >= _MOST_PICTURES:
                continue
            selectors = [node["target"][0] for node in rule["nodes"] if len(node["target"]) == 1]
            for selector in [item for item in selectors if isinstance(item, str)][:2]:
                picture = await visit.picture(selector)
                if picture is not None:
                    self._pictured.add(rule["id"])
                    taken.append({"rule": rule["id"], "selector": selector, "jpeg": picture})
                    break
        return taken


async def _or_nothing(name: str, probe: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
    try:
        return {name: await probe()}
    except VisitError as error:
        return {name: None, f"{name}_error": str(error)}


@dataclass(frozen=True, slots=True)
class Before:
    """What the evidence holds of a plan already: audited addresses, how many failed, whether it came to its end."""

    done: frozenset[str]
    failed: int
    is_ended: bool
    is_last: bool
    """Whether this plan's sample is the newest in the evidence, and so the one that the tables show."""


def audited_before(folder: StudyFolder, plan: AuditPlan, engine: Mapping[str, Any]) -> Before:
    """What was done for this very plan with this very engine."""
    errors: dict[str, bool] = {}
    is_ended = is_last = False
    for event in read_events(folder.warc_files(plan.code)):
        if not isinstance(event, StoredJson) or not isinstance(event.data, dict):
            continue
        if event.kind == SAMPLE_EVENT:
            is_last = event.data.get("plan") == plan.digest
        if event.data.get("plan") != plan.digest:
            continue
        if event.kind == EVENT and event.data.get("engine") == engine:
            errors[event.url] = bool(event.data.get("error")) and errors.get(event.url, True)
        elif event.kind == END_EVENT:
            is_ended = event.data.get("engine") == engine
    done = frozenset(url for url, error in errors.items() if not error)
    return Before(done, len(errors) - len(done), is_ended, is_last)


def write_sample(writer: WarcWriter, plan: AuditPlan) -> None:
    """Note which pages an audit is about; the newest note counts."""
    writer.write_json(SAMPLE_EVENT, {"format": FORMAT, **asdict(plan), "plan": plan.digest})
