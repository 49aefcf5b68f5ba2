"""What an analysis costs: from scratch, beside another build, and again after one thing changed.

    .venv/bin/python bench/analyze.py                        # 20 invented municipalities of 100 pages, beside the build
                                                             # of commit bba3a2a, taken from this repository's history
    .venv/bin/python bench/analyze.py --copies-of STUDY -n 100      # evidence: copies of a study's municipalities
    .venv/bin/python bench/analyze.py --beside FOLDER        # another build's folder with its packages
    .venv/bin/python bench/analyze.py --beside none -n 308 --pages 400

Each analysis is a process of its own; processor time is that of all its processes, memory the largest sum of theirs
(what they share is counted once). In the end the tables are compared with those made from scratch.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import pyarrow.parquet as pq  # noqa: E402

from bench.speed import GOLD  # noqa: E402
from study import CrawlStatus, WarcWriter  # noqa: E402

EARLIER = "bba3a2a"
PACKAGES = ("taxonomy", "study", "analysis")
RUN = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from analysis import analyze_study
from study import open_study
analyze_study(open_study(Path(sys.argv[2])), workers=int(sys.argv[3]))
"""
AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
_MENU = 60


@dataclass(frozen=True)
class Cost:
    """What one analysis took."""

    processor: float
    clock: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.processor:7.1f} s processor {self.clock:7.1f} s clock {self.megabytes:6.0f} MB"


def measured(code: Path, study: Path, workers: int) -> Cost:
    """One analysis by the packages in a folder."""
    began = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-c", RUN, str(code), str(study), str(workers)], cwd=code, stderr=subprocess.DEVNULL
    )
    peak = 0.0
    while True:
        pid, status, used = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        peak = max(peak, sum(megabytes(process) for process in family(child.pid)))
        time.sleep(0.05)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"the build in {code} cannot analyse {study}")
    return Cost(used.ru_utime + used.ru_stime, time.monotonic() - began, peak)


def family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                yield from family(int(child))


def megabytes(pid: int) -> float:
    """Memory of a process, its part of what it shares with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def invent(study: Path, count: int, pages: int) -> None:
    """A study of invented municipalities: labelled pages of other sites, each site with its own menu and footer."""
    bodies = [json.loads(line)["html"] for line in GOLD.read_text(encoding="utf-8").splitlines()]
    frame(study, [(f"{n:03d}", f"https://www.kunta{n:03d}.example/") for n in range(1, count + 1)])
    for number in range(1, count + 1):
        host = f"https://www.kunta{number:03d}.example"
        draw = random.Random(number)
        chosen = draw.sample(range(len(bodies)), min(pages, len(bodies)))
        names = ["", *(f"osio-{n % 9}/sivu-{n}" for n in range(1, pages))]
        menu = "".join(f'<li><a href="{host}/{name}">Sivu {n}</a></li>' for n, name in enumerate(names[:_MENU]))
        with WarcWriter(study / "evidence", f"{number:03d}") as writer:
            for n, name in enumerate(names):
                html = bodies[chosen[n % len(chosen)]].replace("</h1>", f" {n}</h1>", 1)
                more = "".join(f'<a href="{host}/{draw.choice(names)}">{draw.choice(names)}</a> ' for _ in range(20))
                body = html.replace("</body>", f"<nav><ul>{menu}</ul></nav><footer>{more}</footer></body>", 1)
                store(writer, f"{host}/{name}", body, n)
            ended = AT + timedelta(seconds=pages)
            writer.write_crawl_end(CrawlStatus.COMPLETE, None, {}, started_at=AT, ended_at=ended)


def frame(study: Path, towns: list[tuple[str, str]]) -> None:
    """A study folder that any build reads."""
    (study / "evidence").mkdir(parents=True)
    (study / "study.toml").write_text('[study]\ntitle = "Bench"\nyear = 2026\n', encoding="utf-8")
    rows = "".join(f"{code},Kunta {code},{website}\n" for code, website in towns)
    (study / "municipalities.csv").write_text(f"code,name_fi,website\n{rows}", encoding="utf-8")


def store(writer: WarcWriter, url: str, body: str, second: int) -> None:
    """Keep one page."""
    headers = [(b"Content-Type", b"text/html; charset=utf-8")]
    writer.write_exchange(url, [], 200, headers, body.encode(), at=AT + timedelta(seconds=second))


def copies(of: Path, study: Path, count: int) -> None:
    """A study whose municipalities are those of another, over and over."""
    shutil.copytree(of, study, ignore=shutil.ignore_patterns(".state", "findings", "reports", "export", "evidence"))
    (study / "evidence").mkdir()
    head, *rows = (study / "municipalities.csv").read_text(encoding="utf-8-sig").splitlines()
    made = [head]
    for number in range(count):
        code, rest = rows[number % len(rows)].split(",", 1)
        made.append(f"C{number:03d},{rest}")
        for part in sorted((of / "evidence").glob(f"{code}-*.warc.gz")):
            shutil.copy(part, study / "evidence" / part.name.replace(code, f"C{number:03d}", 1))
    (study / "municipalities.csv").write_text("\n".join(made) + "\n", encoding="utf-8")


def digests(study: Path) -> dict[str, str]:
    """The tables' bytes."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted((study / "findings").glob("*.parquet"))}


def from_scratch(code: Path, study: Path, workers: int) -> Cost:
    """One analysis of evidence that nothing is known of."""
    for name in (".state", "findings"):
        shutil.rmtree(study / name, ignore_errors=True)
    return measured(code, study, workers)


def page_added(study: Path) -> None:
    """Evidence of one municipality changes: one more page."""
    part = min((study / "evidence").glob("*-00001.warc.gz"))
    code = part.name.partition("-")[0]
    rows = (study / "municipalities.csv").read_text(encoding="utf-8-sig").splitlines()
    columns = rows[0].split(",")
    website = next(row.split(",") for row in rows if row.startswith(f"{code},"))[columns.index("website")]
    with WarcWriter(study / "evidence", code) as writer:
        store(
            writer, f"{website.rstrip('/')}/uusi-sivu", "<html lang='fi'><h1>Uusi</h1><p>Uusi sivu.</p></html>", 9_999
        )


def product_changed(code: Path, study: Path) -> str:
    """The file of the product that is seen most changes: it gets one more pattern."""
    seen = Counter(pq.read_table(study / "findings" / "vendor_hits.parquet", columns=["product_id"])[0].to_pylist())
    for name, _ in seen.most_common():
        for path in (code / "taxonomy").glob(f"**/products/{name}.toml"):
            more = '\n[[patterns]]\nhost = "a-new-host.invalid"\nstrength = "strong"\n'
            path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
            return f"{name}, seen {seen[name]} times"
    raise SystemExit("no product was seen")


def rule_changed(code: Path) -> None:
    """The file of page types changes."""
    path = code / "taxonomy" / "page_types.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# one more rule\n", encoding="utf-8")


def again(code: Path, study: Path, workers: int, whole: Cost) -> None:
    """The same after nothing, one municipality, a product and a rule changed."""

    def told(what: str) -> None:
        cost = measured(code, study, workers)
        share, clock = cost.processor / whole.processor, cost.clock / whole.clock
        print(f"{what:44} {cost}   {share:.3f} of the processor time, {clock:.3f} of the clock", flush=True)

    told("nothing changed")
    page_added(study)
    told("one municipality changed")
    what = product_changed(code, study)
    told(f"a product changed ({what})"[:44])
    rule_changed(code)
    told("a rule of page types changed")
    with_memory = digests(study)
    from_scratch(code, study, workers)
    print("tables: the same bytes as from scratch" if digests(study) == with_memory else "tables: DIFFERENT BYTES")


@contextlib.contextmanager
def other_build(wished: str) -> Iterator[Path | None]:
    """The folder of the build to compare with; of a commit, a copy that is taken away afterwards."""
    if wished == "none" or Path(wished).is_dir():
        yield None if wished == "none" else Path(wished).resolve()
        return
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["git", "-C", str(ROOT), "archive", wished, *PACKAGES], check=True, capture_output=True
        ).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=packed, check=True)
        yield Path(folder)


def main() -> None:
    """Print a line for each analysis."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--municipalities", type=int, default=20)
    parser.add_argument("--pages", type=int, default=100, help="of each invented municipality")
    parser.add_argument("--copies-of", type=Path, metavar="STUDY")
    parser.add_argument("--beside", default=EARLIER, metavar="COMMIT|FOLDER|none")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1, help="from scratch, by turns; the least counts")
    wished = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, other_build(wished.beside) as other:
        code, study = Path(folder) / "code", Path(folder) / "study"
        for name in PACKAGES:
            shutil.copytree(ROOT / name, code / name, ignore=shutil.ignore_patterns("__pycache__"))
        if wished.copies_of:
            copies(wished.copies_of, study, wished.municipalities)
        else:
            invent(study, wished.municipalities, wished.pages)
        size = sum(path.stat().st_size for path in (study / "evidence").iterdir()) / 1e6
        print(
            f"{wished.municipalities} municipalities, {size:.0f} MB of evidence, {wished.workers} processes", flush=True
        )
        builds = {"this build": code} | ({f"beside: {wished.beside}": other} if other else {})
        least: dict[str, Cost] = {}
        for _ in range(wished.rounds):
            for name, place in reversed(builds.items()):
                cost = from_scratch(place, study, wished.workers)
                least[name] = min(least.get(name, cost), cost, key=lambda c: c.processor)
        for name, cost in reversed(least.items()):
            print(f"{name + ', from scratch':44} {cost}")
        ours = least["this build"]
        for name, theirs in least.items():
            if name != "this build":
                ratios = (ours.processor / theirs.processor, ours.clock / theirs.clock)
                print(f"{'':44} {ratios[0]:.2f} of its processor time, {ratios[1]:.2f} of its clock")
        kept = sum(path.stat().st_size for path in (study / ".state" / "memory").rglob("*") if path.is_file()) / 1e6
        print(f"{'kept for the next time':44} {kept:.1f} MB")
        again(code, study, wished.workers, ours)


if __name__ == "__main__":
    main()
