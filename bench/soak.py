"""Does a crawl of tens of thousands of pages keep its memory? Prints the crawl process's size by thousands of pages.

Serves generated sites on loopback (see crawl_speed.py for the pages, smaller here), crawls them as one municipality
without pauses, and looks at the resident memory of the crawl process. The evidence is deleted afterwards.

    .venv/bin/python bench/soak.py [--pages 20000] [--hosts 10] [--limit-mb 1024]
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import multiprocessing
import random
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crawler import stored_end  # noqa: E402
from study import CrawlSection, StudyConfig, StudyMunicipality, StudySection, create_study  # noqa: E402
from taxonomy import load_taxonomy  # noqa: E402

_VOWELS, _CONSONANTS = "aeiouyäö", "hjklmnprstv"


def words(draw: random.Random, count: int) -> list[str]:
    """Words that no other page has, and terms of services."""
    made = ["".join(draw.choice(_CONSONANTS) + draw.choice(_VOWELS) for _ in range(3)) for _ in range(count)]
    terms = [term for service in load_taxonomy("fi").services.values() for term in service.terms.get("fi", ())]
    return made + draw.sample(terms, min(5, len(terms)))


def name(number: int) -> str:
    """A page's address: folders of fifty, no digits, for numbered pages would be taken for a calendar."""
    letters = "".join(chr(97 + number // 26**place % 26) for place in range(4))
    return f"{letters[:2]}/{letters}"


def page(host: int, number: int, pages: int) -> bytes:
    """A page of its own words that leads to thirty others."""
    draw = random.Random(host * 1_000_003 + number)
    own = words(draw, 150)
    targets = [(number * 7 + step) % pages for step in range(1, 8)] + [draw.randrange(pages) for _ in range(23)]
    links = "".join(f'<li><a href="/{name(n)}">{draw.choice(own)} {draw.choice(own)}</a></li>' for n in targets)
    body = f"<h1>{own[0]} {own[1]}</h1><p>{' '.join(own * 3)}</p><ul>{links}</ul>"
    html = f'<!doctype html><html lang="fi"><head><title>{own[0]}</title></head><body><main>{body}</main></body></html>'
    return gzip.compress(html.encode(), 1)


def serve(hosts: int, pages: int, ready: Connection) -> None:
    """Serve the sites in a process of its own; pages are made when asked for."""
    numbers = {f"/{name(number)}": number for number in range(pages)} | {"/": 0}

    def handler(host: int) -> object:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while head := await reader.readuntil(b"\r\n\r\n"):
                number = numbers.get(head.split(b" ", 2)[1].decode("latin-1"))
                status = b"404 Not Found" if number is None else b"200 OK"
                body = b"" if number is None else page(host, number, pages)
                writer.write(
                    b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\n%sContent-Length: %d\r\n\r\n"
                    % (status, b"Content-Encoding: gzip\r\n" if body else b"", len(body))
                    + body
                )
                await writer.drain()

        async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await answer(reader, writer)
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        return quietly

    async def run() -> None:
        servers = [await asyncio.start_server(handler(h), "127.0.0.1", 0) for h in range(hosts)]  # type: ignore[arg-type]
        ready.send([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.Event().wait()

    asyncio.run(run())


def resident_mb(pid: int) -> float:
    """Resident memory of a process; 0 where it is gone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmRSS")), 0.0)


def main() -> int:
    """Print a line by thousand pages and the verdict; 1 where the limit was passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--hosts", type=int, default=10)
    parser.add_argument("--limit-mb", type=float, default=1024)
    arguments = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    per_host = arguments.pages // arguments.hosts
    server = multiprocessing.Process(target=serve, args=(arguments.hosts, per_host, theirs), daemon=True)
    server.start()
    urls = [f"http://127.0.0.1:{port}/" for port in ours.recv()]
    hosts = [url.split("/")[2] for url in urls]
    crawl = CrawlSection(
        delay_seconds=0.0, allow_private_hosts=hosts, render=False, max_pages=arguments.pages, time_limit_minutes=300
    )
    with tempfile.TemporaryDirectory() as folder:
        config = StudyConfig(study=StudySection(title="Soak", year=2026), crawl=crawl)
        town = StudyMunicipality(code="901", name_fi="Suuri", website=urls[0], hosts=tuple(urls[1:]))
        study = create_study(Path(folder) / "study", config, (town,))
        command = [sys.executable, "-m", "crawler.processes.process", str(study.root), "901"]
        command += ["--max-pages", str(arguments.pages)]
        began, peak, shown = time.monotonic(), 0.0, 0
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as child:
            for line in child.stdout or ():
                peak = max(peak, resident_mb(child.pid))
                pages = int(line.partition('"pages": ')[2].split(",")[0].rstrip("}\n") or 0)
                if '"progress"' in line and pages >= shown + 1000:
                    shown = pages // 1000 * 1000
                    seconds = time.monotonic() - began
                    print(f"{shown:6d} pages  {resident_mb(child.pid):5.0f} MB  {seconds:5.0f} s", flush=True)
        end = stored_end(study, "901")
        size = sum(path.stat().st_size for path in study.warc_files("901")) / 1e6
        print(f"ended {end.status if end else '?'} {end.detail if end else ''}: {size:.0f} MB of evidence")
    print(f"peak {peak:.0f} MB, limit {arguments.limit_mb:.0f} MB")
    server.terminate()
    return int(peak > arguments.limit_mb)


if __name__ == "__main__":
    sys.exit(main())
