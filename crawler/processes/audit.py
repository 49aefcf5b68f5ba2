"""Audits a study: one subprocess per municipality, as many side by side as there are cores, progress as events.

`audit_study` is what the command line calls. `python -m crawler.processes.audit STUDY CODE` is what it starts: one
municipality's sample, JSON lines on standard output. When the parent goes away the child ends too: it watches its
standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from study import AuditPlan, StudyFolder, WarcWriter, open_study, read_audit_plan, storage_errors, write_audit_plan

_PATIENCE_SECONDS = 90.0  # for a child to finish the page at hand after it was asked to stop
_SILENT_SECONDS = 900.0  # a page takes at most 150, and may wait for its turn at a host before


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something to show: kind is started, progress, ended or skipped. Pages: `done` of `total`, `failed` among them."""

    kind: str
    code: str
    done: int = 0
    total: int = 0
    failed: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AuditOutcome:
    """How the audit of one municipality ended. `detail` is empty unless it did not come to its end."""

    code: str
    pages: int
    audited: int
    failed: int
    detail: str = ""
    skipped: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether every page of the sample was visited, with whatever result."""
        return not self.detail


def audit_study(
    folder: StudyFolder,
    plans: Mapping[str, AuditPlan],
    *,
    on_event: Callable[[AuditEvent], None] = lambda event: None,
    grid_url: str | None = None,
    parallel: int | None = None,
    again: bool = False,
) -> tuple[AuditOutcome, ...]:
    """Audit the samples of these municipalities, going on where an earlier audit of the same sample stopped.

    `again` visits every page anew. Outcomes in order of code. A crashed audit is an outcome, never an exception. Ctrl-C
    stops the children gently, keeps the evidence and is raised again. Raises UserError for an axe script that
    cannot be used.
    """
    from crawler.browser.axe import axe_script

    script = axe_script(folder.config.audit.axe_script)
    for code, plan in plans.items():
        write_audit_plan(_plan_file(folder, code), plan)
    if again:
        for code in plans:
            _done_file(folder, code).unlink(missing_ok=True)
    options = [*(("--grid", grid_url) if grid_url else ()), *(("--again",) if again else ())]
    return _Run(folder, plans, on_event, options, script.sha256, parallel or os.cpu_count() or 1).all()


def _done_file(folder: StudyFolder, code: str) -> Path:
    """Says that a plan was audited to its end, so that no process need be started to find out from the evidence."""
    return folder.state / "audit" / f"{code}.done.json"


def _plan_file(folder: StudyFolder, code: str) -> Path:
    return folder.state / "audit" / f"{code}.json"


class _Run:
    """The children of one audit command."""

    def __init__(
        self,
        folder: StudyFolder,
        plans: Mapping[str, AuditPlan],
        on_event: Callable[[AuditEvent], None],
        options: Sequence[str],
        engine: str,
        parallel: int,
    ) -> None:
        self._engine = engine
        self._folder, self._plans, self._on_event = folder, plans, on_event
        self._options, self._parallel = options, parallel
        self._queue: Queue[tuple[str, dict[str, Any] | None]] = Queue()
        self._children: dict[str, subprocess.Popen[str]] = {}
        self._outcomes: dict[str, AuditOutcome] = {}
        self._heard: dict[str, float] = {}

    def all(self) -> tuple[AuditOutcome, ...]:
        """Run all, a few at a time."""
        waiting = sorted(self._plans)
        try:
            while waiting or self._children:
                while waiting and len(self._children) < self._parallel:
                    self._start(waiting.pop(0))
                self._listen()
        except KeyboardInterrupt:
            self._stop()
            raise
        return tuple(self._outcomes[code] for code in sorted(self._outcomes))

    def _start(self, code: str) -> None:
        plan = self._plans[code]
        if self._is_done(code, plan):
            return
        self._outcomes[code] = AuditOutcome(code, len(plan.pages), 0, 0, "the audit did not start")
        command = [sys.executable, "-m", "crawler.processes.audit", str(self._folder.root), code, *self._options]
        logs = self._folder.state / "logs"
        with storage_errors(logs):
            logs.mkdir(parents=True, exist_ok=True)
            log = (logs / f"{code}-audit.log").open("a", encoding="utf-8")
        root = str(Path(__file__).resolve().parents[2])
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
        self._heard[code] = time.monotonic()
        threading.Thread(target=self._pump, args=(code, child), daemon=True).start()

    def _is_done(self, code: str, plan: AuditPlan) -> bool:
        try:
            done = json.loads(_done_file(self._folder, code).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        if not isinstance(done, dict) or done.get("audit") != [plan.digest, self._engine]:
            return False
        total, failed = len(plan.pages), int(done.get("failed", 0))
        self._outcomes[code] = AuditOutcome(code, total, total - failed, failed, skipped=True)
        self._on_event(AuditEvent("skipped", code, total, total, failed))
        return True

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
        for code in [code for code in self._children if time.monotonic() - self._heard[code] > _SILENT_SECONDS]:
            self._heard[code] = time.monotonic()
            with suppress(ProcessLookupError):
                os.killpg(self._children[code].pid, signal.SIGKILL)  # with its browser and driver
        try:
            code, event = self._queue.get(timeout=timeout)
        except Empty:
            return
        self._heard[code] = time.monotonic()
        if event is None:
            self._ended(code)
            return
        kind = str(event["event"])
        done, total, failed = (int(event.get(name, 0)) for name in ("done", "total", "failed"))
        shown = AuditEvent(kind, code, done, total, failed, str(event.get("detail", "")))
        audited = max(shown.done - shown.failed, 0)
        detail = shown.detail if kind in ("ended", "skipped") else "the audit did not come to its end"
        self._outcomes[code] = AuditOutcome(code, shown.total, audited, shown.failed, detail, kind == "skipped")
        self._on_event(shown)

    def _ended(self, code: str) -> None:
        child = self._children.pop(code)
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        if child.returncode == 0:
            return
        log = f".state/logs/{code}-audit.log"
        detail = f"the audit process hung or crashed and ended with status {child.returncode}; see {log}"
        known = self._outcomes[code]
        self._outcomes[code] = replace(known, detail=detail)
        self._on_event(AuditEvent("ended", code, known.audited + known.failed, known.pages, known.failed, detail))

    def _stop(self) -> None:
        """Ask the children to finish the page at hand; those that do not are ended."""
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


def _emit(event: str, code: str, **values: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, "code": code, **values}) + "\n")
    sys.stdout.flush()


async def audit_one(root: Path, code: str, grid_url: str | None = None, again: bool = False) -> None:
    """Audit one municipality's sample in this process."""
    from crawler.browser.access import Access, robots_reader
    from crawler.browser.audit_unit import AuditUnit, PageBrowser, audited_before, write_sample
    from crawler.browser.auditor import AuditBrowser
    from crawler.browser.axe import axe_script
    from crawler.browser.errors import BrowserUnavailableError
    from crawler.browser.gateway import Gateway
    from crawler.browser.grid import GridBrowser
    from crawler.browser.visit import ConsentCues, Identity
    from crawler.manners.gate import HostGate
    from crawler.manners.guard import Guard
    from crawler.settings import software_version, user_agent
    from taxonomy import consent_layers, load_taxonomy

    folder = open_study(root)
    plan = read_audit_plan(_plan_file(folder, code))
    crawl, taxonomy = folder.config.crawl, load_taxonomy(folder.config.study.country)
    script = axe_script(folder.config.audit.axe_script)
    before = audited_before(folder, plan, script.describe())
    total = len(plan.pages)
    if before.is_ended and not again:
        if not before.is_last:
            with WarcWriter(folder.evidence, code, software=f"kuntatutka/{software_version()}") as writer:
                write_sample(writer, plan)
        _note_done(folder, plan, script.sha256, before.failed)
        _emit("skipped", code, done=total, total=total, failed=before.failed)
        return
    done = frozenset() if again else before.done
    guard = Guard(crawl.allow_private_hosts)
    identity = Identity(user_agent(crawl.contact), plan_languages(folder, code))
    gateway = Gateway(guard)
    proxy = f"http://127.0.0.1:{await gateway.start()}"
    robots = robots_reader(proxy, identity.user_agent)
    browser: PageBrowser
    browser = GridBrowser(grid_url, identity, script) if grid_url else AuditBrowser(proxy, identity, script)
    identification = tuple(host for item in taxonomy.country.identification for host in item.hosts)
    access = Access(guard, HostGate(folder.state / "hosts", code), crawl.delay_seconds, identification, robots)
    failed = 0

    def on_page(count: int, error: str) -> None:
        nonlocal failed
        failed += bool(error)
        _emit("progress", code, done=count, total=total, failed=failed)

    _emit("started", code, done=len(done), total=total)
    layers = consent_layers(taxonomy)
    with WarcWriter(folder.evidence, code, software=f"kuntatutka/{software_version()}") as writer:
        unit = AuditUnit(plan, browser, access, writer, ConsentCues(layers.selectors, layers.words), on_page)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, unit.stop)
        _end_with_parent()
        detail = ""
        try:
            done_pages = await unit.run(done)
            detail = "" if done_pages == total else "stopped before its end; the next audit goes on from here"
        except BrowserUnavailableError as error:
            done_pages, detail = len(done), str(error)
        finally:
            await browser.close()
            await gateway.close()
    if not detail:
        _note_done(folder, plan, script.sha256, failed)
    _emit("ended", code, done=done_pages, total=total, failed=failed, detail=detail)


def _note_done(folder: StudyFolder, plan: AuditPlan, engine: str, failed: int) -> None:
    path = _done_file(folder, plan.code)
    with storage_errors(path):
        path.write_text(json.dumps({"audit": [plan.digest, engine], "failed": failed}), encoding="utf-8")


def plan_languages(folder: StudyFolder, code: str) -> tuple[str, ...]:
    """Languages that the browser asks for: those of the municipality."""
    return tuple(folder.municipality(code).languages)


def _end_with_parent() -> None:
    """When the parent's end of our standard input closes, stop as on SIGTERM: finish the page at hand, then end."""
    if os.environ.get("KUNTATUTKA_CRAWL_ALONE"):
        return

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def main(argv: Sequence[str] | None = None) -> int:
    """One municipality's audit as a program."""
    parser = argparse.ArgumentParser(prog="crawler.processes.audit", description=main.__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("code")
    parser.add_argument("--grid", default=None)
    parser.add_argument("--again", action="store_true")
    arguments = parser.parse_args(argv)
    asyncio.run(audit_one(arguments.study, arguments.code, arguments.grid, arguments.again))
    return 0


if __name__ == "__main__":
    sys.exit(main())
