"""Speed of `examine` as a ratio to trafilatura's `extract` of the main text alone, both on the same pages in one run.

    python bench/speed.py [--rounds N] [--limit 1.0]

Goal 0.5, must 1.0. Each page is timed by turns with both, the fastest round counts: the machine may be busy, the
ratio stays.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import trafilatura  # noqa: E402

from analysis.examine import examine  # noqa: E402
from analysis.findings import PageSource  # noqa: E402
from taxonomy import load_taxonomy  # noqa: E402

GOLD = ROOT / "data" / "gold" / "dev.jsonl"
# A real municipal page has about this much around its text: scripts, styles and a menu of two hundred links.
_REAL_SIZE = 80_000


def pages() -> list[PageSource]:
    """The labelled pages as they are: 5 kB with a short menu."""
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    return [PageSource(row["url"], row["html"]) for row in rows]


def grown(source: PageSource) -> PageSource:
    """The same page at the size of real ones: a long menu, inline scripts and styles."""
    html = str(source.body)
    links = "".join(
        f'<li class="menu-item"><a href="/osio-{n % 9}/sivu-{n}/">Sivu {n} ja asia</a></li>' for n in range(200)
    )
    script = "<script>var settings={};" + "settings.x='abc';" * 1500 + "</script>"
    style = "<style>" + ".block{color:#123;margin:0}" * 800 + "</style>"
    body = html.replace("</head>", style + "</head>", 1).replace("</body>", f"{script}</body>", 1)
    at = body.find("<body")
    end = body.find(">", at) + 1
    return PageSource(source.url, f'{body[:end]}<nav><ul class="menu">{links}</ul></nav>{body[end:]}'[: 2 * _REAL_SIZE])


def fastest(work: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """The fastest time of each piece of work, taken by turns."""
    best = [float("inf")] * len(work)
    for _ in range(rounds):
        for number, piece in enumerate(work):
            start = time.perf_counter()
            piece()
            best[number] = min(best[number], time.perf_counter() - start)
    return best


def ratio(sources: Sequence[PageSource], rounds: int) -> tuple[float, float]:
    """Mean milliseconds a page of `examine` and of `extract`."""
    taxonomy = load_taxonomy("fi")
    ours = theirs = 0.0
    for source in sources:
        work: list[Callable[[], object]] = [
            lambda source=source: examine(source, taxonomy),  # type: ignore[misc]
            lambda source=source: trafilatura.extract(str(source.body)),  # type: ignore[misc]
        ]
        mine, other = fastest(work, rounds)
        ours, theirs = ours + mine, theirs + other
    return ours / len(sources) * 1000, theirs / len(sources) * 1000


def growth(count: int) -> float:
    """Megabytes that the process grows by while it examines `count` pages that are all different."""
    taxonomy = load_taxonomy("fi")
    originals = pages()
    for source in originals:
        examine(source, taxonomy)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(count):
        source = originals[number % len(originals)]
        html = str(source.body).replace("</h1>", f" {number}</h1>", 1)
        examine(PageSource(f"{source.url}?n={number}", html), taxonomy)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints both ratios; 1 where the larger is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=1.0)
    parser.add_argument(
        "--memory", type=int, metavar="PAGES", default=0, help="also examine this many pages and tell the growth"
    )
    options = parser.parse_args(arguments)
    originals = pages()
    worst = 0.0
    for name, sources in (
        ("labelled pages (5 kB)", originals),
        ("the same at 80 kB", [grown(s) for s in originals[::3]]),
    ):
        ours, theirs = ratio(sources, options.rounds)
        worst = max(worst, ours / theirs)
        print(f"{name:24s} examine {ours:6.2f} ms   trafilatura {theirs:6.2f} ms   ratio {ours / theirs:.2f}")
    if options.memory:
        print(f"memory: {growth(options.memory):.1f} MB more after {options.memory} pages")
    return 0 if worst <= options.limit else 1


if __name__ == "__main__":
    raise SystemExit(main())
