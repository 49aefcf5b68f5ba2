"""Is the audit right, stable and fast? Pages that nobody here wrote are served from this machine and audited.

    python bench/audit.py equality FOLDER [--every N]      the same verdicts as axe-core run raw, rule by rule
    python bench/audit.py stability FOLDER [--every N]     three audits of the same pages
    python bench/audit.py speed FOLDER [--pages N]         pages a minute, beside pa11y-ci where it is installed
    python bench/audit.py memory FOLDER [--pages N]        memory of browser and program over many pages

FOLDER holds HTML files, for example a checkout of w3c/wcag-act-rules or alphagov/accessibility-tool-audit. For
pa11y-ci: `npm install pa11y-ci@4` anywhere, and name its folder with --pa11y. Results are JSON on standard output.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import http.server
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.async_api import Error, async_playwright

from crawler import audit_study, find_chromium
from crawler.browser.axe import axe_script
from crawler.browser.visit import DESKTOP
from study import (
    AuditPlan,
    CrawlSection,
    SampledPage,
    StoredJson,
    StudyConfig,
    StudyFolder,
    StudyMunicipality,
    StudySection,
    create_study,
    read_events,
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The files of a folder over HTTP on loopback."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def pages_of(folder: Path, every: int, most: int | None) -> list[str]:
    """Paths of the HTML files, every n-th, in an order that mixes them."""
    paths = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.html") if "test-assets" not in str(path))
    random.Random(1).shuffle(paths)
    return paths[::every][:most]


def our_audit(base: str, urls: list[str], work: Path, parallel: int = 1) -> tuple[dict[str, Any], float]:
    """Raw results by address, as the product makes them, and the seconds it took."""
    host = base.removeprefix("http://")
    section = StudySection(title="bench", year=2026, country="fi", languages=["en"], taxonomy="bench")
    config = StudyConfig(study=section, crawl=CrawlSection(delay_seconds=0, allow_private_hosts=[host]))
    codes = [f"{number:03d}" for number in range(1, parallel + 1)]
    folder = create_study(work, config, tuple(StudyMunicipality(code=c, name_fi=c, website=f"{base}/") for c in codes))
    plans = {
        code: AuditPlan(code, tuple(SampledPage(url, "random") for url in urls[start::parallel]))
        for start, code in enumerate(codes)
    }
    started = time.monotonic()
    audit_study(folder, plans, parallel=parallel)
    return stored(folder), time.monotonic() - started


def stored(folder: StudyFolder) -> dict[str, Any]:
    """Raw results in the evidence by address."""
    events = (event for event in read_events(folder.warc_files()) if isinstance(event, StoredJson))
    return {event.url: event.data for event in events if event.kind == "axe"}


async def raw_axe(urls: list[str]) -> dict[str, Any]:
    """axe-core as its documentation says: the script in every frame of a plain page, then axe.run()."""
    script = axe_script()
    source, options = script.source, script.options
    found: dict[str, Any] = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-background-networking"]
        )
        for position, url in enumerate(urls):
            if position and position % 100 == 0:
                await browser.close()
                browser = await playwright.chromium.launch(
                    executable_path=find_chromium(), args=["--no-sandbox", "--disable-background-networking"]
                )
            context = await browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
            page = await context.new_page()
            try:
                await page.goto(url, wait_until="load", timeout=30_000)
                await page.wait_for_timeout(500)
                for frame in page.frames:
                    await frame.evaluate(source)
                found[url] = await asyncio.wait_for(page.evaluate("options => axe.run(options)", options), 60)
            except (Error, TimeoutError) as error:
                found[url] = {"error": str(error).splitlines()[0][:200]}
            await context.close()
        await browser.close()
    return found


def verdicts(result: dict[str, Any] | None, kind: str = "violations") -> dict[str, int] | None:
    """Elements by rule; None where there is no result."""
    if not result or kind not in result:
        return None
    return {rule["id"]: len(rule["nodes"]) for rule in result[kind]}


def equality(folder: Path, every: int, work: Path) -> dict[str, Any]:
    """Compare ours with raw axe-core, page by page."""
    with served(folder) as base:
        urls = [f"{base}/{path}" for path in pages_of(folder, every, None)]
        ours, seconds = our_audit(base, urls, work)
        raw = asyncio.run(raw_axe(urls))
    rows = []
    for url in urls:
        mine, theirs = verdicts((ours.get(url) or {}).get("axe")), verdicts(raw[url])
        error = (ours.get(url) or {}).get("error") or ""
        rows.append(
            {
                "page": url.removeprefix(base),
                "ours": mine,
                "raw": theirs,
                "error": error,
                "raw_error": raw[url].get("error"),
            }
        )
    both = [row for row in rows if row["ours"] is not None and row["raw"] is not None]
    same = [row for row in both if row["ours"] == row["raw"]]
    same_rules = [row for row in both if set(row["ours"]) == set(row["raw"])]
    return {
        "pages": len(rows),
        "audited_by_both": len(both),
        "same_rules": len(same_rules),
        "same_rules_and_elements": len(same),
        "share_same_rules": round(len(same_rules) / max(1, len(both)), 4),
        "our_errors": dict(Counter(row["error"].split(":")[0] for row in rows if row["ours"] is None)),
        "raw_errors": sum(row["raw"] is None for row in rows),
        "seconds": round(seconds, 1),
        "differences": [row for row in rows if row["ours"] != row["raw"]][:60],
    }


def stability(folder: Path, every: int, work: Path) -> dict[str, Any]:
    """Three audits; a verdict is a rule on a page with its outcome and number of elements."""
    runs = []
    with served(folder) as base:
        urls = [f"{base}/{path}" for path in pages_of(folder, every, None)]
        for repeat in range(3):
            results, _ = our_audit(base, urls, work / str(repeat))
            runs.append({url: outcomes(results.get(url)) for url in urls})
    total = same = 0
    for url in urls:
        first = runs[0][url]
        for key in set().union(*(run[url] for run in runs)):
            total += 1
            same += all(run[url].get(key) == first.get(key) for run in runs)
    return {"pages": len(urls), "verdicts": total, "identical": same, "share": round(same / max(1, total), 5)}


def outcomes(data: dict[str, Any] | None) -> dict[str, Any]:
    """Outcome by rule, with the error as one more."""
    axe = (data or {}).get("axe") or {}
    found: dict[str, Any] = {"error": (data or {}).get("error")}
    for kind in ("violations", "incomplete"):
        found |= {f"{kind}:{rule['id']}": len(rule["nodes"]) for rule in axe.get(kind, ())}
    for kind in ("passes", "inapplicable"):
        found |= {f"{kind}:{rule}": True for rule in axe.get(kind, ())}
    return found


def speed(folder: Path, most: int, work: Path, pa11y: Path | None) -> dict[str, Any]:
    """Pages a minute, with one browser and with two, beside pa11y-ci with its axe runner."""
    with served(folder) as base:
        urls = [f"{base}/{path}" for path in pages_of(folder, 1, most)]
        figures: dict[str, Any] = {"pages": len(urls), "cores": os.cpu_count()}
        for parallel in (1, 2):
            results, seconds = our_audit(base, urls, work / f"ours{parallel}", parallel)
            done = sum(not data["error"] for data in results.values())
            figures[f"kuntatutka_{parallel}"] = {"per_minute": round(60 * done / seconds, 1), "audited": done}
            if pa11y is not None:
                figures[f"pa11y_{parallel}"] = run_pa11y(urls, pa11y, work, parallel)
    return figures


def run_pa11y(urls: list[str], pa11y: Path, work: Path, parallel: int) -> dict[str, Any]:
    """pa11y-ci with the axe runner over the same addresses."""
    launch = {"executablePath": find_chromium(), "args": ["--no-sandbox"]}
    defaults = {"runners": ["axe"], "concurrency": parallel, "timeout": 60000, "chromeLaunchConfig": launch}
    config = work / f"pa11y{parallel}.json"
    config.write_text(json.dumps({"defaults": defaults, "urls": urls}), encoding="utf-8")
    command = [str(pa11y / "node_modules" / ".bin" / "pa11y-ci"), "--json", "--config", str(config)]
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return {"error": done.stderr[-300:]}
    failed = sum(
        any("message" in item and "code" not in item for item in items) for items in report["results"].values()
    )
    audited = len(report["results"]) - failed
    return {"per_minute": round(60 * audited / seconds, 1), "audited": audited, "findings": report["errors"]}


def memory(folder: Path, most: int, work: Path) -> dict[str, Any]:
    """Resident memory of the audit and its browsers, sampled while it runs."""
    samples: list[tuple[float, float]] = []
    stop = threading.Event()

    def watch() -> None:
        started = time.monotonic()
        while not stop.wait(2.0):
            samples.append((time.monotonic() - started, _resident(os.getpid())))

    with served(folder) as base:
        paths = pages_of(folder, 1, None)
        urls = [f"{base}/{paths[number % len(paths)]}?visit={number}" for number in range(most)]
        watcher = threading.Thread(target=watch)
        watcher.start()
        results, seconds = our_audit(base, urls, work)
        stop.set()
        watcher.join()
    quarter = max(1, len(samples) // 4)
    peak = [round(max(mb for _, mb in samples[start : start + quarter])) for start in range(0, len(samples), quarter)]
    return {"pages": len(results), "seconds": round(seconds), "peak_mb_by_quarter": peak[:4]}


def _resident(root: int) -> float:
    """Megabytes of a process and all below it (proportional share, so that shared pages count once)."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                parent = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            children.setdefault(parent, []).append(int(path.name))
    todo, total = [root], 0
    while todo:
        pid = todo.pop()
        todo += children.get(pid, [])
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))
    return total / 1024


def main() -> None:
    """Run one of the benches."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("equality", "stability", "speed", "memory"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--pa11y", type=Path)
    arguments = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="kuntatutka-bench-"))
    try:
        match arguments.what:
            case "equality":
                found = equality(arguments.folder, arguments.every, work / "study")
            case "stability":
                found = stability(arguments.folder, arguments.every, work)
            case "speed":
                found = speed(arguments.folder, arguments.pages, work, arguments.pa11y)
            case _:
                found = memory(arguments.folder, arguments.pages, work / "study")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
