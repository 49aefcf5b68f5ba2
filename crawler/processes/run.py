"""Crawls a study: one process per municipality, several side by side, progress as events.

`crawl_study` is what the command line calls; `.process` holds the other side, the processes that crawl.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from study import (
    CrawlEnd,
    CrawlStatus,
    FailureReason,
    StorageError,
    StudyFolder,
    StudyMunicipality,
    read_events,
    storage_errors,
)
from taxonomy import load_taxonomy

_GRACE_SECONDS = 600.0  # beyond its time limit: by then the crawl process itself should have ended it
_DISK_SECONDS = 20.0  # between two looks at the room that is left
_DISK_WARN_MB, _DISK_STOP_MB = 1_000.0, 10.0
_PATIENCE_SECONDS = 60.0  # for the crawls to finish what is in flight after they were asked to stop


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
) -> tuple[CrawlOutcome, ...]:
    """Crawl the municipalities of a study, going on where an earlier crawl stopped; outcomes in order of code.

    A crashed crawl is an outcome, never an exception; TaxonomyError and UserError are raised before anything is asked.
    Ctrl-C stops the children gently, keeps the evidence and is raised again once they have ended; a second Ctrl-C stops
    them at once.
    """
    load_taxonomy(folder.config.study.country)  # a broken taxonomy is told once, not by every child
    chosen = [folder.municipality(code) for code in only] or list(folder.municipalities)
    if fresh:
        _set_aside(folder, [item.code for item in chosen])
    pages = max_pages if max_pages is not None else folder.config.crawl.max_pages
    run = _Run(folder, pages, on_event)
    return run.all(sorted(chosen, key=lambda item: item.code))


def stored_end(folder: StudyFolder, code: str) -> CrawlEnd | None:
    """How the last crawl of a municipality ended; None where it never came to an end."""
    last = None
    for event in read_events(folder.warc_files(code), body_limit=1_000_000):
        last = event if isinstance(event, CrawlEnd) else (None if last is None else last)
    return last


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

    def __init__(self, folder: StudyFolder, max_pages: int, on_event: Callable[[CrawlEvent], None]) -> None:
        self._folder, self._max_pages, self._on_event = folder, max_pages, on_event
        self._queue: Queue[dict[str, Any] | None] = Queue()
        self._nursery: subprocess.Popen[str] | None = None
        self._reader = threading.Thread()
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
                while waiting and len(self._deadlines) < self._folder.config.crawl.parallel_municipalities:
                    self._start(waiting.pop(0))
                self._listen()
        except KeyboardInterrupt:
            self._interrupted = True
            raise
        finally:
            self._end()
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
        nursery = self._nursery or self._open_nursery()
        limit = self._folder.config.crawl.time_limit_minutes * 60
        self._deadlines[code] = time.monotonic() + limit + _GRACE_SECONDS
        assert nursery.stdin is not None
        with suppress(BrokenPipeError):  # it died: its end is in the queue
            nursery.stdin.write(f"{code} {self._max_pages}\n")
            nursery.stdin.flush()

    def _open_nursery(self) -> subprocess.Popen[str]:
        logs = self._folder.state / "logs"
        with storage_errors(logs):
            logs.mkdir(parents=True, exist_ok=True)
            log = (logs / "crawl.log").open("a", encoding="utf-8")
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
        with log:
            # A session of its own: Ctrl-C reaches this process only, which then stops the crawls gently.
            self._nursery = subprocess.Popen(
                [sys.executable, "-P", "-m", "crawler.processes.process", str(self._folder.root)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,
            )
        self._reader = threading.Thread(target=self._pump, args=(self._nursery,), daemon=True)
        self._reader.start()
        return self._nursery

    def _pump(self, nursery: subprocess.Popen[str]) -> None:
        for line in nursery.stdout or ():
            with suppress(ValueError):
                event = json.loads(line)
                if isinstance(event, dict):
                    self._queue.put(event)
        self._queue.put(None)

    def _listen(self, timeout: float = 1.0) -> None:
        """Take one event, or none for a while; a crawl that hangs long after its time limit ends all of them."""
        if any(time.monotonic() > deadline for deadline in self._deadlines.values()):
            self._kill()
        self._look_at_disk()
        try:
            event = self._queue.get(timeout=timeout)
        except Empty:
            return
        if event is None:
            for code in list(self._deadlines):
                self._ended(code, "the crawl processes ended")
            self._nursery = None
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

    def _end(self) -> None:
        """Close the nursery: crawls under way finish what is in flight; those that do not are ended."""
        if self._nursery is None:
            return
        nursery = self._nursery
        with suppress(OSError):
            if nursery.stdin is not None:
                nursery.stdin.close()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        try:
            while self._nursery is not None and time.monotonic() < deadline:
                self._listen(timeout=0.2)
        finally:
            self._nursery = nursery
            self._kill()
            nursery.wait()
            self._reader.join(timeout=5)
            if nursery.stdout is not None and not self._reader.is_alive():
                nursery.stdout.close()

    def _kill(self) -> None:
        """End the nursery, its crawls and their browsers at once; the evidence is whole up to the last answer."""
        if self._nursery is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._nursery.pid, signal.SIGKILL)


def _set_aside(folder: StudyFolder, codes: list[str]) -> None:
    """Move the evidence of these municipalities to evidence/old-<time>/: it is never deleted."""
    target = folder.evidence / f"old-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    for code in codes:
        for path in folder.warc_files(code):
            with storage_errors(path):
                target.mkdir(parents=True, exist_ok=True)
                path.rename(target / path.name)
