"""What the review page costs on a large study: opening, a page of the queue, a cell, a decision, memory over cells.

    python bench/review.py 308
    python bench/review.py 308 --cells 1000 --decided 5000

Starts `kuntatutka review` on a study of invented municipalities, asks it as a browser does, and prints seconds by the
clock and of the processor, and its memory. With --decided so many cells have been decided before it opens.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FILTERS = (
    "municipality=091",
    "theme=sports-leisure",
    "theme=sports-leisure&show=all",
    "service=building-permit",
    "channel=digital",
    "product=suomi-fi",
    "state=found",
    "state=uncertain",
    "reviewer=Bench",
    "why=uncertain",
    "why=control",
    "find=hels",
    "show=all",
    "show=decided",
    "show=noted",
)
"""Each filter of the queue, and two together."""
TICKS = os.sysconf("SC_CLK_TCK")


class Served:
    """A review that is being served, as the browser and the system see it."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        parts = urlsplit(address)
        self.host, self.root = parts.netloc, parts.path
        self.connection = http.client.HTTPConnection(self.host, timeout=60)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, address that it leads to, and page."""
        headers = {"Origin": f"http://{self.host}", "Content-Type": "application/x-www-form-urlencoded"}
        where = path if path.startswith("/") else self.root + path
        if form is None:
            self.connection.request("GET", where)
        else:
            self.connection.request("POST", where, urlencode(form), headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()

    def processor(self) -> float:
        """Seconds of the processor that the server has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def megabytes(self) -> float:
        """Its memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0


@contextmanager
def served(study: Path) -> Iterator[tuple[Served, float]]:
    """The page of a study, and how many seconds it took to open."""
    command = [sys.executable, "-m", "kuntatutka", "review", str(study), "--no-browser", "--reviewer", "Bench"]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    try:
        assert process.stdout
        address = process.stdout.readline().strip()
        yield Served(process, address), time.perf_counter() - start
    finally:
        process.terminate()
        process.wait()


def timed(review: Served, paths: list[str]) -> str:
    """Clock and processor milliseconds of pages, the middle ones."""
    clocks, used = [], review.processor()
    for path in paths:
        start = time.perf_counter()
        status, _, _ = review.ask(path)
        assert status == 200, path
        clocks.append(1000 * (time.perf_counter() - start))
    processor = 1000 * (review.processor() - used) / len(paths)
    return f"{statistics.median(clocks):.0f} ms by the clock (worst {max(clocks):.0f}), {processor:.0f} ms of processor"


def decide_before(study: Path, count: int) -> None:
    """Decide the first cells of the queue, as an earlier day did."""
    from reports.review.decide import machine_value
    from reports.review.desk import open_desk
    from study import Action, Decision, StudyFolder, append_decisions, new_decision

    desk = open_desk(StudyFolder(study), "Earlier")
    made = []
    for cell in desk.queue[:count]:
        value = machine_value(desk, cell.code, cell.service)
        finding, _, page = cell.basis.partition(".")
        like = Decision(
            "", desk.book.time_after(("", "", "")), "", Action.CONFIRM, cell.code, cell.service,
            old=value, new=value, seen_finding=finding, seen_page=page,
        )  # fmt: skip
        made.append(new_decision("Earlier", Action.CONFIRM, like=like))
    append_decisions(desk.folder.review, made)


def measure(study: Path, cells: int) -> None:
    """Print the figures of one study."""
    with served(study) as (review, seconds):
        print(f"opened in {seconds:.2f} s by the clock, {review.processor():.2f} s of processor")
        print(f"queue, first page: {timed(review, ['en/'])}")
        print(f"queue: {timed(review, [f'en/?page={n}' for n in range(1, 12)])}")
        for wished in FILTERS:
            print(f"queue, {wished}: {timed(review, [f'{language}/?{wished}' for language in ('fi', 'sv', 'en')])}")
        _, where, _ = review.ask("en/next")
        print(f"cell: {timed(review, [where] * 5)}")
        clocks: list[float] = []
        after: list[float] = []
        before = review.megabytes()
        used = review.processor()
        for number in range(cells):
            page = review.ask(where)[2]
            replaces = re.search(r'name="replaces" value="([^"]*)"', page)
            assert replaces
            start = time.perf_counter()
            _, where, _ = review.ask(where, {"action": "confirm", "replaces": replaces[1]})
            clocks.append(1000 * (time.perf_counter() - start))
            if number == min(99, cells - 1):
                before = review.megabytes()
            if number % 10 == 0:
                begun = time.perf_counter()
                review.ask("en/")
                after.append(1000 * (time.perf_counter() - begun))
        processor = 1000 * (review.processor() - used) / max(1, cells)
        print(f"{cells} cells shown and confirmed: a decision {statistics.median(clocks):.0f} ms by the clock,")
        print(f"    cell and decision {processor:.0f} ms of processor")
        print(f"    queue right after one {statistics.median(after):.0f} ms (worst {max(after):.0f})")
        print(f"    {before:.0f} MB after 100 cells, {review.megabytes():.0f} MB at the end")


def main() -> None:
    """Print what opening, pages and decisions cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("municipalities", type=int)
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--decided", type=int, default=0)
    wished = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study"
        invent = [sys.executable, str(ROOT / "bench" / "invented.py"), str(study), str(wished.municipalities)]
        subprocess.run(invent, check=True, stdout=subprocess.DEVNULL)
        if wished.decided:
            decide_before(study, wished.decided)
        measure(study, wished.cells)


if __name__ == "__main__":
    main()
