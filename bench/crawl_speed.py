"""Is keeping all evidence and scoring every link slower than a bare spider that keeps nothing?

Serves generated sites on loopback (gzipped pages of about 80 kB with 200 links each), then crawls them in turn with a
bare Scrapy spider that follows CSS links and with the product's own crawler, delay 0. Prints pages per second of both,
processor time a page, and their ratios (median of the rounds).

    .venv/bin/python bench/crawl_speed.py [--pages 2100] [--hosts 3] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import multiprocessing
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crawler import stored_end  # noqa: E402
from study import (  # noqa: E402
    CrawlSection,
    StoredDocument,
    StudyConfig,
    StudyMunicipality,
    StudySection,
    create_study,
    read_events,
)
from taxonomy import load_taxonomy  # noqa: E402

BARE = """
import json, sys
import scrapy
from scrapy.crawler import CrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    pages = 0

    async def start(self):
        for url in sys.argv[1:]:
            yield scrapy.Request(url)

    def parse(self, response):
        self.pages += 1
        for href in response.css("a::attr(href)").getall():
            yield response.follow(href)

process = CrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "CONCURRENT_REQUESTS": 16,
                          "CONCURRENT_REQUESTS_PER_DOMAIN": 16})
crawler = process.create_crawler(Bare)
process.crawl(crawler)
process.start()
print(json.dumps({"pages": crawler.spider.pages, "seconds": crawler.stats.get_value("elapsed_time_seconds")}))
"""


def words() -> list[str]:
    """Words of the taxonomy and ordinary ones, so that scoring has something to do."""
    taxonomy = load_taxonomy("fi")
    terms = [term for service in taxonomy.services.values() for term in service.terms.get("fi", ())]
    ordinary = ["kunta", "asukas", "palvelu", "sivu", "tieto", "ohje", "uutinen", "kokous", "vene", "talo", "silta"]
    return terms + ordinary * 20


def name(number: int) -> str:
    """A page's name without digits: numbered addresses would be taken for a calendar."""
    return "".join(chr(97 + number // 26**place % 26) for place in range(3))


def page(number: int, pages: int, vocabulary: list[str], draw: random.Random) -> bytes:
    """One page: navigation of 150 links that all pages share, 50 of its own, and text up to about 80 kB."""
    shared = [
        f'<li><a href="/p/{name(n)}">{vocabulary[n % len(vocabulary)]} {n}</a></li>' for n in range(min(150, pages))
    ]
    own = [draw.randrange(pages) for _ in range(50)] + [(number + 1) % pages]
    links = [f'<p><a href="/p/{name(n)}">{draw.choice(vocabulary)} sivu {n}</a> lisätietoa</p>' for n in own]
    text = " ".join(draw.choice(vocabulary) for _ in range(5_500))
    return (
        f'<!doctype html><html lang="fi"><head><title>Sivu {number} {vocabulary[number % len(vocabulary)]}</title>'
        f"</head><body><nav><ul>{''.join(shared)}</ul></nav><main><h1>Sivu {number}</h1><p>{text}</p>"
        f"{''.join(links)}</main></body></html>"
    ).encode()


class _Answers(asyncio.Protocol):
    """The quickest server that plain Python makes: answers are ready before they are asked for."""

    def __init__(self, ready: dict[bytes, bytes]) -> None:
        self._ready = ready

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        for request in data.split(b"\r\n\r\n")[:-1]:
            path = request.split(b" ", 2)[1]
            answer = self._ready.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            self._transport.write(answer)  # type: ignore[attr-defined]


def serve(hosts: int, pages: int, ready: Connection) -> None:
    """Serve `hosts` sites of `pages` pages each, in a process of its own."""
    vocabulary, draw = words(), random.Random(1)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        ports = []
        for host in range(hosts):
            answers = {}
            for number in range(pages):
                body = gzip.compress(page(number, pages, vocabulary[host:] + vocabulary[:host], draw), 6)
                head = (
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n"
                    b"Content-Length: %d\r\n\r\n" % len(body)
                )
                answers[f"/p/{name(number)}".encode()] = head + body
            answers[b"/"] = answers[f"/p/{name(0)}".encode()]
            server = await loop.create_server(lambda kept=answers: _Answers(kept), "127.0.0.1", 0)  # type: ignore[misc]
            ports.append(server.sockets[0].getsockname()[1])
        ready.send(ports)
        await asyncio.Event().wait()

    asyncio.run(run())


def crawl_bare(urls: list[str]) -> tuple[int, float]:
    """Pages and seconds of the bare spider."""
    done = subprocess.run([sys.executable, "-c", BARE, *urls], capture_output=True, text=True, check=True)
    result = json.loads(done.stdout.strip().splitlines()[-1])
    return result["pages"], result["seconds"]


def crawl_ours(urls: list[str], pages: int) -> tuple[int, float]:
    """Pages and seconds of the product's crawler, evidence and all."""
    hosts = [url.split("/")[2] for url in urls]
    crawl = CrawlSection(delay_seconds=0.0, allow_private_hosts=hosts, render=False)
    config = StudyConfig(study=StudySection(title="Speed", year=2026), crawl=crawl)
    with tempfile.TemporaryDirectory() as folder:
        site = StudyMunicipality(code="901", name_fi="Nopea", website=urls[0], hosts=tuple(urls[1:]))
        study = create_study(Path(folder) / "study", config, (site,))
        command = [sys.executable, "-m", "crawler.processes.process", str(study.root), "901", "--max-pages", str(pages)]
        # The crawl ends when its standard input closes, so that is held open until it has ended.
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as child:
            child.wait()
        end = stored_end(study, "901")
        assert end is not None
        kept = sum(isinstance(e, StoredDocument) and e.status == 200 for e in read_events(study.warc_files("901")))
        return kept, (end.ended_at - end.started_at).total_seconds()


def _child_seconds() -> float:
    """Processor time of the children that have ended: what a busy machine cannot falsify."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print the figures of all rounds and the median ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2100, help="pages of all hosts together")
    parser.add_argument("--hosts", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(
        target=serve, args=(arguments.hosts, arguments.pages // arguments.hosts, theirs), daemon=True
    )
    server.start()
    urls = [f"http://127.0.0.1:{port}/" for port in ours.recv()]
    time.sleep(0.2)
    ratios: list[float] = []
    cheaper: list[float] = []
    for turn in range(arguments.rounds):
        rates: dict[str, float] = {}
        costs: dict[str, float] = {}
        runs: dict[str, Callable[[], tuple[int, float]]] = {
            "bare": partial(crawl_bare, urls),
            "ours": partial(crawl_ours, urls, arguments.pages * 2),
        }
        for who, run in runs.items():
            before = _child_seconds()
            pages, seconds = run()
            processor = _child_seconds() - before
            rates[who], costs[who] = pages / seconds, processor / pages
            print(
                f"round {turn + 1} {who}: {pages} pages in {seconds:.1f} s, {rates[who]:.0f} pages/s, "
                f"{1000 * costs[who]:.1f} ms of processor time a page",
                flush=True,
            )
        ratios.append(rates["ours"] / rates["bare"])
        cheaper.append(costs["bare"] / costs["ours"])
    print(f"pages a second, ours / bare: {statistics.median(ratios):.2f} ({', '.join(f'{r:.2f}' for r in ratios)})")
    print(f"pages per processor second, start-up included: {statistics.median(cheaper):.2f}")
    server.terminate()


if __name__ == "__main__":
    main()
