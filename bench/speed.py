"""Speed of `examine` as a ratio to trafilatura's `extract` of the main text alone, both on the same pages in one run.

    python bench/speed.py [--rounds N] [--limit 1.0] [--memory PAGES]

Goals: 0.6 at 5 kB, 0.25 at 80 kB, and 1.0 at 5 kB where no page of the site and few of its words were seen before.
Each page is timed by turns with both, by processor time; the fastest round counts: the machine may be busy, the ratio
stays. First looks are taken once, in a process of their own that has compiled everything and looked at nothing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import trafilatura  # noqa: E402

from analysis.examine import examine  # noqa: E402
from analysis.findings import PageSource  # noqa: E402
from taxonomy import load_taxonomy  # noqa: E402

_PARAGRAPH = re.compile(r"<p\b[^>]*>.{80,}?</p>", re.S)
GOLD = ROOT / "data" / "gold" / "dev.jsonl"
_FIRST = PageSource("https://page.example/", "<html><title>-</title><main><h1>-</h1><p>-</p><a href='/x'>-</a></main>")
_LINKS, _SCRIPT, _STYLE, _MORE_TEXT = 200, 26_000, 18_000, 2_000
"""What a grown page has beside its own 5 kB: links of a menu (28 kB), and characters of scripts, styles and text."""


def pages() -> list[PageSource]:
    """The labelled pages as they are: 5 kB with a short menu."""
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    return [PageSource(row["url"], row["html"]) for row in rows]


def grown(sources: Sequence[PageSource], number: int) -> PageSource:
    """A page at 80 kB: a twelfth of it content, a third a menu, the rest scripts and styles.

    The labelled pages of real sites have 1 kB of text; the content grows to three, by paragraphs of pages that follow.
    """
    source = sources[number]
    following = (str(sources[(number + n) % len(sources)].body) for n in range(1, len(sources)))
    more = ""
    while len(more) < _MORE_TEXT:
        more += "".join(_PARAGRAPH.findall(next(following)))
    links = "".join(
        f'<li id="menu-item-{n}" class="menu-item menu-item-type-page depth-{n % 3}">'
        f'<a class="menu-item__link" href="/osio-{n % 9}/sivu-{n}/">Sivu {n} ja asia</a></li>'
        for n in range(_LINKS)
    )
    script = "<script>var settings={};" + ("settings.x='abc';" * _SCRIPT)[:_SCRIPT] + "</script>"
    style = "<style>" + (".block{color:#123;margin:0}" * _STYLE)[:_STYLE] + "</style>"
    html = str(source.body)
    inner = "</main>" if "</main>" in html else "</body>"
    html = html.replace(inner, more + inner, 1).replace("</body>", f"{script}</body>", 1)
    html = html.replace("</head>", f"{style}</head>", 1)
    end = html.find(">", html.find("<body")) + 1
    return PageSource(source.url, f'{html[:end]}<nav><ul class="menu">{links}</ul></nav>{html[end:]}')


def fastest(work: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """The fastest processor time of each piece of work, taken by turns."""
    best = [float("inf")] * len(work)
    for _ in range(rounds):
        for number, piece in enumerate(work):
            start = time.process_time()
            piece()
            best[number] = min(best[number], time.process_time() - start)
    return best


def ratio(sources: Sequence[PageSource], rounds: int) -> tuple[float, float]:
    """Mean milliseconds a page of `examine` and of `extract`."""
    taxonomy = load_taxonomy("fi")
    examine(_FIRST, taxonomy)
    trafilatura.extract(str(_FIRST.body))
    ours = theirs = 0.0
    for source in sources:
        work: list[Callable[[], object]] = [
            lambda source=source: examine(source, taxonomy),  # type: ignore[misc]
            lambda source=source: trafilatura.extract(str(source.body)),  # type: ignore[misc]
        ]
        mine, other = fastest(work, rounds)
        ours, theirs = ours + mine, theirs + other
    return ours / len(sources) * 1000, theirs / len(sources) * 1000


def first_looks(sources: Sequence[PageSource]) -> tuple[float, float]:
    """The same where nothing was looked at before."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(ratio, sources, 1).result()


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
    """Prints the ratios; 1 where the largest is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=3.0, help="1 is given back where a ratio is larger")
    parser.add_argument(
        "--memory", type=int, metavar="PAGES", default=0, help="also examine this many pages and tell the growth"
    )
    options = parser.parse_args(arguments)
    originals = pages()
    worst = 0.0
    large = [grown(originals, number) for number in range(0, len(originals), 3)]
    for name, sources in (("labelled pages", originals), ("grown", large)):
        size = sum(len(str(source.body)) for source in sources) / len(sources) / 1000
        for how, (ours, theirs) in (
            ("", ratio(sources, options.rounds)),
            (", first looks", first_looks(sources)),
        ):
            worst = max(worst, ours / theirs)
            told = f"{name} ({size:.0f} kB){how}"
            print(f"{told:34s} examine {ours:6.2f} ms   trafilatura {theirs:6.2f} ms   ratio {ours / theirs:.2f}")
    if options.memory:
        print(f"memory: {growth(options.memory):.1f} MB more after {options.memory} pages")
    return 0 if worst <= options.limit else 1


if __name__ == "__main__":
    raise SystemExit(main())
