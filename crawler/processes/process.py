"""The crawl processes: one that loads everything once, and one forked from it for each municipality.

`python -m crawler.processes.process STUDY` waits on standard input for lines of code and page budget ("091 400") and
tells on standard output, in JSON lines, what the crawls do. When its input closes, or on SIGTERM, the crawls finish
what is in flight and end. With `STUDY CODE --max-pages N` it crawls one municipality in this very process.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.misc import load_object

from crawler.browser.memory import watch_memory
from crawler.events import emit
from crawler.reading.entries import Budget
from crawler.reading.plan import Plan
from crawler.settings import build_settings, software_version
from crawler.spiders.municipality import MunicipalitySpider
from study import KuntatutkaError, StudyBusyError, StudyFolder, WarcWriter, host_of, open_study
from taxonomy import load_taxonomy, term_index

from .children import loaded, stop_when_closed

_BUSY_SECONDS = 75.0  # longer than a crawl takes that finishes what is in flight
_LOOK_SECONDS = 0.1
GRACE_SECONDS = 120.0
"""How long after its time limit a crawl may take to end by itself."""


def crawl_one(folder: StudyFolder, code: str, max_pages: int) -> None:
    """Crawl one municipality in this process: once only, for Scrapy's reactor cannot be started twice."""
    municipality = folder.municipality(code)
    crawl = folder.config.crawl
    taxonomy = load_taxonomy(folder.config.study.country)
    plan = Plan(folder, municipality, taxonomy, Budget.of(crawl, max_pages), _shared_hosts(folder, code))
    writer = _open_evidence(folder, municipality.code)
    languages = municipality.languages or taxonomy.country.study_languages
    process = AsyncCrawlerProcess(build_settings(crawl, tuple(languages), None))
    process.crawl(MunicipalitySpider, plan=plan, writer=writer)
    process.start()


def _open_evidence(folder: StudyFolder, code: str) -> WarcWriter:
    """The evidence to append to; a crawl whose parent was killed needs a moment to let go of it."""
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            return WarcWriter(folder.evidence, code, software=f"kuntatutka/{software_version()}")
        except StudyBusyError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _shared_hosts(folder: StudyFolder, code: str) -> frozenset[str]:
    """Own hosts that another municipality of the study names too."""
    others = [item for item in folder.municipalities if item.code != code]
    return frozenset(host_of(address) for item in others for address in (item.website, *item.hosts))


class _Nursery:
    """Forks a child per order and reports its end. No thread and no reactor may exist in this process."""

    def __init__(self, folder: StudyFolder) -> None:
        self._folder = folder
        self._children: dict[int, str] = {}
        self._deadlines: dict[int, float] = {}
        self._limit = folder.config.crawl.time_limit_minutes * 60 + GRACE_SECONDS
        self._stopping = False
        # Nobody ever writes here: the children see the end of it when this process goes away, however it does.
        self._alive_read, self._alive_write = os.pipe()

    def run(self) -> None:
        """Take orders until the input closes and all children have ended."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        watch_memory.begin_families(os.getppid())
        unread = b""
        while not self._stopping or self._children:
            inputs = [] if self._stopping else [0]
            if select.select(inputs, [], [], _LOOK_SECONDS)[0]:
                data = os.read(0, 65_536)
                unread += data
                *orders, unread = unread.split(b"\n")
                for order in orders:
                    self._fork(order.decode())
                if not data:
                    self._stop()
            self._reap()
            self._end_late()

    def _stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self._stopping = True
        for pid in self._children:
            os.kill(pid, signal.SIGTERM)

    def _fork(self, order: str) -> None:
        code, _, pages = order.rpartition(" ")
        sys.stdout.flush()
        # Asked to stop right after its birth, a child must not take the order for one to the nursery.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        pid = os.fork()
        if pid == 0:
            os._exit(self._child(code, int(pages)))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        self._children[pid] = code
        self._deadlines[pid] = time.monotonic() + self._limit

    def _child(self, code: str, max_pages: int) -> int:
        os.close(self._alive_write)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # until Scrapy takes it: the nursery's own would only note it
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        path = self._folder.state / "logs" / f"{code}.log"
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o644)
        os.dup2(log, 2)
        stop_when_closed(self._alive_read)
        status = 1
        try:
            status = _guarded(self._folder, code, max_pages)
        except BaseException:  # noqa: BLE001 - the last frame of a process: the traceback goes to the log
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
        return status

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._deadlines.pop(pid, None)
            emit("exit", self._children.pop(pid), status=os.waitstatus_to_exitcode(status))

    def _end_late(self) -> None:
        """A crawl that hangs long after its time limit is ended, and only that one; its evidence is whole."""
        now = time.monotonic()
        for pid in [pid for pid, deadline in self._deadlines.items() if now > deadline]:
            del self._deadlines[pid]
            sys.stderr.write(f"{self._children[pid]}: hangs long after its time limit and is ended\n")
            os.kill(pid, signal.SIGKILL)


def _guarded(folder: StudyFolder, code: str, max_pages: int) -> int:
    """Crawl one; what the user has to mend is told in a sentence, not as a traceback."""
    try:
        crawl_one(folder, code, max_pages)
    except KuntatutkaError as error:
        emit("storage", code, detail=error.message, hint=error.hint)
        return 1
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Crawl processes of a study; started by the crawl command."""
    parser = argparse.ArgumentParser(prog="crawler.processes.process", description=main.__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("code", nargs="?")
    parser.add_argument("--max-pages", type=int, default=400)
    arguments = parser.parse_args(argv)
    folder = open_study(arguments.study)
    if arguments.code:
        loaded()
        stop_when_closed(0)
        watch_memory.begin_families(os.getppid())
        return _guarded(folder, arguments.code, arguments.max_pages)
    _make_ready(folder)
    _Nursery(folder).run()
    return 0


def _make_ready(folder: StudyFolder) -> None:
    """Load before the first fork what takes long: the terms, and the components that Scrapy would load one by one."""
    term_index(load_taxonomy(folder.config.study.country))
    settings = build_settings(folder.config.crawl, (), None)
    named = [*settings["DOWNLOADER_MIDDLEWARES_BASE"], *settings["SPIDER_MIDDLEWARES_BASE"]]
    named += [*settings["EXTENSIONS_BASE"], *filter(None, settings["DOWNLOAD_HANDLERS"].values())]
    for name in (*named, settings["SCHEDULER"], settings["TWISTED_DNS_RESOLVER"]):
        load_object(name)
    loaded()


if __name__ == "__main__":
    sys.exit(main())
