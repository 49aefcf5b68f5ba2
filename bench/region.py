"""Invented regions read from end to end: crawled on loopback, analysed, compared with what their writers say is true.

    python bench/region.py                    all regions: crawl and analyse in a temporary folder, print the figures
    python bench/region.py salmiranta         one of them
    python bench/region.py NAME --keep DIR    the same in a study folder that stays

Each folder of data/regions holds the sites of some municipalities as their writer left them, who knew neither the
program's rules nor its other test material, and the truth of every cell. What the first look measured stands in its
README.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from practice import serve  # noqa: E402
from practice.answers import HTML, TYPES, Answer, redirect  # noqa: E402

REGIONS = ROOT / "data" / "regions"
_FILE = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


class StoredHost:
    """A host that answers with stored pages; a stored file without content is an empty document."""

    def __init__(self, pages: Mapping[str, str | None]) -> None:
        self._pages = pages

    def answer(self, target: str) -> Answer | None:
        """The stored page, the way to it without its slash, or nothing there."""
        path = target.partition("?")[0]
        if path in self._pages:
            body = self._pages[path]
            content_type = HTML if path.endswith("/") else TYPES.get(path.rpartition(".")[2], HTML)
            return Answer(200, content_type, _FILE if body is None else body.encode())
        if f"{path}/" in self._pages:
            return redirect(f"{path}/")
        return Answer(404, HTML, b"<!doctype html><title>404</title><h1>404</h1>")


def hosts(folder: Path) -> dict[str, StoredHost]:
    """The hosts of the region by name."""
    found = {}
    for path in sorted(folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found[path.stem] = StoredHost({row["path"]: row.get("body") for row in rows})
    return found


def judge(study: Path, folder: Path) -> dict[str, Any]:
    """Makes, crawls and analyses a study of the region; what `evaluate --study` says of it."""
    crawl_and_analyse(study, folder / "municipalities.csv", hosts(folder))
    said: dict[str, Any] = json.loads(
        _run(dict(os.environ), "evaluate", "--json", "--study", study, folder / "truth.csv")
    )
    return said


def crawl_and_analyse(study: Path, municipalities: Path, sites: Mapping[str, StoredHost]) -> None:
    """Makes a study of these municipalities, crawls the sites on loopback without pauses, and analyses."""
    with serve(sites) as served:
        environment = {**os.environ, "http_proxy": served.proxy_url, "no_proxy": ""}
        _run(environment, "new", study, "--municipalities", municipalities, "--contact", "a@b.example")
        settings = study / "study.toml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace("delay_seconds = 1.0", "delay_seconds = 0"), encoding="utf-8")
        _run(environment, "crawl", study)
    _run(dict(os.environ), "analyze", study)


def _run(environment: Mapping[str, str], *arguments: object) -> str:
    command = [sys.executable, "-m", "kuntatutka", *map(str, arguments), "--quiet"]
    done = subprocess.run(command, env=dict(environment), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command[2:])} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the figures."""
    known = sorted(path.name for path in REGIONS.iterdir() if path.is_dir())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("regions", nargs="*", metavar="NAME", help=f"of data/regions: {', '.join(known)}")
    parser.add_argument("--keep", type=Path, metavar="DIR")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.regions) - set(known)):
        parser.error(f"there is no region {', '.join(unknown)}; there are {', '.join(known)}")
    if options.keep and len(options.regions) != 1:
        parser.error("--keep needs the name of one region")
    for name in options.regions or known:
        with tempfile.TemporaryDirectory() as folder:
            _print(name, judge(options.keep or Path(folder) / "study", REGIONS / name))


def _print(name: str, said: Mapping[str, Any]) -> None:
    print(f"{name}: {said['municipalities']} municipalities")
    for measure in ("states", "channels", "products"):
        own = said[measure]["micro"]
        print(f"  {measure:10s} P {own['precision']:.3f}  R {own['recall']:.3f}  F1 {own['f1']:.3f}")
    absent = said["absent"]
    print(f"  absent     {absent['said_not_found']} of {absent['cells']} are said to be not there")


if __name__ == "__main__":
    main()
