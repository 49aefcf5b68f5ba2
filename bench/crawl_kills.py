"""Is anything lost when a crawl is killed? Kills `kuntatutka crawl` at random moments, goes on, and compares.

Serves generated towns on loopback and crawls them once unbroken. Then, round after round in a new folder: starts the
command, sends SIGKILL to its whole process group, SIGKILL to the command alone, SIGTERM, SIGINT or SIGINT twice after a
random time, sometimes tears the last record by hand, and runs the command again to its end. Each round checks that

- every answer that the evidence held after the kill is there once at the end,
- the files are whole to the last record,
- the addresses read and the findings equal those of the unbroken crawl.

    .venv/bin/python bench/crawl_kills.py [--rounds 40] [--seed 1]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from study import (  # noqa: E402
    CrawlSection,
    StoredDocument,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    TruncatedWarc,
    create_study,
    read_events,
)
from taxonomy import load_taxonomy  # noqa: E402

TOWNS, WAIT = 3, 0.01
KINDS = ("kill the group", "kill the command", "terminate", "interrupt", "interrupt twice", "tear the last record")


def page(town: int, number: int) -> bytes:
    """A page about a service, or about nothing, that leads to six others."""
    services = list(load_taxonomy("fi").services.values())
    service = services[number % len(services)]
    title = service.name.get("fi") if number % 3 else f"Sivu {'abcdefghij'[number % 10]}"
    others = [(number * 3 + step) % 60 for step in range(1, 7)]
    links = "".join(f'<li><a href="/{name(n)}">{name(n)}</a></li>' for n in others)
    text = f"{title}. Soita numeroon 09 {town}{number:05d}. " + "Kunnan palvelu, jota voi hakea lomakkeella. " * 8
    html = f'<!doctype html><html lang="fi"><title>{title}</title><main><h1>{title}</h1><p>{text}</p>{links}</main>'
    return html.encode()


def name(number: int) -> str:
    """An address without digits."""
    return f"{'abcdefgh'[number % 8]}/{'abcdefghijkl'[number % 12]}{'abcdefgh'[number // 8 % 8]}x"


def serve(ready: Connection) -> None:
    """Serve the towns, each page after a short wait."""
    numbers = {"/": 0} | {f"/{name(number)}": number for number in range(60)}

    def handler(town: int) -> object:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while head := await reader.readuntil(b"\r\n\r\n"):
                    number = numbers.get(head.split(b" ", 2)[1].decode("latin-1"))
                    await asyncio.sleep(WAIT)
                    body = b"" if number is None else page(town, number)
                    status = b"404 Not Found" if number is None else b"200 OK"
                    line = b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
                    writer.write(line % (status, len(body)) + body)
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        return answer

    async def run() -> None:
        servers = [await asyncio.start_server(handler(t), "127.0.0.1", 0) for t in range(TOWNS)]  # type: ignore[arg-type]
        ready.send([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.Event().wait()

    asyncio.run(run())


def make_study(root: Path, ports: list[int]) -> StudyFolder:
    """A study of the towns."""
    hosts = [f"127.0.0.1:{port}" for port in ports]
    crawl = CrawlSection(delay_seconds=0.0, allow_private_hosts=hosts, render=False)
    config = StudyConfig(study=StudySection(title="Kills", year=2026), crawl=crawl)
    towns = tuple(StudyMunicipality(f"90{n}", f"Kunta {n}", f"http://{host}/") for n, host in enumerate(hosts))
    return create_study(root, config, towns)


def command(name: str, folder: StudyFolder) -> list[str]:
    """The command line of a command on a study."""
    return [sys.executable, "-m", "kuntatutka", name, str(folder.root)]


def run_to_end(folder: StudyFolder) -> None:
    """Crawl to the end and analyse."""
    for step in ("crawl", "analyze"):
        done = subprocess.run(command(step, folder), cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 3):
            raise SystemExit(f"{step} ended with {done.returncode}:\n{done.stderr[-3000:]}")


def answers(folder: StudyFolder) -> Counter[tuple[str, str]]:
    """Addresses and contents of all stored answers, robots.txt aside: that may be asked for again."""
    found: Counter[tuple[str, str]] = Counter()
    for town in folder.municipalities:
        for event in read_events(folder.warc_files(town.code)):
            if isinstance(event, StoredDocument) and event.kind != "robots":
                found[event.url, hashlib.sha256(event.body).hexdigest()] += 1
    return found


def findings(folder: StudyFolder) -> dict[str, list[dict[str, object]]]:
    """What was found, without times and places in files."""
    import pyarrow.parquet as pq

    tables = {}
    for table in ("service_findings", "channel_evidence", "page_services"):
        rows = pq.read_table(folder.findings / f"{table}.parquet").to_pylist()
        for row in rows:
            row.pop("warc_file", None)
            row.pop("warc_offset", None)
        tables[table] = sorted(rows, key=repr)
    return tables


def hurt(folder: StudyFolder, kind: str, after: float) -> bool:
    """Start a crawl and stop it so; false where it had ended before."""
    child = subprocess.Popen(
        command("crawl", folder), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    time.sleep(after)
    if child.poll() is not None:
        return False
    if kind in ("kill the group", "tear the last record"):
        for pid in [*descendants(child.pid), child.pid]:
            try_kill(pid, signal.SIGKILL)
    elif kind == "kill the command":
        child.kill()
    elif kind == "terminate":
        child.terminate()
    else:
        child.send_signal(signal.SIGINT)
        if kind == "interrupt twice":
            time.sleep(random.random() * 0.3)
            try_kill(child.pid, signal.SIGINT)
    child.wait(timeout=120)
    if kind == "tear the last record":
        for town in folder.municipalities:
            for path in folder.warc_files(town.code)[-1:]:
                with path.open("r+b") as handle:
                    handle.truncate(max(0, path.stat().st_size - random.randrange(1, 400)))
    return True


def descendants(pid: int) -> list[int]:
    """All processes below one, children last."""
    children = [int(item) for item in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    return [deeper for child in children for deeper in (*descendants(child), child)]


def try_kill(pid: int, number: int) -> None:
    """Send a signal to a process that may be gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def differ_still(folder: StudyFolder, unbroken: StudyFolder) -> bool:
    """Whether the findings differ when both studies are analysed by the same program: it may have changed meanwhile."""
    for study in (folder, unbroken):
        subprocess.run(command("analyze", study), cwd=ROOT, capture_output=True, check=False)
    return findings(folder) != findings(unbroken)


def one_round(
    root: Path,
    ports: list[int],
    draw: random.Random,
    whole: tuple[object, object],
    unbroken: StudyFolder,
    span: float,
) -> str:
    """Hurt a crawl once to three times, finish it, check; gives what is wrong, empty where nothing is."""
    folder = make_study(root, ports)
    kinds = [draw.choice(KINDS) for _ in range(draw.randrange(1, 4))]
    for kind in kinds:
        hurt(folder, kind, draw.uniform(0.3, span))
    time.sleep(0.3)  # a command that was killed alone leaves crawls that end by themselves
    before = answers(folder)
    run_to_end(folder)
    after = answers(folder)
    wrong = []
    if any(count > 1 for count in after.values()):
        wrong.append(f"{sum(count > 1 for count in after.values())} answers are there twice")
    if not set(before) <= set(after):
        wrong.append(f"{len(set(before) - set(after))} answers were lost")
    if set(after) != whole[0]:
        wrong.append(f"{len(set(after) ^ whole[0])} addresses differ from the unbroken crawl")  # type: ignore[operator]
    if findings(folder) != whole[1] and differ_still(folder, unbroken):
        wrong.append("the findings differ")
    events = [e for town in folder.municipalities for e in read_events(folder.warc_files(town.code))]
    if any(isinstance(event, TruncatedWarc) for event in events):
        wrong.append("a file is not whole")
    done = subprocess.run(command("doctor", folder), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        wrong.append(f"doctor says {done.returncode}: {done.stdout.strip()[:200]}")
    return f"{', '.join(kinds)} ({len(before)} answers before): {'; '.join(wrong)}" if wrong else ""


def main() -> int:
    """Print a line by ten rounds and every round that went wrong; 1 where one did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    ports, draw, failed = ours.recv(), random.Random(arguments.seed), 0
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        unbroken = make_study(Path(folder) / "unbroken", ports)
        subprocess.run(command("crawl", unbroken), cwd=ROOT, capture_output=True, check=False)
        span = time.monotonic() - began
        run_to_end(unbroken)
        whole = (set(answers(unbroken)), findings(unbroken))
        print(f"unbroken: {len(whole[0])} answers in {span:.1f} s", flush=True)
        for number in range(1, arguments.rounds + 1):
            wrong = one_round(Path(folder) / f"round-{number}", ports, draw, whole, unbroken, span)
            failed += bool(wrong)
            if wrong:
                print(f"round {number}: {wrong}", flush=True)
            elif number % 10 == 0:
                print(f"{number} rounds, {failed} went wrong", flush=True)
    print(f"{arguments.rounds} rounds, {failed} went wrong")
    server.terminate()
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
