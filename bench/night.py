"""The crawl of a night, simulated: 308 sites on loopback, with pauses, slow answers, time-outs and blocks, scaled.

    .venv/bin/python bench/night.py                      # 308 municipalities, a tenth of the pauses, 20 pages of each
    .venv/bin/python bench/night.py --scale 1 --pages 400 --minutes 600      # a real night

The sites are those of the practice country under other names, behind one proxy that answers for all of them; portals of
e-services are shared by all, as in the world. How many hosts answer, time out, refuse, break off or are unknown is
what the daily scan of 29,614 hosts of the US government saw; how long answers take is assumed (median 0.35 s, one host
in twenty above 1.5 s). Pauses, answers and time-outs are divided by --scale; waits that no setting names are not.

First what was measured: pages, processor time, memory, disk, and at the proxy how near two requests to one host came.
Then what is reckoned from it for a study of whole size: hours by pause and by municipalities side by side.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import heapq
import itertools
import json
import math
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.analyze import family, megabytes  # noqa: E402
from bench.crawl_focus import practice  # noqa: E402
from crawler import stored_end  # noqa: E402
from practice.sites import build_hosts  # noqa: E402
from study import (  # noqa: E402
    CrawlSection,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    create_study,
    host_of,
    registrable_domain,
)

SEEN = {"answers": 18_604, "unknown": 6_522, "silent": 3_115, "refuses": 453, "breaks off": 206, "blocks": 714}
"""How the hosts of a daily scan of 29,614 answered."""
_MEDIAN, _SPREAD = 0.35, 0.9
_TIMEOUT, _LONGEST = 45.0, 4 * 3600.0
_WIDTHS, _PAUSES = (1, 2, 4, 8, 16, 32, 64), (0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Town:
    """A municipality of the simulation."""

    code: str
    fate: str
    latency: float
    template: int

    def domain(self, number: int = 0) -> str:
        """Where its sites are; some have a second domain."""
        return f"kunta{self.code}{'abcd'[number - 1] if number else ''}.example"


def towns_of(count: int, templates: int) -> list[Town]:
    """Municipalities with their fates in the shares that were seen, the same each time."""
    draw, total = random.Random(308), sum(SEEN.values())
    fates = [fate for fate, seen in SEEN.items() for _ in range(round(count * seen / total))]
    fates = (fates + ["answers"] * count)[:count]
    draw.shuffle(fates)
    return [
        Town(f"{n:03d}", fate, min(_MEDIAN * math.exp(draw.gauss(0, _SPREAD)), 20.0), n % templates)
        for n, fate in enumerate(fates, start=1)
    ]


class Sites:
    """All hosts of the simulation, and who asked which of them when."""

    def __init__(self, towns: Sequence[Town], scale: float) -> None:
        self.scale, self.hosts = scale, build_hosts()
        self.visits: dict[str, list[tuple[float, float]]] = {}
        self._names = [
            tuple(
                dict.fromkeys(
                    registrable_domain(host_of(address))
                    for address in (site.municipality.website, *site.municipality.hosts)
                )
            )
            for site in practice()
        ]
        self._town = {
            town.domain(number): (town, name)
            for town in towns
            for number, name in enumerate(self._names[town.template])
        }

    async def answer(self, url: str) -> bytes | None:
        """The bytes of an answer; None where the connection breaks off."""
        parts = urlsplit(url)
        host, began = parts.hostname or "", time.monotonic()
        town, name = self._town.get(registrable_domain(host), (None, ""))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            if town is None:
                await asyncio.sleep(_MEDIAN / self.scale)
                return self._of(host, target, {})
            if town.fate == "silent":
                await asyncio.sleep(2 * _TIMEOUT / self.scale)
            await asyncio.sleep(town.latency / self.scale)
            if town.fate == "answers":
                names = self._names[town.template]
                renamed = {name: town.domain(number) for number, name in enumerate(names)}
                return self._of(host.replace(registrable_domain(host), name), target, renamed)
            status = {"blocks": b"403 Forbidden", "unknown": b"502 Bad Gateway", "refuses": b"504 Gateway Timeout"}
            return _packed(status[town.fate], {}, b"<h1>Request blocked</h1>") if town.fate in status else None
        finally:
            self.visits.setdefault(host, []).append((began, time.monotonic()))

    def _of(self, host: str, target: str, renamed: Mapping[str, str]) -> bytes:
        known = self.hosts.get(host)
        made = known.answer(target) if known is not None else None
        if made is None:
            return _packed(b"502 Bad Gateway", {}, b"no such host")
        body, headers = made.body, {"Content-Type": made.content_type, **made.headers}
        for name, other in renamed.items():
            body = body.replace(name.encode(), other.encode())
            headers = {key: value.replace(name, other) for key, value in headers.items()}
        return _packed(b"%d Practice" % made.status, headers, body)

    def told(self) -> dict[str, dict[str, float]]:
        """Of each host how often it was asked, the shortest time between two requests, and most at a time."""
        found = {}
        for host, visits in self.visits.items():
            starts = sorted(start for start, _ in visits)
            edges = sorted([(start, 1) for start, _ in visits] + [(end, -1) for _, end in visits])
            now = most = 0
            for _, step in edges:
                now += step
                most = max(most, now)
            gap = min((later - earlier for earlier, later in itertools.pairwise(starts)), default=math.inf)
            found[host] = {"asked": len(visits), "gap": gap, "together": most}
        return found


def _packed(status: bytes, headers: Mapping[str, str], body: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in {"Content-Type": "text/html", **headers}.items())
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n" % (status, head.encode("latin-1"), len(body)) + body


def serve(towns: Sequence[Town], scale: float, link: Connection) -> None:
    """Serve all hosts as a proxy in a process of its own, until something is sent; tells then what it saw."""
    sites = Sites(towns, scale)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                answer = await sites.answer(head.split(b" ", 2)[1].decode("latin-1"))
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        link.send(server.sockets[0].getsockname()[1])
        await asyncio.to_thread(link.recv)
        link.send(sites.told())

    asyncio.run(run())


@dataclass
class Measured:
    """What a crawl of the simulation took."""

    clock: float
    processor: float
    peak: float
    base: float
    """Of `peak` what the command and the process that parts into crawls have."""
    side_by_side: int
    seconds: dict[str, float]
    """Of each municipality that came to an end, how long it was read."""
    pages: dict[str, int]
    ends: Counter[str]
    kilobytes: float


def crawl(study: StudyFolder, port: int, codes: Sequence[str]) -> Measured:
    """Crawl the study by the command that everybody uses, and look at what it takes."""
    environment = {**os.environ, "http_proxy": f"http://127.0.0.1:{port}", "no_proxy": ""}
    began = time.monotonic()
    command = [sys.executable, "-m", "kuntatutka", "crawl", str(study.root), "-q"]
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    peak, base, most = 0.0, 0.0, 0
    while True:
        pid, _, used = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        processes = list(family(child.pid))
        sizes = [megabytes(process) for process in processes]
        most = max(most, len(processes) - 2)
        if sum(sizes) > peak:
            peak, base = sum(sizes), sum(sizes[:2])
        time.sleep(3)
    child.returncode = 0
    clock = time.monotonic() - began
    seconds, pages, ends = {}, {}, Counter[str]()
    for code in codes:
        end = stored_end(study, code)
        ends[f"{end.status.value} ({end.reason.value if end.reason else 'whole'})" if end else "not begun"] += 1
        if end is not None:
            seconds[code] = (end.ended_at - end.started_at).total_seconds()
            pages[code] = end.counters.get("pages", 0)
    kept = sum(path.stat().st_size for path in study.warc_files()) / 1000
    return Measured(clock, used.ru_utime + used.ru_stime, peak, base, most, seconds, pages, ends, kept)


def hours(durations: Sequence[float], width: int) -> float:
    """How long it takes when so many are read side by side, in the order of the list."""
    free = [0.0] * width
    for seconds in durations:
        heapq.heapreplace(free, free[0] + seconds)
    return max(free) / 3600


def host_is_own(host: str) -> bool:
    """Whether a host is a municipality's of the simulation."""
    return "kunta" in host.rpartition(".example")[0].rpartition(".")[2]


def report(
    towns: Sequence[Town], seen: Measured, told: Mapping[str, Mapping[str, float]], pause: float
) -> dict[str, int]:
    """Print what was measured; gives how often the hosts of each municipality were asked."""
    pages = sum(seen.pages.values())
    own = {host: facts for host, facts in told.items() if host_is_own(host)}
    shared = {host: facts for host, facts in told.items() if host not in own}
    rate = pages / seen.clock
    print(f"{pages} pages of {len(seen.pages)} municipalities in {seen.clock:.0f} s: {rate:.1f} pages/s")
    print(
        f"processor {1000 * seen.processor / max(pages, 1):.0f} ms a page, {seen.kilobytes / max(pages, 1):.1f} kB kept"
    )
    print(f"memory {seen.peak:.0f} MB at most, all processes, with {seen.side_by_side} crawls side by side")
    for name, hosts in (("own hosts", own), ("shared hosts", shared)):
        gap = min((facts["gap"] for facts in hosts.values()), default=math.inf)
        together = max((facts["together"] for facts in hosts.values()), default=0)
        apart = f"{gap:.3f} s apart at least ({pause:g} asked)"
        print(f"{name}: {len(hosts)}, at most {together:.0f} request at a time, {apart}")
    print("ends: " + ", ".join(f"{count} {end}" for end, count in seen.ends.most_common()))
    by_fate: dict[str, list[float]] = {}
    for town in towns:
        if town.code in seen.seconds:
            by_fate.setdefault(town.fate, []).append(seen.seconds[town.code])
    for fate, times in sorted(by_fate.items()):
        print(f"  {fate}: {len(times)}, {sum(times) / len(times):.1f} s each, {max(times):.1f} at most")
    return {
        town.code: sum(int(facts["asked"]) for host, facts in own.items() if f"kunta{town.code}" in host)
        for town in towns
    }


def reckon(towns: Sequence[Town], seen: Measured, asked: Mapping[str, int], scale: float, pages: int) -> None:
    """Print how many hours a study of whole size takes, by pause and width."""
    begun = [town for town in towns if seen.pages.get(town.code)]
    more = sum(asked[town.code] - seen.pages[town.code] for town in begun) / max(len(begun), 1)
    all_pages, cores = sum(pages for town in towns if town.fate == "answers"), os.cpu_count() or 1
    a_page = max(sum(seen.pages.values()), 1)
    busy, kept = seen.processor / a_page * all_pages / cores / 3600, seen.kilobytes / a_page * all_pages / 1e6
    print(f"\nreckoned for {len(towns)} municipalities of {pages} pages and {more:.0f} further requests to own hosts:")
    print(f"at most {busy:.2f} h of {cores} cores; {kept:.1f} GB kept")
    print(f"{'side by side':>14}" + "".join(f"{f'pause {pause:g} s':>14}" for pause in _PAUSES) + f"{'memory':>12}")
    a_crawl = (seen.peak - seen.base) / max(seen.side_by_side, 1)
    for width in _WIDTHS:
        took = [[_seconds(t, seen, asked, scale, (pages + more, pause)) for t in towns] for pause in _PAUSES]
        line = "".join(f"{max(hours(durations, width), busy):12.1f} h" for durations in took)
        print(f"{width:14}{line}{seen.base + width * a_crawl:9.0f} MB")
    slow = sorted((t.latency for t in towns if t.fate == "answers"), reverse=True)[:3]
    told = [f"{min((pages + more) * max(1.0, late), _LONGEST) / 3600:.1f} h ({late:.1f} s an answer)" for late in slow]
    print("the slowest hosts take " + ", ".join(told))


def _seconds(town: Town, seen: Measured, asked: Mapping[str, int], scale: float, whole: tuple[float, float]) -> float:
    """How long a municipality of whole size takes: bound by pauses and answers, or by time-outs, which were scaled."""
    requests, pause = whole
    if town.fate == "answers":
        return min(requests * max(pause, town.latency), _LONGEST)
    waited = asked.get(town.code, 0) * _TIMEOUT if town.fate == "silent" else 0.0
    return seen.seconds.get(town.code, 0.0) + waited * (1 - 1 / scale)


def with_those_not_begun(towns: Sequence[Town], seen: Measured, asked: Mapping[str, int]) -> dict[str, int]:
    """Give municipalities that were not begun what others of their fate took; how often each was asked."""
    found = dict(asked)
    for fate in SEEN:
        alike = [town.code for town in towns if town.fate == fate and town.code in seen.seconds]
        for town in towns:
            if alike and town.fate == fate and town.code not in seen.seconds:
                seen.seconds[town.code] = sum(seen.seconds[code] for code in alike) / len(alike)
                found[town.code] = round(sum(asked[code] for code in alike) / len(alike))
    return found


def main() -> None:
    """Print what was measured, and what follows from it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--municipalities", type=int, default=308)
    parser.add_argument("--pages", type=int, default=20, help="of each municipality")
    parser.add_argument("--scale", type=float, default=10.0, help="by how much pauses and answers are shorter")
    parser.add_argument("--side-by-side", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=20.0, help="most time; what is left is not begun")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the study is to stay")
    wished = parser.parse_args()
    towns = towns_of(wished.municipalities, len(practice()))
    print(
        f"{len(towns)} municipalities: "
        + ", ".join(f"{c} {f}" for f, c in Counter(t.fate for t in towns).most_common())
    )
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(towns, wished.scale, theirs), daemon=True)
    server.start()
    port, pause = ours.recv(), 1 / wished.scale
    with tempfile.TemporaryDirectory() as folder:
        place = wished.keep or Path(folder) / "study"
        shutil.rmtree(place, ignore_errors=True)
        study = create_study(place, _settings(wished, pause), tuple(_listed(town) for town in towns))
        seen = crawl(study, port, [town.code for town in towns])
        ours.send("end")
        told = ours.recv()
        server.terminate()
        asked = report(towns, seen, told, pause)
    reckon(towns, seen, with_those_not_begun(towns, seen, asked), wished.scale, 400)
    print(json.dumps({"scale": wished.scale, "pages": wished.pages, "clock": round(seen.clock)}))


def _settings(wished: argparse.Namespace, pause: float) -> StudyConfig:
    crawl = CrawlSection(
        delay_seconds=pause,
        response_timeout_seconds=max(_TIMEOUT / wished.scale, 0.5),
        max_pages=wished.pages,
        max_eservice_pages=max(wished.pages // 5, 1),
        parallel_municipalities=wished.side_by_side,
        run_limit_hours=wished.minutes / 60,
        render=False,
    )
    return StudyConfig(study=StudySection(title="Night", year=2026, country="practice"), crawl=crawl)


def _listed(town: Town) -> StudyMunicipality:
    return StudyMunicipality(town.code, f"Kunta {town.code}", f"http://{town.domain()}/")


if __name__ == "__main__":
    main()
