"""`--cluster`: a scheduler and two workers on loopback, of which one is killed; what is said where one is unfit.

The workers have neither Scrapy nor a browser's tools: they analyse without, and children that crawl have their own.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kuntatutka.cluster import Cluster
from kuntatutka.cluster.worker import Introduced, Wanted
from study import (
    ClusterError,
    CrawlSection,
    CrawlStatus,
    StoredDocument,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    WarcWriter,
    create_study,
    read_events,
)

pytestmark = pytest.mark.slow(60)
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
_LACKING = ("scrapy", "twisted", "playwright", "selenium")


@dataclass(frozen=True)
class Loopback:
    """A cluster on this machine."""

    address: str
    nannies: tuple[subprocess.Popen[bytes], ...]

    def kill_one(self) -> None:
        """One worker is gone, and nobody starts it again."""
        nanny = self.nannies[0]
        children = Path(f"/proc/{nanny.pid}/task/{nanny.pid}/children").read_text(encoding="ascii").split()
        for pid in (nanny.pid, *map(int, children)):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def loopback(tmp_path: Path, root: Path) -> Iterator[Loopback]:
    """A scheduler and two workers, whose processes end with the test."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    for name in _LACKING:
        (lacking / f"{name}.py").write_text(f"raise ModuleNotFoundError('No {name} here', name='{name}')\n")
    environment = {**os.environ, "PYTHONPATH": f"{lacking}:{root}", "PYTHONWARNINGS": "ignore"}

    def start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
        return subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL)

    with ExitStack() as ended:
        scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2])
        ended.callback(_end, scheduler)
        nannies = []
        for number in (1, 2):
            where = str(tmp_path / f"worker{number}")
            nannies.append(start("dask_worker", address, "--nthreads", "1", "--local-directory", where))
            ended.callback(_end, nannies[-1])
        from distributed import Client

        with Client(address, timeout=120, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=180)
        yield Loopback(address, tuple(nannies))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Sites:
    """Sites on loopback that note who asks what, and whether two asked one at a time."""

    def __init__(self, count: int, pages: int) -> None:
        self.asked: dict[str, list[str]] = {}
        self.together = 0
        self._busy: dict[str, int] = {}
        links = "".join(f'<a href="/p{number}">Sivu {number}</a>' for number in range(pages))
        sites = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = self.headers["Host"]
                sites._busy[host] = sites._busy.get(host, 0) + 1
                sites.together = max(sites.together, sites._busy[host])
                sites.asked.setdefault(host, []).append(self.path)
                time.sleep(0.02)
                sites._busy[host] -= 1
                is_page = self.path == "/" or self.path.startswith("/p")
                self.send_response(200 if is_page else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                if is_page:
                    self.wfile.write(
                        f"<html lang=fi><title>Sivu</title><main><h1>Sivu {self.path}</h1>{links}".encode()
                    )

            def log_message(self, *_: Any) -> None:
                pass

        self.servers = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(count)]
        self.hosts = [f"127.0.0.1:{server.server_address[1]}" for server in self.servers]
        for server in self.servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        for server in self.servers:
            server.shutdown()
            server.server_close()


def _digests(study: StudyFolder) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(study.findings.glob("*.parquet"))}


def test_a_cluster_makes_the_same_bytes_and_outlives_a_worker(
    loopback: Loopback, kuntatutka: Callable[..., Any], tmp_path: Path
) -> None:
    sites = Sites(3, 25)
    try:
        towns = tuple(StudyMunicipality(f"90{n}", f"Kunta {n}", f"http://{h}/") for n, h in enumerate(sites.hosts))
        crawl = CrawlSection(delay_seconds=0.2, allow_private_hosts=sites.hosts, max_pages=60)
        study = create_study(tmp_path / "s", StudyConfig(study=StudySection(title="T", year=2026), crawl=crawl), towns)
        seen = json.loads(kuntatutka("doctor", "s", "--cluster", loopback.address, "--json").out)
        assert [check["verdict"] for check in seen if check["name"].startswith("Worker")] == ["ok", "ok"]

        def kill() -> None:
            until = time.monotonic() + 120
            while sum(map(len, list(sites.asked.values()))) < 15 and time.monotonic() < until:
                time.sleep(0.05)
            loopback.kill_one()

        killer = threading.Thread(target=kill)
        killer.start()
        crawled = kuntatutka("crawl", "s", "--cluster", loopback.address)
        killer.join()
        assert crawled.status == 0, crawled.err
        assert sites.together == 1
        for code, host in zip(("900", "901", "902"), sites.hosts, strict=True):
            kept = {event.url for event in read_events(study.warc_files(code)) if isinstance(event, StoredDocument)}
            assert {f"http://{host}/p{number}" for number in range(25)} <= kept
            pages = [path for path in sites.asked[host] if path.startswith("/p")]
            assert len(pages) - len(set(pages)) <= 1  # what was in flight when the worker died
    finally:
        sites.close()
    assert kuntatutka("analyze", "s", "--cluster", loopback.address).status == 0
    there = _digests(study)
    assert json.loads(kuntatutka("analyze", "s", "--json").out)["effort"]["taken_over"] == 3
    (study.memory / "units" / "900" / "rows").unlink()
    assert kuntatutka("analyze", "s").status == 0
    assert _digests(study) == there
    assert not list(study.state.glob("cluster-*"))


def test_a_cluster_that_is_not_there_or_unfit_is_told(kuntatutka: Callable[..., Any], tmp_path: Path) -> None:
    towns = (StudyMunicipality("901", "Kunta", "https://k901.example/"),)
    study = create_study(tmp_path / "s", StudyConfig(study=StudySection(title="T", year=2026)), towns)
    with WarcWriter(study.evidence, "901") as writer:
        writer.write_crawl_end(CrawlStatus.COMPLETE, None, {}, started_at=AT, ended_at=AT)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        missing = kuntatutka("analyze", "s", "--cluster", f"tcp://127.0.0.1:{nobody.getsockname()[1]}")
    assert missing.status == 1
    assert "no Dask scheduler answers there" in missing.err
    assert kuntatutka("doctor", "--cluster", "tcp://127.0.0.1:1").status == 2
    assert kuntatutka("analyze", "s", "--cluster", "tcp://127.0.0.1:1", "--warc", "x.warc").status == 2

    made = (("Kuntatutka", "1.0"), ("taxonomy", "aa"))
    good = Introduced("node", 1, 2, made, "", True)
    cluster = Cluster("tcp://x:1", None, Wanted("fi", made, study.state / "cluster-1", "token"))
    assert cluster.fault(good, needs_locks=True) == ("", "")
    other = replace(good, method=(("Kuntatutka", "0.9"), ("taxonomy", "aa")))
    assert "Kuntatutka 0.9 instead of 1.0" in cluster.fault(other, needs_locks=False)[0]
    assert "does not see the study" in cluster.fault(replace(good, sees="no such file"), needs_locks=False)[0]
    lockless = replace(good, shuts_out=False)
    assert cluster.fault(lockless, needs_locks=False) == ("", "")
    assert "does not keep locks" in cluster.fault(lockless, needs_locks=True)[0]

    class Nobody:
        def run(self, *_: object, **__: object) -> dict[str, object]:
            return {}

    cluster.client = Nobody()
    with pytest.raises(ClusterError, match="no worker"):
        cluster.check(needs_locks=False)
