"""Are services that a municipality tells it does not have said to be not found?

    python bench/absent.py               crawl and analyse in a temporary folder, print the figures and each mistake
    python bench/absent.py --keep DIR    the same in a study folder that stays

data/absent/pages.jsonl holds pages of four invented municipalities (two Finnish, two Swedish) that tell that a service
ended, was never there, is somebody else's or only planned, and pages with much the same words that do offer theirs.
What the first look measured stands in its README.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.region import StoredHost, crawl_and_analyse  # noqa: E402
from kuntatutka import open_tables  # noqa: E402

PAGES = ROOT / "data" / "absent" / "pages.jsonl"
Row = Mapping[str, str]
Cell = tuple[str, str]


def rows(path: Path = PAGES) -> list[dict[str, str]]:
    """The pages as they are kept, one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def judge(study: Path, path: Path = PAGES) -> dict[Cell, str]:
    """Makes, crawls and analyses a study of these municipalities; the state of each cell that a page is kept for."""
    kept = rows(path)
    towns = sorted({row["town"] for row in kept})
    listed = study.parent / f"{study.name}.csv"
    lines = [f"{town},{_name(town)},{_language(kept, town)},6000,http://{_host(town)}/" for town in towns]
    listed.write_text("code,name_fi,languages,population,website\n" + "\n".join(lines) + "\n", encoding="utf-8")
    sites = {_host(town): StoredHost(_site([row for row in kept if row["town"] == town])) for town in towns}
    crawl_and_analyse(study, listed, sites)
    found = open_tables(study)["service_findings"]
    wanted = {(row["town"], row["service"]) for row in kept}
    states = zip(found.municipality_code, found.service_id, found.state, strict=True)
    return {(code, service): state for code, service, state in states if (code, service) in wanted}


def _name(town: str) -> str:
    return f"Kunta{town}"


def _host(town: str) -> str:
    return f"www.kunta{town}.example"


def _language(kept: Iterable[Row], town: str) -> str:
    return next(row["language"] for row in kept if row["town"] == town)


def _site(kept: Sequence[Row]) -> dict[str, str | None]:
    """A front page, a list for each section, and the pages."""
    sections: dict[str, list[tuple[str, str]]] = defaultdict(list)
    pages: dict[str, str | None] = {}
    for number, row in enumerate(kept):
        address = f"/s/{number}/"
        sections[row["section"]].append((address, row["title"]))
        pages[address] = page_of(row, row["title"], row["text"], [("/", _name(row["town"]))])
    lists = [(f"/l/{number}/", title) for number, title in enumerate(sections)]
    for address, title in lists:
        pages[address] = page_of(kept[0], title, [], sections[title])
    pages["/"] = page_of(kept[0], _name(kept[0]["town"]), [], lists)
    return pages


def page_of(row: Row, title: str, text: Iterable[str], links: Iterable[tuple[str, str]]) -> str:
    """The HTML of one page in the plain dress of these sites."""
    body = "".join(f"<p>{part}</p>" for part in text)
    listed = "".join(f'<li><a href="{address}">{name}</a></li>' for address, name in links)
    return (
        f'<!doctype html><html lang="{row["language"]}"><head><title>{title} - {_name(row["town"])}</title></head>'
        f"<body><header><a href='/'>{_name(row['town'])}</a></header>"
        f"<main><h1>{title}</h1>{body}<ul>{listed}</ul></main></body></html>"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, metavar="DIR")
    parser.add_argument("--pages", type=Path, default=PAGES, metavar="FILE")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        said = judge(options.keep or Path(folder) / "absent", options.pages)
    cells: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for row in rows(options.pages):
        state = said[row["town"], row["service"]]
        for kind in (row["state"], f"{row['state']} {row['language']}"):
            cells[kind] += 1
            right[kind] += state == row["state"]
        if state != row["state"]:
            print(f"{state:12s} {row['town']} {row['service']:28s} {row['situation']:16s} {row['title']}")
    for kind in sorted(cells):
        print(f"{kind:14s} {right[kind]} of {cells[kind]} said so ({right[kind] / cells[kind]:.3f})")


if __name__ == "__main__":
    main()
