"""Crawls a study: one process per municipality, several side by side, progress as events.

`crawl_study` is what the command line calls; `.process` holds the other side, the processes that crawl.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from study import (
    CrawlEnd,
    CrawlStatus,
    FailureReason,
    StorageError,
    StoredDocument,
    StoredFailure,
    StudyFolder,
    StudyMunicipality,
    address_key,
    normalise_url,
    read_events,
    storage_errors,
)
from taxonomy import load_taxonomy

from .children import Children, Elsewhere

_GRACE_SECONDS = 600.0  # beyond its time limit: by then the crawl process itself should have ended it
_DISK_SECONDS = 20.0  # between two looks at the room that is left
_DISK_WARN_MB, _DISK_STOP_MB = 1_000.0, 10.0
_PATIENCE_SECONDS = 60.0  # for the crawls to finish what is in flight after they were asked to stop
_NURSERY = "nursery"  # the one child, which forks a process for each crawl


@dataclass(frozen=True, slots=True)
class CrawlEvent:
    """Something to show: kind is started, progress, ended, skipped or warning. Fields that do not apply are empty."""

    kind: str
    code: str
    pages: int = 0
    queued: int = 0
    budget: int = 0
    rate: float = 0.0
    status: CrawlStatus | None = None
    reason: FailureReason | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CrawlOutcome:
    """How one municipality's crawl ended; `skipped` means that it had ended before and nothing was fetched."""

    code: str
    status: CrawlStatus
    reason: FailureReason | None
    detail: str
    pages: int
    skipped: bool = False


def crawl_study(
    folder: StudyFolder,
    *,
    only: Sequence[str] = (),
    max_pages: int | None = None,
    fresh: bool = False,
    on_event: Callable[[CrawlEvent], None] = lambda event: None,
    elsewhere: Elsewhere | None = None,
) -> tuple[CrawlOutcome, ...]:
    """Crawl the municipalities of a study, going on where an earlier crawl stopped; outcomes in order of code.

    With `elsewhere` the crawls run there, as many side by side on each machine as study.toml says.

    A crashed crawl is an outcome, never an exception; TaxonomyError and UserError are raised before anything is asked.
    Ctrl-C stops the children gently, keeps the evidence and is raised again once they have ended; a second Ctrl-C stops
    them at once.
    """
    load_taxonomy(folder.config.study.country)  # a broken taxonomy is told once, not by every child
    chosen = [folder.municipality(code) for code in only] or list(folder.municipalities)
    if fresh:
        _set_aside(folder, [item.code for item in chosen])
    pages = max_pages if max_pages is not None else folder.config.crawl.max_pages
    run = _Run(folder, pages, on_event, elsewhere)
    return run.all(sorted(chosen, key=lambda item: item.code))


def stored_end(folder: StudyFolder, code: str) -> CrawlEnd | None:
    """How the last crawl of a municipality ended; None where it never came to an end, or its address is another now."""
    last = None
    unasked = {address_key(url) for item in folder.municipality(code).addresses if (url := normalise_url(item))}
    for event in read_events(folder.warc_files(code), body_limit=1_000_000):
        last = event if isinstance(event, CrawlEnd) else last
        if isinstance(event, StoredDocument | StoredFailure):
            unasked.discard(address_key(event.url))
    return None if unasked else last


def is_finished(end: CrawlEnd | None, max_pages: int) -> bool:
    """Whether nothing is left to do: complete, or ended by robots.txt or by a page budget that has not grown since."""
    if end is None:
        return False
    if end.status is CrawlStatus.COMPLETE and not end.counters.get("unread", 0):
        return True
    return (
        end.status in (CrawlStatus.PARTIAL, CrawlStatus.COMPLETE)
        and end.reason in (None, FailureReason.BUDGET, FailureReason.ROBOTS)
        and end.counters.get("budget", 0) >= max_pages
    )


_OVER = "the time for the whole run is over (run_limit_hours in study.toml); the next crawl goes on from here"


class _Run:
    """The crawl processes of one command, and what they tell."""

    def __init__(
        self,
        folder: StudyFolder,
        max_pages: int,
        on_event: Callable[[CrawlEvent], None],
        elsewhere: Elsewhere | None,
    ) -> None:
        self._folder, self._max_pages, self._on_event = folder, max_pages, on_event
        self._children = Children(folder.state / "logs") if elsewhere is None else elsewhere
        self._parallel = folder.config.crawl.parallel_municipalities * (1 if elsewhere is None else elsewhere.machines)
        self._deadlines: dict[str, float] = {}
        self._outcomes: dict[str, CrawlOutcome] = {}
        self._refused: StorageError | None = None
        self._interrupted = False
        self._began, self._time_is_up = time.monotonic(), False
        self._disk_at, self._disk_told = 0.0, False

    def all(self, chosen: list[StudyMunicipality]) -> tuple[CrawlOutcome, ...]:
        """Run all, a few at a time."""
        waiting = [item.code for item in chosen if not self._skip(item.code)]
        try:
            while (waiting or self._deadlines) and self._refused is None and not self._is_over():
                while waiting and len(self._deadlines) < self._parallel:
                    self._start(waiting.pop(0))
                self._listen()
        except KeyboardInterrupt:
            self._interrupted = True
            raise
        finally:
            self._children.end(_PATIENCE_SECONDS, self._listen)
        if self._refused is not None:
            raise self._refused
        for code in waiting:
            self._put_off(code)
        return tuple(self._outcomes[code] for code in sorted(self._outcomes))

    def _is_over(self) -> bool:
        """Whether the study has had its time: crawls under way finish what is in flight, the rest waits."""
        hours = self._folder.config.crawl.run_limit_hours
        self._time_is_up = bool(hours) and time.monotonic() - self._began > hours * 3600
        return self._time_is_up

    def _put_off(self, code: str) -> None:
        detail = f"not begun: {_OVER}"
        self._outcomes[code] = CrawlOutcome(code, CrawlStatus.PARTIAL, FailureReason.TIME_LIMIT, detail, 0)
        self._on_event(
            CrawlEvent("ended", code, status=CrawlStatus.PARTIAL, reason=FailureReason.TIME_LIMIT, detail=detail)
        )

    def _skip(self, code: str) -> bool:
        end = stored_end(self._folder, code)
        if end is None or not is_finished(end, self._max_pages):
            return False
        pages = end.counters.get("pages", 0)
        self._outcomes[code] = CrawlOutcome(code, end.status, end.reason, end.detail, pages, skipped=True)
        detail = "was crawled before"
        self._on_event(CrawlEvent("skipped", code, pages=pages, status=end.status, reason=end.reason, detail=detail))
        return True

    def _start(self, code: str) -> None:
        limit = self._folder.config.crawl.time_limit_minutes * 60
        self._deadlines[code] = time.monotonic() + limit + _GRACE_SECONDS
        root, program = str(self._folder.root), "crawler.processes.process"
        if isinstance(self._children, Children):
            if not self._children:
                self._children.start(_NURSERY, program, [root], "crawl.log")
            self._children.tell(_NURSERY, f"{code} {self._max_pages}")
        else:
            self._children.start(code, program, [root, code, "--max-pages", str(self._max_pages)], f"{code}.log")

    def _listen(self, timeout: float = 1.0) -> None:
        """Take one event, or none for a while; a crawl that hangs long after its time limit ends all of them."""
        late = [code for code, deadline in self._deadlines.items() if time.monotonic() > deadline]
        for child in {_NURSERY} if late and isinstance(self._children, Children) else late:
            if self._children:
                self._children.kill(child)
        self._look_at_disk()
        told = self._children.listen(timeout)
        if told is None:
            return
        event = told.event
        if event is None:
            for code in list(self._deadlines) if told.child == _NURSERY else [told.child]:
                self._ended(code, "the crawl processes ended")
        elif event.get("event") == "storage":
            self._refused = StorageError(str(event.get("detail")), str(event.get("hint", "")))
        elif event.get("event") == "exit":
            self._ended(str(event.get("code")), f"the crawl process ended with status {event.get('status')}")
        else:
            self._show(event)

    def _look_at_disk(self) -> None:
        """Warn in time, and stop while there is still room to close the evidence properly."""
        if time.monotonic() < self._disk_at:
            return
        self._disk_at = time.monotonic() + _DISK_SECONDS
        with storage_errors(self._folder.evidence):
            self._folder.evidence.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self._folder.evidence).free / 1e6
        if free < _DISK_STOP_MB and self._refused is None:
            self._refused = StorageError(
                f"{self._folder.evidence}: only {free:.0f} MB are free, the crawl stops before the disk is full.",
                "Free some room and run the same command again; it goes on where it stopped.",
            )
        elif free < _DISK_WARN_MB and not self._disk_told:
            self._disk_told = True
            detail = f"only {free:.0f} MB are free for the evidence; the crawl stops at {_DISK_STOP_MB:.0f} MB"
            self._on_event(CrawlEvent("warning", "", detail=detail))

    def _show(self, event: dict[str, Any]) -> None:
        status = CrawlStatus(event["status"]) if event.get("status") else None
        reason = FailureReason(event["reason"]) if event.get("reason") else None
        shown = CrawlEvent(
            str(event.get("event")),
            str(event.get("code")),
            pages=int(event.get("pages", 0)),
            queued=int(event.get("queued", 0)),
            budget=int(event.get("budget", 0)),
            rate=float(event.get("rate", 0.0)),
            status=status,
            reason=reason,
            detail=str(event.get("detail", "")),
        )
        if self._time_is_up and reason is FailureReason.STOPPED:
            shown = replace(shown, detail=_OVER)
        if shown.kind == "ended" and status is not None:
            self._outcomes[shown.code] = CrawlOutcome(shown.code, status, reason, shown.detail, shown.pages)
        self._on_event(shown)

    def _ended(self, code: str, detail: str) -> None:
        """A crawl process is gone; one that has not said how it ended has crashed, or was stopped."""
        if self._deadlines.pop(code, None) is None or code in self._outcomes:
            return
        # Asked to stop before its first request, or the disk is full, which is told by itself: nothing else is wrong.
        if self._interrupted or self._time_is_up or self._refused is not None:
            detail = _OVER if self._time_is_up else "the next crawl goes on from here"
            outcome = CrawlOutcome(code, CrawlStatus.PARTIAL, FailureReason.STOPPED, detail, 0)
        else:
            detail = f"{detail}; see .state/logs/{code}.log"
            outcome = CrawlOutcome(code, CrawlStatus.FAILED, FailureReason.CRASHED, detail, 0)
        self._outcomes[code] = outcome
        self._on_event(CrawlEvent("ended", code, status=outcome.status, reason=outcome.reason, detail=detail))


def _set_aside(folder: StudyFolder, codes: list[str]) -> None:
    """Move the evidence of these municipalities to evidence/old-<time>/: it is never deleted."""
    target = folder.evidence / f"old-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    for code in codes:
        for path in folder.warc_files(code):
            with storage_errors(path):
                target.mkdir(parents=True, exist_ok=True)
                path.rename(target / path.name)
