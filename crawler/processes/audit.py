"""Audits a study: one subprocess per municipality, as many side by side as there are cores, progress as events.

`audit_study` is what the command line calls; `.audit_one` is the program that it starts for each.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from study import AuditPlan, StudyFolder, write_audit_plan

from .children import Children, Elsewhere

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
    unasked: Mapping[str, int] = field(default_factory=dict)
    """At the end: hosts that the browser wanted to ask though no page had, and how often. None was asked."""


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
    elsewhere: Elsewhere | None = None,
) -> tuple[AuditOutcome, ...]:
    """Audit the samples of these municipalities, going on where an earlier audit of the same sample stopped.

    `again` visits every page anew; with `elsewhere` the browsers run there. Outcomes in order of code. A crashed audit
    is an outcome, never an exception. Ctrl-C stops the children gently, keeps the evidence and is raised again. Raises
    UserError for an axe script that cannot be used.
    """
    from crawler.browser.axe import axe_script  # Selenium is loaded when there is something to audit

    script = axe_script(folder.config.audit.axe_script)
    for code, plan in plans.items():
        write_audit_plan(plan_file(folder, code), plan)
    if again:
        for code in plans:
            done_file(folder, code).unlink(missing_ok=True)
    options = [*(("--grid", grid_url) if grid_url else ()), *(("--again",) if again else ())]
    wide = parallel or (os.cpu_count() if elsewhere is None else elsewhere.cores) or 1
    return _Run(folder, plans, on_event, options, script.sha256, wide, elsewhere).all()


def done_file(folder: StudyFolder, code: str) -> Path:
    """Says that a plan was audited to its end, so that no process need be started to find out from the evidence."""
    return folder.state / "audit" / f"{code}.done.json"


def plan_file(folder: StudyFolder, code: str) -> Path:
    """The sample that a child is to audit."""
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
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._engine = engine
        self._folder, self._plans, self._on_event = folder, plans, on_event
        self._options, self._parallel = options, parallel
        self._children = Children(folder.state / "logs") if elsewhere is None else elsewhere
        self._outcomes: dict[str, AuditOutcome] = {}

    def all(self) -> tuple[AuditOutcome, ...]:
        """Run all, a few at a time."""
        waiting = sorted(self._plans)
        try:
            while waiting or self._children:
                while waiting and len(self._children) < self._parallel:
                    self._start(waiting.pop(0))
                self._listen()
        finally:
            self._children.end(_PATIENCE_SECONDS, self._listen)
        return tuple(self._outcomes[code] for code in sorted(self._outcomes))

    def _start(self, code: str) -> None:
        plan = self._plans[code]
        if self._is_done(code, plan):
            return
        self._outcomes[code] = AuditOutcome(code, len(plan.pages), 0, 0, "the audit did not start")
        arguments = [str(self._folder.root), code, *self._options]
        self._children.start(code, "crawler.processes.audit_one", arguments, f"{code}-audit.log")

    def _is_done(self, code: str, plan: AuditPlan) -> bool:
        try:
            done = json.loads(done_file(self._folder, code).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        if not isinstance(done, dict) or done.get("audit") != [plan.digest, self._engine]:
            return False
        total, failed = len(plan.pages), int(done.get("failed", 0))
        self._outcomes[code] = AuditOutcome(code, total, total - failed, failed, skipped=True)
        self._on_event(AuditEvent("skipped", code, total, total, failed))
        return True

    def _listen(self, timeout: float = 1.0) -> None:
        for code in self._children.silent_for(_SILENT_SECONDS):
            self._children.kill(code)  # with its browser and driver
        told = self._children.listen(timeout)
        if told is None:
            return
        code, event = told.child, told.event
        if event is None:
            if told.status:
                self._crashed(code, told.status)
            return
        kind = str(event["event"])
        done, total, failed = (int(event.get(name, 0)) for name in ("done", "total", "failed"))
        shown = AuditEvent(kind, code, done, total, failed, str(event.get("detail", "")), event.get("unasked") or {})
        audited = max(shown.done - shown.failed, 0)
        detail = shown.detail if kind in ("ended", "skipped") else "the audit did not come to its end"
        self._outcomes[code] = AuditOutcome(code, shown.total, audited, shown.failed, detail, kind == "skipped")
        self._on_event(shown)

    def _crashed(self, code: str, status: int) -> None:
        log = f".state/logs/{code}-audit.log"
        detail = f"the audit process hung or crashed and ended with status {status}; see {log}"
        known = self._outcomes[code]
        self._outcomes[code] = replace(known, detail=detail)
        self._on_event(AuditEvent("ended", code, known.audited + known.failed, known.pages, known.failed, detail))
