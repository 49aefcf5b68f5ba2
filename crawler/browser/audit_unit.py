"""Audits the sample of one municipality in this process: visits each page once and keeps the raw results as evidence.

While axe-core works on one page the next ones load and settle, so the waiting costs nothing. A page that cannot be
audited is kept too, with the reason. Pages that were lost with a browser or a tab are visited again, each alone, so a
page pays for nothing but itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
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
_SHOWN = ("service", "form", "random")
"""Kinds of pages that a report may show as a good example."""
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
    async def view(self) -> str | None: ...
    async def reflow(self) -> dict[str, Any]: ...
    async def check_same(self) -> None: ...


class PageBrowser(Protocol):
    """What the audit asks of a browser."""

    tabs: int
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


class _Turn:
    """How far a page has come. Pages are worked on side by side; at each stage none overtakes the one before it."""

    def __init__(self, before: _Turn | None) -> None:
        self.before = before
        self.is_loaded, self.is_judged, self.is_told = asyncio.Event(), asyncio.Event(), asyncio.Event()

    def end(self) -> None:
        """Nobody waits for this page any more."""
        for stage in (self.is_loaded, self.is_judged, self.is_told):
            stage.set()
        self.before = None


@dataclass(slots=True)
class _Work:
    """One page at work: when it was asked for, its visit, and what there is to tell of it."""

    page: SampledPage
    turn: _Turn
    data: dict[str, Any]
    restarts: int
    at: datetime
    visit: OpenPage | None = None

    @property
    def error(self) -> str:
        return str(self.data["error"])


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
        self._spoilt = -1
        """Which browser, counted by restarts, is to be replaced."""
        self._pictured: set[str] = set()
        self._count = 0

    def stop(self) -> None:
        """End after the pages at hand."""
        self._is_stopping = True

    async def run(self, done: frozenset[str] = frozenset()) -> int:
        """Audit the pages of the plan that are not in `done`; gives how many pages of the plan are done by then.

        Raises BrowserUnavailableError where no browser can be started.
        """
        left = deque(page for page in self._plan.pages if page.url not in done)
        write_sample(self._writer, self._plan)
        self._count = len(self._plan.pages) - len(left)
        while left and not self._is_stopping:
            # Whose fault it was that a browser or a tab went down is known when each is alone in it.
            for page in await self._side_by_side(left, self._browser.tabs):
                await self._rest()
                await self._side_by_side(deque([page]), 1)
            if left:
                await self._rest()
        if not self._is_stopping:
            end = {"format": FORMAT, "plan": self._plan.digest, "pages": self._count, "engine": self._browser.engine}
            self._writer.write_json(END_EVENT, end)
        return self._count

    async def _rest(self) -> None:
        """A new browser where the old one is due or spoilt."""
        if self._wants_new or self._browser.wants_rest:
            await self._browser.restart()

    @property
    def _wants_new(self) -> bool:
        return self._browser.restarts == self._spoilt

    async def _side_by_side(self, left: deque[SampledPage], most: int) -> list[SampledPage]:
        """Audit pages, some at a time, while the browser is good for it; gives those that went down with others."""
        going: dict[asyncio.Task[bool], SampledPage] = {}
        turn: _Turn | None = None
        lost: list[SampledPage] = []
        try:
            while going or (left and self._goes_on):
                while left and self._goes_on and len(going) < most:
                    turn = _Turn(turn)
                    page = left.popleft()
                    going[asyncio.ensure_future(self._work(page, turn, is_alone=most == 1))] = page
                ended, _ = await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
                at_an_end = [(task, going.pop(task)) for task in ended]
                lost += [page for task, page in at_an_end if not task.result()]
        finally:
            for task in going:
                task.cancel()
            await asyncio.gather(*going, return_exceptions=True)
        return lost

    @property
    def _goes_on(self) -> bool:
        return not (self._is_stopping or self._wants_new or self._browser.wants_rest)

    async def _work(self, page: SampledPage, turn: _Turn, *, is_alone: bool) -> bool:
        """Visit a page and keep what comes of it; False, and nothing kept, where it went down with others."""
        data = {"format": FORMAT, "page": asdict(page), "plan": self._plan.digest, "error": ""}
        work = _Work(page, turn, data, self._browser.restarts, datetime.now(UTC))
        try:
            try:
                await self._prepare(work)
                await self._judge(work)
            except (RefusalError, VisitError) as error:
                data["error"] = str(error)
            except BrowserLostError as error:
                data["error"] = f"browser-lost: {error}"
                self._spoilt = work.restarts
            except TimeoutError:
                data["error"] = f"timeout: not done within {_PAGE_SECONDS:.0f} seconds"
                self._spoilt = work.restarts
            turn.is_loaded.set()
            is_told = is_alone or not self._went_down(work)
            if work.visit is not None:
                visit = work.visit
                data |= {"final_url": visit.final_url, "settled": visit.settled, "consent": visit.consent}
            if turn.before is not None:
                await turn.before.is_told.wait()
            if is_told:
                self._tell(work)
            turn.end()  # nobody waits for the tab to be wiped
            if work.visit is not None:
                await self._browser.end(work.visit)
        finally:
            turn.end()
        return is_told

    def _went_down(self, work: _Work) -> bool:
        is_lost = self._browser.is_lost or self._browser.restarts != work.restarts
        return bool(work.error) and (is_lost or work.error.startswith(("browser-lost", "tab-lost")))

    def _tell(self, work: _Work) -> None:
        """Keep what is known of a page."""
        self._writer.write_json(EVENT, work.data | self._browser.describe(), url=work.page.url, at=work.at)
        _log.info("%s %s", work.error or "audited", work.page.url)
        self._count += 1
        self._on_page(self._count, work.error)

    async def _prepare(self, work: _Work) -> None:
        """Open the page and bring it to rest. One page is loaded at a time."""
        url = work.page.url
        if work.turn.before is not None:
            await work.turn.before.is_loaded.wait()
        await self._access.check(url)
        await self._access.enter(url)
        work.at = datetime.now(UTC)
        try:
            visit = await self._browser.begin()
            work.visit, work.restarts = visit, self._browser.restarts
            await visit.open(url)
            await visit.settle()
        finally:
            self._access.leave(url)
        if visit.final_url != url:
            await self._access.check(visit.final_url)
        work.turn.is_loaded.set()
        await visit.scroll()
        await visit.calm(self._cues)

    async def _judge(self, work: _Work) -> None:
        """Run axe-core on one page at a time, and the probes behind it."""
        visit, turn = work.visit, work.turn
        assert visit is not None
        if turn.before is not None:
            await turn.before.is_judged.wait()
        async with asyncio.timeout(_PAGE_SECONDS):
            run = await self._browser.axe(visit)
            await visit.check_same()
        turn.is_judged.set()
        if run.error:
            work.data["error"] = run.error
            return
        found: dict[str, Any] = {"axe": run.results, "frames": {"met": run.frames, "reached": run.frames_reached}}
        if turn.before is not None:
            await turn.before.is_told.wait()
        async with asyncio.timeout(_PAGE_SECONDS):
            found["facts"] = await visit.facts()
            if work.page.is_own and work.page.reason in _SHOWN:
                found["view"] = await visit.view()
            found["pictures"] = await self._pictures(run.results or {}, visit)
            found |= await _or_nothing("look_here", visit.look_here)
            # The narrow look comes last and may fail without taking the audit along.
            found |= await _or_nothing("reflow", visit.reflow)
        work.data |= found

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
