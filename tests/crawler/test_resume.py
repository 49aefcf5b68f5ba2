"""Stopped at any moment and started again: nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.processes.run import CrawlEvent, crawl_study
from study import CrawlEnd, CrawlStatus, FailureReason, StoredDocument, StudyFolder, TruncatedWarc, read_events
from tests.interrupts import obey_interrupts

from .conftest import Reply, Served, html

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def slow_site(pages: int = 40, wait: float = 0.03) -> dict[str, Reply]:
    """A chain and a fan of pages, each with words of its own."""
    names = [f"/s-{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(pages)]
    site = {"/": Reply(html("Etusivu", *[(name, f"Sivu {name}") for name in names[: pages // 2]]), wait=wait)}
    for i, name in enumerate(names):
        links = [("/", "Etusivu"), (names[(i + pages // 2) % pages], "Lisää")]
        site[name] = Reply(html(f"Sivu {name}", *links), wait=wait)
    return site


def documents(folder: StudyFolder, code: str) -> Counter[str]:
    events = read_events(folder.warc_files(code))
    return Counter(event.url for event in events if isinstance(event, StoredDocument) and event.status == 200)


def start_child(folder: StudyFolder, code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.processes.process", str(folder.root), code, "--max-pages", "400"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def end_child(child: subprocess.Popen[bytes]) -> None:
    child.wait(timeout=60)
    assert child.stdin is not None
    child.stdin.close()


def wait_for_requests(site: Served, count: int, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while len(site.asked) < count and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)


def test_killed_again_and_again_it_ends_with_everything_once(
    serve: Callable[..., Served], study: Callable[..., StudyFolder]
) -> None:
    site = serve(slow_site())
    folder = study({"901": (site.url,)})
    kills = 0
    for asked in (5, 13, 14, 30):
        child = start_child(folder, "901")
        wait_for_requests(site, asked, child)
        kills += child.poll() is None
        child.kill()
        end_child(child)
    (outcome,) = crawl_study(folder)
    assert outcome.status is CrawlStatus.COMPLETE, outcome
    stored = documents(folder, "901")
    assert set(stored) == {site.url.rstrip("/") + path for path in slow_site()}
    assert set(stored.values()) == {1}
    repeated = len(site.paths) - len(set(site.paths))
    assert kills >= 3
    assert repeated <= 2 * kills, "at most what was in flight is fetched again"
    for path in folder.warc_files("901"):
        with path.open("rb") as stream:
            assert all(record.content_stream().read() is not None for record in ArchiveIterator(stream))


def test_a_torn_record_is_cut_off_and_noted(serve: Callable[..., Served], study: Callable[..., StudyFolder]) -> None:
    site = serve(slow_site(8, wait=0))
    folder = study({"901": (site.url,)})
    child = start_child(folder, "901")
    wait_for_requests(site, 6, child)
    child.kill()
    end_child(child)
    (path,) = folder.warc_files("901")
    with path.open("ab") as torn:
        torn.write(path.read_bytes()[:200])
    (outcome,) = crawl_study(folder)
    assert outcome.status is CrawlStatus.COMPLETE
    events = list(read_events(folder.warc_files("901")))
    assert not any(isinstance(event, TruncatedWarc) for event in events)
    assert set(documents(folder, "901").values()) == {1}


def test_a_finished_municipality_is_skipped_until_its_budget_grows_or_fresh(
    serve: Callable[..., Served], study: Callable[..., StudyFolder]
) -> None:
    linked = {"/": html("Kunta", *[(f"/a{c}", "Rakennuslupa") for c in "bcdefghijk"])}
    site = serve({**linked, **{f"/a{c}": html(f"Lupa {c}") for c in "bcdefghijk"}})
    folder = study({"901": (site.url,)}, max_pages=5)
    (first,) = crawl_study(folder)
    assert (first.status, first.reason, first.pages) == (CrawlStatus.PARTIAL, FailureReason.BUDGET, 5)
    asked = len(site.asked)
    events: list[CrawlEvent] = []
    (again,) = crawl_study(folder, on_event=events.append)
    assert again.skipped
    assert [event.kind for event in events] == ["skipped"]
    assert len(site.asked) == asked
    (more,) = crawl_study(folder, max_pages=50)
    assert not more.skipped
    assert more.status is CrawlStatus.COMPLETE
    assert len(site.paths) == len(set(site.paths)), "nothing was fetched twice"
    crawl_study(folder, fresh=True)
    assert list(folder.evidence.glob("old-*/901-00001.warc.gz"))
    assert site.paths.count("/") == 2


def test_ctrl_c_keeps_the_evidence_and_the_next_crawl_goes_on(
    serve: Callable[..., Served], study: Callable[..., StudyFolder]
) -> None:
    site = serve(slow_site(40, wait=0.05))
    folder = study({"901": (site.url,)})
    imports = "from study import open_study; from crawler.processes.run import crawl_study"
    driver = f"{imports}; crawl_study(open_study({str(folder.root)!r}))"
    command = subprocess.Popen(
        [sys.executable, "-c", driver], cwd=ROOT, stderr=subprocess.PIPE, preexec_fn=obey_interrupts
    )
    deadline = time.monotonic() + 60
    while len(site.asked) < 10 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(command.pid, signal.SIGINT)
    _, errors = command.communicate(timeout=60)
    assert b"KeyboardInterrupt" in errors
    ends = [event for event in read_events(folder.warc_files("901")) if isinstance(event, CrawlEnd)]
    assert [(end.status, end.reason) for end in ends] == [(CrawlStatus.PARTIAL, FailureReason.STOPPED)]
    assert len(documents(folder, "901")) < 41
    (outcome,) = crawl_study(folder)
    assert outcome.status is CrawlStatus.COMPLETE
    assert set(documents(folder, "901").values()) == {1}
    assert len(documents(folder, "901")) == 41
    assert len(site.paths) == len(set(site.paths))


def test_what_failed_is_tried_again_by_the_next_crawl(
    serve: Callable[..., Served], study: Callable[..., StudyFolder]
) -> None:
    pages = slow_site(6, wait=0)
    site = serve(fallback=lambda path: Reply("closed", 403))
    folder = study({"901": (site.url,)})
    (first,) = crawl_study(folder)
    assert first.status is CrawlStatus.BLOCKED
    site.pages, site.fallback = dict(pages), None
    (second,) = crawl_study(folder)
    assert second.status is CrawlStatus.COMPLETE, second
    ends = [event for event in read_events(folder.warc_files("901")) if isinstance(event, CrawlEnd)]
    assert [end.status for end in ends] == [CrawlStatus.BLOCKED, CrawlStatus.COMPLETE]
