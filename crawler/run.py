"""Crawls a study: one subprocess per municipality, several side by side, progress as events.

`crawl_study` is what the command line calls. `python -m crawler.run STUDY CODE` is what it starts: one crawl, JSON
lines on standard output. When the parent goes away the child ends too: it watches its standard input.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from study import (
    CrawlEnd,
    CrawlStatus,
    FailureReason,
    StudyFolder,
    StudyMunicipality,
    host_of,
    open_study,
    read_events,
    storage_errors,
)
from taxonomy import load_taxonomy

_PATIENCE_SECONDS = 60.0  # for a child to finish what is in flight after it was asked to stop


@dataclass(frozen=True, slots=True)
class CrawlEvent:
    """Something to show: kind is started, progress, ended or skipped. Fields that do not apply are empty."""

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


class _Run:
    """The children of one crawl command."""

    def __init__(self, folder: StudyFolder, max_pages: int, on_event: Callable[[CrawlEvent], None]) -> None:
        self._folder, self._max_pages, self._on_event = folder, max_pages, on_event
        self._queue: Queue[tuple[str, dict[str, Any] | None]] = Queue()
        self._children: dict[str, subprocess.Popen[str]] = {}
        self._outcomes: dict[str, CrawlOutcome] = {}

    def all(self, chosen: list[StudyMunicipality]) -> tuple[CrawlOutcome, ...]:
        """Run all, a few at a time."""
        waiting = [item.code for item in chosen if not self._skip(item.code)]
        parallel = self._folder.config.crawl.parallel_municipalities
        try:
            while waiting or self._children:
                while waiting and len(self._children) < parallel:
                    self._start(waiting.pop(0))
                self._listen()
        except KeyboardInterrupt:
            self._stop()
            raise
        return tuple(self._outcomes[code] for code in sorted(self._outcomes))

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
        command = [sys.executable, "-m", "crawler.run", str(self._folder.root), code]
        command += ["--max-pages", str(self._max_pages)]
        logs = self._folder.state / "logs"
        with storage_errors(logs):
            logs.mkdir(parents=True, exist_ok=True)
            log = (logs / f"{code}.log").open("a", encoding="utf-8")
        root = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C reaches the parent only, which then stops the children gently
        )
        log.close()
        self._children[code] = child
        threading.Thread(target=self._pump, args=(code, child), daemon=True).start()

    def _pump(self, code: str, child: subprocess.Popen[str]) -> None:
        for line in child.stdout or ():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict):
                self._queue.put((code, event))
        child.wait()
        self._queue.put((code, None))

    def _listen(self, timeout: float = 1.0) -> None:
        try:
            code, event = self._queue.get(timeout=timeout)
        except Empty:
            return
        if event is None:
            self._ended(code)
            return
        status = CrawlStatus(event["status"]) if event.get("status") else None
        reason = FailureReason(event["reason"]) if event.get("reason") else None
        shown = CrawlEvent(
            str(event.get("event")),
            code,
            pages=int(event.get("pages", 0)),
            queued=int(event.get("queued", 0)),
            budget=int(event.get("budget", 0)),
            rate=float(event.get("rate", 0.0)),
            status=status,
            reason=reason,
            detail=str(event.get("detail", "")),
        )
        if shown.kind == "ended" and status is not None:
            self._outcomes[code] = CrawlOutcome(code, status, reason, shown.detail, shown.pages)
        self._on_event(shown)

    def _ended(self, code: str) -> None:
        child = self._children.pop(code)
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        if code in self._outcomes:
            return
        detail = f"the crawl process ended with status {child.returncode}; see .state/logs/{code}.log"
        outcome = CrawlOutcome(code, CrawlStatus.FAILED, FailureReason.CRASHED, detail, 0)
        self._outcomes[code] = outcome
        self._on_event(
            CrawlEvent("ended", code, status=outcome.status, reason=outcome.reason, detail=detail),
        )

    def _stop(self) -> None:
        """Ask the children to finish what is in flight; those that do not are ended."""
        for child in self._children.values():
            child.terminate()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        try:
            while self._children and time.monotonic() < deadline:
                self._listen(timeout=0.2)
        finally:
            for child in self._children.values():
                child.kill()
                child.wait()


def _set_aside(folder: StudyFolder, codes: list[str]) -> None:
    """Move the evidence of these municipalities to evidence/old-<time>/: it is never deleted."""
    target = folder.evidence / f"old-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    for code in codes:
        for path in folder.warc_files(code):
            with storage_errors(path):
                target.mkdir(parents=True, exist_ok=True)
                path.rename(target / path.name)


def crawl_one(root: Path, code: str, max_pages: int) -> None:
    """Crawl one municipality in this process; Scrapy's reactor cannot be started twice, so once per process."""
    from scrapy.crawler import AsyncCrawlerProcess

    from .frontier import Budget
    from .reader import Plan
    from .settings import ATTEMPTS, build_settings
    from .spiders.municipality import MunicipalitySpider

    folder = open_study(root)
    municipality = folder.municipality(code)
    crawl = folder.config.crawl
    taxonomy = load_taxonomy(folder.config.study.country)
    budget = Budget(
        pages=max_pages,
        documents=min(crawl.max_documents, max(1, max_pages * 15 // 100)),
        eservices=min(crawl.max_eservice_pages, max(1, max_pages * 20 // 100)),
        renders=crawl.max_rendered_pages if crawl.render else 0,
        attempts=ATTEMPTS,
    )
    plan = Plan(folder, municipality, taxonomy, budget, _shared_hosts(folder, code))
    languages = municipality.languages or taxonomy.country.study_languages
    process = AsyncCrawlerProcess(build_settings(crawl, tuple(languages), None))
    process.crawl(MunicipalitySpider, plan=plan)
    _end_with_parent()
    process.start()


def _shared_hosts(folder: StudyFolder, code: str) -> frozenset[str]:
    """Own hosts that another municipality of the study names too."""
    named = {
        host_of(address)
        for item in folder.municipalities
        if item.code != code
        for address in (item.website, *item.hosts)
    }
    return frozenset(named)


def _end_with_parent() -> None:
    """When the parent's end of our standard input closes, stop as on SIGTERM: finish what is in flight, then end."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def main(argv: Sequence[str] | None = None) -> int:
    """One municipality's crawl as a program."""
    parser = argparse.ArgumentParser(prog="crawler.run", description=main.__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("code")
    parser.add_argument("--max-pages", type=int, required=True)
    arguments = parser.parse_args(argv)
    crawl_one(arguments.study, arguments.code, arguments.max_pages)
    return 0


if __name__ == "__main__":
    sys.exit(main())
