"""One municipality's audit as a program: `python -m crawler.processes.audit_one STUDY CODE` tells in JSON lines.

When the parent goes away it ends too: it watches its standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from crawler.browser.access import Access
from crawler.browser.audit_unit import AuditUnit, PageBrowser, audited_before, write_sample
from crawler.browser.auditor import AuditBrowser
from crawler.browser.axe import AxeScript, axe_script
from crawler.browser.errors import BrowserUnavailableError
from crawler.browser.gateway import Gateway
from crawler.browser.grid import GridBrowser
from crawler.browser.memory import watch_memory
from crawler.browser.robots import robots_reader
from crawler.browser.scripted import ConsentCues
from crawler.browser.visit import Identity
from crawler.events import emit
from crawler.manners.gate import HostGate
from crawler.manners.guard import Guard
from crawler.settings import software_version, user_agent
from study import AuditPlan, StudyFolder, WarcWriter, open_study, read_audit_plan, storage_errors
from taxonomy import consent_layers, load_taxonomy

from .audit import done_file, plan_file
from .children import loaded, stop_when_closed

_STOPPED = "stopped before its end; the next audit goes on from here"


async def audit_one(root: Path, code: str, grid_url: str | None = None, again: bool = False) -> None:
    """Audit one municipality's sample in this process, going on where an earlier audit of the same sample stopped."""
    folder = open_study(root)
    plan = read_audit_plan(plan_file(folder, code))
    script = axe_script(folder.config.audit.axe_script)
    before = audited_before(folder, plan, script.describe())
    if before.is_ended and not again:
        if not before.is_last:
            with _evidence(folder, code) as writer:
                write_sample(writer, plan)
        _note_done(folder, plan, script, before.failed)
        total = len(plan.pages)
        emit("skipped", code, done=total, total=total, failed=before.failed)
        return
    await _Audit(folder, plan, script, grid_url).run(frozenset() if again else before.done)


class _Audit:
    """The audit of one sample: counts what it does and tells it."""

    def __init__(self, folder: StudyFolder, plan: AuditPlan, script: AxeScript, grid_url: str | None) -> None:
        self._folder, self._plan, self._script, self._grid_url = folder, plan, script, grid_url
        self._crawl, self._taxonomy = folder.config.crawl, load_taxonomy(folder.config.study.country)
        self._guard = Guard(self._crawl.allow_private_hosts)
        languages = tuple(folder.municipality(plan.code).languages)
        self._identity = Identity(user_agent(self._crawl.contact), languages)
        self._failed = 0

    async def run(self, done: frozenset[str]) -> None:
        """Audit the pages that are not done yet."""
        self._tell("started", len(done), failed=0)
        gateway = Gateway(self._guard)
        await gateway.start()
        browser = self._browser(gateway)
        layers = consent_layers(self._taxonomy)
        cues = ConsentCues(layers.selectors, layers.words)
        with _evidence(self._folder, self._plan.code) as writer:
            unit = AuditUnit(self._plan, browser, self._access(gateway), writer, cues, self._on_page)
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, unit.stop)
            try:
                count = await unit.run(done)
                detail = "" if count == len(self._plan.pages) else _STOPPED
            except BrowserUnavailableError as error:
                count, detail = len(done), str(error)
            finally:
                await browser.close()
                await gateway.close()
        if not detail:
            _note_done(self._folder, self._plan, self._script, self._failed)
        self._tell("ended", count, failed=self._failed, detail=detail, unasked=dict(gateway.unasked))

    def _browser(self, gateway: Gateway) -> PageBrowser:
        if self._grid_url:
            return GridBrowser(self._grid_url, self._identity, self._script)
        return AuditBrowser(gateway, self._identity, self._script)

    def _access(self, gateway: Gateway) -> Access:
        gate = HostGate(self._folder.state / "hosts", self._plan.code)
        identification = tuple(host for item in self._taxonomy.country.identification for host in item.hosts)
        robots = robots_reader(gateway, self._identity.user_agent)
        return Access(self._guard, gate, self._crawl.delay_seconds, identification, robots)

    def _on_page(self, count: int, error: str) -> None:
        self._failed += bool(error)
        self._tell("progress", count, failed=self._failed)

    def _tell(self, event: str, done: int, **values: object) -> None:
        emit(event, self._plan.code, done=done, total=len(self._plan.pages), **values)


def _evidence(folder: StudyFolder, code: str) -> WarcWriter:
    return WarcWriter(folder.evidence, code, software=f"kuntatutka/{software_version()}")


def _note_done(folder: StudyFolder, plan: AuditPlan, script: AxeScript, failed: int) -> None:
    path = done_file(folder, plan.code)
    with storage_errors(path):
        path.write_text(json.dumps({"audit": [plan.digest, script.sha256], "failed": failed}), encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """One municipality's audit as a program."""
    parser = argparse.ArgumentParser(prog="crawler.processes.audit_one", description=main.__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("code")
    parser.add_argument("--grid", default=None)
    parser.add_argument("--again", action="store_true")
    arguments = parser.parse_args(argv)
    loaded()
    stop_when_closed(0)
    watch_memory.begin_families(os.getppid())
    asyncio.run(audit_one(arguments.study, arguments.code, arguments.grid, arguments.again))
    return 0


if __name__ == "__main__":
    sys.exit(main())
